//! What people say to each other beyond plain text, from one device to another: replies, mentions, files, reactions, edits,
//! deletions for everyone; and that what was deleted is nowhere any more (traps T42, T43).

use alcove_protocol::GroupId;

use crate::{
    Bytes, ChatSetting, Command, Content, Error, Event, File, Message, Place, PreviewKind, Reference,
    Section, What,
    history::{History, Item, Quote},
    stories::recovery,
    testing::World,
};

/// Two people in a conversation.
fn two() -> (World, GroupId) {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    (world, group)
}

fn say(world: &mut World, host: usize, group: &GroupId, content: Content) {
    world.command(host, Command::Send { conversation: group.clone(), content });
    world.settle();
}

/// What a person sees, read from the disk.
fn seen(world: &World, host: usize, group: &GroupId) -> Vec<Item> {
    let mut history = History::default();
    world.hosts[host].history(group).into_iter().for_each(|message| history.insert(message));
    let items = history.page(group, None, 1_000).items;
    items.into_iter().filter(|item| !matches!(item.message.content, Content::Happened(_))).collect()
}

fn text(item: &Item) -> &str {
    match &item.message.content {
        Content::Text { text, .. } => text,
        Content::Erased => "(deleted)",
        other => panic!("{other:?}"),
    }
}

/// The newest text of a conversation, as a name.
fn last(world: &World, host: usize, group: &GroupId) -> Reference {
    let is_text = |message: &Message| matches!(message.content, Content::Text { .. });
    world.hosts[host].history(group).into_iter().rfind(is_text).unwrap().reference()
}

/// Whether some words are anywhere on a disk.
fn is_on_disk(world: &World, host: usize, words: &str) -> bool {
    let mut records = world.hosts[host].disk.values();
    records.any(|bytes| bytes.windows(words.len()).any(|window| window == words.as_bytes()))
}

#[test]
fn replies_mentions_reactions_and_edits_arrive() {
    let (mut world, group) = two();
    say(&mut world, 0, &group, Content::text("Shall we meet at six?"));
    let question = last(&world, 1, &group);
    say(
        &mut world,
        1,
        &group,
        Content::Text {
            text: "Yes, @ana".into(),
            in_reply_to: Some(question.clone()),
            mentions: vec![World::actor("ana@one")],
            files: Vec::new(),
        },
    );
    let like = Content::Reaction { target: question.clone(), emoji: "👍".into() };
    say(&mut world, 1, &group, like.clone());
    say(
        &mut world,
        0,
        &group,
        Content::Edit { target: question.id.clone(), text: "At seven?".into(), mentions: Vec::new() },
    );
    assert!(world.hosts[0].device.chats().unwrap()[0].mentioned);
    for host in 0..2 {
        let items = seen(&world, host, &group);
        assert_eq!(items.iter().map(text).collect::<Vec<_>>(), ["At seven?", "Yes, @ana"]);
        assert!(items[0].edited_at.is_some());
        assert_eq!(items[0].reactions[0].by, [World::actor("bob@two")]);
        let Some(Quote::Message { excerpt, .. }) = &items[1].in_reply_to else { panic!("a quote") };
        assert_eq!(excerpt, "At seven?");
    }
    let id = world.hosts[1].history(&group).into_iter().find(|message| message.content == like).unwrap().id;
    let undo =
        Content::Undo { reaction: Some(id), target: Some(question.clone()), emoji: Some("👍".into()) };
    say(&mut world, 1, &group, undo);
    assert!(seen(&world, 0, &group)[0].reactions.is_empty());
    say(&mut world, 1, &group, like);
    assert_eq!(seen(&world, 0, &group)[0].reactions.len(), 1, "and again");
}

/// What is deleted for everyone is gone from both disks: the text, what it was changed to, the preview, and what is kept to
/// be sent again.
#[test]
fn what_is_deleted_is_on_no_disk() {
    let (mut world, group) = two();
    say(&mut world, 0, &group, Content::text("the first canary"));
    let target = last(&world, 0, &group).id;
    let edit =
        Content::Edit { target: target.clone(), text: "the second canary".into(), mentions: Vec::new() };
    say(&mut world, 0, &group, edit);
    for host in 0..2 {
        assert!(is_on_disk(&world, host, "first canary") && is_on_disk(&world, host, "second canary"));
    }
    world.hosts.iter_mut().for_each(crate::testing::Host::restart);
    say(&mut world, 0, &group, Content::Deletion { target });
    for host in 0..2 {
        assert!(!is_on_disk(&world, host, "canary"), "device {host}");
        assert_eq!(text(&seen(&world, host, &group)[0]), "(deleted)");
        let preview = world.hosts[host].device.chats().unwrap()[0].preview.clone().unwrap();
        assert_eq!((preview.kind, preview.text.as_str()), (PreviewKind::Deleted, ""));
    }
    assert_eq!(world.hosts[1].device.chats().unwrap()[0].unread, 0);
}

/// The list and the history go on where a conversation goes on in another group, and what was said in the old one can be
/// answered and deleted from the new one.
#[test]
fn a_conversation_that_is_begun_anew_keeps_everything() {
    let (mut world, group) = recovery::three(1);
    say(&mut world, 0, &group, Content::text("a canary"));
    let target = last(&world, 1, &group);
    let pin = ChatSetting::Pinned(true);
    world.command(1, Command::SetChat { conversation: group.clone(), setting: pin });
    recovery::post_garbage(&mut world, 2, &group);
    world.settle();
    let fresh = recovery::resume(&mut world, 0, &group);
    let chats = world.hosts[1].device.chats().unwrap();
    assert_eq!(chats.iter().map(|chat| &chat.conversation).collect::<Vec<_>>(), [&fresh]);
    assert_eq!((chats[0].section, chats[0].unread), (Section::Pinned, 3));
    let answer = Content::Text {
        text: "indeed".into(),
        in_reply_to: Some(target.clone()),
        mentions: Vec::new(),
        files: Vec::new(),
    };
    say(&mut world, 1, &fresh, answer);
    let mut history = History::default();
    for message in [world.hosts[0].history(&fresh), world.hosts[0].history(&group)].concat() {
        history.insert(message);
    }
    history.continues(&group, &fresh);
    let items = history.page(&fresh, None, 1).items;
    let Some(Quote::Message { excerpt, .. }) = &items[0].in_reply_to else { panic!("a quote: {items:?}") };
    assert_eq!(excerpt, "a canary");
    say(&mut world, 0, &fresh, Content::Deletion { target: target.id });
    for host in [0, 1] {
        assert!(!is_on_disk(&world, host, "canary"), "device {host}");
    }
}

/// Trap T42: whoever deletes or edits what somebody else has said changes nothing.
#[test]
fn nobody_changes_what_others_said() {
    let (mut world, group) = two();
    say(&mut world, 0, &group, Content::text("mine"));
    let target = last(&world, 1, &group).id;
    say(&mut world, 1, &group, Content::Deletion { target: target.clone() });
    say(&mut world, 1, &group, Content::Edit { target, text: "yours".into(), mentions: Vec::new() });
    for host in 0..2 {
        assert_eq!(seen(&world, host, &group).iter().map(text).collect::<Vec<_>>(), ["mine"]);
    }
}

/// A deletion that overtakes its message: nothing of the message is kept when it comes.
#[test]
fn a_deletion_may_come_first() {
    let (mut world, group) = two();
    let id = "urn:uuid:00000000-0000-4000-8000-000000000001";
    let (ana, now) = (World::actor("ana@one"), world.now);
    let object = serde_json::json!({"id": id, "type": "Note", "attributedTo": ana, "content": "a canary"});
    for document in [
        serde_json::json!({"type": "Delete", "id": "urn:uuid:2", "actor": ana, "object": id}),
        serde_json::json!({"type": "Create", "id": "urn:uuid:3", "actor": ana, "object": object}),
    ] {
        let host = &mut world.hosts[0];
        let step = host.device.say(&group, &document, now, &mut host.rng).unwrap();
        host.run(step);
        world.settle();
    }
    assert!(!is_on_disk(&world, 1, "canary"));
    assert_eq!(text(&seen(&world, 1, &group)[0]), "(deleted)");
}

fn file(bytes: usize, media_type: &str) -> File {
    File {
        name: Some("a.bin".into()),
        media_type: media_type.into(),
        size: bytes as u64,
        alt: Some("What it shows".into()),
        width: Some(4),
        height: Some(3),
        seconds: None,
        thumbnail: None,
        place: Place::Inline(Bytes(vec![7; bytes])),
    }
}

fn with_files(files: Vec<File>) -> Content {
    Content::Text { text: String::new(), in_reply_to: None, mentions: Vec::new(), files }
}

/// ENCRYPTION.md 1.10: 256 kB travel in the message; more does not, and the person hears why.
#[test]
fn files_travel_in_messages() {
    let (mut world, group) = two();
    say(&mut world, 0, &group, with_files(vec![file(256 << 10, "image/png")]));
    let arrived = world.hosts[1].history(&group).into_iter().find_map(|message| match message.content {
        Content::Text { files, .. } => files.into_iter().next(),
        _ => None,
    });
    assert_eq!(arrived, Some(file(256 << 10, "image/png")));
    let preview = world.hosts[1].device.chats().unwrap()[0].preview.clone().unwrap();
    assert_eq!((preview.kind, preview.text.as_str()), (PreviewKind::Picture, "a.bin"));
    let items = seen(&world, 1, &group);
    let Content::Text { files, .. } = &items[0].message.content else { panic!("a text") };
    assert_eq!(files[0].place, Place::Inline(Bytes(Vec::new())), "no bytes in memory");
    let mut history = History::default();
    world.hosts[1].history(&group).into_iter().for_each(|message| history.insert(message));
    assert_eq!(history.search("shows", None, 9).len(), 1, "found by what it shows");
    for (content, sentence) in [
        (with_files(vec![file((256 << 10) + 1, "image/png")]), "256 kB"),
        (with_files(Vec::new()), "needs some text"),
        (with_files(vec![file(1, "image/png"); 21]), "20 files"),
        (with_files(vec![File { place: Place::Missing, ..file(1, "image/png") }]), "needs its bytes"),
        (Content::text("x".repeat((64 << 10) + 1)), "64 kB"),
        (Content::Erased, "nothing that a person can say"),
    ] {
        let command = Command::Send { conversation: group.clone(), content };
        let refused = world.hosts[0].command(command, world.now).unwrap_err();
        assert!(refused.to_string().contains(sentence), "{refused}");
    }
}

/// Events stand in the history with a place of their own, also after a restart, and no message is overwritten by one.
#[test]
fn what_is_done_is_in_the_history() {
    let mut world = World::with(1, &["ana@one", "bob@two", "cy@three"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    say(&mut world, 1, &group, Content::text("before"));
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("cy@three") });
    world.settle();
    world.command(0, Command::Rename { conversation: group.clone(), name: "Harbour".into() });
    say(&mut world, 1, &group, Content::text("between"));
    world.command(1, Command::Leave { conversation: group.clone() });
    world.settle();
    for _ in 0..3 {
        world.pass(10_000);
    }
    let lines = |host: usize| -> Vec<String> {
        let history = world.hosts[host].history(&group);
        let mut positions: Vec<i64> = history.iter().map(|message| message.position).collect();
        positions.dedup();
        assert_eq!(positions.len(), history.len());
        history
            .into_iter()
            .map(|message| match message.content {
                Content::Text { text, .. } => text,
                Content::Happened(line) => format!("{:?}", line.what),
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(lines(0), ["Added", "before", "Added", "Renamed", "between", "Left"]);
    assert_eq!(lines(1), ["Joined", "before", "Added", "Renamed", "between", "Ended"]);
    let added = world.hosts[1].history(&group).into_iter().find_map(|message| match message.content {
        Content::Happened(line) if line.what == What::Added => Some((message.sender, line.about)),
        _ => None,
    });
    assert_eq!(added, Some((World::actor("ana@one"), vec![World::actor("cy@three")])));
}

/// Messages that were refused stay with the reason, through a restart, until the person says what becomes of them.
#[test]
fn a_refused_message_is_tried_again_or_discarded() {
    let (mut world, group) = two();
    let refusal = || {
        crate::Outcome::Refused(alcove_protocol::Problem::new("quota", "The mailbox of Bob is full.", 422))
    };
    for text in ["one", "two"] {
        world.command(0, Command::Send { conversation: group.clone(), content: Content::text(text) });
        let request = world.hosts[0].calls.pop_front().unwrap();
        let now = world.now;
        world.hosts[0].answer(&request, refusal(), now);
    }
    world.hosts[0].restart();
    let outgoing = world.hosts[0].device.outgoing(&group).unwrap();
    let failed = crate::OutgoingState::Failed { reason: "The mailbox of Bob is full.".into() };
    assert_eq!(outgoing.len(), 2);
    assert!(outgoing.iter().all(|message| message.state == failed));
    assert!(world.hosts[0].device.chats().unwrap()[0].failed);
    let id = |at: usize| outgoing[at].id.clone();
    world.command(0, Command::Discard { conversation: group.clone(), id: id(0) });
    world.command(0, Command::Retry { conversation: group.clone(), id: id(1) });
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["two"]);
    assert_eq!(last(&world, 1, &group).id, id(1), "under the same id");
    assert!(world.hosts[0].device.outgoing(&group).unwrap().is_empty());
    assert!(!world.hosts[0].device.chats().unwrap()[0].failed);
    let gone = Command::Retry { conversation: group.clone(), id: id(0) };
    assert!(matches!(world.hosts[0].command(gone, world.now), Err(Error::Unknown(_))));
}

/// What waits can be discarded; what is on its way cannot.
#[test]
fn waiting_messages_are_shown_and_can_be_discarded() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let people = vec![World::actor("bob@two")];
    world.command(0, Command::StartConversation { people, name: None });
    let group = world.groups(0)[0].clone();
    world.send(0, &group, "one");
    world.send(0, &group, "two");
    let outgoing = world.hosts[0].device.outgoing(&group).unwrap();
    assert_eq!(
        outgoing.iter().map(|message| &message.state).collect::<Vec<_>>(),
        [&crate::OutgoingState::Waiting, &crate::OutgoingState::Waiting]
    );
    world.command(0, Command::Discard { conversation: group.clone(), id: outgoing[0].id.clone() });
    world.settle();
    assert_eq!(world.hosts[1].texts(&group), ["two"]);
    world.send(0, &group, "three");
    let sending = world.hosts[0].device.outgoing(&group).unwrap();
    assert_eq!(sending[0].state, crate::OutgoingState::Sending);
    let discard = Command::Discard { conversation: group.clone(), id: sending[0].id.clone() };
    assert!(matches!(world.hosts[0].command(discard, world.now), Err(Error::Limit(_))));
    assert!(world.hosts[0].shown.iter().any(|event| matches!(event, Event::ChatChanged { .. })));
}
