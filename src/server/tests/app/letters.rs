//! Conversations that are not encrypted, in browsers: with somebody on another server who has no device, beside an encrypted one
//! with the same person, without a network, and while processes are killed.

use alcove_protocol::{ActorId, post::Visibility};
use std::time::Duration;

use alcove_server::{
    actions::{
        desk::Desk,
        policy, reading,
        writing::{self, Body, Draft, edit::Change},
    },
    config::Policy,
    db::{posts, talks},
    text::Mentions,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    acquainted,
    people::{Browsers, Person},
    world::{self, Place, Time, settle, two},
};

impl Person<'_> {
    /// Waits until an unencrypted chat is there, and gives its line.
    async fn plain_row(&self) -> Value {
        let rows = self.expect("chats", json!({}), "\"plain ").await;
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["chat"].as_str().unwrap().starts_with("plain ")).unwrap().clone()
    }

    /// Begins an unencrypted chat with somebody whom the server can find.
    async fn write_unencrypted_to(&self, other: &ActorId) -> Value {
        let chat = self.call("newChat", json!({"people": [other], "encrypted": false})).await;
        self.expect("person", json!({"actor": other}), "\"handle\":\"@").await;
        chat
    }

    /// Waits until a chat says exactly this.
    async fn has(&self, chat: &Value, texts: &[&str]) {
        for _ in 0..1_000 {
            if self.texts(chat).await == texts {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{chat} says {:?}, not {texts:?}", self.texts(chat).await);
    }

    async fn messages(&self, chat: &Value) -> Vec<Value> {
        let page = self.call("messages", json!({"chat": chat, "limit": 200})).await;
        page["messages"].as_array().unwrap().clone()
    }
}

/// Somebody without any device, as the pages of their server have it.
struct Correspondent<'a> {
    place: &'a Place,
    person: world::Person,
}

impl Correspondent<'_> {
    async fn write(&self, to: &ActorId, text: &str) -> i64 {
        let (site, moment, account) =
            (self.place.app().site.clone(), self.place.app().moment(), self.person.id);
        let draft = Draft {
            body: Body::Typed(text.into(), Mentions::default()),
            recipients: vec![to.clone()],
            ..Draft::of_text("", Visibility::Direct)
        };
        let written = self.place.write(move |transaction| {
            writing::publish(transaction, &Desk::new(&site, &moment, account), &draft)
        });
        written.await.post
    }

    async fn edit(&self, letter: i64, text: &str) {
        let (site, moment, account) =
            (self.place.app().site.clone(), self.place.app().moment(), self.person.id);
        let body = Body::Typed(text.into(), Mentions::default());
        let change =
            Change { body, warning: String::new(), sensitive: false, language: None, media: Vec::new() };
        self.place
            .write(move |transaction| {
                writing::edit::edit(transaction, &Desk::new(&site, &moment, account), letter, &change)
                    .map(drop)
            })
            .await;
    }

    async fn remove(&self, letter: i64) {
        let (site, moment, account) =
            (self.place.app().site.clone(), self.place.app().moment(), self.person.id);
        self.place
            .write(move |transaction| {
                writing::remove::remove(transaction, &Desk::new(&site, &moment, account), letter).map(drop)
            })
            .await;
    }

    /// The texts of others' letters, in order, once this one has come.
    async fn reads(&self, from: &Place, text: &str) -> Vec<String> {
        loop {
            settle(from, self.place).await;
            let all = self.place.arrived(&self.person).await;
            if all.iter().any(|letter| letter.contains(text)) {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Two people on two servers, one of them without any device, write to each other; what becomes of their letters is seen.
#[tokio::test]
async fn letters_go_both_ways_between_servers() {
    let time = Time::default();
    let (one, two) = (Place::open(&time).await, Place::open(&time).await);
    let bob = Correspondent { place: &two, person: two.person("bob").await };
    let browsers = Browsers::start();
    let ada = browsers.join(&one, "ada").await;
    let chat = ada.write_unencrypted_to(&bob.person.actor).await;
    let row = ada.plain_row().await;
    let protection = json!({"kind": "plain", "servers": [one.host(), two.host()]});
    assert_eq!(row["protection"], protection, "it is said before anything is written");
    ada.send(&chat, "Hello Bob").await;
    bob.reads(&one, "Hello Bob").await;
    let sent = ada.messages(&chat).await.remove(0);
    let name = json!({"sender": sent["sender"], "id": sent["id"]});
    let reached = ada.expect("deliveries", json!({"chat": chat, "message": name}), "delivered").await;
    assert_eq!(reached, json!([{"actor": bob.person.actor, "state": "delivered"}]));

    let ada_is: ActorId = serde_json::from_value(ada.actor().await).unwrap();
    let first = bob.write(&ada_is, "Hello Ada").await;
    let second = bob.write(&ada_is, "It rains").await;
    settle(&one, &two).await;
    ada.reads(&chat, "It rains").await;
    assert_eq!(ada.texts(&chat).await, ["Hello Bob", "Hello Ada", "It rains"]);
    let row = ada.plain_row().await;
    assert_eq!((&row["chat"], &row["unread"], &row["protection"]), (&chat, &json!(2), &protection));

    bob.edit(first, "Hello dear Ada").await;
    settle(&one, &two).await;
    ada.reads(&chat, "Hello dear Ada").await;
    bob.remove(second).await;
    settle(&one, &two).await;
    ada.has(&chat, &["Hello Bob", "Hello dear Ada"]).await;
    assert_eq!(ada.plain_row().await["preview"]["text"], "Hello dear Ada");

    let last = ada.messages(&chat).await.remove(1);
    ada.call("markRead", json!({"chat": chat, "upTo": last["position"]})).await;
    assert_eq!(ada.plain_row().await["unread"], 0);
    ada.kill(0).await;
    assert_eq!(ada.texts(&chat).await, ["Hello Bob", "Hello dear Ada"], "they are kept on the device");
    let hits = ada.call("search", json!({"text": "DEAR", "limit": 10})).await;
    assert_eq!((hits.as_array().unwrap().len(), &hits[0]["chat"]), (1, &chat));
    browsers.found_nothing_wrong().await;
}

/// What a stranger writes leads nowhere before it is answered. Words are found without their accents, by the browser's own tables.
#[tokio::test]
async fn what_a_stranger_writes_is_inert_until_it_is_answered() {
    let time = Time::default();
    let (one, two) = (Place::open(&time).await, Place::open(&time).await);
    let bob = Correspondent { place: &two, person: two.person("bob").await };
    let browsers = Browsers::start();
    let ada = browsers.join(&one, "ada").await;
    let ada_is: ActorId = serde_json::from_value(ada.actor().await).unwrap();
    bob.write(&ada_is, "Señor Straße: https://bücher.example/a").await;
    settle(&one, &two).await;
    let chat = ada.plain_row().await["chat"].clone();
    ada.reads(&chat, "bücher.example/a").await;
    let body = ada.messages(&chat).await.remove(0)["body"].clone();
    assert_eq!(body["inert"], true);
    assert_eq!(body["links"][0]["url"], "https://xn--bcher-kva.example/a", "look-alikes show themselves");
    let found = ada.call("search", json!({"text": "SENOR strasse", "limit": 5})).await;
    assert_eq!((found.as_array().unwrap().len(), &found[0]["chat"]), (1, &chat));

    ada.send(&chat, "Who are you?").await;
    bob.reads(&one, "Who are you?").await;
    assert_eq!(ada.messages(&chat).await.remove(0)["body"]["inert"], false);
    browsers.found_nothing_wrong().await;
}

/// What was written offline waits, says so, and leaves in its order; what came meanwhile is there.
#[tokio::test]
async fn letters_wait_for_the_network() {
    let (one, two, _) = two().await;
    let bob = Correspondent { place: &two, person: two.person("bob").await };
    let browsers = Browsers::start();
    let ada = browsers.join(&one, "ada").await;
    let chat = ada.write_unencrypted_to(&bob.person.actor).await;
    ada.send(&chat, "before").await;
    bob.reads(&one, "before").await;
    let ada_is: ActorId = serde_json::from_value(ada.actor().await).unwrap();
    ada.network(false).await;
    for text in ["one", "two"] {
        ada.send(&chat, text).await;
    }
    let waiting = ada.messages(&chat).await;
    assert!(waiting[1..].iter().all(|letter| letter["state"]["kind"] == "waiting"), "{waiting:?}");
    bob.write(&ada_is, "meanwhile").await;
    settle(&one, &two).await;
    ada.network(true).await;
    ada.reads(&chat, "meanwhile").await;
    let read = bob.reads(&one, "two").await;
    assert_eq!(read.len(), 3, "each once: {read:?}");
    ada.has(&chat, &["before", "meanwhile", "one", "two"]).await;
    assert_eq!(ada.plain_row().await["unread"], 1);
    browsers.found_nothing_wrong().await;
}

/// P15: whoever is killed while a letter is on its way sends it once.
#[tokio::test]
async fn whoever_is_killed_sends_a_letter_once() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob) = (browsers.join(&place, "ada").await, browsers.join(&place, "bob").await);
    let bob_is: ActorId = serde_json::from_value(bob.actor().await).unwrap();
    let chat = ada.write_unencrypted_to(&bob_is).await;
    let mut chance = StdRng::seed_from_u64(3);
    for _ in 0..4 {
        // The same words each time: nothing but their number says which are there.
        ada.send(&chat, "knock").await;
        ada.kill(chance.gen_range(0..60)).await;
    }
    ada.send(&chat, "open").await;
    let theirs = bob.plain_row().await["chat"].clone();
    bob.reads(&theirs, "open").await;
    assert_eq!(bob.texts(&theirs).await, ["knock", "knock", "knock", "knock", "open"]);
    browsers.found_nothing_wrong().await;
}

/// P9: what is said in an encrypted chat and in an unencrypted one with the same person never meets, on any side.
#[tokio::test]
async fn both_kinds_of_chats_with_the_same_person_never_meet() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob, sealed) = acquainted(&browsers, &place).await;
    let (ada_is, bob_is): (ActorId, ActorId) = (
        serde_json::from_value(ada.actor().await).unwrap(),
        serde_json::from_value(bob.actor().await).unwrap(),
    );
    let open = ada.write_unencrypted_to(&bob_is).await;
    assert_ne!(open, sealed);
    ada.send(&open, "for every eye").await;
    ada.send(&sealed, "for yours only").await;
    let theirs = bob.plain_row().await["chat"].clone();
    bob.reads(&theirs, "for every eye").await;
    bob.reads(&sealed, "for yours only").await;
    bob.send(&sealed, "sealed answer").await;
    bob.send(&theirs, "open answer").await;
    ada.reads(&sealed, "sealed answer").await;
    ada.reads(&open, "open answer").await;
    assert_eq!(ada.texts(&open).await, ["for every eye", "open answer"]);
    assert_eq!(ada.texts(&sealed).await, ["Hello Bob", "for yours only", "sealed answer"]);
    assert_eq!(bob.texts(&theirs).await, ["for every eye", "open answer"]);
    // By the name of one kind nothing is said in the other.
    let crossed = [format!("plain {}", sealed.as_str().unwrap()), open.as_str().unwrap().replace(' ', "")];
    for chat in crossed {
        ada.refusal("send", json!({"chat": chat, "text": "lost"})).await;
    }
    for method in ["edit", "remove", "react"] {
        let name = ada.messages(&open).await.remove(0)["id"].clone();
        let message = json!({"sender": ada_is, "id": name});
        let args = json!({"chat": open, "message": message, "text": "x", "emoji": "x"});
        assert!(ada.refusal(method, args).await.contains("not-yet"), "{method}");
    }
    let account = place.app().site.account_of(&bob_is).unwrap();
    let stored = place
        .read(move |transaction| {
            let last = talks::last_of_each(transaction, account, i64::MAX, 10)?;
            let conversation = last[0].1.conversation_id.unwrap();
            let all = talks::of_conversation(transaction, account, conversation, i64::MAX, 100)?;
            Ok((last.len(), all.into_iter().rev().filter_map(|post| post.source).collect::<Vec<_>>()))
        })
        .await;
    assert_eq!(stored, (1, vec!["for every eye".to_owned(), "open answer".to_owned()]));
    browsers.found_nothing_wrong().await;
}

/// P10: where everything has to be encrypted the app says so, keeps what was written, and what was said can be read.
#[tokio::test]
async fn where_letters_are_forbidden_that_is_said() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob) = (browsers.join(&place, "ada").await, browsers.join(&place, "bob").await);
    let bob_is: ActorId = serde_json::from_value(bob.actor().await).unwrap();
    let chat = ada.write_unencrypted_to(&bob_is).await;
    ada.send(&chat, "allowed").await;
    let theirs = bob.plain_row().await["chat"].clone();
    bob.reads(&theirs, "allowed").await;
    let moment = place.app().moment();
    place.write(move |transaction| policy::adopt(transaction, &moment, Policy::Required)).await;
    ada.send(&chat, "forbidden").await;
    ada.expect("chat", json!({"chat": chat}), "\"obstacle\":{\"kind\":\"policy\",\"policy\":\"required\"}")
        .await;
    let last = ada.messages(&chat).await.remove(1);
    assert_eq!(last["state"]["kind"], "failed");
    assert!(last["state"]["detail"].as_str().unwrap().contains("end-to-end encrypted"), "{last}");
    ada.call("discard", json!({"chat": chat, "id": last["id"]})).await;
    assert_eq!(ada.texts(&chat).await, ["allowed"]);
    browsers.found_nothing_wrong().await;
}

/// What was read in another app is read here; settings and drafts are of this device, and survive a restart.
#[tokio::test]
async fn a_letter_that_was_read_elsewhere_is_read_here() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = browsers.join(&place, "ada").await;
    let bob = Correspondent { place: &place, person: place.person("bob").await };
    let ada_is: ActorId = serde_json::from_value(ada.actor().await).unwrap();
    let letter = bob.write(&ada_is, "are you there?").await;
    let row = ada.plain_row().await;
    let chat = row["chat"].clone();
    assert_eq!(row["unread"], 1);
    let (site, account) = (place.app().site.clone(), place.app().site.account_of(&ada_is).unwrap());
    place
        .write(move |transaction| {
            let conversation = posts::find(transaction, letter)?.unwrap().conversation_id.unwrap();
            reading::letters(transaction, &site, account, conversation, letter)
        })
        .await;
    ada.expect("chats", json!({}), "\"unread\":0").await;
    let message = ada.messages(&chat).await.remove(0);
    let name = json!({"sender": message["sender"], "id": message["id"]});
    ada.call("setDraft", json!({"chat": chat, "text": "Yes", "inReplyTo": name})).await;
    ada.call("setChat", json!({"chat": chat, "pinned": true})).await;
    ada.kill(0).await;
    let shown = ada.expect("chat", json!({"chat": chat}), "answering").await;
    let kept = (&shown["draft"], &shown["section"], &shown["answering"]["body"]["text"], &shown["can"]);
    assert_eq!(kept, (&json!("Yes"), &json!("pinned"), &json!("are you there?"), &json!([])));
    browsers.found_nothing_wrong().await;
}

/// Whoever is blocked is listed, and let in again.
#[tokio::test]
async fn a_block_is_undone() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let (ada, bob) = (browsers.join(&place, "ada").await, browsers.join(&place, "bob").await);
    let bob_is: ActorId = serde_json::from_value(bob.actor().await).unwrap();
    let chat = ada.write_unencrypted_to(&bob_is).await;
    ada.send(&chat, "hello").await;
    bob.plain_row().await;
    ada.call("block", json!({"actor": bob_is})).await;
    let blocked = ada.call("blocked", json!({})).await;
    assert_eq!((&blocked[0]["actor"], &blocked[0]["name"]), (&json!(bob_is), &json!("BOB")));
    assert_eq!(ada.call("person", json!({"actor": bob_is})).await["blocked"], true);
    ada.call("unblock", json!({"actor": bob_is})).await;
    assert_eq!(ada.call("blocked", json!({})).await, json!([]));
    let chat = ada.plain_row().await["chat"].clone();
    ada.send(&chat, "again").await;
    let theirs = bob.plain_row().await["chat"].clone();
    bob.reads(&theirs, "again").await;
    browsers.found_nothing_wrong().await;
}
