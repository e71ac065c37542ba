//! This server's own emoji: those who run it add and remove them, everybody here writes them as `:shortcode:`. What somebody
//! writes carries the pictures that it uses, as it does from other servers; those stand in the posts and profiles themselves.

use super::{accounts::expect_to_run_it, desk::Desk, media as files, posts::details::Emoji};
use crate::{
    db::{
        Transaction,
        emojis::{self, EmojiRow},
        media::{MediaRow, State},
    },
    error::{Error, Result},
    media::{self, Variant, kind::FileType},
    site::Site,
    text,
};

/// The most bytes of a picture.
pub const MOST_BYTES: u64 = 256 * 1_024;
/// The most characters of a shortcode.
pub const LONGEST_SHORTCODE: usize = 30;
/// The most emoji of a server: all of them stand on one page.
const MOST: i64 = 500;

/// Whether a shortcode can be read in texts, here and elsewhere: Mastodon wants two characters at least, and no others.
fn is_shortcode(text: &str) -> bool {
    (2..=LONGEST_SHORTCODE).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Refuses what cannot become an emoji, before its file is taken.
///
/// # Errors
/// [`Error::Forbidden`] but for those who run this server; `emoji` with what was expected.
pub fn check(transaction: &mut Transaction<'_>, account: i64, shortcode: &str) -> Result<()> {
    expect_to_run_it(transaction, account)?;
    let refused = |expected: String| Err(Error::refused("emoji", 422, expected));
    if !is_shortcode(shortcode) {
        return refused(format!(
            "Expected a name of 2 to {LONGEST_SHORTCODE} letters of a to z, digits and underscores."
        ));
    }
    if emojis::all(transaction)?.iter().any(|row| row.shortcode == shortcode) {
        return refused(format!(
            "There is an emoji :{shortcode}: already. Remove it first, or choose another name."
        ));
    }
    if emojis::count(transaction)? >= MOST {
        return refused(format!("Expected at most {MOST} emoji."));
    }
    Ok(())
}

/// Refuses a file that cannot become an emoji.
///
/// # Errors
/// `emoji` with what was expected.
pub fn check_file(kind: FileType, bytes: u64) -> Result<()> {
    if matches!(kind, FileType::Png | FileType::Gif | FileType::WebP) && bytes <= MOST_BYTES {
        return Ok(());
    }
    let expected = format!("Expected a PNG, GIF or WebP picture of at most {} KiB.", MOST_BYTES / 1_024);
    Err(Error::refused("emoji", 422, expected))
}

/// Adds an emoji, with a file of whoever adds it that is being prepared. It is shown once that is ready.
///
/// # Errors
/// As [`check`].
pub fn add(transaction: &mut Transaction<'_>, desk: &Desk<'_>, shortcode: &str, file: i64) -> Result<()> {
    check(transaction, desk.account, shortcode)?;
    files::own(transaction, desk.account, file)?;
    emojis::insert(transaction, shortcode, file, desk.moment.now).map(drop)
}

/// Removes an emoji. Texts that have it show its name from then on.
///
/// # Errors
/// [`Error::Forbidden`] but for those who run this server; [`Error::NotFound`].
pub fn remove(transaction: &mut Transaction<'_>, desk: &Desk<'_>, shortcode: &str) -> Result<()> {
    expect_to_run_it(transaction, desk.account)?;
    if emojis::remove(transaction, shortcode)? { Ok(()) } else { Err(Error::NotFound) }
}

/// All emoji with how far their pictures are, for those who run this server.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
pub fn all(transaction: &mut Transaction<'_>, account: i64) -> Result<Vec<EmojiRow>> {
    expect_to_run_it(transaction, account)?;
    emojis::all(transaction)
}

/// Those that can be written here, with their pictures.
///
/// # Errors
/// When the database fails.
pub fn offered(transaction: &mut Transaction<'_>, site: &Site) -> Result<Vec<Emoji>> {
    let rows = emojis::all(transaction)?.into_iter().filter(|row| row.file.is(State::Ready));
    let emoji = |row: EmojiRow| Some(Emoji { url: picture(site, &row.file)?, name: row.shortcode });
    Ok(rows.filter_map(emoji).collect())
}

/// Where the picture of an emoji is.
pub fn picture(site: &Site, file: &MediaRow) -> Option<String> {
    media::address(site, file, Variant::Original)
}

/// Those that some texts use, as they go out with them and are kept.
///
/// # Errors
/// When the database fails.
pub fn used<'t>(
    transaction: &mut Transaction<'_>,
    site: &Site,
    texts: impl IntoIterator<Item = &'t str>,
) -> Result<Vec<Emoji>> {
    let shortcodes: Vec<&str> = texts.into_iter().flat_map(text::shortcodes).collect();
    if shortcodes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = emojis::ready(transaction, &shortcodes)?;
    let emoji = |row: EmojiRow| Some(Emoji { url: picture(site, &row.file)?, name: row.shortcode });
    Ok(rows.into_iter().filter_map(emoji).collect())
}

#[cfg(test)]
mod tests;
