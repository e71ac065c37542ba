//! `/notifications`: what others have done that concerns somebody here; looking at it marks it read. `/requests`: who asks
//! to follow.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts, status_of,
    timeline::{Before, Page},
    views::{
        Reader,
        load::{self, Wanted},
        person::PersonView,
        post::PostView,
        words::Moment,
    },
    visitor::{Form, Visitor},
};
use crate::{
    actions::following,
    db::{
        Transaction,
        follows::{self, FollowState, Side},
        markers::{self, Read},
        notifications::{self, Kind, NotificationRow},
        posts,
    },
    error::{Error, Result},
};

/// How many notifications one page shows.
const NEWS_PER_PAGE: usize = 40;
/// How many characters of a post are shown.
const EXCERPT: usize = 240;
/// How many requests are shown at once; more come when these are answered.
const REQUESTS: i64 = 100;

/// `GET /notifications`
pub async fn show(visitor: Visitor, before: web::Query<Before>) -> Result<HttpResponse> {
    let Some(session) = visitor.session.clone() else { return Ok(visitor.sign_in_first()) };
    let (reader, account, from) = (visitor.reader(), session.account, before.id());
    let found = visitor.app.db.read(move |transaction| {
        let page = page(transaction, &reader, account, from)?;
        let own = reader.app.site.actor(account);
        let asking =
            follows::page(transaction, &own, Side::Followers, FollowState::Pending, i64::MAX, REQUESTS)?;
        Ok((page, asking.len()))
    });
    let (page, requests) = found.await?;
    if let Some(newest) = page.items.first().and_then(|news| news["id"].as_i64()) {
        let note = move |transaction: &mut Transaction<'_>| {
            markers::forward(transaction, account, Read::Notifications, newest)
        };
        visitor.app.db.write(note).await?;
    }
    let context = json!({
        "requests": requests,
        "older": page.older("/notifications"),
        "newer": before.newest("/notifications"),
        "notifications": page.items,
    });
    visitor.page(StatusCode::OK, "notifications.html", context)
}

fn page(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    account: i64,
    before: i64,
) -> Result<Page<Value>> {
    let read = markers::of(transaction, account, Read::Notifications)?;
    let rows = notifications::before(transaction, account, &Kind::ALL, before, NEWS_PER_PAGE as i64)?;
    let last = rows.last().filter(|_| rows.len() == NEWS_PER_PAGE).map(|row| row.id);
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.post_id).collect();
    let found = posts::find_many(transaction, &ids)?;
    let views = load::posts(transaction, reader, found, Wanted::All)?;
    let views: BTreeMap<&str, &PostView> = views.iter().map(|view| (view.id.as_str(), view)).collect();
    let actors: Vec<i64> = rows.iter().map(|row| row.actor_id).collect();
    let people = load::people(transaction, reader, &actors)?;
    let people: BTreeMap<&str, &PersonView> =
        people.iter().map(|person| (person.id.as_str(), person)).collect();
    let told = |row: &NotificationRow| {
        let person = people.get(row.actor_id.to_string().as_str())?;
        let post = row.post_id.and_then(|id| views.get(id.to_string().as_str()));
        Some(json!({
            "id": row.id,
            "person": person,
            "sentence": sentence(Kind::parse(&row.kind)?, post.is_some_and(|post| post.is_own)),
            "at": Moment::new(row.created_at, reader.now),
            "is_new": row.id > read,
            "path": post.map(|post| &post.path),
            "excerpt": post.map(|post| post.gist(EXCERPT)),
            "not_encrypted": post.and_then(|post| post.not_encrypted.as_ref()),
        }))
    };
    Ok(Page { items: rows.iter().filter_map(told).collect(), last })
}

fn sentence(kind: Kind, is_own: bool) -> &'static str {
    match kind {
        Kind::Mention => "wrote to you.",
        Kind::Boost => "boosted what you wrote.",
        Kind::Like => "likes what you wrote.",
        Kind::Follow => "follows you.",
        Kind::FollowRequest => "asks to follow you.",
        Kind::Poll if is_own => "asked a question that has ended: it is yours.",
        Kind::Poll => "asked a question that has ended.",
        Kind::Edit => "changed what you boosted.",
    }
}

/// The form of a request.
#[derive(Deserialize)]
pub struct Answer {
    person: String,
    r#do: String,
}

/// `GET /requests`
pub async fn show_requests(visitor: Visitor) -> Result<HttpResponse> {
    requests(visitor, None).await
}

async fn requests(visitor: Visitor, problem: Option<Error>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, own) = (visitor.reader(), visitor.app.site.actor(session.account));
    let people = visitor.app.db.read(move |transaction| {
        let rows =
            follows::page(transaction, &own, Side::Followers, FollowState::Pending, i64::MAX, REQUESTS)?;
        let uris: Vec<_> = rows.into_iter().map(|(_, uri)| uri).collect();
        load::people_by_uris(transaction, &reader, &uris)
    });
    let people = people.await?;
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let problem = problem.map(|error| error.to_string());
    visitor.page(status, "requests.html", json!({"problem": problem, "people": people}))
}

/// `POST /requests`
pub async fn answer(form: Form<Answer>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let id = fields.person.parse().map_err(|_| Error::NotFound)?;
    let accepts = fields.r#do == "accept";
    let answered = acts::with_person(&visitor, id, move |transaction, desk, follower| {
        if accepts {
            following::grant(transaction, desk, follower).map(drop)
        } else {
            following::decline(transaction, desk, follower).map(drop)
        }
    });
    match answered.await {
        Ok(()) => Ok(visitor.redirect("/requests")),
        Err(error @ Error::NotFound) => Err(error),
        Err(error) => requests(visitor, Some(error)).await,
    }
}
