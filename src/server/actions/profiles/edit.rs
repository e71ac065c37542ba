//! What people here say of themselves, changed: name, text, lines, pictures, who may follow, who may find them. Everybody
//! who keeps a copy is told.

use super::{changed, of_account};
use crate::{
    actions::{desk::Desk, emojis, join::check_display_name, posts::details::Emoji},
    db::{
        Transaction, actors, devices,
        media::{self, MediaRow},
        profiles::{self, Approval, Discovery, ProfileRow},
    },
    error::{Error, Result},
    media::picture::Shape,
    text::{self, Mentions, Surroundings},
};

/// The most characters of a text about somebody.
pub const MAX_TEXT: usize = 500;
/// The most lines.
pub const MAX_FIELDS: usize = 4;
/// The most characters of a line's name, and of its value.
pub const MAX_FIELD: usize = 255;

/// What somebody says from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The name that is shown; empty for that of the handle.
    pub name: String,
    /// About themselves, as it was typed.
    pub text: String,
    /// Whom the handles in the text mean.
    pub mentions: Mentions,
    /// Lines of a name and a value, as they were typed; those without either are left out.
    pub fields: Vec<(String, String)>,
    /// Which pictures are taken away. New ones are given as files ([`show_picture`]).
    pub without: Vec<Picture>,
    /// Who decides about requests to follow.
    pub follow_approval: Approval,
    /// Whether this person wants to be found.
    pub discovery: Discovery,
}

/// One of the two pictures of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// The small one.
    Avatar,
    /// The large one above the page.
    Header,
}

impl Picture {
    /// What a file for it is prepared as.
    pub fn shape(self) -> Shape {
        match self {
            Self::Avatar => Shape::Avatar,
            Self::Header => Shape::Header,
        }
    }

    fn of(self, row: &mut ProfileRow) -> &mut Option<String> {
        match self {
            Self::Avatar => &mut row.avatar,
            Self::Header => &mut row.header,
        }
    }
}

/// Changes what somebody says of themselves.
///
/// # Errors
/// `display-name-invalid`; `profile` with what was expected.
pub fn edit(transaction: &mut Transaction<'_>, desk: &Desk<'_>, change: &Change) -> Result<()> {
    // A picture that becomes ready meanwhile must not be lost.
    devices::lock(transaction, desk.account)?;
    let actor = actors::find(transaction, desk.account)?.ok_or(Error::NotFound)?;
    let name = check_display_name(Some(&change.name), &actor.name)?;
    check(change)?;
    let mut former = of_account(transaction, desk.account, desk.moment.now)?;
    for picture in &change.without {
        *picture.of(&mut former) = None;
        forget_given(transaction, desk.account, *picture)?;
    }
    let fields = fields(desk, change);
    let values = fields.iter().map(|line| line.source.as_str());
    let texts = [name.as_str(), &change.text].into_iter().chain(values);
    let emojis = emojis::used(transaction, desk.site, texts)?;
    let row = ProfileRow {
        summary: if change.text.trim().is_empty() {
            String::new()
        } else {
            html(desk, &change.text, &change.mentions)
        },
        source: change.text.clone(),
        fields: serde_json::to_string(&fields).map_err(Error::unknown)?,
        emojis: Emoji::to_column(&emojis)?,
        follow_approval: change.follow_approval.as_str().to_owned(),
        discovery: change.discovery.as_str().to_owned(),
        updated_at: desk.moment.now.0,
        ..former
    };
    profiles::put(transaction, &row)?;
    actors::set_display_name(transaction, desk.account, &name)?;
    changed(transaction, desk.site, desk.moment, desk.account)
}

/// What was given for a picture and is not shown yet, will not be.
///
/// # Errors
/// When the database fails.
pub fn forget_given(transaction: &mut Transaction<'_>, account: i64, picture: Picture) -> Result<()> {
    media::reshape_unready(transaction, account, picture.shape().as_str(), Shape::Whole.as_str())
}

/// Shows a picture that was given for the profile and is ready. Everybody who keeps a copy is told.
///
/// # Errors
/// When the database fails.
pub fn show_picture(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    picture: Picture,
    file: &MediaRow,
) -> Result<()> {
    let mut row = of_account(transaction, desk.account, desk.moment.now)?;
    *picture.of(&mut row) = Some(file.name.clone());
    row.updated_at = desk.moment.now.0;
    profiles::put(transaction, &row)?;
    changed(transaction, desk.site, desk.moment, desk.account)
}

fn check(change: &Change) -> Result<()> {
    let refused = |expected: String| Err(Error::refused("profile", 422, expected));
    if text::length(&change.text) > MAX_TEXT {
        return refused(format!("Expected a text of at most {MAX_TEXT} characters."));
    }
    if change.fields.len() > MAX_FIELDS {
        return refused(format!("Expected at most {MAX_FIELDS} lines."));
    }
    let proper = |text: &String| text.chars().count() <= MAX_FIELD && !text.chars().any(char::is_control);
    if !change.fields.iter().all(|(name, value)| proper(name) && proper(value)) {
        return refused(format!("Expected lines of at most {MAX_FIELD} characters each."));
    }
    Ok(())
}

fn html(desk: &Desk<'_>, text: &str, mentions: &Mentions) -> String {
    let (origin, domain) = (desk.site.origin(), &desk.site.handle_domain);
    text::compose(text, Surroundings { origin: origin.as_str(), domain, mentions }).html
}

fn fields(desk: &Desk<'_>, change: &Change) -> Vec<super::Line> {
    let said =
        change.fields.iter().filter(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty());
    let line = |(name, value): &(String, String)| super::Line {
        name: name.trim().to_owned(),
        value: html(desk, value, &Mentions::new()),
        source: value.trim().to_owned(),
    };
    said.map(line).collect()
}
