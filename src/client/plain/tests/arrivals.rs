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
