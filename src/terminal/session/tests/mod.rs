//! Two devices over HTTP, on a server of a few lines: the order of save, send and show, lost answers, and what travels.

mod approval;
mod interruptions;

use std::sync::{Arc, Mutex};

use alcove_client::{Command, Content, Event};
use alcove_protocol::GroupId;
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
        let text = |item: alcove_client::history::Item| match item.message.content {
            Content::Text { text, .. } => Some(text),
            Content::Happened(_) => None,
            other => panic!("{other:?}"),
        };
        views.into_iter().flat_map(read).filter_map(text).collect()
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
    let read = ada.session.read(&group, i64::MAX, 50).unwrap();
    let own = read.iter().find(|item| matches!(item.message.content, Content::Text { .. })).unwrap();
    let deliveries = ada.session.deliveries(&own.message).await.unwrap();
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

/// After a change of password elsewhere, the same device goes on with a new token; what it said meanwhile goes out then.
#[tokio::test]
async fn a_device_that_was_signed_out_signs_in_again() {
    let (server, weather) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    let id = ada.session.device().cloned();
    weather.end_tokens();
    assert!(matches!(ada.session.send(&group, "still me").await, Err(Error::SignedOut { .. })));
    let before = server.asked().len();
    ada.session.sign_in_again("correct horse battery").await.unwrap();
    let asked = server.asked()[before..].iter().map(|asked| asked.line.clone()).collect::<Vec<_>>();
    let path = |path| format!("POST {path}");
    assert_eq!(
        asked[..2],
        [path(alcove_protocol::api::path::TOKENS), path(alcove_protocol::api::path::DEVICES)]
    );
    assert_eq!((ada.session.standing(), ada.session.device()), (DeviceStanding::Approved, id.as_ref()));
    bob.session.sign_in_again("correct horse battery").await.unwrap();
    assert_eq!(bob.texts(), ["still me"]);
    drop(ada.session);
    let session = Session::open(&options(&ada.folder)).unwrap();
    let mut ada = Someone { session, ..ada };
    ada.session.sync().await.unwrap();
    assert_eq!(ada.texts(), ["still me"], "the new token is in the file");
}

/// The token is new and the registration is lost: nothing else is said before the server knows for whom it speaks.
#[tokio::test]
async fn nothing_is_said_before_the_device_is_registered_again() {
    let (server, weather) = village::start().await;
    let (mut ada, bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    weather.end_tokens();
    assert!(ada.session.send(&group, "still me").await.is_err());
    weather.trouble(Some(alcove_protocol::api::path::DEVICES));
    let before = server.asked().len();
    let refused = ada.session.sign_in_again("correct horse battery").await.unwrap_err();
    assert!(matches!(refused, Error::Unreachable { .. }), "{refused:?}");
    assert_eq!(server.asked().len(), before + 2, "the password and the registration");
    weather.trouble(None);
    ada.session.sync().await.unwrap();
    assert_eq!(ada.texts(), ["still me"]);
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

/// A session can be handed to a task of its own.
#[test]
fn sessions_and_their_work_can_move_between_threads() {
    fn movable<T: Send>(_: impl FnOnce(&'static mut Session) -> T) {}
    movable(|session| session.sync());
    movable(|session| session.watch());
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
