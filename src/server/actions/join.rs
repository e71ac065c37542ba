//! Joining: an invitation is used up and there is one more person, in one transaction or not at all (S-66). The password is
//! hashed and the key made before it; signing in comes after it, in the same transaction.

use alcove_protocol::handle;

use super::{
    accounts,
    invite::{self, Ticket},
    keys,
};
use crate::{
    app::Moment,
    cryptography::NewKeys,
    db::{
        Transaction,
        accounts::{self as table, AccountRow},
        actors::{self, ActorRow},
        invitations,
    },
    error::{Error, Result},
    site::Site,
};

/// The longest name to be shown as, in characters.
const MAX_DISPLAY_NAME: usize = 100;

/// Names that would speak for the place itself, or that addresses use.
const RESERVED: [&str; 24] = [
    "abuse",
    "actor",
    "admin",
    "administrator",
    "alcove",
    "api",
    "assets",
    "everyone",
    "help",
    "here",
    "info",
    "join",
    "moderator",
    "oauth",
    "official",
    "owner",
    "postmaster",
    "root",
    "security",
    "settings",
    "support",
    "system",
    "webmaster",
    "www",
];

/// Somebody at the door, with all that has to be made outside a transaction.
pub struct Newcomer {
    /// What shows that they are invited.
    pub invitation: Ticket,
    /// From [`check_name`].
    pub name: String,
    /// From [`check_display_name`].
    pub display_name: String,
    /// Argon2id.
    pub password_hash: String,
    /// The keys that will sign for them.
    pub keys: NewKeys,
}

/// The name in the form in which it is stored.
///
/// # Errors
/// When no handle can have it (`name-invalid`), or nobody may (`name-taken`).
pub fn check_name(text: &str) -> Result<String> {
    let name = handle::parse_name(text.trim().trim_start_matches('@')).map_err(|_| {
        Error::refused(
            "name-invalid",
            400,
            "This name cannot be used. Expected 1 to 30 letters from a to z, digits and _, with . and - between them.",
        )
    })?;
    if RESERVED.contains(&name.as_str()) { Err(name_taken(&name)) } else { Ok(name) }
}

/// What somebody will be shown as; their name when they said nothing.
///
/// # Errors
/// When it is too long or cannot be shown.
pub fn check_display_name(text: Option<&str>, name: &str) -> Result<String> {
    let text = text.map_or("", str::trim);
    if text.chars().count() > MAX_DISPLAY_NAME || text.chars().any(char::is_control) {
        return Err(Error::refused(
            "display-name-invalid",
            400,
            format!(
                "The displayed name is too long. Expected at most {MAX_DISPLAY_NAME} characters on one line."
            ),
        ));
    }
    Ok(if text.is_empty() { name.to_owned() } else { text.to_owned() })
}

/// Whether joining would succeed now: looked at before the expensive work.
///
/// # Errors
/// Those of [`join`].
pub fn check(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    invitation: &Ticket,
    name: &str,
) -> Result<()> {
    invite::look(transaction, moment, invitation)?;
    if table::is_taken(transaction, name)? { Err(name_taken(name)) } else { Ok(()) }
}

/// Makes the actor, its keys and the account, and uses the invitation up.
///
/// # Errors
/// `name-taken`; `invitation-unknown`, `-wrong-secret`, `-expired`, `-used`, `-revoked`.
pub fn join(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    newcomer: Newcomer,
) -> Result<AccountRow> {
    let invitation = invite::look(transaction, moment, &newcomer.invitation)?;
    if !table::take_name(transaction, &newcomer.name, moment.now)? {
        return Err(name_taken(&newcomer.name));
    }
    if !invitations::take_use(transaction, invitation.id, moment.now)? {
        // Somebody else was faster since the look: what they left says why.
        invite::look(transaction, moment, &newcomer.invitation)?;
        return Err(Error::Busy);
    }
    let id = moment.id();
    actors::insert(transaction, &person(id, moment, site, &newcomer))?;
    for key in keys::first(id, moment, site.actor(id).as_str(), newcomer.keys) {
        actors::insert_key(transaction, &key)?;
    }
    let account = AccountRow {
        id,
        name: newcomer.name,
        password_hash: newcomer.password_hash,
        role: invitation.role,
        invitation_id: Some(invitation.id),
        last_position: 0,
        created_at: moment.now.0,
        disabled_at: None,
        frozen_at: None,
    };
    table::insert(transaction, &account)?;
    accounts::note(&account, "joined");
    Ok(account)
}

fn person(id: i64, moment: &Moment, site: &Site, newcomer: &Newcomer) -> ActorRow {
    ActorRow {
        id,
        uri: site.actor(id).as_str().to_owned(),
        kind: "Person".into(),
        name: newcomer.name.clone(),
        domain: site.handle_domain.clone(),
        display_name: newcomer.display_name.clone(),
        url: Some(site.profile(&newcomer.name)),
        inbox: site.of_account(id, "inbox"),
        shared_inbox: Some(site.shared_inbox()),
        key_packages: Some(site.of_account(id, "keyPackages")),
        document: None,
        fetched_at: None,
        created_at: moment.now.0,
        gone_at: None,
    }
}

fn name_taken(name: &str) -> Error {
    Error::refused("name-taken", 409, format!("The name {name} is taken. Please choose another one."))
}
