//! What we build, as snapshots, and what is refused of others.

use serde_json::{Value, json};

use super::{
    accept::Accept,
    create::Create,
    delete::{Delete, Deleted},
    follow::{AnsweredFollow, Follow},
    reject::Reject,
    undo::Undo,
    update::{Update, Updated},
    *,
};
use crate::{
    Id, Timestamp, mls,
    post::{self, Mention, Post, PostKind, Visibility},
};

const ANA: &str = "https://h.example/users/7301";
const ADA: &str = "https://mastodon.example/users/ada";
const FOLLOWS: [&str; 3] = [
    include_str!("../samples/mastodon/follow.json"),
    include_str!("../samples/gotosocial/follow.json"),
    include_str!("../samples/misskey/follow.json"),
];
const CREATES: [(&str, Visibility); 3] = [
    (include_str!("../samples/mastodon/create.json"), Visibility::Direct),
    (include_str!("../samples/gotosocial/create.json"), Visibility::Direct),
    (include_str!("../samples/misskey/create.json"), Visibility::Followers),
];

fn activity(text: &str) -> Activity {
    Activity::parse(json::parse(text.as_bytes()).unwrap()).unwrap()
}

fn changed(text: &str, pointer: &str, value: Value) -> Activity {
    let mut document = json::parse(text.as_bytes()).unwrap();
    *document.pointer_mut(pointer).unwrap() = value;
    Activity::parse(document).unwrap()
}

fn follow() -> Follow {
    let actor = ActorId::parse(ANA).unwrap();
    let object = ActorId::parse(ADA).unwrap();
    Follow { id: ActivityId::parse("https://h.example/a/5f6a").unwrap(), actor, object }
}

fn note() -> Post {
    let (id, ada) = (Id::parse("https://h.example/o/77").unwrap(), ActorId::parse(ADA).unwrap());
    Post {
        published: Some(Timestamp(1_767_323_045_678)),
        to: vec![ADA.into()],
        mentions: vec![Mention { href: ada, name: "@ada@mastodon.example".into() }],
        in_reply_to: Some(Id::parse("https://mastodon.example/users/ada/statuses/1").unwrap()),
        url: Some(Id::parse("https://h.example/@ana/77").unwrap()),
        context: Some("https://h.example/conversations/9".into()),
        ..Post::new(id, PostKind::Note, ActorId::parse(ANA).unwrap(), "<p>Tea at four?</p>".into())
    }
}

#[test]
fn follows_of_other_software_are_read() {
    for text in FOLLOWS {
        let follow = Follow::parse(&activity(text)).unwrap();
        assert_eq!(follow.object.as_str(), ANA);
    }
    let without_id = Activity::parse(json!({"type": "Follow", "actor": ADA, "object": ANA})).unwrap();
    assert_eq!(Follow::parse(&without_id), Err(InvalidActivity::Id));
    assert_eq!(
        Follow::parse(&changed(FOLLOWS[0], "/object", json!([ANA, ADA]))),
        Err(InvalidActivity::Object)
    );
}

#[test]
fn answers_to_a_follow_are_read_in_both_forms() {
    let embedded = Accept::parse(&activity(include_str!("../samples/mastodon/accept.json"))).unwrap();
    let id = ActivityId::parse("https://h.example/a/5f6a").ok();
    assert_eq!(embedded.follow, AnsweredFollow { id: id.clone(), follower: ActorId::parse(ANA).ok() });
    let linked = Accept::parse(&activity(include_str!("../samples/mitra/accept.json"))).unwrap();
    assert_eq!(linked.follow, AnsweredFollow { id, follower: None });
}

/// S-04: an answer given by somebody who was not asked.
#[test]
fn nobody_answers_for_another() {
    let text = include_str!("../samples/mastodon/accept.json");
    let foreign = changed(text, "/object/object", json!("https://mastodon.example/users/eve"));
    assert_eq!(Accept::parse(&foreign), Err(InvalidActivity::Owner));
    assert_eq!(Accept::parse(&changed(text, "/object/type", json!("Join"))), Err(InvalidActivity::Object));
    assert_eq!(
        Accept::parse(&changed(text, "/object", json!({"type": "Follow"}))),
        Err(InvalidActivity::Object)
    );
    assert_eq!(Reject::parse(&activity(text)), Err(InvalidActivity::Type));
}

#[test]
fn follow_and_answers_are_written_exactly() {
    let id = ActivityId::parse("https://mastodon.example/a/1").unwrap();
    insta::assert_json_snapshot!("follow", follow().to_value());
    insta::assert_json_snapshot!("accept", accept::build(&id, &follow()));
    insta::assert_json_snapshot!("reject", reject::build(&id, &follow()));
    let read = |document| Activity::parse(document).unwrap();
    assert_eq!(Follow::parse(&read(follow().to_value())), Ok(follow()));
    let answered = AnsweredFollow { id: Some(follow().id), follower: Some(follow().actor) };
    assert_eq!(Accept::parse(&read(accept::build(&id, &follow()))).unwrap().follow, answered);
    assert_eq!(Reject::parse(&read(reject::build(&id, &follow()))).unwrap().follow, answered);
}

#[test]
fn undo_names_what_is_undone() {
    let undo = Undo::parse(&activity(include_str!("../samples/mastodon/undo.json"))).unwrap();
    assert_eq!(undo.kind.as_deref(), Some("Follow"));
    assert_eq!(undo.object.as_deref(), Some(ANA));
    assert_eq!(
        undo.undone.unwrap().as_str(),
        "https://mastodon.example/0b2d4f9e-7a51-4d1e-9c3b-5f6a7b8c9d0e"
    );
    let id = ActivityId::parse("https://h.example/a/6").unwrap();
    let own = undo::build(&id, &follow().actor, &follow().to_value());
    insta::assert_json_snapshot!("undo", own);
    assert_eq!(Undo::parse(&Activity::parse(own).unwrap()).unwrap().undone, Some(follow().id));
}

/// S-04: nobody undoes what another did.
#[test]
fn undo_of_anothers_doing_is_refused() {
    let text = include_str!("../samples/mastodon/undo.json");
    for (pointer, value) in [
        ("/object/actor", json!("https://mastodon.example/users/eve")),
        ("/object/id", json!("https://h.example/a/1")),
        ("/object", json!("https://h.example/a/1")),
    ] {
        assert_eq!(Undo::parse(&changed(text, pointer, value)), Err(InvalidActivity::Owner), "{pointer}");
    }
    assert_eq!(Undo::parse(&changed(text, "/object", json!([]))), Err(InvalidActivity::Object));
}

#[test]
fn notes_of_other_software_are_read() {
    for (text, visibility) in CREATES {
        let activity = activity(text);
        let create = Create::parse(&activity).unwrap();
        let note = Post::parse(create.object, create.actor).unwrap();
        assert!(note.content.contains("Tea at four?"));
        assert_eq!(note.mentions.len(), 1);
        assert_eq!(note.mentions[0].href.as_str(), ANA);
        assert_eq!(note.published.unwrap().seconds(), 1_767_323_045);
        assert_eq!(note.summary, None);
        let followers = format!("{}/followers", create.actor);
        assert_eq!(note.visibility(Some(&followers)), visibility);
    }
}

/// Traps T1 and T9: an MLS object of other software, with a list of types and without an id.
#[test]
fn mls_objects_travel_in_create() {
    let activity = activity(include_str!("../samples/emissary/create.json"));
    let create = Create::parse(&activity).unwrap();
    assert_eq!(create.object_id, None);
    assert_eq!(mls::parse_object(create.object).unwrap().content, [0, 1, 0, 2]);
    assert_eq!(activity.document["instrument"], "https://emissary.example/devices/1");
}

/// S-04, S-19: objects of another origin, by another author, claiming to be ours, or only linked.
#[test]
fn creating_what_belongs_to_another_is_refused() {
    let text = CREATES[0].0;
    for (pointer, value, error) in [
        ("/object/id", json!("https://h.example/o/1"), InvalidActivity::Owner),
        ("/object/attributedTo", json!("https://mastodon.example/users/eve"), InvalidActivity::Owner),
        ("/object/attributedTo", json!([ADA, "https://mastodon.example/users/eve"]), InvalidActivity::Owner),
        ("/object/attributedTo", json!([7]), InvalidActivity::Owner),
        ("/object/id", json!(["https://mastodon.example/o/1"]), InvalidActivity::Object),
        ("/object", json!("https://mastodon.example/o/1"), InvalidActivity::Object),
        ("/object", json!([{}, {}]), InvalidActivity::Object),
    ] {
        assert_eq!(Create::parse(&changed(text, pointer, value)), Err(error), "{pointer}");
    }
    let mut document = json::parse(text.as_bytes()).unwrap();
    document["id"] = json!("https://h.example/a/1");
    assert_eq!(Activity::parse(document), Err(InvalidActivity::Id));
}

/// S-51, S-54: limits on text and on recipients.
#[test]
fn notes_have_limits() {
    for (pointer, value) in [
        ("/object/content", json!("x".repeat(post::MAX_CONTENT + 1))),
        ("/object/to", json!(vec![ANA; MAX_RECIPIENTS + 1])),
        ("/object/tag", json!(vec![json!({"type": "Mention", "href": ANA}); MAX_RECIPIENTS + 1])),
    ] {
        let activity = changed(CREATES[0].0, pointer, value);
        let object = Create::parse(&activity).unwrap().object;
        assert_eq!(Post::parse(object, &activity.actor), Err(InvalidActivity::Limit), "{pointer}");
    }
}

#[test]
fn notes_are_written_exactly_and_read_back() {
    let id = ActivityId::parse("https://h.example/a/7").unwrap();
    let author = note().attributed_to;
    let create = create::build(&id, &author, note().published.unwrap(), &note().to_value());
    insta::assert_json_snapshot!("create_note", create);
    let activity = Activity::parse(create).unwrap();
    let read = Create::parse(&activity).unwrap();
    assert_eq!(Post::parse(read.object, &author), Ok(note()));
}

#[test]
fn visibility_follows_the_addressing() {
    let followers = "https://h.example/users/7301/followers";
    let seen = |to: &[&str], cc: &[&str]| {
        let list = |list: &[&str]| list.iter().map(|text| text.to_string()).collect();
        Post { to: list(to), cc: list(cc), ..note() }.visibility(Some(followers))
    };
    assert_eq!(seen(&["as:Public"], &[followers]), Visibility::Public);
    assert_eq!(seen(&[followers], &[context::PUBLIC]), Visibility::Unlisted);
    assert_eq!(seen(&[ADA], &[followers]), Visibility::Followers);
    assert_eq!(seen(&[ADA], &[]), Visibility::Direct);
}

#[test]
fn deletions_are_read_and_written() {
    let deleted = Delete::parse(&activity(include_str!("../samples/mastodon/delete.json"))).unwrap();
    let object = Id::parse("https://mastodon.example/users/ada/statuses/116000000000000001").unwrap();
    assert_eq!(deleted.object, Deleted::Object(object));
    let gone = Delete::parse(&activity(include_str!("../samples/mastodon/delete_actor.json"))).unwrap();
    assert_eq!(gone.object, Deleted::Actor);
    let id = ActivityId::parse("https://h.example/a/8").unwrap();
    let actor = ActorId::parse(ANA).unwrap();
    let own = delete::build(&id, &actor, &note().id, &note().to, Timestamp(1_767_323_045_678));
    insta::assert_json_snapshot!("delete", own);
    insta::assert_json_snapshot!("delete_actor", delete::build_for_actor(&id, &actor));
    assert_eq!(Delete::parse(&Activity::parse(own).unwrap()).unwrap().object, Deleted::Object(note().id));
}

/// S-04: nobody deletes across origins.
#[test]
fn deleting_across_origins_is_refused() {
    let text = include_str!("../samples/mastodon/delete.json");
    let foreign = changed(text, "/object/id", json!("https://h.example/o/1"));
    assert_eq!(Delete::parse(&foreign), Err(InvalidActivity::Owner));
    assert_eq!(Delete::parse(&changed(text, "/object", Value::Null)), Err(InvalidActivity::Object));
}

/// S-04: an actor says that it has changed itself, and not that others have.
#[test]
fn an_update_is_of_the_actors_own() {
    let actor = ActorId::parse(ANA).unwrap();
    let id = ActivityId::parse("https://h.example/a/5f6a").unwrap();
    let built = update::build(&id, &actor, &json!({"@context": ["x"], "id": ANA, "type": "Person"}));
    assert_eq!((&built["@context"], built["object"].get("@context")), (&json!(["x"]), None));
    let read = |object: Value| {
        let mut document = built.clone();
        document["object"] = object;
        Update::parse(&Activity::parse(document).unwrap()).map(|update| update.object)
    };
    assert_eq!(read(built["object"].clone()), Ok(Updated::Actor(None)), "what it says is no actor");
    assert_eq!(read(json!(ANA)), Ok(Updated::Actor(None)));
    let note = "https://h.example/o/1";
    assert_eq!(read(json!({"id": note})), Ok(Updated::Object(Id::parse(note).unwrap())));
    assert_eq!(read(self::note().to_value()), Ok(Updated::Post(Box::new(self::note()))));
    let mut foreign = self::note().to_value();
    foreign["attributedTo"] = json!("https://h.example/users/9");
    assert_eq!(read(foreign), Err(InvalidActivity::Owner));
    let person = json!({"id": ANA, "type": "Person", "inbox": format!("{ANA}/inbox"), "name": "Ana"});
    assert!(matches!(read(person), Ok(Updated::Actor(Some(actor))) if actor.name.as_deref() == Some("Ana")));
    assert_eq!(read(json!(ADA)), Err(InvalidActivity::Owner));
    assert_eq!(read(json!({})), Err(InvalidActivity::Object));
}
