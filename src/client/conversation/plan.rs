//! What goes into the next commit: which wishes, whose key packages, which leaves. One kind of proposal per commit (trap
//! T20), never the same device twice (T26); a key package that cannot be added keeps nobody else out. Not the commit
//! itself: that is `commit`.

use std::collections::BTreeSet;

use alcove_protocol::ActorId;
use openmls::prelude::{KeyPackage, LeafNodeIndex, Member, MlsGroup};

use super::{Conversation, Intent, Packages, Standing, Wish, answers, commit, removes_leaf, roster};
use crate::{
    error::Error,
    key_packages::{self, LeftOut},
    mls::{self, contained},
    record::hex,
    trust::actor_of,
    turn::Turn,
};

/// The most leaves of a group (ENCRYPTION.md 1.9).
const MOST_LEAVES: usize = 500;
/// The most Adds of one commit.
const MOST_ADDS: usize = 50;

/// What one commit does.
#[derive(Clone, Default)]
pub(super) struct Plan {
    pub(super) wishes: Vec<Wish>,
    pub(super) adds: Vec<KeyPackage>,
    pub(super) removals: Vec<LeafNodeIndex>,
    /// Devices that were to be added and cannot be.
    left_out: Vec<(ActorId, LeftOut)>,
}

/// The wishes of one kind that are due: removals first, because they protect, then additions, then renewal.
pub(super) fn plan(turn: &Turn<'_>, conversation: &Conversation, group: &MlsGroup) -> Plan {
    let due = || conversation.wishes.iter().filter(|wish| wish.due <= turn.now);
    let mut plan = Plan::default();
    for wish in due() {
        let leaves = leaves_to_remove(wish, group);
        if !leaves.is_empty() {
            plan.removals.extend(leaves);
            plan.wishes.push(wish.clone());
        }
    }
    plan.removals.sort();
    plan.removals.dedup();
    if !plan.wishes.is_empty() {
        return plan;
    }
    for wish in due() {
        plan.add(turn, wish, group);
    }
    if plan.wishes.is_empty() {
        plan.wishes.extend(due().filter(|wish| wish.intent == Intent::Renew).cloned());
    }
    plan
}

/// The leaves that a wish removes; never our own (that is leaving, which others complete).
fn leaves_to_remove(wish: &Wish, group: &MlsGroup) -> Vec<LeafNodeIndex> {
    let members = group.members().filter(|member| member.index != group.own_leaf_index());
    members.filter(|member| removes_leaf(&wish.intent, member)).map(|member| member.index).collect()
}

fn key_of(package: &KeyPackage) -> Vec<u8> {
    package.leaf_node().signature_key().as_slice().to_vec()
}

impl Plan {
    fn add(&mut self, turn: &Turn<'_>, wish: &Wish, group: &MlsGroup) {
        let (Intent::Add { packages: Packages::Ready(ready), .. }
        | Intent::AddDevice { packages: Packages::Ready(ready), .. }) = &wish.intent
        else {
            return;
        };
        let actor = match &wish.intent {
            Intent::Add { actor, .. } => actor,
            _ => &turn.account.actor,
        };
        let present: Vec<Member> = group.members().collect();
        let planned: BTreeSet<Vec<u8>> = self.adds.iter().map(key_of).collect();
        let mut fresh: Vec<KeyPackage> = Vec::new();
        for bytes in ready {
            let package = match key_packages::parse(turn, bytes) {
                Ok(package) => package,
                Err(_) => {
                    self.leave_out(actor, "a device", "its key package has run out meanwhile");
                    continue;
                }
            };
            let key = key_of(&package);
            match present.iter().find(|member| member.signature_key == key) {
                Some(member) if actor_of(&member.credential).as_ref() == Some(actor) => {}
                None if !planned.contains(&key) => fresh.push(package),
                _ => self.leave_out(actor, &name(&package), "somebody else's device uses its key"),
            }
        }
        if present.len() + self.adds.len() + fresh.len() > MOST_LEAVES {
            for package in fresh.drain(..) {
                self.leave_out(actor, &name(&package), "a conversation has at most 500 devices");
            }
        }
        if self.adds.len() + fresh.len() <= MOST_ADDS {
            self.adds.extend(fresh);
            self.wishes.push(wish.clone());
        }
    }

    fn leave_out(&mut self, actor: &ActorId, device: &str, reason: &'static str) {
        self.left_out.push((actor.clone(), LeftOut { device: device.to_owned(), reason }));
    }

    /// Leaves out what the group does not take beside the others, after a commit with all of them could not be made.
    pub(super) fn sift(&mut self, turn: &Turn<'_>, conversation: &Conversation) {
        for package in std::mem::take(&mut self.adds) {
            let together: Vec<KeyPackage> = self.adds.iter().chain([&package]).cloned().collect();
            if fits(turn, conversation, together) {
                self.adds.push(package);
            } else if let Some(actor) = actor_of(package.leaf_node().credential()) {
                self.leave_out(&actor, &name(&package), "its key package does not fit into this group");
            }
        }
    }

    /// Says who is left out, and stops wanting to add those of whom nothing is left.
    pub(super) fn tell(
        &mut self,
        turn: &mut Turn<'_>,
        conversation: &mut Conversation,
        group: &MlsGroup,
    ) -> Result<(), Error> {
        let present = roster(group);
        for (actor, left_out) in std::mem::take(&mut self.left_out) {
            let added =
                |package: &KeyPackage| actor_of(package.leaf_node().credential()).as_ref() == Some(&actor);
            let inside = present.contains(&actor) || self.adds.iter().any(added);
            let reason = left_out.reason;
            turn.show(left_out.event(conversation, &actor));
            if !inside {
                let reason = format!("none of their devices can be added: {reason}.");
                answers::cannot(turn, conversation, &actor, reason)?;
            }
            if conversation.standing == Standing::Over {
                return Ok(());
            }
        }
        self.wishes.retain(|wish| conversation.wishes.contains(wish));
        Ok(())
    }
}

/// A device that says no name of its own, by its key.
fn name(package: &KeyPackage) -> String {
    hex(key_of(package).get(..4).unwrap_or_default())
}

/// Whether a commit with these Adds can be made. Nothing of the attempt stays.
fn fits(turn: &Turn<'_>, conversation: &Conversation, adds: Vec<KeyPackage>) -> bool {
    let mut fits = false;
    let undone: Result<(), ()> = turn.provider.store.attempt(|| {
        let built = contained(|| {
            let mut group = mls::load(turn.provider, &conversation.group)?;
            commit::build(turn, &mut group, adds, Vec::new())
        });
        fits = built.is_ok();
        Err(())
    });
    fits && undone.is_err()
}
