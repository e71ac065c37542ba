//! Which conversation a direct message from elsewhere belongs to. Only ever one that servers can read: an encrypted
//! conversation never turns into one (P9), whatever a message claims to answer or to go on with. Nobody speaks in a
//! conversation of others by naming it.

use std::collections::BTreeSet;

use alcove_protocol::ActorId;

use super::{arrive::Arrival, stored};
use crate::{
    db::{
        Transaction,
        conversations::{self, ConversationRow, PLAIN, Place},
        letters,
        posts::{self, PostRow},
    },
    error::{Error, Result},
};

/// The most people in one conversation; what names more is kept as one with those here and the first of the others.
const MAX_MEMBERS: usize = 100;

/// The conversation of a direct message: that of the message it answers, else the one in which its `context` was said
/// before, else the last one between exactly these people, else a new one.
pub(super) fn conversation(
    transaction: &mut Transaction<'_>,
    arrival: &Arrival<'_>,
    row: &PostRow,
    receivers: &BTreeSet<i64>,
) -> Result<i64> {
    let members = members(arrival, receivers);
    let uris: Vec<&str> = members.iter().map(ActorId::as_str).collect();
    let known = match answered(transaction, row)? {
        Some(conversation) => Some(conversation),
        None => match &row.context {
            Some(context) => letters::by_context(transaction, context)?,
            None => None,
        },
    };
    let author = &arrival.author.uri;
    let known = match known {
        Some(conversation) if has_part(transaction, &conversation, author)? => Some(conversation),
        _ => letters::between(transaction, &uris)?,
    };
    let conversation = match known {
        Some(conversation) => conversation.id,
        None => begin(transaction, arrival)?,
    };
    letters::take_part(transaction, conversation, &members.iter().collect::<Vec<_>>())?;
    Ok(conversation)
}

/// The author, whoever of us it came to, and the others whom it names.
fn members(arrival: &Arrival<'_>, receivers: &BTreeSet<i64>) -> BTreeSet<ActorId> {
    let mut members: BTreeSet<ActorId> =
        receivers.iter().map(|account| arrival.site.actor(*account)).collect();
    members.insert(arrival.post.attributed_to.clone());
    for actor in stored::addressed(arrival.post) {
        // Of our own only those that it came to: there may be nobody of that id.
        if members.len() < MAX_MEMBERS && !arrival.site.owns(&actor) {
            members.insert(actor);
        }
    }
    members
}

fn answered(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<Option<ConversationRow>> {
    let Some(parent) = &row.in_reply_to else { return Ok(None) };
    let parent = posts::by_uri(transaction, parent)?;
    let Some(id) = parent.and_then(|parent| parent.conversation_id) else { return Ok(None) };
    Ok(conversations::find(transaction, id)?.filter(|conversation| conversation.protection == PLAIN))
}

fn has_part(transaction: &mut Transaction<'_>, conversation: &ConversationRow, actor: &str) -> Result<bool> {
    let members = letters::members(transaction, conversation.id)?;
    Ok(members.iter().any(|member| member.as_str() == actor))
}

fn begin(transaction: &mut Transaction<'_>, arrival: &Arrival<'_>) -> Result<i64> {
    let uri = arrival.site.conversation(&arrival.moment.name());
    let row = ConversationRow {
        id: arrival.moment.id(),
        host: arrival.site.origin().authority().to_owned(),
        group_id: uri.to_string(),
        uri: uri.to_string(),
        protection: PLAIN.to_owned(),
        place: Place::Here.as_str().to_owned(),
        epoch: 0,
        created_by: arrival.author.uri.clone(),
        created_at: arrival.moment.now.0,
    };
    if !conversations::insert(transaction, &row)? {
        return Err(Error::Busy);
    }
    Ok(row.id)
}
