//! `/@{name}/{id}`: a post of somebody here with what it answers and what answers it, for whoever may see it; `/posts/{id}`:
//! of somebody elsewhere, for people here. To everybody else there is nothing, and nothing tells that from a post that never
//! was (S-23). Also what a post said before it was edited.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde_json::{Value, json};

use super::{
    views::{
        Reader,
        load::{self, Wanted as Shown},
        person::{self, web_page},
        post::PostView,
        words::{self, Moment},
    },
    visitor::Visitor,
};
use crate::{
    actions::posts::{details::PostDetails, visible},
    db::{
        Transaction, accounts,
        posts::{self, PostRow},
        profiles::{self, Discovery},
        revisions,
    },
    error::{Error, Result},
    http::federation::actor::{Wanted, to, wanted},
    text,
};

/// How many posts above one are shown, at most (S-54).
const ABOVE: usize = 40;
/// How many answers are shown, at most, and how deep they may lie (S-54).
const BELOW: usize = 200;
const DEPTH: usize = 20;
/// How many characters of a post make a heading, and a preview.
const HEADING: usize = 60;
const PREVIEW: usize = 200;

/// `GET /@{name}/{id}`: a page for browsers; a server is sent to the id of the post.
pub async fn of_person(
    visitor: Visitor,
    path: web::Path<(String, i64)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (name, id) = path.into_inner();
    let (reader, name) = (visitor.reader(), name.to_ascii_lowercase());
    let is_page = wanted(&request, Wanted::Page) == Wanted::Page;
    let found = visitor.app.db.read(move |transaction| {
        let row = visible(transaction, &reader, id)?;
        let author = accounts::find(transaction, row.actor_id)?;
        author.filter(|account| account.name == name).ok_or(Error::NotFound)?;
        if is_page { context(transaction, &reader, row).map(Ok) } else { Ok(Err(row.uri)) }
    });
    match found.await? {
        Ok(context) => visitor.page(StatusCode::OK, "thread.html", context),
        Err(uri) => Ok(to(&uri)),
    }
}

/// `GET /posts/{id}`
pub async fn by_id(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    let (reader, id) = (visitor.reader(), id.into_inner());
    let found = visitor.app.db.read(move |transaction| {
        let row = visible(transaction, &reader, id)?;
        context(transaction, &reader, row)
    });
    let context = found.await?;
    match context["post"]["path"].as_str() {
        Some(path) if !path.starts_with("/posts/") => Ok(visitor.redirect(path)),
        _ => visitor.page(StatusCode::OK, "thread.html", context),
    }
}

/// A post that the reader may see.
///
/// # Errors
/// [`Error::NotFound`], whether it is there or not (S-23).
pub fn visible(transaction: &mut Transaction<'_>, reader: &Reader, id: i64) -> Result<PostRow> {
    let row = posts::find(transaction, id)?.ok_or(Error::NotFound)?;
    let actor = reader.account.map(|account| reader.app.site.actor(account));
    match visible::may_see(transaction, actor.as_ref(), &row)? {
        true => Ok(row),
        false => Err(Error::NotFound),
    }
}

fn context(transaction: &mut Transaction<'_>, reader: &Reader, row: PostRow) -> Result<Value> {
    let (above, missing) = above(transaction, reader, &row)?;
    let below = below(transaction, reader, &row)?;
    let profile = profiles::find(transaction, row.actor_id)?;
    let is_listed = profile.is_some_and(|profile| profile.discovery == Discovery::Open.as_str());
    let mut above = load::posts(transaction, reader, above, Shown::All)?;
    above.iter_mut().for_each(|post| post.is_answered_next = true);
    let below = load::posts(transaction, reader, below, Shown::All)?;
    let mut post = load::post(transaction, reader, row)?.ok_or(Error::NotFound)?;
    post.is_focus = true;
    let is_public = post.is_public && post.author.is_local;
    Ok(json!({
        "heading": format!("{}: {}", post.author.plain_name, post.gist(HEADING)),
        "description": description(&post),
        "images": images(reader, &post),
        "is_public": is_public,
        "is_listed": is_public && is_listed && post.audience == "Public",
        "missing_above": missing,
        "above": above,
        "below": below,
        "post": post,
    }))
}

/// What link previews say: never what stands behind a warning.
fn description(post: &PostView) -> String {
    match &post.warning {
        Some(warning) => words::excerpt(warning, PREVIEW),
        None => post.gist(PREVIEW),
    }
}

/// What link previews show: nothing that is hidden on the page.
fn images(reader: &Reader, post: &PostView) -> Vec<String> {
    if post.warning.is_some() || post.is_sensitive {
        return Vec::new();
    }
    let pictures = post.files.iter().filter(|file| file.kind == "image");
    pictures
        .map(|file| match file.src.strip_prefix('/') {
            Some(_) => reader.app.site.url(&file.src),
            None => file.src.clone(),
        })
        .collect()
}

/// The posts above one, the first of the thread first, as far as they are known and the reader may see them; and the
/// address of the one above them that is not shown.
fn above(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    row: &PostRow,
) -> Result<(Vec<PostRow>, Option<String>)> {
    let actor = reader.account.map(|account| reader.app.site.actor(account));
    let (mut above, mut next) = (Vec::new(), row.in_reply_to.clone());
    while let Some(uri) = next.take() {
        let parent = posts::by_uri(transaction, &uri)?;
        let is_known =
            |known: &PostRow| known.id == row.id || above.iter().any(|one: &PostRow| one.id == known.id);
        match parent {
            Some(parent) if above.len() < ABOVE && !is_known(&parent) => {
                if !visible::may_see(transaction, actor.as_ref(), &parent)? {
                    break;
                }
                next = parent.in_reply_to.clone();
                above.push(parent);
            }
            Some(_) => break,
            None => {
                above.reverse();
                return Ok((above, Some(web_page(None, &uri))));
            }
        }
    }
    above.reverse();
    Ok((above, None))
}

/// The answers to a post and to its answers, each after what it answers.
fn below(transaction: &mut Transaction<'_>, reader: &Reader, row: &PostRow) -> Result<Vec<PostRow>> {
    let actor = reader.account.map(|account| reader.app.site.actor(account));
    let (mut all, mut level) = (Vec::<PostRow>::new(), vec![row.uri.clone()]);
    for _ in 0..DEPTH {
        let uris: Vec<&str> = level.iter().map(String::as_str).collect();
        let room = BELOW.saturating_sub(all.len());
        if uris.is_empty() || room == 0 {
            break;
        }
        let rows = posts::replies_to(transaction, &uris, room as i64)?;
        let new =
            rows.into_iter().filter(|reply| reply.id != row.id && all.iter().all(|one| one.id != reply.id));
        let new = visible::visible(transaction, actor.as_ref(), new.collect())?;
        level = new.iter().map(|reply| reply.uri.clone()).collect();
        all.extend(new);
    }
    Ok(in_order(&row.uri, all))
}

/// Answers in the order in which a conversation is read.
fn in_order(first: &str, all: Vec<PostRow>) -> Vec<PostRow> {
    let mut answers = std::collections::BTreeMap::<String, Vec<PostRow>>::new();
    for row in all {
        answers.entry(row.in_reply_to.clone().unwrap_or_default()).or_default().push(row);
    }
    let mut waiting = answers.remove(first).unwrap_or_default();
    waiting.reverse();
    let mut ordered = Vec::new();
    while let Some(row) = waiting.pop() {
        let mut next = answers.remove(&row.uri).unwrap_or_default();
        next.reverse();
        waiting.extend(next);
        ordered.push(row);
    }
    ordered
}

/// `GET /@{name}/{id}/history` and `GET /posts/{id}/history`
pub async fn history_of_person(visitor: Visitor, path: web::Path<(String, i64)>) -> Result<HttpResponse> {
    history(visitor, path.into_inner().1).await
}

/// `GET /posts/{id}/history`
pub async fn history_by_id(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    history(visitor, id.into_inner()).await
}

async fn history(visitor: Visitor, id: i64) -> Result<HttpResponse> {
    let reader = visitor.reader();
    let context = visitor.app.db.read(move |transaction| {
        let row = visible(transaction, &reader, id)?;
        let versions: Vec<Value> =
            revisions::of(transaction, id)?.iter().map(|version| said(&reader, version)).collect();
        let post = load::post(transaction, &reader, row)?.ok_or(Error::NotFound)?;
        Ok(json!({"path": post.path, "versions": versions}))
    });
    visitor.page(StatusCode::OK, "history.html", context.await?)
}

fn said(reader: &Reader, version: &revisions::RevisionRow) -> Value {
    let details = PostDetails::of_column(version.details.as_deref()).unwrap_or_default();
    json!({
        "at": Moment::new(version.created_at, reader.now),
        "warning": version.summary,
        "content_html": text::emojify(&version.content, &person::emoji(reader, &details.emojis)),
    })
}
