//! A server that is down for almost as long as anybody tries to reach it, while the conversation goes on without it.

use alcove_protocol::{GroupId, time::DAY};

use crate::{
    person::{Person, agreed},
    world::{TRIED_AGAIN, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn thirteen_days_and_ten_epochs_later_nothing_is_missing_where_the_committer_is() {
    thirteen_days_and_ten_epochs_later_nothing_is_missing(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirteen_days_and_ten_epochs_later_nothing_is_missing_where_the_committer_is_not() {
    thirteen_days_and_ten_epochs_later_nothing_is_missing(2).await;
}

/// Promise P14 on real servers: Bob's server and device come back after 13 days.
async fn thirteen_days_and_ten_epochs_later_nothing_is_missing(starter: usize) {
    let mut world = World::new(&["one", "two", "three"]).await;
    let [mut ada, mut bob, mut dan, mut cy, mut eve] =
        world.people(["ada@one", "bob@two", "dan@three", "cy@one", "eve@three"]).await;
    let chat = world.gather(starter, &mut [&mut ada, &mut bob, &mut dan]).await;
    let before = agreed(&[&ada, &bob, &dan], &chat);
    world.stop("two").await;
    for day in 0..13 {
        match day {
            0 | 6 => ada.add(&chat, cy.actor()).await,
            2 | 10 => ada.add(&chat, eve.actor()).await,
            4 => ada.remove(&chat, cy.actor()).await,
            8 => ada.remove(&chat, eve.actor()).await,
            // Whoever has come renews their own leaf within a day.
            _ => {}
        }
        ada.say(&chat, &format!("day {day}")).await;
        world.settle(&mut [&mut ada, &mut dan, &mut cy, &mut eve]).await;
        cy.accept(&chat).await;
        eve.accept(&chat).await;
        dan.say(&chat, &format!("day {day} here too")).await;
        world.settle(&mut [&mut ada, &mut dan, &mut cy, &mut eve]).await;
        world.pass(DAY);
    }
    world.settle(&mut [&mut ada, &mut dan, &mut cy, &mut eve]).await;
    assert!(agreed(&[&ada, &dan, &cy, &eve], &chat) >= before + 10, "ten epochs");
    world.start("two").await;
    world.pass(TRIED_AGAIN);
    world.settle(&mut [&mut ada, &mut bob, &mut dan, &mut cy, &mut eve]).await;
    agreed(&[&ada, &bob, &dan, &cy, &eve], &chat);
    for name in ["ada", "dan"] {
        let expected = by(&ada, &chat, name);
        assert_eq!(expected.len(), 13);
        assert_eq!(by(&bob, &chat, name), expected, "all of {name}, in order, once");
    }
    bob.say(&chat, "I am back").await;
    world.settle(&mut [&mut ada, &mut bob, &mut dan, &mut cy, &mut eve]).await;
    for person in [&ada, &bob, &dan, &cy] {
        assert_eq!(person.transcript(&chat).last().unwrap(), "bob: I am back", "{}", person.name);
    }
    assert_eq!((ada.transcript(&chat).len(), bob.transcript(&chat).len()), (27, 27));
}

/// What one person said, as another reads it.
fn by(reader: &Person, chat: &GroupId, name: &str) -> Vec<String> {
    let theirs = format!("{name}: ");
    reader.transcript(chat).into_iter().filter(|line| line.starts_with(&theirs)).collect()
}
