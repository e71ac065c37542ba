//! P28 in browsers: another device of a person is nobody until a device that they use has its digits, or its code, from the
//! person's own hands. Whoever has the password alone reads nothing, and is heard of on every device.

use std::time::Duration;

use alcove_protocol::{ActorId, time::MINUTE};
use alcove_server::actions::key_packages;
use serde_json::{Value, json};

use super::{
    acquainted,
    people::{Browsers, Person},
    world::{Place, Time},
};

/// Up to the point where the digits are to be typed: the approval's name, and what the new device shows.
async fn show_digits(old: &Person<'_>, new: &Person<'_>, title: &str) -> (Value, String) {
    let name = looks_for(old, title).await;
    old.call("approvePairing", json!({"name": name})).await;
    let digits = new.hears(json!({"kind": "digits"})).await["digits"].as_str().unwrap().to_owned();
    old.hears(json!({"kind": "digits-wanted", "name": name})).await;
    (name, digits)
}

/// Looks for a device that waits, and gives its approval's name.
async fn looks_for(old: &Person<'_>, title: &str) -> Value {
    old.call("lookForPairings", json!({})).await;
    old.hears(json!({"kind": "waiting", "title": title})).await["name"].clone()
}

/// A device of the person approves another one, with everything that they do for it.
pub async fn link(old: &Person<'_>, new: &Person<'_>, title: &str) {
    let (name, digits) = show_digits(old, new, title).await;
    old.call("confirmPairing", json!({"name": name, "digits": digits})).await;
    old.hears(json!({"kind": "ended", "name": name, "end": "matched"})).await;
    new.hears(json!({"kind": "confirm", "name": name})).await;
    assert_eq!(new.call("start", json!({})).await["state"], "waiting", "its person has not said yes yet");
    new.call("acceptPairing", json!({"name": name})).await;
    new.expect("start", json!({}), "\"ready\"").await;
}

/// Waits until a new device has this chat and no other: the group of a person's own devices is none.
pub async fn joins(device: &Person<'_>, chat: &Value) {
    loop {
        let rows = device.expect("chats", json!({}), chat.as_str().unwrap()).await;
        if rows.as_array().unwrap().len() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What a device that waits shows to be scanned.
async fn code_of(device: &Person<'_>) -> String {
    device.call("lookForPairings", json!({})).await;
    device.hears(json!({"kind": "code"})).await["code"].as_str().unwrap().to_owned()
}

/// How many devices of somebody are in a chat, as another person sees it.
pub async fn devices_in(seen_by: &Person<'_>, chat: &Value, actor: &Value) -> u64 {
    let readers = seen_by.call("readers", json!({"chat": chat})).await;
    let mut people = readers["people"].as_array().unwrap().iter();
    people.find(|person| person["actor"] == *actor).unwrap()["devices"].as_u64().unwrap()
}

/// How many devices an account shows to those who would write to it.
async fn shown(place: &Place, actor: &Value) -> usize {
    let actor: ActorId = serde_json::from_value(actor.clone()).unwrap();
    let (account, now) = (place.app().site.account_of(&actor).unwrap(), place.app().moment().now);
    let viewer = key_packages::Viewer::Anybody;
    place.read(move |transaction| key_packages::collection(transaction, account, viewer, now)).await.len()
}

/// The device is signed in and nothing more: it has no chat, can begin none, and nobody's messages are for it.
async fn is_nobody(device: &Person<'_>, chat: &Value, other: &Value) {
    assert_eq!(device.call("start", json!({})).await["state"], "waiting");
    assert_eq!(device.call("chats", json!({})).await, json!([]));
    let refused = device.refusal("messages", json!({"chat": chat, "limit": 10})).await;
    assert!(refused.contains("unknown-chat:"), "{refused}");
    let refused = device.refusal("newChat", json!({"people": [other], "encrypted": true})).await;
    assert!(refused.contains("not-approved:"), "{refused}");
}

/// P28: without the digits nobody joins, whatever else is pressed; three wrong ones end it, and the right ones come too late.
#[tokio::test]
async fn whoever_has_the_password_only_reads_nothing() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let (ada_is, bob_is) = (ada.actor().await, bob.actor().await);
    let thief = browsers.sign_in(&place, "thief", "ada").await;
    is_nobody(&thief, &chat, &bob_is).await;
    let name = looks_for(&ada, "thief").await;
    let skipped = json!({"name": name, "digits": ""});
    assert!(
        ada.refusal("confirmPairing", skipped.clone()).await.contains("unknown:"),
        "nothing is shown yet"
    );
    assert!(thief.refusal("acceptPairing", skipped.clone()).await.contains("unknown:"));

    let (name, right) = show_digits(&ada, &thief, "thief").await;
    assert!(thief.refusal("acceptPairing", skipped).await.contains("unknown:"), "the digits are skipped");
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for (digits, attempts_left) in [("", 2), (wrong, 1), (&right[..5], 0)] {
        ada.call("confirmPairing", json!({"name": name, "digits": digits})).await;
        ada.hears(json!({"kind": "wrong", "name": name, "attemptsLeft": attempts_left})).await;
    }
    for device in [&ada, &thief] {
        device.hears(json!({"kind": "ended", "name": name, "end": "refused"})).await;
    }
    let late = json!({"name": name, "digits": right});
    assert!(ada.refusal("confirmPairing", late.clone()).await.contains("unknown:"), "they come too late");
    assert!(thief.refusal("acceptPairing", late).await.contains("unknown:"));
    ada.send(&chat, "for Bob only").await;
    bob.reads(&chat, "for Bob only").await;
    is_nobody(&thief, &chat, &bob_is).await;
    assert_eq!((devices_in(&bob, &chat, &ada_is).await, shown(&place, &ada_is).await), (1, 1));
    browsers.found_nothing_wrong().await;
}

/// P28: every device of the person hears that another one asks, although nobody looks for it; and each says no for all of them.
/// That one was added stands in their chats.
#[tokio::test]
async fn every_device_hears_of_another_one() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let (ada_is, bob_is) = (ada.actor().await, bob.actor().await);
    let phone = browsers.sign_in(&place, "phone", "ada").await;
    ada.hears(json!({"kind": "waiting", "title": "phone"})).await;
    link(&ada, &phone, "phone").await;
    joins(&phone, &chat).await;

    let tablet = browsers.sign_in(&place, "tablet", "ada").await;
    phone.hears(json!({"kind": "waiting", "title": "tablet"})).await;
    link(&ada, &tablet, "tablet").await;
    for person in [&phone, &bob] {
        let page = person.expect("messages", json!({"chat": chat, "limit": 10}), "\"device-changed\"").await;
        let mut lines = page["messages"].as_array().unwrap().iter().rev();
        let line = lines.find(|message| message["body"]["event"] == "device-changed").unwrap();
        assert_eq!((&line["body"]["by"], &line["body"]["about"]), (&ada_is, &json!([ada_is])));
    }
    joins(&tablet, &chat).await;
    bob.send(&chat, "for all three").await;
    tablet.reads(&chat, "for all three").await;

    let thief = browsers.sign_in(&place, "thief", "ada").await;
    let mut names = Vec::new();
    for device in [&ada, &phone, &tablet] {
        names.push(device.hears(json!({"kind": "waiting", "title": "thief"})).await["name"].clone());
    }
    assert!(names.iter().all(|name| *name == names[0]));
    phone.call("refusePairing", json!({"name": names[0]})).await;
    thief.hears(json!({"kind": "ended", "end": "refused"})).await;
    ada.call("lookForPairings", json!({})).await;
    ada.call("devices", json!({})).await;
    assert!(ada.refusal("approvePairing", json!({"name": names[0]})).await.contains("unknown:"));
    is_nobody(&thief, &chat, &bob_is).await;
    assert_eq!((devices_in(&bob, &chat, &ada_is).await, shown(&place, &ada_is).await), (3, 3));
    browsers.found_nothing_wrong().await;
}

/// P28: a code is of one device, for one person of one server, and for once; from a link or a chat it is worth as little as one
/// that was changed. What is none is refused by its name.
#[tokio::test]
async fn a_code_counts_once_and_for_its_own_person() {
    let time = Time::default();
    let (here, elsewhere) = (Place::open(&time).await, Place::open(&time).await);
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &here).await;
    let bob_is = bob.actor().await;
    browsers.join_with(&elsewhere, "namesake", json!({"name": "ada"})).await;
    let foreign = code_of(&browsers.sign_in(&elsewhere, "phone of the namesake", "ada").await).await;
    let of_bob = code_of(&browsers.sign_in(&here, "phone of bob", "bob").await).await;
    let phone = browsers.sign_in(&here, "phone", "ada").await;
    let code = code_of(&phone).await;
    let linked = format!("{}#{code}", here.url("/app/"));
    let changed = format!("{}{}{}", &code[..12], if &code[12..13] == "A" { "B" } else { "A" }, &code[13..]);
    looks_for(&ada, "phone").await;
    for wrong in [foreign, of_bob, linked, changed, String::new()] {
        is_refused(&ada, &wrong).await;
    }
    is_nobody(&phone, &chat, &bob_is).await;
    ada.call("approveByCode", json!({"code": code})).await;
    ada.hears(json!({"kind": "ended", "end": "scanned"})).await;
    phone.expect("start", json!({}), "\"ready\"").await;
    joins(&phone, &chat).await;
    is_refused(&ada, &code).await;

    let late = browsers.sign_in(&here, "late", "ada").await;
    let expired = code_of(&late).await;
    looks_for(&ada, "late").await;
    time.pass(15 * MINUTE + 1);
    late.hears(json!({"kind": "ended", "end": "expired"})).await;
    ada.call("lookForPairings", json!({})).await;
    ada.call("devices", json!({})).await;
    is_refused(&ada, &expired).await;
    // It asks once more, by another code.
    late.call("lookForPairings", json!({})).await;
    looks_for(&ada, "late").await;
    is_refused(&ada, &expired).await;
    is_nobody(&late, &chat, &bob_is).await;
    browsers.found_nothing_wrong().await;
}

async fn is_refused(device: &Person<'_>, code: &str) {
    let refused = device.refusal("approveByCode", json!({"code": code})).await;
    assert!(refused.contains("wrong-code:"), "{code}: {refused}");
}
