//! A stolen phone: an account in whose name nothing is done until its person says otherwise. What others send is received and
//! kept; what it has sent and is still on its way waits (`db/deliveries.rs`), as does what it has begun (`db/jobs.rs`), and its
//! key packages are not shown. Not closing an account for good, which those who run a server do (`accounts.rs`).

use crate::{
    app::Moment,
    bus::Wake,
    db::{Transaction, accounts, accounts::AccountRow, oauth},
    error::{Error, Result},
};

use super::{
    accounts::{named, note},
    sessions::{self, Keep},
};

/// The kind of the refusal of whoever signs in to a frozen account.
pub const FROZEN: &str = "account-frozen";
/// The kind of the refusal of what a closed account has begun.
pub const CLOSED: &str = "account-disabled";

/// Signs everything out and freezes an account; one that is frozen stays so.
///
/// # Errors
/// When the database fails.
pub fn freeze(transaction: &mut Transaction<'_>, moment: &Moment, account: &AccountRow) -> Result<()> {
    if account.frozen_at.is_none() {
        accounts::set_frozen(transaction, account.id, Some(moment.now))?;
        note(account, "account frozen");
    }
    end_everything(transaction, moment, account.id)
}

/// Lets an account be used again. Whatever signed in while it was being frozen has to do so once more.
///
/// # Errors
/// `account-not-frozen`.
pub fn unfreeze(transaction: &mut Transaction<'_>, moment: &Moment, account: &AccountRow) -> Result<()> {
    if account.frozen_at.is_none() {
        let sentence = "This account is not frozen. Nothing was changed.";
        return Err(Error::refused("account-not-frozen", 409, sentence));
    }
    accounts::set_frozen(transaction, account.id, None)?;
    note(account, "account unfrozen");
    transaction.wake(Wake::Deliveries);
    transaction.wake(Wake::Jobs);
    end_everything(transaction, moment, account.id)
}

/// [`freeze`] by the name that an admin types.
///
/// # Errors
/// `account-unknown`.
pub fn freeze_named(transaction: &mut Transaction<'_>, moment: &Moment, name: &str) -> Result<()> {
    let account = named(transaction, name)?;
    freeze(transaction, moment, &account)
}

/// [`unfreeze`] by the name that an admin types.
///
/// # Errors
/// `account-unknown`; as [`unfreeze`].
pub fn unfreeze_named(transaction: &mut Transaction<'_>, moment: &Moment, name: &str) -> Result<()> {
    let account = named(transaction, name)?;
    unfreeze(transaction, moment, &account)
}

/// Refuses whoever wants to come in.
///
/// # Errors
/// `account-frozen`.
pub fn expect_not_frozen(account: &AccountRow) -> Result<()> {
    if account.frozen_at.is_none() {
        return Ok(());
    }
    let sentence = "This account is frozen, because somebody with its password said that a device was lost or stolen. Its \
                    person can use it again by the page /stolen of this server.";
    Err(Error::refused(FROZEN, 403, sentence))
}

/// Refuses to go on with what an account has begun, when nothing is done in its name now.
///
/// # Errors
/// `account-frozen`, which may pass; `account-disabled`; [`Error::NotFound`].
pub fn expect_acting(transaction: &mut Transaction<'_>, account: i64) -> Result<()> {
    let account = accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
    if !account.is_enabled() {
        return Err(Error::refused(CLOSED, 403, "This account is closed."));
    }
    expect_not_frozen(&account)
}

/// Sessions, tokens with their streams, and whatever could still become one.
fn end_everything(transaction: &mut Transaction<'_>, moment: &Moment, account: i64) -> Result<()> {
    oauth::use_codes_of(transaction, account, moment.now)?;
    accounts::use_reset_links(transaction, account, moment.now)?;
    sessions::end_all(transaction, moment, account, Keep::Nothing)
}
