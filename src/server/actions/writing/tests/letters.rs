//! Direct messages that servers can read.

use alcove_protocol::api::DeliveryState;

use super::*;
use crate::{
    actions::domains,
    config::Policy,
    db::{deliveries, letters as table},
};

fn letter(text: &str, recipients: &[&ActorId]) -> Draft {
    let recipients = recipients.iter().map(|actor| (*actor).clone()).collect();
    Draft { recipients, ..Draft::of_text(text, Visibility::Direct) }
}

/// mastodon#24879, S-29: naming somebody in the text of a message for others adds nobody, and tells them nothing.
#[tokio::test]
async fn naming_somebody_in_a_message_does_not_send_it_to_them() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let bob = place.met("https://far.example/users/bob").await;
    let eve = place.met("https://other.example/users/eve").await;
    let body = naming("What do you think of @eve@other.example?", &[("eve@other.example", &eve)]);
    publish_as(&place, ana, Draft { body, ..letter("", &[&bob]) }).await.unwrap();
    let sent = place.sent().await;
    assert_eq!(sent.len(), 1);
    let (to, document) = &sent[0];
    assert_eq!(to, bob.as_str(), "each recipient by itself, so that each can be told what became of it");
    assert_eq!(document["object"]["to"], json!([bob]));
    assert_eq!(document["object"]["cc"], json!([]));
    assert_eq!(
        document["object"]["tag"].as_array().unwrap().len(),
        1,
        "a tag for each recipient and for nobody else"
    );
    assert_eq!(document["object"]["tag"][0]["href"], json!(bob));
}

#[tokio::test]
async fn an_answer_goes_to_everybody_in_the_conversation_and_stays_in_it() {
    let place = Place::new().await;
    let (ana, cleo) = (place.account("ana").await, place.account("cleo").await);
    let bob = place.met("https://far.example/users/bob").await;
    let first = publish_as(&place, ana, letter("hello", &[&bob, &place.site.actor(cleo)])).await.unwrap();
    let answer = Draft { in_reply_to: Some(first.post), ..letter("hello to both", &[]) };
    let answer = publish_as(&place, cleo, answer).await.unwrap();
    let (first, answer) = (row(&place, first.post).await.unwrap(), row(&place, answer.post).await.unwrap());
    assert_eq!(first.conversation_id, answer.conversation_id);
    assert_eq!(first.context, answer.context);
    let conversation = first.conversation_id.unwrap();
    let members = place.db.read(move |transaction| table::members(transaction, conversation)).await.unwrap();
    assert_eq!(members.len(), 3);
    let sent = place.sent().await;
    assert_eq!(sent.len(), 2);
    assert_eq!(
        sent[1].1["object"]["to"],
        json!([place.site.actor(ana), bob])
            .as_array()
            .map(|all| {
                let mut all = all.clone();
                all.sort_by_key(ToString::to_string);
                json!(all)
            })
            .unwrap()
    );
    let wide = Draft { in_reply_to: Some(first.id), ..Draft::of_text("for all", Visibility::Public) };
    assert!(publish_as(&place, cleo, wide).await.unwrap_err().is_refusal("post"));
    let again = publish_as(&place, ana, letter("later", &[&bob, &place.site.actor(cleo)])).await.unwrap();
    assert_eq!(row(&place, again.post).await.unwrap().conversation_id, first.conversation_id);
    let other = publish_as(&place, ana, letter("to one", &[&bob])).await.unwrap();
    assert_ne!(row(&place, other.post).await.unwrap().conversation_id, first.conversation_id);
}

/// P10: where everything has to be encrypted, nothing readable goes out.
#[tokio::test]
async fn a_policy_of_encryption_refuses_what_can_be_read() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let bob = place.met("https://far.example/users/bob").await;
    place
        .write(|transaction, _, moment| crate::actions::policy::adopt(transaction, moment, Policy::Required))
        .await
        .unwrap();
    let refused = publish_as(&place, ana, letter("hello", &[&bob])).await;
    assert!(refused.unwrap_err().is_refusal("plain-refused"));
    assert!(place.sent().await.is_empty());
    publish_as(&place, ana, Draft::of_text("for all", Visibility::Public)).await.unwrap();
}

/// P10: a change goes out to everybody who has the message, so that it is asked for as a new one is.
#[tokio::test]
async fn a_policy_of_encryption_refuses_changes_of_what_can_be_read() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let bob = place.met("https://far.example/users/bob").await;
    let written = publish_as(&place, ana, letter("hello", &[&bob])).await.unwrap();
    place.sent().await;
    place
        .write(|transaction, _, moment| crate::actions::policy::adopt(transaction, moment, Policy::Required))
        .await
        .unwrap();
    let change = edit::Change {
        body: naming("the number is 1234", &[]),
        warning: String::new(),
        sensitive: false,
        language: None,
        media: Vec::new(),
    };
    let edited =
        place.act(ana, move |transaction, desk| edit::edit(transaction, desk, written.post, &change));
    assert!(edited.await.unwrap_err().is_refusal("plain-refused"));
    assert!(place.sent().await.is_empty());
    assert_eq!(row(&place, written.post).await.unwrap().content, "<p>hello</p>");
}

/// Each recipient's delivery can be told apart; a message is tried for fourteen days, a post for three.
#[tokio::test]
async fn letters_are_tried_for_longer_than_posts() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let bob = place.met("https://far.example/users/bob").await;
    let eve = place.met("https://far.example/users/eve").await;
    place.follow(&bob, &place.site.actor(ana)).await;
    let written = publish_as(&place, ana, letter("hello", &[&bob, &eve])).await.unwrap();
    let id = written.sent.id.clone();
    let states = place.db.read(move |transaction| deliveries::of_activity(transaction, &id)).await.unwrap();
    let to: Vec<&ActorId> = states.iter().map(|delivery| &delivery.recipient).collect();
    assert_eq!(to, [&bob, &eve]);
    publish_as(&place, ana, Draft::of_text("for all", Visibility::Public)).await.unwrap();
    let claimed = place
        .write(|transaction, _, moment| crate::actions::deliver::claim(transaction, moment, 10))
        .await
        .unwrap();
    let days: Vec<i64> =
        claimed.iter().map(|one| (one.give_up_at - one.created_at) / alcove_protocol::time::DAY).collect();
    assert_eq!(days, [14, 14, 3]);
}

/// S-21: a block of one member's server does not end the conversation of the others, and its author is told whom it missed.
#[tokio::test]
async fn a_conversation_goes_on_without_a_member_whose_server_is_blocked() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let bob = place.met("https://far.example/users/bob").await;
    let eve = place.met("https://bad.example/users/eve").await;
    let first = publish_as(&place, ana, letter("hello", &[&bob, &eve])).await.unwrap();
    place.sent().await;
    place
        .write(|transaction, site, moment| domains::block(transaction, site, moment, "bad.example", "spam"))
        .await
        .unwrap();
    let refused = publish_as(&place, ana, letter("hello", &[&bob, &eve])).await;
    assert!(refused.unwrap_err().is_refusal("domain-blocked"), "whom one chooses is another matter");
    let answer = Draft { in_reply_to: Some(first.post), ..letter("are you there?", &[]) };
    let id = publish_as(&place, ana, answer).await.unwrap().sent.id;
    let states = place.db.read(move |transaction| deliveries::of_activity(transaction, &id)).await.unwrap();
    for delivery in states {
        let is_blocked = delivery.recipient == eve;
        assert_eq!(delivery.state == DeliveryState::Failed, is_blocked, "{}", delivery.recipient);
        assert_eq!(delivery.reason.is_some_and(|reason| reason.contains("bad.example")), is_blocked);
    }
    let to: Vec<String> = place.sent().await.into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, [bob.to_string()]);
}
