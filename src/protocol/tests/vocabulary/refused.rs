//! Activities that claim what is not the actor's to claim (S-04), and those that do not fit their type.

use alcove_protocol::activity::{
    Activity, InvalidActivity,
    add::Add,
    announce::Announce,
    block::Block,
    create::{self, Create},
    flag::{self, Flag},
    like::Like,
    moved::Move,
    remove::Remove,
    update::Update,
};
use serde_json::{Value, json};

use super::samples::{self, ANA};

fn changed(software: &str, name: &str, pointer: &str, value: Value) -> Activity {
    let mut document = samples::one(software, name);
    *document.pointer_mut(pointer).unwrap() = value;
    Activity::parse(document).unwrap()
}

/// S-04, S-17: an actor moves itself, to somebody else, and nobody but itself.
#[test]
fn nobody_moves_another() {
    let with = |pointer, value| Move::parse(&changed("mastodon", "move", pointer, value));
    assert!(with("/object", json!({"id": "https://mastodon.example/users/ada"})).is_ok());
    assert_eq!(with("/object", json!("https://mastodon.example/users/eve")), Err(InvalidActivity::Owner));
    assert_eq!(with("/target", json!("https://mastodon.example/users/ada")), Err(InvalidActivity::Object));
    assert_eq!(
        with("/target", json!(["https://a.example/1", "https://a.example/2"])),
        Err(InvalidActivity::Object)
    );
    assert_eq!(with("/type", json!("Follow")), Err(InvalidActivity::Type));
}

/// S-04: the collections of another origin are not the actor's to change.
#[test]
fn nobody_changes_the_collections_of_another() {
    let foreign = json!("https://h.example/users/7301/featured");
    assert_eq!(Add::parse(&changed("mitra", "add", "/target", foreign.clone())), Err(InvalidActivity::Owner));
    assert_eq!(Remove::parse(&changed("mitra", "remove", "/target", foreign)), Err(InvalidActivity::Owner));
    let hashtag = json!({"type": "Hashtag", "name": "#bees"});
    assert_eq!(Add::parse(&changed("mitra", "add", "/object", hashtag)), Err(InvalidActivity::Object));
    assert_eq!(Remove::parse(&changed("mitra", "add", "/target", json!(ANA))), Err(InvalidActivity::Type));
}

/// S-04: a post is changed by its author alone, wherever the author is named.
#[test]
fn nobody_edits_the_post_of_another() {
    for (pointer, value) in [
        ("/object/attributedTo", json!("https://mastodon.example/users/eve")),
        ("/object/id", json!("https://h.example/o/77")),
    ] {
        let update = Update::parse(&changed("mastodon", "update_note", pointer, value));
        assert_eq!(update, Err(InvalidActivity::Owner), "{pointer}");
    }
}

/// A video is by a person in a channel; a channel alone, or a second person, is not its author (S-04).
#[test]
fn groups_beside_the_author_are_no_authors() {
    let with = |authors| {
        let activity = changed("peertube", "create_video", "/object/attributedTo", authors);
        Create::parse(&activity).map(|_| ())
    };
    let (ada, eve) = ("https://peertube.example/accounts/ada", "https://peertube.example/accounts/eve");
    let group = json!({"type": "Group", "id": "https://peertube.example/video-channels/kitchen"});
    assert_eq!(with(json!([{"type": "Person", "id": ada}, group])), Ok(()));
    assert_eq!(with(json!([group, ada])), Ok(()));
    assert_eq!(with(json!([group])), Err(InvalidActivity::Owner));
    assert_eq!(
        with(json!([{"type": "Person", "id": ada}, {"type": "Person", "id": eve}])),
        Err(InvalidActivity::Owner)
    );
}

/// S-54: votes in one `Create` are counted, and each must be the sender's own (S-04).
#[test]
fn ballots_have_limits() {
    let vote = samples::one("gotosocial", "votes")["object"][0].clone();
    let all = |objects: Vec<Value>| {
        let activity = changed("gotosocial", "votes", "/object", json!(objects));
        Create::parse_all(&activity).map(|all| all.len())
    };
    assert_eq!(all(vec![vote.clone(); create::MAX_OBJECTS]), Ok(create::MAX_OBJECTS));
    assert_eq!(all(vec![vote.clone(); create::MAX_OBJECTS + 1]), Err(InvalidActivity::Limit));
    assert_eq!(
        all(vec![vote.clone(), json!("https://gotosocial.example/o/1")]),
        Err(InvalidActivity::Object)
    );
    let mut foreign = vote.clone();
    foreign["id"] = json!("https://h.example/o/1");
    assert_eq!(all(vec![vote, foreign]), Err(InvalidActivity::Owner));
}

/// S-51: what a report says is cut, and so is what it is about.
#[test]
fn reports_are_cut() {
    let flag = |pointer, value| Flag::parse(&changed("mastodon", "flag", pointer, value));
    let long = flag("/content", json!("é".repeat(flag::MAX_COMMENT + 1))).unwrap();
    assert_eq!(long.comment.unwrap().chars().count(), flag::MAX_COMMENT);
    let many: Vec<Value> = (0..1_000).map(|number| json!(format!("https://h.example/o/{number}"))).collect();
    assert_eq!(flag("/object", json!(many)).unwrap().objects.len(), flag::MAX_REPORTED);
    assert_eq!(flag("/object", json!([ANA, ANA])).unwrap().objects.len(), 1, "each once");
    assert_eq!(flag("/object", json!([])), Err(InvalidActivity::Object));
}

/// S-05: one object, with an id; whose it is does not matter.
#[test]
fn likes_blocks_and_announces_are_of_one_thing() {
    let several = json!([ANA, "https://h.example/o/77"]);
    assert_eq!(
        Like::parse(&changed("mastodon", "like", "/object", several.clone())),
        Err(InvalidActivity::Object)
    );
    assert_eq!(
        Block::parse(&changed("mastodon", "block", "/object", several.clone())),
        Err(InvalidActivity::Object)
    );
    let announce = Announce::parse(&changed("mastodon", "announce", "/object", several));
    assert_eq!(announce, Err(InvalidActivity::Object));
    let mut nameless = samples::one("mastodon", "announce");
    nameless.as_object_mut().unwrap().remove("id");
    assert_eq!(Announce::parse(&Activity::parse(nameless).unwrap()), Err(InvalidActivity::Id));
}
