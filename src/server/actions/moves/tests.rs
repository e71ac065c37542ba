//! Moving elsewhere.

use alcove_protocol::actor::ActorKind;
use serde_json::json;

use super::*;
use crate::{
    actions::{
        keys,
        testing::{Place, stranger},
    },
    cryptography::{NewKey, NewKeys},
};

/// An account elsewhere that says so much about others.
async fn elsewhere(place: &Place, name: &str, says: Value) -> ActorId {
    let actor = ActorId::parse(&format!("https://new.example/users/{name}")).unwrap();
    let row = ActorRow { document: Some(says.to_string()), ..stranger(place, &actor, ActorKind::Person) };
    place.write(move |transaction, _, _| actors::insert(transaction, &row)).await.unwrap();
    actor
}

/// S-17: only to an account that names this one and stays where it is, and not again within a week.
#[tokio::test]
async fn a_move_needs_an_alias_and_is_told_to_followers_once_for_each_server() {
    let mut place = Place::new().await;
    let ana = place.account("ana").await;
    let actor = place.site.actor(ana);
    place
        .write(move |transaction, site, moment| {
            let ed25519 = NewKey::ed25519(&mut rand::rngs::OsRng).map_err(Error::unknown)?;
            let rsa = NewKey { public: "PEM".into(), private_pem: "PEM".into() };
            for key in keys::first(ana, moment, site.actor(ana).as_str(), NewKeys { rsa, ed25519 }) {
                actors::insert_key(transaction, &key)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    for number in 1..=3 {
        place.follow(&place.met(&format!("https://far.example/users/{number}")).await, &actor).await;
    }
    let silent = elsewhere(&place, "silent", json!({})).await;
    let gone_on =
        elsewhere(&place, "gone-on", json!({"alsoKnownAs": [actor], "movedTo": "https://x.example/"})).await;
    for target in [silent, gone_on, actor.clone()] {
        let refused = place.act(ana, move |transaction, desk| go(transaction, desk, &target)).await;
        assert!(refused.unwrap_err().is_refusal("move"));
    }
    assert!(place.sent().await.is_empty());
    let new = elsewhere(&place, "new", json!({"alsoKnownAs": [actor]})).await;
    let target = new.clone();
    let sent = place.act(ana, move |transaction, desk| go(transaction, desk, &target)).await.unwrap();
    assert_eq!(sent.document["target"], json!(new));
    let told = place.kinds_sent().await;
    let moved: Vec<_> = told.iter().filter(|(_, kind)| kind == "Move").collect();
    assert_eq!(moved, [&("https://far.example/inbox".to_owned(), "Move".to_owned())]);
    assert!(told.iter().any(|(_, kind)| kind == "Update"));
    place.act(ana, come_back).await.unwrap();
    let target = new.clone();
    let again = place.act(ana, move |transaction, desk| go(transaction, desk, &target)).await;
    assert!(again.unwrap_err().is_refusal("moved-lately"));
    place.now = place.now.plus(COOLDOWN);
    place.act(ana, move |transaction, desk| go(transaction, desk, &new)).await.unwrap();
}
