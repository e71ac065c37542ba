//! P30 in full: a browser has lost what it kept. Its device says so and makes room; the person signs in as a new one, which
//! another device of theirs lets in, or begins again; and the people they talk with are told.

use std::time::Duration;

use alcove_protocol::ActorId;
use alcove_server::actions::devices;
use serde_json::{Value, json};

use super::{
    acquainted,
    linking::{devices_in, joins, link},
    people::{Browsers, Person},
    world::{Place, Time},
};

/// Waits until the worker says, unasked, that its device must not go on.
async fn stops(person: &Person<'_>) -> Value {
    let script = "return app.events.findLast(({ event }) => event === 'state')?.start ?? null;";
    for _ in 0..600 {
        let start = person.meddle(script).await;
        if start["state"] == "stopped" {
            return start;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the device goes on");
}

/// Lets time pass for two devices until something is so.
async fn until(devices: [&Person<'_>; 2], is_so: impl AsyncFn() -> bool) {
    while !is_so().await {
        for device in devices {
            device.later(30).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The person presses that they want to sign in anew.
async fn makes_room(person: &Person<'_>, place: &Place) {
    person.call("signOut", json!({})).await;
    assert_eq!(person.call("start", json!({})).await, json!({"state": "nobody"}));
    assert_eq!(person.open(place).await, json!({"state": "nobody"}));
}

/// Waits until a chat has this line about somebody.
async fn is_told(person: &Person<'_>, chat: &Value, line: &str, about: &Value) {
    let page = person.expect("messages", json!({"chat": chat, "limit": 50}), &format!("\"{line}\"")).await;
    let mut messages = page["messages"].as_array().unwrap().iter();
    let told = messages.find(|message| message["body"]["event"] == line).unwrap();
    assert_eq!(told["body"]["about"], json!([about]), "{told}");
}

/// P30: the data of a device is deleted while it is open. Another device of the person lets them in again and removes the lost
/// one, which takes the identity key with it: that is shown to those they talk with, before anything is said to the new one.
#[tokio::test]
async fn a_lost_device_is_replaced_with_another_one() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let ada_is = ada.actor().await;
    let phone = browsers.sign_in(&place, "phone", "ada").await;
    link(&ada, &phone, "phone").await;
    joins(&phone, &chat).await;
    phone.forget().await;
    bob.send(&chat, "too late for it").await;
    assert_eq!(stops(&phone).await["reason"], "evicted");
    assert!(phone.refusal("chats", json!({})).await.contains("storage-lost:"));
    makes_room(&phone, &place).await;

    phone.sign_in("ada", "phone again").await;
    link(&ada, &phone, "phone again").await;
    joins(&phone, &chat).await;
    is_told(&bob, &chat, "device-changed", &ada_is).await;
    assert_eq!(devices_in(&bob, &chat, &ada_is).await, 3, "nobody has taken the lost one out yet");
    let devices = ada.call("devices", json!({})).await;
    let lost = devices.as_array().unwrap().iter().find(|device| device["title"] == "phone").unwrap();
    ada.call("removeDevice", json!({"device": lost["device"], "why": "lost"})).await;

    // Each device shows the new key a minute after it has it, so that the others have it as well.
    until([&ada, &phone], async || {
        let page = bob.call("messages", json!({"chat": chat, "limit": 50})).await;
        page.to_string().contains("identity-changed")
    })
    .await;
    is_told(&bob, &chat, "identity-changed", &ada_is).await;
    let asked = bob.expect("chat", json!({"chat": chat}), "\"obstacle\":{\"kind\":\"unverified\"").await;
    assert_eq!(asked["names"][ada_is.as_str().unwrap()]["trust"]["kind"], "changed", "{asked}");
    let refused = bob.refusal("send", json!({"chat": chat, "text": "is it you?"})).await;
    assert!(refused.contains("unverified:"), "{refused}");
    let identity = asked["names"][ada_is.as_str().unwrap()]["trust"]["identity"].clone();
    bob.call("continueUnverified", json!({"actor": ada_is, "identity": identity})).await;
    until([&ada, &phone], async || bob.call("chat", json!({"chat": chat})).await.get("obstacle").is_none())
        .await;
    bob.send(&chat, "for both of you").await;
    for device in [&ada, &phone] {
        device.reads(&chat, "for both of you").await;
    }
    assert_eq!(devices_in(&bob, &chat, &ada_is).await, 2);
    assert_eq!(phone.texts(&chat).await, ["for both of you"], "what it had is gone");
    browsers.found_nothing_wrong().await;
}

/// P30: nobody is left to let them in: with the password the person begins again on `/settings/devices`, with another identity
/// key. Whoever they write to is told, in the chat that they had as well.
#[tokio::test]
async fn whoever_has_lost_every_device_begins_again() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let (ada_is, bob_is) = (ada.actor().await, bob.actor().await);
    // A browser that deletes some of what it keeps: whatever is left, or is written after, is not believed.
    ada.meddle(
        "const open = indexedDB.open('alcove');
        const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
        const transaction = database.transaction('records', 'readwrite');
        transaction.objectStore('records').clear();
        await new Promise((resolve) => { transaction.oncomplete = resolve; });
        database.close();",
    )
    .await;
    let start = ada.open(&place).await;
    assert_eq!(start["state"], "stopped");
    assert!(matches!(start["reason"].as_str(), Some("evicted" | "damaged")), "{start}");
    makes_room(&ada, &place).await;
    ada.sign_in("ada", "the only one").await;
    assert_eq!(ada.call("chats", json!({})).await, json!([]));

    let actor: ActorId = serde_json::from_value(ada_is.clone()).unwrap();
    let (moment, account) = (place.app().moment(), place.app().site.account_of(&actor).unwrap());
    place.write(move |transaction| devices::remove_all(transaction, &moment, account)).await;
    let again = json!({"name": "ada", "password": "correct horse battery", "title": "the first"});
    ada.call("signIn", again).await;
    ada.expect("start", json!({}), "\"ready\"").await;
    let fresh = ada.call("newChat", json!({"people": [bob_is], "encrypted": true})).await;
    ada.send(&fresh, "It is me, with other keys").await;
    bob.reads(&fresh, "It is me, with other keys").await;
    let shown = bob.call("chat", json!({"chat": fresh})).await;
    assert_eq!((&shown["standing"], &shown["requestFrom"]), (&json!("request"), &ada_is), "no silent trust");
    bob.call("accept", json!({"chat": fresh})).await;
    is_told(&bob, &chat, "identity-changed", &ada_is).await;
    is_told(&bob, &fresh, "identity-changed", &ada_is).await;
    let refused = bob.refusal("send", json!({"chat": fresh, "text": "is it you?"})).await;
    assert!(refused.contains("unverified:"), "{refused}");
    let trust = bob.call("person", json!({"actor": ada_is})).await["trust"].clone();
    assert_eq!((&trust["kind"], &trust["was"]), (&json!("changed"), &json!("first-contact")), "{trust}");
    bob.call("continueUnverified", json!({"actor": ada_is, "identity": trust["identity"]})).await;
    bob.send(&fresh, "then hello again").await;
    ada.reads(&fresh, "then hello again").await;
    browsers.found_nothing_wrong().await;
}
