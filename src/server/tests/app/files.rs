//! Files that are too large for a message (ENCRYPTION.md 1.10): sealed in one browser, laid on its server part by part, opened in
//! another one. The network goes, tabs are killed, somebody meddles with what is stored.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{
    acquainted, acquainted_across,
    people::{Browser, Browsers, Person, file_of},
    world::{Place, Time},
};

/// Words that must be in nobody's hands but two people's.
const CANARY: &str = "the tall ships leave at noon";
const TITLE: &str = "Regatta plans.txt";
/// How many bytes a part has that travels (`protocol::api::BLOB_PART`).
const PART: u64 = 512 << 10;

fn film(bytes: u64) -> Value {
    json!({"title": TITLE, "type": "text/plain", "words": CANARY, "bytes": bytes})
}

/// Every file below a folder; the server's socket is none.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] });
    below.filter(|path| path.is_file()).collect()
}

/// The parts of sealed files that a server keeps.
fn parts_at(place: &Place) -> Vec<PathBuf> {
    let folder = place.config.server.data.join("media/blobs");
    if folder.exists() { files_in(&folder) } else { Vec::new() }
}

fn contains(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

/// How many sealed parts a browser keeps, and whether they show anything.
async fn kept_by(person: &Person<'_>) -> u64 {
    let script = "
        const open = indexedDB.open('alcove');
        const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
        const all = database.transaction('sealed').objectStore('sealed').getAll();
        const parts = await new Promise((resolve) => { all.onsuccess = () => resolve(all.result); });
        database.close();
        const clear = parts.some((part) => new TextDecoder('latin1').decode(part).includes('tall ships'));
        return clear ? -1 : parts.length;
    ";
    person.meddle(script).await.as_u64().expect("nothing in the clear")
}

async fn send(person: &Person<'_>, chat: &Value, text: &str, files: &[u32]) {
    person.call("send", json!({"chat": chat, "text": text, "files": files})).await;
}

/// The whole way between two servers, neither of which has name or bytes; damaged, it is refused; deleted, it is gone.
#[tokio::test]
async fn a_large_file_reaches_somebody_elsewhere() {
    a_large_file_travels(Browser::Chromium).await;
}

pub async fn a_large_file_travels(browser: Browser) {
    let time = Time::default();
    let (one, two) = (Place::open(&time).await, Place::open(&time).await);
    let browsers = Browsers::of(browser);
    let (ada, bob, chat) = acquainted_across(&browsers, &one, &two).await;
    let attached = ada.attach(&chat, 1, film(20_000_000)).await;
    assert_eq!((&attached["inline"], &attached["bytes"]), (&json!(false), &json!(20_000_000)));
    send(&ada, &chat, "Have a look", &[1]).await;
    bob.reads(&chat, "Have a look").await;
    let message = bob.newest(&chat).await;
    let file = &message["body"]["files"][0];
    assert_eq!((&file["name"], &file["inline"]), (&json!(TITLE), &json!(false)));
    for person in [&bob, &ada] {
        let fetched = person.fetched(&chat, &message, 0).await;
        let expected = json!({"bytes": 20_000_000, "type": "text/plain", "digest": attached["digest"]});
        assert_eq!(fetched, expected);
    }
    for (person, place) in [(&ada, &one), (&bob, &two)] {
        assert_eq!(kept_by(person).await, 0);
        let url = &place.config.database.url.0;
        let database = url.strip_prefix("sqlite:").and_then(|file| Some(files_in(Path::new(file).parent()?)));
        let folders = files_in(&place.config.server.data).into_iter().chain(database.unwrap_or_default());
        for path in folders {
            let bytes = fs::read(&path).unwrap();
            assert!(!contains(&bytes, CANARY) && !contains(&bytes, TITLE), "{}", path.display());
        }
    }

    let damaged = parts_at(&one).into_iter().nth(7).unwrap();
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[1_000] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    assert!(bob.refusal("file", file_of(&chat, &message, 0)).await.contains("file-damaged"));
    let name = json!({"sender": message["sender"], "id": message["id"]});
    ada.call("remove", json!({"chat": chat, "message": name})).await;
    bob.expect("messages", json!({"chat": chat, "limit": 10}), "\"deleted\"").await;
    while !parts_at(&one).is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    browsers.found_nothing_wrong().await;
}

/// P15: the tab is killed in the middle, twice, then the network goes and comes back: each part travels once.
#[tokio::test]
async fn an_upload_goes_on_where_it_was() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    ada.gate(Some(3)).await;
    let attached = ada.attach(&chat, 1, film(6_000_000)).await;
    send(&ada, &chat, "Have a look", &[1]).await;
    for more in [2, 1] {
        ada.is_held().await;
        assert_eq!(ada.newest(&chat).await["state"]["kind"], "waiting");
        assert!(kept_by(&ada).await > 10);
        assert_eq!(ada.kill(0).await["state"], "ready");
        ada.gate(Some(more)).await;
    }
    ada.is_held().await;
    ada.network(false).await;
    ada.gate(None).await;
    ada.expect("messages", json!({"chat": chat, "limit": 10}), "\"waiting\"").await;
    // What is said meanwhile goes its own way.
    ada.network(true).await;
    bob.reads(&chat, "Have a look").await;
    let message = bob.newest(&chat).await;
    assert_eq!(bob.fetched(&chat, &message, 0).await["digest"], attached["digest"]);
    assert_eq!(ada.gate(None).await, 6_000_000_u64.div_ceil(PART), "each part once");
    browsers.found_nothing_wrong().await;
}

/// Whoever does not want to wait any more leaves nothing behind, here or on the server; words do not wait for files.
#[tokio::test]
async fn what_is_given_up_leaves_nothing_behind() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    ada.gate(Some(2)).await;
    ada.attach(&chat, 1, film(3_000_000)).await;
    send(&ada, &chat, "Have a look", &[1]).await;
    ada.is_held().await;
    ada.send(&chat, "or not").await;
    bob.reads(&chat, "or not").await;
    let waiting = ada.newest(&chat).await;
    assert_eq!(waiting["state"]["kind"], "waiting");
    ada.call("discard", json!({"chat": chat, "id": waiting["id"]})).await;
    ada.gate(None).await;
    while !parts_at(&place).is_empty() || kept_by(&ada).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // What is taken out of the tray goes as well, and what is left of a tab that is closed.
    ada.attach(&chat, 2, film(1_000_000)).await;
    ada.attach(&chat, 3, film(1_000_000)).await;
    assert!(kept_by(&ada).await > 2);
    ada.call("dropAttached", json!({"file": 2})).await;
    ada.kill(0).await;
    while kept_by(&ada).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(bob.texts(&chat).await, ["Hello Bob", "or not"]);
    browsers.found_nothing_wrong().await;
}

/// What the server does not take is said, with its own words; it stays until the person decides.
#[tokio::test]
async fn what_the_server_does_not_take_is_said() {
    let less = |config: &mut alcove_server::config::Config| {
        config.media.blob_bytes = 3_000_000;
        config.media.blob_quota_bytes = 3_000_000;
    };
    let place = Place::open_with(&Time::default(), less).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let limits = ada.expect("chat", json!({"chat": chat}), "\"fileBytes\":2949120").await["limits"].clone();
    assert_eq!(limits["inlineBytes"], 256 << 10, "{limits}");
    for number in [1, 2] {
        ada.attach(&chat, number, film(2_000_000)).await;
        send(&ada, &chat, &format!("number {number}"), &[number]).await;
    }
    let args = json!({"chat": chat, "limit": 10});
    let page = ada.expect("messages", args.clone(), "\"failed\"").await;
    // The first one may be on its way still, and then stands after this one.
    let failed =
        page["messages"].as_array().unwrap().iter().find(|message| message["state"]["kind"] == "failed");
    let failed = failed.unwrap();
    assert!(failed["state"]["detail"].as_str().unwrap().contains("all the room"), "{failed}");
    assert_eq!(ada.call("chats", json!({})).await[0]["failed"], json!(true));
    bob.reads(&chat, "number 1").await;
    let sent = bob.newest(&chat).await;
    ada.call("remove", json!({"chat": chat, "message": {"sender": sent["sender"], "id": sent["id"]}})).await;
    while !parts_at(&place).is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    ada.call("retry", json!({"chat": chat, "id": failed["id"]})).await;
    bob.reads(&chat, "number 2").await;
    browsers.found_nothing_wrong().await;
}

/// Pictures and voice notes that are too large for a message are what they are in one: with a thumbnail, with a length.
#[tokio::test]
async fn pictures_and_voices_may_be_large() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let picture = ada.attach(&chat, 1, json!({"title": "sea.jpg", "picture": [2_400, 1_200]})).await;
    let voice = json!({"title": "voice.webm", "type": "audio/webm", "words": "la", "bytes": 700_000, "voice": {"seconds": 99}});
    let voice = ada.attach(&chat, 2, voice).await;
    assert_eq!((&picture["inline"], &voice["inline"]), (&json!(false), &json!(false)));
    // Small by itself, but there is no room for three of them in one message.
    for number in [3, 4, 5] {
        assert_eq!(ada.attach(&chat, number, film(120_000)).await["inline"], json!(true));
    }
    send(&ada, &chat, "All of it", &[1, 2, 3, 4, 5]).await;
    bob.reads(&chat, "All of it").await;
    let message = bob.newest(&chat).await;
    let files = message["body"]["files"].as_array().unwrap();
    let kinds: Vec<&str> = files.iter().map(|file| file["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["picture", "voice", "file", "file", "file"]);
    let inline: Vec<&Value> = files.iter().map(|file| &file["inline"]).collect();
    assert_eq!(inline, [false, false, true, true, false]);
    assert_eq!(
        (&files[0]["width"], &files[0]["height"], &files[1]["seconds"]),
        (&json!(2_048), &json!(1_024), &json!(99))
    );
    assert!(files[0]["thumbnail"].is_object(), "{}", files[0]);
    let fetched = bob.fetched(&chat, &message, 0).await;
    assert_eq!((&fetched["type"], &fetched["bytes"]), (&json!("image/jpeg"), &picture["bytes"]));
    assert_ne!(fetched["digest"], picture["digest"], "it was written anew");
    assert_eq!(bob.fetched(&chat, &message, 1).await["digest"], voice["digest"]);
    browsers.found_nothing_wrong().await;
}
