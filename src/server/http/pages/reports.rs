//! `/report`: telling those who run this place about somebody or a post; `/moderation/reports`: what they were told.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{ActorId, activity::create::ObjectId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts, can_be_mended, status_of, thread,
    timeline::{Before, Page},
    views::{Reader, load, load::Wanted, person::PersonView, words::Moment},
    visitor::{Form, Visitor},
};
use crate::{
    actions::{
        blocking,
        reports::{self, Readers, Report},
    },
    db::{Transaction, actors, posts, reports::ReportRow},
    error::{Error, Result},
};

/// How many characters of a post are shown.
const EXCERPT: usize = 240;
/// How many reports stand on a page.
const PER_PAGE: usize = 20;

/// What is reported.
#[derive(Deserialize)]
pub struct About {
    person: Option<i64>,
    post: Option<i64>,
}

/// The form.
#[derive(Deserialize)]
pub struct Fields {
    person: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    comment: String,
    forward: Option<String>,
    block: Option<String>,
}

/// `GET /report`
pub async fn show(visitor: Visitor, about: web::Query<About>) -> Result<HttpResponse> {
    let empty = Fields {
        person: about.person.map(|id| id.to_string()).unwrap_or_default(),
        post: about.post.map(|id| id.to_string()).unwrap_or_default(),
        comment: String::new(),
        forward: None,
        block: None,
    };
    page(&visitor, &empty, None).await
}

async fn page(visitor: &Visitor, fields: &Fields, problem: Option<Error>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    let reader = visitor.reader();
    let (person, post) = (fields.person.parse::<i64>().ok(), fields.post.parse::<i64>().ok());
    let found = visitor.app.db.read(move |transaction| match post {
        Some(post) => {
            let row = thread::visible(transaction, &reader, post)?;
            let view = load::post(transaction, &reader, row)?.ok_or(Error::NotFound)?;
            Ok((view.author.clone(), Some(view.gist(EXCERPT))))
        }
        None => {
            let ids: Vec<i64> = person.into_iter().collect();
            let person = load::people(transaction, &reader, &ids)?.pop().ok_or(Error::NotFound)?;
            Ok((person, None))
        }
    });
    let (person, excerpt) = found.await?;
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let context = json!({
        "problem": problem.map(|error| error.to_string()),
        "host": person.handle.rsplit('@').next(),
        "person": person,
        "excerpt": excerpt,
        "post_id": fields.post,
        "comment": fields.comment,
        "forward": fields.forward.is_some(),
        "block": fields.block.is_some(),
    });
    visitor.page(status, "report.html", context)
}

/// `POST /report`
pub async fn submit(form: Form<Fields>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    match send(&visitor, &fields).await {
        Ok(()) => visitor.said(
            "Thank you",
            "Your report is with the people who run this place.",
            ("/home", "To your home timeline"),
        ),
        Err(error) if can_be_mended(&error) => page(&visitor, &fields, Some(error)).await,
        Err(error) => Err(error),
    }
}

async fn send(visitor: &Visitor, fields: &Fields) -> Result<()> {
    let (person, post) =
        (fields.person.parse().map_err(|_| Error::NotFound)?, fields.post.parse::<i64>().ok());
    let (comment, blocks) = (fields.comment.trim().to_owned(), fields.block.is_some());
    let readers = if fields.forward.is_some() { Readers::AndThere } else { Readers::Here };
    acts::with_person(visitor, person, move |transaction, desk, target| {
        let row = match post {
            Some(post) => posts::find(transaction, post)?,
            None => None,
        };
        let posts = row.into_iter().filter_map(|row| ObjectId::parse(&row.uri).ok()).collect();
        let report = Report { target: target.clone(), posts, comment, readers };
        reports::report(transaction, desk, &report)?;
        if blocks {
            blocking::block(transaction, desk, target)?;
        }
        Ok(())
    })
    .await
}

/// `GET /moderation/reports`: for owners and admins.
pub async fn list(visitor: Visitor, before: web::Query<Before>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account, from) = (visitor.reader(), session.account, before.id());
    let page = visitor.app.db.read(move |transaction| {
        let rows = reports::open(transaction, account, from, PER_PAGE as i64)?;
        let last = rows.last().filter(|_| rows.len() == PER_PAGE).map(|row| row.id);
        Ok(Page { items: shown(transaction, &reader, &rows)?, last })
    });
    let page = page.await?;
    let context = json!({
        "older": page.older("/moderation/reports"),
        "newer": before.newest("/moderation/reports"),
        "reports": page.items,
    });
    visitor.page(StatusCode::OK, "reports.html", context)
}

fn shown(transaction: &mut Transaction<'_>, reader: &Reader, rows: &[ReportRow]) -> Result<Vec<Value>> {
    let ids =
        |uris: Vec<&String>| uris.into_iter().filter_map(|uri| ActorId::parse(uri).ok()).collect::<Vec<_>>();
    let concerned = ids(rows.iter().flat_map(|row| [&row.target_uri, &row.reporter_uri]).collect());
    let known = actors::by_uris(transaction, &concerned)?;
    let row_ids: Vec<i64> = known.iter().map(|row| row.id).collect();
    let people = load::people(transaction, reader, &row_ids)?;
    let people: BTreeMap<&str, &PersonView> = known
        .iter()
        .filter_map(|row| Some((row.uri.as_str(), people.iter().find(|one| one.id == row.id.to_string())?)))
        .collect();
    let mut all = Vec::new();
    for row in rows {
        let reporter = people.get(row.reporter_uri.as_str()).map(|person| person.handle.clone());
        all.push(json!({
            "id": row.id.to_string(),
            "person": people.get(row.target_uri.as_str()),
            "target": row.target_uri,
            "reporter": reporter.unwrap_or_else(|| row.reporter_uri.clone()),
            "at": Moment::new(row.created_at, reader.now),
            "comment": row.comment,
            "posts": reported(transaction, reader, row)?,
        }));
    }
    Ok(all)
}

/// The posts of a report: those who look after this place see them, whomever they were for, because somebody asked them to.
fn reported(transaction: &mut Transaction<'_>, reader: &Reader, row: &ReportRow) -> Result<Vec<Value>> {
    let uris: Vec<String> = serde_json::from_str(&row.posts).unwrap_or_default();
    let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
    let rows = posts::by_uris(transaction, &uris)?;
    let views = load::posts(transaction, reader, rows, Wanted::All)?;
    let known: BTreeMap<&str, _> = views.iter().map(|view| (view.uri.as_str(), view)).collect();
    let post = |uri: &&str| match known.get(uri) {
        Some(view) => json!({"path": view.path, "excerpt": view.gist(EXCERPT)}),
        None => json!({"path": null, "excerpt": uri}),
    };
    Ok(uris.iter().map(post).collect())
}

/// A report that somebody has dealt with.
#[derive(Deserialize)]
pub struct Done {
    id: String,
}

/// `POST /moderation/reports`
pub async fn close(form: Form<Done>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let id = fields.id.parse().map_err(|_| Error::NotFound)?;
    acts::at_desk(&visitor, move |transaction, desk| reports::close(transaction, desk, id)).await?;
    Ok(visitor.redirect("/moderation/reports"))
}
