//! Documents as Emissary and Bonfire send them, written by hand from ENCRYPTION.md section 2 around bytes of two other MLS
//! libraries; read, and held against what we write. Promise P4. Nothing here opens the MLS bytes: that is the client's.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use alcove_protocol::{
    ActivityId, ActorId, ConversationId, DeviceId, GroupId, KeyPackageId, Timestamp,
    activity::{Activity, create::Create},
    base64, context, json as read,
    mls::{self, InvalidMlsObject, KeyPackageObject, MlsObject, MlsType, Outgoing, OutgoingIds},
};
use serde_json::{Value, json};

const ADA: &str = "https://emissary.example/@66a0f00dfacecafe00000001";
const CY: &str = "https://bonfire.example/pub/actors/cy";
const ANA: &str = "https://h.example/users/7301";
const GROUP: &str = "urn:uuid:0b9f2f0e-5a55-4a52-9a6f-6a1c3f5b7d21";

const EMISSARY_COMMIT: &str = include_str!("../samples/emissary/commit.json");
const EMISSARY_MESSAGE: &str = include_str!("../samples/emissary/message.json");
const EMISSARY_WELCOME: &str = include_str!("../samples/emissary/welcome.json");
const EMISSARY_KEY_PACKAGE: &str = include_str!("../samples/emissary/key_package.json");
const BONFIRE_MESSAGE: &str = include_str!("../samples/bonfire/message.json");
const BONFIRE_TREE: &str = include_str!("../samples/bonfire/ratchet_tree.json");
const BONFIRE_WELCOME: &str = include_str!("../samples/bonfire/welcome.json");
const BONFIRE_KEY_PACKAGE: &str = include_str!("../samples/bonfire/key_package.json");

/// Every sample that travels in a `Create`: its text, the type around the bytes, and the wire format inside.
const CREATES: [(&str, MlsType, Option<u16>); 6] = [
    (EMISSARY_COMMIT, MlsType::GroupInfo, Some(2)),
    (EMISSARY_MESSAGE, MlsType::PrivateMessage, Some(2)),
    (EMISSARY_WELCOME, MlsType::Welcome, Some(3)),
    (BONFIRE_MESSAGE, MlsType::PrivateMessage, Some(2)),
    (BONFIRE_WELCOME, MlsType::Welcome, Some(3)),
    (BONFIRE_TREE, MlsType::GroupInfo, None),
];

fn document(text: &str) -> Value {
    read::parse(text.as_bytes()).unwrap()
}

fn activity(text: &str) -> Activity {
    Activity::parse(document(text)).unwrap()
}

fn object(text: &str) -> MlsObject {
    mls::parse_object(Create::parse(&activity(text)).unwrap().object).unwrap()
}

/// The wire format that the bytes name, where they are an `MLSMessage` of version 1 (RFC 9420 section 6).
fn wire_format(bytes: &[u8]) -> Option<u16> {
    match bytes {
        [0, 1, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

/// Traps T1, T2, T8a: whatever stands around them, the bytes are found, and only the bytes say what they are.
#[test]
fn every_mls_object_is_read() {
    for (text, declared, format) in CREATES {
        let object = object(text);
        assert_eq!(object.declared, Some(declared));
        assert_eq!(wire_format(&object.content), format);
        assert!(object.attributed_to.is_some());
        assert_eq!(object.conversation, None, "foreign clients have no sequencer");
    }
}

/// Promise P4: what was read is written again byte for byte.
#[test]
fn content_is_encoded_again_byte_for_byte() {
    for (text, _, _) in CREATES {
        let written = document(text)["object"]["content"].as_str().unwrap().to_owned();
        assert_eq!(base64::encode(&object(text).content), written);
    }
    for text in [EMISSARY_KEY_PACKAGE, BONFIRE_KEY_PACKAGE] {
        let document = document(text);
        let package = KeyPackageObject::parse(&document).unwrap();
        assert_eq!(package.to_value()["content"], document["content"]);
    }
}

/// Trap T9: `instrument`, `mlsSignature`, `mlsSignerKeyId`, `inReplyTo` and everything else that we do not know stays.
#[test]
fn unknown_properties_are_kept() {
    for (text, _, _) in CREATES {
        assert_eq!(activity(text).document, document(text));
    }
    let kept = activity(EMISSARY_MESSAGE).document;
    assert_eq!(kept["object"]["instrument"], "https://emissary.example/devices/1");
    let kept = activity(BONFIRE_MESSAGE).document;
    assert_eq!(kept["object"]["mlsSignerKeyId"], format!("{CY}#main-key"));
    assert_eq!(kept["object"]["inReplyTo"], "uri:uuid:5c2f");
}

/// Trap T48: a Welcome with `context` and one without; we never rely on it.
#[test]
fn welcomes_come_with_and_without_context() {
    assert_eq!(object(EMISSARY_WELCOME).group, None);
    assert_eq!(object(BONFIRE_WELCOME).group, GroupId::parse(GROUP).ok());
    assert_eq!(object(EMISSARY_WELCOME).content, object(BONFIRE_WELCOME).content);
}

/// Trap T1: a string, an array, a prefix, a full address; trap T8b: a `Note` around `message/mls`; trap T7: the media type
/// alone.
#[test]
fn types_in_every_dress() {
    let expected = object(BONFIRE_MESSAGE).content;
    for kind in [
        json!("PrivateMessage"),
        json!("mls:PrivateMessage"),
        json!(["Object", "PrivateMessage"]),
        json!(["mls:PrivateMessage", "Note"]),
        json!("https://purl.archive.org/socialweb/mls#PrivateMessage"),
        json!("Note"),
        json!("Object"),
        json!(null),
    ] {
        let mut create = document(BONFIRE_MESSAGE);
        create["object"]["type"] = kind.clone();
        let activity = Activity::parse(create).unwrap();
        let read = mls::parse_object(Create::parse(&activity).unwrap().object).unwrap();
        assert_eq!(read.content, expected, "{kind}");
    }
}

/// Trap T7: a type without the media type is enough, and neither is not.
#[test]
fn a_type_or_a_media_type_is_needed() {
    let mut create = document(BONFIRE_MESSAGE);
    create["object"].as_object_mut().unwrap().remove("mediaType");
    assert!(mls::parse_object(&create["object"]).is_ok());
    create["object"]["type"] = json!("Note");
    assert_eq!(mls::parse_object(&create["object"]), Err(InvalidMlsObject::NotMls));
}

/// Trap T16: the object by itself, as a client posts it.
#[test]
fn bare_objects_are_read() {
    let bare = document(EMISSARY_MESSAGE)["object"].clone();
    assert_eq!(mls::parse_object(&bare).unwrap(), object(EMISSARY_MESSAGE));
}

/// Trap T18: url-safe, without padding, with line breaks: the same bytes.
#[test]
fn base64_in_its_odd_forms() {
    let expected = object(BONFIRE_WELCOME).content;
    let plain = base64::encode(&expected);
    let lines: Vec<String> =
        plain.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into()).collect();
    for odd in [base64::encode_url(&expected), plain.trim_end_matches('=').to_owned(), lines.join("\r\n")] {
        let mut create = document(BONFIRE_WELCOME);
        create["object"]["content"] = json!(odd);
        assert_eq!(mls::parse_object(&create["object"]).unwrap().content, expected);
    }
    for wrong in [json!(""), json!("not base64!"), json!(7), json!(null)] {
        let mut create = document(BONFIRE_WELCOME);
        create["object"]["content"] = wrong;
        assert_eq!(mls::parse_object(&create["object"]), Err(InvalidMlsObject::Content));
    }
}

/// Trap T17, S-04: what is only linked, or belongs to another, is nothing.
#[test]
fn only_the_authors_own_embedded_object_counts() {
    for wrong in [json!(format!("{ADA}/o/1")), json!({"type": "Note", "attributedTo": CY})] {
        let mut create = document(EMISSARY_MESSAGE);
        create["object"] = wrong;
        assert!(Create::parse(&Activity::parse(create).unwrap()).is_err());
    }
}

/// Traps T4, T5, T6: raw or wrapped content, with and without the name of the suite, and `generator` in every form.
#[test]
fn key_packages_of_both_are_read() {
    let emissary = KeyPackageObject::parse(&document(EMISSARY_KEY_PACKAGE)).unwrap();
    assert_eq!(wire_format(&emissary.content), Some(5), "an MLSMessage around the key package");
    assert_eq!(emissary.ciphersuite.as_deref(), Some(context::CIPHERSUITE));
    let bonfire = KeyPackageObject::parse(&document(BONFIRE_KEY_PACKAGE)).unwrap();
    assert_eq!(wire_format(&bonfire.content), Some(1), "a raw key package of suite 1");
    assert_eq!(bonfire.ciphersuite, None);
    for package in [&emissary, &bonfire] {
        assert!(package.public && package.id.is_some() && package.published.is_some());
    }
    assert_eq!(emissary.device, None);
    let generator = |generator: Value| {
        let mut object = document(BONFIRE_KEY_PACKAGE);
        object["generator"] = generator;
        KeyPackageObject::parse(&object).unwrap().device
    };
    assert_eq!(generator(json!(null)), None);
    assert_eq!(generator(json!("Bonfire 1.0")), None);
    assert_eq!(
        generator(json!("https://bonfire.example/")),
        DeviceId::parse("https://bonfire.example/").ok()
    );
    assert_eq!(
        generator(json!({"id": "https://b.example/d", "name": "B"})),
        DeviceId::parse("https://b.example/d").ok()
    );
}

fn ours(kind: MlsType, content: Vec<u8>) -> Value {
    let id = |text: &str| ActorId::parse(text).unwrap();
    let outgoing = Outgoing {
        kind,
        content,
        to: vec![id(ADA), id(CY), id(ANA)],
        group: GroupId::parse(GROUP).unwrap(),
        conversation: ConversationId::parse("https://h.example/conversations/5f6a").unwrap(),
    };
    let ids = OutgoingIds {
        activity: ActivityId::parse("https://h.example/a/9c01").unwrap(),
        object: "https://h.example/o/77aa".into(),
    };
    outgoing.to_create(&id(ANA), &ids, Timestamp(1_793_588_705_678))
}

/// What theirs have and they look for, ours has as well: traps T1, T3, T8a, T17, T48.
#[test]
fn our_activities_have_what_others_look_for() {
    for (theirs, kind) in [(BONFIRE_MESSAGE, MlsType::PrivateMessage), (BONFIRE_WELCOME, MlsType::Welcome)] {
        let theirs = document(theirs);
        let ours = ours(kind, object(&theirs.to_string()).content);
        for name in ["@context", "id", "type", "actor", "to", "context", "published", "object"] {
            assert!(ours.get(name).is_some() && theirs.get(name).is_some(), "{name}");
        }
        for name in ["id", "type", "attributedTo", "to", "context", "mediaType", "encoding", "content"] {
            assert!(ours["object"].get(name).is_some() && theirs["object"].get(name).is_some(), "{name}");
        }
        for name in ["mediaType", "encoding", "content", "context"] {
            assert_eq!(ours["object"][name], theirs["object"][name], "{name}");
        }
        assert_eq!(ours["type"], "Create");
        assert_eq!(ours["object"]["type"], json!(kind.name()), "a plain string");
        assert_eq!(ours["context"], ours["object"]["context"]);
        assert_eq!(ours["actor"], ours["object"]["attributedTo"]);
    }
}

/// What we write reads back as what it was, through the same reader as theirs.
#[test]
fn our_activities_read_back() {
    let content = object(EMISSARY_COMMIT).content;
    let ours = ours(MlsType::PrivateMessage, content.clone());
    let read = object(&ours.to_string());
    assert_eq!((read.declared, read.content), (Some(MlsType::PrivateMessage), content));
    assert_eq!(read.group, GroupId::parse(GROUP).ok());
    assert_eq!(read.conversation.unwrap().as_str(), "https://h.example/conversations/5f6a");
    assert_eq!(ours["published"], "2026-11-02T03:05:00.000Z", "no seconds");
}

/// Traps T4, T5, T6: our key package has the exact name of the suite, a generator with id, raw content.
#[test]
fn our_key_package_has_what_others_look_for() {
    let theirs = KeyPackageObject::parse(&document(BONFIRE_KEY_PACKAGE)).unwrap();
    let ours = KeyPackageObject {
        id: KeyPackageId::parse("https://h.example/users/7301/keyPackages/1").ok(),
        attributed_to: ActorId::parse(ANA).unwrap(),
        device: DeviceId::parse("https://h.example/users/7301/devices/1").ok(),
        ciphersuite: Some(context::CIPHERSUITE.into()),
        published: Some(Timestamp(1_793_588_705_678)),
        ..theirs
    };
    let written = ours.to_value();
    assert_eq!(written["type"], "KeyPackage");
    assert_eq!(written["ciphersuite"], "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");
    assert_eq!(written["generator"]["type"], "Application");
    assert_eq!(written["to"], json!([context::PUBLIC]));
    for name in ["mediaType", "encoding", "content"] {
        assert_eq!(written[name], document(BONFIRE_KEY_PACKAGE)[name], "{name}");
    }
    assert_eq!(KeyPackageObject::parse(&written), Some(ours));
}
