//! On what ground somebody's identity key is believed, and how a person changes that: by an invitation, by comparing numbers,
//! or by going on without. A changed key of somebody who was verified is in the way of writing until the person has chosen
//! (promise P8). Not the check of a leaf, which asks for the key only.

use alcove_protocol::{ActorId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Pin, asked_key, pin, pin_key};
use crate::{
    conversation::{self, Standing},
    error::Error,
    identity::IdentityKey,
    turn::Turn,
};

/// How somebody was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// By a single-use invitation made on a device: either side has proved to the other that it knows the link's secret.
    Invitation,
    /// By comparing safety numbers.
    Comparison,
}

/// Why a pin is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ground {
    /// Their server's word, the first time.
    FirstContact,
    /// The same, of somebody whose invitation proved nothing.
    Invited,
    /// More than a server's word.
    Verified {
        /// How.
        by: Means,
        /// When.
        at: Timestamp,
    },
}

impl Ground {
    /// What is written, or the least of all where a record ends before it.
    pub(super) fn or_first_contact<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self::deserialize(from).unwrap_or(Self::FirstContact))
    }

    pub(super) fn is_verified(self) -> bool {
        matches!(self, Self::Verified { .. })
    }
}

/// How far somebody's identity key was checked, for the person to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Trust {
    /// Nothing is known of it.
    None,
    /// Their server showed it, and nothing has contradicted since.
    FirstContact,
    /// Their app cannot vouch for its devices; their server does.
    VouchedForByServer,
    /// As first contact, of somebody who invited this person by a link that proves nothing.
    Invited,
    /// It is theirs.
    Verified {
        /// How that is known.
        by: Means,
        /// Since when.
        at: Timestamp,
    },
    /// Their server shows another one now.
    Changed {
        /// The new one.
        identity: IdentityKey,
        /// Whether the former one was verified: then nothing is written until the person has chosen.
        was_verified: bool,
    },
}

impl Trust {
    pub(crate) fn of(pin: Option<Pin>) -> Self {
        let Some(pin) = pin else { return Self::None };
        match (pin.changed, pin.identity, pin.ground) {
            (Some(identity), ..) => Self::Changed { identity, was_verified: pin.ground.is_verified() },
            (None, _, Ground::Invited) => Self::Invited,
            (None, None, _) => Self::VouchedForByServer,
            (None, Some(_), Ground::FirstContact) => Self::FirstContact,
            (None, Some(_), Ground::Verified { by, at }) => Self::Verified { by, at },
        }
    }
}

/// Pins an identity key that is known to be somebody's, whatever a server has shown before.
pub(crate) fn vouch_for(
    turn: &mut Turn<'_>,
    actor: &ActorId,
    identity: IdentityKey,
    ground: Ground,
) -> Result<(), Error> {
    if *actor == turn.account.actor {
        return Ok(());
    }
    let store = &turn.provider.store;
    let fresh = match pin(store, actor)? {
        // What their server shows now may still be another one.
        Some(pin) if pin.identity == Some(identity) => Pin { ground, ..pin },
        _ => Pin { actor: actor.clone(), identity: Some(identity), changed: None, former: None, ground },
    };
    store.put(&pin_key(actor), &fresh)?;
    store.delete(&asked_key(actor));
    judge_again(turn)
}

/// Notes who has invited this person by a link that proves nothing.
pub(crate) fn note_invited(turn: &Turn<'_>, actor: &ActorId) -> Result<(), Error> {
    let store = &turn.provider.store;
    if *actor == turn.account.actor || pin(store, actor)?.is_some() {
        return Ok(());
    }
    let (actor, ground) = (actor.clone(), Ground::Invited);
    store.put(
        &pin_key(&actor),
        &Pin { actor: actor.clone(), identity: None, changed: None, former: None, ground },
    )
}

/// The person has compared and believes this identity: the one that was shown to them, and no other that has come since.
pub(crate) fn accept_compared(
    turn: &mut Turn<'_>,
    actor: &ActorId,
    compared: IdentityKey,
) -> Result<(), Error> {
    let ground = Ground::Verified { by: Means::Comparison, at: turn.now };
    accept(turn, actor, compared, ground)
}

/// The person goes on with a changed identity that they have not compared.
pub(crate) fn continue_unverified(
    turn: &mut Turn<'_>,
    actor: &ActorId,
    shown: IdentityKey,
) -> Result<(), Error> {
    accept(turn, actor, shown, Ground::FirstContact)
}

fn accept(turn: &mut Turn<'_>, actor: &ActorId, shown: IdentityKey, ground: Ground) -> Result<(), Error> {
    let store = &turn.provider.store;
    let mut pin = pin(store, actor)?.ok_or_else(|| Error::Unknown(format!("known identity of {actor}")))?;
    if pin.changed.or(pin.identity) != Some(shown) {
        return Err(Error::AnotherIdentity(actor.clone()));
    }
    if pin.changed.take().is_some() {
        pin.former = pin.identity.replace(shown);
    }
    pin.ground = ground;
    store.put(&pin_key(actor), &pin)?;
    judge_again(turn)
}

/// Looks at every conversation again, because a pin has changed.
fn judge_again(turn: &mut Turn<'_>) -> Result<(), Error> {
    for known in conversation::all(&turn.provider.store)? {
        if known.standing != Standing::Over {
            conversation::with(turn, &known.group, conversation::answers::rejudge)?;
        }
    }
    Ok(())
}
