//! What a password must look like, changing it, and setting a new one by a link. Hashing is `passwords.rs` at the top.

use alcove_protocol::time::DAY;

use super::{accounts, sessions, sessions::Keep};
use crate::{
    app::Moment,
    db::{Transaction, accounts as table},
    error::{Error, Result},
    secret::SecretHash,
};

/// The shortest password, in characters.
pub const MIN_LENGTH: usize = 12;
/// The longest password, in characters: hashing is bounded work.
pub const MAX_LENGTH: usize = 1_000;
/// How long a reset link is good for, in milliseconds.
pub const RESET_LASTS: i64 = DAY;

/// Looks at a new password's length; what it is made of is its owner's affair.
///
/// # Errors
/// `password-too-short`, `password-too-long`.
pub fn check(password: &str) -> Result<()> {
    match password.chars().count() {
        MIN_LENGTH..=MAX_LENGTH => Ok(()),
        0..MIN_LENGTH => Err(Error::refused(
            "password-too-short",
            400,
            format!(
                "The password is too short. Expected at least {MIN_LENGTH} characters; several words are fine."
            ),
        )),
        _ => Err(Error::refused(
            "password-too-long",
            400,
            format!("The password is too long. Expected at most {MAX_LENGTH} characters."),
        )),
    }
}

/// Sets a new password and signs everything out but `keep` (S-61). Open reset links end too.
pub fn change(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    account: i64,
    hash: &str,
    keep: Keep,
) -> Result<()> {
    table::set_password(transaction, account, hash)?;
    table::use_reset_links(transaction, account, moment.now)?;
    sessions::end_all(transaction, moment, account, keep)?;
    tracing::info!(account, "password changed");
    Ok(())
}

/// Makes a secret for a link with which the account of that name can set a new password, once, within a day. Links that
/// were made before end.
///
/// # Errors
/// `account-unknown`.
pub fn make_reset_link(transaction: &mut Transaction<'_>, moment: &Moment, name: &str) -> Result<String> {
    let account = accounts::named(transaction, name)?;
    let token = moment.name();
    table::use_reset_links(transaction, account.id, moment.now)?;
    let expires_at = moment.now.plus(RESET_LASTS);
    table::insert_reset_link(transaction, &SecretHash::of(&token), account.id, expires_at)?;
    accounts::note(&account, "reset link made");
    Ok(token)
}

/// The account that a reset link is for.
///
/// # Errors
/// `reset-link-ended` when the link is unknown, used or expired.
pub fn reset_account(transaction: &mut Transaction<'_>, moment: &Moment, link: &SecretHash) -> Result<i64> {
    table::reset_link_account(transaction, link, moment.now)?.ok_or_else(link_ended)
}

fn link_ended() -> Error {
    Error::refused(
        "reset-link-ended",
        410,
        "This link for a new password has expired or was used already. Please ask for a new one.",
    )
}

/// Sets a new password by a link, uses the link up and signs everything out.
///
/// # Errors
/// As [`reset_account`].
pub fn reset(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    link: &SecretHash,
    hash: &str,
) -> Result<()> {
    let account = reset_account(transaction, moment, link)?;
    if table::use_reset_links(transaction, account, moment.now)? == 0 {
        // Two raced with one link; the other one set its password.
        return Err(link_ended());
    }
    change(transaction, moment, account, hash, Keep::Nothing)
}
