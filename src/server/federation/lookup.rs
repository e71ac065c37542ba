//! From a handle to an actor and back: WebFinger (RFC 7033), both ways. A handle counts only when the server of the actor's
//! id names it as the subject, when the handle's own domain agrees, and when both lead to the same id, byte for byte (S-15).

use std::sync::Arc;

use alcove_protocol::{
    ActorId, Handle,
    api::FoundActor,
    webfinger::{self, Finger},
};
use serde_json::Value;

use super::{
    actors::{self, Missing},
    fetch::FetchError,
    retrieve,
};
use crate::{
    app::App,
    db::{
        accounts,
        actors::{self as table, ActorRow},
    },
    error::{Error, Result},
};

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Whoever has that handle now.
    Handle(Handle),
    /// The actor with that id.
    Actor(ActorId),
}

/// Finds an actor, here or elsewhere, with its handle confirmed just now.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Gone`], [`Error::Busy`] when its server does not answer, `not-confirmed` (422) when the
/// servers do not agree about the handle.
pub async fn find(app: &App, sought: Sought) -> Result<FoundActor> {
    let row = match &sought {
        Sought::Handle(handle) if is_ours(app, handle) => local(app, handle).await?,
        Sought::Actor(id) if app.site.owns(id) => actors::known(app, id).await?,
        Sought::Handle(handle) => by_handle(app, handle).await?,
        Sought::Actor(id) => confirmed(app, id).await?,
    };
    let id = ActorId::parse(&row.uri).map_err(Error::unknown)?;
    let handle = Handle { name: row.name, domain: row.domain }.to_string();
    // Everybody here may publish key packages.
    let takes_encrypted = row.key_packages.is_some() || app.site.account_of(&id).is_some();
    Ok(FoundActor { id, handle, name: row.display_name, takes_encrypted })
}

/// Says whether a handle belongs to this server, under its own name or that of the handle domain.
pub fn is_ours(app: &App, handle: &Handle) -> bool {
    handle.domain == app.site.handle_domain || handle.domain == app.site.origin().authority()
}

async fn local(app: &App, handle: &Handle) -> Result<ActorRow> {
    let name = handle.name.clone();
    let found = app.db.read(move |transaction| match accounts::by_name(transaction, &name)? {
        Some(account) => table::find(transaction, account.id),
        None => Ok(None),
    });
    found.await?.filter(|row| row.gone_at.is_none()).ok_or(Error::NotFound)
}

async fn by_handle(app: &App, handle: &Handle) -> Result<ActorRow> {
    let finger = finger(app, handle).await?;
    let row = confirmed(app, &finger.actor).await?;
    let found = Handle { name: row.name.clone(), domain: row.domain.clone() };
    if found == *handle || found == finger.subject { Ok(row) } else { Err(not_confirmed(handle)) }
}

/// Fetches an actor and confirms its handle, beginning at the server of its id.
async fn confirmed(app: &App, id: &ActorId) -> Result<ActorRow> {
    let row = actors::refresh(app, id).await?;
    let claimed = Handle { name: row.name.clone(), domain: id.origin().authority().to_owned() };
    if claimed.name.is_empty() {
        return Err(not_confirmed(&claimed));
    }
    let at_home = finger(app, &claimed).await?;
    let at_domain =
        if at_home.subject == claimed { None } else { Some(finger(app, &at_home.subject).await?) };
    let handle = webfinger::confirm(id, &claimed, &at_home, at_domain.as_ref())
        .ok_or_else(|| not_confirmed(&at_home.subject))?;
    let (row_id, name, domain, now) = (row.id, handle.name.clone(), handle.domain.clone(), app.clock.now());
    app.db.write(move |transaction| table::set_handle(transaction, row_id, &name, &domain, now)).await?;
    Ok(ActorRow { name: handle.name, domain: handle.domain, ..row })
}

/// Asks the server of a handle whom it means. Handles of ours are asked of nobody.
async fn finger(app: &App, handle: &Handle) -> Result<Finger> {
    if is_ours(app, handle) {
        return Err(not_confirmed(handle));
    }
    let answer = answer(app, handle).await?;
    Finger::parse(&answer).ok_or_else(|| not_confirmed(handle))
}

/// The page on which somebody follows an actor from their own server, as that server says (S-64: over https, without a name
/// before the host).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Busy`] as [`find`]; `no-way-to-follow` (422) when their server has no such page.
pub async fn subscribe_address(app: &App, follower: &Handle, followed: &ActorId) -> Result<String> {
    if is_ours(app, follower) {
        let sentence = "You have an account here: please sign in, and follow from the profile.";
        return Err(Error::refused("no-way-to-follow", 422, sentence));
    }
    let answer = answer(app, follower).await?;
    let address = webfinger::subscribe_address(&answer, followed);
    address.filter(|address| address.starts_with(&format!("{}://", scheme(app)))).ok_or_else(|| {
        let sentence =
            "Your server does not say where you can follow somebody. Search for their handle there.";
        Error::refused("no-way-to-follow", 422, sentence)
    })
}

/// Like talks to like: a server on plain HTTP is one for trying things out, and so are those that it may reach.
fn scheme(app: &App) -> String {
    let origin = app.site.origin();
    origin.as_str().split_once("://").map_or("https", |(scheme, _)| scheme).to_owned()
}

/// What the server of a handle says about it.
async fn answer(app: &App, handle: &Handle) -> Result<Arc<Value>> {
    let address = webfinger::query(&format!("{}://{}", scheme(app), handle.domain), handle);
    retrieve::web_finger(app, &address).await.map_err(|error| match error {
        FetchError::Invalid(_) => not_confirmed(handle),
        other => Missing::from(other).into(),
    })
}

fn not_confirmed(handle: &Handle) -> Error {
    let sentence =
        format!("{handle} could not be confirmed: the servers concerned do not agree whose it is.");
    Error::refused("not-confirmed", 422, sentence)
}
