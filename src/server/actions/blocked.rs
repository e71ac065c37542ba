//! Actors elsewhere that block people here, and end that again; reports from elsewhere about people here. A block ends the
//! follows in both directions, and from then on neither is shown the other. Blocks by people here are in `blocking.rs`.

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{block::Block, flag::Flag},
};

use crate::{
    app::Moment,
    db::{
        Transaction, accounts, actors,
        blocks::{self, BlockRow},
        follows, notifications, posts,
        reports::{self, ReportRow},
        timelines,
    },
    error::Result,
    site::Site,
};

/// The most reports of one server that wait for somebody (S-54).
const MAX_OPEN_REPORTS: i64 = 100;
/// The most posts that are kept of one report.
const MAX_REPORTED: usize = 50;

/// An actor blocks somebody here.
///
/// # Errors
/// When the database fails.
pub fn blocked(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, block: &Block) -> Result<()> {
    let Some(account) = site.account_of(&block.object) else { return Ok(()) };
    if accounts::find(transaction, account)?.is_none() {
        return Ok(());
    }
    follows::remove(transaction, &block.actor, &block.object)?;
    follows::remove(transaction, &block.object, &block.actor)?;
    if let Some(row) = actors::by_uri(transaction, &block.actor)? {
        timelines::remove_of_author(transaction, account, row.id)?;
        notifications::remove_between(transaction, row.id, account)?;
    }
    let unnamed = || format!("{}#blocks/{account}", block.actor);
    let row = BlockRow {
        id: moment.id(),
        activity_uri: block.id.as_ref().map_or_else(unnamed, ToString::to_string),
        blocker_uri: block.actor.to_string(),
        blocked_uri: block.object.to_string(),
        created_at: moment.now.0,
    };
    blocks::put(transaction, &row).map(drop)
}

/// An actor ends a block of its own: by its id, or by whom it was about. Says whether there was one.
///
/// # Errors
/// When the database fails.
pub fn unblocked(
    transaction: &mut Transaction<'_>,
    actor: &ActorId,
    id: Option<&ActivityId>,
    named: Option<&ActorId>,
) -> Result<bool> {
    let known = match id {
        Some(id) => blocks::by_activity(transaction, id)?,
        None => None,
    };
    let known = known.filter(|row| row.blocker_uri == actor.as_str());
    let blocked = known.and_then(|row| ActorId::parse(&row.blocked_uri).ok());
    match blocked.as_ref().or(named) {
        Some(blocked) => blocks::remove(transaction, actor, blocked),
        None => Ok(false),
    }
}

/// Another server reports somebody here. Who runs this server reads it; a server that reports too much is not heard until
/// somebody has dealt with what it said.
///
/// # Errors
/// When the database fails.
pub fn reported(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, flag: &Flag) -> Result<()> {
    let is_here = |id: &&alcove_protocol::activity::create::ObjectId| {
        ActorId::parse(id.as_str()).ok().and_then(|actor| site.account_of(&actor)).is_some()
    };
    let named = flag.objects.iter().find(is_here).and_then(|id| ActorId::parse(id.as_str()).ok());
    let mut known = Vec::new();
    for object in flag.objects.iter().filter(|object| site.owns(*object)).take(MAX_REPORTED) {
        known.extend(posts::by_uri(transaction, object.as_str())?);
    }
    let target = named.or_else(|| known.first().map(|post| site.actor(post.actor_id)));
    let account = target.as_ref().and_then(|target| site.account_of(target));
    let (Some(target), Some(account)) = (target, account) else { return Ok(()) };
    if accounts::find(transaction, account)?.is_none()
        || reports::count_open(transaction, flag.actor.as_str())? >= MAX_OPEN_REPORTS
    {
        return Ok(());
    }
    let about: Vec<&str> =
        known.iter().filter(|post| post.actor_id == account).map(|post| post.uri.as_str()).collect();
    let unnamed = || format!("{}#flags/{}", flag.actor, moment.name());
    let row = ReportRow {
        id: moment.id(),
        uri: flag.id.as_ref().map_or_else(unnamed, ToString::to_string),
        reporter_uri: flag.actor.to_string(),
        target_uri: target.to_string(),
        posts: serde_json::json!(about).to_string(),
        comment: flag.comment.clone().unwrap_or_default(),
        created_at: moment.now.0,
        closed_at: None,
        closed_by: None,
    };
    reports::insert(transaction, &row).map(drop)
}
