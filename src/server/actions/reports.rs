//! Reports to the people who run this server, and those that people here want passed on to where the reported actor is
//! (`Flag`). What is passed on comes from the server itself, so that nobody over there learns who has reported.

use alcove_protocol::{
    ActorId,
    activity::{create::ObjectId, flag},
};

use super::{accounts::expect_to_run_it, desk::Desk};
use crate::{
    db::{
        Transaction, actors, posts,
        reports::{self, ReportRow},
    },
    error::{Error, Result},
};

/// The most posts that one report names.
const MAX_POSTS: usize = 50;

/// What somebody here reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Who is reported.
    pub target: ActorId,
    /// Which of their posts are meant.
    pub posts: Vec<ObjectId>,
    /// Why.
    pub comment: String,
    /// Who is to learn of it.
    pub readers: Readers,
}

/// Who learns of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Those who run this server.
    Here,
    /// Those who run the other one as well.
    AndThere,
}

/// Takes a report in, and passes it on where that is wanted; its row.
///
/// # Errors
/// [`Error::NotFound`] for somebody of whom nothing is known; `report` for posts that are not theirs, and too long a
/// comment.
pub fn report(transaction: &mut Transaction<'_>, desk: &Desk<'_>, report: &Report) -> Result<ReportRow> {
    let target = actors::by_uri(transaction, &report.target)?.ok_or(Error::NotFound)?;
    check(transaction, target.id, report)?;
    let flag = desk.activity();
    let row = ReportRow {
        id: desk.moment.id(),
        uri: flag.to_string(),
        reporter_uri: desk.actor.to_string(),
        target_uri: report.target.to_string(),
        posts: serde_json::to_string(&report.posts).map_err(Error::unknown)?,
        comment: report.comment.clone(),
        created_at: desk.moment.now.0,
        closed_at: None,
        closed_by: None,
    };
    reports::insert(transaction, &row)?;
    if report.readers == Readers::AndThere && !desk.site.owns(&report.target) {
        let server = desk.site.instance_actor();
        let sender = actors::by_uri(transaction, &server)?.ok_or(Error::NotFound)?;
        let document = flag::build(&flag, &server, &report.target, &report.posts, &report.comment);
        let desk = Desk { account: sender.id, actor: server, ..desk.clone() };
        desk.tell(transaction, flag, document, std::slice::from_ref(&report.target))?;
    }
    Ok(row)
}

fn check(transaction: &mut Transaction<'_>, target: i64, report: &Report) -> Result<()> {
    let refused = |expected: String| Err(Error::refused("report", 422, expected));
    if report.comment.chars().count() > flag::MAX_COMMENT {
        return refused(format!("Expected a comment of at most {} characters.", flag::MAX_COMMENT));
    }
    if report.posts.len() > MAX_POSTS {
        return refused(format!("Expected at most {MAX_POSTS} posts."));
    }
    for post in &report.posts {
        let known = posts::by_uri(transaction, post.as_str())?;
        if known.is_none_or(|post| post.actor_id != target) {
            return refused(format!("Expected posts of {}: {post} is none.", report.target));
        }
    }
    Ok(())
}

/// Somebody who runs this server has dealt with a report.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else; [`Error::NotFound`] when it is not open.
pub fn close(transaction: &mut Transaction<'_>, desk: &Desk<'_>, report: i64) -> Result<()> {
    expect_to_run_it(transaction, desk.account)?;
    if reports::close(transaction, report, desk.account, desk.moment.now)? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Reports that nobody has dealt with, for somebody who runs this server.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
pub fn open(
    transaction: &mut Transaction<'_>,
    account: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<ReportRow>> {
    expect_to_run_it(transaction, account)?;
    reports::open(transaction, before, limit)
}

#[cfg(test)]
mod tests;
