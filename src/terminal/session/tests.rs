//! Two devices over HTTP, on a server of a few lines: the order of save, send and show, lost answers, and what travels.

use std::sync::{Arc, Mutex};

use alcove_client::{Command, Content, Event};
use alcove_protocol::{GroupId, api::Cursor};
use tempfile::TempDir;

use super::*;
use crate::{
    FailPoint,
    store::Cost,
    testing::{self, Fake, village},
};

/// Somebody with a folder.
struct Someone {
    folder: TempDir,
    session: Session,
}

fn options(folder: &TempDir) -> Options {
    let mut options = Options::new(folder.path().join("device"), "a quiet place");
    options.cost = Cost::NONE;
    options.network.timeout = std::time::Duration::from_secs(5);
    options
}

/// A second device of somebody, which waits for approval.
async fn sign_in(ada: &Someone) -> Someone {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(&folder);
    options.title = "desk".to_owned();
    let mut session = Session::sign_in(&ada.handle(), "correct horse battery", &options).await.unwrap();
    session.sync().await.unwrap();
    assert_eq!(session.standing(), DeviceStanding::Waiting);
    Someone { folder, session }
}

async fn join(server: &Fake, name: &str) -> Someone {
    let folder = tempfile::tempdir().unwrap();
    let link = Link::parse(&format!("{}join/secret-{name}", server.address)).unwrap();
    let newcomer =
        Newcomer { name: name.to_owned(), display_name: None, password: "correct horse battery".to_owned() };
    let mut session = Session::join(&link, &newcomer, &options(&folder)).await.unwrap();
    session.sync().await.unwrap();
    assert_eq!(session.standing(), DeviceStanding::Approved);
    Someone { folder, session }
}

impl Someone {
    fn handle(&self) -> Handle {
        Handle::parse(self.session.handle()).unwrap()
    }

    fn texts(&self) -> Vec<String> {
        let views = self.session.conversations().unwrap();
        let read =
            |view: alcove_client::ConversationView| self.session.read(&view.group, i64::MAX, 50).unwrap();
        let text = |message: alcove_client::Message| match message.content {
            Content::Text { text, .. } => text,
            other => panic!("{other:?}"),
        };
        views.into_iter().flat_map(read).map(text).collect()
    }
}

#[tokio::test]
async fn two_people_talk() {
    let (server, _) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.send(&group, "Hello Bob").await.unwrap();
    ada.session.sync().await.unwrap();
    bob.session.sync().await.unwrap();
    bob.session.send(&group, "Hello Ada").await.unwrap();
    bob.session.sync().await.unwrap();
    ada.session.sync().await.unwrap();
    assert_eq!(ada.texts(), ["Hello Bob", "Hello Ada"]);
    assert_eq!(bob.texts(), ["Hello Bob", "Hello Ada"]);
    let own = &ada.session.read(&group, i64::MAX, 50).unwrap()[0];
    let deliveries = ada.session.deliveries(own).await.unwrap();
    assert_eq!(deliveries[0].reason.as_deref(), Some("one.example did not answer"));
    let handle = bob.session.people().handle(ada.session.actor()).to_owned();
    assert_eq!(handle, ada.session.handle(), "people are shown by handle");
}

/// P1's ground: what leaves the device holds neither text nor, but for its one header, the token.
#[tokio::test]
async fn requests_hold_neither_plaintext_nor_token() {
    let (server, _) = village::start().await;
    let (mut ada, bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], Some("Garden")).await.unwrap();
    ada.session.send(&group, "the canary sings").await.unwrap();
    let asked = server.asked();
    assert!(asked.len() > 8);
    for request in asked {
        let sent = format!("{} {}", request.line, request.body);
        for secret in ["canary", "Garden", "token-ada", "secret-ada"] {
            let allowed = request.line == format!("POST {}", alcove_protocol::api::path::JOIN);
            assert!(allowed || !sent.contains(secret), "{secret} in {}", request.line);
        }
        let headers = request.headers.iter().filter(|line| line.contains("token-"));
        assert!(headers.clone().all(|line| line.starts_with("authorization: Bearer token-")));
    }
}

/// A lost 201: the message is repeated byte for byte, arrives once and is shown once.
#[tokio::test]
async fn a_message_whose_answer_was_lost_arrives_once() {
    let (server, weather) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.sync().await.unwrap();
    weather.lose_answers(1);
    ada.session.send(&group, "once").await.unwrap();
    assert!(ada.session.offline().is_some());
    ada.session.send(&group, "twice").await.unwrap();
    ada.session.sync().await.unwrap();
    bob.session.sync().await.unwrap();
    assert_eq!(bob.texts(), ["once", "twice"]);
    let messages: Vec<_> =
        server.asked().into_iter().filter(|asked| asked.body.contains("PrivateMessage")).collect();
    let sent: Vec<_> = messages.iter().map(|asked| &asked.body).collect();
    let once = sent.iter().filter(|body| *body == &sent[sent.len() - 2]).count();
    assert_eq!(once, 2, "the same bytes");
}

/// The server is away: writing goes on, and what was written leaves in its order once it is back, also after a restart.
#[tokio::test]
async fn what_was_written_offline_leaves_later_in_order() {
    let (server, weather) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    weather.set_down(true);
    for text in ["one", "two", "three"] {
        ada.session.send(&group, text).await.unwrap();
    }
    let Someone { folder, session } = ada;
    drop(session);
    weather.set_down(false);
    let mut session = Session::open(&options(&folder)).unwrap();
    session.sync().await.unwrap();
    bob.session.sync().await.unwrap();
    assert_eq!(bob.texts(), ["one", "two", "three"]);
}

/// Invariant 6: save, send, show. Nothing is asked of the server before the step that wants it is on disk, and items are
/// acknowledged after they are.
#[tokio::test]
async fn every_step_is_saved_then_sent_then_shown() {
    let (server, _) = village::start().await;
    let (mut ada, bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.sync().await.unwrap();
    let Someone { folder, session } = ada;
    drop(session);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut options = options(&folder);
    let record = Arc::clone(&seen);
    options.points = FailPoints::new(move |point| record.lock().unwrap().push(point));
    let mut session = Session::open(&options).unwrap();
    seen.lock().unwrap().clear();
    session.send(&group, "in order").await.unwrap();
    let points = std::mem::take(&mut *seen.lock().unwrap());
    let position = |wanted| points.iter().position(|point| *point == wanted).unwrap();
    use FailPoint::*;
    let order = [BeforeSave, WithinSave, AfterSave, AfterSend, BeforeShow].map(position);
    assert!(order.is_sorted(), "{points:?}");
    session.sync().await.unwrap();
    let points = seen.lock().unwrap().clone();
    let acknowledged = points.iter().position(|point| *point == BeforeAcknowledge).unwrap();
    assert!(points[..acknowledged].contains(&AfterSave), "{points:?}");
    assert!(points[acknowledged..].contains(&AfterAcknowledge));
}

#[tokio::test]
async fn somebody_without_keys_is_told_in_words_and_nothing_is_sent() {
    let (server, _) = village::start().await;
    let mut ada = join(&server, "ada").await;
    let nobody = Handle::parse("@nobody@h.example").unwrap();
    let before = server.asked().len();
    let error = ada.session.new_conversation(&[nobody], None).await.unwrap_err();
    assert!(error.to_string().contains("cannot be written to encrypted"), "{error}");
    assert!(ada.session.conversations().unwrap().is_empty());
    assert_eq!(server.asked().len(), before + 1, "only the question who that is");
}

#[tokio::test]
async fn a_device_that_was_signed_out_says_so() {
    let (server, _) = village::start().await;
    let mut ada = join(&server, "ada").await;
    ada.session.server = ada.session.server.clone().signed_in("stale");
    let error = ada.session.sync().await.unwrap_err();
    assert!(matches!(&error, Error::SignedOut { .. }), "{error:?}");
}

/// A used invitation would be lost on a folder that cannot take the device.
#[tokio::test]
async fn a_second_device_in_the_same_folder_is_refused_before_anything_is_sent() {
    let (server, _) = village::start().await;
    let ada = join(&server, "ada").await;
    let link = Link::parse(&format!("{}join/again", server.address)).unwrap();
    let newcomer = Newcomer { name: "ada".to_owned(), display_name: None, password: "x".repeat(12) };
    let before = server.asked().len();
    let error = Session::join(&link, &newcomer, &options(&ada.folder)).await.unwrap_err();
    assert!(matches!(error, Error::DeviceExists { .. }));
    assert_eq!(server.asked().len(), before);
}

#[tokio::test]
async fn a_refused_invitation_says_why_and_leaves_no_device() {
    let mut refusal = testing::problem(410, "invitation-used");
    refusal.2 = refusal.2.replace("No.", "This invitation has been used up.");
    let server = Fake::script(vec![refusal]).await;
    let folder = tempfile::tempdir().unwrap();
    let link = Link::parse(&format!("{}join/used", server.address)).unwrap();
    let newcomer = Newcomer { name: "ada".to_owned(), display_name: None, password: "x".repeat(12) };
    let error = Session::join(&link, &newcomer, &options(&folder)).await.unwrap_err();
    assert_eq!(error.to_string(), "This invitation has been used up.");
    assert!(!Store::exists(&options(&folder).home));
}

/// Somebody who stopped in the middle, as after a power cut: the session is gone, the file is what it was.
async fn crash(folder: &TempDir, group: &GroupId, (point, time): (FailPoint, usize)) -> bool {
    let (mut options, reached) = (options(folder), Arc::new(Mutex::new(0)));
    options.points = FailPoints::new(move |here| {
        let mut reached = reached.lock().unwrap();
        *reached += usize::from(here == point);
        let now = *reached == time && here == point;
        drop(reached);
        assert!(!now, "interrupted on purpose");
    });
    let (group, text) = (group.clone(), interrupted(point, time));
    let work = tokio::spawn(async move {
        let mut session = Session::open(&options).unwrap();
        session.sync().await.unwrap();
        session.send(&group, &text).await.unwrap();
        session.sync().await.unwrap();
    });
    work.await.is_err()
}

fn interrupted(point: FailPoint, time: usize) -> String {
    format!("interrupted {} {time}", point.name())
}

/// P15's ground, in one process: interrupted at every point, every time that it is reached, the device goes on where it
/// was; what it sent arrives once, and nothing it sends later is lost. The stories do the same with SIGKILL.
#[tokio::test]
async fn a_device_goes_on_after_an_interruption_anywhere() {
    let (server, _) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.sync().await.unwrap();
    let Someone { folder, session } = ada;
    drop(session);
    for point in FailPoint::ALL {
        let mut time = 1;
        while crash(&folder, &group, (point, time)).await {
            let mut session = Session::open(&options(&folder)).unwrap();
            session.sync().await.unwrap();
            let last = format!("after {} {time}", point.name());
            session.send(&group, &last).await.unwrap();
            session.sync().await.unwrap();
            bob.session.sync().await.unwrap();
            let texts = bob.texts();
            let count = |wanted: &str| texts.iter().filter(|text| *text == wanted).count();
            assert_eq!(count(&last), 1, "{texts:?}");
            assert!(count(&interrupted(point, time)) <= 1, "{texts:?}");
            time += 1;
        }
        assert!(time > 1, "{} was never reached", point.name());
    }
}

/// A session can be handed to a task of its own.
#[test]
fn sessions_and_their_work_can_move_between_threads() {
    fn movable<T: Send>(_: impl FnOnce(&'static mut Session) -> T) {}
    movable(|session| session.sync());
    movable(|session| session.watch());
}

/// Takes turns until something was shown on one of the two; each turn is a minute later, so that nothing is waited for.
async fn until(
    devices: [&mut Someone; 2],
    minutes: &Minutes,
    wanted: impl Fn(&Event) -> Option<String>,
) -> String {
    let [one, other] = devices;
    for _ in 0..20 {
        minutes.pass();
        for someone in [&mut *one, &mut *other] {
            let events = someone.session.sync().await.unwrap();
            if let Some(found) = events.iter().find_map(&wanted) {
                return found;
            }
        }
    }
    panic!("it did not happen");
}

/// A clock that tests move.
#[derive(Clone)]
struct Minutes(Arc<Mutex<Timestamp>>);

impl Minutes {
    fn of(someone: &mut Someone, other: &mut Someone) -> Self {
        let now = Arc::new(Mutex::new(Clock::system().now()));
        for session in [&mut someone.session, &mut other.session] {
            let now = Arc::clone(&now);
            session.clock = Clock::new(move || *now.lock().unwrap());
        }
        Self(now)
    }

    fn pass(&self) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(alcove_protocol::time::MINUTE);
    }
}

/// P28's ground: a second device is nobody until its six digits are typed into the first; then it reads along. Removed, it
/// is gone from every conversation.
#[tokio::test]
async fn a_second_device_is_approved_reads_along_and_is_removed() {
    let (server, _) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    bob.session.sync().await.unwrap();
    bob.session.command(Command::Accept { conversation: group.clone() }).await.unwrap();
    let mut desk = sign_in(&ada).await;
    let minutes = Minutes::of(&mut ada, &mut desk);
    let pairing = ada.session.pairings().await.unwrap().remove(0);
    assert_eq!(pairing.title, "desk");
    ada.session.approve(&pairing.name).await.unwrap();
    let digits = until([&mut desk, &mut ada], &minutes, |event| match event {
        Event::PairingDigits { digits } => Some(digits.clone()),
        _ => None,
    })
    .await;
    until([&mut ada, &mut desk], &minutes, |event| {
        matches!(event, Event::PairingDigitsWanted { .. }).then(String::new)
    })
    .await;
    let wrong = if digits == "000000" { "000001" } else { "000000" };
    let events = ada.session.confirm(&pairing.name, wrong).await.unwrap();
    assert!(matches!(events[0], Event::PairingDigitsWrong { attempts_left: 2, .. }), "{events:?}");
    ada.session.confirm(&pairing.name, &digits).await.unwrap();
    let joined =
        |event: &Event| matches!(event, Event::Joined { conversation, .. } if *conversation == group);
    until([&mut desk, &mut ada], &minutes, |event| joined(event).then(String::new)).await;
    assert_eq!(desk.session.standing(), DeviceStanding::Approved);
    bob.session.sync().await.unwrap();
    assert_eq!(bob.session.conversation(&group).unwrap().leaves.len(), 3);
    bob.session.send(&group, "for both of you").await.unwrap();
    desk.session.sync().await.unwrap();
    assert_eq!(desk.texts(), ["for both of you"]);
    ada.session.sync().await.unwrap();
    let id = desk.session.device().unwrap().clone();
    ada.session.remove_device(&id).await.unwrap();
    assert_eq!(ada.session.conversation(&group).unwrap().leaves.len(), 2);
    bob.session.sync().await.unwrap();
    bob.session.send(&group, "for you alone").await.unwrap();
    desk.session.sync().await.unwrap();
    assert_eq!(desk.texts(), ["for both of you"], "P11: removed means removed");
}

/// A server that was restored from a backup counts anew: everything it has is taken in from its beginning.
#[tokio::test]
async fn a_restored_server_is_read_from_its_beginning() {
    let page = |incarnation: i64| {
        testing::json(200, format!("{{\"incarnation\":{incarnation},\"items\":[],\"more\":false}}"))
    };
    let server = Fake::script(vec![page(2), page(2), page(1)]).await;
    let (village, _) = village::start().await;
    let mut ada = join(&village, "ada").await;
    ada.session.server = Server::new(&server.address, &Network::default()).unwrap();
    let old = Cursor { incarnation: 1, position: 41 };
    ada.session.fetch_page(Some(old)).await.unwrap();
    ada.session.fetch_page(Some(old)).await.unwrap();
    let lines: Vec<_> = server.asked().into_iter().map(|asked| asked.line).collect();
    let path = alcove_protocol::api::path::ITEMS;
    assert_eq!(lines, [41, 0, 41].map(|after| format!("GET {path}?after={after}")));
}

/// Without an event stream, news is asked for every few seconds by the clock, not with every turn.
#[tokio::test]
async fn without_a_stream_the_server_is_not_asked_all_the_time() {
    let (server, _) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let minutes = Minutes::of(&mut ada, &mut bob);
    ada.session.sync().await.unwrap();
    ada.session.watch().await.unwrap();
    let asked = server.asked().len();
    ada.session.watch().await.unwrap();
    assert_eq!(server.asked().len(), asked, "the clock stands still");
    let (group, _) = bob.session.new_conversation(&[ada.handle()], None).await.unwrap();
    minutes.pass();
    let events = ada.session.watch().await.unwrap();
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Joined { conversation, .. } if *conversation == group))
    );
}

/// ENCRYPTION.md 1.5 point 7: a conversation whose server is away stays behind; everything else goes on.
#[tokio::test]
async fn one_conversation_that_waits_does_not_hold_up_the_others() {
    let (server, weather) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.sync().await.unwrap();
    weather.trouble(Some(alcove_protocol::api::path::COMMITS));
    let cy = join(&server, "cy").await;
    let (waiting, _) = ada.session.new_conversation(&[cy.handle()], None).await.unwrap();
    assert!(ada.session.conversation(&waiting).unwrap().waiting);
    assert_eq!(ada.session.offline(), None);
    ada.session.send(&group, "still here").await.unwrap();
    bob.session.sync().await.unwrap();
    assert_eq!(bob.texts(), ["still here"]);
    weather.trouble(None);
    ada.session.sync().await.unwrap();
    assert!(!ada.session.conversation(&waiting).unwrap().waiting);
}
