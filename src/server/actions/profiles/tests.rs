//! Who is told when an actor of ours has changed.

use alcove_protocol::actor::ActorKind;

use super::*;
use crate::{
    actions::{
        keys,
        testing::{Place, new_keys, stranger},
    },
    db::deliveries,
};

/// Each server that is known hears once of a new key, with the document that shows it; nobody who is gone is told.
#[tokio::test]
async fn one_actor_of_each_server_hears_of_a_change() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let far = [
        "https://a.example/users/1",
        "https://a.example/users/2",
        "https://b.example/users/1",
        "https://gone.example/users/1",
    ];
    for uri in far {
        let gone_at = uri.contains("gone").then_some(1);
        let row = stranger(&place, &ActorId::parse(uri).unwrap(), ActorKind::Person);
        let row = ActorRow { gone_at, ..row };
        place.write(move |transaction, _, _| actors::insert(transaction, &row)).await.unwrap();
    }
    place.give_keys(ana).await;
    let news = place
        .write(move |transaction, site, moment| {
            keys::rotate(transaction, site, moment, ana, new_keys("second"))?;
            let queued = deliveries::due(transaction, moment.now, &[], &[], 10)?;
            let mut hosts: Vec<String> = queued.iter().map(|(_, host)| host.clone()).collect();
            hosts.sort();
            assert_eq!(hosts, ["a.example", "b.example"]);
            let ids: Vec<i64> = queued.iter().map(|(id, _)| *id).collect();
            deliveries::lease(transaction, &ids, moment.now, moment.now.plus(1))
        })
        .await
        .unwrap();
    let news: Value = serde_json::from_str(&news[0].document).unwrap();
    assert_eq!((&news["type"], &news["object"]["id"]), (&json!("Update"), &json!(place.site.actor(ana))));
    assert_eq!(news["object"]["publicKey"]["publicKeyPem"], "public second");
    let ed25519 = &news["object"]["assertionMethod"][0];
    assert_eq!(news["proof"]["verificationMethod"], ed25519["id"], "proved with the key that it shows");
    assert!(news["object"].get("messages").is_none(), "what the owner alone may know is not told");
}
