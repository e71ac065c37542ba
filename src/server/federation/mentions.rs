//! Whom the handles in a text mean, looked up before the text is published: WebFinger for those of other servers, as for
//! every name that is shown. A full handle that leads to nobody is told to its author, so that nobody is thought to have
//! been named who was not. A bare name that nobody here has stays text.

use alcove_protocol::{ActorId, Handle};

use super::lookup::{self, Sought};
use crate::{
    app::App,
    db::actors,
    error::{Error, Result},
    text::{self, Mentioned, Mentions},
};

/// The most handles that are looked up for one text (S-54).
const MAX_HANDLES: usize = 50;

/// Looks up whom a text means.
///
/// # Errors
/// `unknown-handle` with the handle that could not be found, `too-many-handles`.
pub async fn resolve(app: &App, typed: &str) -> Result<Mentions> {
    let handles = text::mentioned(typed, &app.site.handle_domain);
    if handles.len() > MAX_HANDLES {
        let expected = format!("Expected at most {MAX_HANDLES} people in one text.");
        return Err(Error::refused("too-many-handles", 422, expected));
    }
    let mut mentions = Mentions::new();
    for handle in handles {
        match person(app, &handle).await {
            Ok(mentioned) => drop(mentions.insert(handle, mentioned)),
            Err(Error::NotFound) if lookup::is_ours(app, &handle) => {}
            Err(error) => return Err(unknown(&handle, &error)),
        }
    }
    Ok(mentions)
}

/// Somebody by handle: as known here, where that was confirmed before, else by asking.
async fn person(app: &App, handle: &Handle) -> Result<Mentioned> {
    let (name, domain) = (handle.name.clone(), handle.domain.clone());
    let known = app.db.read(move |transaction| actors::by_handle(transaction, &domain, &name)).await?;
    let row = match known {
        Some(row) => row,
        None => {
            let found = lookup::find(app, Sought::Handle(handle.clone())).await?;
            let row = app.db.read(move |transaction| actors::by_uri(transaction, &found.id)).await?;
            row.ok_or(Error::NotFound)?
        }
    };
    let actor = ActorId::parse(&row.uri).map_err(Error::unknown)?;
    Ok(Mentioned { actor, page: row.url.unwrap_or(row.uri) })
}

fn unknown(handle: &Handle, error: &Error) -> Error {
    let reason = match error {
        Error::NotFound | Error::Gone => "Nobody has this handle.".to_owned(),
        Error::Busy => "Its server does not answer just now.".to_owned(),
        other => other.to_string(),
    };
    Error::refused("unknown-handle", 422, format!("{handle} could not be found. {reason}"))
}
