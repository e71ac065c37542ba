//! Whom we believe: pins, and the check of every leaf (ENCRYPTION.md 1.4, trap T38). A pin comes from the actor's own
//! key packages, never from a leaf that somebody else put into a group. Nothing here refuses a commit: that would fork
//! the group; a leaf that fails blocks the composer.

use alcove_protocol::ActorId;
use openmls::prelude::{BasicCredential, Credential, LeafNode, MlsGroup};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    error::Error,
    event::Event,
    identity::{Endorsement, IdentityKey},
    mls::{ENDORSEMENT, Store, is_ours},
    record::{digest, hex},
    turn::Turn,
};

/// What we know of an actor's identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pin {
    pub(crate) actor: ActorId,
    /// The identity key; none when the actor's app cannot endorse and its server vouches for its keys.
    pub(crate) identity: Option<IdentityKey>,
    /// Another key that the actor published since, and that the person has not accepted.
    pub(crate) changed: Option<IdentityKey>,
}

/// What the check of a leaf says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeafCheck {
    /// Endorsed by the identity key that is pinned.
    Verified,
    /// Endorsed, but the actor's own key packages have not been seen yet.
    Endorsed,
    /// Not endorsed: the actor's server vouches for it.
    Vouched,
    /// Not the actor, a broken endorsement, or another identity than the pinned one.
    Failed,
}

fn pin_key(actor: &ActorId) -> String {
    let name = digest(actor.as_str().as_bytes());
    format!("pin/{}", hex(name.get(..16).unwrap_or_default()))
}

/// The pin of an actor, if there is one.
pub(crate) fn pin(store: &Store, actor: &ActorId) -> Result<Option<Pin>, Error> {
    store.get(&pin_key(actor))
}

/// The actor that a credential names; none when it names no address.
pub(crate) fn actor_of(credential: &Credential) -> Option<ActorId> {
    let credential = BasicCredential::try_from(credential.clone()).ok()?;
    std::str::from_utf8(credential.identity()).ok().and_then(|identity| ActorId::parse(identity).ok())
}

/// The endorsement that a leaf carries, whether or not it is good.
pub(crate) fn endorsement(leaf: &LeafNode) -> Option<Endorsement> {
    leaf.extensions().unknown(ENDORSEMENT).and_then(|extension| Endorsement::from_bytes(&extension.0))
}

/// Checks one leaf.
pub(crate) fn check(store: &Store, account: &Account, leaf: &LeafNode) -> Result<LeafCheck, Error> {
    let Some(actor) = actor_of(leaf.credential()) else { return Ok(LeafCheck::Failed) };
    let pinned = match pin(store, &actor)? {
        Some(pin) => pin.identity,
        None => None,
    };
    let expected = if actor == account.actor { account.identity } else { pinned };
    let carried = leaf.extensions().unknown(ENDORSEMENT).is_some();
    Ok(match (endorsement(leaf), expected) {
        (Some(endorsement), _) if !endorsement.covers(&actor, leaf.signature_key().as_slice()) => {
            LeafCheck::Failed
        }
        (Some(endorsement), Some(expected)) if endorsement.identity == expected => LeafCheck::Verified,
        (Some(_), None) => LeafCheck::Endorsed,
        (None, None) if !carried && !is_ours(leaf) => LeafCheck::Vouched,
        _ => LeafCheck::Failed,
    })
}

/// A leaf that fails its check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Suspect {
    /// Its signature key.
    pub(crate) key: Vec<u8>,
    /// Whom it names, if it names anybody.
    pub(crate) actor: Option<ActorId>,
}

/// The leaves of a group that fail.
pub(crate) fn failing(turn: &Turn<'_>, group: &MlsGroup) -> Result<Vec<Suspect>, Error> {
    let mut failing = Vec::new();
    for (_, leaf) in group.treesync().full_leaves() {
        if check(&turn.provider.store, &turn.account, leaf)? == LeafCheck::Failed {
            failing.push(Suspect {
                key: leaf.signature_key().as_slice().to_vec(),
                actor: actor_of(leaf.credential()),
            });
        }
    }
    Ok(failing)
}

/// What became of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pinned {
    /// It was known.
    Unchanged,
    /// It is new, or another than before.
    Changed,
}

/// Takes the identity that an actor's own key packages show: the first is pinned, another is reported and kept beside.
pub(crate) fn learn(
    turn: &mut Turn<'_>,
    actor: &ActorId,
    seen: Option<IdentityKey>,
) -> Result<Pinned, Error> {
    let store = &turn.provider.store;
    if *actor == turn.account.actor {
        return Ok(Pinned::Unchanged);
    }
    let known = pin(store, actor)?;
    let fresh = match &known {
        None => Pin { actor: actor.clone(), identity: seen, changed: None },
        // An app that could not endorse and now can: first contact, in truth.
        Some(pin) if pin.identity.is_none() => Pin { identity: seen, ..pin.clone() },
        Some(pin) if seen.is_some() && pin.identity != seen => Pin { changed: seen, ..pin.clone() },
        Some(pin) => Pin { changed: None, ..pin.clone() },
    };
    if known.as_ref() == Some(&fresh) {
        return Ok(Pinned::Unchanged);
    }
    store.put(&pin_key(actor), &fresh)?;
    if fresh.changed.is_some() {
        turn.show(Event::IdentityChanged { actor: actor.clone() });
    }
    Ok(Pinned::Changed)
}

/// The person has compared and believes the new identity.
pub(crate) fn accept_change(turn: &Turn<'_>, actor: &ActorId) -> Result<(), Error> {
    let store = &turn.provider.store;
    let mut pin = pin(store, actor)?.ok_or_else(|| Error::Unknown(format!("known identity of {actor}")))?;
    if let Some(identity) = pin.changed.take() {
        pin.identity = Some(identity);
    }
    store.put(&pin_key(actor), &pin)
}
