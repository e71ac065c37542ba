//! `/settings/move`: naming other accounts as one's own, so that they may move here, and moving to another one. What moving
//! does is asked about first and wants the password, because followers do not come back by themselves.

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{ActorId, Handle};
use serde::Deserialize;
use serde_json::json;

use super::{
    acts, can_be_mended,
    choices::Saved,
    settings::sentence_of,
    status_of,
    views::load,
    visitor::{Form, Visitor},
};
use crate::{
    actions::{desk::Desk, moves, profiles},
    db::actors,
    entrance,
    error::{Error, Result},
    federation::lookup::{self, Sought},
};

/// The forms.
#[derive(Deserialize)]
pub struct Fields {
    r#do: String,
    #[serde(default)]
    aliases: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    password: String,
}

/// `GET /settings/move`
pub async fn show(visitor: Visitor, query: web::Query<Saved>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    page(&visitor, None, query.is_saved(), None).await
}

async fn page(
    visitor: &Visitor,
    typed: Option<&Fields>,
    saved: bool,
    problem: Option<Error>,
) -> Result<HttpResponse> {
    let (reader, account) = (visitor.reader(), visitor.signed_in()?.account);
    let found = visitor.app.db.read(move |transaction| {
        let row = profiles::of_account(transaction, account, reader.now)?;
        let parsed =
            |uris: Vec<String>| uris.iter().filter_map(|uri| ActorId::parse(uri).ok()).collect::<Vec<_>>();
        let aliases = parsed(row.aliases());
        let known = load::people_by_uris(transaction, &reader, &aliases)?;
        let moved = load::people_by_uris(transaction, &reader, &parsed(row.moved_to.into_iter().collect()))?;
        Ok((known, moved.into_iter().next()))
    });
    let (known, moved_to) = found.await?;
    let handles: Vec<String> = known.into_iter().map(|person| person.handle).collect();
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let typed_aliases = typed.filter(|typed| typed.r#do == "aliases").map(|typed| typed.aliases.clone());
    let context = json!({
        "saved": saved,
        "problem": problem.as_ref().map(sentence_of),
        "moved_to": moved_to.map(|person| json!({"path": person.path, "text": person.handle})),
        "aliases": typed_aliases.unwrap_or_else(|| handles.join("\n")),
        "target": typed.map(|typed| typed.target.as_str()).unwrap_or_default(),
        "cooldown": moves::COOLDOWN / alcove_protocol::time::DAY,
    });
    visitor.page(status, "move.html", context)
}

/// `POST /settings/move`
pub async fn submit(form: Form<Fields>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    visitor.signed_in()?;
    let done =
        if fields.r#do == "move" { go(&visitor, &fields).await } else { name(&visitor, &fields).await };
    match done {
        Ok(()) => Ok(visitor.redirect("/settings/move?saved=yes")),
        Err(error) if can_be_mended(&error) => page(&visitor, Some(&fields), false, Some(error)).await,
        Err(error) => Err(error),
    }
}

async fn name(visitor: &Visitor, fields: &Fields) -> Result<()> {
    let mut aliases = Vec::new();
    for line in
        fields.aliases.lines().map(str::trim).filter(|line| !line.is_empty()).take(moves::MAX_ALIASES + 1)
    {
        aliases.push(look_up(visitor, line).await?);
    }
    acts::at_desk(visitor, move |transaction, desk| moves::name_aliases(transaction, desk, &aliases)).await
}

async fn go(visitor: &Visitor, fields: &Fields) -> Result<()> {
    let account = visitor.signed_in()?.account;
    let target = look_up(visitor, fields.target.trim()).await?;
    let site = visitor.app.site.clone();
    let (network, password) = (visitor.network, fields.password.clone());
    entrance::confirm(&visitor.app, network, account, password, move |transaction, moment, account| {
        moves::go(transaction, &Desk::new(&site, moment, account.id), &target).map(drop)
    })
    .await
}

/// The actor that a handle or an address means, fetched just now.
async fn look_up(visitor: &Visitor, typed: &str) -> Result<ActorId> {
    let expected = || Error::refused("handle", 400, "Expected an address such as @name@server.");
    let sought = match ActorId::parse(typed) {
        Ok(id) => Sought::Actor(id),
        Err(_) => Sought::Handle(
            Handle::parse(&format!("@{}", typed.trim_start_matches('@'))).map_err(|_| expected())?,
        ),
    };
    let found = lookup::find(&visitor.app, sought).await.map_err(|error| match error {
        Error::NotFound | Error::Gone => {
            Error::refused("nobody", 404, format!("Nobody was found as {typed}."))
        }
        other => other,
    })?;
    let id = found.id.clone();
    visitor.app.db.read(move |transaction| actors::by_uri(transaction, &id)).await?.ok_or(Error::NotFound)?;
    Ok(found.id)
}
