//! What a person wants of a group's members, kept until it is true. A commit that loses its epoch is not kept: the wish
//! is, and is committed again in the new epoch (ENCRYPTION.md 1.5 point 3).

use alcove_protocol::{ActorId, Timestamp};
use openmls::prelude::{Member, MlsGroup};
use serde::{Deserialize, Serialize};

use super::{Conversation, roster};
use crate::trust::actor_of;

/// Key packages of somebody who is to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Packages {
    /// To be asked for.
    Missing,
    /// Asked for.
    Asked,
    /// Judged and ready: the raw structures.
    Ready(Vec<Vec<u8>>),
}

/// A change of the members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Intent {
    /// Add an actor's devices that are not in the group.
    Add {
        /// Whom.
        actor: ActorId,
        /// Their packages, fetched at use.
        packages: Packages,
    },
    /// Add one approved device of our own person: its package may not be published yet.
    AddDevice {
        /// Its signature key.
        key: Vec<u8>,
        /// Its package.
        packages: Packages,
        /// When it was approved.
        since: Timestamp,
    },
    /// Remove all leaves of an actor.
    Remove {
        /// Whom.
        actor: ActorId,
    },
    /// Remove one leaf.
    RemoveLeaf {
        /// Its signature key.
        key: Vec<u8>,
        /// Whom it names: the same key in another name is another leaf.
        actor: Option<ActorId>,
    },
    /// Renew the own leaf: fresh keys for everything that follows.
    Renew,
}

impl Intent {
    /// Whether this is a removal that takes back that addition.
    fn takes_back(&self, addition: &Self) -> bool {
        match (self, addition) {
            (Self::Remove { actor }, Self::Add { actor: added, .. }) => actor == added,
            (Self::RemoveLeaf { key, .. }, Self::AddDevice { key: added, .. }) => key == added,
            _ => false,
        }
    }
}

/// Wants a removal. An addition of the same that has not happened yet is not wanted any more, nor again after a lost epoch;
/// and packages that were found before may be those of a device that goes now.
pub(crate) fn remove(conversation: &mut Conversation, intent: Intent, now: Timestamp) {
    conversation.wishes.retain(|wish| !intent.takes_back(&wish.intent));
    if let Some(pending) = &mut conversation.pending {
        pending.wishes.retain(|wish| !intent.takes_back(&wish.intent));
    }
    let pending = conversation.pending.iter_mut().flat_map(|pending| &mut pending.wishes);
    for wish in conversation.wishes.iter_mut().chain(pending) {
        if let Intent::Add { packages: packages @ Packages::Ready(_), .. } = &mut wish.intent {
            *packages = Packages::Missing;
        }
    }
    conversation.wishes.push(Wish::new(intent, now));
}

/// Drops the wishes that are true. A device that is to be removed first is to be added afterwards, although it is in.
pub(super) fn drop_true(wishes: &mut Vec<Wish>, group: &MlsGroup) {
    let leaving: Vec<Vec<u8>> = wishes.iter().filter_map(|wish| wish.leaf_removed().cloned()).collect();
    wishes.retain(|wish| match &wish.intent {
        Intent::AddDevice { key, .. } if leaving.contains(key) => true,
        _ => !wish.is_true(group),
    });
}

/// An intent, and when it is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wish {
    pub(crate) intent: Intent,
    pub(crate) due: Timestamp,
    /// Whether it has lost an epoch already: in mixed groups a removal yields once.
    pub(crate) yielded: bool,
}

impl Wish {
    /// Something to be done as soon as possible.
    pub(crate) fn new(intent: Intent, due: Timestamp) -> Self {
        Self { intent, due, yielded: false }
    }

    /// Says whether the group is already as it should be.
    pub(crate) fn is_true(&self, group: &MlsGroup) -> bool {
        let has = |key: &Vec<u8>| group.members().any(|member| member.signature_key == *key);
        match &self.intent {
            Intent::Add { actor, packages: Packages::Ready(ready) } => {
                ready.is_empty() && roster(group).contains(actor)
            }
            Intent::Add { .. } | Intent::Renew => false,
            Intent::AddDevice { key, .. } => has(key),
            Intent::Remove { actor } => !roster(group).contains(actor),
            Intent::RemoveLeaf { .. } => !group.members().any(|member| removes_leaf(&self.intent, &member)),
        }
    }

    /// The signature key of the one leaf that it removes.
    fn leaf_removed(&self) -> Option<&Vec<u8>> {
        match &self.intent {
            Intent::RemoveLeaf { key, .. } => Some(key),
            _ => None,
        }
    }

    /// Whom it removes, if it is a removal.
    pub(crate) fn removes(&self, group: &MlsGroup) -> Option<ActorId> {
        match &self.intent {
            Intent::Remove { actor } => Some(actor.clone()),
            Intent::RemoveLeaf { actor, .. } => {
                let there = group.members().any(|member| removes_leaf(&self.intent, &member));
                actor.clone().filter(|_| there)
            }
            _ => None,
        }
    }
}

/// Whether an intent removes this very leaf.
pub(crate) fn removes_leaf(intent: &Intent, member: &Member) -> bool {
    match intent {
        Intent::Remove { actor } => actor_of(&member.credential).as_ref() == Some(actor),
        Intent::RemoveLeaf { key, actor } => {
            member.signature_key == *key && actor_of(&member.credential) == *actor
        }
        _ => false,
    }
}
