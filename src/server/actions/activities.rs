//! What an outbox takes (ActivityPub section 6, ENCRYPTION.md 1.2): any activity, or a bare object that is wrapped in a
//! `Create` (trap T16). Here it is told apart what it is about, and with that which scope it needs; what is done with it
//! is in `outbox.rs`, `key_packages.rs` and `publish.rs`.

use alcove_protocol::{context, json as read, mls};
use serde_json::{Value, json};

use super::{
    devices::Sender,
    key_packages,
    outbox::{self, Sent},
    publish,
    scopes::Scope,
};
use crate::{
    app::Moment,
    db::Transaction,
    error::{Error, Result},
    site::Site,
};

/// What an activity is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// The account's key packages.
    KeyPackage,
    /// An MLS object.
    Sealed,
    /// Anything that the server can read.
    Plain,
}

impl Matter {
    /// What an activity of an account is about.
    pub fn of(site: &Site, account: i64, activity: &Value) -> Self {
        let object = activity.get("object").unwrap_or(&Value::Null);
        let is_package = read::type_among(object, |name| name == "KeyPackage").is_some();
        let names_package = read::id_of(object).is_some_and(|id| key_packages::is_address(site, account, id));
        if is_package || names_package {
            Self::KeyPackage
        } else if object.is_object() && mls::is_mls(object) {
            Self::Sealed
        } else {
            Self::Plain
        }
    }

    /// The scope that it needs.
    pub fn scope(self) -> Scope {
        match self {
            Self::KeyPackage => Scope::Devices,
            Self::Sealed => Scope::Messages,
            Self::Plain => Scope::Write,
        }
    }
}

/// An activity stays as it is; a bare object becomes the object of a `Create` (trap T16).
pub fn wrapped(document: Value) -> Value {
    let is_activity = document.get("object").is_some() || document.get("actor").is_some();
    if is_activity { document } else { json!({"type": "Create", "object": document}) }
}

/// What an outbox answers (trap T8).
#[derive(Clone, Debug)]
pub struct Posted {
    /// The activity, or the key package that it created.
    pub location: String,
    /// The activity.
    pub sent: Sent,
}

/// Does what an activity says.
///
/// # Errors
/// Those of the matter; `unsupported-activity`.
pub fn post(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    activity: Value,
) -> Result<Posted> {
    let kind = read::type_among(&activity, |_| true).map(str::to_owned).unwrap_or_default();
    let sent = match Matter::of(site, sender.account, &activity) {
        Matter::KeyPackage => return package(transaction, site, moment, sender, &kind, activity),
        Matter::Sealed if kind == "Create" => outbox::send(transaction, site, moment, sender, activity)?,
        Matter::Sealed => return Err(unsupported("a Create around an MLS object")),
        Matter::Plain => publish::publish(transaction, site, moment, sender.account, activity)?,
    };
    Ok(Posted { location: sent.id.as_str().to_owned(), sent })
}

/// Activities about key packages are done and answered, not sent: nobody is told of a package before asking for it.
fn package(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    kind: &str,
    mut activity: Value,
) -> Result<Posted> {
    let id = site.activity(&moment.name());
    let object = activity.get("object").cloned().unwrap_or_default();
    let address = read::id_of(&object).unwrap_or_default().to_owned();
    let mut location = id.as_str().to_owned();
    match kind {
        "Create" => {
            let stored = key_packages::publish(transaction, site, moment, sender, &object)?;
            location = read::text(&stored, "id").unwrap_or_default().to_owned();
            activity["object"] = stored;
        }
        "Add" => key_packages::add(transaction, site, sender, &address)?,
        "Remove" => key_packages::take_out(transaction, site, sender, &address)?,
        "Delete" => key_packages::delete(transaction, site, sender, &address)?,
        _ => return Err(unsupported("Create, Add, Remove or Delete of a key package")),
    }
    if activity.get("@context").is_none() {
        activity["@context"] = context::mls();
    }
    activity["id"] = json!(id);
    activity["actor"] = json!(site.actor(sender.account));
    activity["published"] = json!(moment.now);
    Ok(Posted { location, sent: Sent { id, document: activity } })
}

fn unsupported(expected: &str) -> Error {
    Error::refused("unsupported-activity", 422, format!("Expected {expected}."))
}

#[cfg(test)]
mod tests;
