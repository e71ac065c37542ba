//! The queue on a fresh database: order in a lane, leases, the breaker, waiting, giving up.

mod spreading;

use std::sync::Arc;

use alcove_protocol::{
    ActivityId, ActorId, Timestamp,
    api::DeliveryState,
    time::{DAY, HOUR, MINUTE, SECOND},
};
use diesel::prelude::*;

use super::{Outcome, PATIENCE, Trouble, claim, contacted, enqueue, pause, settle, spread};
use crate::{
    app::Moment,
    bus::Bus,
    db::{
        Db, Transaction,
        actors::{self, ActorRow},
        deliveries::{self, Claimed},
        ids::Ids,
        query,
        schema::{delivery, envelope},
        testing::{self, FreshDatabase},
    },
    error::Result,
    site::Site,
};

const NOW: Timestamp = Timestamp(1_795_000_000_000);

struct Queue {
    db: Db,
    ids: Arc<Ids>,
    _fresh: FreshDatabase,
}

fn site() -> Site {
    Site::new("https://here.example", "").unwrap()
}

fn actor_row(uri: &str, id: i64) -> ActorRow {
    ActorRow {
        id,
        uri: uri.into(),
        kind: "Person".into(),
        name: "ana".into(),
        domain: "here.example".into(),
        display_name: "Ana".into(),
        url: None,
        inbox: format!("{uri}/inbox"),
        shared_inbox: None,
        key_packages: None,
        document: None,
        fetched_at: None,
        created_at: NOW.0,
        gone_at: None,
    }
}

fn insert_envelope(transaction: &mut Transaction<'_>, id: i64, conversation: Option<&str>) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(envelope::table)
        .values((
            envelope::id.eq(id),
            envelope::activity_uri.eq(format!("https://here.example/a/{id}")),
            envelope::actor_uri.eq("https://here.example/users/7"),
            envelope::kind.eq("mls"),
            envelope::conversation_uri.eq(conversation),
            envelope::document.eq("{}"),
            envelope::created_at.eq(NOW.0),
        ))
        .execute(connection))?;
    Ok(())
}

impl Queue {
    async fn new() -> Self {
        let fresh = FreshDatabase::new();
        let db = Db::open(&fresh.settings, Bus::local()).unwrap();
        db.write(|transaction| {
            actors::insert(transaction, &actor_row("https://here.example/users/7", 7))?;
            actors::insert(transaction, &actor_row("https://a.example/users/1", 8))
        })
        .await
        .unwrap();
        Self { db, ids: Arc::new(testing::ids()), _fresh: fresh }
    }

    fn moment(&self, after: i64) -> Moment {
        Moment::new(NOW.plus(after), self.ids.clone())
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.db.write(work).await.unwrap()
    }

    /// Sends one envelope of a conversation to everybody named, `c` being its last letter.
    async fn send(&self, id: i64, conversation: &'static str, recipients: &[&str]) {
        self.send_at(0, id, conversation, recipients).await;
    }

    /// The same by a node of its own, whose clock is off by so much.
    async fn send_at(&self, clock: i64, id: i64, conversation: &'static str, recipients: &[&str]) {
        let moment = Moment::new(NOW.plus(clock), Arc::new(testing::ids()));
        let recipients: Vec<ActorId> =
            recipients.iter().map(|recipient| ActorId::parse(recipient).unwrap()).collect();
        self.run(move |transaction| {
            insert_envelope(transaction, id, Some(conversation))?;
            enqueue(transaction, &site(), &moment, id, 7, &recipients)
        })
        .await;
    }

    /// Spreads an activity about a post to somebody who is known.
    async fn spread(&self, after: i64, id: i64, post: &'static str) {
        let moment = self.moment(after);
        self.run(move |transaction| {
            insert_envelope(transaction, id, None)?;
            let document = format!("{{\"type\": \"Create\", \"object\": {{\"id\": \"{post}\"}}}}");
            query!(transaction, connection => diesel::update(envelope::table.find(id))
                .set(envelope::document.eq(document))
                .execute(connection))?;
            spread(transaction, &site(), &moment, id, 7, &[ActorId::parse(ONE).unwrap()], PATIENCE)
        })
        .await;
    }

    async fn claim(&self, after: i64, limit: usize) -> Vec<Claimed> {
        let moment = self.moment(after);
        self.run(move |transaction| claim(transaction, &moment, limit)).await
    }

    async fn settle(&self, after: i64, claimed: &Claimed, outcome: Outcome) {
        let (moment, claimed) = (self.moment(after), claimed.clone());
        self.run(move |transaction| settle(transaction, &moment, &claimed, &outcome)).await;
    }

    async fn states(&self, id: i64) -> Vec<alcove_protocol::api::Delivery> {
        let activity = ActivityId::parse(&format!("https://here.example/a/{id}")).unwrap();
        self.run(move |transaction| deliveries::of_activity(transaction, &activity)).await
    }
}

fn later(trouble: Trouble, wish: Option<i64>) -> Outcome {
    Outcome::Later { reason: "a.example did not answer.".into(), wish, trouble }
}

const ONE: &str = "https://a.example/users/1";

/// Trap T12: of one conversation and recipient only the oldest goes out; other lanes do not wait for it.
#[tokio::test]
async fn order_is_kept_within_a_lane() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE, "https://b.example/users/1"]).await;
    queue.send(2, "https://here.example/conversations/x", &[ONE, "https://here.example/users/9"]).await;
    queue.send(3, "https://here.example/conversations/y", &[ONE]).await;
    let first = queue.claim(0, 10).await;
    let to: Vec<(&str, Option<&str>)> =
        first.iter().map(|claimed| (claimed.recipient_uri.as_str(), claimed.inbox.as_deref())).collect();
    let known = Some("https://a.example/users/1/inbox");
    assert_eq!(to, [(ONE, known), ("https://b.example/users/1", None), (ONE, known)], "one of each lane");
    assert!(queue.claim(0, 10).await.is_empty(), "leased, and the next in the lane waits");
    queue.settle(0, &first[0], Outcome::Delivered).await;
    let second = queue.claim(0, 10).await;
    assert_eq!(second.len(), 1);
    assert_eq!(queue.states(1).await[0].state, DeliveryState::Delivered);
    assert_eq!(queue.states(2).await.len(), 1, "whoever is here is not delivered to by HTTP");
}

/// Trap T12: the order within a lane is that in which things were stored, whatever the clocks of several nodes say.
#[tokio::test]
async fn a_node_whose_clock_is_behind_does_not_overtake() {
    let queue = Queue::new().await;
    for (id, clock) in [(1, HOUR), (2, 0), (3, -HOUR)] {
        queue.send_at(clock, id, "https://here.example/conversations/x", &[ONE]).await;
    }
    for id in [1, 2, 3] {
        let claimed = queue.claim(2 * HOUR, 10).await;
        assert_eq!(claimed.len(), 1);
        queue.settle(2 * HOUR, &claimed[0], Outcome::Delivered).await;
        assert_eq!(queue.states(id).await[0].state, DeliveryState::Delivered, "{id}");
    }
}

/// Half of P3: what was claimed by a process that died goes out again when the lease is over, and not before.
#[tokio::test]
async fn a_lease_ends_by_itself() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE]).await;
    assert_eq!(queue.claim(0, 10).await.len(), 1);
    assert!(queue.claim(super::LEASE - 1, 10).await.is_empty());
    assert_eq!(queue.claim(super::LEASE, 10).await.len(), 1);
}

/// Half of P15: a single node that starts again after a kill does not wait for its own leases.
#[tokio::test]
async fn leases_can_all_be_given_back_at_once() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE, "https://b.example/users/1"]).await;
    queue.send(2, "https://here.example/conversations/y", &[ONE]).await;
    let claimed = queue.claim(0, 10).await;
    queue.settle(0, &claimed[0], Outcome::Delivered).await;
    assert_eq!(queue.run(deliveries::release_all).await, 2, "what is delivered stays so");
    assert_eq!(queue.claim(0, 10).await.len(), 2);
}

#[tokio::test]
async fn each_server_is_sent_four_at_once_and_delays_nobody_else() {
    let queue = Queue::new().await;
    let crowd: Vec<String> = (0..40).map(|number| format!("https://slow.example/users/{number}")).collect();
    let mut everybody: Vec<&str> = crowd.iter().map(String::as_str).collect();
    everybody.push("https://fast.example/users/1");
    queue.send(1, "https://here.example/conversations/x", &everybody).await;
    let claimed = queue.claim(0, 10).await;
    let hosts = |name: &str| claimed.iter().filter(|claimed| claimed.host == name).count();
    assert_eq!((hosts("slow.example"), hosts("fast.example")), (4, 1));
}

#[tokio::test]
async fn pauses_grow_with_jitter_and_a_wish_is_honoured() {
    for (attempts, usual) in [(0, 15 * SECOND), (1, MINUTE), (2, 5 * MINUTE), (3, HOUR / 2), (9, 6 * HOUR)] {
        assert_eq!(pause(attempts, [0, 0]), usual - usual / 4);
        assert_eq!(pause(attempts, [0xff, 0xff]), usual + usual / 4);
    }
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE]).await;
    let claimed = queue.claim(0, 1).await;
    queue.settle(0, &claimed[0], later(Trouble::Delivery, Some(HOUR))).await;
    let state = &queue.states(1).await[0];
    assert_eq!((state.state, state.attempts), (DeliveryState::Queued, 1));
    assert_eq!(state.reason.as_deref(), Some("a.example did not answer."));
    assert_eq!(state.next_attempt_at, Some(NOW.plus(HOUR)));
    assert!(queue.claim(HOUR - 1, 1).await.is_empty());
    assert_eq!(queue.claim(HOUR, 1).await.len(), 1);
}

/// What is too much of one sender over there, such as Welcomes, does not keep everybody else's messages waiting.
#[tokio::test]
async fn the_wish_about_one_delivery_holds_the_others_for_a_minute_only() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE]).await;
    queue.send(2, "https://here.example/conversations/y", &[ONE]).await;
    let claimed = queue.claim(0, 2).await;
    queue.settle(0, &claimed[0], later(Trouble::Delivery, Some(HOUR))).await;
    queue.settle(0, &claimed[1], later(Trouble::Delivery, None)).await;
    assert!(queue.claim(MINUTE - 1, 2).await.is_empty());
    let claimed_later = queue.claim(MINUTE, 2).await;
    assert_eq!(claimed_later.iter().map(|again| again.id).collect::<Vec<_>>(), [claimed[1].id]);
}

/// After five failures in a row a server is left alone, then probed by one delivery; a success opens the way for all.
#[tokio::test]
async fn the_breaker_opens_probes_and_closes() {
    let queue = Queue::new().await;
    let crowd: Vec<String> = (0..8).map(|number| format!("https://a.example/users/{number}")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    queue.send(1, "https://here.example/conversations/x", &crowd).await;
    let mut claimed = queue.claim(0, 8).await;
    for failed in claimed.drain(..) {
        queue.settle(0, &failed, later(Trouble::Host, None)).await;
    }
    let fifth = queue.claim(0, 1).await;
    queue.settle(0, &fifth[0], later(Trouble::Host, None)).await;
    assert!(queue.claim(30 * SECOND, 8).await.is_empty(), "the breaker is open");
    let probe = queue.claim(2 * MINUTE, 8).await;
    assert_eq!(probe.len(), 1, "one probe");
    queue.settle(2 * MINUTE, &probe[0], Outcome::Delivered).await;
    assert_eq!(queue.claim(2 * MINUTE, 8).await.len(), 4, "closed again");
}

/// What waits for a server that is left alone is not even due, whether it was written before or meanwhile: a claim would look
/// through all of it each time.
#[tokio::test]
async fn what_waits_for_a_resting_server_is_not_due() {
    let queue = Queue::new().await;
    let crowd: Vec<String> = (0..20).map(|number| format!("https://a.example/users/{number}")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    queue.send(1, "https://here.example/conversations/x", &crowd).await;
    for _ in 0..2 {
        for failed in queue.claim(0, 8).await {
            queue.settle(0, &failed, later(Trouble::Host, None)).await;
        }
    }
    queue.send(2, "https://here.example/conversations/x", &crowd).await;
    queue.send(3, "https://here.example/conversations/x", &["https://b.example/users/1"]).await;
    let due = queue
        .run(|transaction| {
            Ok(query!(transaction, connection => delivery::table
                .filter(delivery::state.eq("queued"))
                .filter(delivery::next_at.le(NOW.0))
                .select(delivery::host)
                .load::<String>(connection))?)
        })
        .await;
    assert_eq!(due, ["b.example"]);
}

/// P3: a server that contacts us gets at once what waits for it.
#[tokio::test]
async fn a_contact_closes_the_breaker_and_hurries_the_queue() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE]).await;
    let mut after = 0;
    for _ in 0..8 {
        let claimed = queue.claim(after, 1).await;
        queue.settle(after, &claimed[0], later(Trouble::Host, None)).await;
        after += 8 * HOUR;
    }
    let last = after - 8 * HOUR + MINUTE;
    assert!(queue.claim(last, 1).await.is_empty());
    let moment = queue.moment(last);
    queue.run(move |transaction| contacted(transaction, &moment, "a.example")).await;
    assert_eq!(queue.claim(last, 1).await.len(), 1);
}

/// P3: two weeks, then failed with the reason; what waited behind it that long fails with it, what is newer does not.
#[tokio::test]
async fn after_fourteen_days_it_is_given_up() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE]).await;
    queue.send(2, "https://here.example/conversations/x", &[ONE]).await;
    let claimed = queue.claim(13 * DAY, 1).await;
    queue.settle(PATIENCE - HOUR, &claimed[0], later(Trouble::Host, None)).await;
    assert_eq!(queue.states(1).await[0].state, DeliveryState::Queued);
    let claimed = queue.claim(PATIENCE, 1).await;
    queue.settle(PATIENCE, &claimed[0], later(Trouble::Host, None)).await;
    for id in [1, 2] {
        let state = &queue.states(id).await[0];
        assert_eq!(state.state, DeliveryState::Failed);
        assert_eq!(state.reason.as_deref(), Some("a.example did not answer. It was tried for 14 days."));
    }
}

#[tokio::test]
async fn a_refusal_ends_one_delivery_and_frees_its_lane() {
    let queue = Queue::new().await;
    queue.send(1, "https://here.example/conversations/x", &[ONE]).await;
    queue.send(2, "https://here.example/conversations/x", &[ONE]).await;
    let claimed = queue.claim(0, 1).await;
    queue.settle(0, &claimed[0], Outcome::Refused("a.example answered 400.".into())).await;
    assert_eq!(queue.states(1).await[0].state, DeliveryState::Failed);
    assert_eq!(queue.claim(0, 1).await.len(), 1);
}
