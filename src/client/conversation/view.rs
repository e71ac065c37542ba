//! A conversation as a shell shows it: people, not leaves (trap T27), and the leaves for those who look closer.

use alcove_protocol::{ActorId, ConversationId, GroupId};
use serde::Serialize;

use super::{Conversation, Intent, Obstacle, Standing, recovery, roster, send};
use crate::{
    account::Account,
    error::Error,
    inner::most_inline,
    mls::{self, Provider, is_ours},
    trust::{self, LeafCheck, Suspect},
};

/// One conversation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConversationView {
    /// Its MLS group, the name in every command.
    pub group: GroupId,
    /// Its address at the sequencer, once there is one.
    pub address: Option<ConversationId>,
    /// What its members call it.
    pub name: Option<String>,
    /// Where it stands for this device.
    pub standing: Standing,
    /// Everybody in it; nobody once it is over.
    pub people: Vec<ActorId>,
    /// Every device in it.
    pub leaves: Vec<LeafView>,
    /// The MLS epoch.
    pub epoch: u64,
    /// The same on every device that is in the same epoch of the same history.
    pub epoch_authenticator: Vec<u8>,
    /// Whether somebody uses other software.
    pub mixed: bool,
    /// How many bytes of files a message may hold; only where nobody uses other software may larger ones be sealed
    /// (ENCRYPTION.md 1.10).
    pub most_inline: usize,
    /// Whether a change of members waits for the conversation's server or for somebody's keys.
    pub waiting: bool,
    /// Why it cannot go on as it is, if it cannot.
    pub obstacle: Option<Obstacle>,
    /// The older group that it continues: its messages stand before those of this one.
    pub continues: Option<GroupId>,
    /// The newer group that goes on in its place.
    pub continued_by: Option<GroupId>,
    /// The devices that block the composer: what `Command::SendAnyway` names.
    pub unverified: Vec<Suspect>,
}

/// One device in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeafView {
    /// Whose it is, if it names an address.
    pub actor: Option<ActorId>,
    /// Its signature key, the name in `Command::RemoveLeaf`.
    pub signature_key: Vec<u8>,
    /// Whether it is who it says.
    pub check: LeafCheck,
    /// Whether it runs Alcove.
    pub ours: bool,
}

/// Looks at a conversation.
pub(crate) fn view(
    provider: &Provider,
    account: &Account,
    conversation: &Conversation,
) -> Result<ConversationView, Error> {
    let mut view = ConversationView {
        group: conversation.group.clone(),
        address: conversation.address().cloned(),
        name: conversation.name.as_ref().map(|name| name.text.clone()),
        standing: conversation.standing,
        people: Vec::new(),
        leaves: Vec::new(),
        epoch: 0,
        epoch_authenticator: Vec::new(),
        mixed: conversation.mixed,
        most_inline: most_inline(send::sayable::audience(conversation.mixed)),
        // A renewal of the own leaf changes nobody, and is wanted a day ahead.
        waiting: conversation.pending.is_some()
            || conversation.wishes.iter().any(|wish| wish.intent != Intent::Renew),
        obstacle: recovery::obstacle(&provider.store, &conversation.group)?,
        continues: recovery::predecessor(&provider.store, &conversation.group)?.map(|known| known.group),
        continued_by: recovery::heir(&provider.store, &conversation.group)?.map(|heir| heir.group),
        unverified: conversation.unverified(),
    };
    if conversation.standing == Standing::Over {
        return Ok(view);
    }
    let group = mls::load(provider, &conversation.group)?;
    view.people = roster(&group);
    view.epoch = group.epoch().as_u64();
    view.epoch_authenticator = group.epoch_authenticator().as_slice().to_vec();
    for (leaf, check) in trust::check_all(&provider.store, account, &group)? {
        view.leaves.push(LeafView {
            actor: trust::actor_of(leaf.credential()),
            signature_key: leaf.signature_key().as_slice().to_vec(),
            check,
            ours: is_ours(leaf),
        });
    }
    Ok(view)
}
