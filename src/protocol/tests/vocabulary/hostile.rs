//! Wrong types, nulls, lists, huge texts and deep nests in every field of every document: nothing panics, and what is
//! read stays within its limits.

use alcove_protocol::{
    activity::{
        Activity,
        accept::Accept,
        add::Add,
        announce::Announce,
        block::Block,
        create::Create,
        delete::Delete,
        flag::{self, Flag},
        follow::Follow,
        like::Like,
        moved::Move,
        reject::Reject,
        remove::Remove,
        undo::Undo,
        update::{Update, Updated},
    },
    actor::{self, Actor},
    collection::Part,
    id::MAX_ID_LENGTH,
    mls,
    post::{self, Post, Tombstone, Vote},
};
use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use super::samples;

/// Reads a document as everything that it could claim to be.
fn read_everything(document: &Value) {
    Actor::parse(document).iter().for_each(check_actor);
    Post::parse_fetched(document).iter().for_each(check_post);
    Tombstone::parse(document);
    Part::parse(document);
    mls::is_mls(document);
    let Ok(activity) = Activity::parse(document.clone()) else { return };
    let _answers = (Accept::parse(&activity), Reject::parse(&activity), Follow::parse(&activity));
    let _others = (Like::parse(&activity), Block::parse(&activity), Delete::parse(&activity));
    let _owned = (Add::parse(&activity), Remove::parse(&activity), Move::parse(&activity));
    for announce in Announce::parse(&activity).iter() {
        assert!(announce.to.len() + announce.cc.len() <= post::MAX_RECIPIENTS);
        assert!(announce.object_kind.iter().all(|kind| kind.len() <= 100));
    }
    for undo in Undo::parse(&activity).iter() {
        assert!(undo.object.iter().all(|object| object.len() <= MAX_ID_LENGTH));
    }
    for flag in Flag::parse(&activity).iter() {
        assert!(flag.objects.len() <= flag::MAX_REPORTED);
        assert!(flag.comment.iter().all(|comment| comment.chars().count() <= flag::MAX_COMMENT));
    }
    match Update::parse(&activity).map(|update| update.object) {
        Ok(Updated::Post(post)) => check_post(&post),
        Ok(Updated::Actor(Some(actor))) => check_actor(&actor),
        _ => {}
    }
    for create in Create::parse_all(&activity).iter().flatten() {
        Vote::parse(create.object, create.actor);
        Post::parse(create.object, create.actor).iter().for_each(check_post);
    }
}

/// The limits hold, and what was understood survives being written.
fn check_post(post: &Post) {
    assert!(post.content.len() <= post::MAX_CONTENT);
    assert!(post.summary.iter().all(|text| text.len() <= post::MAX_CONTENT));
    assert!(post.title.iter().all(|text| text.chars().count() <= post::MAX_TITLE));
    assert!(post.to.len() + post.cc.len() <= post::MAX_RECIPIENTS);
    assert!(post.mentions.len() <= post::MAX_RECIPIENTS);
    assert!(post.hashtags.len() <= post::MAX_TAGS && post.emojis.len() <= post::MAX_TAGS);
    assert!(post.attachments.len() <= post::MAX_ATTACHMENTS);
    assert!(post.poll.iter().all(|poll| poll.options.len() <= post::MAX_OPTIONS));
    assert!(post.id.same_origin(&post.attributed_to));
    assert_eq!(Post::parse(&post.to_value(), &post.attributed_to).as_ref(), Ok(post));
}

fn check_actor(actor: &Actor) {
    let profile = &actor.profile;
    assert!(actor.keys.len() <= actor::MAX_KEYS && profile.fields.len() <= actor::MAX_FIELDS);
    assert!(profile.also_known_as.len() <= actor::MAX_ALIASES && profile.emojis.len() <= post::MAX_TAGS);
    assert!(actor.keys.iter().all(|key| key.owner == actor.id));
}

/// The addresses of all values inside a document (RFC 6901).
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in below {
        let pointer = format!("{at}/{name}");
        pointers(value, &pointer, found);
        found.push(pointer);
    }
}

fn documents() -> Vec<Value> {
    let foreign = samples::of_others().into_iter().flat_map(|(_, samples)| samples);
    foreign.chain(samples::of_ours()).map(|sample| sample.document).collect()
}

/// S-05, S-51: every field of every document, as each of the types that it should not have.
#[test]
fn no_field_of_a_wrong_type_panics() {
    let wrong =
        [json!(null), json!(true), json!(-7), json!("x"), json!([]), json!({}), json!([[{}], 1.5, null])];
    for document in documents() {
        let mut places = Vec::new();
        pointers(&document, "", &mut places);
        // What stands in a context is never read.
        for place in places.iter().filter(|place| !place.contains("@context")) {
            for value in &wrong {
                let mut changed = document.clone();
                *changed.pointer_mut(place).unwrap() = value.clone();
                read_everything(&changed);
            }
        }
    }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(
        json!("deep"),
        |inside, level| {
            if level % 2 == 0 { json!([inside]) } else { json!({ "url": inside }) }
        },
    )
}

/// Values that nobody means well with, and any others.
fn evil() -> impl Strategy<Value = Value> {
    let chosen = prop::sample::select(vec![
        json!(""),
        json!("x".repeat(300_000)),
        json!("é\u{202e}\u{0}\n".repeat(2_000)),
        json!("https://evil.example/"),
        json!("https://h.example/users/7301"),
        json!("javascript:alert(1)"),
        json!("2026-13-45T99:99:99Z"),
        json!("+292277026596-12-04T15:30:07Z"),
        json!(f64::MAX),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(vec!["https://h.example/users/7301"; 1_500]),
        json!(vec![json!({"type": "Mention", "href": "https://h.example/users/7301"}); 1_500]),
        json!(vec![json!({"type": "Hashtag", "name": "#x"}); 1_500]),
        json!(vec![json!({"type": "Emoji", "name": ":x:", "icon": "https://h.example/x"}); 500]),
        json!(vec![json!({"type": "Image", "url": "https://h.example/x"}); 500]),
        json!(vec![json!({"type": "Note", "name": "x"}); 500]),
        json!({"id": {"id": {"id": 7}}}),
        json!({"type": ["Note", 7, null], "id": "https://evil.example/o/1"}),
        nested(31),
    ]);
    prop_oneof![3 => chosen, 1 => any_json()]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        prop::sample::select(vec![
            "id",
            "type",
            "url",
            "href",
            "name",
            "icon",
            "tag",
            "replies",
            "mediaType"
        ])
        .prop_map(str::to_owned),
        ".{0,8}",
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() })
}

/// S-05, S-51, S-52: up to four fields of any document at once hold what they should not.
#[test]
fn no_document_panics_or_exceeds_its_limits() {
    let documents = documents();
    let changes = prop::collection::vec((any::<Index>(), evil()), 1..5);
    let ran = runner(500).run(&(any::<Index>(), changes), |(which, changes)| {
        let mut document = which.get(&documents).clone();
        for (place, value) in changes {
            let mut places = Vec::new();
            pointers(&document, "", &mut places);
            if let Some(found) = (!places.is_empty()).then(|| place.get(&places)) {
                *document.pointer_mut(found).unwrap() = value;
            }
        }
        read_everything(&document);
        Ok(())
    });
    ran.unwrap();
}

/// S-52: what is no document at all.
#[test]
fn no_json_panics() {
    let ran = runner(500).run(&any_json(), |document| {
        read_everything(&document);
        Ok(())
    });
    ran.unwrap();
}
