//! `/settings/import` and `/settings/export`: whom somebody follows, blocks and mutes, as the files that Mastodon reads and
//! writes.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web::Path,
};
use alcove_protocol::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{acts, status_of, upload::ListForm, visitor::Visitor};
use crate::{
    actions::{
        desk::Desk,
        lists::{self, Mode},
    },
    db::imports::{self, ImportRow},
    error::{Error, Result},
    text::lists::{self as files, List},
};

/// How many imports are shown.
const SHOWN: i64 = 10;

/// `GET /settings/import`
pub async fn show_import(visitor: Visitor) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    import_page(&visitor, None).await
}

/// A list with what is to be done with it.
#[derive(Deserialize)]
pub struct Import {
    /// What it is for.
    list: String,
    /// What becomes of those who are not on it.
    #[serde(default)]
    mode: String,
}

/// Begins to take in a list.
pub async fn import(form: ListForm<Import>) -> Result<HttpResponse> {
    let ListForm { visitor, fields, list } = form;
    match begin(&visitor, &fields, &list).await {
        Ok(()) => Ok(visitor.redirect("/settings/import")),
        Err(error @ Error::Refused(_)) => import_page(&visitor, Some(error)).await,
        Err(error) => Err(error),
    }
}

async fn begin(visitor: &Visitor, import: &Import, file: &[u8]) -> Result<()> {
    let list = List::parse(&import.list).ok_or_else(|| Error::invalid("Expected what the list is for."))?;
    let mode = if import.mode == "replace" { Mode::Replace } else { Mode::Merge };
    let read =
        files::read(file).map_err(|error| Error::refused("list", 422, format!("The file: {error}.")))?;
    acts::at_desk(visitor, move |transaction, desk| lists::begin(transaction, desk, list, mode, &read)).await
}

async fn import_page(visitor: &Visitor, problem: Option<Error>) -> Result<HttpResponse> {
    let account = visitor.signed_in()?.account;
    let rows = visitor.app.db.read(move |transaction| imports::latest(transaction, account, SHOWN)).await?;
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let imports = rows.iter().map(shown).collect::<Result<Vec<_>>>()?;
    let problem = problem.map(|error| error.to_string());
    visitor.page(status, "import.html", json!({"problem": problem, "imports": imports}))
}

fn shown(row: &ImportRow) -> Result<Value> {
    let problems: Vec<String> = serde_json::from_str(&row.problems).map_err(Error::unknown)?;
    let begun = Timestamp(row.created_at);
    Ok(json!({
        "title": List::parse(&row.kind).map_or("A list", title),
        "total": row.total,
        "done": row.done,
        "failed": row.failed,
        "left": row.total - row.done - row.failed,
        "problems": problems,
        "begun_at": begun,
        "begun": super::settings::day(begun),
    }))
}

fn title(list: List) -> &'static str {
    match list {
        List::Following => "People you follow",
        List::Blocks => "People you block",
        List::Mutes => "People you mute",
    }
}

/// `GET /settings/export`
pub async fn show_export(visitor: Visitor) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    let shown = |list: List| json!({"title": title(list), "file": list.file_name()});
    let lists: Vec<Value> = List::ALL.into_iter().map(shown).collect();
    visitor.page(StatusCode::OK, "export.html", json!({"lists": lists}))
}

/// `GET /settings/export/{file}`
pub async fn export(visitor: Visitor, file: Path<String>) -> Result<HttpResponse> {
    let account = visitor.signed_in()?.account;
    let list = List::ALL.into_iter().find(|list| list.file_name() == file.as_str()).ok_or(Error::NotFound)?;
    let (site, moment) = (visitor.app.site.clone(), visitor.app.moment());
    let handles = visitor
        .app
        .db
        .read(move |transaction| lists::handles(transaction, &Desk::new(&site, &moment, account), list));
    let disposition = format!("attachment; filename=\"{}\"", list.file_name());
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(files::write(list, &handles.await?)))
}
