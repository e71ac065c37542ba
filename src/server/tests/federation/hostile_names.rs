//! Names that are not whose they seem to be (FEDERATION.md section 4, S-15, S-16): a server can say anything about its own
//! handles, nothing about those of others, and nothing that was between people here and an actor passes to another.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use alcove_protocol::{ActorId, Handle, time::DAY};
use alcove_server::{
    actions::{invite::Ticket, join},
    db::{actors, follows},
    error::Error,
    federation::lookup::{self, Sought},
    secret::SecretHash,
};
use serde_json::{Value, json};

use super::{
    stub::Stub,
    world::{Place, Time},
};

fn actor(address: &str, path: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{address}{path}"), "type": "Person",
        "preferredUsername": "ada", "inbox": format!("{address}{path}/inbox"),
    })
}

fn finger(subject: &str, id: &str) -> Value {
    json!({"subject": subject, "links": [{"rel": "self", "type": "application/activity+json", "href": id}]})
}

async fn found(place: &Place, handle: &str) -> Result<ActorId, Error> {
    let handle = Handle::parse(handle).unwrap();
    lookup::find(place.app(), Sought::Handle(handle)).await.map(|found| found.id)
}

/// S-15: a server that answers for somebody else, or leads to an address that is not quite the actor's.
#[tokio::test]
async fn nobody_speaks_for_the_handles_of_others() {
    let place = Place::open(&Time::default()).await;
    let victim = Stub::serving(
        |address, path| match path {
            "/users/ada" => Some(actor(address, path)),
            _ => path.starts_with("/.well-known/").then(|| {
                let host = address.trim_start_matches("http://");
                finger(&format!("acct:ada@{host}"), &format!("{address}/users/ada"))
            }),
        },
        Duration::ZERO,
    )
    .await;
    let (host, theirs) = (victim.address.clone(), victim.url("/users/ada"));
    assert_eq!(found(&place, &format!("@ada@{host}")).await.unwrap().as_str(), theirs, "as it ought to be");
    let lies: [&dyn Fn(&str) -> Value; 5] = [
        &|own| finger(&format!("acct:ada@{host}"), &format!("{own}/users/ada")),
        &|own| finger(&format!("acct:ada@{}", own.trim_start_matches("http://")), &theirs),
        &|own| {
            finger(&format!("acct:ada@{}", own.trim_start_matches("http://")), &format!("{own}/users/ada/"))
        },
        &|own| {
            finger(&format!("acct:eve@{}", own.trim_start_matches("http://")), &format!("{own}/users/ada"))
        },
        &|own| {
            finger(&format!("acct:ada@{}.", own.trim_start_matches("http://")), &format!("{own}/users/ada"))
        },
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        // The stub must own what it answers, and its address is known only once it is there.
        let said: Arc<std::sync::OnceLock<Value>> = Arc::default();
        let answer = said.clone();
        let liar = Stub::serving(
            move |address, path| match path.starts_with("/.well-known/") {
                true => answer.get().cloned(),
                false => (path == "/users/ada").then(|| actor(address, path)),
            },
            Duration::ZERO,
        )
        .await;
        said.set(lie(&liar.url(""))).unwrap();
        let refused = found(&place, &format!("@ada@{}", liar.address)).await;
        assert!(refused.is_err(), "{number}: {refused:?}");
    }
    let victim = ActorId::parse(&theirs).unwrap();
    let row = place.read(move |transaction| actors::by_uri(transaction, &victim)).await.unwrap();
    assert_eq!((row.name.as_str(), row.domain), ("ada", host));
}

/// S-16: when a server gives a name to somebody else, that one is a stranger; and a name of ours is never given again.
#[tokio::test]
async fn a_name_that_was_given_again_is_somebody_else() {
    let time = Time::default();
    let place = Place::open(&time).await;
    let bob = place.person("bob").await;
    let holder = Arc::new(AtomicUsize::new(1));
    let present = holder.clone();
    let stub = Stub::serving(
        move |address, path| {
            let host = address.trim_start_matches("http://");
            let holder = format!("/users/{}", present.load(Ordering::SeqCst));
            match path.starts_with("/.well-known/") {
                true => Some(finger(&format!("acct:ada@{host}"), &format!("{address}{holder}"))),
                false => (path == holder).then(|| actor(address, path)),
            }
        },
        Duration::ZERO,
    )
    .await;
    let handle = format!("@ada@{}", stub.address);
    let first = found(&place, &handle).await.unwrap();
    place.publish(&bob, json!({"type": "Follow", "object": first})).await;
    holder.store(2, Ordering::SeqCst);
    time.pass(DAY);
    let second = found(&place, &handle).await.unwrap();
    assert_ne!(first, second);
    let follower = bob.actor.clone();
    let (of_first, of_second) = place
        .read(move |transaction| {
            let state = follows::state(transaction, &follower, &first)?;
            Ok((state, follows::state(transaction, &follower, &second)?))
        })
        .await;
    assert!(of_first.is_some() && of_second.is_none(), "what Bob asked of the first, nobody else is given");
    let (moment, nothing) = (place.app().moment(), Ticket::Token(SecretHash::of("none")));
    let taken = place.app().db.read(move |transaction| join::check(transaction, &moment, &nothing, "bob"));
    assert!(taken.await.is_err());
}
