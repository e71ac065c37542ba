//! What goes to many: once to each inbox that a server shares, in an order of its own, and not to servers that are gone.

use alcove_protocol::{
    ActorId,
    time::{DAY, HOUR},
};

use super::{NOW, ONE, Queue, actor_row, insert_envelope, later, site};
use crate::{
    actions::deliver::{Outcome, PATIENCE_WITH_POSTS, Trouble, contacted, spread},
    db::{
        actors::{self, ActorRow},
        hosts,
    },
};

/// Readers of one server share one delivery; whoever has an inbox alone, or is not known yet, gets one; whoever is gone none.
#[tokio::test]
async fn what_is_for_many_goes_once_to_each_shared_inbox() {
    let queue = Queue::new().await;
    let uris = ["https://far.example/users/1", "https://far.example/users/2", "https://gone.example/users/1"];
    for (id, uri) in (20..).zip(uris) {
        let gone_at = uri.contains("gone").then_some(1);
        let shared_inbox = (gone_at.is_none()).then(|| "https://far.example/inbox".to_owned());
        let row = ActorRow { shared_inbox, gone_at, ..actor_row(uri, id) };
        queue.run(move |transaction| actors::insert(transaction, &row)).await;
    }
    let readers: Vec<ActorId> = uris
        .iter()
        .chain(&[ONE, "https://new.example/users/1", "https://here.example/users/9"])
        .map(|uri| ActorId::parse(uri).unwrap())
        .collect();
    let moment = queue.moment(0);
    queue
        .run(move |transaction| {
            insert_envelope(transaction, 1, None)?;
            spread(transaction, &site(), &moment, 1, 7, &readers, PATIENCE_WITH_POSTS)
        })
        .await;
    let claimed = queue.claim(0, 10).await;
    let to: Vec<(&str, bool)> =
        claimed.iter().map(|claimed| (claimed.recipient_uri.as_str(), claimed.is_shared())).collect();
    let expected =
        [("https://far.example/inbox", true), (ONE, false), ("https://new.example/users/1", false)];
    assert_eq!(to, expected);
    queue.settle(PATIENCE_WITH_POSTS, &claimed[0], later(Trouble::Host, None)).await;
    let state = &queue.states(1).await[0];
    assert_eq!(state.reason.as_deref(), Some("a.example did not answer. It was tried for 3 days."));
}

/// A server that has answered nothing for a week gets no posts any more until it contacts us; letters are tried all the same.
#[tokio::test]
async fn a_server_that_is_taken_for_gone_gets_no_posts() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE]).await;
    let claimed = queue.claim(0, 1).await;
    queue.settle(0, &claimed[0], later(Trouble::Host, None)).await;
    let readers = [ActorId::parse(ONE).unwrap()];
    let post = |id: i64, after: i64| {
        let (moment, readers) = (queue.moment(after), readers.clone());
        queue.run(move |transaction| {
            insert_envelope(transaction, id, None)?;
            spread(transaction, &site(), &moment, id, 7, &readers, PATIENCE_WITH_POSTS)
        })
    };
    post(2, 7 * DAY).await;
    assert_eq!(queue.states(2).await.len(), 1, "not yet");
    queue.run(|transaction| hosts::failed(transaction, "a.example", "No.", NOW.plus(7 * DAY))).await;
    post(3, 7 * DAY + 1).await;
    assert!(queue.states(3).await.is_empty());
    queue.send_at(8 * DAY, 4, "https://here.example/conversations/y", &[ONE]).await;
    assert_eq!(queue.states(4).await.len(), 1);
    let moment = queue.moment(8 * DAY);
    queue.run(move |transaction| contacted(transaction, &moment, "a.example")).await;
    post(5, 8 * DAY).await;
    assert_eq!(queue.states(5).await.len(), 1);
}

/// What is told about one thing keeps its order; of different things none holds up another.
#[tokio::test]
async fn posts_wait_for_what_is_about_themselves_only() {
    let queue = Queue::new().await;
    queue.spread(0, 1, "https://here.example/o/x").await;
    queue.spread(0, 2, "https://here.example/o/x").await;
    queue.spread(0, 3, "https://here.example/o/y").await;
    let claimed = queue.claim(0, 8).await;
    assert_eq!(claimed.len(), 2, "{claimed:?}");
}

/// A server that failed for a week is taken for gone, but only as long as somebody keeps trying: what nobody has tried for
/// a day is tried again.
#[tokio::test]
async fn a_server_that_is_taken_for_gone_is_tried_now_and_then() {
    let queue = Queue::new().await;
    for at in [0, 8 * DAY] {
        let moment = queue.moment(at);
        queue.run(move |transaction| hosts::failed(transaction, "a.example", "No.", moment.now)).await;
    }
    queue.spread(8 * DAY + HOUR, 1, "https://here.example/o/x").await;
    assert_eq!(queue.states(1).await.len(), 0, "nothing is queued for it");
    queue.spread(9 * DAY + HOUR, 2, "https://here.example/o/y").await;
    assert_eq!(queue.states(2).await.len(), 1);
}

/// An inbox that a server shared and shares no more is not written to again.
#[tokio::test]
async fn a_shared_inbox_that_is_gone_is_forgotten() {
    let queue = Queue::new().await;
    let shared = "https://a.example/inbox";
    queue
        .run(move |transaction| {
            let row =
                ActorRow { shared_inbox: Some(shared.into()), fetched_at: Some(NOW.0), ..actor_row(ONE, 8) };
            actors::upsert_remote(transaction, &row)
        })
        .await;
    queue.spread(0, 1, "https://here.example/o/x").await;
    let claimed = queue.claim(0, 8).await;
    assert_eq!(claimed[0].inbox.as_deref(), Some(shared));
    queue.settle(0, &claimed[0], Outcome::NoInbox("a.example knows no such inbox.".into())).await;
    queue.spread(0, 2, "https://here.example/o/y").await;
    assert_eq!(queue.claim(0, 8).await[0].inbox, Some(format!("{ONE}/inbox")));
}
