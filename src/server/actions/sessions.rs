//! Being signed in: browser sessions by cookie and clients by token, listed together and ended one by one or all at once.
//! Who may be signed in is `sign_in.rs`; tokens of OAuth clients are made in `oauth.rs` and listed and ended here.

use alcove_protocol::{
    Timestamp,
    api::{self, Session, SessionKind},
    time::DAY,
};

use super::scopes::Scopes;
use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction,
        accounts::AccountRow,
        sessions::{self, SessionRow},
        tokens::{self, TokenRow},
    },
    error::{Error, Result},
    secret::SecretHash,
    site::Site,
};

/// How long a browser stays signed in without being used, in milliseconds.
pub const BROWSER_LASTS: i64 = 30 * DAY;
/// The longest name of a client in lists, in characters.
const MAX_CLIENT_NAME: usize = 100;

/// What stays signed in when everything else is signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// The token of that row.
    Token(i64),
    /// The browser session of that row.
    Browser(i64),
}

/// Signs a browser in; the secret for its cookie.
pub fn open(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    account: i64,
    client_name: &str,
) -> Result<String> {
    let secret = moment.secret();
    let row = SessionRow {
        id: moment.id(),
        account_id: account,
        client_name: client_name_of(client_name),
        created_at: moment.now.0,
        last_seen_at: moment.now.0,
        expires_at: moment.now.plus(BROWSER_LASTS).0,
        ended_at: None,
    };
    sessions::insert(transaction, &row, &SecretHash::of(&secret))?;
    Ok(secret)
}

/// Signs a client of ours in, with every scope.
pub fn issue_token(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    account: &AccountRow,
    client_name: &str,
) -> Result<api::Token> {
    let row = TokenRow {
        id: moment.id(),
        account_id: account.id,
        oauth_client_id: None,
        client_name: client_name_of(client_name),
        scopes: Scopes::all().to_string(),
        device_id: None,
        created_at: moment.now.0,
        last_used_at: None,
        revoked_at: None,
    };
    let secret = moment.secret();
    tokens::insert(transaction, &row, &SecretHash::of(&secret))?;
    Ok(token_document(&row, secret, site, account))
}

/// The answer that hands a token over.
pub fn token_document(row: &TokenRow, secret: String, site: &Site, account: &AccountRow) -> api::Token {
    api::Token {
        access_token: secret,
        token_type: "Bearer".into(),
        scope: row.scopes.clone(),
        activitypub_actor_id: site.actor(account.id),
        created_at: Timestamp(row.created_at).seconds(),
        handle: site.handle(&account.name).to_string(),
    }
}

/// Everything by which an account is signed in, newest first.
pub fn list(
    transaction: &mut Transaction<'_>,
    now: Timestamp,
    account: i64,
    current: Keep,
) -> Result<Vec<Session>> {
    let tokens = tokens::live_of_account(transaction, account)?.into_iter().map(|row| Session {
        id: row.id.to_string(),
        kind: if row.oauth_client_id.is_some() { SessionKind::App } else { SessionKind::Client },
        client_name: row.client_name,
        scope: Some(row.scopes),
        created_at: Timestamp(row.created_at),
        last_seen_at: row.last_used_at.map(Timestamp),
        current: current == Keep::Token(row.id),
    });
    let browsers = sessions::live_of_account(transaction, account, now)?.into_iter().map(|row| Session {
        id: row.id.to_string(),
        kind: SessionKind::Browser,
        client_name: row.client_name,
        scope: None,
        created_at: Timestamp(row.created_at),
        last_seen_at: Some(Timestamp(row.last_seen_at)),
        current: current == Keep::Browser(row.id),
    });
    let mut all: Vec<Session> = tokens.chain(browsers).collect();
    all.sort_by_key(|session| std::cmp::Reverse(session.created_at));
    Ok(all)
}

/// Ends one of them.
///
/// # Errors
/// [`Error::NotFound`] when the account has no such session, whoever else may have it.
pub fn end(transaction: &mut Transaction<'_>, moment: &Moment, account: i64, id: i64) -> Result<()> {
    let ended = tokens::revoke(transaction, account, id, moment.now)?
        || sessions::end(transaction, account, id, moment.now)?;
    if !ended {
        return Err(Error::NotFound);
    }
    transaction.wake(Wake::Access(account));
    Ok(())
}

/// Ends all of them but `keep`, and the streams that hang on them (S-61).
pub fn end_all(transaction: &mut Transaction<'_>, moment: &Moment, account: i64, keep: Keep) -> Result<()> {
    let (token, browser) = match keep {
        Keep::Nothing => (None, None),
        Keep::Token(id) => (Some(id), None),
        Keep::Browser(id) => (None, Some(id)),
    };
    tokens::revoke_all(transaction, account, token, moment.now)?;
    sessions::end_all(transaction, account, browser, moment.now)?;
    transaction.wake(Wake::Access(account));
    Ok(())
}

/// A client's name as lists show it: one line, not too long, never empty.
pub fn client_name_of(text: &str) -> String {
    let name: String =
        text.trim().chars().filter(|letter| !letter.is_control()).take(MAX_CLIENT_NAME).collect();
    if name.is_empty() { "unnamed".into() } else { name }
}
