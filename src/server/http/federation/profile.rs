//! The page of a person: a name, a handle and what to do with it. It runs no scripts and loads nothing from elsewhere.

use std::sync::Arc;

use alcove_protocol::Handle;
use serde_json::json;

use crate::{
    app::App,
    db::{accounts, actors},
    error::{Error, Result},
    federation::documents::{self, Document, Subject},
    http::pages::templates::Templates,
};

/// The page, from memory like the documents that programs read.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Gone`] when the person has deleted the account; a template that does not fit.
pub async fn page(app: &App, templates: &Templates, name: String) -> Result<Arc<Document>> {
    documents::ready(app, Subject::Page(name.clone()), async || {
        let row = app.db.read(move |transaction| {
            let account = accounts::by_name(transaction, &name)?.ok_or(Error::NotFound)?;
            actors::find(transaction, account.id)?.ok_or(Error::NotFound)
        });
        let row = row.await?;
        if row.gone_at.is_some() {
            return Err(Error::Gone);
        }
        let handle = Handle { name: row.name, domain: row.domain };
        let context = json!({"name": row.display_name, "handle": handle.to_string()});
        Ok(Document::of_text(row.id, templates.render(app, "profile.html", context)?))
    })
    .await
}
