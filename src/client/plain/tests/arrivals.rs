//! What arrives is told once, and what was read is agreed upon with the server, also when things cross each other.

use super::*;

/// What was said while the device was offline has smaller numbers than what it says then.
#[test]
fn what_came_before_an_own_letter_is_told() {
    let (mut device, mut server) = met(2);
    device.arrived();
    server.write("7", "bob", "while you were away", None);
    server.write("7", "bob", "are you there?", None);
    device.send("back again");
    assert!(device.request(&mut server, Fate::Answered));
    assert_eq!((texts(&server).len(), device.arrived()), (5, 0));
    device.settle(&mut server);
    assert_eq!((device.texts(), device.arrived()), (texts(&server), 2));
}

/// A mark that the server does not take is none: what it counts is shown from then on.
#[test]
fn a_refused_mark_counts_for_nothing() {
    let (mut device, mut server) = met(5);
    let place = |device: &Device, at: usize| device.plain.page("7", None, 60).unwrap().letters[at].place;
    server.refuses_marks = true;
    let step = device.plain.mark_read("7", place(&device, 4)).unwrap();
    device.keep(step);
    device.settle(&mut server);
    assert_eq!((server.read, device.plain.list()[0].unread), (0, 5));
    server.refuses_marks = false;
    server.write("7", "bob", "news", None);
    device.settle(&mut server);
    assert_eq!(device.plain.list()[0].unread, 6);
    let step = device.plain.mark_read("7", place(&device, 4)).unwrap();
    device.keep(step);
    device.settle(&mut server);
    assert_eq!((server.read, device.plain.list()[0].unread), (5, 1));
}
