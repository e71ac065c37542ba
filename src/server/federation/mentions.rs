//! Whom the handles in a text mean, looked up before the text is published: WebFinger for those of other servers, as for
//! every name that is shown, and again when that was long ago: names change hands (S-16). A full handle that leads to nobody is told to its author, so that nobody is thought to have
//! been named who was not. A bare name that nobody here has stays text.

use alcove_protocol::{ActorId, Handle, time::DAY};

use super::lookup::{self, Sought};
use crate::{
    app::App,
    db::actors::{self, ActorRow},
    error::{Error, Result},
    text::{self, Mentioned, Mentions},
};

/// The most handles that are looked up for one text (S-54).
const MAX_HANDLES: usize = 50;
/// How long it is believed that a handle leads where it did, in milliseconds.
const CONFIRMED_FOR: i64 = 7 * DAY;

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

/// Somebody by handle: as known here, where that was confirmed lately, else by asking.
async fn person(app: &App, handle: &Handle) -> Result<Mentioned> {
    app.federation.blocked.expect_open(&handle.domain)?;
    let (name, domain) = (handle.name.clone(), handle.domain.clone());
    let known = app.db.read(move |transaction| {
        let Some(row) = actors::by_handle(transaction, &domain, &name)? else { return Ok(None) };
        let at = actors::handle_confirmed_at(transaction, row.id)?;
        let is_plausible =
            at.is_some() || is_at_home(&row) && actors::count_by_handle(transaction, &domain, &name)? == 1;
        Ok(Some((row, at, is_plausible)))
    });
    let now = app.clock.now();
    let row = match known.await? {
        Some((row, ..)) if lookup::is_ours(app, handle) => row,
        Some((row, Some(at), _)) if now.since(at) < CONFIRMED_FOR => row,
        // What was true once, or what nobody contradicts, is better than nothing while its server is away.
        Some((row, _, true)) => match asked(app, handle).await {
            Err(Error::Busy) => row,
            answered => answered?,
        },
        _ => asked(app, handle).await?,
    };
    let actor = ActorId::parse(&row.uri).map_err(Error::unknown)?;
    app.federation.blocked.expect_open(actor.origin().authority())?;
    Ok(Mentioned { actor, page: row.url.unwrap_or(row.uri) })
}

/// Whether the server of an actor's id is the one that its handle names: then nobody else has a say in whose it is.
fn is_at_home(row: &ActorRow) -> bool {
    ActorId::parse(&row.uri).is_ok_and(|id| id.origin().authority() == row.domain)
}

/// Somebody by handle, as both servers concerned say now.
async fn asked(app: &App, handle: &Handle) -> Result<ActorRow> {
    let found = lookup::find(app, Sought::Handle(handle.clone())).await?;
    let row = app.db.read(move |transaction| actors::by_uri(transaction, &found.id)).await?;
    row.ok_or(Error::NotFound)
}

fn unknown(handle: &Handle, error: &Error) -> Error {
    let reason = match error {
        Error::NotFound | Error::Gone => "Nobody has this handle.".to_owned(),
        Error::Busy => "Its server does not answer just now.".to_owned(),
        other => other.to_string(),
    };
    Error::refused("unknown-handle", 422, format!("{handle} could not be found. {reason}"))
}
