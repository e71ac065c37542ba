//! Deliveries under failure: servers that are down, slow, strict or gone, and what the sender is told.

use alcove_protocol::{
    ActorId,
    api::DeliveryState,
    time::{DAY, HOUR, MINUTE, SECOND},
};
use alcove_server::db::actors::{self, ActorRow};

use super::{
    stub::Stub,
    world::{Place, Time, settle, two},
};

/// An actor on a stub, as if it had been fetched.
async fn on_stub(place: &Place, stub: &Stub, name: &str) -> ActorId {
    let actor = ActorId::parse(&format!("http://{}/users/{name}", stub.address)).unwrap();
    let moment = place.app().moment();
    let row = ActorRow {
        id: moment.id(),
        uri: actor.to_string(),
        kind: "Person".into(),
        name: name.into(),
        domain: stub.address.clone(),
        display_name: name.into(),
        url: None,
        inbox: format!("{actor}/inbox"),
        shared_inbox: None,
        key_packages: None,
        document: None,
        fetched_at: Some(moment.now.0),
        created_at: moment.now.0,
        gone_at: None,
    };
    place.write(move |transaction| actors::insert(transaction, &row)).await;
    actor
}

/// P3, trap T12: down for 13 days, never met before, then back: everything arrives, in order.
#[tokio::test]
async fn a_server_that_was_down_for_thirteen_days_gets_everything_in_order() {
    let (one, mut two, time) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    two.stop().await;
    let mut written = Vec::new();
    let mut activities = Vec::new();
    for day in 0..13 {
        written.push(format!("day {day}"));
        activities.push(one.write_note(&ada, &written[day], &[&bob.actor]).await.0);
        one.drain().await;
        time.pass(DAY);
        one.drain().await;
    }
    let waiting = &one.deliveries(&activities[0]).await[0];
    assert_eq!(waiting.state, DeliveryState::Queued);
    let reason = waiting.reason.clone().unwrap();
    assert!(reason.contains("127.0.0.1 could not be reached"), "{reason}");
    two.start().await;
    // The longest pause is six hours and a quarter of them.
    time.pass(8 * HOUR);
    settle(&one, &two).await;
    assert_eq!(two.arrived(&bob).await, written);
    for activity in activities {
        assert_eq!(one.deliveries(&activity).await[0].state, DeliveryState::Delivered);
    }
}

/// P3: whoever contacts us gets at once what waits for them.
#[tokio::test]
async fn a_server_that_comes_back_and_writes_is_delivered_to_at_once() {
    let (one, mut two, time) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    two.stop().await;
    one.write_note(&ada, "are you there?", &[&bob.actor]).await;
    for _ in 0..8 {
        one.drain().await;
        time.pass(6 * HOUR + 2 * HOUR);
    }
    one.drain().await;
    two.start().await;
    one.drain().await;
    assert!(two.arrived(&bob).await.is_empty(), "nobody tries before its time");
    two.write_note(&bob, "I am back", &[&ada.actor]).await;
    two.drain().await;
    one.drain().await;
    assert_eq!(one.arrived(&ada).await, ["I am back"]);
    assert_eq!(two.arrived(&bob).await, ["are you there?"]);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let time = Time::default();
    let one = Place::open(&time).await;
    let stub = Stub::answering(&["429 Slow\r\nRetry-After: 600", "202 Taken"]).await;
    let (ada, far) = (one.person("ada").await, on_stub(&one, &stub, "bob").await);
    let (activity, _) = one.write_note(&ada, "hello", &[&far]).await;
    one.drain().await;
    time.pass(9 * MINUTE);
    one.drain().await;
    assert_eq!(stub.count(), 1);
    let reason = one.deliveries(&activity).await[0].reason.clone().unwrap();
    assert_eq!(reason, format!("{} answered 429.", stub.address));
    time.pass(MINUTE + SECOND);
    one.drain().await;
    assert_eq!(stub.count(), 2);
    assert_eq!(one.deliveries(&activity).await[0].state, DeliveryState::Delivered);
}

/// FEDERATION.md 1.1: on 400 or 401 the other way to sign, once; what a host took is remembered.
#[tokio::test]
async fn a_server_that_wants_the_newer_signature_is_knocked_at_twice_and_then_once() {
    let one = Place::open(&Time::default()).await;
    let stub = Stub::answering(&["401 Who", "202 Taken", "202 Taken"]).await;
    let (ada, far) = (one.person("ada").await, on_stub(&one, &stub, "bob").await);
    one.write_note(&ada, "hello", &[&far]).await;
    one.drain().await;
    one.write_note(&ada, "again", &[&far]).await;
    one.drain().await;
    assert_eq!(stub.count(), 3);
    let newer = |number: usize| stub.request(number).to_ascii_lowercase().contains("signature-input:");
    assert!(!newer(0) && newer(1) && newer(2));
    assert!(stub.request(0).to_ascii_lowercase().contains("user-agent: alcove/"));
}

#[tokio::test]
async fn a_refusal_is_final_and_says_who_refused() {
    let one = Place::open(&Time::default()).await;
    for (answer, requests, reason) in [
        ("400 No", 2, "refused it with 400."),
        ("403 No", 1, "refused it with 403."),
        ("413 No", 1, "refused it with 413."),
        ("404 No", 2, "knows no such actor."),
        ("410 No", 2, "says that this actor is gone."),
    ] {
        let stub = Stub::answering(&[answer]).await;
        let name = format!("ada{}", &answer[..3]);
        let (ada, far) = (one.person(&name).await, on_stub(&one, &stub, "bob").await);
        let (activity, _) = one.write_note(&ada, "hello", &[&far]).await;
        one.drain().await;
        let delivery = one.deliveries(&activity).await.remove(0);
        assert_eq!(delivery.state, DeliveryState::Failed, "{answer}");
        assert_eq!(delivery.reason.unwrap(), format!("{} {reason}", stub.address));
        assert_eq!(stub.count(), requests, "{answer}: knocked twice, or asked for the actor once");
    }
}

/// A server in trouble is left alone after five failures, and then asked by one delivery at a time.
#[tokio::test]
async fn a_failing_server_is_probed_and_not_hammered() {
    let time = Time::default();
    let one = Place::open(&time).await;
    let stub = Stub::answering(&["500 Broken"]).await;
    let ada = one.person("ada").await;
    let mut crowd = Vec::new();
    for number in 0..20 {
        crowd.push(on_stub(&one, &stub, &format!("bob{number}")).await);
    }
    one.write_note(&ada, "hello", &crowd.iter().collect::<Vec<_>>()).await;
    one.drain().await;
    let tried = stub.count();
    assert!((5..=8).contains(&tried), "five failures, and those under way with them: {tried}");
    one.drain().await;
    assert_eq!(stub.count(), tried, "the breaker is open");
    time.pass(40 * MINUTE);
    one.drain().await;
    assert_eq!(stub.count(), tried + 1, "one probe");
}

/// S-29: hidden recipients are delivered to, and nobody is shown them.
#[tokio::test]
async fn hidden_recipients_are_not_sent() {
    let one = Place::open(&Time::default()).await;
    let stub = Stub::answering(&["202 Taken"]).await;
    let (ada, far) = (one.person("ada").await, on_stub(&one, &stub, "bob").await);
    one.write_note(&ada, "hello", &[&far]).await;
    one.drain().await;
    let request = stub.request(0);
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(body.contains("\"hello\"") && body.contains(far.as_str()), "{body}");
    assert!(!body.contains("bto") && !body.contains("bcc") && !body.contains("hidden.example"), "{body}");
}
