//! Files that nobody wants on the server any more: given up on their way, deleted, discarded. Not those that it loses: `tests`.

use super::*;

/// What is given up on its way goes from the server, whatever was under way, and after a crash as well.
#[test]
fn what_is_given_up_is_removed() {
    for made in 0..3 {
        for answered in [false, true] {
            let mut desk = Desk::new();
            desk.send("Look", &[1_000_000]).unwrap();
            desk.haul(made);
            let under_way = desk.freight.next(desk.world.now);
            let (conversation, id) = (desk.group.clone(), desk.waiting()[0].id.clone());
            desk.command(Command::Discard { conversation, id });
            assert!(desk.waiting().is_empty() && desk.freight.stored().next().is_none());
            if let Some(haul) = under_way.filter(|_| answered) {
                let reply = desk.server.answer(&haul, &desk.kept);
                desk.take(Ok(reply));
            } else {
                desk.restart();
            }
            desk.haul(usize::MAX);
            assert!(desk.server.files.is_empty(), "{made}, {answered}");
            // Where nobody knows what became of an announcement, a record is left until the next message with files.
            assert!(!desk.is_stored() || made == 0 && !answered);
            assert!(desk.opened().is_empty());
        }
    }
}

/// A message that is deleted for everyone takes its files along; after 30 days there is nothing to take.
#[test]
fn deleted_messages_take_their_files_along() {
    let mut desk = Desk::new();
    desk.send("Look", &[1_000_000]).unwrap();
    desk.haul(usize::MAX);
    desk.world.settle();
    desk.restart();
    let sent = desk.world.hosts[0].history(&desk.group).pop().unwrap();
    for (target, left) in [("urn:uuid:another", 1), (sent.id.as_str(), 0)] {
        let (conversation, content) = (desk.group.clone(), Content::Deletion { target: target.into() });
        desk.command(Command::Send { conversation, content });
        desk.restart();
        desk.haul(usize::MAX);
        assert_eq!(desk.server.files.len(), left);
    }
    assert!(!desk.is_stored());
    desk.send("Look", &[1_000]).unwrap();
    desk.haul(usize::MAX);
    desk.world.now = desk.world.now.plus(31 * DAY);
    assert_eq!(desk.freight.parcels.len(), 1);
    desk.send("Once more", &[1_000]).unwrap();
    assert_eq!(desk.freight.parcels.len(), 1);
    // It waited for 20 days before its files went.
    for (days, left) in [(20, 2), (20, 3), (11, 3)] {
        desk.world.now = desk.world.now.plus(days * DAY);
        desk.haul(usize::MAX);
        desk.send("And another", &[1_000]).unwrap();
        assert_eq!(desk.freight.parcels.len(), left);
    }
}

/// A message that was refused although its files have arrived takes them along when it is discarded; what is on its way already is
/// not discarded, and keeps them.
#[test]
fn discarded_messages_take_their_files_along() {
    for is_refused in [true, false] {
        let mut desk = Desk::new();
        desk.send("Look", &[1_000_000]).unwrap();
        desk.haul(usize::MAX);
        let host = &mut desk.world.hosts[0];
        let refusal = Problem::new("quota", "The mailbox of Bob is full.", 422);
        for request in host.calls.drain(..).filter(|_| is_refused).collect::<Vec<_>>() {
            host.answer(&request, crate::Outcome::Refused(refusal.clone()), desk.world.now);
        }
        let id = host.device.outgoing(&desk.group).unwrap()[0].id.clone();
        let discard = Command::Discard { conversation: desk.group.clone(), id };
        let step = desk.freight.command(&mut host.device, discard, desk.world.now, &mut host.rng);
        assert_eq!(step.is_ok(), is_refused);
        step.into_iter().for_each(|step| host.run(step));
        desk.haul(usize::MAX);
        assert_eq!((desk.server.files.is_empty(), desk.is_stored()), (is_refused, !is_refused));
    }
}
