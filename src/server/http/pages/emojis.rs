//! `/moderation/emoji`: the emoji of this place, for those who run it.

use actix_web::{HttpResponse, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts, can_be_mended, draft, status_of,
    upload::FileForm,
    visitor::{Form, Visitor},
};
use crate::{
    actions::{
        emojis::{self, LONGEST_SHORTCODE, MOST_BYTES},
        media::Description,
    },
    db::{
        emojis::EmojiRow,
        media::{MediaRow, State},
    },
    error::{Error, Result},
    media::{arrival, picture::Shape, settled},
};

/// How long the page waits for a picture that was given just now.
const GLANCE: std::time::Duration = std::time::Duration::from_secs(2);

/// A new emoji, or one that is to go.
#[derive(Deserialize)]
pub struct Named {
    #[serde(default)]
    shortcode: String,
}

impl Named {
    /// Without the colons that people may write around it.
    fn shortcode(&self) -> String {
        self.shortcode.trim().trim_matches(':').to_owned()
    }
}

/// `GET /moderation/emoji`
pub async fn show(visitor: Visitor) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    page(&visitor, "", None).await
}

async fn page(visitor: &Visitor, typed: &str, problem: Option<Error>) -> Result<HttpResponse> {
    let account = visitor.signed_in()?.account;
    let rows = visitor.app.db.read(move |transaction| emojis::all(transaction, account)).await?;
    let site = &visitor.app.site;
    let shown = |row: &EmojiRow| {
        let file: &MediaRow = &row.file;
        let picture = emojis::picture(site, file).filter(|_| file.is(State::Ready));
        json!({"shortcode": row.shortcode, "picture": picture, "state": draft::state(file)})
    };
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let context = json!({
        "problem": problem.map(|error| error.to_string()),
        "shortcode": typed,
        "longest": LONGEST_SHORTCODE,
        "kilobytes": MOST_BYTES / 1_024,
        "emojis": rows.iter().map(shown).collect::<Vec<Value>>(),
    });
    visitor.page(status, "emoji.html", context)
}

/// `POST /moderation/emoji`
pub async fn add(form: FileForm<Named>) -> Result<HttpResponse> {
    let FileForm { visitor, fields, mut files } = form;
    let shortcode = fields.shortcode();
    let added = async {
        let account = visitor.signed_in()?.account;
        let sought = shortcode.clone();
        visitor.app.db.read(move |transaction| emojis::check(transaction, account, &sought)).await?;
        let (_, given) = files.pop().ok_or_else(|| Error::refused("emoji", 422, "Expected a picture."))?;
        let row =
            arrival::take(&visitor.app, account, given.file?, Description::default(), Shape::Emoji).await?;
        let (file, named) = (row.id, shortcode.clone());
        acts::at_desk(&visitor, move |transaction, desk| emojis::add(transaction, desk, &named, file))
            .await?;
        settled(&visitor.app, account, &[file], GLANCE).await
    };
    match added.await {
        Ok(()) => Ok(visitor.redirect("/moderation/emoji")),
        Err(error @ Error::Forbidden(_)) => Err(error),
        Err(error) if can_be_mended(&error) => page(&visitor, &shortcode, Some(error)).await,
        Err(error) => Err(error),
    }
}

/// `POST /moderation/emoji/remove`
pub async fn remove(form: Form<Named>) -> Result<HttpResponse> {
    let (visitor, shortcode) = (form.visitor, form.fields.shortcode());
    acts::at_desk(&visitor, move |transaction, desk| emojis::remove(transaction, desk, &shortcode)).await?;
    Ok(visitor.redirect("/moderation/emoji"))
}
