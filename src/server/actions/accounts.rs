//! What the people who run a server do with accounts: list, look up, disable. Each is one line in the log (S-68).

use crate::{
    app::Moment,
    db::{
        Transaction,
        accounts::{self, AccountRow, Role},
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

/// Closes an account: its tokens, sessions and streams end at once (S-61).
///
/// # Errors
/// `account-unknown`; `last-owner`, because nobody could let anybody in any more (S-68).
pub fn disable(transaction: &mut Transaction<'_>, moment: &Moment, name: &str) -> Result<()> {
    let account = named(transaction, name)?;
    if account.role() == Role::Owner && accounts::lock_enabled_owners(transaction)? == [account.id] {
        return Err(Error::refused(
            "last-owner",
            409,
            "This is the last owner, and a place needs one. Invite another owner first.",
        ));
    }
    accounts::disable(transaction, account.id, moment.now)?;
    accounts::use_reset_links(transaction, account.id, moment.now)?;
    sessions::end_all(transaction, moment, account.id, Keep::Nothing)?;
    note(&account, "account disabled");
    Ok(())
}

/// The people who run this place, oldest first: what its front page names.
pub fn owners(transaction: &mut Transaction<'_>) -> Result<Vec<AccountRow>> {
    let mut rows = accounts::all(transaction)?;
    rows.retain(|account| account.role() == Role::Owner && account.is_enabled());
    Ok(rows)
}

/// One line in the log.
pub fn note(account: &AccountRow, fact: &str) {
    tracing::info!(account = account.id, name = account.name, role = account.role, "{fact}");
}
