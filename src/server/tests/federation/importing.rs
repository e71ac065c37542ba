//! Lists of people of other servers.

use alcove_protocol::Handle;
use alcove_server::{
    actions::{
        desk::Desk,
        lists::{self, Mode},
    },
    db::{
        follows::{self, FollowState},
        imports,
    },
    text::lists::{List, Read},
};

use super::world::{settle, two};

/// Everybody is looked up at their own server, as fast as that is asked at most; whoever is found is asked, and followed
/// once they accept.
#[tokio::test]
async fn people_of_other_servers_are_looked_up_and_followed() {
    let (one, two, time) = two().await;
    let (ada, bob) = (one.person("ada").await, two.person("bob").await);
    let named = |name: &str| Handle { name: name.into(), domain: two.host() };
    let mut handles = vec![named("bob")];
    handles.extend((0..8).map(|n| named(&format!("nobody{n}"))));
    let read = Read { handles, ..Read::default() };
    let (site, moment, account) = (one.app().site.clone(), one.app().moment(), ada.id);
    one.write(move |transaction| {
        let desk = Desk::new(&site, &moment, account);
        lists::begin(transaction, &desk, List::Following, Mode::Merge, &read)
    })
    .await;
    let progress = async || {
        let rows = one.read(move |transaction| imports::latest(transaction, account, 1)).await;
        (rows[0].done, rows[0].failed, rows[0].finished_at.is_some())
    };
    while progress().await != (1, 8, true) {
        settle(&one, &two).await;
        time.pass(1_000);
    }
    settle(&one, &two).await;
    let (ada, bob) = (ada.actor.clone(), bob.actor.clone());
    let state = one.read(move |transaction| follows::state(transaction, &ada, &bob)).await;
    assert_eq!(state, Some(FollowState::Accepted));
}
