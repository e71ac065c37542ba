//! Questions: answering those of others, and ending our own. Votes are secret: each goes to the author of the question and
//! to nobody else, as a `Note` that has the name of an option. Votes that come from elsewhere are counted in `posts/`.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    activity::create::{self, ObjectId},
    post::Vote,
};

use super::edit;
use crate::{
    actions::{
        desk::Desk,
        notify,
        outbox::Sent,
        posts::{details::options_of, visible},
    },
    app::Moment,
    db::{
        Transaction, accounts, actors,
        notifications::Kind,
        polls::{self, Mode, PollRow},
        posts::{self, PostRow},
    },
    error::{Error, Result},
    site::Site,
};

/// The most questions that are ended in one transaction.
pub const BATCH: i64 = 20;

fn refused(expected: &str) -> Error {
    Error::refused("vote", 422, expected)
}

/// Answers a question, once; the options are counted from 0. What went out, one activity for each option.
///
/// # Errors
/// [`Error::NotFound`] for what is no question or may not be seen; `vote` when it has ended, was answered before, is one's
/// own, or does not have these options.
pub fn vote(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    post: i64,
    choices: &BTreeSet<usize>,
) -> Result<Vec<Sent>> {
    let row = posts::find(transaction, post)?.ok_or(Error::NotFound)?;
    if !visible::may_see(transaction, Some(&desk.actor), &row)? {
        return Err(Error::NotFound);
    }
    let poll = polls::lock(transaction, post)?.ok_or(Error::NotFound)?;
    if row.actor_id == desk.account {
        return Err(refused("Expected a question of somebody else: this one is yours."));
    }
    if !poll.is_open(desk.moment.now) {
        return Err(refused("This question has ended."));
    }
    if !polls::choices_of(transaction, post, desk.account)?.is_empty() {
        return Err(refused("You have answered this question before."));
    }
    let titles = chosen(&poll, choices)?;
    posts::touch(transaction, post, desk.moment.now)?;
    for choice in choices {
        let choice = i64::try_from(*choice).map_err(Error::unknown)?;
        polls::vote(transaction, post, desk.account, choice)?;
    }
    tell_author(transaction, desk, &row, &titles)
}

/// The titles of the options that are chosen.
fn chosen(poll: &PollRow, choices: &BTreeSet<usize>) -> Result<Vec<String>> {
    if choices.is_empty() || (poll.mode() == Mode::One && choices.len() > 1) {
        let expected =
            if poll.mode() == Mode::One { "Expected one option." } else { "Expected at least one option." };
        return Err(refused(expected));
    }
    let options = options_of(&poll.options)?;
    let title = |choice: &usize| options.get(*choice).map(|option| option.name.clone());
    let titles: Option<Vec<String>> = choices.iter().map(title).collect();
    titles.ok_or_else(|| refused("Expected options that this question has."))
}

fn tell_author(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    row: &PostRow,
    titles: &[String],
) -> Result<Vec<Sent>> {
    let author = actors::find(transaction, row.actor_id)?.ok_or(Error::NotFound)?;
    let author = ActorId::parse(&author.uri).map_err(Error::unknown)?;
    let mut all = Vec::new();
    for title in titles {
        let vote = Vote {
            id: ObjectId::parse(&desk.site.object(&desk.moment.name())).map_err(Error::unknown)?,
            attributed_to: desk.actor.clone(),
            name: title.clone(),
            in_reply_to: ObjectId::parse(&row.uri).map_err(Error::unknown)?,
            to: vec![author.to_string()],
        };
        let id = desk.activity();
        let activity = create::build(&id, &desk.actor, desk.moment.now, &vote.to_value());
        all.push(desk.tell(transaction, id, activity, std::slice::from_ref(&author))?);
    }
    Ok(all)
}

/// Ends questions whose time is over, up to [`BATCH`]: whoever asked or answered here is told, and of our own questions
/// everybody who has them how it went. How many they were.
///
/// # Errors
/// When the database fails.
pub fn close_ended(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment) -> Result<usize> {
    let ended = polls::ended(transaction, moment.now, BATCH)?;
    for poll in &ended {
        if !polls::close(transaction, poll.post_id, moment.now)? {
            continue;
        }
        let Some(row) = posts::find(transaction, poll.post_id)? else { continue };
        tell_voters(transaction, moment, &row)?;
        if accounts::find(transaction, row.actor_id)?.is_some() {
            notify::tell(transaction, moment, Kind::Poll, row.actor_id, row.actor_id, Some(row.id))?;
            let desk = Desk::new(site, moment, row.actor_id);
            edit::tell(transaction, &desk, &row)?;
        }
    }
    Ok(ended.len())
}

/// Tells the people here who have answered a question that it has ended.
fn tell_voters(transaction: &mut Transaction<'_>, moment: &Moment, row: &PostRow) -> Result<()> {
    for voter in polls::voters(transaction, row.id)? {
        if accounts::find(transaction, voter)?.is_some() {
            notify::tell(transaction, moment, Kind::Poll, voter, row.actor_id, Some(row.id))?;
        }
    }
    Ok(())
}
