//! A device and a server in memory: what the device has is what the server has, whatever happened to requests and answers, and
//! whatever is written arrives once.

mod arrivals;
mod blocked;
mod doubts;
mod server;

use alcove_protocol::time::SECOND;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use self::server::Server;
use super::*;
use crate::courier::NoAnswer;

fn actor(name: &str) -> ActorId {
    ActorId::parse(&format!("https://h.example/{name}")).unwrap()
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Answered,
    /// It was taken, and the answer was lost.
    AnswerLost,
    /// It never came.
    Lost,
    /// It was taken, and the device ended before the answer.
    Killed,
}

/// Ana's device.
struct Device {
    plain: Plain,
    disk: BTreeMap<String, Vec<u8>>,
    now: Timestamp,
    news: Vec<News>,
    rng: StdRng,
}

impl Device {
    fn new() -> Self {
        let (disk, now) = (BTreeMap::new(), Timestamp(1_000_000));
        let plain = Plain::new(actor("ana"));
        Self { plain, disk, now, news: Vec::new(), rng: StdRng::seed_from_u64(1) }
    }

    fn keep(&mut self, step: Step) {
        step.save.delete.iter().for_each(|key| drop(self.disk.remove(key)));
        self.disk.extend(step.save.put);
        self.news.extend(step.show);
    }

    fn restart(&mut self) {
        self.open();
        for (key, value) in self.disk.iter().filter(|(key, _)| is_letter(key)) {
            self.plain.recall(key, value).unwrap();
        }
        self.plain.recalled();
    }

    /// What the hot records say: letters are recalled later.
    fn open(&mut self) {
        let hot = self.disk.iter().filter(|(key, _)| key.starts_with(PREFIX));
        let hot = hot.map(|(key, value)| (key.as_str(), value.as_slice()));
        self.plain = Plain::open(actor("ana"), hot).unwrap();
    }

    /// Makes one request; `false` if there is none.
    fn request(&mut self, server: &mut Server, fate: Fate) -> bool {
        let Some(request) = self.plain.next(self.now) else { return false };
        let reply = if fate == Fate::Lost { None } else { Some(server.answer(&request)) };
        match reply.filter(|_| matches!(fate, Fate::Answered)) {
            None if fate == Fate::Killed => self.restart(),
            reply => {
                let (step, concerns_all) =
                    self.plain.answered(reply.ok_or_else(|| "gone".into()), self.now).unwrap();
                assert_eq!(concerns_all.is_some(), fate != Fate::Answered, "{concerns_all:?}");
                assert!(matches!(concerns_all, None | Some(NoAnswer::Unreachable(_))));
                self.keep(step);
            }
        }
        true
    }

    /// Makes every request until all is quiet.
    fn settle(&mut self, server: &mut Server) {
        for _ in 0..4 {
            self.now = self.now.plus(10 * SECOND);
            self.plain.begin_round();
            for round in 0.. {
                assert!(round < 100, "it never ends");
                if !self.request(server, Fate::Answered) {
                    break;
                }
            }
        }
    }

    fn send(&mut self, text: &str) {
        let name = self.name();
        let step = self.plain.send(&name, text.into(), None, self.now, &mut self.rng).unwrap();
        self.keep(step);
    }

    fn begin(&mut self) {
        let (_, step) = self.plain.begin(vec![actor("bob")], self.now, &mut self.rng).unwrap();
        self.keep(step);
    }

    fn name(&self) -> String {
        self.plain.list()[0].name.to_owned()
    }

    fn texts(&self) -> Vec<String> {
        let Some(talk) = self.plain.list().first().map(|talk| talk.name.to_owned()) else {
            return Vec::new();
        };
        let page = self.plain.page(&talk, None, 10_000).unwrap();
        page.letters.iter().map(|view| view.letter.text.clone()).collect()
    }

    fn waiting(&self) -> Vec<String> {
        let outgoing = self.plain.talks.values().flat_map(|talk| &talk.record.outgoing);
        outgoing.map(|letter| letter.text.clone()).collect()
    }

    fn arrived(&mut self) -> usize {
        let all = std::mem::take(&mut self.news);
        all.iter().filter(|news| matches!(news, News::Arrived(..))).count()
    }
}

fn texts(server: &Server) -> Vec<String> {
    server.of("7").into_iter().map(|letter| letter.text).collect()
}

fn met(count: usize) -> (Device, Server) {
    let (mut device, mut server) = (Device::new(), Server::default());
    for number in 0..count {
        server.write("7", "bob", &format!("letter {number}"), None);
    }
    device.settle(&mut server);
    (device, server)
}

#[test]
fn what_was_there_before_is_here_and_no_news() {
    let (mut device, mut server) = met(3);
    assert_eq!(device.texts(), texts(&server));
    assert_eq!((device.arrived(), device.plain.list()[0].unread), (0, 3));
    server.write("7", "bob", "news", None);
    device.settle(&mut server);
    assert_eq!((device.texts(), device.arrived()), (texts(&server), 1));
    device.restart();
    assert_eq!(device.texts(), texts(&server), "it can be read without the server");
}

/// Edits and deletions far above the last letter are seen as well, whether anybody listened or not.
#[test]
fn edits_and_deletions_are_seen_wherever_they_are() {
    let (mut device, mut server) = met(20);
    server.edit(4, "better");
    device.settle(&mut server);
    assert_eq!(device.texts(), texts(&server));
    server.letters.remove(7);
    server.write("7", "bob", "after that", None);
    device.settle(&mut server);
    assert_eq!(device.texts(), texts(&server));
    let gone = device.disk.keys().filter(|key| is_letter(key)).count();
    assert_eq!(gone, 20, "what is deleted is gone from the disk");
    server.letters.clear();
    server.write("8", "bob", "elsewhere", None);
    device.settle(&mut server);
    let names: Vec<&str> = device.plain.list().iter().map(|view| view.name).collect();
    assert_eq!(names, ["8"], "a conversation of which the server has nothing is gone");
    assert_eq!(device.disk.keys().filter(|key| is_letter(key)).count(), 1);
}

#[test]
fn older_letters_are_fetched_when_they_are_looked_at() {
    let (mut device, mut server) = met(75);
    assert_eq!(device.texts().len(), 30);
    let first = |device: &Device| device.plain.page("7", None, 10_000).unwrap().letters[0].place;
    let newest = first(&device);
    assert!(device.plain.page("7", None, 60).unwrap().more);
    while device.plain.want_older("7", Some(newest), 60).unwrap() {
        assert!(device.request(&mut server, Fate::Answered));
    }
    assert_eq!(device.texts(), texts(&server));
    let page = device.plain.page("7", None, 10_000).unwrap();
    assert_eq!((page.letters[45].place, page.more), (newest, false), "places stay");
    server.edit(2, "an old one");
    device.settle(&mut server);
    assert_eq!(device.texts(), texts(&server));
}

/// What is here has no gap, however much has come meanwhile.
#[test]
fn there_is_no_gap() {
    for (count, here) in [(40, 70), (500, 300)] {
        let (mut device, mut server) = met(30);
        for number in 0..count {
            server.write("7", "bob", &format!("more {number}"), None);
        }
        device.settle(&mut server);
        let all = texts(&server);
        assert_eq!(device.texts(), all[all.len() - here..]);
        assert_eq!(device.disk.keys().filter(|key| is_letter(key)).count(), here);
    }
}

#[test]
fn the_first_letter_begins_the_conversation() {
    let (mut device, mut server) = met(0);
    device.begin();
    device.begin();
    let name = device.name();
    device.send("Hello Bob");
    device.settle(&mut server);
    assert_eq!((texts(&server), device.texts()), (vec!["Hello Bob".to_owned()], texts(&server)));
    assert_eq!((device.name(), device.plain.id_of(&name).unwrap()), (name, Some("7")));
    server.write("7", "bob", "Hello Ana", None);
    device.settle(&mut server);
    assert_eq!(device.plain.list().len(), 1, "it stays one conversation");
}

/// Whoever writes first while the other has begun, too: that is one conversation.
#[test]
fn a_conversation_that_both_begin_is_one() {
    let (mut device, mut server) = met(0);
    device.begin();
    server.write("7", "bob", "I was first", None);
    device.settle(&mut server);
    assert_eq!((device.plain.list().len(), device.texts()), (1, texts(&server)));
}

#[test]
fn a_lost_answer_is_looked_for() {
    for begun in [false, true] {
        for fate in [Fate::AnswerLost, Fate::Lost, Fate::Killed] {
            let (mut device, mut server) = met(usize::from(!begun));
            device.begin();
            device.send("same");
            device.send("same");
            assert!(device.request(&mut server, fate));
            assert_eq!(device.plain.waiting(), 2);
            device.settle(&mut server);
            let sent = texts(&server).iter().filter(|text| *text == "same").count();
            assert_eq!(
                (sent, device.waiting(), device.texts()),
                (2, vec![], texts(&server)),
                "{fate:?} {begun}"
            );
        }
    }
}

#[test]
fn a_refused_letter_stays_until_somebody_decides() {
    let (mut device, mut server) = met(1);
    server.refuses = Some("plain-refused");
    device.send("not allowed");
    device.settle(&mut server);
    let outgoing = device.plain.page("7", None, 60).unwrap().outgoing.to_vec();
    assert_eq!(outgoing[0].failed.as_deref(), Some("because"));
    device.restart();
    server.refuses = None;
    let step = device.plain.retry("7", &outgoing[0].id).unwrap();
    device.keep(step);
    device.settle(&mut server);
    assert_eq!((device.waiting(), device.texts().last().map(String::as_str)), (vec![], Some("not allowed")));
    server.refuses = Some("blocked");
    device.send("again");
    device.settle(&mut server);
    let id = device.plain.page("7", None, 60).unwrap().outgoing[0].id.clone();
    let step = device.plain.discard("7", &id).unwrap();
    device.keep(step);
    assert_eq!(device.waiting(), Vec::<String>::new());
}

#[test]
fn what_was_read_goes_both_ways() {
    let (mut device, mut server) = met(5);
    let places: Vec<i64> =
        device.plain.page("7", None, 60).unwrap().letters.iter().map(|view| view.place).collect();
    let step = device.plain.mark_read("7", places[2]).unwrap();
    device.keep(step);
    assert_eq!(device.plain.list()[0].unread, 2);
    device.restart();
    device.settle(&mut server);
    assert_eq!((server.read, device.plain.list()[0].unread), (3, 2));
    server.read = 5;
    device.settle(&mut server);
    let view = device.plain.view("7").unwrap();
    assert_eq!(
        (view.unread, view.read_up_to),
        (0, device.plain.page("7", None, 1).unwrap().letters[0].place)
    );
}

/// Every letter answers one; said is only what is not the one before it.
#[test]
fn an_answer_to_the_last_letter_needs_no_quote() {
    let (mut device, mut server) = met(2);
    server.write("7", "ana", "to the first", Some("1".into()));
    server.write("7", "bob", "to what is gone", Some("99".into()));
    device.settle(&mut server);
    let page = device.plain.page("7", None, 60).unwrap();
    let answers: Vec<Answers<'_>> = page.letters.iter().map(|view| view.answers).collect();
    assert!(matches!(answers[2], Answers::Letter(letter) if letter.text == "letter 0"));
    assert_eq!((answers[1], answers[3]), (Answers::Nothing, Answers::Missing));
}

#[test]
fn letters_are_found() {
    let (mut device, mut server) = met(1);
    server.write("7", "bob", "Die STRASSE am See", None);
    device.settle(&mut server);
    let hits = device.plain.search("straße", None, 10);
    assert_eq!((hits.len(), &hits[0].excerpt[hits[0].start..hits[0].end]), (1, "STRASSE"));
    assert!(device.plain.search("straße", Some("8"), 10).is_empty());
}

#[derive(Clone, Debug)]
enum Deed {
    Send,
    Request(Fate),
    Round,
    Other,
    Edit(usize),
    Remove(usize),
    Restart,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let fate = prop_oneof![
        4 => Just(Fate::Answered), 1 => Just(Fate::AnswerLost), 1 => Just(Fate::Lost), 1 => Just(Fate::Killed)
    ];
    let deed = prop_oneof![
        3 => Just(Deed::Send), 12 => fate.prop_map(Deed::Request), 3 => Just(Deed::Round), 3 => Just(Deed::Other),
        1 => (0..200usize).prop_map(Deed::Edit), 1 => (0..200usize).prop_map(Deed::Remove), 1 => Just(Deed::Restart)
    ];
    prop::collection::vec(deed, 0..80)
}

proptest! {
    /// Whatever is lost and whoever is killed: everything that was written is there once, in its order, and the device has
    /// what the server has.
    #[test]
    fn everything_arrives_once(deeds in deeds(), begun: bool) {
        let (mut device, mut server) = met(usize::from(!begun));
        device.begin();
        let mut written = 0;
        for deed in deeds {
            device.now = device.now.plus(3 * SECOND);
            let others: Vec<usize> = server.letters.iter().enumerate()
                .filter(|(_, (_, letter))| letter.author != actor("ana")).map(|(at, _)| at).collect();
            match deed {
                Deed::Send => {
                    // All that was said may have been deleted, and the conversation be gone with it.
                    device.begin();
                    device.send(&format!("mine {written}"));
                    written += 1;
                }
                Deed::Request(fate) => drop(device.request(&mut server, fate)),
                Deed::Round => device.plain.begin_round(),
                Deed::Other => drop(server.write("7", "bob", "theirs", None)),
                Deed::Edit(at) if !others.is_empty() => server.edit(others[at % others.len()], "edited"),
                Deed::Remove(at) if !others.is_empty() => drop(server.letters.remove(others[at % others.len()])),
                Deed::Restart => device.restart(),
                _ => {}
            }
        }
        device.settle(&mut server);
        let mine: Vec<String> = texts(&server).into_iter().filter(|text| text.starts_with("mine")).collect();
        let expected: Vec<String> = (0..written).map(|number| format!("mine {number}")).collect();
        prop_assert_eq!(mine, expected);
        prop_assert_eq!(device.texts(), texts(&server));
        let kept = device.disk.keys().filter(|key| is_letter(key)).count();
        prop_assert_eq!(kept, device.texts().len());
    }
}

/// Nothing of a value is left over: the test server reads what it is asked.
#[test]
fn requests_are_those_of_the_api() {
    let (mut device, _) = met(1);
    device.send("hello");
    let request = device.plain.next(device.now).unwrap();
    let body: Value = serde_json::from_slice(&request.body.unwrap().bytes).unwrap();
    assert_eq!(body, json!({"text": "hello"}));
}
