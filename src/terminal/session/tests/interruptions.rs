//! Lost answers, servers that are away, devices that stop in the middle: what was saved is sent, once and in order.

use super::*;

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

/// The own server is well, and the conversation's has been silent for three days: that is said, and not before.
#[tokio::test]
async fn a_silent_server_of_a_conversation_is_named_after_three_days() {
    let (server, weather) = village::start().await;
    let (mut ada, bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.sync().await.unwrap();
    weather.trouble(Some(alcove_protocol::api::path::COMMITS));
    ada.session.remove(&group, &bob.handle()).await.unwrap();
    ada.session.sync().await.unwrap();
    let Someone { folder, session } = ada;
    drop(session);
    for (hours, expected) in [(71, None), (73, Some(alcove_client::Obstacle::Silent))] {
        let mut options = options(&folder);
        let later = hours * alcove_protocol::time::HOUR;
        options.clock = Clock::new(move || Clock::system().now().plus(later));
        let mut session = Session::open(&options).unwrap();
        session.sync().await.unwrap();
        assert_eq!(session.conversation(&group).unwrap().obstacle, expected, "after {hours} hours");
    }
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

/// A limit on one conversation's commits stops nothing else, and the commit is not repeated before its time.
#[tokio::test]
async fn a_limit_on_one_conversation_does_not_stop_the_others() {
    let (server, weather) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.sync().await.unwrap();
    let minutes = Minutes::of(&mut ada, &mut bob);
    let path = alcove_protocol::api::path::COMMITS;
    weather.limit(Some(path));
    let cy = join(&server, "cy").await;
    let (waiting, _) = ada.session.new_conversation(&[cy.handle()], None).await.unwrap();
    assert!(ada.session.conversation(&waiting).unwrap().waiting);
    assert_eq!(ada.session.offline(), None);
    ada.session.send(&group, "still here").await.unwrap();
    bob.session.sync().await.unwrap();
    assert_eq!(bob.texts(), ["still here"]);
    let commit = format!("POST {path}");
    let commits = || server.asked().iter().filter(|asked| asked.line == commit).count();
    let before = commits();
    ada.session.sync().await.unwrap();
    assert_eq!(commits(), before, "the server has asked for patience");
    weather.limit(None);
    minutes.pass();
    ada.session.sync().await.unwrap();
    assert!(!ada.session.conversation(&waiting).unwrap().waiting);
}

/// Invariant 6: a step that is not on the disk never leaves the device, not even with a later one.
#[tokio::test]
async fn after_a_save_that_failed_nothing_is_sent() {
    let (server, _) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    ada.session.sync().await.unwrap();
    let Someone { folder, mut session } = ada;
    let file = rusqlite::Connection::open(folder.path().join("device/device.sqlite")).unwrap();
    file.execute_batch("ALTER TABLE record RENAME TO elsewhere").unwrap();
    let before = server.asked().len();
    let failed = session.send(&group, "not saved").await.unwrap_err();
    assert!(matches!(failed, Error::Disk { .. }), "{failed:?}");
    file.execute_batch("ALTER TABLE elsewhere RENAME TO record").unwrap();
    drop(file);
    assert!(matches!(session.send(&group, "nor this").await, Err(Error::Unsaved)));
    assert!(matches!(session.sync().await, Err(Error::Unsaved)));
    assert_eq!(server.asked().len(), before);
    drop(session);
    let mut session = Session::open(&options(&folder)).unwrap();
    session.send(&group, "from the start").await.unwrap();
    bob.session.sync().await.unwrap();
    assert_eq!(bob.texts(), ["from the start"]);
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
