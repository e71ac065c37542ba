//! OAuth 2: clients register (RFC 7591), a person consents and a code is made (RFC 6749 section 4.1 with PKCE, RFC 7636),
//! the code becomes a token, tokens are given back (RFC 7009). Pages and forms of it are in `http/oauth/`. S-65.

use alcove_protocol::{Timestamp, api::Token, time::SECOND};
use subtle::ConstantTimeEq;
use url::Url;

use super::{redirects, scopes::Scopes, sessions};
use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction, accounts,
        oauth::{self as table, ClientRow, CodeRow},
        tokens::{self, TokenRow},
    },
    error::{Error, Result},
    secret::{SecretHash, sha256},
    site::Site,
};

/// How long a code is good for, in milliseconds.
const CODE_LASTS: i64 = 60 * SECOND;
/// The longest name of a client, in characters.
const MAX_NAME: usize = 100;
/// The longest address of its page, in bytes.
const MAX_WEBSITE: usize = 500;

/// Whether a client can keep a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// It runs on somebody's machine: PKCE alone protects it.
    Public,
    /// It gets a secret, and has to show it.
    Confidential,
}

/// What a client says about itself.
#[derive(Clone, Debug)]
pub struct Registration {
    /// What people are shown.
    pub name: String,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// Its page.
    pub website: Option<String>,
    /// Whether it can keep a secret.
    pub secrecy: Secrecy,
}

/// What a person consents to.
#[derive(Clone, Debug)]
pub struct Consent {
    /// The row of the client.
    pub client: i64,
    /// Where the code goes.
    pub redirect_uri: String,
    /// For what.
    pub scopes: Scopes,
    /// The PKCE challenge, S256.
    pub challenge: String,
}

/// What a client shows to get a token.
pub struct Exchange {
    /// The client, which has proved who it is.
    pub client: ClientRow,
    /// The code.
    pub code: String,
    /// The address that the code was sent to.
    pub redirect_uri: String,
    /// What the challenge was made of.
    pub verifier: String,
}

/// What became of a code.
pub enum Exchanged {
    /// A token.
    Token(Box<Token>),
    /// The code is unknown, expired, somebody else's, or does not fit; nothing changed.
    Refused(&'static str),
    /// The code came a second time: the token of the first time has ended. An answer and not an error, because an error
    /// would undo that.
    Reused,
}

/// Registers a client; its row and its secret, if it can keep one.
///
/// # Errors
/// What does not fit: `invalid-redirect-uri`, `invalid-client-metadata`.
pub fn register(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    new: Registration,
) -> Result<(ClientRow, Option<String>)> {
    redirects::check(&new.redirect_uris)?;
    check_metadata(&new)?;
    let secret = (new.secrecy == Secrecy::Confidential).then(|| moment.secret());
    let row = ClientRow {
        id: moment.id(),
        client_id: moment.name(),
        secret_hash: secret.as_deref().map(|secret| SecretHash::of(secret).as_bytes().to_vec()),
        name: new.name.trim().to_owned(),
        website: new.website,
        redirect_uris: new.redirect_uris.join("\n"),
        scopes: new.scopes.to_string(),
        created_at: moment.now.0,
    };
    table::insert_client(transaction, &row)?;
    Ok((row, secret))
}

fn check_metadata(new: &Registration) -> Result<()> {
    let invalid = |expected: &str| Err(Error::refused("invalid-client-metadata", 400, expected));
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return invalid("client_name: expected 1 to 100 characters on one line");
    }
    let is_page = |text: &String| {
        text.len() <= MAX_WEBSITE
            && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
    };
    if !new.website.as_ref().is_none_or(is_page) {
        return invalid("client_uri: expected an https address of at most 500 bytes");
    }
    Ok(())
}

/// The client of that id.
///
/// # Errors
/// `unknown-client`.
pub fn client(transaction: &mut Transaction<'_>, client_id: &str) -> Result<ClientRow> {
    table::client_by_client_id(transaction, client_id)?.ok_or_else(|| {
        Error::refused("unknown-client", 400, "This app is not known here any more. Please connect it anew.")
    })
}

/// The client, if it shows its secret or has none.
///
/// # Errors
/// `unknown-client` for both an unknown one and a wrong secret.
pub fn authenticated_client(
    transaction: &mut Transaction<'_>,
    client_id: &str,
    secret: Option<&str>,
) -> Result<ClientRow> {
    let row = client(transaction, client_id)?;
    let shown = secret.map(|secret| SecretHash::of(secret).as_bytes().to_vec());
    let fits = match (&row.secret_hash, shown) {
        (None, _) => true,
        (Some(stored), Some(shown)) => bool::from(stored.ct_eq(&shown)),
        (Some(_), None) => false,
    };
    if fits {
        Ok(row)
    } else {
        Err(Error::refused("unknown-client", 401, "The client's secret is not right."))
    }
}

/// Makes the code for what a person consented to.
///
/// # Errors
/// [`Error::NotSignedIn`] when the account was closed meanwhile.
pub fn consent(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    account: i64,
    consent: &Consent,
) -> Result<String> {
    accounts::find(transaction, account)?.filter(accounts::AccountRow::may_act).ok_or(Error::NotSignedIn)?;
    let code = moment.secret();
    let row = CodeRow {
        code_hash: SecretHash::of(&code).as_bytes().to_vec(),
        oauth_client_id: consent.client,
        account_id: account,
        redirect_uri: consent.redirect_uri.clone(),
        scopes: consent.scopes.to_string(),
        challenge: consent.challenge.clone(),
        expires_at: moment.now.plus(CODE_LASTS).0,
        used_at: None,
        token_id: None,
    };
    table::insert_code(transaction, &row)?;
    Ok(code)
}

/// Turns a code into a token, once.
///
/// # Errors
/// Only trouble with the database: everything else is an answer.
pub fn exchange(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    exchange: Exchange,
) -> Result<Exchanged> {
    let hash = SecretHash::of(&exchange.code);
    let Some(code) =
        table::code(transaction, &hash)?.filter(|code| code.oauth_client_id == exchange.client.id)
    else {
        return Ok(Exchanged::Refused("This code is not known."));
    };
    if code.used_at.is_some() {
        return reused(transaction, moment, &code);
    }
    if code.expires_at <= moment.now.0 {
        return Ok(Exchanged::Refused("This code has expired."));
    }
    if code.redirect_uri != exchange.redirect_uri {
        return Ok(Exchanged::Refused("This code was sent to another redirect_uri."));
    }
    if !fits_challenge(&exchange.verifier, &code.challenge) {
        return Ok(Exchanged::Refused("The code_verifier does not fit the code_challenge."));
    }
    let account = accounts::find(transaction, code.account_id)?.filter(accounts::AccountRow::may_act);
    let Some(account) = account else { return Ok(Exchanged::Refused("This account cannot be used now.")) };
    if !table::use_code(transaction, &hash, moment.now)? {
        return table::code(transaction, &hash)?
            .map_or(Ok(Exchanged::Reused), |code| reused(transaction, moment, &code));
    }
    let (secret, row) = (moment.secret(), token_row(moment, &exchange.client, &code));
    tokens::insert(transaction, &row, &SecretHash::of(&secret))?;
    table::set_token_of_code(transaction, &hash, row.id)?;
    Ok(Exchanged::Token(Box::new(sessions::token_document(&row, secret, site, &account))))
}

fn token_row(moment: &Moment, client: &ClientRow, code: &CodeRow) -> TokenRow {
    TokenRow {
        id: moment.id(),
        account_id: code.account_id,
        oauth_client_id: Some(client.id),
        client_name: client.name.clone(),
        scopes: code.scopes.clone(),
        device_id: None,
        created_at: moment.now.0,
        last_used_at: None,
        revoked_at: None,
    }
}

fn reused(transaction: &mut Transaction<'_>, moment: &Moment, code: &CodeRow) -> Result<Exchanged> {
    if let Some(token) = code.token_id
        && tokens::revoke(transaction, code.account_id, token, moment.now)?
    {
        tracing::warn!(account = code.account_id, "an authorization code came twice; its token has ended");
        transaction.wake(Wake::Access(code.account_id));
    }
    Ok(Exchanged::Reused)
}

/// PKCE (RFC 7636 section 4.6): the verifier is 43 to 128 characters, its SHA-256 the challenge.
fn fits_challenge(verifier: &str, challenge: &str) -> bool {
    let made = alcove_protocol::base64::encode_url(&sha256(verifier.as_bytes()));
    (43..=128).contains(&verifier.len()) && bool::from(made.as_bytes().ct_eq(challenge.as_bytes()))
}

/// Ends a token that was given to the client; one that is unknown, or another's, is no error (RFC 7009 section 2.2).
pub fn revoke(
    transaction: &mut Transaction<'_>,
    now: Timestamp,
    client: &ClientRow,
    token: &str,
) -> Result<()> {
    let Some((row, _)) = tokens::live_by_hash(transaction, &SecretHash::of(token))? else { return Ok(()) };
    if row.oauth_client_id == Some(client.id) && tokens::revoke(transaction, row.account_id, row.id, now)? {
        transaction.wake(Wake::Access(row.account_id));
    }
    Ok(())
}
