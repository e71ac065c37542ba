//! Letters across a block are not shown: whole pages can be empty, and are not the end.

use super::*;

fn of_ana(server: &Server) -> Vec<String> {
    let all = server.of("7").into_iter().filter(|letter| letter.author == actor("ana"));
    all.map(|letter| letter.text).collect()
}

fn write(server: &mut Server, author: &str, count: usize) {
    for number in 0..count {
        server.write("7", author, &format!("{author} {number}"), None);
    }
}

#[test]
fn what_stands_before_pages_across_a_block_stays() {
    let (mut device, mut server) = (Device::new(), Server::default());
    write(&mut server, "ana", 5);
    write(&mut server, "bob", 70);
    device.settle(&mut server);
    server.hidden = Some(actor("bob"));
    device.settle(&mut server);
    assert_eq!((device.texts(), of_ana(&server).len()), (of_ana(&server), 5));
}

#[test]
fn what_stands_before_pages_across_a_block_is_fetched() {
    let (mut device, mut server) = (Device::new(), Server::default());
    server.hidden = Some(actor("bob"));
    write(&mut server, "ana", 5);
    write(&mut server, "bob", 70);
    write(&mut server, "ana", 30);
    device.settle(&mut server);
    assert_eq!(device.texts().len(), 30);
    let first = device.plain.page("7", None, 60).unwrap().letters[0].place;
    assert!(device.plain.want_older("7", Some(first), 60).unwrap());
    while device.request(&mut server, Fate::Answered) {}
    assert_eq!((device.texts(), of_ana(&server).len()), (of_ana(&server), 35));
    assert!(!device.plain.want_older("7", Some(first), 60).unwrap(), "that was the first");
}

/// Of more pages than are looked through nothing is known: nothing is let go.
#[test]
fn what_was_not_looked_through_is_not_gone() {
    let (mut device, mut server) = (Device::new(), Server::default());
    write(&mut server, "ana", 5);
    write(&mut server, "bob", 2);
    device.settle(&mut server);
    let before = device.texts();
    write(&mut server, "bob", 400);
    server.hidden = Some(actor("bob"));
    device.settle(&mut server);
    assert_eq!(device.texts(), before);
}

#[test]
fn what_somebody_has_begun_to_write_is_kept() {
    let (mut device, mut server) = met(3);
    let draft = Draft { text: "begun".into(), in_reply_to: None };
    let step = device.plain.set_draft("7", Some(draft)).unwrap();
    device.keep(step);
    server.hidden = Some(actor("bob"));
    device.settle(&mut server);
    device.restart();
    let view = device.plain.view("7").unwrap();
    assert_eq!((view.draft.map(|draft| draft.text.as_str()), device.texts()), (Some("begun"), vec![]));
    let step = device.plain.set_draft("7", None).unwrap();
    device.keep(step);
    device.settle(&mut server);
    assert!(device.plain.list().is_empty());
}
