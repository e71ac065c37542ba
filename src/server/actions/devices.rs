//! The devices of an account: they sign up, are listed and removed (ENCRYPTION.md 1.4). The server knows a device by its
//! public signature key and holds nothing secret of it (P1). How a later device is approved is in `pairings.rs`.
//!
//! A token alone shows no more than that somebody knew the password. It is trusted as a device once that device's key has
//! signed for it, and with the account's other devices only once that device is approved.

use alcove_protocol::{
    Timestamp,
    api::{self, DeviceState, TokenDigest, proof_statement},
};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction,
        devices::{self, DeviceRow},
        facts, items, key_packages, pairings,
        tokens::{self, TokenRow},
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

/// What a token stands for among the devices of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// An approved device.
    Approved,
    /// A device that waits for approval, or one that was removed.
    Nobody,
    /// An app of others, while the account has no approved device: it is all that the account has.
    OnlyApp,
    /// An app of others beside approved devices.
    App,
}

impl Sender {
    /// What it stands for.
    pub fn standing(self, transaction: &mut Transaction<'_>) -> Result<Standing> {
        let devices = devices::of_account(transaction, self.account)?;
        let mut approved = devices.iter().filter(|device| device.state() == DeviceState::Approved);
        Ok(match self.device {
            Some(id) if approved.any(|device| device.id == id) => Standing::Approved,
            Some(_) => Standing::Nobody,
            None if approved.next().is_none() => Standing::OnlyApp,
            None => Standing::App,
        })
    }

    /// Refuses who is neither that device, or app where it is none, nor an approved device.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn expect_itself_or_approved(
        self,
        transaction: &mut Transaction<'_>,
        device: Option<i64>,
    ) -> Result<()> {
        if self.device == device || self.standing(transaction)? == Standing::Approved {
            return Ok(());
        }
        Err(Error::Forbidden("Only a device that is approved may do this for another one.".into()))
    }

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

/// Signs a device up with the token that calls, for which its key has signed. The first device of an account is approved; a
/// later one is nobody until an approved one says so. Asking again with the same key gets the same device, which from then
/// on acts with this token alone.
///
/// # Errors
/// `device-proof` when the key did not sign for this token; `key-in-use` when the key is or was that of another device;
/// `token-bound` when the token belongs to another device.
pub fn register(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    new: &api::NewDevice,
) -> Result<api::Device> {
    let title = title_of(&new.title)?;
    if new.signature_key.len() != 32 {
        return Err(Error::invalid("Expected an Ed25519 key of 32 bytes."));
    }
    expect_proof(transaction, site, sender, new)?;
    devices::lock(transaction, sender.account)?;
    let device = match devices::by_signature_key(transaction, &new.signature_key)? {
        Some(known) if known.account_id == sender.account && known.removed_at.is_none() => known,
        Some(_) => return Err(key_in_use()),
        None => {
            let device = insert(transaction, moment, sender.account, title, &new.signature_key)?;
            if device.state() == DeviceState::Approved {
                // From now on apps of others do not speak for the account.
                super::key_packages::hide_of_apps(transaction, site, moment, sender.account)?;
            }
            device
        }
    };
    if sender.device != Some(device.id) && !tokens::bind_device(transaction, sender.token, device.id)? {
        return Err(Error::refused(
            "token-bound",
            409,
            "Expected a token with which no device signed up yet.",
        ));
    }
    tokens::revoke_of_device(transaction, device.id, Some(sender.token), moment.now)?;
    transaction.wake(Wake::Access(sender.account));
    seen(transaction, site, &device)
}

/// What a device is called: one line, not too long.
fn title_of(typed: &str) -> Result<&str> {
    let title = typed.trim();
    if title.is_empty() || title.chars().count() > MAX_TITLE || title.chars().any(char::is_control) {
        return Err(Error::invalid(format!("Expected a title of 1 to {MAX_TITLE} characters on one line.")));
    }
    Ok(title)
}

/// Keys are public: whoever names one has to show that it is theirs, for this account and this token.
fn expect_proof(
    transaction: &mut Transaction<'_>,
    site: &Site,
    sender: Sender,
    new: &api::NewDevice,
) -> Result<()> {
    let digest = tokens::digest(transaction, sender.token)?;
    let digest = TokenDigest::try_from(digest).map_err(|_| Error::NotSignedIn)?;
    let statement = proof_statement(&site.actor(sender.account), &new.signature_key, &digest);
    UnparsedPublicKey::new(&ED25519, &new.signature_key).verify(&statement, &new.proof).map_err(|_| {
        let expected = "Expected the key's signature over this account, the key and this token.";
        Error::refused("device-proof", 403, expected)
    })
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
    let somebody = others.iter().any(|device| device.state() == DeviceState::Approved);
    let state = if somebody { DeviceState::Pending } else { DeviceState::Approved };
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
    let tokens = tokens::live_of_account(transaction, account)?;
    Ok(devices::of_account(transaction, account)?.iter().map(|device| view(site, device, &tokens)).collect())
}

/// Calls a device something else, for itself or for an approved one.
///
/// # Errors
/// [`Error::NotFound`] when the account has no such device; [`Error::Forbidden`]; a title that is none.
pub fn rename(
    transaction: &mut Transaction<'_>,
    site: &Site,
    sender: Sender,
    name: &str,
    title: &str,
) -> Result<api::Device> {
    let title = title_of(title)?;
    devices::lock(transaction, sender.account)?;
    let device = devices::by_name(transaction, sender.account, name)?;
    let device = device.filter(|device| device.removed_at.is_none()).ok_or(Error::NotFound)?;
    sender.expect_itself_or_approved(transaction, Some(device.id))?;
    devices::rename(transaction, device.id, title)?;
    transaction.wake(Wake::Account(sender.account));
    seen(transaction, site, &DeviceRow { title: title.to_owned(), ..device })
}

/// Removes a device, for itself or for an approved one. Removing it again is no error; the first answer may have been lost.
///
/// # Errors
/// [`Error::NotFound`] when the account never had such a device; [`Error::Forbidden`].
pub fn remove(transaction: &mut Transaction<'_>, moment: &Moment, sender: Sender, name: &str) -> Result<()> {
    devices::lock(transaction, sender.account)?;
    let device = devices::by_name(transaction, sender.account, name)?.ok_or(Error::NotFound)?;
    if device.removed_at.is_some() {
        return Ok(());
    }
    sender.expect_itself_or_approved(transaction, Some(device.id))?;
    end(transaction, moment, sender.account, device.id)
}

/// Removes every device of an account, for a person who has lost them and has just typed their password: the next one to
/// sign up is the first again. Those that wait for approval go as well, because nobody is left to approve them; so do the
/// tokens and packages of apps, any of which may be an intruder's and would now speak for the account.
pub fn remove_all(transaction: &mut Transaction<'_>, moment: &Moment, account: i64) -> Result<()> {
    devices::lock(transaction, account)?;
    for device in devices::of_account(transaction, account)? {
        end(transaction, moment, account, device.id)?;
    }
    key_packages::delete_of_account(transaction, account)?;
    tokens::revoke_all(transaction, account, None, moment.now)?;
    transaction.wake(Wake::Access(account));
    tracing::info!(account, "all devices removed");
    Ok(())
}

/// Ends a device: its key packages, its approvals under way, its tokens and streams end with it.
fn end(transaction: &mut Transaction<'_>, moment: &Moment, account: i64, device: i64) -> Result<()> {
    key_packages::delete_of_device(transaction, device)?;
    pairings::delete_of_device(transaction, device)?;
    tokens::revoke_of_device(transaction, device, None, moment.now)?;
    devices::remove(transaction, device, moment.now)?;
    transaction.wake(Wake::Access(account));
    transaction.wake(Wake::Account(account));
    Ok(())
}

/// A device as its account sees it.
fn seen(transaction: &mut Transaction<'_>, site: &Site, device: &DeviceRow) -> Result<api::Device> {
    Ok(view(site, device, &tokens::live_of_account(transaction, device.account_id)?))
}

/// The same, with the tokens of the account, newest first.
fn view(site: &Site, device: &DeviceRow, tokens: &[TokenRow]) -> api::Device {
    let token = tokens.iter().find(|token| token.device_id == Some(device.id));
    let last_used_at = token.and_then(|token| token.last_used_at);
    api::Device {
        id: site.device(device.account_id, &device.name),
        title: device.title.clone(),
        signature_key: device.signature_key.clone(),
        state: device.state(),
        created_at: Timestamp(device.created_at),
        last_seen_at: device.last_seen_at.max(last_used_at).map(Timestamp),
        client_name: token.map(|token| token.client_name.clone()),
    }
}

#[cfg(test)]
mod tests;
