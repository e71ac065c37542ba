//! The documents by which others find and know our actors, ready to be sent: made at first use, kept in memory until the
//! actor changes, because one failed fetch of a key makes Mastodon refuse our address for five minutes. For every reader
//! but the actor's owner, whose document says more and is made anew each time.

use std::sync::Arc;

use alcove_protocol::{
    ActorId, Handle,
    actor::{KeyId, KeyMaterial, PublicKey, own},
    base64,
};
use serde_json::Value;

use super::memory::Memory;
use crate::{
    app::App,
    db::{
        Transaction, accounts,
        actors::{self, ActorRow, KeyRow},
    },
    error::{Error, Result},
    secret,
};

/// A document with its ETag.
#[derive(Debug)]
pub struct Document {
    /// The actor that it is about, or of that server's own actor.
    pub about: i64,
    /// What is sent.
    pub body: String,
    /// A strong validator, with its quotes.
    pub etag: String,
}

impl Document {
    pub(crate) fn new(about: i64, value: &Value) -> Self {
        let body = value.to_string();
        let digest = secret::sha256(body.as_bytes());
        let etag = format!("\"{}\"", base64::encode_url(&digest[..16]));
        Self { about, body, etag }
    }
}

/// What a document is found by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The actor of an account.
    Account(i64),
    /// The server's own actor.
    Instance,
    /// Whoever a WebFinger resource means.
    Resource(String),
}

/// The documents that this process has ready.
pub type Documents = Memory<Subject, Arc<Document>>;

/// The public document of an account's actor.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Gone`] when the person has deleted the account, and only then.
pub async fn account(app: &App, account: i64) -> Result<Arc<Document>> {
    ready(app, Subject::Account(account), async || {
        Ok(Document::new(account, &person(app, account, own::Reader::Public).await?))
    })
    .await
}

/// The document of an account's actor as its owner sees it.
///
/// # Errors
/// As [`account`].
pub async fn account_for_owner(app: &App, account: i64) -> Result<Document> {
    Ok(Document::new(account, &person(app, account, own::Reader::Owner).await?))
}

/// The document of the server's own actor.
///
/// # Errors
/// When the database fails.
pub async fn instance(app: &App) -> Result<Arc<Document>> {
    ready(app, Subject::Instance, async || {
        let site = app.site.clone();
        let uri = site.instance_actor();
        let (row, key) = app.db.read(move |transaction| with_key(transaction, &uri)).await?;
        let key = public_key(&key)?;
        let instance = own::Instance {
            id: &app.site.instance_actor(),
            domain: &app.site.handle_domain,
            name: &app.config.server.name,
            rsa_key: &key,
        };
        Ok(Document::new(row.id, &instance.to_value()))
    })
    .await
}

/// Answers from memory, or makes the document.
pub(super) async fn ready(
    app: &App,
    subject: Subject,
    make: impl AsyncFnOnce() -> Result<Document>,
) -> Result<Arc<Document>> {
    let documents = &app.federation.documents;
    if let Some(document) = documents.get(&subject, app.clock.now()) {
        return Ok(document);
    }
    let document = Arc::new(make().await?);
    documents.put(subject, document.clone(), app.clock.now());
    Ok(document)
}

async fn person(app: &App, account: i64, reader: own::Reader) -> Result<Value> {
    let uri = app.site.actor(account);
    let (row, key) = app
        .db
        .read(move |transaction| {
            accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
            with_key(transaction, &uri)
        })
        .await?;
    let handle = Handle { name: row.name, domain: row.domain };
    let key = public_key(&key)?;
    let person = own::Person {
        id: &app.site.actor(account),
        handle: &handle,
        name: &row.display_name,
        follow_approval: own::FollowApproval::Automatic,
        rsa_key: &key,
        assertion_keys: &[],
    };
    Ok(person.to_value(reader))
}

fn with_key(transaction: &mut Transaction<'_>, uri: &ActorId) -> Result<(ActorRow, KeyRow)> {
    let row = actors::by_uri(transaction, uri)?.ok_or(Error::NotFound)?;
    if row.gone_at.is_some() {
        return Err(Error::Gone);
    }
    let key = actors::keys_of(transaction, row.id)?.into_iter().next().ok_or(Error::NotFound)?;
    Ok((row, key))
}

fn public_key(row: &KeyRow) -> Result<PublicKey> {
    let id = KeyId::parse(&row.uri).map_err(Error::unknown)?;
    let owner = row.uri.split_once('#').map_or(row.uri.as_str(), |(owner, _)| owner);
    let owner = ActorId::parse(owner).map_err(Error::unknown)?;
    Ok(PublicKey { id, owner, material: KeyMaterial::Pem(row.public_pem.clone()) })
}
