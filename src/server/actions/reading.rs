//! How far people here have read their letters, which is theirs to know: nobody else is told. What of a sealed conversation was
//! read is known to devices only.

use crate::{
    bus::Wake,
    db::{Transaction, letters, talks},
    error::{Error, Result},
    site::Site,
};

/// Somebody has read a conversation up to a letter; their other devices are told.
///
/// # Errors
/// [`Error::NotFound`] for a letter that they do not have in this conversation.
pub fn letters(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    conversation: i64,
    letter: i64,
) -> Result<()> {
    if !talks::has(transaction, account, conversation, letter)? {
        return Err(Error::NotFound);
    }
    if letters::mark_read(transaction, conversation, site.actor(account).as_str(), letter)? {
        transaction.wake(Wake::Account(account));
    }
    Ok(())
}
