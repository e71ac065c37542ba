//! Public keys as actor documents carry them: PEM under `publicKey`, Multikey under `assertionMethod` (FEP-521a). Here
//! they are text with an owner; the server turns them into keys and says which are acceptable.

use serde_json::{Value, json};

use crate::{
    id::{ActorId, Id},
    json,
};

/// The kind of a key's id. Never constructed.
pub enum Key {}
/// The id of a key, as `keyId` of a signature names it; often the actor's id with a fragment.
pub type KeyId = Id<Key>;

/// The most keys that are read from one actor; Mastodon stops at the same number.
pub const MAX_KEYS: usize = 10;
/// The longest text of one key: RSA with 8192 bits takes under 1,500 characters.
const MAX_KEY_TEXT: usize = 4_096;

/// A key that speaks for its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its id.
    pub id: KeyId,
    /// The actor it speaks for.
    pub owner: ActorId,
    /// The key itself, not yet decoded.
    pub material: KeyMaterial,
}

/// The key as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyMaterial {
    /// `publicKeyPem`: SubjectPublicKeyInfo or PKCS#1 in PEM.
    Pem(String),
    /// `publicKeyMultibase`: a Multikey, as `z6Mk…` for Ed25519.
    Multikey(String),
}

impl PublicKey {
    /// The key as an entry of `publicKey` or `assertionMethod`, whichever its material belongs to.
    pub fn to_value(&self) -> Value {
        match &self.material {
            KeyMaterial::Pem(pem) => json!({"id": self.id, "owner": self.owner, "publicKeyPem": pem}),
            KeyMaterial::Multikey(text) => json!({
                "id": self.id, "type": "Multikey", "controller": self.owner, "publicKeyMultibase": text,
            }),
        }
    }

    /// Reads one entry; `None` when it is a bare link, malformed, or too long.
    fn parse(entry: &Value) -> Option<Self> {
        let pem = json::text(entry, "publicKeyPem").map(|pem| KeyMaterial::Pem(pem.to_owned()));
        let multikey =
            || json::text(entry, "publicKeyMultibase").map(|text| KeyMaterial::Multikey(text.to_owned()));
        let material = pem.or_else(multikey)?;
        let (KeyMaterial::Pem(text) | KeyMaterial::Multikey(text)) = &material;
        let short = text.len() <= MAX_KEY_TEXT;
        let id = KeyId::parse(json::text(entry, "id")?).ok().filter(|_| short)?;
        Some(Self { id, owner: owner(entry)?, material })
    }
}

/// The keys that an actor lists and that are its own: owner and origin must be the actor's (S-06).
pub(super) fn keys_of(document: &Value, actor: &ActorId) -> Vec<PublicKey> {
    ["publicKey", "assertionMethod"]
        .into_iter()
        .flat_map(|name| json::many(document, name))
        .filter_map(PublicKey::parse)
        .filter(|key| key.owner == *actor && key.id.same_origin(actor))
        .take(MAX_KEYS)
        .collect()
}

/// The actor that a key document names as its owner, where a key has a document of its own. It proves nothing until that
/// actor is fetched and lists the key.
pub fn owner_of_key(document: &Value) -> Option<ActorId> {
    let is_key = document.get("publicKeyPem").is_some() || document.get("publicKeyMultibase").is_some();
    owner(document).filter(|_| is_key)
}

fn owner(entry: &Value) -> Option<ActorId> {
    let owner = json::single_id(entry, "owner").or_else(|| json::single_id(entry, "controller"))?;
    ActorId::parse(owner).ok()
}
