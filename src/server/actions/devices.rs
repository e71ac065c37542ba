//! The devices of an account: they sign up, are listed and removed (ENCRYPTION.md 1.4). The server knows a device by its
//! public signature key and holds nothing secret of it (P1). How a later device is approved is in `pairings.rs`.

use alcove_protocol::{Timestamp, api};

use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction,
        devices::{self, DeviceRow},
        facts, items, key_packages, pairings, tokens,
    },
    error::{Error, Result},
    site::Site,
};

/// The most devices of one account.
pub const MAX_DEVICES: usize = 20;
/// The longest title, in characters.
const MAX_TITLE: usize = 100;

/// Who acts: an account by one of its tokens, which may belong to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The account.
    pub account: i64,
    /// The row id of the token.
    pub token: i64,
    /// The row id of the device that signed up with the token.
    pub device: Option<i64>,
}

impl Sender {
    /// The device that calls.
    ///
    /// # Errors
    /// `no-device` when the token belongs to none, or the device was removed.
    pub fn device(self, transaction: &mut Transaction<'_>) -> Result<DeviceRow> {
        let device = match self.device {
            Some(id) => devices::find(transaction, id)?,
            None => None,
        };
        device.ok_or_else(|| {
            Error::refused("no-device", 403, "Expected a token with which a device signed up.")
        })
    }
}

/// Signs a device up with the token that calls. The first device of an account is approved; a later one is nobody until
/// an approved one says so. Asking again with the same key gets the same device. So does a new token after the old ones
/// ended: whoever has the password could sign up a device anyway, and what an approved device may do that matters needs
/// its private key or the person's identity key, neither of which is here.
///
/// # Errors
/// `key-in-use` when the key is or was that of another device; `token-bound` when the token belongs to another device.
pub fn register(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    new: &api::NewDevice,
) -> Result<api::Device> {
    let title = new.title.trim();
    if new.signature_key.len() != 32 || title.is_empty() || title.chars().count() > MAX_TITLE {
        return Err(Error::invalid(
            "Expected a title of 1 to 100 characters and an Ed25519 key of 32 bytes.",
        ));
    }
    devices::lock(transaction, sender.account)?;
    let device = match devices::by_signature_key(transaction, &new.signature_key)? {
        Some(known) if known.account_id == sender.account && known.removed_at.is_none() => known,
        Some(_) => return Err(key_in_use()),
        None => insert(transaction, moment, sender.account, title, &new.signature_key)?,
    };
    if sender.device != Some(device.id) && !tokens::bind_device(transaction, sender.token, device.id)? {
        return Err(Error::refused(
            "token-bound",
            409,
            "Expected a token with which no device signed up yet.",
        ));
    }
    Ok(view(site, &device))
}

fn insert(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    account: i64,
    title: &str,
    key: &[u8],
) -> Result<DeviceRow> {
    let others = devices::of_account(transaction, account)?;
    if others.len() >= MAX_DEVICES {
        let expected = format!("Expected at most {MAX_DEVICES} devices; remove one that is not in use.");
        return Err(Error::refused("too-many-devices", 409, expected));
    }
    if !key_packages::by_signature_key(transaction, key)?.is_empty() {
        return Err(key_in_use());
    }
    let somebody = others.iter().any(|device| device.state() == api::DeviceState::Approved);
    let state = if somebody { api::DeviceState::Pending } else { api::DeviceState::Approved };
    let row = DeviceRow {
        id: moment.id(),
        name: moment.name(),
        account_id: account,
        title: title.to_owned(),
        signature_key: key.to_vec(),
        state: devices::word(state).to_owned(),
        // What arrived earlier was sealed for other devices; it neither helps this one nor is kept for it.
        cursor_incarnation: facts::incarnation(transaction)?,
        cursor_position: items::last_position(transaction, account)?,
        created_at: moment.now.0,
        last_seen_at: None,
        removed_at: None,
    };
    if !devices::insert(transaction, &row)? {
        return Err(key_in_use());
    }
    transaction.wake(Wake::Account(account));
    Ok(row)
}

fn key_in_use() -> Error {
    Error::refused("key-in-use", 409, "Expected a signature key that no device of this server has or had.")
}

/// The devices of an account, oldest first.
pub fn list(transaction: &mut Transaction<'_>, site: &Site, account: i64) -> Result<Vec<api::Device>> {
    Ok(devices::of_account(transaction, account)?.iter().map(|device| view(site, device)).collect())
}

/// Removes a device: its key packages, its approvals under way, its tokens and streams end with it. Removing it again is
/// no error; the first answer may have been lost.
///
/// # Errors
/// [`Error::NotFound`] when the account never had such a device.
pub fn remove(transaction: &mut Transaction<'_>, moment: &Moment, account: i64, name: &str) -> Result<()> {
    let device = devices::by_name(transaction, account, name)?.ok_or(Error::NotFound)?;
    if device.removed_at.is_some() {
        return Ok(());
    }
    key_packages::delete_of_device(transaction, device.id)?;
    pairings::delete_of_device(transaction, device.id)?;
    tokens::revoke_of_device(transaction, device.id, moment.now)?;
    devices::remove(transaction, device.id, moment.now)?;
    transaction.wake(Wake::Access(account));
    transaction.wake(Wake::Account(account));
    Ok(())
}

/// A device as its account sees it.
fn view(site: &Site, device: &DeviceRow) -> api::Device {
    api::Device {
        id: site.device(device.account_id, &device.name),
        title: device.title.clone(),
        signature_key: device.signature_key.clone(),
        state: device.state(),
        created_at: Timestamp(device.created_at),
        last_seen_at: device.last_seen_at.map(Timestamp),
    }
}

#[cfg(test)]
mod tests;
