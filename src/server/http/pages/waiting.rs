//! `/write/{id}`: a post that waits for its files. Its author sees how far it is, is led to it once it is out, and gets the
//! form back with everything that was typed when it cannot go out, or on wish.

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde_json::{Value, json};

use super::{
    draft,
    views::words,
    visitor::{Form, Visitor},
    write::{self, Nothing},
};
use crate::{
    actions::writing::waiting,
    bus::Wake,
    db::{media, waiting::WaitingRow},
    error::{Error, Result},
};

/// How long the page waits for something to tell: most posts are out within that.
const GLANCE: Duration = Duration::from_secs(2);
/// How many characters of its text are shown.
const EXCERPT: usize = 240;

/// `GET /write/{id}`
pub async fn show(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let row = settled(&visitor, session.account, id.into_inner()).await?;
    if let Some(post) = row.post_id {
        return write::to_post(&visitor, post).await;
    }
    if let Some(problem) = &row.problem {
        let problem = Error::refused("post", 422, problem);
        return write::page(&visitor, waiting::typed_in(&row)?, Some(problem)).await;
    }
    waiting_page(&visitor, &row).await
}

/// One's own, as it is when something has become of it, or after a moment.
async fn settled(visitor: &Visitor, account: i64, id: i64) -> Result<WaitingRow> {
    let mut wakes = visitor.app.bus.listen();
    let look = || visitor.app.db.read(move |transaction| waiting::own(transaction, account, id));
    let change = async {
        while look().await?.is_open() {
            while !matches!(wakes.recv().await, Ok(Wake::Account(woken)) if woken == account) {}
        }
        Ok::<(), Error>(())
    };
    tokio::time::timeout(GLANCE, change).await.unwrap_or(Ok(()))?;
    look().await
}

async fn waiting_page(visitor: &Visitor, row: &WaitingRow) -> Result<HttpResponse> {
    let (account, typed) = (row.account_id, waiting::typed_in(row)?);
    let ids = typed.kept();
    let rows = visitor.app.db.read(move |transaction| media::of_account(transaction, account, &ids)).await?;
    let files: Vec<Value> = typed
        .kept()
        .iter()
        .filter_map(|id| rows.iter().find(|row| row.id == *id))
        .map(|row| json!({"state": draft::state(row), "description": row.description}))
        .collect();
    let said = if typed.warning.is_empty() { &typed.text } else { &typed.warning };
    let context = json!({
        "is_edit": typed.edits.is_some(),
        "excerpt": words::excerpt(said, EXCERPT),
        "files": files,
        "path": format!("/write/{}", row.id),
    });
    visitor.page(StatusCode::OK, "waiting.html", context)
}

/// `POST /write/{id}`: takes it back, to write on.
pub async fn take_back(form: Form<Nothing>, id: web::Path<i64>) -> Result<HttpResponse> {
    let (visitor, id) = (form.visitor, id.into_inner());
    let account = visitor.signed_in()?.account;
    let taken = visitor.app.db.write(move |transaction| waiting::take_back(transaction, account, id)).await?;
    match taken {
        Some(typed) => write::page(&visitor, typed, None).await,
        // It was quicker.
        None => Ok(visitor.redirect(&format!("/write/{id}"))),
    }
}
