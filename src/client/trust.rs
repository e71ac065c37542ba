//! Whom we believe: pins, and the check of every leaf (ENCRYPTION.md 1.4, trap T38). A pin comes from the actor's own
//! key packages, never from a leaf that somebody else put into a group. Nothing here refuses a commit: that would fork
//! the group; a leaf that fails blocks the composer.

use std::collections::{BTreeMap, BTreeSet};

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

/// Checks every leaf of a group. Where no identity is pinned, two different ones among the leaves of one actor are one too
/// many: nobody knows which, and all that carry one fail.
pub(crate) fn check_all<'a>(
    store: &Store,
    account: &Account,
    group: &'a MlsGroup,
) -> Result<Vec<(&'a LeafNode, LeafCheck)>, Error> {
    let leaves = group.treesync().full_leaves().map(|(_, leaf)| Ok((leaf, check(store, account, leaf)?)));
    let mut leaves = leaves.collect::<Result<Vec<_>, Error>>()?;
    let mut identities: BTreeMap<ActorId, BTreeSet<IdentityKey>> = BTreeMap::new();
    for (leaf, _) in leaves.iter().filter(|(_, check)| *check == LeafCheck::Endorsed) {
        if let (Some(actor), Some(endorsement)) = (actor_of(leaf.credential()), endorsement(leaf)) {
            identities.entry(actor).or_default().insert(endorsement.identity);
        }
    }
    identities.retain(|_, keys| keys.len() > 1);
    for (leaf, check) in leaves.iter_mut().filter(|(_, check)| *check == LeafCheck::Endorsed) {
        if actor_of(leaf.credential()).is_some_and(|actor| identities.contains_key(&actor)) {
            *check = LeafCheck::Failed;
        }
    }
    Ok(leaves)
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
    let checked = check_all(&turn.provider.store, &turn.account, group)?;
    let failing = checked.into_iter().filter(|(_, check)| *check == LeafCheck::Failed);
    let suspect = |(leaf, _): (&LeafNode, LeafCheck)| Suspect {
        key: leaf.signature_key().as_slice().to_vec(),
        actor: actor_of(leaf.credential()),
    };
    Ok(failing.map(suspect).collect())
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
