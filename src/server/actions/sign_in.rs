//! Signing in with a name and a password: who is meant, and whether they may come in. The password itself is compared
//! between the two, in `entrance.rs`.

use alcove_protocol::handle;

use super::freeze;
use crate::{
    db::{
        Transaction,
        accounts::{self, AccountRow},
    },
    error::{Error, Result},
    site::Site,
};

/// The kind of the refusal of a wrong name or password.
pub const WRONG: &str = "wrong-password";

/// The name that somebody typed, with or without our domain; an empty one, which nobody has, for what cannot be a name.
pub fn bare_name(typed: &str, site: &Site) -> String {
    let typed = typed.trim().trim_start_matches('@');
    let name = match typed.split_once('@') {
        Some((name, domain)) if domain.eq_ignore_ascii_case(&site.handle_domain) => name,
        Some(_) => "",
        None => typed,
    };
    handle::parse_name(name).unwrap_or_default()
}

/// The account of a name.
pub fn find(transaction: &mut Transaction<'_>, name: &str) -> Result<Option<AccountRow>> {
    accounts::by_name(transaction, name)
}

/// An account by its id.
pub fn find_by_id(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<AccountRow>> {
    accounts::find(transaction, id)
}

/// The refusal of a wrong name or a wrong password: one for both.
pub fn wrong() -> Error {
    Error::refused(WRONG, 403, "The name or the password is not right.")
}

/// Lets somebody in whose password was right just now, unless the account or its password has changed meanwhile.
///
/// # Errors
/// As [`again`]; `account-frozen`.
pub fn admit(transaction: &mut Transaction<'_>, proved: &AccountRow) -> Result<AccountRow> {
    let account = again(transaction, proved)?;
    freeze::expect_not_frozen(&account)?;
    Ok(account)
}

/// The account of somebody whose password was right just now, frozen or not.
///
/// # Errors
/// `account-disabled`; [`wrong`] when the password was changed since it was compared.
pub fn again(transaction: &mut Transaction<'_>, proved: &AccountRow) -> Result<AccountRow> {
    let account = accounts::find(transaction, proved.id)?.ok_or_else(wrong)?;
    if account.password_hash != proved.password_hash {
        return Err(wrong());
    }
    if !account.is_enabled() {
        return Err(Error::refused(
            "account-disabled",
            403,
            "This account has been closed by the people who run this place. Please ask them.",
        ));
    }
    Ok(account)
}
