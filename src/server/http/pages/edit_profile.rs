//! `/settings/profile`: what somebody says of themselves, and the two pictures. What was typed is saved at once; a picture is
//! shown as soon as it is prepared, and until then its owner sees that it is not.

use std::{collections::BTreeMap, time::Duration};

use actix_web::{HttpResponse, http::StatusCode, web};
use serde_json::{Value, json};

use super::{
    acts, can_be_mended, choices::Saved, draft, status_of, upload::FileForm, views::Reader, visitor::Visitor,
};
use crate::{
    actions::{
        media::Description,
        profiles::{
            self,
            edit::{self, Change, MAX_FIELD, MAX_FIELDS, MAX_TEXT, Picture},
        },
    },
    db::{
        Transaction, actors,
        media::{self, State},
        profiles::{Approval, Discovery, ProfileRow},
    },
    error::{Error, Result},
    federation::mentions,
    http::media::parts::Given,
    media::{arrival, settled},
};

/// How long the page waits for a picture that was given just now.
const GLANCE: Duration = Duration::from_secs(2);
/// The pictures, by the names of their fields.
const PICTURES: [(&str, Picture); 2] = [("avatar", Picture::Avatar), ("header", Picture::Header)];

/// `GET /settings/profile`
pub async fn show(visitor: Visitor, query: web::Query<Saved>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (account, now) = (session.account, visitor.app.clock.now());
    let form = visitor.app.db.read(move |transaction| {
        let actor = actors::find(transaction, account)?.ok_or(Error::NotFound)?;
        let row = profiles::of_account(transaction, account, now)?;
        let lines = profiles::lines(&row).into_iter().map(|line| (line.name, line.source));
        Ok(form(&actor.display_name, &row.source, lines, row.approval(), &row.discovery))
    });
    page(&visitor, form.await?, query.is_saved(), None).await
}

fn form(
    name: &str,
    text: &str,
    lines: impl Iterator<Item = (String, String)>,
    approval: Approval,
    discovery: &str,
) -> Value {
    let lines = lines.chain(std::iter::repeat_with(Default::default)).take(MAX_FIELDS);
    json!({
        "display_name": name,
        "bio": text,
        "fields": lines.map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
        "follow_approval": approval.as_str(),
        "discovery": discovery,
    })
}

async fn page(visitor: &Visitor, form: Value, saved: bool, problem: Option<Error>) -> Result<HttpResponse> {
    let session = visitor.signed_in()?;
    let (account, now, reader) = (session.account, visitor.app.clock.now(), visitor.reader());
    let pictures = visitor.app.db.read(move |transaction| {
        let row = profiles::of_account(transaction, account, now)?;
        let picture = |(name, picture)| shown(transaction, &reader, &row, name, picture);
        PICTURES.into_iter().map(picture).collect::<Result<Vec<_>>>()
    });
    let pictures = pictures.await?;
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let context = json!({
        "problem": problem.map(|error| error.to_string()),
        "saved": saved,
        "path": format!("/@{}", session.name),
        "form": form,
        "max_bio": MAX_TEXT,
        "max_field": MAX_FIELD,
        "pictures": pictures,
    });
    visitor.page(status, "edit_profile.html", context)
}

/// A picture as it is, and how far the one is that was given last, unless that is shown already.
fn shown(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    row: &ProfileRow,
    name: &str,
    picture: Picture,
) -> Result<Value> {
    let (legend, hint, stored) = match picture {
        Picture::Avatar => ("Picture of you", "A square is cut out of its middle.", &row.avatar),
        Picture::Header => (
            "Wide picture above your profile",
            "A strip is cut out of its middle, three times as wide as high.",
            &row.header,
        ),
    };
    let given = media::unready(transaction, row.actor_id, picture.shape().as_str())?.into_iter().next();
    Ok(json!({
        "name": name,
        "legend": legend,
        "hint": hint,
        "src": stored.as_deref().map(|stored| reader.picture(stored)),
        "state": given.as_ref().map(draft::state),
        "has_failed": given.is_some_and(|row| row.is(State::Failed)),
    }))
}

/// `POST /settings/profile`
pub async fn save(typed: FileForm<BTreeMap<String, String>>) -> Result<HttpResponse> {
    let FileForm { visitor, fields, files } = typed;
    let get = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let lines: Vec<(String, String)> = (0..MAX_FIELDS)
        .map(|place| (get(&format!("field_name_{place}")), get(&format!("field_value_{place}"))))
        .collect();
    let approval = match get("follow_approval").as_str() {
        "manual" => Approval::Manual,
        _ => Approval::Automatic,
    };
    let discovery =
        if get("discovery") == Discovery::Open.as_str() { Discovery::Open } else { Discovery::Closed };
    let removed = PICTURES.into_iter().filter(|(name, _)| fields.contains_key(&format!("remove_{name}")));
    let removed = removed.map(|(_, picture)| picture).collect();
    let text = get("bio").replace("\r\n", "\n");
    let again = form(&get("display_name"), &text, lines.iter().cloned(), approval, discovery.as_str());
    let saved = async {
        let change = Change {
            name: get("display_name"),
            mentions: mentions::resolve(&visitor.app, &text).await?,
            text,
            fields: lines,
            without: removed,
            follow_approval: approval,
            discovery,
        };
        acts::at_desk(&visitor, move |transaction, desk| edit::edit(transaction, desk, &change)).await?;
        take(&visitor, files).await
    };
    match saved.await {
        Ok(()) => Ok(visitor.redirect("/settings/profile?saved=yes")),
        Err(error) if can_be_mended(&error) => page(&visitor, again, false, Some(error)).await,
        Err(error) => Err(error),
    }
}

/// Takes the pictures that came with the form; what was given before them and is not shown yet counts no more.
async fn take(visitor: &Visitor, files: Vec<(String, Given)>) -> Result<()> {
    let account = visitor.signed_in()?.account;
    let (mut taken, mut problems) = (Vec::new(), Vec::new());
    for (field, given) in files {
        let Some((_, picture)) = PICTURES.into_iter().find(|(name, _)| *name == field) else { continue };
        let shape = picture.shape();
        let row = match given.file {
            Ok(arrived) => {
                let forget = move |transaction: &mut Transaction<'_>| {
                    edit::forget_given(transaction, account, picture)
                };
                visitor.app.db.write(forget).await?;
                arrival::take(&visitor.app, account, arrived, Description::default(), shape).await
            }
            Err(error) => Err(error),
        };
        match row {
            Ok(row) => taken.push(row.id),
            Err(error) if can_be_mended(&error) => problems.push(draft::of_file(&given.name, &error)),
            Err(error) => return Err(error),
        }
    }
    settled(&visitor.app, account, &taken, GLANCE).await?;
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Error::refused("files", 422, format!("All else was saved. {}", problems.join(" ")))),
    }
}
