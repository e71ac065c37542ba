//! Who sent a request: the signature is read, its key found in memory, in the database or at its owner's server, and the
//! request verified with it. A key that fails is fetched once more, then refused. Trouble of ours or of the network is
//! never answered as if the signature were wrong: others drop a delivery for good on that.

use alcove_protocol::{
    ActorId, Timestamp,
    actor::{KeyId, KeyMaterial},
    time::MINUTE,
};

use super::{
    actors,
    memory::Memory,
    signatures::{self, Claim, SignatureError, SignedRequest, VerificationKey},
};
use crate::{
    actions::deliver,
    app::{App, Moment},
    db::{
        Transaction,
        actors::{self as table, KeyAlgorithm, KeyRow},
        seen::{self, Sight},
    },
    error::{Error, Result},
};

/// A key that failed is fetched again only when what we have is older than this: whoever sends nonsense in a row must
/// not make us fetch in a row.
const REFETCH_AFTER: i64 = MINUTE;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The method, in capitals.
    pub method: String,
    /// Path and query exactly as received.
    pub target: String,
    /// All headers in order, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The raw body.
    pub body: Vec<u8>,
}

/// A request whose signature holds. What it asks for may be done once only: see [`Verified::accept`].
#[derive(Clone, Debug)]
pub struct Verified {
    actor: ActorId,
    replay_key: [u8; 32],
    keep_until: Timestamp,
}

/// A key of another server's actor, ready to verify.
#[derive(Clone)]
pub struct KnownKey {
    /// Whom it speaks for.
    pub owner: ActorId,
    /// The row of its owner.
    pub owner_row: i64,
    fetched_at: Timestamp,
    key: VerificationKey,
}

/// The keys that this process has met lately, by their ids.
pub type KnownKeys = Memory<String, KnownKey>;

/// Reads what a request claims; everything that can be checked without the key is checked.
///
/// # Errors
/// `signature` (401) when it is missing or wrong.
pub fn claim(app: &App, incoming: &Incoming) -> Result<Claim> {
    let headers: Vec<(&str, &[u8])> =
        incoming.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let request = SignedRequest {
        method: &incoming.method,
        target: &incoming.target,
        headers: &headers,
        body: &incoming.body,
    };
    signatures::parse(&request, &app.site.origin(), app.clock.now()).map_err(refused)
}

/// Finds the key of a claim and verifies with it.
///
/// # Errors
/// `signature` (401) when it does not hold or its key is nobody's; [`Error::Busy`] when the key could not be looked up now.
pub async fn verify(app: &App, claim: &Claim) -> Result<Verified> {
    let Some(known) = known_key(app, &claim.key_id).await? else {
        return verify_with(claim, &fetch_key(app, &claim.key_id).await?);
    };
    let verified = verify_with(claim, &known);
    if verified.is_ok() || app.clock.now().since(known.fetched_at) < REFETCH_AFTER {
        return verified;
    }
    app.federation.keys.forget(|uri, _| uri == claim.key_id.as_str());
    verify_with(claim, &fetch_key(app, &claim.key_id).await?)
}

fn verify_with(claim: &Claim, known: &KnownKey) -> Result<Verified> {
    let held = signatures::verify(claim, &known.key).map_err(refused)?;
    Ok(Verified { actor: known.owner.clone(), replay_key: held.replay_key, keep_until: held.keep_until })
}

impl Verified {
    /// Who signed.
    pub fn actor(&self) -> &ActorId {
        &self.actor
    }

    /// Takes the request, in the transaction that does what it asks for: refuses it when it was taken before (S-11), and
    /// sends what waits for a server that has just shown to be alive. A request that only reads needs no taking.
    ///
    /// # Errors
    /// `signature-replayed` (401).
    pub fn accept(&self, transaction: &mut Transaction<'_>, moment: &Moment) -> Result<()> {
        if seen::signature(transaction, &self.replay_key, self.keep_until)? == Sight::Again {
            let sentence = "Expected a new signature: this request was taken before.";
            return Err(Error::refused("signature-replayed", 401, sentence));
        }
        deliver::contacted(transaction, moment, self.actor.origin().authority())
    }
}

/// A key from the memory or the database; none of ours, since nobody else signs with those.
async fn known_key(app: &App, id: &KeyId) -> Result<Option<KnownKey>> {
    let now = app.clock.now();
    if let Some(known) = app.federation.keys.get(id.as_str(), now) {
        return Ok(Some(known));
    }
    if app.site.owns(id) {
        return Err(nobodys("a key of another server"));
    }
    let uri = id.as_str().to_owned();
    let found = app.db.read(move |transaction| {
        let Some(key) = table::key_by_uri(transaction, &uri)? else { return Ok(None) };
        Ok(table::find(transaction, key.actor_id)?.map(|actor| (key, actor)))
    });
    let known = found.await?.and_then(|(key, actor)| {
        let fetched_at = Timestamp(actor.fetched_at.unwrap_or_default());
        let key = read_key(&key)?;
        Some(KnownKey { owner: ActorId::parse(&actor.uri).ok()?, owner_row: actor.id, fetched_at, key })
    });
    if let Some(known) = &known {
        app.federation.keys.put(id.as_str().to_owned(), known.clone(), now);
    }
    Ok(known)
}

fn read_key(row: &KeyRow) -> Option<VerificationKey> {
    let material = match KeyAlgorithm::parse(&row.algorithm)? {
        KeyAlgorithm::Rsa => KeyMaterial::Pem(row.public_pem.clone()),
        KeyAlgorithm::Ed25519 => KeyMaterial::Multikey(row.public_pem.clone()),
    };
    VerificationKey::read(&material).ok()
}

/// Fetches the actor that a key belongs to, and looks again.
async fn fetch_key(app: &App, id: &KeyId) -> Result<KnownKey> {
    actors::fetch_owner_of(app, id).await?;
    known_key(app, id).await?.ok_or_else(|| nobodys("a key that its owner's actor lists (S-06)"))
}

fn refused(error: SignatureError) -> Error {
    Error::refused("signature", 401, sentence(&error.to_string()))
}

/// The refusal of a key that belongs to nobody who could be asked.
pub fn nobodys(expected: &str) -> Error {
    Error::refused("signature", 401, sentence(&format!("expected {expected}")))
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}
