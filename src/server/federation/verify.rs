//! Who sent a request: the signature is read, its key found in memory, in the database or at its owner's server, and the
//! request verified with it. A key that fails is fetched once more, then refused. Trouble of ours or of the network is
//! never answered as if the signature were wrong: others drop a delivery for good on that.

use alcove_protocol::{ActorId, Timestamp, actor::KeyId};

use super::{
    actors::REFETCH_AFTER,
    keys::{self, KnownKey},
    signatures::{self, Claim, Scheme, SignatureError, SignedRequest},
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
    from: Network,
    replay_key: [u8; 32],
    keep_until: Timestamp,
}

/// Reads what a request claims; everything that can be checked without the key is checked.
///
/// # Errors
/// `signature` (401) when it is missing or wrong; `domain-blocked` (403) for one of a blocked server (S-21).
pub fn claim(app: &App, incoming: &Incoming) -> Result<Claim> {
    let headers: Vec<(&str, &[u8])> =
        incoming.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let request = SignedRequest {
        method: &incoming.method,
        target: &incoming.target,
        headers: &headers,
        body: &incoming.body,
    };
    let claim = signatures::parse(&request, &app.site.origin(), app.clock.now()).map_err(refused)?;
    app.federation.blocked.expect_open(claim.key_id.origin().authority())?;
    Ok(claim)
}

/// Finds the key of a claim, which came from that network, and verifies with it.
///
/// # Errors
/// `signature` (401) when it does not hold or its key is nobody's; [`Error::Busy`] or [`Error::TooMany`] when the key could
/// not be looked up now.
pub async fn verify(app: &App, claim: &Claim, from: Network) -> Result<Verified> {
    let held = |known: &KnownKey| {
        let held = signatures::verify(claim, &known.key).map_err(refused)?;
        Ok((known.owner.clone(), held))
    };
    let (actor, held) = with_key(app, &claim.key_id, from, held).await?;
    if held.scheme != Scheme::Cavage {
        // Whoever signs in the newer way can read it; the older one is what everybody begins with, and says nothing.
        let host = actor.origin().as_str().to_owned();
        app.federation.likings.put(host, held.scheme, app.clock.now());
    }
    Ok(Verified { actor, from, replay_key: held.replay_key, keep_until: held.keep_until })
}

/// Finds a key and tries it. One that fails is fetched once more, because it may have been replaced.
///
/// # Errors
/// Those of the attempt; those of [`keys::fetch`].
pub(super) async fn with_key<T>(
    app: &App,
    id: &KeyId,
    from: Network,
    attempt: impl Fn(&KnownKey) -> Result<T>,
) -> Result<T> {
    let Some(known) = keys::known(app, id).await? else {
        return attempt(&keys::fetch(app, id, from).await?);
    };
    let tried = attempt(&known);
    if tried.is_ok() || app.clock.now().since(known.fetched_at) < REFETCH_AFTER {
        return tried;
    }
    app.federation.keys.forget(|uri, _| uri == id.as_str());
    attempt(&keys::fetch(app, id, from).await?)
}

impl Verified {
    /// Where the request came from.
    pub fn from(&self) -> Network {
        self.from
    }

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
