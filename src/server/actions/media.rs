//! What people do with their files: describe them, and give them to posts. How files come in and are prepared is `media/`
//! and `jobs/media.rs`; a file is taken into a post only when it is ready, because other servers ask for it at once. What
//! follows from its being ready is done here: a picture of a profile is shown, a post that waited for its files goes out.

use super::{desk::Desk, freeze, profiles::edit as profiles, writing::waiting};
use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction, devices,
        jobs::{self, JobRow},
        media::{self, MediaRow, Prepared, State},
    },
    error::{Error, Result},
    media::picture::{Shape, Unusable},
};

/// The work in the table `job` that prepares a picture; its subject is the row id.
pub const PREPARE: &str = "picture";

/// The most files of one post: what others show.
pub const MOST_ATTACHED: usize = 4;
/// The longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = 1_500;

/// What somebody says about a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// What is to be seen or heard.
    pub text: String,
    /// What matters in a picture.
    pub focus: Option<Focus>,
}

/// The point of a picture that stays in sight when it is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Focus {
    /// From -1, the left edge, to 1.
    pub x: f64,
    /// From -1, the lower edge, to 1.
    pub y: f64,
}

impl Focus {
    /// Reads `x,y`, as Mastodon's apps write it and as it is stored.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self> {
        let within = |text: &str| text.trim().parse().ok().filter(|value: &f64| value.abs() <= 1.0);
        let point = text.split_once(',').and_then(|(x, y)| Some(Self { x: within(x)?, y: within(y)? }));
        point.ok_or_else(|| Error::invalid("focus: expected two numbers from -1 to 1, as 0.1,-0.3"))
    }
}

impl std::fmt::Display for Focus {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{},{}", self.x, self.y)
    }
}

/// Stores a file that has arrived, and the work of preparing it unless it is ready.
pub fn take(transaction: &mut Transaction<'_>, moment: &Moment, row: &MediaRow) -> Result<()> {
    media::insert(transaction, row)?;
    if row.is(State::Processing) {
        let job = JobRow::new(moment, PREPARE, &row.id.to_string());
        jobs::put(transaction, &JobRow { account_id: Some(row.account_id), ..job })?;
    }
    Ok(())
}

/// Writes down what came of preparing a file of whoever sits at the desk. A picture of the profile is shown from then on;
/// whoever waits for the file is woken, and so are posts that wait for it.
///
/// # Errors
/// `account-frozen`, for a picture of the profile; when the database fails.
pub fn settle(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    file: i64,
    outcome: &Result<Prepared, Unusable>,
) -> Result<()> {
    // Whoever lets a post wait for this file, or changes the profile, must be done or see what is written here.
    devices::lock(transaction, desk.account)?;
    match outcome {
        Ok(prepared) => media::is_ready(transaction, file, prepared)?,
        Err(unusable) => media::has_failed(transaction, file, &unusable.to_string())?,
    }
    if let Some(row) = media::find(transaction, file)?.filter(|row| row.is(State::Ready)) {
        show(transaction, desk, &row)?;
    }
    waiting::look(transaction, desk.moment, desk.account)?;
    transaction.wake(Wake::Account(desk.account));
    Ok(())
}

/// Shows a picture that is for the profile; not that of a closed account, which nobody sees.
fn show(transaction: &mut Transaction<'_>, desk: &Desk<'_>, row: &MediaRow) -> Result<()> {
    let picture = match Shape::parse(&row.shape) {
        Some(Shape::Avatar) => profiles::Picture::Avatar,
        Some(Shape::Header) => profiles::Picture::Header,
        _ => return Ok(()),
    };
    match freeze::expect_acting(transaction, desk.account) {
        Ok(()) => profiles::show_picture(transaction, desk, picture, row),
        Err(error) if error.is_refusal(freeze::CLOSED) => Ok(()),
        Err(error) => Err(error),
    }
}

/// One's own file.
///
/// # Errors
/// [`Error::NotFound`], for other people's too.
pub fn own(transaction: &mut Transaction<'_>, account: i64, id: i64) -> Result<MediaRow> {
    media::find(transaction, id)?.filter(|row| row.account_id == account).ok_or(Error::NotFound)
}

/// Says what is to be seen in one's own file, and where.
///
/// # Errors
/// [`Error::NotFound`]; a description that is too long.
pub fn describe(
    transaction: &mut Transaction<'_>,
    account: i64,
    id: i64,
    description: &Description,
) -> Result<MediaRow> {
    own(transaction, account, id)?;
    check(description)?;
    let focus = description.focus.map(|focus| focus.to_string());
    media::describe(transaction, id, &description.text, focus.as_deref())?;
    own(transaction, account, id)
}

/// Refuses a description that is too long.
///
/// # Errors
/// That one.
pub fn check(description: &Description) -> Result<()> {
    if description.text.chars().count() <= LONGEST_DESCRIPTION {
        return Ok(());
    }
    Err(Error::refused(
        "too-long",
        422,
        format!("Expected a description of at most {LONGEST_DESCRIPTION} characters."),
    ))
}

/// Gives one's own files to a post, in this order; files that it had and that are not among them are taken from it.
///
/// # Errors
/// Files that are not there, are not one's own or belong to another post; that are not ready, or never will be; too many.
pub fn attach(transaction: &mut Transaction<'_>, account: i64, ids: &[i64], post: i64) -> Result<()> {
    if ids.len() > MOST_ATTACHED {
        return Err(Error::refused(
            "too-many-files",
            422,
            format!("Expected at most {MOST_ATTACHED} files."),
        ));
    }
    let rows = media::of_account(transaction, account, ids)?;
    for (id, number) in ids.iter().zip(1..) {
        let row = rows.iter().find(|row| row.id == *id);
        let row = row.filter(|row| row.post_id.is_none_or(|other| other == post));
        usable(row).map_err(|error| of_several(error, number, ids.len()))?;
    }
    media::detach(transaction, post)?;
    for (position, id) in (0..).zip(ids) {
        media::attach(transaction, *id, post, position)?;
    }
    Ok(())
}

/// Says which of several files is meant.
fn of_several(error: Error, number: usize, count: usize) -> Error {
    match error {
        Error::Refused(mut problem) if count > 1 => {
            let detail = problem.detail.take().unwrap_or_default();
            problem.detail = Some(format!("File {number}: {detail}"));
            Error::Refused(problem)
        }
        other => other,
    }
}

/// Refuses a file that cannot be shown.
///
/// # Errors
/// One that is not there, not ready yet, or could not be prepared.
pub fn usable(row: Option<&MediaRow>) -> Result<()> {
    let Some(row) = row else {
        return Err(Error::refused("no-such-file", 422, "Expected files that you have given and not used."));
    };
    if row.is(State::Processing) {
        return Err(not_ready());
    }
    if row.is(State::Failed) {
        let why = row.problem.as_deref().unwrap_or("A file could not be prepared.");
        return Err(Error::refused("file-not-usable", 422, why));
    }
    Ok(())
}

/// The refusal of a file that is not ready yet.
pub fn not_ready() -> Error {
    Error::refused("file-not-ready", 422, "A file is still being prepared. Please try again in a moment.")
}

#[cfg(test)]
mod tests;
