//! `/settings/import` and `/settings/export`: whom somebody follows, blocks and mutes, as the files that Mastodon reads and
//! writes.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Path},
};
use alcove_protocol::Timestamp;
use serde_json::{Value, json};

use super::{list_form::ListForm, status_of, visitor::Visitor};
use crate::{
    actions::{desk::Desk, lists},
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

/// Begins to take in a list.
pub async fn import(visitor: Visitor, request: HttpRequest, body: Bytes) -> Result<HttpResponse> {
    let account = visitor.signed_in()?.account;
    match begin(&visitor, account, &request, &body).await {
        Ok(()) => Ok(visitor.redirect("/settings/import")),
        Err(error @ Error::Refused(_)) if !error.is_refusal("form-expired") => {
            import_page(&visitor, Some(error)).await
        }
        Err(error) => Err(error),
    }
}

async fn begin(visitor: &Visitor, account: i64, request: &HttpRequest, body: &[u8]) -> Result<()> {
    let form = ListForm::read(visitor, request, body)?;
    let read =
        files::read(form.file).map_err(|error| Error::refused("list", 422, format!("The file: {error}.")))?;
    let (site, moment, list, mode) = (visitor.app.site.clone(), visitor.app.moment(), form.list, form.mode);
    let begin = visitor.app.db.write(move |transaction| {
        lists::begin(transaction, &Desk::new(&site, &moment, account), list, mode, &read)
    });
    begin.await
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
