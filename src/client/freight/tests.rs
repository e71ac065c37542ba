//! Files on their way, against a server that is made up: it takes parts and loses things. What it lies about is in
//! `lies`, what is to go from it in `gone`.

mod gone;
mod lies;

use std::collections::BTreeMap;

use alcove_protocol::{Problem, api::BlobStanding, problem::PROBLEM_JSON};
use serde_json::json;

use super::*;
use crate::{
    File,
    blob::{BlobError, Opener, SealedBlob, Sealer},
    courier::Reply,
    testing::World,
};

/// A server for sealed files.
#[derive(Default)]
struct Server {
    /// By name: the length that was announced, and what has come.
    files: BTreeMap<String, (u64, Vec<u8>)>,
    /// What was asked for, in order.
    asked: Vec<String>,
}

/// Somebody's device with its freight, and a conversation.
struct Desk {
    world: World,
    group: GroupId,
    freight: Freight,
    /// The sealed bytes that the host keeps.
    kept: BTreeMap<String, Vec<u8>>,
    server: Server,
}

impl Server {
    fn answer(&mut self, haul: &Haul, kept: &BTreeMap<String, Vec<u8>>) -> Reply {
        let path = haul.path.strip_prefix(path::BLOBS).unwrap();
        self.asked.push(format!("{} {path}", haul.method.name()));
        let (name, offset) =
            path.trim_start_matches('/').split_once("?offset=").unwrap_or((&path[path.len().min(1)..], ""));
        match (&haul.method, &haul.body) {
            (Method::Post, Cargo::Json(body)) => {
                assert_eq!(haul.token, None);
                let NewBlob { length } = serde_json::from_slice(body).unwrap();
                let name = format!("n{}", self.files.len());
                self.files.insert(name.clone(), (length, Vec::new()));
                let url = format!("https://one.example/blobs/{name}");
                ok(json!({"name": name, "url": url, "upload_token": format!("token-{name}")}))
            }
            _ if !self.files.contains_key(name) => problem("not-found", 404),
            (Method::Delete, _) => {
                self.files.remove(name);
                ok(json!(null))
            }
            (_, Cargo::Part { stored, number }) => {
                assert_eq!(haul.token, Some(format!("token-{name}")));
                let (length, come) = self.files.get_mut(name).unwrap();
                let from = usize::try_from(number * BLOB_PART).unwrap();
                if offset.parse() != Ok(come.len()) {
                    return problem("wrong-offset", 409);
                }
                assert_eq!(from, come.len());
                let part = &kept[stored][from..];
                come.extend_from_slice(&part[..part.len().min(BLOB_PART as usize)]);
                standing(*length, come.len() as u64)
            }
            _ => standing(self.files[name].0, self.files[name].1.len() as u64),
        }
    }
}

fn ok(body: serde_json::Value) -> Reply {
    Reply { status: 200, body: body.to_string().into_bytes(), ..Reply::default() }
}

fn standing(length: u64, received: u64) -> Reply {
    ok(serde_json::to_value(BlobStanding { length, received }).unwrap())
}

fn problem(kind: &str, status: u16) -> Reply {
    let problem = Problem::new(kind, "No.", status).with_detail("There is no more room.");
    let body = serde_json::to_vec(&problem).unwrap();
    Reply { status, content_type: Some(PROBLEM_JSON.into()), body, ..Reply::default() }
}

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8).collect()
}

impl Desk {
    fn new() -> Self {
        let mut world = World::with(1, &["ana@one", "bob@two"]);
        let group = world.start(0, &["bob@two"]);
        world.accept(1, &group);
        Self { world, group, freight: Freight::default(), kept: BTreeMap::new(), server: Server::default() }
    }

    fn seal(&mut self, size: usize, name: &str) -> File {
        let mut sealer = Sealer::new(size as u64, &mut self.world.hosts[0].rng).unwrap();
        let mut sealed = sealer.push(&bytes(size)).unwrap();
        let (last, blob) = sealer.finish().unwrap();
        sealed.extend(last);
        self.kept.insert(name.into(), sealed);
        File {
            name: Some(format!("{name}.bin")),
            media_type: "application/octet-stream".into(),
            size: size as u64,
            alt: None,
            width: None,
            height: None,
            seconds: None,
            thumbnail: None,
            place: Place::of_blob(&blob, ""),
        }
    }

    /// Sends a message with files of these sizes.
    fn send(&mut self, text: &str, sizes: &[usize]) -> Result<(), Error> {
        let files: Vec<File> =
            sizes.iter().enumerate().map(|(at, size)| self.seal(*size, &format!("{text}{at}"))).collect();
        let stored = (0..sizes.len()).map(|at| (at, format!("{text}{at}"))).collect();
        let content = Content::Text { text: text.into(), in_reply_to: None, mentions: Vec::new(), files };
        let host = &mut self.world.hosts[0];
        let said = (self.group.clone(), content);
        let step = self.freight.send(&host.device, said, stored, self.world.now, &mut host.rng)?;
        host.run(step);
        Ok(())
    }

    fn take(&mut self, reply: Result<Reply, String>) -> Option<Progress> {
        let host = &mut self.world.hosts[0];
        let moved = self.freight.answered(&mut host.device, reply, self.world.now, &mut host.rng).unwrap();
        host.run(moved.step);
        moved.progress
    }

    /// Makes so many requests, if there are as many; says how many there were.
    fn haul(&mut self, most: usize) -> usize {
        for made in 0..most {
            let Some(haul) = self.freight.next(self.world.now) else { return made };
            let reply = self.server.answer(&haul, &self.kept);
            self.take(Ok(reply));
        }
        most
    }

    /// Waits until a request is due, and makes it; says how many seconds that took.
    fn rest(&mut self) -> i64 {
        let begun = self.world.now;
        while self.freight.next(self.world.now).is_none() {
            self.world.now = self.world.now.plus(1_000);
        }
        (self.world.now.0 - begun.0) / 1_000
    }

    fn command(&mut self, command: Command) {
        let host = &mut self.world.hosts[0];
        let step = self.freight.command(&mut host.device, command, self.world.now, &mut host.rng).unwrap();
        host.run(step);
    }

    /// The process ends; only what was saved is left.
    fn restart(&mut self) {
        let host = &mut self.world.hosts[0];
        host.restart();
        self.freight = Freight::default();
        for (key, record) in host.disk.iter().filter(|(key, _)| key.starts_with(Freight::PREFIX)) {
            self.freight.recall(key, record).unwrap();
        }
    }

    fn waiting(&self) -> Vec<Outgoing> {
        self.freight.outgoing(&self.world.hosts[0].device, &self.group).unwrap()
    }

    fn is_stored(&self) -> bool {
        self.world.hosts[0].disk.keys().any(|key| key.starts_with(Freight::PREFIX))
    }

    /// The files of the newest message that has reached the other one, opened.
    fn opened(&mut self) -> Vec<Vec<u8>> {
        self.world.settle();
        let history = self.world.hosts[1].history(&self.group);
        let files = history.iter().rev().find_map(|message| match &message.content {
            Content::Text { files, .. } if !files.is_empty() => Some(files.clone()),
            _ => None,
        });
        let open = |file: &File| {
            let (url, blob): (&str, SealedBlob) = file.sealed().unwrap();
            let mut opener = Opener::new(blob).unwrap();
            let plain = opener.push(&self.server.files[url.rsplit('/').next().unwrap()].1).unwrap();
            assert_eq!(opener.finish(), Ok::<(), BlobError>(()));
            plain
        };
        files.unwrap_or_default().iter().map(open).collect()
    }
}

/// The whole way, killed after every second request, since the first one asks how far it is: nothing is lost, sent twice, or
/// uploaded twice.
#[test]
fn a_message_leaves_when_its_files_have_arrived() {
    let mut desk = Desk::new();
    desk.send("Look", &[2_000_000, 700_000]).unwrap();
    while desk.freight.is_laden() {
        assert_eq!(desk.waiting().len(), 1);
        assert_eq!(desk.freight.stored().count(), 2);
        assert!(desk.haul(2) > 0);
        desk.restart();
    }
    assert!(desk.waiting().is_empty() && desk.freight.stored().next().is_none());
    assert!(desk.opened() == [bytes(2_000_000), bytes(700_000)]);
    let told = desk.world.hosts[1].texts(&desk.group);
    assert_eq!(told.iter().filter(|text| *text == "Look").count(), 1);
    let parts = desk.server.asked.iter().filter(|asked| asked.starts_with("PATCH")).count();
    assert_eq!(parts, 4 + 2, "each part once: {:?}", desk.server.asked);
}

/// Undisturbed it asks for nothing that it knows, and says how far it is.
#[test]
fn progress_is_shown() {
    let mut desk = Desk::new();
    desk.send("Look", &[1_000_000, 1_000]).unwrap();
    let mut seen = Vec::new();
    while let Some(haul) = desk.freight.next(desk.world.now) {
        let reply = desk.server.answer(&haul, &desk.kept);
        let progress = desk.take(Ok(reply)).unwrap();
        for message in desk.waiting() {
            let (done, total) = (progress.done, progress.total);
            assert_eq!(message.state, OutgoingState::Uploading { done, total });
        }
        seen.push((progress.done, progress.total));
    }
    let [first, second] = [1_000_000, 1_000].map(crate::blob::sealed_length);
    assert_eq!(seen, [0, BLOB_PART, first, first, first + second].map(|done| (done, first + second)));
    assert_eq!(desk.server.asked[..3], ["POST ", "PATCH /n0?offset=0", "PATCH /n0?offset=524288"]);
    assert_eq!(desk.server.asked[3..], ["POST ", "PATCH /n1?offset=0"]);
}

/// No network: it waits, longer each time but never long, and goes on at once when the network is back.
#[test]
fn what_is_not_reached_is_tried_again() {
    let mut desk = Desk::new();
    desk.send("Look", &[1_000_000]).unwrap();
    desk.haul(2);
    let mut waits = Vec::new();
    for _ in 0..8 {
        assert!(desk.freight.next(desk.world.now).is_some());
        desk.take(Err("it could not be reached".into()));
        waits.push(desk.rest());
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60, 60]);
    desk.take(Err("it could not be reached".into()));
    assert!(desk.freight.next(desk.world.now).is_none() && desk.freight.waiting() == 1);
    desk.freight.hasten();
    desk.haul(usize::MAX);
    assert!(desk.opened() == [bytes(1_000_000)]);
}

/// A server that asks for patience gets it, whatever the network does.
#[test]
fn patience_is_kept() {
    let mut desk = Desk::new();
    desk.send("Look", &[1_000_000]).unwrap();
    desk.freight.next(desk.world.now).unwrap();
    desk.take(Ok(Reply { status: 429, retry_after: Some("90".into()), ..Reply::default() }));
    for (passed, is_asked) in [(0, false), (89_000, false), (1_000, true)] {
        desk.world.now = desk.world.now.plus(passed);
        desk.freight.hasten();
        assert_eq!(desk.freight.next(desk.world.now).is_some(), is_asked);
    }
}

/// The server has let go of half a file: the same sealed bytes go elsewhere. A server that is elsewhere in the file is asked.
#[test]
fn a_file_that_the_server_lost_goes_elsewhere() {
    let mut desk = Desk::new();
    desk.send("Look", &[1_000_000]).unwrap();
    desk.haul(2);
    desk.server.files.get_mut("n0").unwrap().1.clear();
    desk.haul(1);
    assert!(desk.freight.next(desk.world.now).is_none(), "not again at once");
    desk.freight.hasten();
    desk.haul(2);
    desk.server.files.clear();
    desk.server.files.insert("other".into(), (1, Vec::new()));
    while desk.freight.is_laden() {
        desk.freight.hasten();
        desk.haul(1);
    }
    assert!(desk.opened() == [bytes(1_000_000)]);
}

/// What the server does not take fails with its sentence, stays, and goes when the person says so.
#[test]
fn what_is_refused_fails_and_can_be_tried_again() {
    let mut desk = Desk::new();
    desk.send("Look", &[1_000_000]).unwrap();
    desk.freight.next(desk.world.now).unwrap();
    desk.take(Ok(problem("quota-exceeded", 413)));
    desk.restart();
    assert!(!desk.freight.is_laden());
    let waiting = desk.waiting();
    let reason = "There is no more room.".to_owned();
    assert_eq!(waiting[0].state, OutgoingState::Failed { reason });
    let (conversation, id) = (desk.group.clone(), waiting[0].id.clone());
    desk.command(Command::Retry { conversation, id });
    desk.haul(usize::MAX);
    assert!(desk.opened() == [bytes(1_000_000)]);
}

/// The limits of a message hold before anything is sent, and the bytes must still be there.
#[test]
fn what_cannot_be_said_is_not_begun() {
    let mut desk = Desk::new();
    assert!(matches!(desk.send("Look", &[1_000; 21]), Err(Error::Limit(_))));
    assert!(matches!(desk.send(&"x".repeat(70_000), &[1_000]), Err(Error::Limit(_))));
    assert!(!desk.is_stored());
    desk.send("Look", &[1_000]).unwrap();
    desk.haul(1);
    desk.freight.next(desk.world.now).unwrap();
    let host = &mut desk.world.hosts[0];
    let moved = desk.freight.lost(&mut host.device, desk.world.now, &mut host.rng).unwrap();
    host.run(moved.step);
    assert!(matches!(desk.waiting()[0].state, OutgoingState::Failed { .. }));
}
