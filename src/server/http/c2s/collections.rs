//! What arrived, for its owner: `inbox` (what the server can read) and `messages` (what it cannot). Newest first, as
//! ActivityPub has it; `?after=<activity>` goes on from there, oldest first (trap T7); `?item=<activity>` leads to the page
//! that holds it (`seekItem`). The two are apart because their scopes are: no app for posts reads sealed messages.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path, Query},
};
use alcove_protocol::{api::Item, context};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{super::authentication::Bearer, fresh, owner};
use crate::{
    actions::{received, scopes::Scope},
    app::App,
    db::items::Selection,
    error::Result,
};

/// What of a collection is asked for.
#[derive(Debug, Deserialize)]
pub struct Question {
    /// What came after this activity; from the beginning when it is empty.
    after: Option<String>,
    /// What came before this position.
    before: Option<i64>,
    /// The page with this activity.
    item: Option<String>,
}

/// `GET /users/{account}/inbox`.
pub async fn inbox(
    app: Data<App>,
    account: Path<i64>,
    bearer: Bearer,
    question: Query<Question>,
) -> Result<HttpResponse> {
    owner(bearer, Scope::Read, *account)?;
    answer(&app, *account, "inbox", Selection::Plain, question.into_inner()).await
}

/// `GET /users/{account}/messages`.
pub async fn messages(
    app: Data<App>,
    account: Path<i64>,
    bearer: Bearer,
    question: Query<Question>,
) -> Result<HttpResponse> {
    owner(bearer, Scope::Messages, *account)?;
    answer(&app, *account, "messages", Selection::Sealed, question.into_inner()).await
}

async fn answer(
    app: &App,
    account: i64,
    part: &str,
    selection: Selection,
    question: Question,
) -> Result<HttpResponse> {
    let collection = app.site.of_account(account, part);
    if let Some(item) = question.item {
        let site = app.site.clone();
        let found = app
            .db
            .read(move |transaction| received::position_of(transaction, &site, account, selection, &item))
            .await?;
        let page = format!("{collection}?before={}", found + 1);
        return Ok(HttpResponse::TemporaryRedirect()
            .insert_header((header::LOCATION, page))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish());
    }
    if let Some(after) = question.after {
        return Ok(fresh(&later(app, account, &collection, selection, after).await?));
    }
    let page = earlier(app, account, &collection, selection, question.before.unwrap_or(i64::MAX)).await?;
    if question.before.is_some() {
        return Ok(fresh(&page));
    }
    Ok(fresh(&json!({
        "@context": contexts(), "id": collection, "type": "OrderedCollection", "first": page,
        "eventStream": format!("{collection}/stream"), "seekItem": collection,
    })))
}

/// The page before a position, newest first.
async fn earlier(
    app: &App,
    account: i64,
    collection: &str,
    selection: Selection,
    before: i64,
) -> Result<Value> {
    let site = app.site.clone();
    let items =
        app.db.read(move |transaction| received::page_before(transaction, &site, account, selection, before));
    let items = items.await?;
    let next = items.last().map(|item| format!("{collection}?before={}", item.position));
    Ok(page(&format!("{collection}?before={before}"), collection, items, next))
}

/// The page after an activity, oldest first.
async fn later(
    app: &App,
    account: i64,
    collection: &str,
    selection: Selection,
    after: String,
) -> Result<Value> {
    let (site, from) = (app.site.clone(), after.clone());
    let (items, more) = app
        .db
        .read(move |transaction| {
            let position = match from.as_str() {
                "" => 0,
                activity => received::position_of(transaction, &site, account, selection, activity)?,
            };
            received::page(transaction, &site, account, selection, position)
        })
        .await?;
    let at = |activity: &str| {
        let escaped: String = url::form_urlencoded::byte_serialize(activity.as_bytes()).collect();
        format!("{collection}?after={escaped}")
    };
    let last = items.last().and_then(|item| item.activity.get("id").and_then(Value::as_str).map(&at));
    Ok(page(&at(&after), collection, items, last.filter(|_| more)))
}

fn page(id: &str, collection: &str, items: Vec<Item>, next: Option<String>) -> Value {
    let items: Vec<Value> = items.into_iter().map(|item| item.activity).collect();
    let mut page = json!({
        "@context": contexts(), "id": id, "type": "OrderedCollectionPage", "partOf": collection,
        "orderedItems": items,
    });
    if let Some(next) = next {
        page["next"] = json!(next);
    }
    page
}

fn contexts() -> Value {
    json!([context::ACTIVITY_STREAMS, context::MLS, context::SSE, context::SEEK_ITEM])
}
