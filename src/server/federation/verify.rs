//! Who sent a request: the signature is read, its key found in memory, in the database or at its owner's server, and the
//! request verified with it. A key that fails is fetched once more, then refused. Trouble of ours or of the network is
//! never answered as if the signature were wrong: others drop a delivery for good on that.

use alcove_protocol::{ActorId, Timestamp};

use super::{
    actors::REFETCH_AFTER,
    keys::{self, KnownKey},
    signatures::{self, Claim, SignatureError, SignedRequest},
};
use crate::{
    actions::deliver,
    app::{App, Moment},
    db::{
        Transaction,
        seen::{self, Sight},
    },
    error::{Error, Result},
    throttle::Network,
};

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

/// Finds the key of a claim, which came from that network, and verifies with it.
///
/// # Errors
/// `signature` (401) when it does not hold or its key is nobody's; [`Error::Busy`] or [`Error::TooMany`] when the key could
/// not be looked up now.
pub async fn verify(app: &App, claim: &Claim, from: Network) -> Result<Verified> {
    let Some(known) = keys::known(app, &claim.key_id).await? else {
        return verify_with(claim, &keys::fetch(app, &claim.key_id, from).await?);
    };
    let verified = verify_with(claim, &known);
    if verified.is_ok() || app.clock.now().since(known.fetched_at) < REFETCH_AFTER {
        return verified;
    }
    app.federation.keys.forget(|uri, _| uri == claim.key_id.as_str());
    verify_with(claim, &keys::fetch(app, &claim.key_id, from).await?)
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
