//! P1 from the browser: whatever two people write, name, draft and attach in the app, neither their server nor any request of
//! theirs holds a word of it, in any form that a program is likely to give it. The demonstration (`cargo task demo`) says the same
//! of terminals, and of a server's memory and logs.

// Shared with the demonstration.
#[path = "../../../tasks/demo/search.rs"]
mod search;

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    files::files_in,
    people::{Browsers, Person, invitation, place_of_inviters},
    world::{Place, Time},
};

const PASSPHRASE: &str = "an owl of Oulu reads";
const TEXT: &str = "the boat is behind the mill";
const EDITED: &str = "the boat is under the bridge";
const DRAFT: &str = "shall I bring the oars";
const ANSWER: &str = "I have the \"other\" lantern";
const GROUP: &str = "Night rowers of Nida";
const SMALL: &str = "list of lanterns.txt";
const LARGE: &str = "map of the marshes.txt";
const WORDS: &str = "turn left at the heron";
const CONTROL: &str = "the lido opens on Monday";

/// Somebody opens the app for the first time; from then on everything that it sends is kept.
async fn begins<'a>(browsers: &'a Browsers, name: &'static str, place: &Place) -> Person<'a> {
    let person = Person::open_with(browsers, name, place, "").await;
    assert!(person.sent().await.is_empty());
    person
}

async fn joins(person: &Person<'_>, name: &str, link: &Value) {
    let details = json!({
        "link": link, "name": name, "displayName": name, "password": "three grey herons wade", "title": "browser",
        "passphrase": PASSPHRASE,
    });
    person.call("join", details).await;
    person.expect("start", json!({}), "ready").await;
}

/// Everything that people can say to each other.
async fn talk(ada: &Person<'_>, bob: &Person<'_>, chat: &Value) {
    ada.send(chat, TEXT).await;
    bob.reads(chat, TEXT).await;
    let message = ada.newest(chat).await;
    let name = json!({"sender": message["sender"], "id": message["id"]});
    ada.call("edit", json!({"chat": chat, "message": name, "text": EDITED})).await;
    bob.reads(chat, EDITED).await;
    bob.call("react", json!({"chat": chat, "message": name, "emoji": "🐚"})).await;
    bob.call("setDraft", json!({"chat": chat, "text": DRAFT})).await;
    bob.send(chat, ANSWER).await;
    ada.expect("messages", json!({"chat": chat, "limit": 10}), "other").await;
    for (number, title, bytes) in [(1, SMALL, 2_000), (2, LARGE, 1_000_000)] {
        let file = json!({"title": title, "type": "text/plain", "words": WORDS, "bytes": bytes});
        ada.attach(chat, number, file).await;
    }
    ada.call("send", json!({"chat": chat, "text": TEXT, "files": [1, 2]})).await;
    bob.expect("messages", json!({"chat": chat, "limit": 10}), LARGE).await;
    assert_eq!(bob.fetched(chat, &bob.newest(chat).await, 1).await["bytes"], 1_000_000);
    ada.expect("search", json!({"text": "lantern", "limit": 5}), "lantern").await;
}

#[tokio::test]
async fn nobody_but_the_two_has_a_word_of_it() {
    let place = place_of_inviters(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = begins(&browsers, "ada", &place).await;
    joins(&ada, "ada", &invitation(&place).await.into()).await;
    let link = ada.call("invite", json!({"days": 7})).await["link"].clone();
    let bob = begins(&browsers, "bob", &place).await;
    joins(&bob, "bob", &link).await;
    let chat = bob.chat().await;
    talk(&ada, &bob, &chat).await;
    let bob_is = bob.actor().await;
    let group = json!({"people": [bob_is], "name": GROUP, "encrypted": true});
    let group = ada.call("newChat", group).await;
    ada.send(&group, TEXT).await;
    bob.expect("chats", json!({}), GROUP).await;
    let letters = ada.call("newChat", json!({"people": [bob_is], "encrypted": false})).await;
    ada.send(&letters, CONTROL).await;
    bob.expect("chats", json!({}), CONTROL).await;

    let secret = link.as_str().unwrap().split_once('#').unwrap().1;
    let secrets = [PASSPHRASE, TEXT, EDITED, DRAFT, ANSWER, GROUP, SMALL, LARGE, WORDS, secret];
    let (secrets, control) = (search::Search::new(&secrets), search::Search::new(&[CONTROL]));
    let (mut searched, mut found) = (0, 0);
    let url = &place.config.database.url.0;
    let database = url.strip_prefix("sqlite:").and_then(|file| Some(files_in(Path::new(file).parent()?)));
    let kept = files_in(&place.config.server.data).into_iter().chain(database.unwrap_or_default());
    let kept = kept.map(|path| (path.display().to_string(), fs::read(&path).unwrap()));
    let sent = [("ada".to_owned(), ada.sent().await), ("bob".to_owned(), bob.sent().await)];
    for (place, bytes) in kept.chain(sent) {
        assert_eq!(secrets.hits(&bytes), [], "{place}");
        searched += bytes.len();
        found += usize::from(!control.hits(&bytes).is_empty());
    }
    assert!(searched > 1_500_000 && found >= 2, "a control: {found} in {searched} bytes");
    browsers.found_nothing_wrong().await;
}
