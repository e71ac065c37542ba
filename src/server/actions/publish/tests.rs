//! What apps do in the open by the outbox, each activity by the function that the pages use.

use alcove_protocol::post::Visibility;

use super::*;
use crate::{
    actions::{collections, testing::Place},
    db::{
        follows::FollowState,
        timelines::{self, EVERYWHERE},
    },
};

async fn post(place: &Place, account: i64, document: Value) -> Result<Sent> {
    place.write(move |transaction, site, moment| publish(transaction, site, moment, account, document)).await
}

fn note(to: &[&str]) -> Value {
    json!({"type": "Create", "object": {"type": "Note", "content": "<p>hello</p><script>x</script>", "to": to}})
}

/// The texts that somebody is shown, newest first.
async fn shown(place: &Place, account: i64) -> Vec<String> {
    let shown = place
        .db
        .read(move |transaction| timelines::before(transaction, account, EVERYWHERE, i64::MAX, 100))
        .await
        .unwrap();
    shown.into_iter().map(|shown| shown.post.content).collect()
}

/// S-43: what an app sends as HTML is made harmless before anybody gets it.
#[tokio::test]
async fn a_note_reaches_whom_it_names_and_is_taken_back() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let actor = place.site.actor(bob);
    let sent = post(&place, ana, note(&[actor.as_str()])).await.unwrap();
    assert_eq!(sent.document["to"], json!([actor]));
    assert_eq!(
        sent.document["object"]["tag"][0]["href"],
        json!(actor),
        "without a tag Mastodon tells nobody"
    );
    assert_eq!(shown(&place, bob).await, ["<p>hello</p>"]);
    let object = sent.document["object"]["id"].clone();
    let foreign = post(&place, bob, json!({"type": "Delete", "object": object})).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "S-04: only the author");
    post(&place, ana, json!({"type": "Delete", "object": object})).await.unwrap();
    assert!(shown(&place, bob).await.is_empty());
}

/// S-29: what was sent to certain people stands in no outbox.
#[tokio::test]
async fn only_public_posts_are_shown_in_the_outbox() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let actor = place.site.actor(bob);
    post(&place, ana, note(&[actor.as_str()])).await.unwrap();
    let public = post(&place, ana, note(&[context::PUBLIC])).await.unwrap();
    let site = place.site.clone();
    let page = place.db.read(move |transaction| collections::outbox_page(transaction, &site, ana, i64::MAX));
    let items = page.await.unwrap()["orderedItems"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    assert_eq!(items[0]["object"]["id"], public.document["object"]["id"]);
    let site = place.site.clone();
    let outbox = place.db.read(move |transaction| collections::outbox(transaction, &site, ana));
    assert_eq!(outbox.await.unwrap()["totalItems"], 1);
}

/// Trap T11: whoever stands in `bto` or `bcc` gets it, and nobody is told that they do, themselves included.
#[tokio::test]
async fn what_is_sent_in_secret_reaches_everybody_and_names_nobody() {
    let place = Place::new().await;
    let (ana, bob, cleo) =
        (place.account("ana").await, place.account("bob").await, place.account("cleo").await);
    let far = place.met("https://far.example/users/1").await;
    let secret = place.met("https://secret.example/users/1").await;
    let (to_bob, to_cleo) = (place.site.actor(bob), place.site.actor(cleo));
    let mut letter = note(&[to_bob.as_str(), far.as_str()]);
    letter["bcc"] = json!([secret]);
    letter["object"]["bto"] = json!(to_cleo);
    let sent = post(&place, ana, letter).await.unwrap();
    for account in [bob, cleo] {
        assert_eq!(shown(&place, account).await, ["<p>hello</p>"]);
    }
    let deliveries = place.sent().await;
    let mut to: Vec<&str> = deliveries.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [far.as_str(), secret.as_str()]);
    for document in deliveries.iter().map(|(_, document)| document).chain([&sent.document]) {
        let text = document.to_string();
        for name in [secret.as_str(), to_cleo.as_str(), "\"bto\"", "\"bcc\""] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }
    let answer = json!({"type": "Create", "object": {"type": "Note", "content": "hi", "to": [to_bob],
        "inReplyTo": sent.document["object"]["id"]}});
    post(&place, ana, answer).await.unwrap();
    assert_eq!(shown(&place, cleo).await.len(), 1, "they have no part in the conversation");
    let alone = json!({"type": "Create", "object": {"type": "Note", "content": "psst", "bto": [to_cleo]}});
    post(&place, ana, alone).await.unwrap();
    assert_eq!(shown(&place, cleo).await[0], "psst");
    for collection in [place.site.of_account(ana, "followers"), context::PUBLIC.to_owned()] {
        let mut wide = note(&[to_bob.as_str()]);
        wide["bto"] = json!(collection);
        assert!(post(&place, ana, wide).await.unwrap_err().is_refusal("activity"));
    }
    let mut public = note(&[context::PUBLIC]);
    public["bto"] = json!([secret]);
    post(&place, ana, public).await.unwrap();
    assert!(place.sent().await.iter().any(|(to, _)| to.starts_with("https://secret.example/")));
}

/// Apps mark names and hashtags as links, and not all of them say so in tags as well: new or edited, both are found.
#[tokio::test]
async fn names_and_hashtags_that_stand_in_html_alone_are_found() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let far = place.met("https://far.example/users/1").await;
    let content = |greeting: &str| {
        let page = place.site.profile("bob");
        format!(
            "<p>{greeting} <a href=\"{page}\" class=\"u-url mention\">@<span>bob</span></a> \
             <a href=\"{far}\" class=\"mention\">@far</a> \
             <a href=\"https://x.example/tags/Ducks\" class=\"mention hashtag\">#<span>Ducks</span></a></p>"
        )
    };
    let object = json!({"type": "Note", "content": content("Hello"), "to": [context::PUBLIC]});
    let sent = post(&place, ana, json!({"type": "Create", "object": object})).await.unwrap();
    let names = |sent: &Sent| {
        let tags = sent.document["object"]["tag"].as_array().unwrap().clone();
        let mut names: Vec<String> = tags
            .iter()
            .map(|tag| tag["href"].as_str().or(tag["name"].as_str()).unwrap().to_owned())
            .collect();
        names.sort_unstable();
        names
    };
    let mut expected =
        vec![far.to_string(), place.site.actor(bob).to_string(), place.site.url("/tags/ducks")];
    expected.sort_unstable();
    assert_eq!(names(&sent), expected);
    let mut object = sent.document["object"].clone();
    object["content"] = json!(content("Good evening"));
    object["tag"] = json!([{"type": "Hashtag", "name": "#Geese"}]);
    let edited = post(&place, ana, json!({"type": "Update", "object": object})).await.unwrap();
    expected.push(place.site.url("/tags/geese"));
    expected.sort_unstable();
    assert_eq!(names(&edited), expected);
    let found =
        place.db.read(|transaction| crate::db::hashtags::posts(transaction, "geese", i64::MAX, 10)).await;
    assert_eq!(found.unwrap().len(), 1);
}

#[tokio::test]
async fn follows_are_asked_for_and_taken_back() {
    let place = Place::new().await;
    let (ana, far) = (place.account("ana").await, ActorId::parse("https://far.example/users/1").unwrap());
    let follow = post(&place, ana, json!({"type": "Follow", "object": far})).await.unwrap();
    let actor = place.site.actor(ana);
    let state = |actor: ActorId, far: ActorId| {
        place.db.read(move |transaction| follows::state(transaction, &actor, &far))
    };
    assert_eq!(state(actor.clone(), far.clone()).await.unwrap(), Some(FollowState::Pending), "S-20");
    post(&place, ana, json!({"type": "Undo", "object": follow.id})).await.unwrap();
    assert_eq!(state(actor, far).await.unwrap(), None);
    let again = post(&place, ana, json!({"type": "Undo", "object": follow.id})).await;
    assert!(again.is_err(), "there is nothing left to undo");
}

#[tokio::test]
async fn what_is_done_with_posts_is_done_and_undone() {
    let place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    let sent = post(&place, ana, note(&[context::PUBLIC])).await.unwrap();
    let object = sent.document["object"]["id"].clone();
    for kind in ["Like", "Announce"] {
        let done = post(&place, bob, json!({"type": kind, "object": object})).await.unwrap();
        assert_eq!(done.document["type"], kind);
        let undone = post(&place, bob, json!({"type": "Undo", "object": done.id})).await.unwrap();
        assert_eq!(undone.document["object"]["id"], json!(done.id), "the whole of it is embedded");
        let embedded = json!({"type": "Undo", "object": {"type": kind, "actor": place.site.actor(bob), "object": object}});
        assert!(matches!(post(&place, bob, embedded).await, Err(Error::NotFound)));
    }
    let featured = place.site.of_account(ana, "featured");
    let pin = |kind: &str| json!({"type": kind, "object": object, "target": featured});
    post(&place, ana, pin("Add")).await.unwrap();
    post(&place, ana, pin("Remove")).await.unwrap();
    assert!(matches!(post(&place, ana, pin("Remove")).await, Err(Error::NotFound)));
    let change =
        json!({"type": "Update", "object": {"type": "Note", "id": object, "content": "<p>newer</p>"}});
    let edited = post(&place, ana, change).await.unwrap();
    assert_eq!(edited.document["object"]["content"], "<p>newer</p>");
    assert_eq!(edited.document["object"]["published"], sent.document["object"]["published"]);
}

/// P9: nothing readable is said in a conversation that is encrypted.
#[tokio::test]
async fn a_note_into_a_sealed_conversation_is_refused() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.account("bob").await);
    let (site, moment) = (place.site.clone(), place.moment());
    let group = crate::actions::testing::group(1);
    let row = crate::db::conversations::ConversationRow {
        id: moment.id(),
        uri: site.conversation("sealed").to_string(),
        host: "here.example".into(),
        group_id: group.as_str().into(),
        protection: crate::db::conversations::MLS.into(),
        place: crate::db::conversations::Place::Here.as_str().into(),
        epoch: 0,
        created_by: ana.actor.to_string(),
        created_at: 0,
    };
    let named = [row.uri.clone(), row.group_id.clone()];
    place.write(move |transaction, _, _| crate::db::conversations::insert(transaction, &row)).await.unwrap();
    for name in named {
        let mut into = note(&[place.site.actor(bob).as_str()]);
        into["object"]["context"] = json!(name);
        let refused = post(&place, ana.sender.account, into).await;
        assert!(refused.unwrap_err().is_refusal("plain-refused"));
    }
    assert!(shown(&place, bob).await.is_empty());
}

#[tokio::test]
async fn what_we_do_not_know_is_refused_by_name() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let refused = post(&place, ana, json!({"type": "Travel", "object": "https://a.example/"})).await;
    assert!(refused.unwrap_err().is_refusal("unsupported-activity"));
    let moving = post(&place, ana, json!({"type": "Move", "object": "https://a.example/"})).await;
    assert!(moving.unwrap_err().is_refusal("password-needed"));
    let article = json!({"type": "Create", "object": {"type": "Article", "name": "x", "content": "y", "to": [context::PUBLIC]}});
    assert!(post(&place, ana, article).await.unwrap_err().is_refusal("unsupported-activity"));
    let nobody = json!({"type": "Create", "object": {"type": "Note", "content": "x"}});
    assert!(post(&place, ana, nobody).await.unwrap_err().is_refusal("post"), "{:?}", Visibility::Direct);
}
