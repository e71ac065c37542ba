//! The list of blocked domains: what can be put on it, what it covers, and what ends with it. What comes in, goes out and is
//! shown while a block holds is in `tests/federation/blocked_domains.rs`.

use super::*;
use crate::{actions::testing::Place, db::actors};

async fn listed(place: &Place) -> Vec<String> {
    let rows = place.db.read(table::all).await.unwrap();
    rows.into_iter().map(|row| row.domain).collect()
}

#[tokio::test]
async fn domains_are_listed_as_they_stand_in_addresses_and_mistakes_are_told() {
    let place = Place::new().await;
    let add = async |typed: &'static str| {
        let added =
            place.write(move |transaction, site, moment| block(transaction, site, moment, typed, " spam "));
        added.await
    };
    for typed in [" Bad.example ", "bad.example.", "bücher.example", "bad.example:8443", "[::1]:8440"] {
        add(typed).await.unwrap();
    }
    assert_eq!(
        listed(&place).await,
        ["[::1]:8440", "bad.example", "bad.example:8443", "xn--bcher-kva.example"]
    );
    let mistakes = [
        "",
        "com",
        "*.bad.example",
        "https://bad.example",
        "bad.example/users",
        "ana@bad.example",
        "a b.example",
        "here.example",
        "example",
        "here.example:443",
    ];
    for typed in mistakes {
        let error = add(typed).await.unwrap_err();
        assert!(error.is_refusal("invalid"), "{typed}: {error}");
    }
    let end =
        async |typed: &'static str| place.write(move |transaction, _, _| unblock(transaction, typed)).await;
    end("BAD.example").await.unwrap();
    assert!(end("bad.example").await.unwrap_err().is_refusal("not-blocked"));
    assert_eq!(listed(&place).await.len(), 3);
}

/// S-21: a domain stands for all below it and for nothing beside it.
#[tokio::test]
async fn a_domain_covers_what_is_below_it() {
    let place = Place::new().await;
    let mut met = Vec::new();
    for host in ["bad.example", "deep.sub.bad.example", "bad.example:8443", "notbad.example", "good.example"]
    {
        met.push(place.met(&format!("https://{host}/users/1")).await);
    }
    place.account("ana").await;
    place
        .write(|transaction, site, moment| block(transaction, site, moment, "bad.example", ""))
        .await
        .unwrap();
    let hidden = place
        .db
        .read(move |transaction| {
            let rows = actors::by_uris(transaction, &met)?;
            let hidden = hidden(transaction, &rows)?;
            let mut hidden: Vec<String> =
                rows.into_iter().filter(|row| hidden.contains(&row.id)).map(|row| row.uri).collect();
            hidden.sort();
            Ok(hidden)
        })
        .await
        .unwrap();
    let expected = ["bad.example", "bad.example:8443", "deep.sub.bad.example"];
    assert_eq!(hidden, expected.map(|host| format!("https://{host}/users/1")));
}

/// S-21: what waits is given up with the reason, and what is written afterwards says so at once.
#[tokio::test]
async fn deliveries_to_a_blocked_server_end_with_the_reason() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let (bad, good) =
        (place.met("https://bad.example/users/1").await, place.met("https://good.example/users/1").await);
    for follower in [&bad, &good] {
        place.follow(follower, &place.site.actor(ana)).await;
    }
    let ask = |whom: &ActorId| {
        let whom = whom.clone();
        place.act(ana, move |transaction, desk| crate::actions::following::ask(transaction, desk, &whom))
    };
    let waiting = ask(&bad).await.unwrap();
    place
        .write(|transaction, site, moment| block(transaction, site, moment, "bad.example", ""))
        .await
        .unwrap();
    let deliveries =
        place.db.read(move |transaction| deliveries::of_activity(transaction, &waiting.id)).await;
    let deliveries = deliveries.unwrap();
    assert_eq!(deliveries[0].state, alcove_protocol::api::DeliveryState::Failed);
    assert_eq!(
        deliveries[0].reason.as_deref(),
        Some("bad.example is blocked by the people who run this server.")
    );
    assert!(ask(&bad).await.unwrap_err().is_refusal("domain-blocked"));
    ask(&good).await.unwrap();
    let draft = crate::actions::writing::Draft::of_text("hello", alcove_protocol::post::Visibility::Public);
    place
        .act(ana, move |transaction, desk| crate::actions::writing::publish(transaction, desk, &draft))
        .await
        .unwrap();
    let hosts = place.db.read(deliveries::waiting_hosts).await.unwrap();
    assert_eq!(hosts, ["good.example"]);
}
