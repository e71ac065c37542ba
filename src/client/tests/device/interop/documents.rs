//! What stands inside the messages, as Emissary and Bonfire write it, and what the envelope adds: authenticated data, false
//! names, activities of every kind (traps T38, T41 to T46).

use std::collections::BTreeSet;

use alcove_client::{Bytes, Command, Content, Event, File, Place};
use alcove_protocol::{ActorId, GroupId};
use serde_json::{Value, json};

use crate::{
    interop::meeting::{ANA, Meeting, What, bonfires, emissaries, note, text_of},
    peer::Received,
};

fn sample(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn meeting() -> (Meeting, GroupId) {
    let mut guests = emissaries(&["bo"]);
    guests.extend(bonfires(&["cy"]));
    let mut meeting = Meeting::new(guests);
    let group = meeting.ana_starts(&[0, 1]);
    (meeting, group)
}

/// A sample in the name of a guest.
fn by(meeting: &Meeting, guest: usize, mut inner: Value) -> Value {
    let actor = json!(meeting.actor(guest));
    for name in ["actor", "attributedTo"] {
        if inner.get(name).is_some() {
            inner[name] = actor.clone();
        }
    }
    if inner["object"].is_object() {
        inner["object"]["attributedTo"] = actor;
    }
    inner
}

/// Traps T41, T42, T43: a `Create` with `url: data:`, a bare note with gzip, and the form of the draft; odd ids. The words
/// are read whatever hangs on them.
#[test]
fn notes_of_both_with_attachments_in_three_forms() {
    let (mut meeting, group) = meeting();
    let samples = [
        (0, include_str!("../../../../protocol/samples/emissary/inner_note.json"), "A map of the town."),
        (1, include_str!("../../../../protocol/samples/bonfire/inner_note.json"), "The list, as promised."),
        (1, include_str!("../../../../protocol/samples/bonfire/inner_create.json"), "Spec form."),
    ];
    for (guest, text, _) in &samples {
        let inner = by(&meeting, *guest, sample(text));
        meeting.write(*guest, &group, &inner);
    }
    meeting.settle(&group);
    let mut read = meeting.world.hosts[ANA].texts(&group);
    read.sort();
    let mut expected: Vec<&str> = samples.iter().map(|(_, _, text)| *text).collect();
    expected.sort_unstable();
    assert_eq!(read, expected);
    let history = meeting.world.hosts[ANA].history(&group);
    let files: Vec<&[u8]> = history.iter().filter_map(|message| inline(&message.content)).collect();
    assert_eq!(files.len(), 3, "{history:?}");
    assert!(files.contains(&&b"here be dragons"[..]) && files.contains(&&b"plain"[..]), "{history:?}");
    let ids: Vec<String> = history.iter().map(|message| message.id.clone()).collect();
    assert!(ids.contains(&"mls://m/66a0f00dfacecafe00000015".to_owned()), "{ids:?}");
    assert!(ids.iter().any(|id| id.starts_with("uri:uuid:")), "{ids:?}");
}

/// The bytes of the one file of a message.
fn inline(content: &Content) -> Option<&[u8]> {
    match content {
        Content::Text { files, .. } => match &files[..] {
            [File { place: Place::Inline(bytes), .. }] => Some(&bytes.0),
            _ => None,
        },
        _ => None,
    }
}

/// Trap T43: what we send holds every form that a guest may need.
#[test]
fn files_are_written_for_both() {
    let (mut meeting, group) = meeting();
    let file = File {
        name: Some("map.txt".into()),
        media_type: "text/plain".into(),
        size: 15,
        alt: None,
        width: None,
        height: None,
        seconds: None,
        thumbnail: None,
        place: Place::Inline(Bytes(b"here be dragons".to_vec())),
    };
    let Content::Text { in_reply_to, mentions, .. } = Content::text("") else { panic!("a text") };
    let content = Content::Text { text: "A map.".into(), in_reply_to, mentions, files: vec![file] };
    meeting.world.command(ANA, Command::Send { conversation: group.clone(), content }).unwrap();
    meeting.world.settle();
    for guest in 0..2 {
        let read = meeting.read(guest, &group).remove(0).unwrap();
        let Received::Application { data, .. } = read else { panic!("expected a message") };
        let inner: Value = serde_json::from_slice(&data).unwrap();
        let attachment = &inner["object"]["attachment"][0];
        assert_eq!(attachment["url"], "data:text/plain;base64,aGVyZSBiZSBkcmFnb25z");
        assert_eq!((&attachment["encoding"], &attachment["name"]), (&json!("gzip"), &json!("map.txt")));
    }
}

/// Traps T36 and T41: we send `Create{Note}`, padded to a power of two, with an `urn:uuid:` id and nothing in the AAD; the
/// group's id is the same kind of printable name.
#[test]
fn what_we_write_is_what_the_draft_says() {
    let (mut meeting, group) = meeting();
    let name = group.as_str().strip_prefix("urn:uuid:").unwrap();
    assert!(name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'));
    meeting.world.say(ANA, &group, "a < b");
    meeting.world.settle();
    for guest in 0..2 {
        let read = meeting.read(guest, &group).remove(0).unwrap();
        assert_eq!(text_of(&read).as_deref(), Some("a &lt; b"));
        let Received::Application { sender, data, aad } = read else { panic!("expected a message") };
        assert_eq!((sender, aad.len()), (meeting.ana(), 0));
        assert!(data.len().is_power_of_two() && data.len() >= 512);
        let inner: Value = serde_json::from_slice(&data).unwrap();
        assert_eq!((&inner["type"], &inner["object"]["type"]), (&json!("Create"), &json!("Note")));
        assert!(inner["object"]["id"].as_str().unwrap().starts_with("urn:uuid:"));
        assert_eq!(inner["actor"], inner["object"]["attributedTo"]);
        assert_eq!(inner["context"], json!(group));
    }
}

/// Authenticated data of others is no obstacle and is never shown.
#[test]
fn authenticated_data_is_read_past() {
    let (mut meeting, group) = meeting();
    let inner = note(&meeting.actor(0), "urn:uuid:1", "with data beside it");
    let sealed = meeting.guests[0].client.encrypt(&group, inner.to_string().as_bytes(), b"in clear").unwrap();
    meeting.post(0, &group, What::Message, &sealed, &[]);
    meeting.settle(&group);
    assert_eq!(meeting.world.hosts[ANA].texts(&group), ["with data beside it"]);
}

/// Trap T38: a member who writes in another's name, inside or outside, is named and not shown.
#[test]
fn false_names_are_noticed() {
    let (mut meeting, group) = meeting();
    let inner = note(&meeting.actor(1), "urn:uuid:1", "I am not who I say");
    meeting.write(0, &group, &inner);
    let honest = note(&meeting.actor(0), "urn:uuid:2", "under somebody else's envelope");
    let sealed = meeting.guests[0].client.encrypt(&group, honest.to_string().as_bytes(), b"").unwrap();
    meeting.post(1, &group, What::Message, &sealed, &[]);
    meeting.settle(&group);
    assert!(meeting.world.hosts[ANA].texts(&group).is_empty());
    assert_eq!(meeting.shown(|event| matches!(event, Event::Forged { .. })), 2);
}

/// Edits, deletions, reactions and receipts of others are read; what we do not know is named; cover traffic and failures are
/// silent (traps T42, T46).
#[test]
fn activities_of_every_kind() {
    let (mut meeting, group) = meeting();
    let bo = meeting.actor(0);
    meeting.write(0, &group, &note(&bo, "urn:uuid:1", "first"));
    let by = |kind: &str, object: Value| json!({"type": kind, "id": format!("urn:uuid:{kind}"), "actor": bo, "object": object});
    for activity in [
        by(
            "Update",
            json!({"id": "urn:uuid:1", "type": "Note", "attributedTo": bo, "content": "<p>better</p>"}),
        ),
        by("Like", json!("urn:uuid:1")),
        by("Delete", json!({"id": "urn:uuid:1", "type": "Tombstone"})),
        by("Create", json!({"id": "urn:uuid:7", "type": "Question", "attributedTo": bo})),
        by("Read", json!("urn:uuid:1")),
        by("Acknowledge", json!("urn:uuid:1")),
        by("Failure", json!("urn:uuid:1")),
        by("IntransitiveActivity", json!(null)),
    ] {
        meeting.write(0, &group, &activity);
    }
    meeting.settle(&group);
    let history = meeting.world.hosts[ANA].history(&group);
    let kinds: Vec<&str> = history
        .iter()
        .map(|message| match &message.content {
            Content::Erased => "erased",
            Content::Reaction { .. } => "reaction",
            Content::Deletion { .. } => "deletion",
            Content::Unsupported { .. } => "unsupported",
            Content::Read { .. } => "read",
            other => panic!("{other:?}"),
        })
        .collect();
    // What was deleted for everyone stands nowhere any more, and neither does what it was changed to.
    assert_eq!(kinds, ["erased", "reaction", "deletion", "unsupported", "read"]);
}

/// Trap T45: nothing of a document is left but its words; what is no JSON is dropped and what follows is read.
#[test]
fn markup_and_rubbish() {
    let (mut meeting, group) = meeting();
    let bo = meeting.actor(0);
    let rubbish = meeting.guests[0].client.encrypt(&group, b"\xff not JSON", b"").unwrap();
    meeting.post(0, &group, What::Message, &rubbish, &[]);
    meeting.post(0, &group, What::Message, b"\x00\x01\x00\x02 no MLS", &[]);
    meeting.write(0, &group, &note(&bo, "urn:uuid:1", "<script>alert(1)</script><b>bold</b> words"));
    meeting.settle(&group);
    assert_eq!(meeting.world.hosts[ANA].texts(&group), ["bold words"]);
}

/// Trap T44: an inner document that claims to belong to another conversation is shown where it arrived.
#[test]
fn the_inner_context_decides_nothing() {
    let (mut meeting, group) = meeting();
    let other = meeting.world.start(ANA, &[]);
    let mut inner = note(&meeting.actor(0), "urn:uuid:1", "here");
    inner["context"] = json!(other);
    inner["object"]["context"] = json!(other);
    meeting.write(0, &group, &inner);
    meeting.settle(&group);
    let history = meeting.world.hosts[ANA].history(&group);
    assert_eq!(history.iter().map(|message| &message.conversation).collect::<Vec<_>>(), [&group]);
    assert!(meeting.world.hosts[ANA].history(&other).is_empty());
}

/// Trap T28: whatever uses up a generation goes to every member, so that nobody's library runs out of patience; and reading
/// alone sends nothing.
#[test]
fn every_message_goes_to_everybody() {
    let (mut meeting, group) = meeting();
    meeting.world.say(ANA, &group, "one");
    meeting.world.command(ANA, Command::Rename { conversation: group.clone(), name: "two".into() }).unwrap();
    meeting.settle(&group);
    let everybody: BTreeSet<ActorId> = meeting.view(&group).people.into_iter().collect();
    let (ana, bo) = (meeting.ana(), meeting.actor(0));
    let mailbox = meeting.world.server_of(&bo).account(&bo).mailbox.clone();
    let ours = mailbox.iter().filter(|item| item.activity["actor"] == json!(ana));
    let sealed = ours.filter(|item| item.activity["object"]["type"] == "PrivateMessage");
    let audiences: Vec<BTreeSet<ActorId>> = sealed
        .map(|item| serde_json::from_value::<Vec<ActorId>>(item.activity["to"].clone()).unwrap())
        .map(|to| to.into_iter().collect())
        .collect();
    assert!(audiences.len() >= 2 && audiences.iter().all(|to| *to == everybody), "{audiences:?}");
    let posted = meeting.world.server_of(&ana).posted.len();
    let inner = note(&bo, "urn:uuid:1", "read and not answered");
    meeting.write(0, &group, &inner);
    meeting.settle(&group);
    assert_eq!(meeting.world.server_of(&ana).posted.len(), posted);
}
