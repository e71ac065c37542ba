//! What the people who run a server do with accounts: look up, change the role, disable. Each is one line in the log
//! (S-68). And who those people are.

use crate::{
    app::Moment,
    db::{
        Transaction,
        accounts::{self, AccountRow, Role},
        invitations,
    },
    error::{Error, Result},
};

use super::sessions::{self, Keep};

/// The account of a name as an admin types it.
///
/// # Errors
/// `account-unknown`.
pub fn named(transaction: &mut Transaction<'_>, name: &str) -> Result<AccountRow> {
    let bare = name.trim().trim_start_matches('@').to_ascii_lowercase();
    accounts::by_name(transaction, &bare)?.ok_or_else(|| {
        Error::refused(
            "account-unknown",
            404,
            format!("Nobody here is called {name}. Expected the name without domain."),
        )
    })
}

/// Whether somebody is one of those who run this server.
///
/// # Errors
/// When the database fails.
pub fn runs_it(transaction: &mut Transaction<'_>, account: i64) -> Result<bool> {
    let role = accounts::find(transaction, account)?.map(|account| account.role());
    Ok(matches!(role, Some(Role::Owner | Role::Admin)))
}

/// Lets those who run this server do what is for them.
///
/// # Errors
/// [`Error::Forbidden`] for everybody else.
pub fn expect_to_run_it(transaction: &mut Transaction<'_>, account: i64) -> Result<()> {
    if runs_it(transaction, account)? {
        return Ok(());
    }
    Err(Error::Forbidden("This is for the people who run this server.".into()))
}

/// Closes an account: its tokens, sessions and streams end at once (S-61), and nobody joins by its invitations any more.
///
/// # Errors
/// `account-unknown`; `last-owner`, because nobody could let anybody in any more (S-68).
pub fn disable(transaction: &mut Transaction<'_>, moment: &Moment, name: &str) -> Result<()> {
    let account = named(transaction, name)?;
    expect_another_owner(transaction, &account)?;
    accounts::disable(transaction, account.id, moment.now)?;
    accounts::use_reset_links(transaction, account.id, moment.now)?;
    invitations::revoke_of_account(transaction, account.id, moment.now)?;
    sessions::end_all(transaction, moment, account.id, Keep::Nothing)?;
    note(&account, "account disabled");
    Ok(())
}

/// Gives an account another role.
///
/// # Errors
/// `account-unknown`; `last-owner`, as for [`disable`].
pub fn set_role(transaction: &mut Transaction<'_>, name: &str, role: Role) -> Result<()> {
    let account = named(transaction, name)?;
    if role != Role::Owner {
        expect_another_owner(transaction, &account)?;
    }
    accounts::set_role(transaction, account.id, role)?;
    note(&account, &format!("the role is {} from now on", role.as_str()));
    Ok(())
}

/// Refuses what would leave a place without anybody who runs it.
fn expect_another_owner(transaction: &mut Transaction<'_>, account: &AccountRow) -> Result<()> {
    if account.role() == Role::Owner && accounts::lock_enabled_owners(transaction)? == [account.id] {
        let sentence = "This is the last owner, and a place needs one. Make somebody else an owner first.";
        return Err(Error::refused("last-owner", 409, sentence));
    }
    Ok(())
}

/// One line in the log.
pub fn note(account: &AccountRow, fact: &str) {
    tracing::info!(account = account.id, name = account.name, role = account.role, "{fact}");
}
