//! The documents by which others find and know our actors, ready to be sent: made at first use, kept in memory until the
//! actor changes, because one failed fetch of a key makes Mastodon refuse our address for five minutes. For every reader
//! but the actor's owner, whose document says more and is made anew each time.

use std::sync::Arc;

use alcove_protocol::{
    actor::own,
    base64,
    collection::OrderedCollection,
    context,
    node_info::{Counts, NodeInfo, Version},
    time::DAY,
};
use serde_json::Value;

use super::memory::Memory;
use crate::{
    actions::profiles,
    app::App,
    db::{
        accounts, collections,
        follows::{self, Side},
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
    /// A document about an actor's row.
    pub fn new(about: i64, value: &Value) -> Self {
        Self::of_text(about, value.to_string())
    }

    /// The same, of what is no JSON.
    pub fn of_text(about: i64, body: String) -> Self {
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
    /// What the server says about itself.
    NodeInfo(Version),
    /// How many follow an account, or are followed by it.
    Count(i64, Side),
    /// The page of the person of that name.
    Page(String),
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
    ready(app, Subject::Account(account), async || person(app, account, own::Reader::Public).await).await
}

/// The document of an account's actor as its owner sees it.
///
/// # Errors
/// As [`account`].
pub async fn account_for_owner(app: &App, account: i64) -> Result<Document> {
    person(app, account, own::Reader::Owner).await
}

async fn person(app: &App, account: i64, reader: own::Reader) -> Result<Document> {
    let site = app.site.clone();
    let document =
        app.db.read(move |transaction| profiles::document(transaction, &site, account, reader)).await?;
    Ok(Document::new(account, &document))
}

/// The document of the server's own actor.
///
/// # Errors
/// When the database fails.
pub async fn instance(app: &App) -> Result<Arc<Document>> {
    ready(app, Subject::Instance, async || {
        let uri = app.site.instance_actor();
        let (row, keys) = app.db.read(move |transaction| profiles::with_keys(transaction, &uri)).await?;
        let instance = own::Instance {
            id: &app.site.instance_actor(),
            domain: &app.site.handle_domain,
            name: &app.config.server.name,
            rsa_key: &keys.rsa,
            assertion_keys: &keys.assertion,
        };
        Ok(Document::new(row.id, &instance.to_value()))
    })
    .await
}

/// NodeInfo; who has joined or left within the last minute may not be counted yet.
///
/// # Errors
/// When the database fails.
pub async fn node_info(app: &App, version: Version) -> Result<Arc<Document>> {
    ready(app, Subject::NodeInfo(version), async || {
        let about = instance(app).await?.about;
        let now = app.clock.now();
        let counts = app.db.read(move |transaction| {
            Ok(Counts {
                people: accounts::count_enabled(transaction)?,
                active_in_a_month: collections::count_active(transaction, now.plus(-30 * DAY))?,
                active_in_half_a_year: collections::count_active(transaction, now.plus(-180 * DAY))?,
                posts: collections::count_local(transaction)?,
            })
        });
        let (software_version, name) = (env!("CARGO_PKG_VERSION"), app.config.server.name.as_str());
        let info = NodeInfo { software_version, name, app: app.bundle.hash(), counts: counts.await? };
        Ok(Document::new(about, &info.to_value(version)))
    })
    .await
}

/// The collection of an account's followers, or of those it follows: how many, as it was within the last minute, and never
/// who (ActivityPub section 5.3, 5.4).
///
/// # Errors
/// [`Error::NotFound`].
pub async fn count(app: &App, account: i64, side: Side) -> Result<Arc<Document>> {
    ready(app, Subject::Count(account, side), async || {
        let actor = app.site.actor(account);
        let count = app.db.read(move |transaction| {
            accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
            follows::count(transaction, &actor, side)
        });
        let part = match side {
            Side::Followers => "followers",
            Side::Following => "following",
        };
        let id = app.site.of_account(account, part);
        let collection =
            OrderedCollection { id, total: count.await?.try_into().ok(), first: None, items: None };
        Ok(Document::new(account, &collection.to_value(context::plain())))
    })
    .await
}

/// Answers from memory, or makes the document.
///
/// # Errors
/// Those of making it.
pub async fn ready(
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
