//! `/write`: a new post, or an answer; `/posts/{id}/edit` and `/posts/{id}/delete`: one's own. Files are sent with the rest
//! of the form; while they are being prepared, the post waits (`waiting.rs`). What is for few is written in conversations
//! (`messages.rs`) and not here (EXPERIENCE.md section 13.4).

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{
    post::Visibility,
    time::{DAY, HOUR, MINUTE},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts, can_be_mended, draft, status_of, thread,
    upload::FileForm,
    views::{language, load, post::PostView},
    visitor::{Form, Visitor},
};
use crate::{
    actions::{
        emojis, media,
        writing::{
            self, remove,
            typed::{self, Typed, TypedFile},
            waiting,
        },
    },
    config,
    db::{Transaction, posts, posts::PostRow, preferences, preferences::Preferences},
    error::{Error, Result},
    federation::mentions,
};

/// What a post is about that is not there yet.
#[derive(Deserialize)]
pub struct To {
    to: Option<i64>,
}

/// For how long votes can be taken, in milliseconds, and how that is said.
const ENDS: [(i64, &str); 7] = [
    (5 * MINUTE, "5 minutes"),
    (HOUR, "1 hour"),
    (6 * HOUR, "6 hours"),
    (12 * HOUR, "12 hours"),
    (DAY, "1 day"),
    (3 * DAY, "3 days"),
    (7 * DAY, "7 days"),
];

/// `GET /write`
pub async fn show(visitor: Visitor, to: web::Query<To>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account, to) = (visitor.reader(), session.account, to.to);
    let found = visitor.app.db.read(move |transaction| {
        let preferences = preferences::of(transaction, account)?;
        let Some(id) = to else { return Ok((draft::new(&preferences), None)) };
        let row = thread::visible(transaction, &reader, id)?;
        let talk = row.conversation_id.filter(|_| row.visibility() == Visibility::Direct);
        let answered = load::post(transaction, &reader, row.clone())?.ok_or(Error::NotFound)?;
        Ok((answer(&preferences, &row, &answered), talk))
    });
    match found.await? {
        (_, Some(conversation)) => Ok(visitor.redirect(&format!("/messages/{conversation}"))),
        (typed, None) => page(&visitor, typed, None).await,
    }
}

/// What an answer begins with: whom it is to, the warning of what it answers, and no larger audience.
fn answer(preferences: &Preferences, row: &PostRow, answered: &PostView) -> Typed {
    let mut typed = draft::new(preferences);
    typed.to = Some(row.id);
    typed.warning = answered.warning.clone().unwrap_or_default();
    let rank = |visibility: Visibility| preferences::OFFERED.iter().position(|one| *one == visibility);
    if rank(row.visibility()) > rank(preferences.visibility) {
        typed.visibility = posts::word(row.visibility()).to_owned();
    }
    if !answered.is_own {
        typed.text = format!("{} ", answered.author.handle);
    }
    typed
}

/// `POST /write`
pub async fn submit(form: FileForm<BTreeMap<String, String>>) -> Result<HttpResponse> {
    let typed = draft::of_form(&form.fields);
    send(form, typed).await
}

/// Publishes what was typed, if nothing is wrong with it; else the form comes back with all of it.
async fn send(form: FileForm<BTreeMap<String, String>>, mut typed: Typed) -> Result<HttpResponse> {
    let FileForm { visitor, fields, files } = form;
    let account = visitor.signed_in()?.account;
    let problem = draft::take(&visitor, &mut typed, files).await?;
    if problem.is_some() || fields.get("do").is_some_and(|button| button == "add") {
        return page(&visitor, typed, problem).await;
    }
    match publish(&visitor, &typed).await {
        Ok(post) => to_post(&visitor, post).await,
        Err(error) if error.is_refusal("file-not-ready") => {
            let moment = visitor.app.moment();
            let store = move |transaction: &mut Transaction<'_>| {
                waiting::store(transaction, &moment, account, &typed)
            };
            let id = visitor.app.db.write(store).await?;
            Ok(visitor.redirect(&format!("/write/{id}")))
        }
        Err(error) if can_be_mended(&error) => page(&visitor, typed, Some(error)).await,
        Err(error) => Err(error),
    }
}

async fn publish(visitor: &Visitor, typed: &Typed) -> Result<i64> {
    let mentions = mentions::resolve(&visitor.app, &typed.text).await?;
    let typed = typed.clone();
    let written =
        acts::at_desk(visitor, move |transaction, desk| typed::send(transaction, desk, &typed, mentions));
    Ok(written.await?.post)
}

/// Leads to the page of a post.
///
/// # Errors
/// [`Error::NotFound`] when it is gone.
pub async fn to_post(visitor: &Visitor, post: i64) -> Result<HttpResponse> {
    let reader = visitor.reader();
    let view = visitor.app.db.read(move |transaction| {
        let row = posts::find(transaction, post)?.ok_or(Error::NotFound)?;
        load::post(transaction, &reader, row)
    });
    Ok(visitor.redirect(&view.await?.ok_or(Error::NotFound)?.path))
}

/// The form with what was typed, and what is wrong with it.
///
/// # Errors
/// [`Error::NotFound`] when what it answers may not be seen.
pub async fn page(visitor: &Visitor, typed: Typed, problem: Option<Error>) -> Result<HttpResponse> {
    visitor.signed_in()?;
    let (reader, to) = (visitor.reader(), typed.to);
    let read = visitor.app.db.read(move |transaction| {
        let answered = match to {
            Some(id) => {
                let row = thread::visible(transaction, &reader, id)?;
                load::post(transaction, &reader, row)?
            }
            None => None,
        };
        Ok((answered, emojis::offered(transaction, &reader.app.site)?))
    });
    let (answered, emojis) = read.await?;
    let (heading, action, button) = match (typed.edits, &answered) {
        (Some(id), _) => ("Edit".to_owned(), format!("/posts/{id}/edit"), "Save"),
        (None, None) => ("Write".to_owned(), "/write".to_owned(), "Post"),
        (None, Some(post)) => (format!("Answer {}", post.author.plain_name), "/write".to_owned(), "Post"),
    };
    let files = draft::files(visitor, &typed).await?;
    let has_files = typed.files.iter().any(|place| *place != TypedFile::default());
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let ends = ENDS.iter().map(|(value, text)| json!({"value": value.to_string(), "text": text}));
    let context = json!({
        "heading": heading,
        "action": action,
        "button": button,
        "quoted": true,
        "answered": answered,
        "is_edit": typed.edits.is_some(),
        "problem": problem.map(|error| error.to_string()),
        "max_text": writing::MAX_LENGTH,
        "max_description": media::LONGEST_DESCRIPTION,
        "limits": limits(&visitor.app.config.media),
        "visibilities": visibilities(),
        "languages": language::ALL,
        "ends": ends.collect::<Vec<_>>(),
        "draft": typed,
        "files": files,
        "has_files": has_files,
        "emojis": emojis,
    });
    visitor.page(status, "write.html", context)
}

/// Which files are taken, in one sentence.
fn limits(limits: &config::Media) -> String {
    let megabytes = |bytes: u64| bytes >> 20;
    format!(
        "Pictures (JPEG, PNG, GIF, WebP) of at most {} MiB, video (MP4, MOV, WebM) of {} MiB, sound (MP3, M4A, Ogg, FLAC) \
         of {} MiB.",
        megabytes(limits.image_bytes),
        megabytes(limits.video_bytes),
        megabytes(limits.audio_bytes),
    )
}

/// Who can see a new post, with one sentence each.
pub fn visibilities() -> Vec<Value> {
    let choice = |visibility: Visibility| {
        let (text, sentence) = match visibility {
            Visibility::Public => {
                ("Public", "Everybody can see it. It is found by its hashtags and shown to strangers.")
            }
            Visibility::Unlisted => {
                ("Quiet public", "Everybody can see it, but it is not found by its hashtags.")
            }
            _ => (
                "For followers",
                "Those who follow you and those whom you name can see it. So can the operators of their servers.",
            ),
        };
        json!({"value": posts::word(visibility), "text": text, "sentence": sentence})
    };
    preferences::OFFERED.into_iter().map(choice).collect()
}

/// `GET /posts/{id}/edit`
pub async fn show_edit(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (account, id) = (session.account, id.into_inner());
    let typed = visitor.app.db.read(move |transaction| {
        let row = writing::own(transaction, account, id)?;
        draft::of_post(transaction, &row)
    });
    let typed = typed.await?;
    page(&visitor, typed, None).await
}

/// `POST /posts/{id}/edit`
pub async fn submit_edit(
    form: FileForm<BTreeMap<String, String>>,
    id: web::Path<i64>,
) -> Result<HttpResponse> {
    let typed = Typed { edits: Some(id.into_inner()), to: None, ..draft::of_form(&form.fields) };
    send(form, typed).await
}

/// Nothing but the token that every form has.
#[derive(Deserialize)]
pub struct Nothing {}

/// `GET /posts/{id}/delete`: asks first.
pub async fn ask_to_delete(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account, id) = (visitor.reader(), session.account, id.into_inner());
    let view = visitor.app.db.read(move |transaction| {
        let row = writing::own(transaction, account, id)?;
        load::post(transaction, &reader, row)
    });
    let view = view.await?.ok_or(Error::NotFound)?;
    let context = json!({
        "heading": "Delete this post?",
        "sentence": "It goes from here, and every server that has it is asked to delete it as well; not every one may \
                     comply. Answers to it stay. This cannot be undone.",
        "action": format!("/posts/{id}/delete"),
        "fields": [],
        "button": "Delete it",
        "back": view.path,
        "quoted": true,
        "post": view,
    });
    visitor.page(StatusCode::OK, "sure.html", context)
}

/// `POST /posts/{id}/delete`
pub async fn delete(form: Form<Nothing>, id: web::Path<i64>) -> Result<HttpResponse> {
    let (visitor, id) = (form.visitor, id.into_inner());
    let name = visitor.signed_in()?.name.clone();
    acts::at_desk(&visitor, move |transaction, desk| remove::remove(transaction, desk, id).map(drop)).await?;
    Ok(visitor.redirect(&format!("/@{name}")))
}
