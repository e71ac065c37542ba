//! Handles in a text: asked for when they are met first, believed for a while, and asked for again after that, because names
//! change hands (S-16).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use alcove_protocol::{ActorId, Handle, context, time::DAY};
use alcove_server::federation::{actors, mentions};
use serde_json::{Value, json};

use super::{
    stub::Stub,
    world::{Place, Time},
};

/// A server on which the name `kim` belongs to one actor at first and to another one later, and which is away when told so.
async fn kims(is_another: Arc<AtomicBool>, is_away: Arc<AtomicBool>) -> Stub {
    let serve = move |base: &str, path: &str| -> Option<Value> {
        if is_away.load(Ordering::SeqCst) {
            return None;
        }
        let now = if is_another.load(Ordering::SeqCst) { "/new" } else { "/old" };
        let host = base.trim_start_matches("http://");
        if path.starts_with("/.well-known/webfinger") {
            return Some(json!({
                "subject": format!("acct:kim@{host}"),
                "links": [{"rel": "self", "type": "application/activity+json", "href": format!("{base}{now}")}],
            }));
        }
        ["/old", "/new"].contains(&path).then(|| {
            json!({
                "@context": context::ACTIVITY_STREAMS, "id": format!("{base}{path}"), "type": "Person",
                "preferredUsername": "kim", "inbox": format!("{base}{path}/inbox"),
            })
        })
    };
    Stub::serving(serve, Duration::ZERO).await
}

/// S-16: a name that has changed hands leads to whoever has it now.
#[tokio::test]
async fn a_handle_is_asked_for_again_after_a_while() {
    let time = Time::default();
    let place = Place::open(&time).await;
    let (is_another, is_away) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
    let stub = kims(is_another.clone(), is_away.clone()).await;
    let handle = Handle::parse(&format!("@kim@{}", stub.address)).unwrap();
    let meant = async || {
        let mentions = mentions::resolve(place.app(), &format!("hello {handle}")).await;
        mentions.map(|mentions| mentions.values().next().unwrap().actor.to_string())
    };
    assert_eq!(meant().await.unwrap(), stub.url("/old"));
    let asked = stub.count();
    is_another.store(true, Ordering::SeqCst);
    time.pass(6 * DAY);
    assert_eq!(meant().await.unwrap(), stub.url("/old"));
    assert_eq!(stub.count(), asked, "it was confirmed lately");
    time.pass(2 * DAY);
    assert_eq!(meant().await.unwrap(), stub.url("/new"), "the name belongs to somebody else now");
    is_away.store(true, Ordering::SeqCst);
    time.pass(8 * DAY);
    let error = meant().await.unwrap_err();
    assert!(error.is_refusal("unknown-handle"), "its server knows nobody of that name: {error}");
}

/// Whoever has written to us can be answered while their server is away, unless somebody else may have the name (S-16).
#[tokio::test]
async fn somebody_whose_handle_was_never_confirmed_is_named_while_their_server_is_away() {
    for (met, is_named) in [(&["/old"][..], true), (&["/old", "/new"], false)] {
        let place = Place::open(&Time::default()).await;
        let stub = kims(Arc::default(), Arc::default()).await;
        for path in met {
            actors::known(place.app(), &ActorId::parse(&stub.url(path)).unwrap()).await.unwrap();
        }
        let (typed, kim) = (format!("hello @kim@{}", stub.address), stub.url("/old"));
        drop(stub);
        let named = match mentions::resolve(place.app(), &typed).await {
            Ok(mentions) => mentions.values().any(|person| person.actor.as_str() == kim),
            Err(error) => !error.is_refusal("unknown-handle"),
        };
        assert_eq!(named, is_named, "{met:?}");
    }
}
