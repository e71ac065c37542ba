//! Whom we believe: pins, and the check of every leaf (ENCRYPTION.md 1.4, trap T38). A pin comes from the actor's own
//! key packages, never from a leaf that somebody else put into a group. Nothing here refuses a commit: that would fork
//! the group; a leaf that fails blocks the composer.

mod ground;

use std::collections::{BTreeMap, BTreeSet};

use alcove_protocol::{ActorId, Timestamp, time::DAY};
use openmls::prelude::{BasicCredential, Credential, LeafNode, MlsGroup};
use serde::{Deserialize, Serialize};

pub(crate) use ground::{Ground, accept_compared, continue_unverified, note_invited, vouch_for};
pub use ground::{Means, Trust};

use crate::{
    account::Account,
    call::Call,
    conversation::{Purpose, happened},
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
    /// The one before the present one: their other devices may show it for a while. It is believed no more, and no news.
    pub(crate) former: Option<IdentityKey>,
    /// Why it is believed. Release 0.1.0 did not write it down, and had checked nothing.
    #[serde(deserialize_with = "Ground::or_first_contact")]
    pub(crate) ground: Ground,
}

impl Pin {
    /// Whether this identity is, or was, the pinned one.
    fn has(&self, identity: IdentityKey) -> bool {
        self.identity == Some(identity) || self.former == Some(identity)
    }

    /// Whether somebody who was verified shows another identity: neither counts until the person has chosen (promise P8).
    fn is_in_doubt(&self) -> bool {
        self.changed.is_some() && self.ground.is_verified()
    }

    /// Whether this identity is no news, believed or not.
    fn knows(&self, identity: IdentityKey) -> bool {
        self.has(identity) || self.changed == Some(identity)
    }
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

/// How long an actor is not asked again who they are.
const ASK_AGAIN: i64 = DAY;

fn name_of(actor: &ActorId) -> String {
    hex(digest(actor.as_str().as_bytes()).get(..16).unwrap_or_default())
}

fn pin_key(actor: &ActorId) -> String {
    format!("pin/{}", name_of(actor))
}

/// The key of the record that says when an actor was last asked who they are.
fn asked_key(actor: &ActorId) -> String {
    format!("asked/{}", name_of(actor))
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
    let pinned = pin(store, &actor)?;
    let own = actor == account.actor;
    let in_doubt = !own && pinned.as_ref().is_some_and(Pin::is_in_doubt);
    let expected = if own { account.identity } else { pinned.and_then(|pin| pin.identity) };
    let good = own && account.devices.is_carried_over(leaf.signature_key().as_slice());
    let carried = leaf.extensions().unknown(ENDORSEMENT).is_some();
    Ok(match (endorsement(leaf), expected) {
        (Some(endorsement), _) if !endorsement.covers(&actor, leaf.signature_key().as_slice()) => {
            LeafCheck::Failed
        }
        (Some(_), Some(_)) if in_doubt => LeafCheck::Failed,
        (Some(endorsement), Some(expected)) if endorsement.identity == expected || good => {
            LeafCheck::Verified
        }
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

/// A leaf that fails its check. Whatever of it changes makes it another one, about which the person is asked anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// Its signature key.
    pub signature_key: Vec<u8>,
    /// Whom it names, if it names anybody.
    pub actor: Option<ActorId>,
    /// The identity key that vouches for it, if one does.
    pub identity: Option<IdentityKey>,
}

impl Suspect {
    /// Whom it names, for a sentence.
    pub(crate) fn name(&self) -> &str {
        self.actor.as_ref().map_or("somebody without a name", ActorId::as_str)
    }
}

/// The leaves of a group that fail.
pub(crate) fn failing(turn: &Turn<'_>, group: &MlsGroup) -> Result<Vec<Suspect>, Error> {
    let checked = check_all(&turn.provider.store, &turn.account, group)?;
    let failing = checked.into_iter().filter(|(_, check)| *check == LeafCheck::Failed);
    let suspect = |(leaf, _): (&LeafNode, LeafCheck)| {
        let (actor, signature_key) = (actor_of(leaf.credential()), leaf.signature_key().as_slice());
        let vouches = |endorsement: &Endorsement| {
            actor.as_ref().is_some_and(|actor| endorsement.covers(actor, signature_key))
        };
        let identity = endorsement(leaf).filter(vouches).map(|endorsement| endorsement.identity);
        Suspect { signature_key: signature_key.to_vec(), actor, identity }
    };
    Ok(failing.map(suspect).collect())
}

/// Asks for an actor's own key packages, which alone can give or change a pin: where there is none, or where a leaf shows an
/// identity that the pin does not know. Once in a while only, because the answer may be that there are none.
pub(crate) fn look_at(turn: &mut Turn<'_>, actor: &ActorId, shown: Option<IdentityKey>) -> Result<(), Error> {
    let store = &turn.provider.store;
    let known = pin(store, actor)?;
    let news = known.is_none_or(|pin| {
        let only_named = pin.identity.is_none() && pin.ground == Ground::Invited;
        only_named || shown.is_some_and(|shown| !pin.knows(shown))
    });
    let asked: Option<i64> = store.get(&asked_key(actor))?;
    let lately = asked.is_some_and(|asked| turn.now.since(Timestamp(asked)) < ASK_AGAIN);
    if *actor == turn.account.actor || !news || lately {
        return Ok(());
    }
    store.put(&asked_key(actor), &turn.now.0)?;
    turn.call_once(Call::FetchKeyPackages(actor.clone()), Purpose::Device)
}

/// What became of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pinned {
    /// It was known.
    Unchanged,
    /// It is new, or another than before.
    Changed,
    /// The actor shows several identities and none was known: nobody can say which is theirs.
    Doubtful,
}

/// Takes the identities that an actor's own key packages show, newest first: the only one is pinned, another than the pinned
/// one is reported and kept beside.
pub(crate) fn learn(turn: &mut Turn<'_>, actor: &ActorId, seen: &[IdentityKey]) -> Result<Pinned, Error> {
    let store = &turn.provider.store;
    if *actor == turn.account.actor {
        return Ok(Pinned::Unchanged);
    }
    let known = pin(store, actor)?;
    let fresh = match &known {
        Some(pin) if pin.identity.is_some() => {
            let changed = seen.iter().find(|seen| !pin.has(**seen)).copied();
            Pin { changed, ..pin.clone() }
        }
        _ if seen.len() > 1 => return Ok(Pinned::Doubtful),
        // None was known: the first contact. An app that could not endorse and now can counts as one.
        _ => {
            let ground = known.as_ref().map_or(Ground::FirstContact, |pin| pin.ground);
            Pin { actor: actor.clone(), identity: seen.first().copied(), changed: None, former: None, ground }
        }
    };
    if known.as_ref() == Some(&fresh) {
        return Ok(Pinned::Unchanged);
    }
    store.put(&pin_key(actor), &fresh)?;
    store.delete(&asked_key(actor));
    if let Some(identity) = fresh.changed {
        happened::identity_changed(turn, actor)?;
        turn.show(Event::IdentityChanged { actor: actor.clone(), identity });
    }
    Ok(Pinned::Changed)
}
