//! How people come in: whatever has to be done before the one transaction of joining, signing in or changing a password.
//! Tries are counted, passwords hashed and keys made here, outside transactions; what then happens is in `actions/`.

use alcove_protocol::time::{MINUTE, SECOND};

use crate::{
    actions::{
        freeze as freezing,
        invite::Ticket,
        join::{self, Newcomer},
        passwords as rules,
        sessions::{self, Keep},
        sign_in,
    },
    app::{App, Moment},
    db::{Transaction, accounts::AccountRow},
    error::{Error, Result},
    passwords::{Passwords, Verdict},
    secret::SecretHash,
    throttle::{Network, Throttle},
};

/// What guards the entrance; one for a process.
pub struct Entrance {
    passwords: Passwords,
    names: Throttle<String>,
    networks: Throttle<Network>,
    /// Registrations of OAuth clients.
    pub registrations: Throttle<Network>,
    /// Looks at invitations.
    pub invitations: Throttle<Network>,
}

impl Default for Entrance {
    fn default() -> Self {
        Self {
            passwords: Passwords::default(),
            names: Throttle::new(10, MINUTE),
            networks: Throttle::new(30, 10 * SECOND),
            registrations: Throttle::new(10, MINUTE),
            invitations: Throttle::new(60, 2 * SECOND),
        }
    }
}

/// What a newcomer typed.
pub struct JoinForm {
    /// What shows that they are invited.
    pub invitation: Ticket,
    /// The wanted name.
    pub name: String,
    /// What to be shown as; the name if missing.
    pub display_name: Option<String>,
    /// The password.
    pub password: String,
}

/// Takes up an invitation; `then` runs in the same transaction, to sign the newcomer in.
///
/// # Errors
/// Whatever is wrong with the invitation, the name or the password, each with a kind of its own.
pub async fn join<T: Send + 'static>(
    app: &App,
    from: Network,
    form: JoinForm,
    then: impl FnOnce(&mut Transaction<'_>, &Moment, &AccountRow) -> Result<T> + Send + 'static,
) -> Result<T> {
    let moment = app.moment();
    app.entrance.networks.take(&from, moment.now)?;
    let name = join::check_name(&form.name)?;
    let display_name = join::check_display_name(form.display_name.as_deref(), &name)?;
    rules::check(&form.password)?;
    // Looked at before the expensive work, and again in the transaction that decides.
    let invitation = form.invitation;
    let (wanted, token, at) = (name.clone(), invitation.clone(), moment.clone());
    app.db.read(move |transaction| join::check(transaction, &at, &token, &wanted)).await?;
    app.entrance.networks.give_back(&from);
    let password_hash = app.entrance.passwords.hash(form.password, moment.random()).await?;
    let newcomer = Newcomer { invitation, name, display_name, password_hash, keys: app.new_keys().await? };
    let site = app.site.clone();
    app.db
        .write(move |transaction| {
            let account = join::join(transaction, &moment, &site, newcomer)?;
            then(transaction, &moment, &account)
        })
        .await
}

/// Lets somebody in who knows the password; `then` runs in the transaction that looked once more.
///
/// # Errors
/// The same sentence, after the same time, for a name that nobody has and for a wrong password; a sentence of its own
/// for a disabled account, but only with the right password; [`Error::TooMany`].
pub async fn sign_in<T: Send + 'static>(
    app: &App,
    from: Network,
    name: &str,
    password: String,
    then: impl FnOnce(&mut Transaction<'_>, &Moment, &AccountRow) -> Result<T> + Send + 'static,
) -> Result<T> {
    let account = proved(app, from, name, password).await?;
    admit(app, account, then).await
}

/// Lets somebody in who has proved who they are, unless that has ended meanwhile.
async fn admit<T: Send + 'static>(
    app: &App,
    account: AccountRow,
    then: impl FnOnce(&mut Transaction<'_>, &Moment, &AccountRow) -> Result<T> + Send + 'static,
) -> Result<T> {
    let moment = app.moment();
    app.db
        .write(move |transaction| {
            let account = sign_in::admit(transaction, &account)?;
            then(transaction, &moment, &account)
        })
        .await
}

/// Signs everything out and freezes the account of somebody who knows the password.
///
/// # Errors
/// As [`sign_in`].
pub async fn freeze(app: &App, from: Network, name: &str, password: String) -> Result<()> {
    let (account, moment) = (proved(app, from, name, password).await?, app.moment());
    app.db
        .write(move |transaction| {
            let account = sign_in::again(transaction, &account)?;
            freezing::freeze(transaction, &moment, &account)
        })
        .await
}

/// Lets a frozen account be used again by somebody who knows the password, with a new one if they give one.
///
/// # Errors
/// As [`sign_in`]; `account-not-frozen`; when the new password does not fit the rules.
pub async fn unfreeze(
    app: &App,
    from: Network,
    name: &str,
    password: String,
    new: Option<String>,
) -> Result<()> {
    if let Some(new) = &new {
        rules::check(new)?;
    }
    let (account, moment) = (proved(app, from, name, password).await?, app.moment());
    let hash = match new {
        Some(new) => Some(app.entrance.passwords.hash(new, moment.random()).await?),
        None => None,
    };
    app.db
        .write(move |transaction| {
            let account = sign_in::again(transaction, &account)?;
            freezing::unfreeze(transaction, &moment, &account)?;
            match hash {
                Some(hash) => rules::change(transaction, &moment, account.id, &hash, Keep::Nothing),
                None => Ok(()),
            }
        })
        .await
}

/// The account of a name, if the password is its own.
async fn proved(app: &App, from: Network, name: &str, password: String) -> Result<AccountRow> {
    let name = sign_in::bare_name(name, &app.site);
    let wanted = name.clone();
    let account = app.db.read(move |transaction| sign_in::find(transaction, &wanted)).await?;
    prove(app, from, name, password, account).await
}

/// Asks somebody who is signed in for their password once more; `then` runs in the transaction that looked again.
///
/// # Errors
/// As [`sign_in`].
pub async fn confirm<T: Send + 'static>(
    app: &App,
    from: Network,
    account: i64,
    password: String,
    then: impl FnOnce(&mut Transaction<'_>, &Moment, &AccountRow) -> Result<T> + Send + 'static,
) -> Result<T> {
    let account = app.db.read(move |transaction| sign_in::find_by_id(transaction, account)).await?;
    let name = account.as_ref().map_or_else(String::new, |account| account.name.clone());
    let account = prove(app, from, name, password, account).await?;
    admit(app, account, then).await
}

/// Changes the password of somebody who is signed in and knows the present one. Everything but `keep` is signed out.
///
/// # Errors
/// As [`sign_in`], and when the new password does not fit the rules.
pub async fn change_password(
    app: &App,
    from: Network,
    account: i64,
    passwords: alcove_protocol::api::PasswordChange,
    keep: Keep,
) -> Result<()> {
    rules::check(&passwords.new)?;
    let account = app.db.read(move |transaction| sign_in::find_by_id(transaction, account)).await?;
    let name = account.as_ref().map_or_else(String::new, |account| account.name.clone());
    let account = prove(app, from, name, passwords.current, account).await?;
    let moment = app.moment();
    let hash = app.entrance.passwords.hash(passwords.new, moment.random()).await?;
    app.db
        .write(move |transaction| {
            let account = sign_in::admit(transaction, &account)?;
            rules::change(transaction, &moment, account.id, &hash, keep)
        })
        .await
}

/// Sets a new password by a link that an admin gave out. Everything is signed out.
///
/// # Errors
/// When the link is unknown, used or expired, and when the password does not fit the rules.
pub async fn reset_password(app: &App, from: Network, link: &str, new: String) -> Result<()> {
    let moment = app.moment();
    app.entrance.networks.take(&from, moment.now)?;
    rules::check(&new)?;
    let link = SecretHash::of(link);
    let (token, at) = (link.clone(), moment.clone());
    app.db.read(move |transaction| rules::reset_account(transaction, &at, &token)).await?;
    app.entrance.networks.give_back(&from);
    let hash = app.entrance.passwords.hash(new, moment.random()).await?;
    app.db.write(move |transaction| rules::reset(transaction, &moment, &link, &hash)).await
}

/// The account, if the password is its own and it may come in. Every try counts until it has proved to be right.
async fn prove(
    app: &App,
    from: Network,
    name: String,
    password: String,
    account: Option<AccountRow>,
) -> Result<AccountRow> {
    let (entrance, now) = (&app.entrance, app.clock.now());
    entrance.networks.take(&from, now)?;
    entrance.names.take(&name, now)?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let verdict = if password.chars().count() > rules::MAX_LENGTH {
        Ok(Verdict::Wrong)
    } else {
        entrance.passwords.verify(password, hash).await
    };
    match (verdict, account) {
        (Ok(Verdict::Right), Some(account)) => {
            entrance.networks.give_back(&from);
            entrance.names.give_back(&name);
            Ok(account)
        }
        (Ok(_), _) => Err(sign_in::wrong()),
        (Err(error), _) => {
            entrance.networks.give_back(&from);
            entrance.names.give_back(&name);
            Err(error)
        }
    }
}

/// Signs a browser in: what pages pass as `then`.
pub fn browser(
    client_name: String,
) -> impl FnOnce(&mut Transaction<'_>, &Moment, &AccountRow) -> Result<String> + Send + 'static {
    move |transaction, moment, account| sessions::open(transaction, moment, account.id, &client_name)
}

/// The refusal of an answer that cannot be given.
pub fn is_wrong_password(error: &Error) -> bool {
    error.is_refusal(sign_in::WRONG)
}
