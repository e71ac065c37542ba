//! Actors as we write them, as snapshots, and what is left out of those of others.

use serde_json::{Value, json};

use super::{
    own::{Instance, Person, Reader},
    *,
};
use crate::{Link, Timestamp, post::Emoji};

const SAMPLES: [(&str, &str); 7] = [
    ("mastodon", include_str!("../samples/mastodon/actor.json")),
    ("gotosocial", include_str!("../samples/gotosocial/actor.json")),
    ("misskey", include_str!("../samples/misskey/actor.json")),
    ("mitra", include_str!("../samples/mitra/actor.json")),
    ("snac", include_str!("../samples/snac/actor.json")),
    ("emissary", include_str!("../samples/emissary/actor.json")),
    ("peertube", include_str!("../samples/peertube/actor.json")),
];

fn sample(software: &str) -> Value {
    let (_, text) = SAMPLES.iter().find(|(name, _)| *name == software).unwrap();
    json::parse(text.as_bytes()).unwrap()
}

fn rsa_key(owner: &str) -> PublicKey {
    PublicKey {
        id: KeyId::parse(&format!("{owner}#main-key")).unwrap(),
        owner: ActorId::parse(owner).unwrap(),
        material: KeyMaterial::Pem("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n".into()),
    }
}

#[test]
fn actors_of_other_software_are_read() {
    for (software, text) in SAMPLES {
        let document = json::parse(text.as_bytes()).unwrap();
        let actor = Actor::parse(&document).unwrap_or_else(|error| panic!("{software}: {error}"));
        assert!(actor.preferred_username.is_some(), "{software}: a username");
        assert!(!actor.keys.is_empty(), "{software}: a key");
        assert!(
            actor.keys.iter().all(|key| actor.key(key.id.as_str()) == Some(key)),
            "{software}: keys by id"
        );
        assert!(actor.inbox.same_origin(&actor.id), "{software}: an inbox");
    }
}

#[test]
fn what_an_actor_offers_is_found() {
    let mastodon = Actor::parse(&sample("mastodon")).unwrap();
    assert_eq!(mastodon.shared_inbox.unwrap().as_str(), "https://mastodon.example/inbox");
    assert_eq!(mastodon.key_packages, None, "cannot be written to encrypted");
    let emissary = Actor::parse(&sample("emissary")).unwrap();
    assert!(emissary.key_packages.is_some());
    let mitra = Actor::parse(&sample("mitra")).unwrap();
    assert!(matches!(mitra.keys[0].material, KeyMaterial::Pem(_)), "RSA stands first");
    assert!(mitra.keys.iter().any(|key| matches!(key.material, KeyMaterial::Multikey(_))));
    let snac = Actor::parse(&sample("snac")).unwrap();
    assert_eq!(snac.url.unwrap().as_str(), "https://snac.example/ada");
    let peertube = Actor::parse(&sample("peertube")).unwrap();
    assert_eq!(
        peertube.url.unwrap().as_str(),
        "https://peertube.example/a/ada",
        "the page among several links"
    );
}

/// S-02, S-06: what belongs to another origin or another owner is not the actor's.
#[test]
fn foreign_parts_are_left_out() {
    let mut document = sample("mastodon");
    document["publicKey"] = json!([
        {"id": "https://evil.example/key", "owner": document["id"], "publicKeyPem": "x"},
        {"id": "https://mastodon.example/key", "owner": "https://evil.example/users/eve", "publicKeyPem": "x"},
        {"id": "https://mastodon.example/long", "owner": document["id"], "publicKeyPem": "x".repeat(5_000)},
        "https://mastodon.example/a-link",
    ]);
    document["url"] = json!("https://evil.example/@ada");
    document["followers"] = json!("https://evil.example/followers");
    document["keyPackages"] = json!("https://evil.example/keyPackages");
    document["endpoints"] = json!({"sharedInbox": "https://victim.example/inbox"});
    let actor = Actor::parse(&document).unwrap();
    assert!(actor.keys.is_empty() && actor.url.is_none() && actor.followers.is_none());
    assert!(actor.key_packages.is_none() && actor.shared_inbox.is_none());
}

/// S-05, S-51: scalar properties given as lists, missing or oversized ones.
#[test]
fn what_is_no_actor_is_refused() {
    let base = sample("mastodon");
    let with = |name: &str, value: Value| {
        let mut document = base.clone();
        document[name] = value;
        Actor::parse(&document)
    };
    assert_eq!(with("type", json!("Note")), Err(InvalidActor::Type));
    assert_eq!(with("id", json!(["https://mastodon.example/users/ada"])), Err(InvalidActor::Id));
    assert_eq!(with("id", json!("javascript:alert(1)")), Err(InvalidActor::Id));
    assert_eq!(with("inbox", json!("")), Err(InvalidActor::Inbox));
    assert_eq!(with("inbox", json!("https://good@evil.example/inbox")), Err(InvalidActor::Inbox));
    assert_eq!(with("preferredUsername", json!("a b")).unwrap().preferred_username, None);
    let many: Vec<Value> = (0..50)
        .map(|n| json!({"id": format!("https://mastodon.example/k{n}"), "owner": base["id"], "publicKeyPem": "x"}))
        .collect();
    assert_eq!(with("publicKey", json!(many)).unwrap().keys.len(), MAX_KEYS);
}

#[test]
fn names_are_one_visible_line() {
    let mut document = sample("mastodon");
    document["name"] = json!(" Ada\n\u{202e}evil\u{2066} ");
    assert_eq!(Actor::parse(&document).unwrap().display_name(), "Adaevil");
    document["name"] = json!("\u{200e}\n");
    assert_eq!(Actor::parse(&document).unwrap().display_name(), "ada");
    document["name"] = json!("x".repeat(1_000));
    assert_eq!(Actor::parse(&document).unwrap().display_name().len(), 200);
}

/// S-06: a key with a document of its own names its owner and nothing more.
#[test]
fn key_documents_name_their_owner() {
    let key = rsa_key("https://h.example/users/1");
    assert_eq!(owner_of_key(&key.to_value()), Some(key.owner));
    let multikey = json!({"controller": "https://h.example/users/1", "publicKeyMultibase": "z6Mk"});
    assert!(owner_of_key(&multikey).is_some());
    assert_eq!(owner_of_key(&json!({"owner": "https://h.example/users/1"})), None);
}

fn profile() -> Profile {
    let link = |path: &str| Link::of_own("https://chat.example.org", path);
    let icon = Image { url: link("/media/1"), media_type: Some("image/webp".into()), description: None };
    Profile {
        summary: "<p>Bread and bees. :bee:</p>".into(),
        icon: Some(icon.clone()),
        image: Some(Image { url: link("/media/2"), description: Some("A hive".into()), ..icon }),
        fields: vec![Field {
            name: "Garden".into(),
            value: "<a href=\"https://bees.example\">bees</a>".into(),
        }],
        follow_approval: FollowApproval::Manual,
        discoverable: true,
        indexable: false,
        also_known_as: vec![ActorId::parse("https://old.example/users/ana").unwrap()],
        moved_to: Some(ActorId::parse("https://new.example/users/ana").unwrap()),
        published: Some(Timestamp(1_767_323_045_678).whole_day()),
        emojis: vec![Emoji {
            shortcode: "bee".into(),
            icon: link("/media/3"),
            id: Some(Id::of_own("https://chat.example.org", "/emojis/bee")),
            updated: Some(Timestamp(1_767_323_045_678)),
        }],
    }
}

fn ana(document_for: Reader, assertion_keys: &[PublicKey]) -> Value {
    let id = ActorId::parse("https://chat.example.org/users/7301").unwrap();
    let handle = Handle::parse("@ana@example.org").unwrap();
    let rsa_key = rsa_key(id.as_str());
    let profile = &profile();
    let person = Person { id: &id, handle: &handle, name: "Ana", profile, rsa_key: &rsa_key, assertion_keys };
    person.to_value(document_for)
}

#[test]
fn own_people_are_written_exactly() {
    insta::assert_json_snapshot!("person", ana(Reader::Public, &[]));
    let ed25519 = PublicKey {
        id: KeyId::parse("https://chat.example.org/users/7301#ed25519-key").unwrap(),
        owner: ActorId::parse("https://chat.example.org/users/7301").unwrap(),
        material: KeyMaterial::Multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2".into()),
    };
    insta::assert_json_snapshot!("person_with_multikey", ana(Reader::Public, &[ed25519]));
    insta::assert_json_snapshot!("person_for_its_owner", ana(Reader::Owner, &[]));
}

#[test]
fn the_instance_actor_is_written_exactly() {
    let id = ActorId::parse("https://chat.example.org/actor").unwrap();
    let instance = Instance {
        id: &id,
        domain: "example.org",
        name: "Alcove",
        rsa_key: &rsa_key(id.as_str()),
        assertion_keys: &[],
    };
    insta::assert_json_snapshot!("instance", instance.to_value());
}

#[test]
fn own_documents_read_back() {
    let actor = Actor::parse(&ana(Reader::Public, &[])).unwrap();
    assert_eq!(actor.handle.unwrap().to_string(), "@ana@example.org");
    assert_eq!(actor.key_packages.unwrap().as_str(), "https://chat.example.org/users/7301/keyPackages");
    assert_eq!(actor.shared_inbox.unwrap().as_str(), "https://chat.example.org/inbox");
    assert_eq!(actor.keys, [rsa_key("https://chat.example.org/users/7301")]);
    assert_eq!(actor.featured.unwrap().as_str(), "https://chat.example.org/users/7301/featured");
    assert_eq!(actor.profile, profile());
    assert!(ana(Reader::Public, &[]).get("messages").is_none(), "`messages` is for the owner alone");
}
