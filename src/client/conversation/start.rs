//! Starting a conversation: a group of this device alone, an address from its own server, then one commit that adds
//! everybody. Not the adding itself: that is `commit`.

use alcove_protocol::{ActorId, GroupId, api::NewConversation};
use openmls::prelude::MlsGroup;

use super::{Conversation, Intent, Name, Packages, Purpose, Sequencer, Standing, Wish, merge};
use crate::{
    call::Call,
    error::Error,
    event::Event,
    mls::{SUITE, capabilities, group_id, join_config, ratchet},
    turn::Turn,
};

/// The most people that a conversation is started with: each brings at least one leaf, and a commit has 50 Adds.
const MOST_PEOPLE: usize = 49;

/// Makes the group and asks for what it needs.
pub(crate) fn start(turn: &mut Turn<'_>, people: &[ActorId], name: Option<String>) -> Result<GroupId, Error> {
    turn.account.require_approved()?;
    if people.len() > MOST_PEOPLE {
        return Err(Error::Limit("a conversation starts with at most 49 people; more can be added later"));
    }
    let mut conversation = create(turn)?;
    conversation.name = name.map(|text| Name { text, epoch: 0 });
    let own = turn.account.actor.clone();
    let mut wanted: Vec<ActorId> = people.iter().filter(|actor| **actor != own).cloned().collect();
    wanted.push(own);
    wanted.sort();
    wanted.dedup();
    conversation.wishes = wanted.into_iter().map(|actor| add(turn, actor)).collect();
    let group = conversation.group.clone();
    turn.call(Call::CreateConversation(NewConversation { group: group.clone() }), purpose(&group))?;
    conversation.save(turn)?;
    turn.show(Event::ConversationCreated { conversation: group.clone() });
    Ok(group)
}

/// The wish to add somebody.
pub(crate) fn add(turn: &Turn<'_>, actor: ActorId) -> Wish {
    Wish::new(Intent::Add { actor, packages: Packages::Missing }, turn.now)
}

fn purpose(group: &GroupId) -> Purpose {
    Purpose::Conversation(group.clone())
}

/// An MLS group with this device alone in it.
pub(crate) fn create(turn: &mut Turn<'_>) -> Result<Conversation, Error> {
    let id = GroupId::from_random(turn.random());
    let config = join_config();
    let mut group = MlsGroup::builder()
        .with_group_id(group_id(&id))
        .ciphersuite(SUITE)
        .with_wire_format_policy(config.wire_format_policy())
        .padding_size(config.padding_size())
        .max_past_epochs(crate::mls::PAST_EPOCHS)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(ratchet())
        .with_capabilities(capabilities())
        .with_leaf_node_extensions(turn.account.leaf_extensions()?)
        .map_err(Error::mls)?
        .build(turn.provider, &turn.account.key, turn.account.credential())
        .map_err(Error::mls)?;
    // No address yet: until the server has given one, nothing is committed.
    let mut conversation = Conversation::new(id, Standing::Starting, Sequencer::None(None), turn.now);
    conversation.shown = turn.account.identity;
    merge::begin_epoch(turn, &mut conversation, &mut group)?;
    Ok(conversation)
}
