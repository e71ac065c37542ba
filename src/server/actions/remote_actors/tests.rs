//! Who goes by a handle.

use crate::{
    actions::testing::Place,
    db::{Transaction, actors},
};

/// S-16: an actor that only says that a name is its own does not take it from the one for whom WebFinger said so.
#[tokio::test]
async fn a_handle_is_that_of_whoever_it_was_confirmed_for() {
    let place = Place::new().await;
    let (old, new) =
        (place.met("https://far.example/users/1").await, place.met("https://far.example/users/2").await);
    let named = async || {
        let find =
            |transaction: &mut Transaction<'_>| actors::by_handle(transaction, "here.example", "stranger");
        place.db.read(find).await.unwrap().unwrap().uri
    };
    assert_eq!(named().await, new.as_str(), "nobody's is confirmed");
    let confirmed = old.clone();
    let confirm = place.write(move |transaction, _, moment| {
        let row = actors::by_uri(transaction, &confirmed)?.unwrap();
        actors::set_handle(transaction, row.id, "stranger", "here.example", moment.now)
    });
    confirm.await.unwrap();
    assert_eq!(named().await, old.as_str());
}
