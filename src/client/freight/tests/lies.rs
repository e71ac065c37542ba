//! Servers that answer nonsense, or say one thing and do another. Not those that only lose things: `tests`.

use super::*;
use crate::blob::sealed_length;

/// A server that answers nonsense gets no token elsewhere, no path made of its words, and does not keep a device busy.
#[test]
fn nonsense_of_the_server_ends_it() {
    let place =
        |name: &str, url: &str, token: &str| ok(json!({"name": name, "url": url, "upload_token": token}));
    let good = "https://one.example/blobs/n";
    for nonsense in [
        place("n", "https://two.example/blobs/n", "t"),
        place("../outbox", good, "t"),
        place("", good, "t"),
        place("n", good, "t\r\nHost: evil"),
        place("n", good, ""),
        ok(json!([])),
    ] {
        let mut desk = Desk::new();
        desk.send("Look", &[1_000_000]).unwrap();
        desk.freight.next(desk.world.now).unwrap();
        // What is no answer at all is none; what is one and makes no sense ends it.
        desk.take(Ok(nonsense));
        assert!(!desk.freight.is_laden());
    }
    let length = sealed_length(1_000_000);
    for wrong in [standing(length + 1, 0), standing(length, 7), standing(length, length + 1), ok(json!({}))] {
        let mut desk = Desk::new();
        desk.send("Look", &[1_000_000]).unwrap();
        desk.haul(1);
        desk.freight.next(desk.world.now).unwrap();
        desk.take(Ok(wrong));
        assert!(!desk.freight.is_laden());
    }
}

/// A server that takes a part and has not got it is asked less and less often, also if it loses the ones before. Only where none has
/// been before that begins anew.
#[test]
fn what_gets_no_further_is_tried_less_and_less_often() {
    let mut desk = Desk::new();
    desk.send("Look", &[2_000_000]).unwrap();
    let length = sealed_length(2_000_000);
    desk.haul(2);
    assert_eq!(desk.rest(), 0);
    let mut says = |received: u64| {
        desk.take(Ok(standing(length, received)));
        desk.rest()
    };
    assert_eq!([says(BLOB_PART), says(BLOB_PART), says(BLOB_PART)], [2, 4, 8]);
    assert_eq!([says(0), says(BLOB_PART), says(0), says(BLOB_PART)], [16, 0, 32, 0]);
    assert_eq!([says(2 * BLOB_PART), says(2 * BLOB_PART)], [0, 2]);
}
