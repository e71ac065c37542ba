//! The key packages of anybody, fetched now (traps T14, T15): of people here from the database, of others from the
//! collection that their actor names. What they are worth is checked by the device that uses them.

use alcove_protocol::{ActorId, Origin, api::FoundKeyPackages, json as read};
use serde_json::Value;

use super::{actors, fetch::MAX_BODY, proxy};
use crate::{
    actions::key_packages::{self, Viewer},
    app::App,
    db::accounts,
    error::{Error, Result},
};

/// The most packages that are fetched of one actor, newest first as their server lists them.
const MAX_PACKAGES: usize = 50;
/// The most pages of a collection that are followed.
const MAX_PAGES: usize = 5;
/// The most bytes of all its documents together: as many as of a single one.
const MAX_BYTES: usize = MAX_BODY;

/// An actor's packages, asked for by an account here.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Gone`]; [`Error::Busy`] when the actor's server does not answer.
pub async fn of_actor(app: &App, asker: i64, actor: &ActorId) -> Result<FoundKeyPackages> {
    let packages = match app.site.account_of(actor) {
        Some(account) => here(app, asker, account).await?,
        None => elsewhere(app, asker, actor).await?,
    };
    Ok(FoundKeyPackages { actor: actor.clone(), key_packages: packages })
}

async fn here(app: &App, asker: i64, account: i64) -> Result<Vec<Value>> {
    let viewer = if asker == account { Viewer::Owner } else { Viewer::Anybody };
    let now = app.clock.now();
    app.db
        .read(move |transaction| {
            accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
            key_packages::collection(transaction, account, viewer, now)
        })
        .await
}

async fn elsewhere(app: &App, asker: i64, actor: &ActorId) -> Result<Vec<Value>> {
    let row = actors::known(app, actor).await?;
    // Without a collection there is nobody to write to encrypted; that may be news since the actor was fetched.
    let row = if row.key_packages.is_some() { row } else { actors::refresh(app, actor).await? };
    let Some(collection) = row.key_packages else { return Ok(Vec::new()) };
    let mut walk = Walk { app, asker, origin: actor.origin(), bytes: MAX_BYTES };
    // All of it has the time that one document has: a server that is slow with each would hold the asker for half an hour.
    let packages = tokio::time::timeout(app.outgoing.total_timeout(), walk.packages(collection)).await;
    packages.unwrap_or(Err(Error::Busy))
}

/// A walk through a collection, which never leaves the origin of its actor (S-36, S-50, S-54).
struct Walk<'a> {
    app: &'a App,
    asker: i64,
    origin: Origin,
    /// How many more bytes are read.
    bytes: usize,
}

impl Walk<'_> {
    async fn packages(&mut self, collection: String) -> Result<Vec<Value>> {
        let mut packages = Vec::new();
        for item in self.items(collection).await? {
            let package = match item {
                Value::String(address) => self.fetch(&address).await,
                embedded => Ok(embedded),
            };
            match package {
                Ok(package) => packages.push(package),
                Err(error @ (Error::Busy | Error::TooMany(_))) => return Err(error),
                // One that has vanished meanwhile does not make the others useless (trap T8c).
                Err(_) => {}
            }
        }
        Ok(packages)
    }

    /// The items of a collection and of its pages, linked or embedded.
    async fn items(&mut self, collection: String) -> Result<Vec<Value>> {
        let (mut items, mut next) = (Vec::new(), Some(Value::String(collection)));
        for _ in 0..MAX_PAGES {
            let page = match next.take() {
                Some(Value::String(address)) => self.fetch(&address).await?,
                Some(embedded) => embedded,
                None => break,
            };
            for name in ["orderedItems", "items"] {
                items.extend(read::many(&page, name).iter().cloned());
            }
            let follows = ["first", "next"].iter().find_map(|name| page.get(*name));
            let leads_away = |next: &&Value| next.as_str().is_some_and(|address| !self.is_here(address));
            next = follows.filter(|_| items.len() < MAX_PACKAGES).filter(|next| !leads_away(next)).cloned();
        }
        items.truncate(MAX_PACKAGES);
        Ok(items)
    }

    fn is_here(&self, address: &str) -> bool {
        ActorId::parse(address).is_ok_and(|address| address.origin() == self.origin)
    }

    /// One document, as long as there is room for any; what does not fit any more is not used.
    async fn fetch(&mut self, address: &str) -> Result<Value> {
        let refused = || {
            let expected =
                format!("Expected key packages on the server of their actor, {MAX_BYTES} bytes in all.");
            Error::refused("not-fetched", 422, expected)
        };
        if self.bytes == 0 || !self.is_here(address) {
            return Err(refused());
        }
        let document = proxy::fetch(self.app, self.asker, address).await?;
        if !read::text(&document, "id").is_some_and(|id| self.is_here(id)) {
            return Err(refused());
        }
        let size = document.to_string().len();
        let fits = size <= self.bytes;
        self.bytes = self.bytes.saturating_sub(size);
        if fits { Ok(document) } else { Err(refused()) }
    }
}
