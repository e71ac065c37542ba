//! `/settings/profile`: what somebody says of themselves; `/settings/preferences`: what they have chosen for writing and
//! reading; `/settings/blocks`: whom they do not want to hear of; `/settings`: the way to all of these.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{ActorId, post::Visibility};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts,
    messages::can_be_mended,
    status_of,
    views::{language, load},
    visitor::{Form, Visitor},
    write,
};
use crate::{
    actions::profiles::{
        self,
        edit::{self, Change, MAX_FIELD, MAX_FIELDS, MAX_TEXT, Picture},
    },
    db::{
        accounts::Role,
        actors, blocks, posts,
        preferences::{self, OFFERED, Pictures, Preferences, Warnings},
        profiles::{Approval, Discovery},
    },
    error::{Error, Result},
    federation::mentions,
};

/// What the last form did.
#[derive(Deserialize)]
pub struct Saved {
    saved: Option<String>,
}

impl Saved {
    /// Whether something was saved just now.
    pub fn is_saved(&self) -> bool {
        self.saved.is_some()
    }
}

/// How many blocks are shown.
const BLOCKS: i64 = 1_000;

/// `GET /settings`
pub async fn places(visitor: Visitor) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let account = session.account;
    let row = visitor.app.db.read(move |transaction| crate::db::accounts::find(transaction, account)).await?;
    let runs = row.is_some_and(|row| matches!(row.role(), Role::Owner | Role::Admin));
    let place =
        |href: &str, text: &str, sentence: &str| json!({"href": href, "text": text, "sentence": sentence});
    let mut groups = vec![
        json!({"heading": "You", "places": [
            place("/settings/profile", "Your profile", "Name, pictures, and what you say about yourself"),
            place("/settings/preferences", "Writing and reading", "Who sees new posts, language, warnings"),
            place("/requests", "Requests to follow you", "Accept or decline"),
            place("/settings/blocks", "Muted and blocked", "Whom you do not want to hear of"),
        ]}),
        json!({"heading": "Your account", "places": [
            place("/settings/sessions", "Where you are signed in", "Browsers and apps"),
            place("/settings/devices", "Your devices", "What reads your encrypted messages"),
            place("/settings/password", "Your password", "Change it"),
            place("/settings/move", "Moving", "From another account, or to one"),
            place("/settings/import", "Import", "Lists of follows, blocks and mutes"),
            place("/settings/export", "Export", "The same lists, to take along"),
        ]}),
    ];
    if runs {
        groups.push(json!({"heading": "This place", "places": [
            place("/moderation/reports", "Reports", "What people have told you about posts and people"),
        ]}));
    }
    visitor.page(StatusCode::OK, "settings.html", json!({"groups": groups}))
}

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
        let picture = |stored: Option<String>| stored.map(|stored| reader.picture(&stored));
        Ok((picture(row.avatar), picture(row.header)))
    });
    let (avatar, header) = pictures.await?;
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let context = json!({
        "problem": problem.map(|error| error.to_string()),
        "saved": saved,
        "path": format!("/@{}", session.name),
        "form": form,
        "max_bio": MAX_TEXT,
        "max_field": MAX_FIELD,
        "avatar": avatar,
        "header": header,
    });
    visitor.page(status, "edit_profile.html", context)
}

/// `POST /settings/profile`
pub async fn save(typed: Form<BTreeMap<String, String>>) -> Result<HttpResponse> {
    let Form { visitor, fields } = typed;
    visitor.signed_in()?;
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
    let picture = |name: &str| if fields.contains_key(name) { Picture::None } else { Picture::Keep };
    let text = get("bio").replace("\r\n", "\n");
    let again = form(&get("display_name"), &text, lines.iter().cloned(), approval, discovery.as_str());
    let saved = async {
        let change = Change {
            name: get("display_name"),
            mentions: mentions::resolve(&visitor.app, &text).await?,
            text,
            fields: lines,
            avatar: picture("remove_avatar"),
            header: picture("remove_header"),
            follow_approval: approval,
            discovery,
        };
        acts::at_desk(&visitor, move |transaction, desk| edit::edit(transaction, desk, &change)).await
    };
    match saved.await {
        Ok(()) => Ok(visitor.redirect("/settings/profile?saved=yes")),
        Err(error) if can_be_mended(&error) => page(&visitor, again, false, Some(error)).await,
        Err(error) => Err(error),
    }
}

/// `GET /settings/preferences`
pub async fn show_preferences(visitor: Visitor, query: web::Query<Saved>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let account = session.account;
    let chosen = visitor.app.db.read(move |transaction| preferences::of(transaction, account)).await?;
    let word = |is: bool| if is { "yes" } else { "no" };
    let context = json!({
        "saved": query.is_saved(),
        "problem": null,
        "visibilities": write::visibilities(),
        "languages": language::ALL,
        "form": {
            "visibility": posts::word(chosen.visibility),
            "language": chosen.language,
            "sensitive": word(chosen.pictures == Pictures::Hidden),
            "expand": word(chosen.opens_warnings()),
        },
    });
    visitor.page(StatusCode::OK, "preferences.html", context)
}

/// The form of choices.
#[derive(Deserialize)]
pub struct Choices {
    #[serde(default)]
    visibility: String,
    #[serde(default)]
    language: String,
    sensitive: Option<String>,
    expand: Option<String>,
}

/// `POST /settings/preferences`
pub async fn save_preferences(form: Form<Choices>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let account = visitor.signed_in()?.account;
    let visibility = OFFERED.into_iter().find(|one| posts::word(*one) == fields.visibility);
    let chosen = Preferences {
        visibility: visibility.unwrap_or(Visibility::Public),
        language: language::known(&fields.language).unwrap_or_default(),
        pictures: if fields.sensitive.is_some() { Pictures::Hidden } else { Pictures::Shown },
        warnings: if fields.expand.is_some() { Warnings::Opened } else { Warnings::Closed },
    };
    visitor.app.db.write(move |transaction| preferences::set(transaction, account, &chosen)).await?;
    Ok(visitor.redirect("/settings/preferences?saved=yes"))
}

/// `GET /settings/blocks`
pub async fn show_blocks(visitor: Visitor) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account) = (visitor.reader(), session.account);
    let found = visitor.app.db.read(move |transaction| {
        let own = reader.app.site.actor(account);
        let blocked = blocks::by(transaction, &own, i64::MAX, BLOCKS)?;
        let muted = blocks::muted_by(transaction, account, reader.now)?;
        let ids =
            |uris: Vec<String>| uris.iter().filter_map(|uri| ActorId::parse(uri).ok()).collect::<Vec<_>>();
        let blocked = ids(blocked.into_iter().map(|row| row.blocked_uri).collect());
        let muted = ids(muted.into_iter().map(|(uri, _)| uri).collect());
        Ok((
            load::people_by_uris(transaction, &reader, &muted)?,
            load::people_by_uris(transaction, &reader, &blocked)?,
        ))
    });
    let (muted, blocked) = found.await?;
    visitor.page(StatusCode::OK, "blocks.html", json!({"muted": muted, "blocked": blocked}))
}
