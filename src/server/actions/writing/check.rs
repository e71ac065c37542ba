//! What a post of ours may hold: limits that others keep to as well (S-51), told in words where they are not met.

use alcove_protocol::{
    post::Visibility,
    time::{DAY, MINUTE},
};

use super::{Content, Draft, NewPoll};
use crate::{
    error::{Error, Result},
    text,
};

/// The most characters of a text, as people count them.
pub const MAX_LENGTH: usize = 5_000;
/// The most bytes of the HTML of an app.
const MAX_HTML: usize = 64 * 1024;
/// The most characters of a warning.
const MAX_WARNING: usize = 500;
/// The most people that one post names or is for.
pub(super) const MAX_NAMED: usize = 50;
/// How many options a question has.
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=8;
/// The most characters of an option.
const MAX_OPTION: usize = 100;
/// How long a question may be open, in milliseconds.
const DURATION: std::ops::RangeInclusive<i64> = 5 * MINUTE..=30 * DAY;

/// The refusal of a post.
pub(super) fn refused(expected: impl Into<String>) -> Error {
    Error::refused("post", 422, expected)
}

/// Looks at all that does not depend on anybody else.
pub(super) fn draft(draft: &Draft, said: &Content) -> Result<()> {
    content(said, &draft.warning)?;
    if said.is_empty() && draft.media.is_empty() && draft.poll.is_none() {
        return Err(refused("Expected a text, a picture or a question."));
    }
    let proper = |tag: &String| {
        (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !draft.language.as_ref().is_none_or(proper) {
        return Err(refused("Expected a language as de, or as pt-BR."));
    }
    if draft.visibility != Visibility::Direct && !draft.recipients.is_empty() {
        return Err(refused("Expected recipients for a direct message only."));
    }
    match &draft.poll {
        Some(_) if !draft.media.is_empty() => Err(refused("Expected pictures or a question, not both.")),
        Some(poll) => question(poll),
        None => Ok(()),
    }
}

/// Looks at what is said, and at its warning.
pub(super) fn content(content: &Content, warning: &str) -> Result<()> {
    let is_long = match &content.source {
        Some(text) => text::length(text) > MAX_LENGTH,
        None => content.html.len() > MAX_HTML,
    };
    if is_long {
        return Err(refused(format!("Expected a text of at most {MAX_LENGTH} characters.")));
    }
    if warning.chars().count() > MAX_WARNING || warning.chars().any(char::is_control) {
        return Err(refused(format!("Expected a warning of one line and at most {MAX_WARNING} characters.")));
    }
    Ok(())
}

fn question(poll: &NewPoll) -> Result<()> {
    let titles: Vec<&str> = poll.options.iter().map(|title| title.trim()).collect();
    if !OPTIONS.contains(&titles.len()) {
        return Err(refused(format!("Expected {} to {} options.", OPTIONS.start(), OPTIONS.end())));
    }
    let proper = |title: &&str| {
        !title.is_empty() && title.chars().count() <= MAX_OPTION && !title.chars().any(char::is_control)
    };
    if !titles.iter().all(proper) {
        return Err(refused(format!("Expected options of one line and at most {MAX_OPTION} characters.")));
    }
    // A vote names its option: two of one name could not be told apart.
    let different: std::collections::BTreeSet<&&str> = titles.iter().collect();
    if different.len() != titles.len() {
        return Err(refused("Expected options that differ from each other."));
    }
    if !DURATION.contains(&poll.duration) {
        return Err(refused("Expected a question that is open for five minutes to thirty days."));
    }
    Ok(())
}
