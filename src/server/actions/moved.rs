//! Actors elsewhere that have moved (`Move`, FEP-7628). It counts only when the new actor names the old one as its own, and
//! has not moved on itself (S-17: no chains); not sooner than seven days after the last time. Whoever here follows the old
//! one follows the new one then. Moves of people here are in `moves.rs`.

use alcove_protocol::{
    ActorId,
    activity::{follow::Follow, moved::Move, undo},
    time::DAY,
};

use super::{
    errands::{self, Errand, Haste},
    follow,
    posts::placed,
};
use crate::{
    app::Moment,
    db::{
        Transaction, accounts,
        actors::{self, ActorRow},
        blocks,
        follows::{self, FollowState},
        profiles::{self, Approval},
        timelines,
    },
    error::{Error, Result},
    site::Site,
};

/// After how long somebody may move once more, in milliseconds.
const COOLDOWN: i64 = 7 * DAY;

/// An actor says that it has moved. Nobody comes along before the new one was looked at.
///
/// # Errors
/// When the database fails.
pub fn said(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    actor: &ActorRow,
    moved: &Move,
) -> Result<()> {
    let lately = profiles::find(transaction, actor.id)?.and_then(|profile| profile.moved_at);
    if lately.is_some_and(|at| moment.now.0 < at + COOLDOWN)
        || placed::followers_here(transaction, actor)?.is_empty()
    {
        return Ok(());
    }
    let errand = Errand::Move { actor: moved.actor.clone(), target: moved.target.clone() };
    errands::send(transaction, moment, &errand, Haste::Now)
}

/// The followers here of an actor come along to another one, which was fetched just now; says whether it was so.
///
/// # Errors
/// When the database fails.
pub fn checked(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    actor: &ActorId,
    target: &ActorId,
) -> Result<bool> {
    let (Some(old), Some(new)) = (actors::by_uri(transaction, actor)?, actors::by_uri(transaction, target)?)
    else {
        return Ok(false);
    };
    let profile = profiles::find(transaction, new.id)?;
    let is_proven = profile.is_some_and(|profile| {
        profile.moved_to.is_none() && profile.aliases().iter().any(|alias| alias == actor.as_str())
    });
    if !is_proven || new.gone_at.is_some() {
        return Ok(false);
    }
    profiles::set_moved(transaction, old.id, target.as_str(), moment.now)?;
    for account in placed::followers_here(transaction, &old)? {
        come_along(transaction, site, moment, account, actor, &new)?;
        timelines::remove_of_author(transaction, account, old.id)?;
    }
    Ok(true)
}

fn come_along(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    account: i64,
    old: &ActorId,
    new: &ActorRow,
) -> Result<()> {
    let follower = site.actor(account);
    let former = follows::activity_of(transaction, &follower, old)?.ok_or(Error::NotFound)?;
    follows::remove(transaction, &follower, old)?;
    let former = Follow { id: former, actor: follower.clone(), object: old.clone() };
    let id = site.activity(&moment.name());
    let undo = undo::build(&id, &follower, &former.to_value());
    follow::send(transaction, site, moment, account, (&id, &undo), old)?;
    let target = ActorId::parse(&new.uri).map_err(Error::unknown)?;
    if target == follower
        || follows::state(transaction, &follower, &target)?.is_some()
        || blocks::stands_between(transaction, follower.as_str(), &new.uri)?
    {
        return Ok(());
    }
    let asked = Follow { id: site.activity(&moment.name()), actor: follower, object: target.clone() };
    let state = at_first(transaction, site, &target)?;
    follows::put(transaction, moment.id(), &asked, state, moment.now)?;
    follow::send(transaction, site, moment, account, (&asked.id, &asked.to_value()), &target)
}

/// Where a follow stands that was just asked for: people here who let everybody follow have accepted it already.
fn at_first(transaction: &mut Transaction<'_>, site: &Site, target: &ActorId) -> Result<FollowState> {
    let account = match site.account_of(target) {
        Some(account) => accounts::find(transaction, account)?,
        None => None,
    };
    let Some(account) = account else { return Ok(FollowState::Pending) };
    Ok(match profiles::approval(transaction, account.id)? {
        Approval::Automatic => FollowState::Accepted,
        Approval::Manual => FollowState::Pending,
    })
}
