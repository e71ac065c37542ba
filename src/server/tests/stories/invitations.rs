//! Somebody is invited by a link that their friend's device has made (promise P7, EXPERIENCE.md 1): both are verified, and a
//! first message is there. Also when the friend is asleep, and on two servers that know each other.

use alcove_client::{Event, Means, Trust};
use alcove_server::{actions::accounts, db::accounts::Role};
use alcove_terminal::{Invite, Link};

use crate::{
    person::{Person, agreed},
    world::World,
};

fn invite(name: &str) -> Invite {
    Invite { name: Some(name.to_owned()), days: 7, greeting: Some(format!("Welcome, {name}!")) }
}

/// Somebody who runs the place, and so may invite.
async fn owner(world: &World, name: &str) -> Person {
    let [person] = world.people([name]).await;
    let (name, server) = name.split_once('@').unwrap();
    let (app, name) = (&world.server(server).app, name.to_owned());
    app.db.write(move |transaction| accounts::set_role(transaction, &name, Role::Owner)).await.unwrap();
    person
}

async fn link(person: &mut Person, name: &str) -> Link {
    let (link, events) = person.session.invite(invite(name)).await.unwrap();
    person.shown.extend(events);
    Link::parse(&link).unwrap()
}

fn is_verified(person: &Person, other: &Person) -> bool {
    let trust = person.session.trust_of(&other.actor()).unwrap();
    matches!(trust, Trust::Verified { by: Means::Invitation, .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_verifies_both_and_begins_their_conversation() {
    let world = World::new(&["one", "two"]).await;
    let mut ada = owner(&world, "ada@one").await;
    let mut eli = owner(&world, "eli@two").await;
    for (inviter, name) in [(&mut ada, "ben@one"), (&mut eli, "fay@two")] {
        let short = name.split('@').next().unwrap();
        let link = link(inviter, short).await;
        let mut newcomer = world.join_by(&link, name).await;
        world.settle(&mut [inviter, &mut newcomer]).await;
        assert!(is_verified(inviter, &newcomer) && is_verified(&newcomer, inviter), "{name}");
        let chat = newcomer.session.conversations().unwrap()[0].group.clone();
        assert_eq!(newcomer.transcript(&chat).len(), 1, "a first message is there");
        newcomer.say(&chat, "thank you").await;
        world.settle(&mut [inviter, &mut newcomer]).await;
        assert_eq!(inviter.transcript(&chat), newcomer.transcript(&chat));
        agreed(&[inviter, &newcomer], &chat);
        let again = world.try_join_by(&link, "eve again").await;
        assert!(again.is_err(), "the link is used up");
    }
}

/// The friend is asleep while the newcomer joins, and both are verified when they wake.
#[tokio::test(flavor = "multi_thread")]
async fn the_friend_may_be_asleep() {
    let world = World::new(&["one"]).await;
    let mut ada = owner(&world, "ada@one").await;
    let link = link(&mut ada, "ben").await;
    let ada = ada.crash();
    let mut ben = world.join_by(&link, "ben@one").await;
    world.settle(&mut [&mut ben]).await;
    let waits =
        |event: &Event| matches!(event, Event::InviterVerified { .. } | Event::InvitationFailed { .. });
    assert!(!ben.shown.iter().any(waits));
    let (mut ada, mut ben) = (ada, ben.crash());
    world.pass(2 * alcove_protocol::time::HOUR);
    world.settle(&mut [&mut ada, &mut ben]).await;
    assert!(is_verified(&ada, &ben) && is_verified(&ben, &ada));
}
