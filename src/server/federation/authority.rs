//! Whether an activity is its actor's, whoever brings it (FEP-fe34, S-18): the request was signed by the actor, or the activity
//! carries the actor's own proof (FEP-8b32), so that relays and replies that are passed on are believed. Of all else, see
//! `receive/hearsay.rs`.

use alcove_protocol::{Timestamp, activity::Activity, time::HOUR};

use super::verify::{self, Verified};
use crate::{
    app::App,
    cryptography::proofs,
    db::{
        Transaction,
        seen::{self, Sight},
    },
    error::{Error, Result},
};

/// Why an activity is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The actor itself has sent it.
    Signer,
    /// It carries the actor's proof, which is to be remembered until then.
    Proof(Timestamp),
}

/// Why an activity that a verified request brought is believed; `None` when only the sender says so. Where the sender is the
/// actor a proof adds nothing and is not looked at. One that cannot be read, or does not hold, is as good as none: what it is
/// about can still be had from its origin.
///
/// # Errors
/// [`Error::Busy`] and [`Error::TooMany`] when the key of a proof could not be looked up now.
pub async fn of(app: &App, verified: &Verified, activity: &Activity) -> Result<Option<Authority>> {
    if verified.actor() == &activity.actor {
        return Ok(Some(Authority::Signer));
    }
    let claim = proofs::parse(&activity.document, app.clock.now());
    // Nobody is asked for a key that could not be the actor's (S-06).
    let Some(claim) = claim.ok().filter(|claim| claim.key_id.same_origin(&activity.actor)) else {
        return Ok(None);
    };
    let held = verify::with_key(app, &claim.key_id, verified.from(), |known| {
        let own = known.owner == activity.actor && proofs::verify(&claim, &known.key).is_ok();
        if own { Ok(()) } else { Err(verify::nobodys("a proof by the actor's own key")) }
    });
    match held.await {
        Ok(()) => Ok(Some(Authority::Proof(claim.keep_until))),
        Err(Error::Refused(_)) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

impl Authority {
    /// Says whether a proof was met before, and remembers it: what was taken back must not come again by it (S-11). A post is
    /// the exception, because it is stored once however often it comes, and may come again for somebody else.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_repeat(
        self,
        transaction: &mut Transaction<'_>,
        activity: &Activity,
        now: Timestamp,
    ) -> Result<bool> {
        let Some(mark) = proofs::mark(activity.actor.as_str(), &activity.document) else { return Ok(false) };
        let keep_until = match self {
            Self::Proof(until) => until,
            // Not looked at, and perhaps of a clock that is ahead: as long as one could count.
            Self::Signer => now.plus(proofs::MAX_AGE + HOUR),
        };
        let again = seen::signature(transaction, &mark, keep_until)? == Sight::Again;
        Ok(again && self != Self::Signer && activity.kind != "Create")
    }
}
