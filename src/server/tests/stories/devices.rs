//! A second device of somebody: approved with six digits and a word on each side, or not; and removed again (ENCRYPTION.md 1.4).

use alcove_client::{DeviceStanding, Event, PairingEnd, Removal};
use alcove_terminal::Error;

use crate::{
    key_packages::published,
    person::{Person, agreed},
    world::World,
};

/// The approval up to the point where the digits are to be typed: its name and the digits that the new device shows.
async fn show_digits(world: &World, old: &mut Person, new: &mut Person) -> (String, String) {
    let [pairing] = old.session.pairings().await.unwrap().try_into().unwrap();
    let events = old.session.approve(&pairing.name).await.unwrap();
    old.shown.extend(events);
    world.settle(&mut [old, new]).await;
    let wanted = Event::PairingDigitsWanted { name: pairing.name.clone() };
    assert!(old.shown.contains(&wanted), "the new device has shown its key");
    let digits = new.shown.iter().find_map(|event| match event {
        Event::PairingDigits { digits } => Some(digits.clone()),
        _ => None,
    });
    (pairing.name, digits.unwrap())
}

async fn confirm(old: &mut Person, pairing: &str, digits: &str) {
    let events = old.session.confirm(pairing, digits).await.unwrap();
    old.shown.extend(events);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_device_takes_part_until_it_is_removed_where_it_is_hosted() {
    an_approved_device_takes_part_until_it_is_removed(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_device_takes_part_until_it_is_removed_elsewhere() {
    an_approved_device_takes_part_until_it_is_removed(1).await;
}

/// Promise P11 for devices: after its removal a device reads nothing, and its server does not know it any more.
async fn an_approved_device_takes_part_until_it_is_removed(starter: usize) {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@two"]).await;
    let chat = world.gather(starter, &mut [&mut ada, &mut bob]).await;
    ada.say(&chat, "from my first device").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    let mut new = world.another_device(&ada).await;
    assert_eq!(new.session.standing(), DeviceStanding::Waiting);
    assert_eq!(published(&ada.actor()).await.len(), 1, "until it is approved it is nobody");
    let (pairing, digits) = show_digits(&world, &mut ada, &mut new).await;
    confirm(&mut ada, &pairing, &digits).await;
    world.settle(&mut [&mut ada, &mut new]).await;
    assert_eq!(new.session.standing(), DeviceStanding::Waiting, "its person has not said yes yet");
    let events = new.session.accept_approval(&pairing).await.unwrap();
    new.shown.extend(events);
    world.settle(&mut [&mut ada, &mut new, &mut bob]).await;
    assert_eq!(new.session.standing(), DeviceStanding::Approved);
    assert_eq!(published(&ada.actor()).await.len(), 2);
    agreed(&[&ada, &new, &bob], &chat);
    assert_eq!(
        (bob.view(&chat).people.len(), bob.view(&chat).leaves.len()),
        (2, 3),
        "a device, not a person"
    );
    assert!(bob.view(&chat).unverified.is_empty(), "Ada's identity vouches for it");

    new.say(&chat, "from my second device").await;
    world.settle(&mut [&mut ada, &mut new, &mut bob]).await;
    bob.say(&chat, "I read both").await;
    world.settle(&mut [&mut ada, &mut new, &mut bob]).await;
    let since = ["ada: from my second device", "bob: I read both"];
    assert_eq!(new.transcript(&chat), since);
    for person in [&ada, &bob] {
        assert_eq!(person.transcript(&chat)[1..], since, "{}", person.name);
    }

    let device = new.session.device().unwrap().clone();
    let events = ada.session.remove_device(&device, Removal::Retired).await.unwrap();
    ada.shown.extend(events);
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(bob.view(&chat).leaves.len(), 2);
    assert_eq!(published(&ada.actor()).await.len(), 1);
    bob.say(&chat, "only for your first").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(ada.transcript(&chat).last().unwrap(), "bob: only for your first");
    assert!(new.session.sync().await.is_err(), "its token has ended");
    assert_eq!(new.transcript(&chat), since);
    agreed(&[&ada, &bob], &chat);
}

/// A password that is set anew ends every token; the device that signs in again is the same, and its people notice nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_goes_on_after_its_password_was_set_anew() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@two"]).await;
    let chat = world.gather(0, &mut [&mut ada, &mut bob]).await;
    let device = ada.session.device().cloned();
    world.set_password("one", "ada", "a new password of ada").await;
    bob.say(&chat, "while you were out").await;
    assert!(matches!(ada.session.sync().await, Err(Error::SignedOut { .. })));
    assert!(ada.session.sign_in_again(&ada.password()).await.is_err(), "that was the former one");
    let events = ada.session.sign_in_again("a new password of ada").await.unwrap();
    ada.shown.extend(events);
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(ada.session.device(), device.as_ref());
    ada.say(&chat, "back again").await;
    world.settle(&mut [&mut ada, &mut bob]).await;
    assert_eq!(bob.transcript(&chat), ["bob: while you were out", "ada: back again"]);
    assert_eq!(ada.transcript(&chat), bob.transcript(&chat));
    assert!(bob.view(&chat).unverified.is_empty() && bob.view(&chat).leaves.len() == 2);
    agreed(&[&ada, &bob], &chat);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_digits_three_times_leave_the_new_device_nobody() {
    let world = World::new(&["one"]).await;
    let [mut ada, mut bob] = world.people(["ada@one", "bob@one"]).await;
    let mut new = world.another_device(&ada).await;
    let (pairing, right) = show_digits(&world, &mut ada, &mut new).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for attempts_left in [2, 1, 0] {
        confirm(&mut ada, &pairing, wrong).await;
        assert!(ada.shown.contains(&Event::PairingDigitsWrong { name: pairing.clone(), attempts_left }));
    }
    // Now not even the right ones.
    assert!(ada.session.confirm(&pairing, &right).await.is_err());
    world.settle(&mut [&mut ada, &mut new]).await;
    let refused = Event::PairingEnded { name: pairing, end: PairingEnd::Refused };
    assert!(ada.shown.contains(&refused) && new.shown.contains(&refused));
    assert_eq!(new.session.standing(), DeviceStanding::Waiting);
    assert_eq!(published(&ada.actor()).await.len(), 1);
    let chat = world.gather(1, &mut [&mut ada, &mut bob]).await;
    new.sync().await;
    assert_eq!(bob.view(&chat).leaves.len(), 2, "nobody writes to it");
    assert!(new.session.conversations().unwrap().is_empty());
    assert!(matches!(new.session.new_conversation(&[bob.handle.clone()], None).await, Err(Error::Device(_))));
}
