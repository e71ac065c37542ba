//! People here who go on elsewhere (`Move`, FEP-7628), and who say which other accounts are theirs. The other account
//! must name this one first (S-17): whoever calls has fetched it just now. What comes from elsewhere is not here.

use alcove_protocol::{ActorId, activity::moved, json, time::DAY};
use serde_json::Value;

use super::{deliver::PATIENCE, desk::Desk, outbox::Sent, profiles};
use crate::{
    db::{
        Transaction,
        actors::{self, ActorRow},
        follows,
        profiles::{self as table, ProfileRow},
    },
    error::{Error, Result},
};

/// After how long somebody may move once more, in milliseconds.
pub const COOLDOWN: i64 = 7 * DAY;
/// The most other accounts that somebody names.
pub const MAX_ALIASES: usize = 5;

/// Moves: followers elsewhere are asked to come along, and the page here says where to.
///
/// # Errors
/// `move` when the target is this account, has not been fetched, is gone, has moved itself, or does not name this account;
/// `moved-lately` within the cooldown.
pub fn go(transaction: &mut Transaction<'_>, desk: &Desk<'_>, target: &ActorId) -> Result<Sent> {
    let refused = |expected: String| Error::refused("move", 422, expected);
    if *target == desk.actor {
        return Err(refused("Expected another account than this one.".into()));
    }
    let row = actors::by_uri(transaction, target)?.filter(|row| row.gone_at.is_none());
    let row = row.ok_or_else(|| refused("Expected an account that can be found.".into()))?;
    if !names(transaction, &row, &desk.actor)? {
        let sentence = format!(
            "{target} does not say that it belongs to you. Please enter {} there as a former account first.",
            desk.actor
        );
        return Err(refused(sentence));
    }
    let profile = profiles::of_account(transaction, desk.account, desk.moment.now)?;
    if profile.moved_at.is_some_and(|at| desk.moment.now.0 < at + COOLDOWN) {
        let sentence = "You have moved lately. Expected seven days between one move and the next.";
        return Err(Error::refused("moved-lately", 422, sentence));
    }
    let now = desk.moment.now.0;
    let moved_to = Some(target.to_string());
    table::put(transaction, &ProfileRow { moved_to, moved_at: Some(now), updated_at: now, ..profile })?;
    let id = desk.activity();
    let followers = desk.site.of_account(desk.account, "followers");
    let document = moved::build(&id, &desk.actor, target, &followers);
    let readers = follows::followers(transaction, &desk.actor)?;
    let sent = desk.spread(transaction, id, document, &readers, PATIENCE)?;
    profiles::changed(transaction, desk.site, desk.moment, desk.account)?;
    Ok(sent)
}

/// Comes back: the page does not point elsewhere any more. Followers who went along are not asked again.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has not moved.
pub fn come_back(transaction: &mut Transaction<'_>, desk: &Desk<'_>) -> Result<()> {
    let profile = profiles::of_account(transaction, desk.account, desk.moment.now)?;
    profile.moved_to.as_ref().ok_or(Error::NotFound)?;
    let updated_at = desk.moment.now.0;
    table::put(transaction, &ProfileRow { moved_to: None, updated_at, ..profile })?;
    profiles::changed(transaction, desk.site, desk.moment, desk.account)
}

/// Says which other accounts are the same person's, so that they may move here.
///
/// # Errors
/// `aliases` for too many, and for this account itself.
pub fn name_aliases(transaction: &mut Transaction<'_>, desk: &Desk<'_>, aliases: &[ActorId]) -> Result<()> {
    if aliases.len() > MAX_ALIASES || aliases.contains(&desk.actor) {
        let expected = format!("Expected at most {MAX_ALIASES} accounts, and not this one.");
        return Err(Error::refused("aliases", 422, expected));
    }
    let profile = profiles::of_account(transaction, desk.account, desk.moment.now)?;
    let list = serde_json::to_string(aliases).map_err(Error::unknown)?;
    let also_known_as = Some(list).filter(|_| !aliases.is_empty());
    let updated_at = desk.moment.now.0;
    table::put(transaction, &ProfileRow { also_known_as, updated_at, ..profile })?;
    profiles::changed(transaction, desk.site, desk.moment, desk.account)
}

/// Whether an account says that another is the same person's, and stays where it is itself (S-17: no chains).
fn names(transaction: &mut Transaction<'_>, row: &ActorRow, other: &ActorId) -> Result<bool> {
    if let Some(document) = &row.document {
        let document: Value = serde_json::from_str(document).map_err(Error::unknown)?;
        let has_moved = json::single_id(&document, "movedTo").is_some();
        return Ok(!has_moved && json::ids(&document, "alsoKnownAs").contains(&other.as_str()));
    }
    let profile = table::find(transaction, row.id)?;
    Ok(profile.is_some_and(|profile| {
        profile.moved_to.is_none() && profile.aliases().iter().any(|alias| alias == other.as_str())
    }))
}

#[cfg(test)]
mod tests;
