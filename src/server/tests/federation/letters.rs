//! Direct messages from elsewhere that servers can read: which conversation each belongs to, and when none is taken.

use alcove_protocol::post::Visibility;
use alcove_server::{
    actions::policy,
    config::Policy,
    db::{
        blocks,
        conversations::{self, ConversationRow, MLS, PLAIN, Place},
    },
    federation::lookup::{self, Sought},
};
use serde_json::json;

use super::scene::{Scene, at};

impl Scene {
    async fn conversation(&self, name: &str) -> ConversationRow {
        let id = self.post(&self.id(name)).await.unwrap().conversation_id.unwrap();
        self.two.read(move |transaction| conversations::find(transaction, id)).await.unwrap()
    }

    async fn adopt(&self, policy: Policy) {
        let moment = self.two.app().moment();
        self.two.write(move |transaction| policy::adopt(transaction, &moment, policy)).await;
    }
}

#[tokio::test]
async fn a_direct_message_joins_the_conversation_it_belongs_to() {
    let scene = Scene::new().await;
    let (bob, cleo) = (&scene.bob.actor, &scene.cleo.actor);
    let mut first = scene.create("1", "psst", Visibility::Direct, &[bob]);
    first["object"]["context"] = json!("tag:one,2026:talk");
    let mut answer = scene.create("2", "and", Visibility::Direct, &[bob]);
    answer["object"]["inReplyTo"] = json!(scene.id("1"));
    let mut same = scene.create("3", "so", Visibility::Direct, &[bob]);
    same["object"]["context"] = json!("tag:one,2026:talk");
    let between = scene.create("4", "on", Visibility::Direct, &[bob]);
    let others = scene.create("5", "all", Visibility::Direct, &[bob, cleo]);
    for message in [&first, &answer, &same, &between, &others] {
        assert_eq!(scene.send(message).await.0, 202);
    }
    let talk = scene.conversation("1").await;
    assert_eq!(talk.protection, PLAIN);
    for name in ["2", "3", "4"] {
        assert_eq!(scene.conversation(name).await.id, talk.id, "{name}");
    }
    assert_ne!(scene.conversation("5").await.id, talk.id);
    assert_eq!(scene.told(&scene.bob).await.len(), 5);
    assert_eq!(scene.shown(&scene.cleo).await, [at("direct", "all")]);
    let members = scene.two.read(move |transaction| conversations::members(transaction, talk.id)).await;
    assert_eq!(members.len(), 2);
}

/// Nobody gets into a conversation of others by naming what was said in it.
#[tokio::test]
async fn strangers_do_not_speak_in_conversations_of_others() {
    let scene = Scene::new().await;
    let mut first = scene.create("1", "psst", Visibility::Direct, &[&scene.bob.actor]);
    first["object"]["context"] = json!("tag:one,2026:talk");
    assert_eq!(scene.send(&first).await.0, 202);
    let mut eves = scene.create("2", "me too", Visibility::Direct, &[&scene.bob.actor]);
    eves["actor"] = json!(scene.eve.actor);
    eves["object"]["attributedTo"] = json!(scene.eve.actor);
    eves["object"]["inReplyTo"] = json!(scene.id("1"));
    eves["object"]["context"] = json!("tag:one,2026:talk");
    assert_eq!(scene.send_by(&scene.eve_key, &eves).await.0, 202);
    assert_ne!(scene.conversation("1").await.id, scene.conversation("2").await.id);
}

/// P9: whatever a readable message claims to go on with, it never stands in an encrypted conversation.
#[tokio::test]
async fn an_encrypted_conversation_never_turns_into_a_readable_one() {
    let scene = Scene::new().await;
    let (site, moment, ada) =
        (scene.two.app().site.clone(), scene.two.app().moment(), scene.ada.actor.clone());
    let uri = site.conversation("sealed").to_string();
    let row = ConversationRow {
        id: moment.id(),
        uri: uri.clone(),
        host: site.origin().authority().to_owned(),
        group_id: "group".into(),
        protection: MLS.into(),
        place: Place::Here.as_str().into(),
        epoch: 3,
        created_by: ada.to_string(),
        created_at: moment.now.0,
    };
    let (sealed, bob) = (row.id, scene.bob.actor.to_string());
    scene
        .two
        .write(move |transaction| {
            conversations::insert(transaction, &row)?;
            conversations::join(transaction, row.id, ada.as_str(), 0)?;
            conversations::join(transaction, row.id, &bob, 0)
        })
        .await;
    let mut message = scene.create("1", "in the open", Visibility::Direct, &[&scene.bob.actor]);
    (message["object"]["context"], message["object"]["conversation"]) = (json!(uri), json!(uri));
    message["object"]["inReplyTo"] = json!(uri);
    assert_eq!(scene.send(&message).await.0, 202);
    let conversation = scene.conversation("1").await;
    assert_eq!((conversation.id == sealed, conversation.protection.as_str()), (false, PLAIN));
    let after = scene.two.read(move |transaction| conversations::find(transaction, sealed)).await.unwrap();
    assert_eq!((after.protection.as_str(), after.epoch), (MLS, 3));
}

/// P10: where all private messages have to be encrypted, others are refused and leave nothing.
#[tokio::test]
async fn required_refuses_what_servers_can_read() {
    let scene = Scene::new().await;
    scene.adopt(Policy::Required).await;
    let message = scene.create("1", "in the open", Visibility::Direct, &[&scene.bob.actor]);
    assert_eq!(scene.send(&message).await, (403, "plain-refused".into()));
    assert_eq!(scene.post(&scene.id("1")).await, None);
    assert!(scene.shown(&scene.bob).await.is_empty() && scene.told(&scene.bob).await.is_empty());
    let public = scene.create("2", "for all", Visibility::Public, &[&scene.bob.actor]);
    assert_eq!(scene.send(&public).await.0, 202, "what is for everybody is no private message");
    scene.adopt(Policy::Default).await;
    assert_eq!(scene.send(&message).await.0, 202);
    let changes = scene.two.read(alcove_server::db::policy_changes::all).await;
    let changes: Vec<&str> = changes.iter().map(|(policy, _)| policy.as_str()).collect();
    assert_eq!(changes, ["default", "required", "default"]);
}

/// A server without encrypted messages says so, and shows no key packages.
#[tokio::test]
async fn off_refuses_what_is_sealed() {
    let scene = Scene::new().await;
    scene.adopt(Policy::Off).await;
    let sealed = json!({
        "id": scene.one.url("/foreign/s"), "type": "PrivateMessage", "attributedTo": scene.ada.actor,
        "mediaType": "message/mls", "encoding": "base64", "content": "AAEAAg==", "to": [scene.bob.actor],
    });
    let mut create = scene.activity("Create", "s", &scene.ada, &sealed);
    create["to"] = json!([scene.bob.actor]);
    assert_eq!(scene.send(&create).await, (403, "mls-refused".into()));
    assert!(scene.two.arrived(&scene.bob).await.is_empty());
}

/// S-25: whoever is blocked writes in vain, and of what somebody writes who is muted nobody is told.
#[tokio::test]
async fn letters_by_those_who_are_blocked_or_muted_disturb_nobody() {
    let scene = Scene::new().await;
    lookup::find(scene.two.app(), Sought::Actor(scene.ada.actor.clone())).await.unwrap();
    scene.two.publish(&scene.bob, json!({"type": "Block", "object": scene.ada.actor})).await;
    let letter = scene.create("1", "hear me", Visibility::Direct, &[&scene.bob.actor]);
    assert_eq!(scene.send(&letter).await.0, 202, "she does not learn of it");
    assert_eq!(scene.post(&scene.id("1")).await, None);
    let (cleo, ada, now) = (scene.cleo.id, scene.ada.actor.clone(), scene.time.now());
    scene.two.write(move |transaction| blocks::mute(transaction, cleo, &ada, None, now)).await;
    let letter = scene.create("2", "hear me", Visibility::Direct, &[&scene.cleo.actor]);
    assert_eq!(scene.send(&letter).await.0, 202);
    for person in [&scene.bob, &scene.cleo] {
        assert!(scene.told(person).await.is_empty() && scene.shown(person).await.is_empty());
    }
}
