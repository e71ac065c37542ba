//! P37 in browsers: somebody new hears nothing of what becomes of their request, and nobody hears that edits and reactions were
//! read. What leaves a browser, and what arrives at the other server, is the same whatever is done.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use alcove_protocol::ActorId;
use alcove_server::db::items::{self, Selection};
use serde_json::{Value, json};

use super::{
    acquainted,
    people::{Browsers, PATIENCE, Person},
    world::{Place, Time},
};

/// What stays between a person and their own server.
const OWN: [&str; 2] = ["GET /api/alcove/v1/blocks", "POST /api/alcove/v1/blocks"];
/// Longer than a receipt waits.
const LATER: u32 = 90;

/// How many messages went out, of those that others get.
fn outbox(asked: &[String]) -> usize {
    asked.iter().filter(|request| request.ends_with("/outbox PrivateMessage")).count()
}

/// What the request is answered with; nobody sees which.
async fn answer(person: &Person<'_>, how: &str, chat: &Value, stranger: &Value) {
    match how {
        "looker" => {
            person.call("chat", json!({"chat": chat})).await;
            person.call("readers", json!({"chat": chat})).await;
            person.call("person", json!({"actor": stranger})).await;
            person
                .call("markRead", json!({"chat": chat, "upTo": person.newest(chat).await["position"]}))
                .await;
        }
        "decliner" => drop(person.call("decline", json!({"chat": chat})).await),
        "blocker" => drop(person.call("block", json!({"actor": stranger})).await),
        "accepter" => {
            person.call("accept", json!({"chat": chat})).await;
        }
        _ => {}
    }
}

/// How many things of somebody have arrived for an account of a server.
async fn arrived_from(place: &Place, account: &Value, sender: &Value) -> usize {
    let actor: ActorId = serde_json::from_value(account.clone()).unwrap();
    let account = place.app().site.account_of(&actor).unwrap();
    let all = place
        .read(move |transaction| items::after(transaction, account, Selection::Everything, 0, 1_000))
        .await;
    let sent = |document: &str| serde_json::from_str::<Value>(document).unwrap()["actor"] == *sender;
    all.iter().filter(|item| sent(&item.envelope.document)).count()
}

/// Waits until all have asked their server for the same, each in its own time, and nobody for more; nothing goes out meanwhile.
async fn all_ask_for_the_same(people: &[(&str, Person<'_>, Value, Value)]) {
    let mut sets = vec![BTreeSet::new(); people.len()];
    let begun = Instant::now();
    loop {
        for ((name, person, ..), set) in people.iter().zip(&mut sets) {
            let asked = person.asked().await;
            assert_eq!(outbox(&asked), 0, "{name}: {asked:?}");
            set.extend(asked.into_iter().filter(|request| !OWN.contains(&request.as_str())));
        }
        if sets.iter().all(|set| *set == sets[0] && !set.is_empty()) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "they are to be told from each other: {sets:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// P37: five people get a request of the same stranger. One looks at it and leaves it, one does not look, one deletes it, one
/// blocks whom it is from: each asks its server for the same, and nothing goes out. That the fifth accepts it is seen.
#[tokio::test]
async fn nobody_hears_what_becomes_of_a_request() {
    let time = Time::default();
    let (one, two) = (Place::open(&time).await, Place::open(&time).await);
    let browsers = Browsers::start();
    let mia = browsers.join(&one, "mia").await;
    let mia_is = mia.actor().await;
    let mut people = Vec::new();
    for name in ["leaver", "looker", "decliner", "blocker", "accepter"] {
        let person = browsers.join(&two, name).await;
        let actor = person.actor().await;
        let chat = mia.call("newChat", json!({"people": [actor], "encrypted": true})).await;
        mia.send(&chat, "Hello?").await;
        person.reads(&chat, "Hello?").await;
        person.expect("person", json!({"actor": mia_is}), "\"MIA\"").await;
        people.push((name, person, chat, actor));
    }
    for (name, person, chat, _) in &people {
        person.asked().await;
        answer(person, name, chat, &mia_is).await;
        mia.send(chat, "Are you there?").await;
    }
    let (_, accepter, chat, _) = &people[4];
    accepter.reads(chat, "Are you there?").await;
    accepter.call("markRead", json!({"chat": chat, "upTo": accepter.newest(chat).await["position"]})).await;
    for (_, person, ..) in &people {
        person.later(LATER).await;
    }
    // Whoever says something is heard by now.
    mia.expect("messages", json!({"chat": chat, "limit": 10}), "\"kind\":\"read\"").await;
    let asked = accepter.asked().await;
    let heard = arrived_from(&one, &mia_is, &people[4].3).await;
    assert!(outbox(&asked) > 0 && heard > 0, "a control: {asked:?}");
    all_ask_for_the_same(&people[..4]).await;
    for (name, _, chat, actor) in &people[..4] {
        assert_eq!(arrived_from(&one, &mia_is, actor).await, 0, "{name}");
        let sent = mia.newest(chat).await;
        assert_eq!(
            (&sent["body"]["text"], &sent["state"]),
            (&json!("Are you there?"), &json!({"kind": "sent"}))
        );
        let message = json!({"sender": sent["sender"], "id": sent["id"]});
        let fate = mia.call("deliveries", json!({"chat": chat, "message": message})).await;
        assert_eq!(fate, json!([{"actor": actor, "state": "delivered"}]), "{name}");
    }
    browsers.found_nothing_wrong().await;
}

/// P37: what is done to a message is read without a word: of a message, an edit of it, a reaction and another message two are
/// confirmed.
#[tokio::test]
async fn edits_and_reactions_are_read_in_silence() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, chat) = acquainted(&browsers, &place).await;
    let read = async |text: &str| {
        bob.reads(&chat, text).await;
        bob.call("markRead", json!({"chat": chat, "upTo": bob.newest(&chat).await["position"]})).await;
        bob.later(LATER).await;
    };
    bob.asked().await;
    ada.send(&chat, "one").await;
    read("one").await;
    let confirmed = async |text: &str| {
        while ada.newest(&chat).await["state"]["kind"] != "read" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(ada.newest(&chat).await["body"]["text"], text);
    };
    confirmed("one").await;
    assert_eq!(outbox(&bob.asked().await), 1, "the message was confirmed");

    let message = ada.newest(&chat).await;
    let name = json!({"sender": message["sender"], "id": message["id"]});
    ada.call("edit", json!({"chat": chat, "message": name, "text": "uno"})).await;
    read("uno").await;
    ada.call("react", json!({"chat": chat, "message": name, "emoji": "🐚"})).await;
    bob.expect("messages", json!({"chat": chat, "limit": 10}), "🐚").await;
    read("uno").await;
    // The next message is confirmed after them, and by its own receipt.
    ada.send(&chat, "two").await;
    read("two").await;
    confirmed("two").await;
    assert_eq!(outbox(&bob.asked().await), 1, "nothing but the next message was");
    browsers.found_nothing_wrong().await;
}
