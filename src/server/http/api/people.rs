//! `/api/alcove/v1/me`, `/people` and `/blocks`: who calls, who others are, and whom the caller does not want to hear of.
//! Nobody's server is asked; finding somebody is `find.rs`.

use std::collections::HashSet;

use actix_web::{
    HttpResponse,
    web::{Data, Json, Query},
};
use alcove_protocol::{
    ActorId,
    api::{MAX_PEOPLE, Me, NewBlock, People, Person, Who},
};
use serde::Deserialize;

use crate::{
    actions::{blocking, desk::Desk, domains, invitations::may_invite, scopes::Scope},
    app::App,
    db::{
        Transaction, accounts,
        actors::{self, ActorRow},
        blocks, profiles, shown,
    },
    error::{Error, Result},
    http::{
        authentication::Bearer,
        pages::views::{Reader, person::PersonView},
    },
};

/// The most blocks that are listed.
const MAX_BLOCKS: i64 = 10_000;

/// `GET {ME}`
pub async fn me(app: Data<App>, bearer: Bearer) -> Result<Json<Me>> {
    let account = bearer.allowed(Scope::Profile)?.account;
    let (reader, inviters) = (Reader::new(&app, Some(account)), app.config.invitations.by);
    let found = app.db.read(move |transaction| {
        let row = accounts::find(transaction, account)?.ok_or(Error::NotSignedIn)?;
        let actor = shown::actors(transaction, &[account])?;
        let person = persons(transaction, &reader, &actor)?.pop();
        Ok(Me {
            person: person.ok_or(Error::NotFound)?,
            role: row.role().as_str().to_owned(),
            may_invite: may_invite(&row, inviters),
        })
    });
    Ok(Json(found.await?))
}

/// `POST {PEOPLE}`
pub async fn people(app: Data<App>, bearer: Bearer, who: Json<Who>) -> Result<Json<People>> {
    let account = bearer.allowed_part(Scope::Read, "accounts")?.account;
    let mut actors = who.into_inner().actors;
    if actors.len() > MAX_PEOPLE {
        return Err(Error::invalid(format!("Expected at most {MAX_PEOPLE} actors.")));
    }
    let mut met = HashSet::new();
    actors.retain(|actor| met.insert(actor.clone()));
    let reader = Reader::new(&app, Some(account));
    let found = app.db.read(move |transaction| {
        let rows = actors::by_uris(transaction, &actors)?;
        let mut known = persons(transaction, &reader, &rows)?;
        let place = |actor: &ActorId| actors.iter().position(|asked| asked == actor);
        known.sort_by_key(|person| place(&person.actor));
        let unknown = actors.iter().filter(|actor| !known.iter().any(|person| person.actor == **actor));
        Ok(People { unknown: unknown.cloned().collect(), people: known })
    });
    Ok(Json(found.await?))
}

/// Actors as apps show them, in the order of their rows; nobody whose server is blocked (S-21).
///
/// # Errors
/// When the database fails.
pub fn persons(transaction: &mut Transaction<'_>, reader: &Reader, rows: &[ActorRow]) -> Result<Vec<Person>> {
    let hidden = domains::hidden(transaction, rows)?;
    let shown = || rows.iter().filter(|row| !hidden.contains(&row.id));
    let ids: Vec<i64> = shown().map(|row| row.id).collect();
    let profiles = profiles::find_many(transaction, &ids)?;
    let person = |row: &ActorRow| {
        let view = PersonView::new(reader, row, profiles.get(&row.id));
        let actor = ActorId::parse(&row.uri).ok()?;
        Some(Person { actor, name: view.plain_name, handle: view.handle, picture: view.avatar })
    };
    Ok(shown().filter_map(person).collect())
}

/// `GET {BLOCKS}`
pub async fn blocks(app: Data<App>, bearer: Bearer) -> Result<Json<Vec<String>>> {
    let own = bearer.allowed_part(Scope::Read, "blocks")?.actor(&app);
    let rows = app.db.read(move |transaction| blocks::by(transaction, &own, i64::MAX, MAX_BLOCKS)).await?;
    Ok(Json(rows.into_iter().map(|row| row.blocked_uri).collect()))
}

/// `POST {BLOCKS}`: 204.
pub async fn block(app: Data<App>, bearer: Bearer, new: Json<NewBlock>) -> Result<HttpResponse> {
    let account = bearer.allowed_part(Scope::Write, "blocks")?.account;
    let (site, moment, actor) = (app.site.clone(), app.moment(), new.into_inner().actor);
    app.db
        .write(move |transaction| {
            let desk = Desk::new(&site, &moment, account);
            // Said again it would be told again.
            match blocks::find(transaction, &desk.actor, &actor)? {
                Some(_) => Ok(()),
                None => blocking::block(transaction, &desk, &actor).map(drop),
            }
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whose block ends.
#[derive(Debug, Deserialize)]
pub struct Whose {
    actor: ActorId,
}

/// `DELETE {BLOCKS}?actor=`: 204.
pub async fn unblock(app: Data<App>, bearer: Bearer, whose: Query<Whose>) -> Result<HttpResponse> {
    let account = bearer.allowed_part(Scope::Write, "blocks")?.account;
    let (site, moment, actor) = (app.site.clone(), app.moment(), whose.into_inner().actor);
    let unblocked = app.db.write(move |transaction| {
        blocking::unblock(transaction, &Desk::new(&site, &moment, account), &actor).map(drop)
    });
    match unblocked.await {
        Ok(()) | Err(Error::NotFound) => Ok(HttpResponse::NoContent().finish()),
        Err(error) => Err(error),
    }
}
