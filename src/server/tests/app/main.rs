//! The app in real browsers, as a real server gives it out: the bundle of `cargo task web`, under the exact policy of
//! EXPERIENCE.md 7. People talk through their workers' border, and once through the interface; the network goes, processes are
//! killed, somebody meddles with what is stored. No violation of the policy and no request to anybody else is allowed.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must fail")]

mod files;
mod firefox;
mod interface;
mod invitations;
mod letters;
mod linking;
mod lost;
mod people;
mod secrets;
mod silence;
mod stored;

#[path = "../node/process.rs"]
mod process;
#[path = "../federation/world.rs"]
#[expect(dead_code, reason = "shared with the tests of federation, which use more of it")]
mod world;

use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use people::{Browser, Browsers, Person};
use world::{Place, Time};

/// Two people with a chat.
async fn acquainted<'a>(browsers: &'a Browsers, place: &Place) -> (Person<'a>, Person<'a>, Value) {
    acquainted_across(browsers, place, place).await
}

/// The same, each at a place of their own.
async fn acquainted_across<'a>(
    browsers: &'a Browsers,
    one: &Place,
    two: &Place,
) -> (Person<'a>, Person<'a>, Value) {
    let (ada, bob) = (browsers.join(one, "ada").await, browsers.join(two, "bob").await);
    let people = json!({"people": [bob.actor().await], "encrypted": true});
    let chat = ada.call("newChat", people).await;
    ada.send(&chat, "Hello Bob").await;
    assert_eq!(bob.chat().await, chat);
    bob.reads(&chat, "Hello Bob").await;
    bob.call("accept", json!({"chat": chat})).await;
    (ada, bob, chat)
}

/// P31: from the invitation to the answer, under the exact policy.
#[tokio::test]
async fn two_people_talk_in_their_browsers() {
    two_people_talk(Browser::Chromium).await;
}

async fn two_people_talk(browser: Browser) {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::of(browser);
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    bob.send(&chat, "Hello Ada").await;
    ada.reads(&chat, "Hello Ada").await;
    // Whom a message has reached, as its sender may ask.
    let page = ada.call("messages", json!({"chat": chat, "limit": 100})).await;
    let mut messages = page["messages"].as_array().unwrap().iter();
    let own = messages.find(|message| message["body"]["text"] == "Hello Bob").unwrap();
    let message = json!({"sender": own["sender"], "id": own["id"]});
    let reached = ada.expect("deliveries", json!({"chat": chat, "message": message}), "state").await;
    let bob_is = bob.actor().await;
    assert!(matches!(reached[0]["state"].as_str(), Some("delivered" | "read")), "{reached}");
    assert_eq!((reached.as_array().unwrap().len(), &reached[0]["actor"]), (1, &bob_is));
    browsers.found_nothing_wrong().await;
}

/// What was written offline waits on the device, is there after a restart, and leaves in its order.
#[tokio::test]
async fn what_was_written_offline_leaves_in_order() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    ada.network(false).await;
    for text in ["one", "two", "three"] {
        ada.send(&chat, text).await;
    }
    ada.network(true).await;
    bob.reads(&chat, "three").await;
    assert_eq!(bob.texts(&chat).await, ["Hello Bob", "one", "two", "three"]);
    browsers.found_nothing_wrong().await;
}

/// P15: the process of the page ends at any moment: what `send` has answered arrives, and once.
#[tokio::test]
async fn whoever_is_killed_goes_on() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let mut chance = StdRng::seed_from_u64(7);
    for number in 0..8 {
        ada.send(&chat, &format!("number {number}.")).await;
        let (killed, after) = (if chance.gen_bool(0.5) { &ada } else { &bob }, chance.gen_range(0..60));
        assert_eq!(killed.kill(after).await["state"], "ready");
    }
    for person in [&bob, &ada] {
        person.reads(&chat, "number 7.").await;
        let expected: Vec<String> = (0..8).map(|number| format!("number {number}.")).collect();
        assert_eq!(person.texts(&chat).await[1..], expected);
    }
    browsers.found_nothing_wrong().await;
}

/// Two workers with the same keys would use a key twice: a second tab waits, and takes over when the first is closed.
#[tokio::test]
async fn a_second_tab_waits_for_the_first() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let (second, start) = ada.tab("ada's second tab").await;
    assert_eq!(start, json!({"state": "elsewhere"}));
    ada.close().await;
    second.expect("start", json!({}), "ready").await;
    second.send(&chat, "from the other tab").await;
    bob.reads(&chat, "from the other tab").await;
    browsers.found_nothing_wrong().await;
}
