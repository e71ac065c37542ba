//! Whom a post of ours is for, and how it gets there: what is for everybody or for followers goes once to each inbox that
//! a server shares, a direct one to each recipient by itself, so that each can be told what became of it.

use std::collections::BTreeSet;

use alcove_protocol::{ActivityId, ActorId, Handle, post::Visibility};
use serde_json::Value;

use super::{Content, Draft, check};
use crate::{
    actions::{
        deliver::{PATIENCE, PATIENCE_WITH_POSTS},
        desk::Desk,
        domains,
        outbox::Sent,
        posts::details::Mention,
    },
    db::{
        Transaction,
        actors::{self, ActorRow},
        blocks, boosts, follows, letters,
        posts::{self, PostRow},
        recipients,
    },
    error::{Error, Result},
};

/// Whom a post names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Audience {
    /// The actors that stand in its addresses.
    pub recipients: Vec<ActorId>,
    /// Those who get it besides, and stand nowhere.
    pub hidden: Vec<ActorId>,
    /// The same, as tags: without one Mastodon tells nobody (FEDERATION.md rule 2).
    pub mentions: Vec<Mention>,
}

impl Audience {
    /// Everybody who gets it.
    pub fn readers(&self) -> impl Iterator<Item = &ActorId> {
        self.recipients.iter().chain(&self.hidden)
    }
}

/// Whom a draft is for: those named in a text for everybody, those chosen for a direct one, and those who have a part in
/// the conversation that it goes on with.
pub(super) fn of_draft(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    draft: &Draft,
    content: &Content,
    parent: Option<&PostRow>,
) -> Result<Audience> {
    let mut all: BTreeSet<ActorId> = match draft.visibility {
        Visibility::Direct => draft.recipients.iter().cloned().collect(),
        _ => content.named.iter().cloned().collect(),
    };
    let mut members = Vec::new();
    match parent.map(|parent| (parent.visibility(), parent.conversation_id)) {
        Some((Visibility::Direct, Some(conversation))) if draft.visibility == Visibility::Direct => {
            members = letters::members(transaction, conversation)?;
            all.extend(members.iter().cloned());
        }
        Some((Visibility::Direct, _)) if draft.visibility != Visibility::Direct => {
            return Err(check::refused("Expected a direct message: this answers one."));
        }
        _ => {}
    }
    all.remove(&desk.actor);
    let mut hidden: BTreeSet<ActorId> = draft.hidden.iter().cloned().collect();
    hidden.retain(|actor| *actor != desk.actor && !all.contains(actor));
    if all.len() + hidden.len() > check::MAX_NAMED {
        return Err(check::refused(format!("Expected at most {} people.", check::MAX_NAMED)));
    }
    if draft.visibility == Visibility::Direct && all.is_empty() && hidden.is_empty() {
        return Err(check::refused("Expected at least one person whom the message is for."));
    }
    let hidden = known(transaction, desk, draft.visibility, hidden.into_iter().collect(), &[])?.recipients;
    let named = known(transaction, desk, draft.visibility, all.into_iter().collect(), &members)?;
    Ok(Audience { hidden, ..named })
}

/// Gives everybody named the handle under which they are known here; nobody is named across a block. Members of the
/// conversation whose servers are blocked stay in it: that the message does not reach them is told by their deliveries, and
/// does not keep it from the others.
pub(super) fn known(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    visibility: Visibility,
    all: Vec<ActorId>,
    members: &[ActorId],
) -> Result<Audience> {
    let rows = actors::by_uris(transaction, &all)?;
    let mut audience = Audience { recipients: Vec::new(), hidden: Vec::new(), mentions: Vec::new() };
    for actor in all {
        let row = rows.iter().find(|row| row.uri == actor.as_str());
        if row.is_some_and(|row| row.gone_at.is_some()) {
            return Err(check::refused(format!("Expected people who can be found: {actor} is gone.")));
        }
        // Within a text for everybody the name stays as text.
        if visibility != Visibility::Direct
            && (blocks::stands_between(transaction, desk.actor.as_str(), actor.as_str())?
                || domains::is_blocked(transaction, &actor)?)
        {
            continue;
        }
        if members.contains(&actor) {
            desk.expect_not_apart(transaction, &actor)?;
        } else {
            desk.expect_no_block(transaction, &actor)?;
        }
        // Of somebody who was never met the name is not known; the id is what counts.
        let handle =
            |row: &ActorRow| Handle { name: row.name.clone(), domain: row.domain.clone() }.to_string();
        let name = row.map_or_else(|| actor.to_string(), handle);
        audience.mentions.push(Mention { actor: actor.to_string(), name });
        audience.recipients.push(actor);
    }
    Ok(audience)
}

/// What is told about a post, which decides who is told and for how long that is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It is there: told to those whom it is for.
    Written,
    /// It says something else: told to those who have passed it on, too, because their servers show it to others.
    Edited,
    /// It is gone: told to the same, and tried for as long as any delivery, because a server that was away still shows it.
    Deleted,
}

/// Sends an activity about a post to those whom the post is for.
pub(super) fn send(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    row: &PostRow,
    id: ActivityId,
    activity: Value,
    news: News,
) -> Result<Sent> {
    let named = recipients::of(transaction, row.id)?;
    let mut readers: BTreeSet<ActorId> = named.iter().filter_map(|uri| ActorId::parse(uri).ok()).collect();
    if let Some(conversation) = row.context.as_ref().filter(|_| row.visibility() == Visibility::Direct) {
        let readers: Vec<ActorId> = readers.into_iter().collect();
        return desk.say(transaction, conversation, id, activity, &readers);
    }
    readers.extend(follows::followers(transaction, &desk.actor)?);
    if row.visibility() != Visibility::Followers {
        readers.extend(author_answered(transaction, row)?);
    }
    if news != News::Written {
        let boosters = boosts::by_whom(transaction, row.id, MAX_BOOSTERS)?;
        readers.extend(boosters.iter().filter_map(|actor| ActorId::parse(&actor.uri).ok()));
    }
    let readers: Vec<ActorId> = readers.into_iter().collect();
    let patience = if news == News::Deleted { PATIENCE } else { PATIENCE_WITH_POSTS };
    desk.spread(transaction, id, activity, &readers, patience)
}

/// The most of those who have passed a post on that hear of its end.
const MAX_BOOSTERS: i64 = 1_000;

/// Whoever wrote what a post answers: their server shows the answer below it.
fn author_answered(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<Option<ActorId>> {
    let Some(uri) = &row.in_reply_to else { return Ok(None) };
    let Some(parent) = posts::by_uri(transaction, uri)? else { return Ok(None) };
    let author = actors::find(transaction, parent.actor_id)?.ok_or(Error::NotFound)?;
    Ok(ActorId::parse(&author.uri).ok())
}
