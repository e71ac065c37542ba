//! What has to be fetched from elsewhere, or done a little later, after something has arrived: one row of `job` for each, in
//! the transaction that needs it. Fetching itself is `federation/errands.rs`, the worker `jobs/errands.rs`.

use alcove_protocol::{
    ActorId, Timestamp,
    activity::create::ObjectId,
    time::{DAY, HOUR, MINUTE},
};
use serde::{Deserialize, Serialize};

use crate::{
    app::Moment,
    db::{
        Transaction,
        jobs::{self, JobRow, NEVER},
    },
    error::{Error, Result},
    household::household,
};

/// The most errands that wait at once (S-54); what comes beyond is not worth it.
const MAX_WAITING: i64 = 5_000;
/// How many of these places are kept for what is lost or goes stale when it is dropped: nobody fills them by naming posts.
const RESERVED: i64 = 1_000;
/// The most of them that are about the servers of one household, so that none crowds out the others (S-54, S-56).
const MAX_WAITING_OF_ONE: usize = 500;
/// Errands that nobody waits for begin at some point within this, in milliseconds, so that not all servers ask at once.
const SPREAD: i64 = MINUTE;
/// After how long something may be looked at anew, in milliseconds.
const REFRESH: i64 = 15 * MINUTE;
/// How long a dead end is remembered, in milliseconds.
pub const DEAD_ENDS: i64 = 7 * DAY;
/// How long an errand belongs to whoever has claimed it, in milliseconds: longer than any fetch takes.
pub const LEASE: i64 = 5 * MINUTE;
/// The pauses between attempts, in milliseconds; after the last one it is a dead end.
const PAUSES: [i64; 5] = [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY];

/// Something to be fetched or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// A post, so many answers up from one that came.
    Post {
        /// Its id.
        post: ObjectId,
        /// How far.
        depth: u32,
    },
    /// A post that is here and is said to have changed, as its own server shows it now.
    Edit {
        /// Its id.
        post: ObjectId,
    },
    /// A post that somebody has shared, and then the boost.
    Boost(Boosted),
    /// The answers to a post, as far as its author's server lists them.
    Replies {
        /// The collection.
        collection: ObjectId,
    },
    /// The posts that an actor shows first.
    Featured {
        /// The actor.
        actor: ActorId,
    },
    /// Where an actor has moved to, and whether it is the same (S-17).
    Move {
        /// Who has moved.
        actor: ActorId,
        /// Where to.
        target: ActorId,
    },
    /// An actor that has changed.
    Actor {
        /// The actor.
        actor: ActorId,
    },
    /// The new count of one of our questions, to be told.
    Question {
        /// The row of the post.
        post: i64,
    },
}

/// A boost of a post that is not here yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boosted {
    /// The id of the `Announce`.
    pub id: String,
    /// Who shares.
    pub actor: ActorId,
    /// What.
    pub post: ObjectId,
    /// Whom it is shared with: the word of a visibility.
    pub visibility: String,
}

/// The kinds of all errands.
pub const KINDS: [&str; 8] = [
    "fetch-post",
    "fetch-edit",
    "fetch-boost",
    "fetch-replies",
    "fetch-featured",
    "check-move",
    "fetch-actor",
    "tell-question",
];

/// When an errand begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// At once: somebody waits for it.
    Now,
    /// Within a minute.
    Soon,
}

impl Errand {
    fn key(&self) -> (&'static str, String) {
        match self {
            Self::Post { post, .. } => ("fetch-post", post.to_string()),
            Self::Edit { post } => ("fetch-edit", post.to_string()),
            Self::Boost(boosted) => ("fetch-boost", boosted.id.clone()),
            Self::Replies { collection } => ("fetch-replies", collection.to_string()),
            Self::Featured { actor } => ("fetch-featured", actor.to_string()),
            Self::Move { actor, .. } => ("check-move", actor.to_string()),
            Self::Actor { actor } => ("fetch-actor", actor.to_string()),
            Self::Question { post } => ("tell-question", post.to_string()),
        }
    }

    /// Whether it is worth doing again after a while.
    fn is_renewed(&self) -> bool {
        !matches!(self, Self::Post { .. } | Self::Boost(_))
    }

    /// Whether it may take the places that are reserved.
    fn is_urgent(&self) -> bool {
        matches!(self, Self::Boost(_) | Self::Actor { .. } | Self::Move { .. } | Self::Question { .. })
    }

    /// The errand of a row.
    ///
    /// # Errors
    /// When the row is not one.
    pub fn of(row: &JobRow) -> Result<Self> {
        serde_json::from_str(row.detail.as_deref().unwrap_or_default()).map_err(Error::unknown)
    }
}

/// Sends somebody on an errand, unless the same is under way or has come to a dead end.
///
/// # Errors
/// When the database fails.
pub fn send(transaction: &mut Transaction<'_>, moment: &Moment, errand: &Errand, haste: Haste) -> Result<()> {
    let (kind, subject) = errand.key();
    if let Some(former) = jobs::find(transaction, kind, &subject)? {
        let is_old = former.next_at == NEVER && moment.now.0 - former.created_at > REFRESH;
        if !(is_old && errand.is_renewed()) {
            return Ok(());
        }
        jobs::finish(transaction, former.id)?;
    }
    let places = if errand.is_urgent() { MAX_WAITING } else { MAX_WAITING - RESERVED };
    if is_crowded(transaction, &subject, places)? {
        return Ok(());
    }
    let pause = match haste {
        Haste::Now => 0,
        Haste::Soon => i64::from(u16::from_le_bytes(moment.random())) * SPREAD / i64::from(u16::MAX),
    };
    let detail = Some(serde_json::to_string(errand).map_err(Error::unknown)?);
    let next_at = moment.now.plus(pause).0;
    jobs::put(transaction, &JobRow { detail, next_at, ..JobRow::new(moment, kind, &subject) })?;
    Ok(())
}

/// Whether too much waits already, of all servers or of those of a subject's household.
fn is_crowded(transaction: &mut Transaction<'_>, subject: &str, places: i64) -> Result<bool> {
    if jobs::count(transaction, &KINDS)? >= places {
        return Ok(true);
    }
    let Some(household) = household_of(subject) else { return Ok(false) };
    let alike = jobs::subjects_with(transaction, &KINDS, &household)?;
    let of_one = alike.iter().filter(|other| household_of(other).as_ref() == Some(&household)).count();
    Ok(of_one >= MAX_WAITING_OF_ONE)
}

fn household_of(subject: &str) -> Option<String> {
    Some(household(&ObjectId::parse(subject).ok()?.origin()))
}

/// What came of an errand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// Nothing will ever come of it.
    DeadEnd,
    /// It may be done later.
    Later,
}

/// Writes down what came of an errand. What is done, and what leads nowhere, is remembered for a while, so that nobody who
/// writes of it again and again makes us fetch again and again.
///
/// # Errors
/// When the database fails.
pub fn settle(
    transaction: &mut Transaction<'_>,
    now: Timestamp,
    row: &JobRow,
    outcome: Outcome,
) -> Result<()> {
    let attempts = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    match (outcome, PAUSES.get(attempts)) {
        (Outcome::Done, _) if row.kind == "tell-question" => jobs::finish(transaction, row.id),
        (Outcome::Later, Some(pause)) => jobs::postpone(transaction, row.id, now.plus(*pause).0),
        _ => jobs::postpone(transaction, row.id, NEVER),
    }
}

#[cfg(test)]
mod tests;
