//! The key packages of anybody, fetched now (traps T14, T15): of people here from the database, of others from the
//! collection that their actor names. What they are worth is checked by the device that uses them.

use alcove_protocol::{ActorId, api::FoundKeyPackages, json as read};
use serde_json::Value;

use super::{actors, proxy};
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
    let mut packages = Vec::new();
    for item in items(app, asker, collection).await? {
        let package = match item {
            Value::String(address) => proxy::fetch(app, asker, &address).await,
            embedded => Ok(embedded),
        };
        match package {
            Ok(package) => packages.push(package),
            Err(Error::Busy) => return Err(Error::Busy),
            // One that has vanished meanwhile does not make the others useless (trap T8c).
            Err(_) => {}
        }
    }
    Ok(packages)
}

/// The items of a collection and of its pages, linked or embedded.
async fn items(app: &App, asker: i64, collection: String) -> Result<Vec<Value>> {
    let (mut items, mut next) = (Vec::new(), Some(Value::String(collection)));
    for _ in 0..MAX_PAGES {
        let page = match next.take() {
            Some(Value::String(address)) => proxy::fetch(app, asker, &address).await?,
            Some(embedded) => embedded,
            None => break,
        };
        for name in ["orderedItems", "items"] {
            items.extend(read::many(&page, name).iter().cloned());
        }
        let follows = ["first", "next"].iter().find_map(|name| page.get(*name));
        next = follows.filter(|_| items.len() < MAX_PACKAGES).cloned();
    }
    items.truncate(MAX_PACKAGES);
    Ok(items)
}
