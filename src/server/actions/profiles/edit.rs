//! What people here say of themselves, changed: name, text, lines, pictures, who may follow, who may find them. Everybody
//! who keeps a copy is told.

use super::{changed, of_account};
use crate::{
    actions::{desk::Desk, join::check_display_name, media},
    db::{
        Transaction, actors, media as files,
        profiles::{self, Approval, Discovery, ProfileRow},
    },
    error::{Error, Result},
    media::{Variant, address},
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
    /// The small picture.
    pub avatar: Picture,
    /// The large picture above the page.
    pub header: Picture,
    /// Who decides about requests to follow.
    pub follow_approval: Approval,
    /// Whether this person wants to be found.
    pub discovery: Discovery,
}

/// What becomes of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// It stays.
    Keep,
    /// There is none any more.
    None,
    /// It is this file of the same person, by its row id.
    File(i64),
}

/// Changes what somebody says of themselves.
///
/// # Errors
/// `display-name-invalid`; `profile` with what was expected; what [`media::usable`] refuses.
pub fn edit(transaction: &mut Transaction<'_>, desk: &Desk<'_>, change: &Change) -> Result<()> {
    let actor = actors::find(transaction, desk.account)?.ok_or(Error::NotFound)?;
    let name = check_display_name(Some(&change.name), &actor.name)?;
    check(change)?;
    let former = of_account(transaction, desk.account, desk.moment.now)?;
    let row = ProfileRow {
        summary: if change.text.trim().is_empty() {
            String::new()
        } else {
            html(desk, &change.text, &change.mentions)
        },
        source: change.text.clone(),
        fields: serde_json::to_string(&fields(desk, change)).map_err(Error::unknown)?,
        avatar: picture(transaction, desk, change.avatar, former.avatar.clone())?,
        header: picture(transaction, desk, change.header, former.header.clone())?,
        follow_approval: change.follow_approval.as_str().to_owned(),
        discovery: change.discovery.as_str().to_owned(),
        updated_at: desk.moment.now.0,
        ..former
    };
    profiles::put(transaction, &row)?;
    actors::set_display_name(transaction, desk.account, &name)?;
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

/// Where the picture is that is shown.
fn picture(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    picture: Picture,
    former: Option<String>,
) -> Result<Option<String>> {
    let id = match picture {
        Picture::Keep => return Ok(former),
        Picture::None => return Ok(None),
        Picture::File(id) => id,
    };
    let row = files::of_account(transaction, desk.account, &[id])?.into_iter().next();
    media::usable(row.as_ref())?;
    match row.filter(|row| row.kind == "image") {
        Some(row) => Ok(address(desk.site, &row, Variant::Original)),
        None => Err(Error::refused("profile", 422, "Expected a picture.")),
    }
}
