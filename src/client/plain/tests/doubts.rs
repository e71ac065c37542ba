//! Letters of which nobody knows whether they were sent, in circumstances that are rare: that they are looked for comes to an
//! end, and finds what there is.

use super::*;

/// It takes more than a page of conversations to know, and nothing is known yet since the device was opened.
#[test]
fn a_first_letter_is_looked_for_among_many_conversations() {
    for fate in [Fate::AnswerLost, Fate::Lost, Fate::Killed] {
        let (mut device, mut server) = (Device::new(), Server::default());
        for talk in 100..140 {
            server.write(&talk.to_string(), &format!("of-{talk}"), "hello", None);
        }
        device.settle(&mut server);
        device.begin();
        device.send("Hello Bob");
        assert!(device.request(&mut server, fate));
        device.restart();
        assert!(device.request(&mut server, Fate::Answered), "the rules; the clock of the doubt begins");
        device.settle(&mut server);
        assert_eq!((texts(&server), device.waiting()), (vec!["Hello Bob".to_owned()], vec![]), "{fate:?}");
        assert_eq!(device.plain.list().len(), 41);
    }
}

/// Nothing is compared with letters that are not in memory, and nothing is written after them.
#[test]
fn nothing_is_asked_before_all_letters_are_recalled() {
    let (mut device, mut server) = met(3);
    device.send("mine");
    assert!(device.request(&mut server, Fate::AnswerLost));
    device.open();
    device.now = device.now.plus(10 * SECOND);
    device.plain.begin_round();
    assert!(device.plain.next(device.now).is_none());
    let early = device.plain.send("7", "too early".into(), None, device.now, &mut device.rng);
    assert_eq!(early.unwrap_err(), Error::NotRecalled);
    device.restart();
    device.settle(&mut server);
    assert_eq!((device.texts(), device.waiting()), (texts(&server), vec![]));
    assert_eq!(texts(&server).len(), 4);
}

/// A page that is on the screen stays where it is when something arrives.
#[test]
fn places_stay_after_a_restart() {
    let (mut device, mut server) = met(3);
    device.restart();
    let first = |device: &Device| device.plain.page("7", None, 60).unwrap().letters[0].place;
    let before = first(&device);
    server.write("7", "bob", "news", None);
    device.settle(&mut server);
    assert_eq!((first(&device), device.texts()), (before, texts(&server)));
}

/// The conversation is known, its letters are not here yet: what was said in it before is not what is sent now.
#[test]
fn an_older_letter_is_not_the_one_in_doubt() {
    let (mut device, mut server) = (Device::new(), Server::default());
    server.write("7", "ana", "same", None);
    server.write("7", "bob", "yes", None);
    device.plain.begin_round();
    assert!(device.request(&mut server, Fate::Answered), "the list");
    device.send("same");
    assert!(device.request(&mut server, Fate::Answered), "the letters");
    assert!(device.request(&mut server, Fate::Lost));
    device.settle(&mut server);
    assert_eq!(
        (texts(&server), device.waiting()),
        (["same", "yes", "same"].map(str::to_owned).to_vec(), vec![])
    );
}

/// Who is not allowed to look for it asks again, but not at once.
#[test]
fn a_refused_look_is_repeated_later() {
    for begun in [false, true] {
        let (mut device, mut server) = met(usize::from(!begun));
        device.begin();
        device.send("mine");
        assert!(device.request(&mut server, Fate::AnswerLost));
        server.shows_nothing = Some("scope");
        device.now = device.now.plus(10 * SECOND);
        assert!(device.request(&mut server, Fate::Answered), "it is refused");
        assert!(device.plain.next(device.now).is_none());
        server.shows_nothing = None;
        device.settle(&mut server);
        assert_eq!((device.texts(), device.waiting()), (texts(&server), vec![]));
        assert_eq!(texts(&server).iter().filter(|text| *text == "mine").count(), 1);
    }
}
