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
