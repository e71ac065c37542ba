//! `/api/alcove/v1/letters`: conversations that are not encrypted, for apps that show them beside the sealed ones. The same
//! conversations and actions as those of `pages/messages.rs`.

use std::collections::{BTreeMap, HashMap};

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path, Query},
};
use alcove_protocol::{
    ActorId,
    api::{
        Correspondence, Correspondences, Delivery, Letter, LetterFile, Letters, NewCorrespondence, NewLetter,
        ReadMark, SentLetter,
    },
};
use serde::Deserialize;

use crate::{
    actions::{reading, scopes::Scope, writing},
    app::App,
    db::{
        Transaction, actors, letters,
        posts::{self, PostRow},
        shown, talks,
    },
    error::{Error, Result},
    http::{
        authentication::{Bearer, Caller},
        letters::{PER_PAGE, others, say},
        pages::views::{
            Reader,
            load::{self, Wanted},
            post::{self, FileView, PostView},
        },
    },
};

/// The part of `read` and `write` that letters are.
const PART: &str = "statuses";
/// The most people to whom a conversation is begun.
const MAX_PEOPLE: usize = 50;

/// Where a page ends.
#[derive(Debug, Deserialize)]
pub struct Page {
    #[serde(default = "newest")]
    before: i64,
}

fn newest() -> i64 {
    i64::MAX
}

/// `GET {LETTERS}?before=`
pub async fn list(app: Data<App>, bearer: Bearer, page: Query<Page>) -> Result<Json<Correspondences>> {
    let caller = bearer.allowed_part(Scope::Read, PART)?;
    let (reader, before) = (Reader::new(&app, Some(caller.account)), page.before);
    let found = app.db.read(move |transaction| correspondences(transaction, &reader, caller.account, before));
    Ok(Json(found.await?))
}

fn correspondences(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    account: i64,
    before: i64,
) -> Result<Correspondences> {
    let rows = talks::last_of_each(transaction, account, before, PER_PAGE as i64)?;
    let older = rows.last().filter(|_| rows.len() == PER_PAGE).map(|(item, _)| item.to_string());
    let rows: Vec<PostRow> = rows.into_iter().map(|(_, post)| post).collect();
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.conversation_id).collect();
    let own = reader.app.site.actor(account);
    let unread = talks::unread(transaction, account, own.as_str(), &ids)?;
    let held = talks::held(transaction, account, &ids)?;
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    let read = letters::read_marks(transaction, own.as_str(), &ids)?;
    let mut last = of_rows(transaction, reader, rows.clone())?;
    let mut correspondences = Vec::new();
    for row in rows {
        let (Some(id), Some(last)) = (row.conversation_id, last.remove(&row.id)) else { continue };
        let people = others(transaction, &reader.app.site, account, id)?;
        let held = held.get(&id).copied().unwrap_or_default();
        correspondences.push(Correspondence {
            id: id.to_string(),
            servers: post::servers(reader, people.iter().map(ActorId::as_str)),
            people,
            last,
            letters: number(held.posts),
            edit: held.edit.map(|edit| edit.to_string()),
            unread: number(unread.get(&id).copied().unwrap_or_default()),
            read: read.get(&id).map(ToString::to_string),
        });
    }
    Ok(Correspondences { correspondences, older })
}

/// `GET {LETTERS}/{id}?before=`
pub async fn show(app: Data<App>, bearer: Bearer, id: Path<i64>, page: Query<Page>) -> Result<Json<Letters>> {
    let caller = bearer.allowed_part(Scope::Read, PART)?;
    let (reader, id, before) = (Reader::new(&app, Some(caller.account)), id.into_inner(), page.before);
    let found = app.db.read(move |transaction| {
        let rows = talks::of_conversation(transaction, caller.account, id, before, PER_PAGE as i64)?;
        if rows.is_empty() && before == i64::MAX {
            return Err(Error::NotFound);
        }
        let older = rows.last().filter(|_| rows.len() == PER_PAGE).map(|row| row.id.to_string());
        Ok(Letters { letters: of_rows(transaction, &reader, rows)?.into_values().collect(), older })
    });
    Ok(Json(found.await?))
}

/// `POST {LETTERS}`: 201.
pub async fn begin(app: Data<App>, bearer: Bearer, new: Json<NewCorrespondence>) -> Result<HttpResponse> {
    let caller = bearer.allowed_part(Scope::Write, PART)?;
    let NewCorrespondence { mut people, text } = new.into_inner();
    if people.is_empty() || people.len() > MAX_PEOPLE {
        return Err(Error::invalid(format!("Expected 1 to {MAX_PEOPLE} people.")));
    }
    people.sort();
    people.dedup();
    let wanted = people.clone();
    let known = app.db.read(move |transaction| actors::by_uris(transaction, &wanted)).await?;
    let is_known = |id: &&ActorId| known.iter().any(|row| row.uri == id.as_str() && row.gone_at.is_none());
    if let Some(unknown) = people.iter().find(|id| !is_known(id)) {
        let expected = format!("Expected people who were found before: nobody is known here as {unknown}.");
        return Err(Error::refused("unknown-actor", 422, expected));
    }
    let own = caller.actor(&app);
    people.retain(|id| *id != own);
    let post = say(&app, caller.account, &text, people, None).await?;
    sent(&app, &caller, post).await
}

/// `POST {LETTERS}/{id}`: 201.
pub async fn answer(
    app: Data<App>,
    bearer: Bearer,
    id: Path<i64>,
    new: Json<NewLetter>,
) -> Result<HttpResponse> {
    let caller = bearer.allowed_part(Scope::Write, PART)?;
    let (account, id, site) = (caller.account, id.into_inner(), app.site.clone());
    let NewLetter { text, in_reply_to } = new.into_inner();
    let wanted = in_reply_to.as_deref().map(number).transpose()?;
    let found = app.db.read(move |transaction| {
        let last = talks::of_conversation(transaction, account, id, i64::MAX, 1)?;
        let last = last.first().ok_or(Error::NotFound)?.id;
        let answered = wanted.unwrap_or(last);
        if !talks::has(transaction, account, id, answered)? {
            return Err(Error::NotFound);
        }
        Ok((answered, others(transaction, &site, account, id)?))
    });
    let (answered, people) = found.await?;
    let post = say(&app, account, &text, people, Some(answered)).await?;
    sent(&app, &caller, post).await
}

/// `PUT {LETTERS}/{id}/read`: 204.
pub async fn read(
    app: Data<App>,
    bearer: Bearer,
    id: Path<i64>,
    mark: Json<ReadMark>,
) -> Result<HttpResponse> {
    let caller = bearer.allowed_part(Scope::Write, PART)?;
    let (site, id, letter) = (app.site.clone(), id.into_inner(), number(&mark.letter)?);
    app.db.write(move |transaction| reading::letters(transaction, &site, caller.account, id, letter)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whose fate is asked for.
#[derive(Debug, Deserialize)]
pub struct Written {
    letter: String,
}

/// `GET {LETTERS}/{id}/deliveries?letter=`, for its author only.
pub async fn deliveries(
    app: Data<App>,
    bearer: Bearer,
    id: Path<i64>,
    written: Query<Written>,
) -> Result<Json<Vec<Delivery>>> {
    let caller = bearer.allowed_part(Scope::Read, PART)?;
    let (site, id, letter) = (app.site.clone(), id.into_inner(), number(&written.letter)?);
    let found = app.db.read(move |transaction| {
        if !talks::has(transaction, caller.account, id, letter)? {
            return Err(Error::NotFound);
        }
        writing::letters::deliveries(transaction, &site, caller.account, letter)
    });
    Ok(Json(found.await?))
}

fn number(name: &str) -> Result<i64> {
    name.parse().map_err(|_| Error::NotFound)
}

async fn sent(app: &Data<App>, caller: &Caller, id: i64) -> Result<HttpResponse> {
    let reader = Reader::new(app, Some(caller.account));
    let found = app.db.read(move |transaction| {
        let row = posts::find(transaction, id)?.ok_or(Error::NotFound)?;
        let conversation = row.conversation_id.ok_or(Error::NotFound)?;
        let letter = of_rows(transaction, &reader, vec![row])?.remove(&id).ok_or(Error::NotFound)?;
        Ok(SentLetter { correspondence: conversation.to_string(), letter })
    });
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(found.await?))
}

/// Letters by their row ids; those across a block are left out.
fn of_rows(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    rows: Vec<PostRow>,
) -> Result<BTreeMap<i64, Letter>> {
    let authors: Vec<i64> = rows.iter().map(|row| row.actor_id).collect();
    let authors = shown::actors(transaction, &authors)?;
    let authors: HashMap<i64, ActorId> =
        authors.iter().filter_map(|row| Some((row.id, ActorId::parse(&row.uri).ok()?))).collect();
    let parents: Vec<&str> = rows.iter().filter_map(|row| row.in_reply_to.as_deref()).collect();
    let parents = posts::by_uris(transaction, &parents)?;
    let views = load::posts(transaction, reader, rows.clone(), Wanted::All)?;
    let views: HashMap<String, PostView> = views.into_iter().map(|view| (view.id.clone(), view)).collect();
    let letter = |row: &PostRow| {
        let view = views.get(&row.id.to_string())?;
        let parent = parents.iter().find(|parent| Some(&parent.uri) == row.in_reply_to.as_ref());
        let parent = parent.filter(|parent| parent.conversation_id == row.conversation_id);
        let letter = Letter {
            id: view.id.clone(),
            author: authors.get(&row.actor_id)?.clone(),
            text: row.source.clone().unwrap_or_else(|| view.plain.clone()),
            html: view.content_html.clone(),
            warning: view.warning.clone(),
            sent_at: alcove_protocol::Timestamp(row.published_at),
            edited_at: row.edited_at.map(alcove_protocol::Timestamp),
            in_reply_to: parent.map(|parent| parent.id.to_string()),
            files: view.files.iter().map(file).collect(),
        };
        Some((row.id, letter))
    };
    Ok(rows.iter().filter_map(letter).collect())
}

fn file(view: &FileView) -> LetterFile {
    LetterFile {
        media_type: view.content_type.clone(),
        url: view.src.clone(),
        preview: view.preview.clone(),
        description: view.description.clone(),
        bytes: view.bytes,
        width: view.width,
        height: view.height,
    }
}
