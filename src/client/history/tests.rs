//! The history as a person sees it, and that neither order nor repetition of records makes a difference.

use alcove_protocol::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::message::Content;

fn actor(name: &str) -> ActorId {
    ActorId::parse(&format!("https://h.example/{name}")).unwrap()
}

fn group() -> GroupId {
    GroupId::parse("g").unwrap()
}

fn by(name: &str, position: i64, id: &str, content: Content) -> Message {
    let (conversation, sender) = (group(), actor(name));
    Message { conversation, position, sender, id: id.into(), sent_at: Timestamp(position), content }
}

fn edit(target: &str, text: &str) -> Content {
    Content::Edit { target: target.into(), text: text.into(), mentions: Vec::new() }
}

fn delete(target: &str) -> Content {
    Content::Deletion { target: target.into() }
}

fn to(name: &str, id: &str) -> Reference {
    Reference::of(&actor(name), id)
}

fn react(target: Reference, emoji: &str) -> Content {
    Content::Reaction { target, emoji: emoji.into() }
}

fn undo(reaction: &str, target: Option<Reference>, emoji: Option<&str>) -> Content {
    Content::Undo { reaction: Some(reaction.into()), target, emoji: emoji.map(str::to_owned) }
}

fn reply(text: &str, target: Reference) -> Content {
    let Content::Text { text, mentions, files, .. } = Content::text(text) else { unreachable!() };
    Content::Text { text, in_reply_to: Some(target), mentions, files }
}

fn history(messages: impl IntoIterator<Item = Message>) -> History {
    let mut history = History::default();
    messages.into_iter().for_each(|message| history.insert(message));
    history
}

fn all(history: &History) -> Vec<Item> {
    history.page(&group(), None, 1_000).items
}

fn text(item: &Item) -> &str {
    match &item.message.content {
        Content::Text { text, .. } => text,
        Content::Erased => "(deleted)",
        other => panic!("{other:?}"),
    }
}

/// Trap T42: what somebody says of a message of somebody else with the same id changes nothing.
#[test]
fn only_the_sender_changes_a_message() {
    let history = history([
        by("ana", 1, "x", Content::text("mine")),
        by("bob", 2, "x", Content::text("also x")),
        by("bob", 3, "e", edit("x", "edited")),
        by("cy", 4, "d", delete("x")),
    ]);
    let items = all(&history);
    assert_eq!(items.iter().map(text).collect::<Vec<_>>(), ["mine", "edited"]);
    assert_eq!((items[0].edited_at, items[1].edited_at), (None, Some(Timestamp(3))));
}

#[test]
fn what_is_deleted_is_gone_from_everywhere() {
    let mut history = history([
        by("ana", 1, "x", Content::text("a secret")),
        by("ana", 2, "e", edit("x", "another secret")),
        by("bob", 3, "r", reply("indeed", to("ana", "x"))),
        by("bob", 4, "l", react(to("ana", "x"), "👍")),
    ]);
    assert_eq!(history.search("SECRET", None, 9).len(), 1);
    let Some(Quote::Message { excerpt, .. }) = &all(&history)[1].in_reply_to else { panic!("a quote") };
    assert_eq!(excerpt, "another secret");
    history.insert(by("ana", 5, "d", delete("x")));
    history.insert(by("ana", 1, "x", Content::text("a secret")));
    history.insert(by("ana", 2, "e", edit("x", "another secret")));
    let items = all(&history);
    assert_eq!(text(&items[0]), "(deleted)");
    assert!(items[0].reactions.is_empty() && items[0].edited_at.is_none());
    let Some(Quote::Message { excerpt, .. }) = &items[1].in_reply_to else { panic!("a quote") };
    assert_eq!(excerpt, "");
    assert!(history.search("secret", None, 9).is_empty());
}

#[test]
fn reactions_are_counted_by_person() {
    let target = || to("ana", "x");
    let unsigned = Reference { sender: None, id: "x".into() };
    let mut history = history([
        by("ana", 1, "x", Content::text("hi")),
        by("bob", 2, "l1", react(target(), "👍")),
        by("bob", 3, "l2", react(target(), "👍")),
        by("cy", 4, "l3", react(unsigned, "👍")),
        by("cy", 5, "l4", react(target(), "🎉")),
    ]);
    let seen = |history: &History| -> Vec<(String, usize)> {
        all(history)[0].reactions.iter().map(|view| (view.emoji.clone(), view.by.len())).collect()
    };
    assert_eq!(seen(&history), [("👍".into(), 2), ("🎉".into(), 1)]);
    assert_eq!(history.reaction(&group(), &target(), &actor("bob"), "👍").as_deref(), Some("l2"));
    history.insert(by("bob", 6, "u", undo("l2", Some(target()), Some("👍"))));
    history.insert(by("ana", 7, "u", undo("l4", None, None)));
    assert_eq!(seen(&history), [("👍".into(), 1), ("🎉".into(), 1)], "only one's own");
    history.insert(by("cy", 8, "u", undo("l4", None, None)));
    history.insert(by("bob", 9, "l5", react(target(), "👍")));
    assert_eq!(seen(&history), [("👍".into(), 2)]);
}

#[test]
fn pages_go_both_ways() {
    let history =
        history((1..=10).map(|at| by("ana", at * 10, &format!("{at}"), Content::text(format!("{at}")))));
    let positions = |page: &Page| page.items.iter().map(|item| item.message.position).collect::<Vec<_>>();
    let newest = history.page(&group(), None, 3);
    assert_eq!((positions(&newest), newest.more), (vec![80, 90, 100], true));
    let before = history.page(&group(), Some(25), 3);
    assert_eq!((positions(&before), before.more), (vec![10, 20], false));
    let after = history.page_after(&group(), 25, 3);
    assert_eq!((positions(&after), after.more), (vec![30, 40, 50], true));
    assert_eq!(history.page(&GroupId::parse("h").unwrap(), None, 3), Page::default());
}

#[test]
fn a_conversation_that_goes_on_elsewhere_is_one() {
    let (old, new) = (group(), GroupId::parse("h").unwrap());
    let mut history = history([by("ana", 1, "x", Content::text("Before"))]);
    let mut later = by("bob", 2, "l", react(to("ana", "x"), "👍"));
    later.conversation = new.clone();
    history.insert(later);
    history.continues(&old, &new);
    history.insert(by("bob", 3, "y", reply("late", to("ana", "x"))));
    for group in [&old, &new] {
        let items = history.page(group, None, 9).items;
        assert_eq!(items.iter().map(text).collect::<Vec<_>>(), ["Before", "late"]);
        assert_eq!(items[0].reactions.len(), 1);
    }
    assert_eq!(history.search("before", Some(&old), 9)[0].conversation, new);
    history.continues(&new, &old);
    assert_eq!(history.page(&old, None, 9).items.len(), 2, "no circle");
}

/// A million reactions, edits of edits, changes of what is not there, huge texts: what is kept is bounded.
#[test]
fn floods_are_bounded() {
    let mut history = history([by("ana", 1, "x", Content::text("hi"))]);
    for number in 0..100_000 {
        let id = number.to_string();
        history.insert(by("eve", 10 + number, &id, react(to("ana", "x"), &format!("e{number}"))));
        history.insert(by("eve", 10 + number, &id, react(to("ana", &id), "👍")));
        history.insert(by("eve", 10 + number, &id, undo(&id, None, None)));
        history.insert(by("ana", 10 + number, &id, edit("x", &id)));
    }
    let items = all(&history);
    assert_eq!(items.len(), 1);
    assert!(items[0].reactions.len() <= 8);
    assert_eq!(text(&items[0]), "99999");
    history.insert(by("eve", 200_000, "huge", Content::text("é".repeat(1 << 20))));
    assert_eq!(history.search("ééé", None, 9).len(), 1);
}

/// Records of a small world, in which names, targets and people collide often.
fn records() -> impl Strategy<Value = Vec<Message>> {
    let person = prop::sample::select(vec!["ana", "bob", "cy"]);
    let id = prop::sample::select(vec!["a", "b", "c", ""]);
    let sender = prop::option::of(person.clone());
    let reference = (sender, id.clone()).prop_map(|(sender, id): (Option<&str>, &str)| Reference {
        sender: sender.map(actor),
        id: id.to_owned(),
    });
    let emoji = prop::sample::select(vec!["👍", "🎉"]);
    let content = prop_oneof![
        Just(Content::text("Some words")),
        reference.clone().prop_map(|target| reply("an answer", target)),
        (id.clone(), "[a-c]{1,3}").prop_map(|(target, text)| edit(target, &text)),
        id.clone().prop_map(delete),
        (reference.clone(), emoji.clone()).prop_map(|(target, emoji)| react(target, emoji)),
        (id.clone(), prop::option::of(reference.clone()), emoji)
            .prop_map(|(reaction, target, emoji)| { undo(reaction, target.clone(), target.map(|_| emoji)) }),
        prop::collection::vec(reference, 0..3).prop_map(|messages| Content::Read { messages }),
        Just(Content::Erased),
    ];
    prop::collection::vec((person, id, content), 0..25).prop_map(|drawn| {
        let numbered = drawn.into_iter().enumerate();
        numbered.map(|(at, (name, id, content))| by(name, at as i64 + 1, id, content)).collect()
    })
}

proptest! {
    #[test]
    fn order_and_repetition_make_no_difference(
        (records, shuffled) in records().prop_flat_map(|records| {
            let twice = [records.clone(), records.clone()].concat();
            (Just(records), Just(twice).prop_shuffle())
        })
    ) {
        let (straight, crooked) = (history(records.clone()), history(shuffled.clone()));
        prop_assert_eq!(all(&straight), all(&crooked));
        prop_assert_eq!(straight.search("words", None, 99), crooked.search("words", None, 99));
        // And where half of them came before the conversation went on elsewhere.
        let new = GroupId::parse("h").unwrap();
        let mut continued = History::default();
        for (at, record) in shuffled.into_iter().enumerate() {
            if at == records.len() {
                continued.continues(&group(), &new);
            }
            continued.insert(record);
        }
        prop_assert_eq!(all(&continued), all(&straight));
    }
}
