//! The JSON-LD contexts and well-known names that we write. We never expand JSON-LD: documents are read by the
//! property names that every server of the Fediverse uses.

use serde_json::{Value, json};

use crate::{id::MAX_ID_LENGTH, json};

/// ActivityStreams 2.0.
pub const ACTIVITY_STREAMS: &str = "https://www.w3.org/ns/activitystreams";
/// Keys of actors (`publicKey`, `owner`, `publicKeyPem`).
pub const SECURITY: &str = "https://w3id.org/security/v1";
/// Multikeys and `assertionMethod` (FEP-521a).
pub const MULTIKEY: &str = "https://w3id.org/security/multikey/v1";
/// Integrity proofs (FEP-8b32). The first version and not the second: programs that expand JSON-LD have kept a copy of it for
/// longer, and proofs of the kind that we make are the same under both.
pub const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v1";
/// Messaging Layer Security in ActivityPub (SWICG editor's draft, 28 July 2026).
pub const MLS: &str = "https://purl.archive.org/socialweb/mls";
/// Server-Sent Events on collections.
pub const SSE: &str = "https://purl.archive.org/socialweb/sse";
/// `seekItem`: the page of a collection that holds an item.
pub const SEEK_ITEM: &str = "https://purl.archive.org/socialweb/seekitem/1.0";
/// The public audience, always written in full.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The media type that we write for ActivityStreams documents.
pub const ACTIVITY_JSON: &str = "application/activity+json";
/// The media type of MLS objects inside ActivityStreams.
pub const MLS_MEDIA_TYPE: &str = "message/mls";
/// The registry name of our cipher suite; others skip a key package without exactly this string (trap T5).
pub const CIPHERSUITE: &str = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";

/// Says whether an address is the public collection, in each of the spellings that are in use.
pub fn is_public(address: &str) -> bool {
    matches!(address, PUBLIC | "as:Public" | "Public")
}

/// Whom something is for, by `to` or `cc`. The public in full, whatever was written; what is too long to be an address is
/// left out.
pub(crate) fn addresses(document: &Value, name: &str) -> Vec<String> {
    let in_full = |address| if is_public(address) { PUBLIC } else { address };
    let proper = |address: &&str| address.len() <= MAX_ID_LENGTH;
    json::ids(document, name).into_iter().filter(proper).map(|address| in_full(address).to_owned()).collect()
}

/// The context of plain activities: ActivityStreams alone.
pub fn plain() -> Value {
    json!(ACTIVITY_STREAMS)
}

/// The context of posts and of what carries them: every term that ActivityStreams lacks is written out, so that nobody has
/// to fetch another document for it.
pub fn post() -> Value {
    json!([ACTIVITY_STREAMS, {
        "ostatus": "http://ostatus.org#",
        "toot": "http://joinmastodon.org/ns#",
        "sensitive": "as:sensitive",
        "Hashtag": "as:Hashtag",
        "Emoji": "toot:Emoji",
        "blurhash": "toot:blurhash",
        "focalPoint": {"@id": "toot:focalPoint", "@container": "@list"},
        "votersCount": "toot:votersCount",
        "conversation": "ostatus:conversation",
    }])
}

/// The context of documents that carry MLS objects (ENCRYPTION.md 1.2).
pub fn mls() -> Value {
    json!([ACTIVITY_STREAMS, MLS])
}
