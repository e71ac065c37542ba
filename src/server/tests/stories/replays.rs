//! What was delivered is delivered again (promise P17): nothing happens a second time.

use alcove_client::Event;
use alcove_protocol::{ActivityId, ActorId, GroupId};
use alcove_server::{
    actions::deliver,
    db::{actors, conversations, envelopes},
};

use crate::{
    person::{Person, agreed},
    world::World,
};

/// The activities of the messages that somebody has sent, and of their commits from an epoch on.
async fn sent(world: &World, server: &str, sender: &Person, chat: &GroupId, epoch: u64) -> Vec<ActivityId> {
    let messages = sender.shown.iter().filter_map(|event| match event {
        Event::Sent { activity, .. } => Some(activity.clone()),
        _ => None,
    });
    let (address, epoch) = (sender.view(chat).address.unwrap(), i64::try_from(epoch).unwrap());
    let commits = world.server(server).app.db.read(move |transaction| {
        let conversation = conversations::by_uri(transaction, address.as_str())?.unwrap();
        conversations::commits_from(transaction, conversation.id, epoch, 100)
    });
    let commits = commits.await.unwrap();
    let own = commits.iter().filter(|commit| commit.poster == sender.actor().as_str());
    messages.chain(own.map(|commit| ActivityId::parse(&commit.activity_uri).unwrap())).collect()
}

/// Sends activities of somebody again, freshly signed, to somebody elsewhere.
async fn repeat(
    world: &World,
    server: &str,
    sender: &Person,
    activities: Vec<ActivityId>,
    recipient: ActorId,
) {
    let app = &world.server(server).app;
    let (moment, site, sender) = (app.moment(), app.site.clone(), sender.actor());
    let repeated = app.db.write(move |transaction| {
        let sender = actors::by_uri(transaction, &sender)?.unwrap();
        for activity in &activities {
            let envelope = envelopes::by_activity(transaction, activity)?.unwrap();
            assert!(!envelope.document.is_empty());
            deliver::enqueue(
                transaction,
                &site,
                &moment,
                envelope.id,
                sender.id,
                std::slice::from_ref(&recipient),
            )?;
        }
        Ok(())
    });
    repeated.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_twice_happens_once() {
    let world = World::new(&["one", "two"]).await;
    let [mut ada, mut bob, mut cy] = world.people(["ada@one", "bob@two", "cy@one"]).await;
    let chat = world.gather(0, &mut [&mut ada, &mut bob]).await;
    let before = agreed(&[&ada, &bob], &chat);
    ada.say(&chat, "once").await;
    ada.add(&chat, cy.actor()).await;
    ada.say(&chat, "and only once").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    let epoch = agreed(&[&ada, &bob, &cy], &chat);
    let (shown, read) = (bob.shown.len(), bob.transcript(&chat));
    assert_eq!(read, ["ada: once", "ada: and only once"]);
    let activities = sent(&world, "one", &ada, &chat, before).await;
    assert_eq!(activities.len(), 3, "two messages, and the commit that added Cy");
    repeat(&world, "one", &ada, activities, bob.actor()).await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    assert_eq!(bob.transcript(&chat), read);
    assert_eq!(bob.shown.len(), shown, "nothing is shown again");
    assert_eq!(agreed(&[&ada, &bob, &cy], &chat), epoch);
    bob.say(&chat, "I heard you").await;
    world.settle(&mut [&mut ada, &mut bob, &mut cy]).await;
    assert_eq!(ada.transcript(&chat).last().unwrap(), "bob: I heard you");
}
