//! The policy of this server for private messages (EXPERIENCE.md section 2): chosen in the configuration, kept in the
//! database since when, and asked at every place where a message comes in or goes out. That a conversation never changes
//! from encrypted to readable (P9) needs no policy: its protection is never updated.

use crate::{
    app::Moment,
    config::Policy,
    db::{Transaction, facts, policy_changes},
    error::{Error, Result},
};

/// Takes the policy of the configuration over at a start; one that has changed is noted, with the time.
///
/// # Errors
/// When the database fails.
pub fn adopt(transaction: &mut Transaction<'_>, moment: &Moment, policy: Policy) -> Result<()> {
    let former = facts::get(transaction, facts::POLICY)?;
    if former.as_deref() == Some(policy.as_str()) {
        return Ok(());
    }
    facts::set(transaction, facts::POLICY, policy.as_str())?;
    policy_changes::insert(transaction, moment.id(), policy.as_str(), moment.now)
}

/// The policy that holds now.
///
/// # Errors
/// When the database fails.
pub fn current(transaction: &mut Transaction<'_>) -> Result<Policy> {
    let word = facts::get(transaction, facts::POLICY)?;
    Ok(word.and_then(|word| Policy::parse(&word)).unwrap_or_default())
}

/// Lets a direct message through that servers can read.
///
/// # Errors
/// `plain-refused` (403) where all of them have to be encrypted (P10).
pub fn expect_plain(transaction: &mut Transaction<'_>) -> Result<()> {
    if current(transaction)? != Policy::Required {
        return Ok(());
    }
    let sentence =
        "This server takes private messages only when they are end-to-end encrypted. Nothing was stored.";
    Err(Error::refused("plain-refused", 403, sentence))
}

/// Lets an encrypted message through.
///
/// # Errors
/// `mls-refused` (403) where this server has none.
pub fn expect_sealed(transaction: &mut Transaction<'_>) -> Result<()> {
    if offers_sealed(transaction)? {
        return Ok(());
    }
    let sentence =
        "This server has no end-to-end encrypted messages: those who run it have switched them off.";
    Err(Error::refused("mls-refused", 403, sentence))
}

/// Whether people here can be written to encrypted, and so whether their key packages are shown.
///
/// # Errors
/// When the database fails.
pub fn offers_sealed(transaction: &mut Transaction<'_>) -> Result<bool> {
    Ok(current(transaction)? != Policy::Off)
}
