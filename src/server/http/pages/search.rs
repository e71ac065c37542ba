//! `/search`: people here by the beginning of their name, for everybody; for people here also whoever and whatever can be
//! named by handle or address, looked up at other servers. `/authorize_interaction` is where other servers send people of
//! ours who want to follow somebody there (FEP-3b86 in part). Not a search in texts.

use actix_web::{HttpResponse, http::StatusCode, web::Query};
use alcove_protocol::{ActorId, Handle, handle};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{status_of, visitor::Visitor};
use crate::{
    actions::posts::visible,
    app::App,
    db::{accounts, actors, posts},
    error::{Error, Result},
    federation::lookup::{self, Sought},
    text,
};

/// The longest text that is searched for, in bytes.
const MAX_QUERY: usize = 2_048;
/// How many people here are shown.
const SHOWN: i64 = 20;

/// What is searched for.
#[derive(Deserialize)]
pub struct Wanted {
    q: Option<String>,
}

/// What another server wants one of our people to do something with.
#[derive(Deserialize)]
pub struct Interaction {
    uri: String,
}

/// `GET /search?q=`
pub async fn show(visitor: Visitor, wanted: Query<Wanted>) -> Result<HttpResponse> {
    let query = wanted.q.as_deref().unwrap_or_default().trim();
    let mut found = people_here(&visitor.app, query).await?;
    let (mut status, mut problem) = (StatusCode::OK, None);
    if let Some(sought) = sought(query) {
        match named(&visitor, sought).await {
            Ok(one) if found.contains(&one) => (),
            Ok(one) => found.push(one),
            Err(error @ (Error::Unknown(_) | Error::NotFound)) if found.is_empty() => {
                problem = Some("Nothing was found there.".to_owned());
                status = if matches!(error, Error::NotFound) { StatusCode::OK } else { return Err(error) };
            }
            Err(Error::NotFound) => (),
            Err(error) => {
                status = status_of(&error);
                problem = Some(error.to_string());
            }
        }
    }
    visitor.page(status, "search.html", json!({"query": query, "found": found, "problem": problem}))
}

/// `GET /authorize_interaction?uri=`
pub async fn authorize_interaction(visitor: Visitor, asked: Query<Interaction>) -> Result<HttpResponse> {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let search = format!("/search?q={}", encode(&asked.uri));
    if visitor.session.is_none() {
        return Ok(visitor.redirect(&format!("/signin?next={}", encode(&search))));
    }
    Ok(visitor.redirect(&search))
}

fn sought(query: &str) -> Option<Sought> {
    let short = Some(query).filter(|query| query.len() <= MAX_QUERY)?;
    let handle = Handle::parse(short).ok().map(Sought::Handle);
    handle.or_else(|| ActorId::parse_link(short).ok().map(Sought::Actor))
}

async fn people_here(app: &App, query: &str) -> Result<Vec<Value>> {
    let name = query.strip_prefix('@').unwrap_or(query).to_ascii_lowercase();
    if !handle::is_username(&name) {
        return Ok(Vec::new());
    }
    let rows = app.db.read(move |transaction| {
        let accounts = accounts::by_beginning(transaction, &name, SHOWN)?;
        let rows = accounts.iter().map(|account| actors::find(transaction, account.id));
        rows.collect::<Result<Vec<_>>>()
    });
    let shown = |row: &actors::ActorRow| {
        let handle = app.site.handle(&row.name);
        person(format!("/@{}", row.name), &row.display_name, &handle.to_string())
    };
    Ok(rows.await?.iter().flatten().map(shown).collect())
}

/// Whoever or whatever has that handle or address.
async fn named(visitor: &Visitor, sought: Sought) -> Result<Value> {
    let app = &visitor.app;
    let session = visitor.session.as_ref().ok_or_else(|| {
        Error::refused("not-signed-in", 403, "Sign in to find people and posts of other servers.")
    })?;
    if let Sought::Actor(address) = &sought
        && let Some(post) = post(app, session.account, address.as_str()).await?
    {
        return Ok(post);
    }
    app.federation.searchers.take(&session.account, app.clock.now())?;
    let found = lookup::find(app, sought).await?;
    let path = match app.site.account_of(&found.id) {
        Some(_) => {
            format!("/@{}", found.handle.trim_start_matches('@').split('@').next().unwrap_or_default())
        }
        None => format!("/{}", found.handle),
    };
    Ok(person(path, &found.name, &found.handle))
}

/// A post that is known here and that the reader may see.
async fn post(app: &App, account: i64, address: &str) -> Result<Option<Value>> {
    let (reader, uri) = (app.site.actor(account), address.to_owned());
    let post = app.db.read(move |transaction| {
        let post = posts::by_uri(transaction, &uri)?;
        let visible = visible::visible(transaction, Some(&reader), post.into_iter().collect())?;
        Ok(visible.into_iter().next())
    });
    let shown = |post: posts::PostRow| {
        let text = post.summary.unwrap_or_else(|| text::plain(&post.content));
        person(format!("/posts/{}", post.id), &text, address)
    };
    Ok(post.await?.map(shown))
}

fn person(path: String, name: &str, handle: &str) -> Value {
    let name = text::display_name(name);
    json!({"path": path, "name": if name.is_empty() { handle } else { &name }, "handle": handle})
}
