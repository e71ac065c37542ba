//! `/@{name}/followers` and `/@{name}/following`: who follows somebody here and whom they follow, for people here. Visitors
//! are told how many, as other servers are. Also who has shared or liked a post, for whoever may see it.

use actix_web::{HttpResponse, http::StatusCode, web};
use serde_json::json;

use super::{
    thread,
    timeline::{Before, Page},
    views::{load, person::PersonView},
    visitor::Visitor,
};
use crate::{
    db::{
        accounts, actors, boosts,
        follows::{self, FollowState, Side},
        likes,
    },
    error::{Error, Result},
};

/// How many people one page shows.
const PEOPLE_PER_PAGE: usize = 50;

/// `GET /@{name}/followers`
pub async fn followers(
    visitor: Visitor,
    name: web::Path<String>,
    before: web::Query<Before>,
) -> Result<HttpResponse> {
    follows_of(visitor, name.into_inner(), Side::Followers, &before).await
}

/// `GET /@{name}/following`
pub async fn following(
    visitor: Visitor,
    name: web::Path<String>,
    before: web::Query<Before>,
) -> Result<HttpResponse> {
    follows_of(visitor, name.into_inner(), Side::Following, &before).await
}

async fn follows_of(visitor: Visitor, name: String, side: Side, before: &Before) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    let (reader, from, site) = (visitor.reader(), before.id(), visitor.app.site.clone());
    let (person, page) = visitor
        .app
        .db
        .read(move |transaction| {
            let account = accounts::by_name(transaction, &name)?.ok_or(Error::NotFound)?;
            let actor = actors::find(transaction, account.id)?.ok_or(Error::NotFound)?;
            let (id, limit) = (site.actor(account.id), PEOPLE_PER_PAGE as i64);
            let rows = follows::page(transaction, &id, side, FollowState::Accepted, from, limit)?;
            let last = rows.last().filter(|_| rows.len() == PEOPLE_PER_PAGE).map(|(id, _)| *id);
            let uris: Vec<_> = rows.into_iter().map(|(_, uri)| uri).collect();
            let items = load::people_by_uris(transaction, &reader, &uris)?;
            Ok((PersonView::new(&reader, &actor, None), Page { items, last }))
        })
        .await?;
    let (heading, part) = match side {
        Side::Followers => (format!("Who follows {}", person.plain_name), "followers"),
        Side::Following => (format!("Whom {} follows", person.plain_name), "following"),
    };
    let path = format!("{}/{part}", person.path);
    let context = json!({
        "heading": heading,
        "back": {"href": person.path, "text": "To the profile"},
        "people": page.items,
        "older": page.older(&path),
        "newer": before.newest(&path),
        "nothing": "Nobody yet.",
    });
    visitor.page(StatusCode::OK, "people.html", context)
}

/// `GET /posts/{id}/boosts`
pub async fn boosted(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    touched(visitor, id.into_inner(), "Who boosted this", boosts::by_whom).await
}

/// `GET /posts/{id}/likes`
pub async fn liked(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    touched(visitor, id.into_inner(), "Who liked this", likes::by_whom).await
}

/// Who has done something with a post, as far as the first so many.
async fn touched(
    visitor: Visitor,
    post: i64,
    heading: &str,
    by_whom: fn(&mut crate::db::Transaction<'_>, i64, i64) -> Result<Vec<actors::ActorRow>>,
) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    let reader = visitor.reader();
    let (path, people) = visitor
        .app
        .db
        .read(move |transaction| {
            let row = thread::visible(transaction, &reader, post)?;
            let path = load::post(transaction, &reader, row)?.ok_or(Error::NotFound)?.path;
            let rows = by_whom(transaction, post, 2 * PEOPLE_PER_PAGE as i64)?;
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            Ok((path, load::people(transaction, &reader, &ids)?))
        })
        .await?;
    let context = json!({
        "heading": heading,
        "back": {"href": path, "text": "To the post"},
        "people": people,
        "nothing": "Nobody yet.",
    });
    visitor.page(StatusCode::OK, "people.html", context)
}
