//! Whom somebody here follows, blocks and mutes, as lists: written out, and taken in from elsewhere. Each person on a list
//! that is taken in is a job, because each must be looked up at another server (`jobs/imports.rs`).

use alcove_protocol::{ActorId, Handle};

use super::{blocking, desk::Desk, following};
use crate::{
    app::Moment,
    db::{
        Transaction, actors, blocks,
        follows::{self, FollowState, Side},
        imports::{self, ImportRow},
        jobs::{self, JobRow},
    },
    error::{Error, Result},
    text::lists::{List, MAX_LINES, MAX_PROBLEMS, Read},
};

/// The kind of the jobs of an import.
pub const IMPORT: &str = "import";

/// What becomes of those who are not on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They stay.
    Merge,
    /// They are followed, blocked or muted no more.
    Replace,
}

/// A line of an import that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The row of the import.
    pub import: i64,
    /// What the list is for.
    pub list: List,
    /// Who stands on it.
    pub handle: Handle,
}

impl Line {
    /// What a job says.
    pub fn of(job: &JobRow) -> Option<Self> {
        let (import, handle) = job.subject.split_once(' ')?;
        let (import, handle) = (import.parse().ok()?, Handle::parse(handle).ok()?);
        Some(Self { import, list: List::parse(job.detail.as_deref()?)?, handle })
    }
}

/// The handles of everybody on a list of somebody here, in the order of the alphabet.
///
/// # Errors
/// When the database fails.
pub fn handles(transaction: &mut Transaction<'_>, desk: &Desk<'_>, list: List) -> Result<Vec<Handle>> {
    let members = members(transaction, desk, list)?;
    let rows = actors::by_uris(transaction, &members)?;
    let named = rows.into_iter().filter(|row| !row.name.is_empty() && row.gone_at.is_none());
    let mut handles: Vec<Handle> =
        named.map(|row| Handle { name: row.name.to_ascii_lowercase(), domain: row.domain }).collect();
    handles.sort();
    Ok(handles)
}

fn members(transaction: &mut Transaction<'_>, desk: &Desk<'_>, list: List) -> Result<Vec<ActorId>> {
    let most = i64::try_from(MAX_LINES).unwrap_or(i64::MAX);
    let uris: Vec<String> = match list {
        List::Following => {
            let (side, state) = (Side::Following, FollowState::Accepted);
            let page = follows::page(transaction, &desk.actor, side, state, i64::MAX, most)?;
            return Ok(page.into_iter().map(|(_, actor)| actor).collect());
        }
        List::Blocks => {
            let rows = blocks::by(transaction, &desk.actor, i64::MAX, most)?;
            rows.into_iter().map(|row| row.blocked_uri).collect()
        }
        List::Mutes => {
            let rows = blocks::muted_by(transaction, desk.account, desk.moment.now)?;
            rows.into_iter().map(|(uri, _)| uri).collect()
        }
    };
    Ok(uris.iter().filter_map(|uri| ActorId::parse(uri).ok()).collect())
}

/// Begins to take in a list.
///
/// # Errors
/// `import-under-way`; `list-empty` when nobody could be read from it.
pub fn begin(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    list: List,
    mode: Mode,
    read: &Read,
) -> Result<()> {
    if imports::is_under_way(transaction, desk.account)? {
        let sentence = "Another list is being imported. Please wait until that is done.";
        return Err(Error::refused("import-under-way", 409, sentence));
    }
    if read.handles.is_empty() {
        let found = read.problems.first().map(|problem| format!(" {problem}")).unwrap_or_default();
        let sentence = format!("Expected a list with an address as ana@example.org on each line.{found}");
        return Err(Error::refused("list-empty", 422, sentence));
    }
    if mode == Mode::Replace {
        end_others(transaction, desk, list, &read.handles)?;
    }
    let unusable = i64::try_from(read.unusable).unwrap_or(i64::MAX);
    let import = ImportRow {
        id: desk.moment.id(),
        account_id: desk.account,
        kind: list.as_str().to_owned(),
        total: i64::try_from(read.handles.len()).unwrap_or(i64::MAX) + unusable,
        done: 0,
        failed: unusable,
        problems: serde_json::to_string(&read.problems).map_err(Error::unknown)?,
        created_at: desk.moment.now.0,
        finished_at: None,
    };
    imports::insert(transaction, &import)?;
    for handle in &read.handles {
        let job = JobRow {
            detail: Some(list.as_str().to_owned()),
            account_id: Some(desk.account),
            ..JobRow::new(desk.moment, IMPORT, &format!("{} {handle}", import.id))
        };
        jobs::put(transaction, &job)?;
    }
    Ok(())
}

fn end_others(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    list: List,
    staying: &[Handle],
) -> Result<()> {
    let staying: std::collections::HashSet<&Handle> = staying.iter().collect();
    let members = members(transaction, desk, list)?;
    for row in actors::by_uris(transaction, &members)? {
        let actor = ActorId::parse(&row.uri).map_err(Error::unknown)?;
        if staying.contains(&Handle { name: row.name.to_ascii_lowercase(), domain: row.domain }) {
            continue;
        }
        match list {
            List::Following => following::end(transaction, desk, &actor).map(drop)?,
            List::Blocks => blocking::unblock(transaction, desk, &actor).map(drop)?,
            List::Mutes => blocking::unmute(transaction, desk, &actor)?,
        }
    }
    Ok(())
}

/// Follows, blocks or mutes somebody who was found, unless that is so already.
///
/// # Errors
/// Those of doing it by hand.
pub fn apply(transaction: &mut Transaction<'_>, desk: &Desk<'_>, list: List, actor: &ActorId) -> Result<()> {
    match list {
        List::Following if follows::state(transaction, &desk.actor, actor)?.is_some() => Ok(()),
        List::Following => following::ask(transaction, desk, actor).map(drop),
        List::Blocks if blocks::find(transaction, &desk.actor, actor)?.is_some() => Ok(()),
        List::Blocks => blocking::block(transaction, desk, actor).map(drop),
        List::Mutes => blocking::mute(transaction, desk, actor, None),
    }
}

/// A line is done, or it cannot be, for a reason in a sentence; its job ends.
///
/// # Errors
/// When the database fails.
pub fn settle(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    job: i64,
    line: &Line,
    outcome: Result<(), String>,
) -> Result<()> {
    let (done, failed) = if outcome.is_ok() { (1, 0) } else { (0, 1) };
    let row = imports::count(transaction, line.import, done, failed, moment.now)?;
    if let (Some(row), Err(reason)) = (row, outcome) {
        let mut problems: Vec<String> = serde_json::from_str(&row.problems).map_err(Error::unknown)?;
        if problems.len() < MAX_PROBLEMS {
            problems.push(format!("{}: {reason}", line.handle));
            let problems = serde_json::to_string(&problems).map_err(Error::unknown)?;
            imports::set_problems(transaction, row.id, &problems)?;
        }
    }
    jobs::finish(transaction, job)
}
