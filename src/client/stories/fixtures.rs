//! The stored format of each release, kept and opened by every later one. A fixture holds two devices in the middle of a
//! conversation, one of them with an undecided commit and a message on its way. Those of releases are never rewritten;
//! `next.json` is of the release that is being made and gets its number with it: written with
//! `ALCOVE_WRITE_FIXTURE=1 cargo test -p alcove-client fixtures`.

use std::collections::BTreeMap;

use alcove_protocol::base64;

use crate::{
    Command, Device, Message,
    record::is_cold,
    testing::{Host, World},
};

type Disk = BTreeMap<String, Vec<u8>>;

/// The fixtures, oldest first.
const FIXTURES: [&str; 2] = [include_str!("../fixtures/0.1.0.json"), include_str!("../fixtures/next.json")];

/// Ana's and Bob's devices, as a fixture has them.
fn write(disks: [&Disk; 2]) -> String {
    let text = |disk: &Disk| -> BTreeMap<String, String> {
        disk.iter().map(|(key, bytes)| (key.clone(), base64::encode(bytes))).collect()
    };
    serde_json::to_string_pretty(&disks.map(text)).unwrap() + "\n"
}

fn read(fixture: &str) -> [Disk; 2] {
    let disks: [BTreeMap<String, String>; 2] = serde_json::from_str(fixture).unwrap();
    disks.map(|disk| {
        disk.into_iter().map(|(key, text)| (key, base64::decode(&text, 1 << 20).unwrap())).collect()
    })
}

/// The state that a fixture holds.
fn scene() -> World {
    let mut world = World::with(11, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    world.command(0, Command::Rename { conversation: group.clone(), name: "Harbour".into() });
    world.send(0, &group, "first");
    world.settle();
    world.send(1, &group, "second");
    world.settle();
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.hosts[0].make_call(&mut world.service, world.now);
    world.send(0, &group, "third");
    world
}

fn host(disk: Disk, world: &World) -> Host {
    let mut host = Host::new(World::actor("nobody@none"), "nobody", 1, world.now);
    host.disk = disk;
    host.restart();
    host
}

#[test]
fn every_release_s_records_are_opened_and_go_on() {
    for fixture in FIXTURES {
        let mut world = World::new(1);
        for disk in read(fixture) {
            let host = host(disk, &world);
            world.hosts.push(host);
        }
        let group = world.groups(0)[0].clone();
        assert_eq!(world.hosts[1].texts(&group), ["first", "second"]);
        let chats = world.hosts[0].device.chats().unwrap();
        assert_eq!(chats[0].people.len(), 2, "also where no record says so yet");
        assert_eq!(world.view(0, &group).name.as_deref(), Some("Harbour"));
        world.assert_agreed(&[0, 1], &group);
        // The pending commit and the message were stored with their bytes: the message still reaches Bob.
        let calls = world.hosts[0].calls.clone();
        assert!(calls.iter().any(|request| matches!(request.call, crate::Call::PostCommit(_))));
        world.hosts[0].calls.retain(|request| matches!(request.call, crate::Call::PostMessage(_)));
        let mailbox = world.service.mailboxes.entry(World::actor("bob@two")).or_default();
        let taken = world.hosts[1].device.cursor().unwrap().position;
        for position in 1..=taken {
            mailbox.push(alcove_protocol::api::Item { position, activity: serde_json::Value::Null });
        }
        while world.hosts[0].make_call(&mut world.service, world.now) {}
        world.service.deliver_all();
        world.hosts[1].receive(&world.service, world.now);
        assert_eq!(world.hosts[1].texts(&group), ["first", "second", "third"]);
    }
}

/// The format of today is the one that the newest fixture shows: the same kinds of records, the same header.
#[test]
fn the_newest_fixture_shows_the_present_format() {
    let world = scene();
    let disks = [&world.hosts[0].disk, &world.hosts[1].disk];
    if std::env::var_os("ALCOVE_WRITE_FIXTURE").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
        std::fs::write(format!("{folder}/next.json"), write(disks)).unwrap();
    }
    let kept = read(FIXTURES[FIXTURES.len() - 1]);
    for (disk, kept) in disks.iter().zip(&kept) {
        let kinds = |disk: &Disk| -> std::collections::BTreeSet<String> {
            disk.keys().filter_map(|key| key.split('/').next().map(str::to_owned)).collect()
        };
        assert_eq!(kinds(disk), kinds(kept));
        assert!(kept.values().all(|bytes| bytes[..4] == disk["account"][..4]));
    }
}

#[test]
fn a_device_opens_without_its_cold_records() {
    let world = scene();
    let hot = world.hosts[0].disk.iter().filter(|(key, _)| !is_cold(key));
    let device = Device::open(hot.map(|(key, bytes)| (key.clone(), bytes.clone()))).unwrap();
    assert_eq!(device.conversations().unwrap().len(), 1);
    let cold = world.hosts[0].disk.iter().find(|(key, _)| is_cold(key)).unwrap();
    assert!(Message::from_record(cold.0, cold.1).is_ok());
}
