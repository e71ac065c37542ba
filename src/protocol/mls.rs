//! The MLS envelope: an MLS object inside a `Create`, as "Messaging Layer Security in ActivityPub" defines it and as
//! ENCRYPTION.md 1.2 fixes it. Parse beside build. Nothing here opens the bytes; dispatch goes by the MLS wire format,
//! never by the type written around it (trap T2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    base64, context,
    id::{ActivityId, ActorId, ConversationId, DeviceId, GroupId, KeyPackageId},
    json as read,
    time::Timestamp,
};

/// The most bytes that one MLS object may hold: a Welcome for 500 leaves takes about half of it.
pub const MAX_MLS_BYTES: usize = 512 * 1024;

/// The types that the draft gives to MLS objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MlsType {
    /// A handshake in clear framing; read, never written by us.
    PublicMessage,
    /// Application messages and our handshakes.
    PrivateMessage,
    /// What a new member joins by.
    Welcome,
    /// Read and passed on, never written by us.
    GroupInfo,
    /// What others add a device by.
    KeyPackage,
}

impl MlsType {
    /// The plain name, the only form that we write.
    pub fn name(self) -> &'static str {
        match self {
            Self::PublicMessage => "PublicMessage",
            Self::PrivateMessage => "PrivateMessage",
            Self::Welcome => "Welcome",
            Self::GroupInfo => "GroupInfo",
            Self::KeyPackage => "KeyPackage",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::PublicMessage, Self::PrivateMessage, Self::Welcome, Self::GroupInfo, Self::KeyPackage]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Says whether an object is an MLS object, by media type first (trap T7), then by type (trap T8b covers the `Note`
/// around `message/mls`).
pub fn is_mls(object: &Value) -> bool {
    read::text(object, "mediaType") == Some(context::MLS_MEDIA_TYPE)
        || read::type_among(object, |name| MlsType::from_name(name).is_some()).is_some()
}

/// An MLS object as it was received. Properties that we do not know stay in the activity's document (trap T9).
#[derive(Clone, Debug, PartialEq)]
pub struct MlsObject {
    /// The type as written, which proves nothing about the bytes; `None` for a `Note` around MLS.
    pub declared: Option<MlsType>,
    /// The decoded bytes.
    pub content: Vec<u8>,
    /// Whose it claims to be, where it says so.
    pub attributed_to: Option<ActorId>,
    /// The `context`, if it is a group id (trap T48: a Welcome needs it for some; we never rely on it).
    pub group: Option<GroupId>,
    /// The sequencer's address, where there is one.
    pub conversation: Option<ConversationId>,
}

/// Why an object is not an MLS object that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMlsObject {
    /// It is something else.
    #[error("expected an object with mediaType message/mls")]
    NotMls,
    /// There is no content, or it is not base64, or it is too large.
    #[error("expected content in base64 of at most {MAX_MLS_BYTES} bytes")]
    Content,
}

/// Reads an MLS object from the object of a `Create`, or from a bare object (trap T16).
pub fn parse_object(object: &Value) -> Result<MlsObject, InvalidMlsObject> {
    if !is_mls(object) {
        return Err(InvalidMlsObject::NotMls);
    }
    let content = read::text(object, "content")
        .and_then(|text| base64::decode(text, MAX_MLS_BYTES))
        .filter(|bytes| !bytes.is_empty())
        .ok_or(InvalidMlsObject::Content)?;
    let declared = read::type_among(object, |name| MlsType::from_name(name).is_some());
    Ok(MlsObject {
        declared: declared.and_then(MlsType::from_name),
        content,
        attributed_to: read::single_id(object, "attributedTo").and_then(|id| ActorId::parse(id).ok()),
        group: read::single_id(object, "context").and_then(|id| GroupId::parse(id).ok()),
        conversation: read::single_id(object, "conversation").and_then(|id| ConversationId::parse(id).ok()),
    })
}

/// What a device hands to its server to be sent: everything of the envelope but the ids and the time, which the server
/// gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// `Welcome` for Welcomes, `PrivateMessage` for all else (trap T3).
    pub kind: MlsType,
    /// The MLS bytes.
    #[serde(with = "base64::bytes")]
    pub content: Vec<u8>,
    /// The actors that it goes to; never a collection, never the public.
    pub to: Vec<ActorId>,
    /// The group.
    pub group: GroupId,
    /// The sequencer.
    pub conversation: ConversationId,
}

/// The ids that a server gives to an outgoing MLS object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingIds {
    /// The `Create`.
    pub activity: ActivityId,
    /// The object inside, an address of the same server.
    pub object: String,
}

impl Outgoing {
    /// The bare object that a device posts to its outbox; the server wraps it (trap T16) and keeps every property.
    pub fn to_object(&self) -> Value {
        json!({
            "@context": context::mls(), "type": self.kind.name(), "to": self.to, "summary": "Encrypted message.",
            "mediaType": context::MLS_MEDIA_TYPE, "encoding": "base64", "content": base64::encode(&self.content),
            "context": self.group, "conversation": self.conversation,
        })
    }

    /// The whole activity, as it goes to other servers (ENCRYPTION.md 1.2).
    pub fn to_create(&self, actor: &ActorId, ids: &OutgoingIds, now: Timestamp) -> Value {
        json!({
            "@context": context::mls(), "id": ids.activity, "type": "Create", "actor": actor,
            "published": now.whole_minute(), "to": self.to, "context": self.group, "conversation": self.conversation,
            "object": {
                "id": ids.object, "type": self.kind.name(), "attributedTo": actor, "to": self.to,
                "summary": "Encrypted message.", "mediaType": context::MLS_MEDIA_TYPE, "encoding": "base64",
                "content": base64::encode(&self.content), "context": self.group, "conversation": self.conversation,
            },
        })
    }
}

/// The sequencer's word that a commit won its epoch (ENCRYPTION.md 1.5): `Add {object, target, epoch, digest}`, sent to
/// everybody on the roster and answered to whoever posted the commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequencerAdd {
    /// The id of the `Add` itself.
    pub id: ActivityId,
    /// The sequencing server's instance actor.
    pub actor: ActorId,
    /// The activity that carried the commit.
    pub object: ActivityId,
    /// The conversation.
    pub target: ConversationId,
    /// The group whose epoch ended.
    pub group: GroupId,
    /// The epoch that the commit ended; the group is now in the next one.
    pub epoch: u64,
    /// SHA-256 of the commit's MLS bytes.
    #[serde(with = "base64::bytes")]
    pub digest: Vec<u8>,
    /// How often this sequencer was restored from a backup: two answers of different incarnations cannot be compared.
    pub incarnation: i64,
}

impl SequencerAdd {
    /// The activity as it goes over the wire.
    pub fn to_value(&self, to: &[ActorId]) -> Value {
        json!({
            "@context": context::mls(), "id": self.id, "type": "Add", "actor": self.actor, "object": self.object,
            "target": self.target, "to": to, "context": self.group, "epoch": self.epoch,
            "digest": base64::encode(&self.digest), "incarnation": self.incarnation,
        })
    }

    /// Reads an `Add` that a sequencer sent; `None` when it is some other activity. Whether the sender may speak for
    /// `target` is the reader's to check: same origin.
    pub fn parse(activity: &Value) -> Option<Self> {
        read::type_among(activity, |name| name == "Add")?;
        Some(Self {
            id: ActivityId::parse(read::text(activity, "id")?).ok()?,
            actor: ActorId::parse(read::single_id(activity, "actor")?).ok()?,
            object: ActivityId::parse(read::single_id(activity, "object")?).ok()?,
            target: ConversationId::parse(read::single_id(activity, "target")?).ok()?,
            group: GroupId::parse(read::text(activity, "context")?).ok()?,
            epoch: activity.get("epoch")?.as_u64()?,
            digest: base64::decode(read::text(activity, "digest")?, 32)?,
            incarnation: activity.get("incarnation")?.as_i64()?,
        })
    }
}

/// A key package as an ActivityStreams object (ENCRYPTION.md 1.2).
#[derive(Clone, Debug, PartialEq)]
pub struct KeyPackageObject {
    /// Its address; missing on what a device has not posted yet.
    pub id: Option<KeyPackageId>,
    /// Whose it is.
    pub attributed_to: ActorId,
    /// The raw `KeyPackage` structure, or an `MLSMessage` around it (trap T4: decided by a complete parse, elsewhere).
    pub content: Vec<u8>,
    /// The device, where the object says so in a form with an id (trap T6).
    pub device: Option<DeviceId>,
    /// The name of the suite, where given (trap T5).
    pub ciphersuite: Option<String>,
    /// Who may see it: the public, or its own actor until the device is approved.
    pub public: bool,
    /// When it was published.
    pub published: Option<Timestamp>,
}

/// The most bytes of one key package (ENCRYPTION.md 1.3).
pub const MAX_KEY_PACKAGE_BYTES: usize = 8 * 1024;

impl KeyPackageObject {
    /// Reads a key package object of any server; `None` when it is none.
    pub fn parse(object: &Value) -> Option<Self> {
        read::type_among(object, |name| name == "KeyPackage")?;
        let generator = object.get("generator").and_then(read::id_of);
        let audience = read::ids(object, "to");
        Some(Self {
            id: read::text(object, "id").and_then(|id| KeyPackageId::parse(id).ok()),
            attributed_to: ActorId::parse(read::single_id(object, "attributedTo")?).ok()?,
            content: base64::decode(read::text(object, "content")?, MAX_KEY_PACKAGE_BYTES)?,
            device: generator.and_then(|id| DeviceId::parse(id).ok()),
            ciphersuite: read::text(object, "ciphersuite").map(str::to_owned),
            public: audience.into_iter().any(context::is_public),
            published: read::text(object, "published").and_then(Timestamp::from_rfc3339),
        })
    }

    /// The object as we write it, with the id and time if it has them.
    pub fn to_value(&self) -> Value {
        let to = if self.public { context::PUBLIC } else { self.attributed_to.as_str() };
        let mut object = json!({
            "@context": context::mls(), "type": "KeyPackage", "attributedTo": self.attributed_to, "to": [to],
            "summary": "MLS key package", "mediaType": context::MLS_MEDIA_TYPE, "encoding": "base64",
            "ciphersuite": context::CIPHERSUITE, "content": base64::encode(&self.content),
        });
        let members = object.as_object_mut().into_iter();
        members.for_each(|members: &mut Map<String, Value>| {
            self.id.iter().for_each(|id| drop(members.insert("id".into(), json!(id))));
            self.published.iter().for_each(|time| drop(members.insert("published".into(), json!(time))));
            self.device.iter().for_each(|device| {
                let generator = json!({"id": device, "type": "Application", "name": "Alcove"});
                drop(members.insert("generator".into(), generator));
            });
        });
        object
    }
}
