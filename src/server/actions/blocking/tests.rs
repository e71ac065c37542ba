//! Blocks and mutes, as people here set them.

use alcove_protocol::post::Visibility;

use super::*;
use crate::actions::{
    posts::visible,
    testing::Place,
    writing::{self, Draft},
};

/// S-21: a block ends the follows both ways and says so, hides each from the other, and lets nothing new begin.
#[tokio::test]
async fn a_block_ends_everything_between_two() {
    let place = Place::new().await;
    let (ana, far) = (place.account("ana").await, place.met("https://far.example/users/1").await);
    let actor = place.site.actor(ana);
    place.follow(&far, &actor).await;
    place.follow(&actor, &far).await;
    let who = far.clone();
    place.act(ana, move |transaction, desk| block(transaction, desk, &who)).await.unwrap();
    let kinds: Vec<String> = place.kinds_sent().await.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, ["Undo", "Reject", "Block"]);
    let draft = Draft::of_text("for everybody", Visibility::Public);
    let written =
        place.act(ana, move |transaction, desk| writing::publish(transaction, desk, &draft)).await.unwrap();
    assert!(place.sent().await.is_empty(), "nothing passes a block");
    let reader = far.clone();
    let seen = place
        .db
        .read(move |transaction| {
            let row = crate::db::posts::find(transaction, written.post)?.unwrap();
            visible::may_see(transaction, Some(&reader), &row)
        })
        .await;
    assert!(!seen.unwrap());
    let who = far.clone();
    let asked = place.act(ana, move |transaction, desk| following::ask(transaction, desk, &who)).await;
    assert!(asked.unwrap_err().is_refusal("blocked"));
    let letter = Draft { recipients: vec![far.clone()], ..Draft::of_text("hello", Visibility::Direct) };
    let letter = place.act(ana, move |transaction, desk| writing::publish(transaction, desk, &letter)).await;
    assert!(letter.unwrap_err().is_refusal("blocked"));
    let who = far.clone();
    let undone = place.act(ana, move |transaction, desk| unblock(transaction, desk, &who)).await.unwrap();
    assert_eq!(undone.document["object"]["type"], "Block");
    let again = place.act(ana, move |transaction, desk| unblock(transaction, desk, &far)).await;
    assert!(matches!(again, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_mute_ends_by_itself_and_nobody_hears_of_it() {
    let mut place = Place::new().await;
    let (ana, far) = (place.account("ana").await, place.met("https://far.example/users/1").await);
    let (who, until) = (far.clone(), place.now.plus(1_000));
    place.act(ana, move |transaction, desk| mute(transaction, desk, &who, Some(until))).await.unwrap();
    assert!(place.sent().await.is_empty());
    let muted = |now| place.db.read(move |transaction| blocks::muted_by(transaction, ana, now));
    assert_eq!(muted(place.now).await.unwrap().len(), 1);
    assert!(muted(place.now.plus(1_000)).await.unwrap().is_empty());
    let who = far.clone();
    place.act(ana, move |transaction, desk| unmute(transaction, desk, &who)).await.unwrap();
    place.now = place.now.plus(1);
    let again = place.act(ana, move |transaction, desk| unmute(transaction, desk, &far)).await;
    assert!(matches!(again, Err(Error::NotFound)));
    let own = place.site.actor(ana);
    let own = place.act(ana, move |transaction, desk| mute(transaction, desk, &own, None)).await;
    assert!(own.unwrap_err().is_refusal("mute-yourself"));
}
