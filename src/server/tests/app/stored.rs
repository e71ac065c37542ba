//! What lies in the browser's storage: sealed, under a passphrase if the person wants one, and believed only if it is what was
//! last saved.

use std::time::Duration;

use alcove_server::db::{devices, facts, items};
use serde_json::{Value, json};

use super::{
    acquainted,
    people::Browsers,
    world::{Place, Time},
};

/// Everything in the app's database as one text.
const EVERYTHING: &str = "
    const open = indexedDB.open('alcove');
    const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
    let text = '';
    for (const name of ['records', 'own']) {
        const store = database.transaction(name).objectStore(name);
        for (const all of [store.getAllKeys(), store.getAll()]) {
            const values = await new Promise((resolve) => { all.onsuccess = () => resolve(all.result); });
            const shown = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer
                ? new TextDecoder('latin1').decode(value) : JSON.stringify(value);
            text += values.map(shown).join('\\n');
        }
    }
    database.close();
    return text;
";

/// P29: no text, name or token lies in the clear.
#[tokio::test]
async fn nothing_is_stored_in_the_clear() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, _bob, _) = acquainted(&browsers, &place).await;
    let stored = ada.meddle(EVERYTHING).await;
    let stored = stored.as_str().unwrap();
    assert!(stored.len() > 5_000, "records were found");
    for canary in ["Hello Bob", "ada@", "Bearer", "courier/", "account"] {
        assert!(!stored.contains(canary), "{canary}");
    }
}

/// P29: with a passphrase the device is locked until it is given.
#[tokio::test]
async fn a_device_with_a_passphrase_is_locked() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = browsers.join_with(&place, "ada", json!({"passphrase": "a quiet place"})).await;
    assert_eq!(ada.open(&place).await, json!({"state": "locked"}));
    assert!(ada.refusal("unlock", json!({"passphrase": "another"})).await.contains("wrong-passphrase"));
    assert_eq!(ada.call("unlock", json!({"passphrase": "a quiet place"})).await["state"], "ready");
    ada.call("setPassphrase", json!({"current": "a quiet place"})).await;
    assert_eq!(ada.open(&place).await["state"], "ready");
    browsers.found_nothing_wrong().await;
}

/// Records that are missing are noticed before anything is sent: a key would be used twice.
#[tokio::test]
async fn missing_records_stop_the_device() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = browsers.join(&place, "ada").await;
    let take_one = "
        const open = indexedDB.open('alcove');
        const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
        const records = database.transaction('records', 'readwrite').objectStore('records');
        const keys = records.getAllKeys();
        await new Promise((resolve) => { keys.onsuccess = () => { records.delete(keys.result[0]).onsuccess = resolve; }; });
        database.close();
    ";
    ada.meddle(take_one).await;
    let start = ada.open(&place).await;
    assert_eq!((&start["state"], &start["reason"]), (&json!("stopped"), &json!("damaged")));
}

/// P30: the browser has deleted everything: nobody is here any more, and nothing breaks.
#[tokio::test]
async fn a_browser_that_forgot_everything_begins_anew() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = browsers.join(&place, "ada").await;
    let forget = "
        const open = indexedDB.open('alcove');
        const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
        const transaction = database.transaction(['records', 'own'], 'readwrite');
        for (const name of ['records', 'own']) transaction.objectStore(name).clear();
        await new Promise((resolve) => { transaction.oncomplete = resolve; });
        database.close();
    ";
    ada.meddle(forget).await;
    assert_eq!(ada.open(&place).await, json!({"state": "nobody"}));
}

/// Where somebody's one device has come to, as event streams name it, once it has taken in everything.
async fn cursor(place: &Place, actor: &Value) -> String {
    let account: i64 = actor.as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    loop {
        let (incarnation, last, saved) = place
            .read(move |transaction| {
                let saved = devices::of_account(transaction, account)?[0].cursor_position;
                Ok((facts::incarnation(transaction)?, items::last_position(transaction, account)?, saved))
            })
            .await;
        if last == saved {
            return format!("{incarnation}-{last}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Trap T37: what has ended the core twice at this place is put aside with its bytes; what comes after it is read.
#[tokio::test]
async fn what_ended_the_core_twice_is_put_aside() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let after = cursor(&place, &bob.actor().await).await;
    let remember = format!(
        "const open = indexedDB.open('alcove');
        const database = await new Promise((resolve) => {{ open.onsuccess = () => resolve(open.result); }});
        const own = database.transaction('own', 'readwrite').objectStore('own');
        own.put({{ after: '{after}', count: 2, to: 0 }}, 'attempt');
        await new Promise((resolve) => {{ own.transaction.oncomplete = resolve; }});
        database.close();"
    );
    bob.meddle(&remember).await;
    bob.close().await;
    ada.send(&chat, "poison").await;
    ada.send(&chat, "cure").await;
    ada.reads(&chat, "cure").await;
    assert_eq!(bob.open(&place).await["state"], "ready");
    bob.reads(&chat, "cure").await;
    assert_eq!(bob.texts(&chat).await, ["Hello Bob", "cure"]);
    assert!(bob.meddle(EVERYTHING).await.as_str().unwrap().contains("quarantine"), "its bytes are kept");
}
