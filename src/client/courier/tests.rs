//! The exchange as a script: replies go in, and which request is made next is looked at.

use alcove_protocol::{
    ActorId, ConversationId, DeviceId, GroupId, KeyPackageId, Problem,
    api::{Cursor, Item, Items, path},
    mls::{MlsType, Outgoing},
};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::*;
use crate::{call::NewKeyPackage, step::Request};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const COLLECTIONS: &str = r#"{"outbox":"https://h.example/outbox","keyPackages":"https://h.example/kp","messages":"https://h.example/m"}"#;

fn actor() -> ActorId {
    ActorId::parse("https://h.example/users/1").unwrap()
}

/// A device and its courier; the device has nothing but its registration to send.
struct Desk {
    courier: Courier,
    device: Device,
    rng: StdRng,
}

impl Desk {
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(7);
        let (device, _) = Device::create(actor(), "desk", &[0; 32], NOW, &mut rng).unwrap();
        Self { courier: Courier::new(Some(COLLECTIONS.as_bytes())), device, rng }
    }

    fn next(&mut self) -> Option<Letter> {
        self.courier.next(&self.device, NOW).unwrap()
    }

    fn reply(&mut self, reply: Result<Reply, String>) -> Step {
        self.courier.answered(&mut self.device, reply, NOW, &mut self.rng).unwrap()
    }

    /// Puts a call into the queue that the device does not wait for, as if it did.
    fn call(&mut self, call: Call) -> Letter {
        let request = Request { id: CallId(99), call };
        let letter = Letter::of(&request.call, self.courier.collections.as_ref().unwrap());
        self.courier.under_way = Some(UnderWay::Call(request));
        letter
    }
}

fn ok(status: u16, body: impl ToString) -> Result<Reply, String> {
    Ok(Reply { status, body: body.to_string().into_bytes(), ..Reply::default() })
}

fn problem(status: u16, kind: &str) -> Result<Reply, String> {
    let body = serde_json::to_vec(&Problem::new(kind, "No.", status)).unwrap();
    let content_type = Some("application/problem+json".to_owned());
    Ok(Reply { status, content_type, body, ..Reply::default() })
}

fn created(location: &str, activity: Option<&str>) -> Result<Reply, String> {
    let reply = Reply { status: 201, location: Some(location.to_owned()), ..Reply::default() };
    Ok(Reply { activity: activity.map(str::to_owned), ..reply })
}

fn address(letter: &Letter) -> String {
    match &letter.to {
        Address::Path { path, query } => {
            let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {path}?{}", letter.method.name(), query.join("&"))
        }
        Address::Named(address) => format!("{} {address}", letter.method.name()),
    }
}

fn body(letter: &Letter) -> Value {
    serde_json::from_slice(&letter.body.as_ref().unwrap().bytes).unwrap()
}

fn message(group: &str) -> Outgoing {
    Outgoing {
        kind: MlsType::PrivateMessage,
        content: vec![1],
        to: vec![actor()],
        group: GroupId::parse(group).unwrap(),
        conversation: ConversationId::parse("https://h.example/conversations/c").unwrap(),
    }
}

/// Only a server that says no in our own words has refused; everything else may be tried again.
#[test]
fn answers_are_told_from_refusals_and_from_silence() {
    for status in [200, 201, 204] {
        assert!(ok(status, "{}").unwrap().judge().is_ok());
    }
    for (status, kind) in [(400, "invalid"), (403, "forbidden"), (404, "not-found"), (409, "wrong-epoch")] {
        let refused = problem(status, kind).unwrap().judge().unwrap_err();
        assert!(matches!(&refused, NoAnswer::Refused(problem) if problem.is(kind)), "{refused:?}");
    }
    for (said, seconds) in
        [(None, 60), (Some("7"), 7), (Some("0"), 1), (Some("99999999"), 3_600), (Some("x"), 60)]
    {
        let mut reply = problem(429, "too-many").unwrap();
        reply.retry_after = said.map(str::to_owned);
        let patience = reply.judge().unwrap_err();
        assert!(matches!(patience, NoAnswer::Patience(time) if time == seconds * 1_000), "{patience:?}");
    }
    for reply in
        [problem(500, "internal"), problem(503, "busy"), ok(502, "<h1>"), ok(404, "<h1>"), ok(307, "")]
    {
        assert!(matches!(reply.unwrap().judge().unwrap_err(), NoAnswer::Unknown(_)));
    }
    assert!(matches!(problem(401, "unauthorized").unwrap().judge().unwrap_err(), NoAnswer::SignedOut(_)));
    let large = ok(413, "").unwrap().judge().unwrap_err();
    assert!(matches!(large, NoAnswer::Refused(problem) if problem.status == 413), "a proxy's limit stays");
}

/// Trap T8: for a key package `Location` is the package, which is then added to the collection.
#[test]
fn a_key_package_is_created_and_added() {
    let id = "https://h.example/users/1/keyPackages/k";
    let device = DeviceId::parse("https://h.example/users/1/devices/d").unwrap();
    let mut desk = Desk::new();
    let package = NewKeyPackage { actor: actor(), device, content: vec![1, 2, 3] };
    let letter = desk.call(Call::PublishKeyPackage(package));
    let media_type = letter.body.as_ref().unwrap().media_type;
    assert_eq!(
        (body(&letter)["type"].as_str(), media_type),
        (Some("KeyPackage"), "application/activity+json")
    );
    assert_eq!(desk.reply(created(id, Some("https://h.example/a/1"))), Step::default());
    let letter = desk.next().unwrap();
    assert_eq!(address(&letter), "POST https://h.example/outbox");
    assert_eq!(body(&letter)["type"], "Add");
    assert_eq!(body(&letter)["object"], id);
    assert_eq!(body(&letter)["target"], "https://h.example/kp");
}

/// Traps T8 and T16: a bare object goes out, the activity's id comes back.
#[test]
fn a_message_is_posted_as_a_bare_object() {
    let call = Call::PostMessage(message("urn:uuid:1"));
    let letter = Desk::new().call(call.clone());
    assert_eq!(
        (address(&letter).as_str(), body(&letter)),
        ("POST https://h.example/outbox", message("urn:uuid:1").to_object())
    );
    for reply in [
        created("https://h.example/o/1", Some("https://h.example/a/1")),
        created("https://h.example/a/1", None),
    ] {
        let answer = answers::read(&call, reply.unwrap().judge()).unwrap();
        assert!(matches!(answer, Answer::Message(id) if id.as_str() == "https://h.example/a/1"));
    }
    let nameless = answers::read(&call, ok(201, "").unwrap().judge());
    assert!(matches!(nameless, Err(NoAnswer::Unknown(_))), "taken, but by what name?");
}

/// A repeated removal finds the device gone, which is what was asked for.
#[test]
fn removing_a_device_can_be_repeated() {
    let device = DeviceId::parse("https://h.example/users/1/devices/d").unwrap();
    let call = Call::RemoveDevice(device);
    assert_eq!(address(&Desk::new().call(call.clone())), format!("DELETE {}/d?", path::DEVICES));
    for reply in [ok(204, ""), problem(404, "not-found")] {
        assert_eq!(answers::read(&call, reply.unwrap().judge()).unwrap(), Answer::Done);
    }
}

/// The addresses of the account come first, and are kept by the host.
#[test]
fn collections_are_asked_for_once() {
    let mut desk = Desk::new();
    desk.courier = Courier::new(None);
    desk.courier.begin(&desk.device).unwrap();
    let letter = desk.next().unwrap();
    assert_eq!((letter.kind, address(&letter)), (Kind::Document, "GET https://h.example/users/1".to_owned()));
    assert!(desk.next().is_none(), "one request at a time");
    let step = desk.reply(ok(200, COLLECTIONS));
    assert_eq!(step.save.put[0].0, Courier::RECORD);
    assert_eq!(address(&desk.next().unwrap()), format!("POST {}?", path::DEVICES));
}

/// A server that is away is not asked again in the same round; the call stays and goes first in the next one.
#[test]
fn what_could_not_be_sent_goes_first_in_the_next_round() {
    let mut desk = Desk::new();
    desk.courier.begin(&desk.device).unwrap();
    assert!(desk.next().is_some());
    desk.reply(Err("no route".to_owned()));
    assert_eq!(*desk.courier.connection(), Connection::Offline("no route".to_owned()));
    assert!(desk.next().is_none(), "neither call nor page");
    desk.courier.begin(&desk.device).unwrap();
    assert_eq!(address(&desk.next().unwrap()), format!("POST {}?", path::DEVICES));
}

/// Limits are by conversation: what is behind the message waits with it, others go on.
#[test]
fn patience_with_one_conversation_holds_up_no_other() {
    let mut desk = Desk::new();
    let request = Request { id: CallId(98), call: Call::PostMessage(message("urn:uuid:1")) };
    desk.courier.under_way = Some(UnderWay::Call(request));
    desk.reply(problem(429, "too-many"));
    assert_eq!(*desk.courier.connection(), Connection::Online);
    let waits = |group| {
        desk.courier.has_to_wait(&Request { id: CallId(99), call: Call::PostMessage(message(group)) })
    };
    assert!(waits("urn:uuid:1") && !waits("urn:uuid:2"));
}

/// With the session everything stops, until the host begins anew with another token.
#[test]
fn nothing_is_asked_after_the_session_has_ended() {
    let mut desk = Desk::new();
    desk.courier.begin(&desk.device).unwrap();
    desk.next().unwrap();
    desk.reply(problem(401, "unauthorized"));
    assert!(matches!(desk.courier.connection(), Connection::SignedOut(_)));
    assert!(desk.next().is_none());
    desk.courier.begin(&desk.device).unwrap();
    assert!(desk.next().is_some());
}

/// Ends the round of calls, so that pages come next.
fn reading(desk: &mut Desk) -> Letter {
    desk.courier.begin(&desk.device).unwrap();
    desk.courier.queue.clear();
    desk.next().unwrap()
}

fn items(incarnation: i64, positions: &[i64], more: bool) -> Result<Reply, String> {
    let items = positions.iter().map(|position| Item { position: *position, activity: json!({}) }).collect();
    ok(200, serde_json::to_string(&Items { incarnation, items, more }).unwrap())
}

#[test]
fn pages_follow_the_cursor_until_there_is_no_more() {
    let mut desk = Desk::new();
    let letter = reading(&mut desk);
    assert_eq!((letter.kind, address(&letter)), (Kind::Page, format!("GET {}?after=0", path::ITEMS)));
    desk.reply(items(1, &[1, 2], true));
    let acknowledgement = desk.next().unwrap();
    assert_eq!(acknowledgement.kind, Kind::Acknowledgement, "saved before it is asked for: the host's order");
    desk.reply(ok(204, ""));
    assert_eq!(address(&desk.next().unwrap()), format!("GET {}?after=2", path::ITEMS));
    desk.reply(items(1, &[], false));
    assert!(desk.next().is_none());
}

/// What arrives while a page is on its way is not on it: the round that was begun for it asks once more.
#[test]
fn what_arrives_while_a_page_is_fetched_is_fetched_as_well() {
    let mut desk = Desk::new();
    reading(&mut desk);
    desk.courier.begin(&desk.device).unwrap();
    desk.reply(items(1, &[1], false));
    assert_eq!(desk.next().unwrap().kind, Kind::Acknowledgement);
    desk.reply(ok(204, ""));
    assert_eq!(address(&desk.next().unwrap()), format!("GET {}?after=1", path::ITEMS));
    desk.reply(items(1, &[2], false));
    desk.courier.queue.clear();
    assert!(desk.next().is_none());
}

/// A server that was restored from a backup counts anew: everything it has is taken in from its beginning.
#[test]
fn a_restored_server_is_read_from_its_beginning() {
    let mut desk = Desk::new();
    reading(&mut desk);
    desk.reply(items(1, &[41], false));
    desk.courier.queue.clear();
    assert_eq!(address(&reading(&mut desk)), format!("GET {}?after=41", path::ITEMS));
    desk.reply(items(2, &[], false));
    assert_eq!(address(&desk.next().unwrap()), format!("GET {}?after=0", path::ITEMS));
    desk.reply(items(2, &[3], false));
    assert_eq!(desk.device.cursor(), Some(Cursor { incarnation: 2, position: 3 }));
}

/// Trap T37: after a page has ended the process its items come one by one, and the one that did it is left closed.
#[test]
fn a_page_that_ended_the_process_is_opened_item_by_item() {
    let mut desk = Desk::new();
    desk.courier.be_careful(Care { one_by_one_to: 2, skipped: Some(2) });
    reading(&mut desk);
    desk.reply(items(1, &[1, 2, 3], false));
    assert_eq!(desk.device.cursor().unwrap().position, 1);
    desk.courier.queue.clear();
    assert_eq!(
        address(&desk.next().unwrap()),
        format!("GET {}?after=1", path::ITEMS),
        "the rest is still wanted"
    );
    let mut page =
        Items { incarnation: 1, items: vec![Item { position: 2, activity: json!({"a": 1}) }], more: false };
    desk.courier.pages.care.apply(&mut page);
    assert_eq!(page.items[0].activity, Value::Null);
}

#[test]
fn key_packages_and_past_commits_are_asked_for_by_query() {
    let mut desk = Desk::new();
    let letter = desk.call(Call::FetchKeyPackages(actor()));
    assert_eq!(address(&letter), format!("GET {}?actor=https://h.example/users/1", path::KEY_PACKAGES));
    let id = KeyPackageId::parse("https://h.example/k").unwrap();
    assert_eq!(answers::key_package(&created(id.as_str(), None).unwrap().judge().unwrap()).unwrap(), id);
}
