//! The list of conversations, what is unread in it, and who hears what was read (promise P37, trap T28).

use alcove_protocol::{GroupId, Timestamp, time::SECOND};

use crate::{
    Call, ChatSetting, ChatView, Command, Content, Draft, Receipts, Reference, Section, history::History,
    stories::approval::approve, testing::World,
};

fn two() -> (World, GroupId) {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.accept(1, &group);
    (world, group)
}

fn chat(world: &World, host: usize) -> ChatView {
    world.hosts[host].device.chats().unwrap().remove(0)
}

fn read(world: &mut World, host: usize, group: &GroupId) {
    let up_to = world.hosts[host].history(group).last().unwrap().position;
    world.command(host, Command::MarkRead { conversation: group.clone(), up_to });
    world.settle();
}

/// How many messages a device has posted.
fn posted(world: &World, host: usize) -> usize {
    let posts = |call: &Call| matches!(call, Call::PostMessage(_));
    assert!(!world.hosts[host].calls.iter().any(|request| posts(&request.call)));
    world.service.handed_over.len()
}

fn read_by(world: &World, host: usize, group: &GroupId) -> Vec<usize> {
    let mut history = History::default();
    world.hosts[host].history(group).into_iter().for_each(|message| history.insert(message));
    let items = history.page(group, None, 100).items;
    let texts = items.iter().filter(|item| matches!(item.message.content, Content::Text { .. }));
    texts.map(|item| item.read_by.len()).collect()
}

#[test]
fn receipts_go_out_in_batches() {
    let (mut world, group) = two();
    for text in ["one", "two", "three"] {
        world.send(0, &group, text);
    }
    world.settle();
    assert_eq!(chat(&world, 1).unread, 3);
    let before = posted(&world, 1);
    read(&mut world, 1, &group);
    assert_eq!((chat(&world, 1).unread, chat(&world, 0).unread), (0, 0));
    world.pass(29 * SECOND);
    assert_eq!(posted(&world, 1), before, "not before thirty seconds have passed");
    world.hosts[1].restart();
    world.pass(32 * SECOND);
    assert_eq!(posted(&world, 1), before + 1, "and then one for all");
    assert_eq!(read_by(&world, 0, &group), [1, 1, 1]);
    world.pass(100 * SECOND);
    assert_eq!(posted(&world, 1), before + 1, "nobody confirms a receipt");
}

/// P37: nothing goes out for edits and reactions.
#[test]
fn edits_and_reactions_are_not_confirmed() {
    let (mut world, group) = two();
    world.send(0, &group, "one");
    world.settle();
    read(&mut world, 1, &group);
    world.pass(61 * SECOND);
    let before = world.service.handed_over.len();
    let id = world.hosts[0].history(&group).into_iter().rfind(|message| !message.id.is_empty()).unwrap();
    let target = Reference::of(&World::actor("ana@one"), id.id.clone());
    let emoji = Content::Reaction { target: target.clone(), emoji: "👍".into() };
    let edit = Content::Edit { target: target.id, text: "uno".into(), mentions: Vec::new() };
    for content in [emoji, edit] {
        world.command(0, Command::Send { conversation: group.clone(), content });
    }
    world.settle();
    assert_eq!(chat(&world, 1).unread, 0);
    read(&mut world, 1, &group);
    world.pass(61 * SECOND);
    assert_eq!(world.service.handed_over.len(), before + 2);
}

/// P37: a request has no unread count and confirms nothing, also not once it was accepted.
#[test]
fn strangers_hear_nothing() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let group = world.start(0, &["bob@two"]);
    world.send(0, &group, "hello?");
    world.settle();
    let line = chat(&world, 1);
    assert_eq!((line.section, line.unread, line.mentioned), (Section::Request, 0, false));
    assert_eq!(line.preview.unwrap().text, "hello?");
    let before = world.service.handed_over.len();
    read(&mut world, 1, &group);
    world.pass(61 * SECOND);
    assert_eq!(world.service.handed_over.len(), before);
    world.accept(1, &group);
    world.pass(61 * SECOND);
    assert_eq!(read_by(&world, 0, &group), [0]);
}

/// Somebody who tells nobody tells their own devices; somebody who tells everybody tells them with it.
#[test]
fn own_devices_learn_what_was_read() {
    for receipts in [Receipts::Shared, Receipts::Private] {
        let (mut world, group) = two();
        let second = world.sign_in("bob@two");
        world.settle();
        approve(&mut world, 1, second);
        for _ in 0..4 {
            world.pass(10 * SECOND);
        }
        world.command(1, Command::SetReceipts(receipts));
        assert_eq!(world.hosts[1].device.receipts(), Ok(receipts));
        world.send(0, &group, "one");
        world.settle();
        let of_second = |world: &World| {
            let chats = world.hosts[second].device.chats().unwrap();
            chats.into_iter().find(|chat| chat.conversation == group).unwrap().unread
        };
        assert_eq!(of_second(&world), 1);
        read(&mut world, 1, &group);
        world.pass(61 * SECOND);
        world.settle();
        assert_eq!(of_second(&world), 0, "{receipts:?}");
        let told = usize::from(receipts == Receipts::Shared);
        assert_eq!(read_by(&world, 0, &group), [told], "{receipts:?}");
    }
}

#[test]
fn the_list_keeps_what_the_person_has_set() {
    let (mut world, group) = two();
    let set = |world: &mut World, setting| {
        world.command(0, Command::SetChat { conversation: group.clone(), setting });
        world.hosts[0].restart();
        chat(world, 0)
    };
    assert_eq!(chat(&world, 0).section, Section::All);
    assert_eq!(set(&mut world, ChatSetting::Pinned(true)).section, Section::Pinned);
    assert_eq!(
        set(&mut world, ChatSetting::MutedUntil(Some(Timestamp::LAST))).muted_until,
        Some(Timestamp::LAST)
    );
    assert_eq!(set(&mut world, ChatSetting::Archived(true)).section, Section::Archived);
    let draft = Draft { text: "Dear B".into(), in_reply_to: None };
    world.command(0, Command::SetDraft { conversation: group.clone(), draft: Some(draft.clone()) });
    world.hosts[0].restart();
    assert_eq!(chat(&world, 0).draft, Some(draft));
    world.command(
        0,
        Command::SetDraft {
            conversation: group.clone(),
            draft: Some(Draft { text: String::new(), in_reply_to: None }),
        },
    );
    assert_eq!(chat(&world, 0).draft, None);
    assert_eq!(chat(&world, 0).people, [World::actor("ana@one"), World::actor("bob@two")]);
    let elsewhere = GroupId::parse("urn:uuid:none").unwrap();
    let refused = world.hosts[0].command(Command::MarkRead { conversation: elsewhere, up_to: 1 }, world.now);
    assert!(refused.is_err());
}

/// Whom a message has reached is asked for by its activity: the device remembers that of the newest messages, and only of
/// its own.
#[test]
fn the_activity_of_an_own_message_is_remembered() {
    let (mut world, group) = two();
    for number in 0..260 {
        world.send(0, &group, &number.to_string());
        world.settle();
    }
    world.hosts[0].restart();
    let history = world.hosts[0].history(&group);
    let ids = history.iter().filter(|message| matches!(message.content, Content::Text { .. }));
    let ids: Vec<&str> = ids.map(|message| message.id.as_str()).collect();
    let found = |host: usize, id: &str| world.hosts[host].device.activity_of(&group, id).unwrap();
    assert_eq!(ids.len(), 260);
    assert!(found(0, ids[259]).is_some() && found(0, ids[250]) != found(0, ids[251]));
    assert_eq!((found(0, ids[0]), found(1, ids[259])), (None, None));
}
