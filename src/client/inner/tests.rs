//! What is written reads back, and what others write is read.

use super::*;

fn ana() -> ActorId {
    ActorId::parse("https://h.example/users/1").unwrap()
}

/// What a person says, as a document and back.
fn round(content: &Content, id: &str, audience: Audience) -> Inner {
    let (actor, group) = (ana(), GroupId::from_random([7; 16]));
    let to = [ana()];
    let frame = Frame { actor: &actor, group: &group, id, to: &to, now: Timestamp(1) };
    parse(&padded(&say(&frame, content, audience).unwrap())).unwrap()
}

#[test]
fn our_note_reads_back_and_is_padded() {
    let (actor, group) = (ana(), GroupId::from_random([7; 16]));
    let to = [ana()];
    let frame = Frame { actor: &actor, group: &group, id: "urn:uuid:1", to: &to, now: Timestamp(1) };
    let length = |text: &str| padded(&say(&frame, &Content::text(text), Audience::Ours).unwrap()).len();
    assert_eq!(length("a < b\nc"), 512);
    assert_eq!(length(&"x".repeat(300)), 1024);
    assert_eq!(length(&"x".repeat(250 << 10)), 256 << 10);
    assert_eq!(
        length(&"x".repeat(256 << 10)),
        MOST_BYTES,
        "the largest of them is just below what MLS may have"
    );
    let inner = round(&Content::text("a < b\nc"), "urn:uuid:1", Audience::Ours);
    assert_eq!(inner.id, "urn:uuid:1");
    assert!(!inner.is_not_by(&ana()));
    assert_eq!(inner.body, Body::Said(Content::text("a < b\nc")));
}

/// ENCRYPTION.md 1.9: everything that a person can say.
#[test]
fn everything_that_is_said_reads_back() {
    let bob = ActorId::parse("https://e.example/users/2").unwrap();
    let target = Reference::of(&bob, "urn:uuid:0");
    let said = [
        Content::Text {
            text: "yes".into(),
            in_reply_to: Some(target.clone()),
            mentions: vec![bob.clone()],
            files: Vec::new(),
        },
        Content::Edit { target: "urn:uuid:0".into(), text: "no".into(), mentions: vec![bob] },
        Content::Deletion { target: "urn:uuid:0".into() },
        Content::Reaction { target: target.clone(), emoji: "👍🏽".into() },
        Content::Undo { reaction: Some("urn:uuid:9".into()), target: Some(target), emoji: Some("<3".into()) },
    ];
    for content in said {
        let inner = round(&content, "urn:uuid:1", Audience::Others);
        assert!(!inner.is_not_by(&ana()), "{content:?}");
        assert_eq!((inner.id.as_str(), inner.body), ("urn:uuid:1", Body::Said(content)));
    }
}

#[test]
fn receipts_read_back() {
    let (actor, group) = (ana(), GroupId::from_random([7; 16]));
    let messages = vec![Reference::of(&actor, "urn:uuid:1"), Reference { sender: None, id: "x".into() }];
    let frame = Frame { actor: &actor, group: &group, id: "urn:uuid:2", to: &[], now: Timestamp(1) };
    let inner = parse(&padded(&read_up(&frame, &messages, Some(&group)))).unwrap();
    assert!(!inner.is_not_by(&actor));
    assert_eq!(inner.body, Body::Read { messages, of: Some(group) });
    let others = parse(br#"{"type":"Read","object":"urn:uuid:1"}"#).unwrap().body;
    let named = vec![Reference { sender: None, id: "urn:uuid:1".into() }];
    assert_eq!(others, Body::Read { messages: named, of: None });
}

/// Traps T42 and S-01: what nobody could keep is cut.
#[test]
fn what_is_too_long_is_cut() {
    let long = "é".repeat(100_000);
    let document = json!({"type": "Note", "id": long, "content": long});
    let inner = parse(document.to_string().as_bytes()).unwrap();
    let Body::Said(Content::Text { text, .. }) = inner.body else { panic!("expected a text") };
    assert!(inner.id.is_empty() && text.len() <= MOST_TEXT);
    let like = json!({"type": "Like", "object": "x", "content": "x".repeat(1_000)});
    let Body::Said(Content::Reaction { emoji, .. }) = parse(like.to_string().as_bytes()).unwrap().body else {
        panic!("expected a reaction")
    };
    assert_eq!(emoji.len(), LONGEST_EMOJI);
}

/// Traps T41 and T42: a bare note, and ids of any form.
#[test]
fn bare_notes_and_odd_ids_are_read() {
    let inner = parse(br#"{"type":"Note","id":"uri:uuid:7","content":"<p>hi</p>"}"#).unwrap();
    assert_eq!(inner.id, "uri:uuid:7");
    assert_eq!(inner.body, Body::Said(Content::text("hi")));
}

/// Trap T38: a document that names another author.
#[test]
fn another_author_is_noticed() {
    let forged = br#"{"type":"Create","actor":"https://h.example/users/2","object":{"type":"Note"}}"#;
    assert!(parse(forged).unwrap().is_not_by(&ana()));
    let inside =
        br#"{"type":"Create","object":{"type":"Note","attributedTo":{"id":"https://h.example/users/2"}}}"#;
    assert!(parse(inside).unwrap().is_not_by(&ana()));
}

#[test]
fn an_identity_key_is_read_and_never_printed() {
    let document = identity_key(&ana(), &GroupId::from_random([7; 16]), "urn:uuid:1", &[171; 32]);
    let body = parse(&padded(&document)).unwrap().body;
    assert_eq!(body, Body::Identity(SecretKey::from_bytes([171; 32])));
    assert!(!format!("{body:?}").contains("171"));
}

#[test]
fn what_recovery_says_reads_back() {
    let (group, old) = (GroupId::from_random([7; 16]), GroupId::from_random([8; 16]));
    let note = continues(&ana(), &group, "urn:uuid:1", &old);
    assert_eq!(parse(&padded(&note)).unwrap().body, Body::Continues { group: old.clone() });
    let asked = lost(&ana(), &group, "urn:uuid:2", &old, &[9; 32]);
    assert_eq!(parse(&padded(&asked)).unwrap().body, Body::Lost { group: old, leaf: vec![9; 32] });
}

/// Trap T46: a failure report is read in silence.
#[test]
fn failures_are_silent() {
    assert_eq!(parse(br#"{"type":"Failure","object":"x"}"#).unwrap().body, Body::Silent);
}
