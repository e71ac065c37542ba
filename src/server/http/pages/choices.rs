//! `/settings/preferences`: what somebody has chosen for writing and reading; `/settings/blocks`: whom they do not want to
//! hear of; `/settings`: the way to these and all others. What somebody says of themselves is `edit_profile.rs`.

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{ActorId, post::Visibility};
use serde::Deserialize;
use serde_json::json;

use super::{
    views::{language, load},
    visitor::{Form, Visitor},
    write,
};
use crate::{
    actions::accounts,
    db::{
        blocks, posts,
        preferences::{self, OFFERED, Pictures, Preferences, Warnings},
    },
    error::Result,
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
    let runs = visitor.app.db.read(move |transaction| accounts::runs_it(transaction, account)).await?;
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
            place("/moderation/emoji", "Emoji", "Small pictures that everybody here can write"),
        ]}));
    }
    visitor.page(StatusCode::OK, "settings.html", json!({"groups": groups}))
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
