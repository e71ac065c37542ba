//! Questions and votes.

use std::collections::BTreeSet;

use alcove_protocol::time::HOUR;

use super::*;
use crate::db::notifications::{self, Kind};

fn question(options: &[&str]) -> Draft {
    let options = options.iter().map(|title| (*title).to_owned()).collect();
    let poll = NewPoll { options, choice: Choice::Single, duration: HOUR };
    Draft { poll: Some(poll), ..Draft::of_text("What do we eat?", Visibility::Public) }
}

async fn answer(place: &Place, account: i64, post: i64, choices: &[usize]) -> Result<Vec<Sent>> {
    let choices: BTreeSet<usize> = choices.iter().copied().collect();
    place.act(account, move |transaction, desk| polls::vote(transaction, desk, post, &choices)).await
}

#[tokio::test]
async fn a_question_is_answered_once_and_ends_with_its_count() {
    let mut place = Place::new().await;
    let (ana, bob) = (place.account("ana").await, place.account("bob").await);
    place.follow(&place.met("https://far.example/users/1").await, &place.site.actor(ana)).await;
    let asked = publish_as(&place, ana, question(&["soup", "cake"])).await.unwrap();
    let sent = place.sent().await;
    assert_eq!(sent[0].1["object"]["type"], "Question");
    assert_eq!(sent[0].1["object"]["oneOf"][1]["name"], "cake");
    for (account, choices) in [(bob, &[0, 1][..]), (bob, &[]), (bob, &[2]), (ana, &[0])] {
        assert!(answer(&place, account, asked.post, choices).await.unwrap_err().is_refusal("vote"));
    }
    let votes = answer(&place, bob, asked.post, &[1]).await.unwrap();
    assert_eq!(votes[0].document["object"]["name"], "cake");
    assert_eq!(votes[0].document["to"], json!([place.site.actor(ana)]), "votes are secret");
    assert!(answer(&place, bob, asked.post, &[0]).await.unwrap_err().is_refusal("vote"), "once");
    assert!(place.sent().await.is_empty());
    place.now = place.now.plus(HOUR);
    assert!(answer(&place, bob, asked.post, &[0]).await.unwrap_err().is_refusal("vote"), "it has ended");
    assert_eq!(place.write(polls::close_ended).await.unwrap(), 1);
    assert_eq!(place.write(polls::close_ended).await.unwrap(), 0, "it ends once");
    let update = place.sent().await.remove(0).1;
    assert_eq!(update["type"], "Update");
    assert_eq!(update["object"]["oneOf"][1]["replies"]["totalItems"], 1);
    assert_eq!(update["object"]["votersCount"], 1);
    assert!(update["object"]["closed"].is_string() && update["object"].get("updated").is_none());
    let told = place
        .db
        .read(move |transaction| notifications::before(transaction, bob, &[Kind::Poll], i64::MAX, 10))
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
}
