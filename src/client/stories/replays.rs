//! What arrives again has no effect (promise P17).

use alcove_protocol::api::{Item, Items};

use crate::{
    Command, Content, DeviceStanding, Event, Standing,
    record::is_cold,
    testing::{Delivery, World},
};

/// Puts everything that ever arrived for everybody into the mailboxes once more.
fn replay_everything(world: &mut World) {
    let again: Vec<_> = world
        .service
        .mailboxes
        .iter()
        .flat_map(|(to, items)| items.iter().map(|item| (to.clone(), item.activity.clone())))
        .collect();
    for (to, activity) in again {
        world.service.deliveries.push(Delivery { to, activity });
    }
    world.settle();
}

/// Promise P17: messages, commits, Welcomes and the sequencer's words, repeated; also after removal and leaving.
#[test]
fn a_replayed_mailbox_changes_nothing() {
    let mut world = World::with(1, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two", "cy@three"]);
    world.accept(1, &group);
    world.accept(2, &group);
    world.send(0, &group, "once");
    world.send(1, &group, "only");
    world.settle();
    replay_everything(&mut world);
    assert_eq!(world.hosts[1].texts(&group).len(), 2);
    assert_eq!(world.hosts[0].texts(&group).len(), 2);
    world.command(0, Command::Remove { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    let epoch = world.view(0, &group).epoch;
    replay_everything(&mut world);
    assert_eq!(world.view(0, &group).epoch, epoch);
    assert_eq!(
        world.view(2, &group).standing,
        Standing::Over,
        "the Welcome of then does not let them in again"
    );
    assert_eq!(world.hosts[2].texts(&group).len(), 2);
    for host in &world.hosts {
        assert_eq!(host.device.standing(), DeviceStanding::Approved);
        assert!(host.device.resend().unwrap().is_empty(), "nothing is sent because of it");
    }
    world.assert_agreed(&[0, 1], &group);
}

/// ENCRYPTION.md 1.6: an own echo that the records do not know means that this state was copied.
#[test]
fn a_copied_device_stops_itself() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    let copy = world.hosts[0].disk.clone();
    world.send(0, &group, "from the original");
    world.settle();
    let mut rng = rand::thread_rng();
    let mut clone = crate::Device::open(copy).unwrap();
    let after = clone.cursor().map_or(0, |cursor| cursor.position);
    let items = world.service.items(&World::actor("ana@one"), after);
    clone.receive(&items, world.now, &mut rng).unwrap();
    assert_eq!(clone.standing(), DeviceStanding::Copied);
    let refused = clone.command(
        Command::Send { conversation: group, content: Content::text("x") },
        world.now,
        &mut rng,
    );
    assert!(refused.is_err());
}

/// Whatever a mailbox holds, the device goes on.
#[test]
fn rubbish_is_dropped() {
    let mut world = World::with(3, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    let mailbox = &world.service.mailboxes[&World::actor("bob@two")];
    let good = mailbox.iter().find(|item| item.activity["type"] == "Create").unwrap().activity.clone();
    for content in ["", "AAAA", "AAEAAg==", "AAEAAQABAAAA"] {
        let mut bad = good.clone();
        bad["object"]["content"] = content.into();
        bad["type"] = "Create".into();
        let to = World::actor("bob@two");
        world.service.deliveries.push(Delivery { to, activity: bad });
    }
    let odd = serde_json::json!({"type": ["Follow", 7], "actor": [], "object": null});
    world.service.deliveries.push(Delivery { to: World::actor("bob@two"), activity: odd });
    world.settle();
    world.send(0, &group, "fine");
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["fine"]);
}

/// Trap T38: whoever sees the bytes of a message can post them as their own, and may be faster. The message is not lost.
#[test]
fn a_copy_by_somebody_else_that_arrives_first_does_not_cost_the_message() {
    let mut world = World::with(4, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.send(0, &group, "mine");
    while world.hosts[0].make_call(&mut world.service, world.now) {}
    let bob = World::actor("bob@two");
    let genuine = world.service.deliveries.iter().find(|delivery| delivery.to == bob).unwrap();
    let mut copy = genuine.activity.clone();
    copy["actor"] = World::actor("mal@one").as_str().into();
    copy["object"]["attributedTo"] = copy["actor"].clone();
    world.service.deliveries.insert(0, Delivery { to: bob, activity: copy });
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["mine"]);
    let forged = Event::Forged { conversation: group, sender: World::actor("mal@one") };
    assert!(world.hosts[1].shown.contains(&forged));
}

/// ENCRYPTION.md 1.14: that a message names our own leaf is authenticated by nothing, because every member can write that. A
/// changed copy of what we sent stops us only if our own server says that this very device has posted it.
#[test]
fn forged_sender_data_stops_nobody() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.send(0, &group, "mine");
    world.settle();
    let ana = World::actor("ana@one");
    let own = world.hosts[0].device.id().unwrap().to_string();
    let echo = world.service.mailboxes[&ana].iter().rfind(|item| item.activity["instrument"] == own.as_str());
    let mut forged = echo.unwrap().activity.clone();
    let content = forged["object"]["content"].as_str().unwrap();
    let mut content = alcove_protocol::base64::decode(content, 1 << 20).unwrap();
    *content.last_mut().unwrap() ^= 1;
    forged["object"]["content"] = alcove_protocol::base64::encode(&content).into();
    let by = |actor: &str, instrument: serde_json::Value| {
        let mut forged = forged.clone();
        forged["actor"] = World::actor(actor).as_str().into();
        forged["object"]["attributedTo"] = forged["actor"].clone();
        forged["instrument"] = instrument;
        forged
    };
    let elsewhere = "https://one.example/devices/9";
    for harmless in [
        by("bob@two", own.as_str().into()),
        by("ana@one", serde_json::Value::Null),
        by("ana@one", elsewhere.into()),
    ] {
        world.service.deliveries.push(Delivery { to: ana.clone(), activity: harmless });
        world.settle();
        assert_eq!(world.hosts[0].device.standing(), DeviceStanding::Approved);
    }
    world.send(0, &group, "still here");
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["mine", "still here"]);
    // As our own server would show it, if a copy of this device had posted it.
    let copied = by("ana@one", own.as_str().into());
    world.service.deliveries.push(Delivery { to: ana, activity: copied });
    world.settle();
    assert_eq!(world.hosts[0].device.standing(), DeviceStanding::Copied);
}

/// A server that was restored from a backup counts its items anew: what arrives then stands behind what has arrived, and
/// overwrites nothing.
#[test]
fn a_server_that_counts_anew_does_not_overwrite_the_history() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    for text in ["one", "two"] {
        world.send(0, &group, text);
        world.settle();
    }
    let bob = World::actor("bob@two");
    let mut mailbox = world.service.mailboxes[&bob].clone();
    world.send(0, &group, "three");
    world.settle();
    // The backup is from before the last message, which was delivered again since.
    let last = world.service.mailboxes[&bob].last().unwrap().clone();
    let items = |incarnation, items| Items { incarnation, items, more: false };
    mailbox.push(last);
    let disk = world.hosts[1].disk.clone();
    for (position, item) in (1..).zip(&mut mailbox) {
        item.position = position;
    }
    let now = world.now;
    let step = world.hosts[1].device.receive(&items(2, mailbox), now, &mut rand::thread_rng()).unwrap();
    world.hosts[1].run(step);
    assert_eq!(world.hosts[1].texts(&group), ["one", "two", "three"]);
    assert!(
        disk.iter().filter(|(key, _)| is_cold(key)).all(|(key, bytes)| world.hosts[1].disk[key] == *bytes)
    );
    world.send(1, &group, "four");
    while world.hosts[1].make_call(&mut world.service, now) {}
    let echo = world.service.deliveries.iter().find(|delivery| delivery.to == bob).unwrap();
    let fresh = Item { position: 2, activity: echo.activity.clone() };
    let step = world.hosts[1].device.receive(&items(3, vec![fresh]), now, &mut rand::thread_rng()).unwrap();
    world.hosts[1].run(step);
    assert_eq!(world.hosts[1].texts(&group), ["one", "two", "three", "four"], "in the order of arrival");
}
