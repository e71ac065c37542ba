//! The documents: each file of `samples/` that is an actor, an object or an activity, and documents of our own.

use std::{fs, path::Path};

use alcove_protocol::{
    ActorId, Handle, Id, Timestamp,
    activity::{announce::Announce, create, flag, undo},
    actor::{KeyMaterial, Profile, PublicKey, own},
    context, json as read,
    post::{Choice, Poll, PollOption, Post, PostKind, Vote},
};
use serde_json::Value;

pub const ANA: &str = "https://h.example/users/7301";
/// Software whose samples stand here; those of others are MLS objects.
const SOFTWARE: [&str; 12] = [
    "akkoma",
    "fedify",
    "friendica",
    "gotosocial",
    "lemmy",
    "mastodon",
    "misskey",
    "mitra",
    "peertube",
    "pixelfed",
    "snac",
    "wordpress",
];

/// A document with the name of its file.
pub struct Sample {
    pub name: String,
    pub document: Value,
}

/// The samples of each software, in the order of their names.
pub fn of_others() -> Vec<(&'static str, Vec<Sample>)> {
    SOFTWARE.into_iter().map(|software| (software, of(software))).collect()
}

pub fn of(software: &str) -> Vec<Sample> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(software);
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = files.iter().map(|path| (path.file_stem().unwrap().to_str().unwrap(), path));
    let known = named.filter(|(name, _)| *name != "webfinger");
    known
        .map(|(name, path)| Sample {
            name: name.to_owned(),
            document: read::parse(&fs::read(path).unwrap()).unwrap(),
        })
        .collect()
}

pub fn one(software: &str, name: &str) -> Value {
    of(software).into_iter().find(|sample| sample.name == name).unwrap().document
}

/// What we write ourselves.
pub fn of_ours() -> Vec<Sample> {
    let ana = ActorId::parse(ANA).unwrap();
    let announce = Announce {
        id: own_id("/a/2"),
        actor: ana.clone(),
        object: Id::parse("https://mastodon.example/users/ada/statuses/1").unwrap(),
        object_kind: None,
        published: Some(Timestamp(1_767_323_045_678)),
        to: vec![context::PUBLIC.into()],
        cc: vec![format!("{ANA}/followers")],
    };
    let vote = Vote {
        id: own_id("/o/3"),
        attributed_to: ana.clone(),
        name: "Tea".into(),
        in_reply_to: Id::parse("https://mastodon.example/users/ada/statuses/1").unwrap(),
        to: vec!["https://mastodon.example/users/ada".into()],
    };
    let question = question(&ana);
    let all = [
        ("person", person(&ana)),
        ("create", create::build(&own_id("/a/1"), &ana, Timestamp(1_767_323_045_678), &question.to_value())),
        ("announce", announce.to_value()),
        ("undo", undo::build(&own_id("/a/3"), &ana, &announce.to_value())),
        (
            "flag",
            flag::build(&own_id("/a/4"), &ana, &vote.to[0].parse().unwrap(), &[announce.object], "Spam"),
        ),
        ("vote", vote.to_value()),
    ];
    all.into_iter().map(|(name, document)| Sample { name: name.into(), document }).collect()
}

fn own_id<Kind>(path: &str) -> Id<Kind> {
    Id::of_own("https://h.example", path)
}

fn question(ana: &ActorId) -> Post {
    let option = |title: &str, votes| PollOption { title: title.into(), votes };
    let poll = Poll {
        choice: Choice::Multiple,
        options: vec![option("Tea", 2), option("Coffee", 0)],
        closes_at: Some(Timestamp(1_767_423_045_000)),
        closed: None,
        voters_count: Some(2),
    };
    Post {
        to: vec![context::PUBLIC.into()],
        language: Some("en".into()),
        poll: Some(poll),
        ..Post::new(own_id("/o/1"), PostKind::Question, ana.clone(), "<p>What shall there be?</p>".into())
    }
}

fn person(ana: &ActorId) -> Value {
    let material = KeyMaterial::Pem("-----BEGIN PUBLIC KEY-----".into());
    let rsa_key =
        PublicKey { id: Id::parse(&format!("{ana}#main-key")).unwrap(), owner: ana.clone(), material };
    let person = own::Person {
        id: ana,
        handle: &Handle::parse("ana@h.example").unwrap(),
        name: "Ana",
        profile: &Profile { summary: "<p>Bees.</p>".into(), ..Profile::default() },
        rsa_key: &rsa_key,
        assertion_keys: &[],
    };
    person.to_value(own::Reader::Public)
}
