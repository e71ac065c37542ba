//! Key packages of people here (ENCRYPTION.md 1.3): published through the outbox, checked, shown in the collection
//! `keyPackages`, replaced, taken out and deleted. One valid package per device; nothing is used up by being fetched
//! (trap T14).

use alcove_protocol::{Timestamp, base64, context, json as read, mls::MAX_MLS_BYTES};
use serde_json::{Value, json};

use super::{
    devices::{Sender, Standing},
    policy,
};
use crate::{
    app::Moment,
    db::{
        Transaction, accounts,
        devices::{self, DeviceRow},
        key_packages::{self, Audience, KeyPackageRow},
    },
    error::{Error, Result},
    mls::{self, InvalidKeyPackage, ValidKeyPackage},
    site::Site,
};

/// The most packages of one account: those of its devices, and those of other people's apps, which cannot be told apart.
const MAX_PACKAGES: usize = 40;

/// Who looks at a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Its owner.
    Owner,
    /// Anybody else.
    Anybody,
}

/// Publishes a package: the object of a `Create`. It takes the place of the device's former one at once, so that nobody
/// ever sees two or none (the `Add` that follows finds it there). The same bytes again are the same package, shown to whom
/// the newer object says.
///
/// # Errors
/// `key-package`, with the failed check by name in `check` and the reason in `detail`.
pub fn publish(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    object: &Value,
) -> Result<Value> {
    policy::expect_sealed(transaction)?;
    let package = check(site, moment.now, sender, object).map_err(refused)?;
    devices::lock(transaction, sender.account)?;
    let device = device_of(transaction, sender, &package)?;
    let same_key = key_packages::by_signature_key(transaction, &package.signature_key)?;
    if same_key.iter().any(|row| row.account_id != sender.account) {
        return Err(refused(InvalidKeyPackage::KeyInUse));
    }
    let audience = audience(transaction, sender, object)?;
    if let Some(row) = same_key.iter().find(|row| row.content == package.content) {
        return show_to(transaction, site, row, audience);
    }
    let live = key_packages::live_of_account(transaction, sender.account, moment.now)?;
    if same_key.is_empty() && live.len() >= MAX_PACKAGES {
        let expected = format!("Expected at most {MAX_PACKAGES} packages; delete those that are not in use.");
        return Err(Error::refused("too-many-packages", 409, expected));
    }
    let row = new_row(site, moment, sender.account, device.as_ref(), (object, audience), package);
    key_packages::insert(transaction, &row)?;
    key_packages::delete_others(transaction, &row.signature_key, row.id)?;
    document(&row)
}

/// What can be checked without asking the database.
fn check(
    site: &Site,
    now: Timestamp,
    sender: Sender,
    object: &Value,
) -> Result<ValidKeyPackage, InvalidKeyPackage> {
    let actor = site.actor(sender.account);
    let authors = read::ids(object, "attributedTo");
    if authors.iter().any(|author| *author != actor.as_str()) {
        return Err(InvalidKeyPackage::Identity(actor));
    }
    if read::text(object, "ciphersuite").is_some_and(|suite| suite != context::CIPHERSUITE) {
        return Err(InvalidKeyPackage::Suite);
    }
    let content = read::text(object, "content").ok_or(InvalidKeyPackage::Parse)?;
    let bytes = base64::decode(content, MAX_MLS_BYTES).ok_or(InvalidKeyPackage::Parse)?;
    mls::key_package(&bytes, &actor, now)
}

/// The device that made a package: the one that calls, whose key it has to be, or none for the apps of others.
fn device_of(
    transaction: &mut Transaction<'_>,
    sender: Sender,
    package: &ValidKeyPackage,
) -> Result<Option<DeviceRow>> {
    let owner = devices::by_signature_key(transaction, &package.signature_key)?;
    let caller = match sender.device {
        Some(id) => devices::find(transaction, id)?,
        None => None,
    };
    match (caller, owner) {
        (Some(caller), Some(owner)) if caller.id == owner.id => Ok(Some(caller)),
        (_, Some(_)) => Err(refused(InvalidKeyPackage::KeyInUse)),
        (Some(_), None) => Err(refused(InvalidKeyPackage::OtherKey)),
        (None, None) => Ok(None),
    }
}

fn refused(invalid: InvalidKeyPackage) -> Error {
    let check = invalid.check();
    match Error::refused("key-package", 422, format!("This key package was not taken: {invalid}.")) {
        Error::Refused(problem) => Error::Refused(Box::new(problem.with("check", check))),
        other => other,
    }
}

/// Who is to see a package: everybody, if its object says so and whoever posts it may speak for the account. An app of
/// others is no more than a password; beside devices that the person has approved it cannot add one to conversations.
fn audience(transaction: &mut Transaction<'_>, sender: Sender, object: &Value) -> Result<Audience> {
    let addressed = read::ids(object, "to").into_iter().any(context::is_public);
    let speaks = matches!(sender.standing(transaction)?, Standing::Approved | Standing::OnlyApp);
    Ok(if addressed && speaks { Audience::Public } else { Audience::Own })
}

/// The `to` of a package.
fn addressees(site: &Site, account: i64, audience: Audience) -> Value {
    match audience {
        Audience::Public => json!([context::PUBLIC]),
        Audience::Own | Audience::Unlisted => json!([site.actor(account)]),
    }
}

/// Shows what apps of others have published to the account alone.
///
/// # Errors
/// When the database cannot be asked.
pub fn hide_of_apps(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    account: i64,
) -> Result<()> {
    for row in key_packages::live_of_account(transaction, account, moment.now)? {
        if row.device_id.is_none() && Audience::parse(&row.audience) == Audience::Public {
            show_to(transaction, site, &row, Audience::Own)?;
        }
    }
    Ok(())
}

/// Puts a package that is here into the collection, for that audience; its object.
fn show_to(
    transaction: &mut Transaction<'_>,
    site: &Site,
    row: &KeyPackageRow,
    audience: Audience,
) -> Result<Value> {
    let mut object = document(row)?;
    object["to"] = addressees(site, row.account_id, audience);
    key_packages::show_to(transaction, row.id, audience, &object.to_string())?;
    Ok(object)
}

/// The row of a package, with its object as it is served: what the device wrote, and what everybody needs to use it
/// (traps T4, T5, T6; whatever else stood in it is kept, T9).
fn new_row(
    site: &Site,
    moment: &Moment,
    account: i64,
    device: Option<&DeviceRow>,
    (object, audience): (&Value, Audience),
    package: ValidKeyPackage,
) -> KeyPackageRow {
    let (name, actor) = (moment.name(), site.actor(account));
    let mut document = object.clone();
    document["@context"] = document.get("@context").cloned().unwrap_or_else(context::mls);
    document["id"] = json!(site.key_package(account, &name));
    document["type"] = json!("KeyPackage");
    document["attributedTo"] = json!(actor);
    document["to"] = addressees(site, account, audience);
    document["mediaType"] = json!(context::MLS_MEDIA_TYPE);
    document["encoding"] = json!("base64");
    document["ciphersuite"] = json!(context::CIPHERSUITE);
    document["content"] = json!(base64::encode(&package.content));
    document["published"] = json!(moment.now);
    if let Some(device) = device {
        let id = site.device(account, &device.name);
        document["generator"] = json!({"id": id, "type": "Application", "name": "Alcove"});
    }
    KeyPackageRow {
        id: moment.id(),
        name,
        account_id: account,
        device_id: device.map(|device| device.id),
        audience: audience.as_str().to_owned(),
        content: package.content,
        signature_key: package.signature_key,
        document: document.to_string(),
        expires_at: package.expires_at.0,
        created_at: moment.now.0,
    }
}

fn document(row: &KeyPackageRow) -> Result<Value> {
    serde_json::from_str(&row.document).map_err(Error::unknown)
}

/// `Add` to the collection: one that was published is there already; one that was taken out comes back.
///
/// # Errors
/// [`Error::NotFound`] when the account has no such package; [`Error::Forbidden`] when it is another device's.
pub fn add(transaction: &mut Transaction<'_>, site: &Site, sender: Sender, id: &str) -> Result<()> {
    let row = own(transaction, site, sender, id)?;
    if Audience::parse(&row.audience) != Audience::Unlisted {
        return Ok(());
    }
    let audience = audience(transaction, sender, &document(&row)?)?;
    show_to(transaction, site, &row, audience).map(drop)
}

/// `Remove` from the collection.
///
/// # Errors
/// As [`add`].
pub fn take_out(transaction: &mut Transaction<'_>, site: &Site, sender: Sender, id: &str) -> Result<()> {
    let row = own(transaction, site, sender, id)?;
    key_packages::take_out(transaction, row.id)
}

/// `Delete` of a package; of another device by an approved one too, because the apps of others share the account (trap T8c).
///
/// # Errors
/// As [`add`].
pub fn delete(transaction: &mut Transaction<'_>, site: &Site, sender: Sender, id: &str) -> Result<()> {
    let row = own(transaction, site, sender, id)?;
    key_packages::delete(transaction, row.id)
}

/// Whether an address is that of a key package of an account, there or not.
pub fn is_address(site: &Site, account: i64, id: &str) -> bool {
    name_of(site, account, id).is_some()
}

fn name_of<'a>(site: &Site, account: i64, id: &'a str) -> Option<&'a str> {
    id.strip_prefix(&site.of_account(account, "keyPackages"))?.strip_prefix('/')
}

/// A package of the account that the caller may change: a device's own, or any for an approved device. Those of apps cannot
/// be told apart, so that apps change each other's; a device that waits for approval changes none but its own.
fn own(transaction: &mut Transaction<'_>, site: &Site, sender: Sender, id: &str) -> Result<KeyPackageRow> {
    let name = name_of(site, sender.account, id).ok_or(Error::NotFound)?;
    devices::lock(transaction, sender.account)?;
    let row = key_packages::by_name(transaction, sender.account, name)?.ok_or(Error::NotFound)?;
    sender.expect_itself_or_approved(transaction, row.device_id)?;
    Ok(row)
}

/// Whether an account can be written to encrypted now: while it is frozen its devices may be in other hands.
fn offers(transaction: &mut Transaction<'_>, account: i64) -> Result<bool> {
    let is_open = accounts::find(transaction, account)?.is_some_and(|account| account.may_act());
    Ok(is_open && policy::offers_sealed(transaction)?)
}

/// The packages in an account's collection, newest first, as objects.
pub fn collection(
    transaction: &mut Transaction<'_>,
    account: i64,
    viewer: Viewer,
    now: Timestamp,
) -> Result<Vec<Value>> {
    if !offers(transaction, account)? {
        return Ok(Vec::new());
    }
    let rows = key_packages::live_of_account(transaction, account, now)?;
    let seen = rows.iter().filter(|row| match Audience::parse(&row.audience) {
        Audience::Public => true,
        Audience::Own => viewer == Viewer::Owner,
        Audience::Unlisted => false,
    });
    seen.map(document).collect()
}

/// One package. Whoever was given its address while it was public may still fetch it after it was taken out.
///
/// # Errors
/// [`Error::NotFound`] when there is none that the viewer may see.
pub fn show(transaction: &mut Transaction<'_>, account: i64, name: &str, viewer: Viewer) -> Result<Value> {
    if !offers(transaction, account)? {
        return Err(Error::NotFound);
    }
    let row = key_packages::by_name(transaction, account, name)?.ok_or(Error::NotFound)?;
    let object = document(&row)?;
    let public = read::ids(&object, "to").into_iter().any(context::is_public);
    if public || viewer == Viewer::Owner { Ok(object) } else { Err(Error::NotFound) }
}

#[cfg(test)]
mod tests;
