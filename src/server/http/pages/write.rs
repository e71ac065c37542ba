//! `/write`: a new post, or an answer; `/posts/{id}/edit` and `/posts/{id}/delete`: one's own. Files are added one by one,
//! each by sending the form, which comes back with everything that was typed: without scripts there is no other way. What
//! is for few is written in conversations (`messages.rs`) and not here (EXPERIENCE.md section 13.4).

use std::collections::BTreeMap;

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{
    post::{Choice, Visibility},
    time::{DAY, HOUR, MINUTE},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    acts,
    draft::{self, Typed},
    messages::can_be_mended,
    status_of, thread,
    views::{language, load, post::PostView},
    visitor::{Form, Visitor},
};
use crate::{
    actions::{
        media,
        writing::{self, Body, Draft, NewPoll, edit, remove},
    },
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

/// What a form is for.
enum Purpose {
    /// A new post, or an answer to one.
    New(Option<Box<PostView>>),
    /// A change of one's own post.
    Edit(i64),
}

/// `GET /write`
pub async fn show(visitor: Visitor, to: web::Query<To>) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account, to) = (visitor.reader(), session.account, to.to);
    let found = visitor.app.db.read(move |transaction| {
        let preferences = preferences::of(transaction, account)?;
        let Some(id) = to else { return Ok((Typed::new(&preferences), None, None)) };
        let row = thread::visible(transaction, &reader, id)?;
        let talk = row.conversation_id.filter(|_| row.visibility() == Visibility::Direct);
        let answered = load::post(transaction, &reader, row.clone())?.ok_or(Error::NotFound)?;
        Ok((answer(&preferences, &row, &answered), Some(answered), talk))
    });
    match found.await? {
        (.., Some(conversation)) => Ok(visitor.redirect(&format!("/messages/{conversation}"))),
        (typed, answered, None) => page(&visitor, Purpose::New(answered.map(Box::new)), typed, None).await,
    }
}

/// What an answer begins with: whom it is to, the warning of what it answers, and no larger audience.
fn answer(preferences: &Preferences, row: &PostRow, answered: &PostView) -> Typed {
    let mut typed = Typed::new(preferences);
    typed.to = answered.id.clone();
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
pub async fn submit(form: Form<BTreeMap<String, String>>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let account = visitor.signed_in()?.account;
    let typed = Typed::of_form(&fields);
    let (reader, to) = (visitor.reader(), typed.to.parse::<i64>().ok());
    let answered = visitor.app.db.read(move |transaction| match to {
        Some(id) => {
            let row = thread::visible(transaction, &reader, id)?;
            load::post(transaction, &reader, row)
        }
        None => Ok(None),
    });
    let answered = answered.await?;
    if typed.adds {
        return page(&visitor, Purpose::New(answered.map(Box::new)), typed, None).await;
    }
    match publish(&visitor, account, &typed).await {
        Ok(post) => to_post(&visitor, post).await,
        Err(error) if can_be_mended(&error) => {
            page(&visitor, Purpose::New(answered.map(Box::new)), typed, Some(error)).await
        }
        Err(error) => Err(error),
    }
}

async fn publish(visitor: &Visitor, account: i64, typed: &Typed) -> Result<i64> {
    let mentions = mentions::resolve(&visitor.app, &typed.text).await?;
    let visibility = preferences::OFFERED.into_iter().find(|one| posts::word(*one) == typed.visibility);
    let draft = Draft {
        body: Body::Typed(typed.text.clone(), mentions),
        visibility: visibility.ok_or_else(|| Error::invalid("Choose who can see it."))?,
        warning: typed.warning.clone(),
        sensitive: typed.is_sensitive,
        language: language::known(&typed.language),
        in_reply_to: typed.to.parse().ok(),
        media: typed.kept(),
        poll: poll(typed),
        ..Draft::of_text("", Visibility::Public)
    };
    let described = typed.descriptions();
    let written = acts::at_desk(visitor, move |transaction, desk| {
        describe(transaction, account, &described)?;
        writing::publish(transaction, desk, &draft)
    });
    Ok(written.await?.post)
}

fn describe(transaction: &mut Transaction<'_>, account: i64, described: &[(i64, String)]) -> Result<()> {
    for (file, text) in described {
        let description = media::Description { text: text.clone(), focus: None };
        media::describe(transaction, account, *file, &description)?;
    }
    Ok(())
}

fn poll(typed: &Typed) -> Option<NewPoll> {
    let options: Vec<String> = typed
        .options
        .iter()
        .map(|option| option.trim().to_owned())
        .filter(|option| !option.is_empty())
        .collect();
    let duration = ENDS.iter().find(|(duration, _)| duration.to_string() == typed.ends);
    let choice = if typed.is_multiple { Choice::Multiple } else { Choice::Single };
    (!options.is_empty()).then(|| NewPoll {
        options,
        choice,
        duration: duration.map_or(DAY, |(duration, _)| *duration),
    })
}

async fn to_post(visitor: &Visitor, post: i64) -> Result<HttpResponse> {
    let reader = visitor.reader();
    let view = visitor.app.db.read(move |transaction| {
        let row = posts::find(transaction, post)?.ok_or(Error::NotFound)?;
        load::post(transaction, &reader, row)
    });
    Ok(visitor.redirect(&view.await?.ok_or(Error::NotFound)?.path))
}

async fn page(
    visitor: &Visitor,
    purpose: Purpose,
    typed: Typed,
    problem: Option<Error>,
) -> Result<HttpResponse> {
    let account = visitor.signed_in()?.account;
    let (reader, files) = (visitor.reader(), typed.clone());
    let files =
        visitor.app.db.read(move |transaction| draft::files(transaction, &reader, account, &files)).await?;
    let (heading, action, button, answered) = match &purpose {
        Purpose::New(None) => ("Write".to_owned(), "/write".to_owned(), "Post", None),
        Purpose::New(Some(post)) => {
            (format!("Answer {}", post.author.plain_name), "/write".to_owned(), "Post", Some(post))
        }
        Purpose::Edit(id) => ("Edit".to_owned(), format!("/posts/{id}/edit"), "Save", None),
    };
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let context = json!({
        "heading": heading,
        "action": action,
        "button": button,
        "quoted": true,
        "answered": answered,
        "is_edit": matches!(purpose, Purpose::Edit(_)),
        "problem": problem.map(|error| error.to_string()),
        "max_text": writing::MAX_LENGTH,
        "max_files": media::MOST_ATTACHED,
        "may_add": files.len() < media::MOST_ATTACHED,
        "visibilities": visibilities(),
        "languages": language::ALL,
        "ends": ENDS.iter().map(|(value, text)| json!({"value": value.to_string(), "text": text})).collect::<Vec<_>>(),
        "draft": typed,
        "files": files,
    });
    visitor.page(status, "write.html", context)
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
    page(&visitor, Purpose::Edit(id), typed, None).await
}

/// `POST /posts/{id}/edit`
pub async fn submit_edit(form: Form<BTreeMap<String, String>>, id: web::Path<i64>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let (account, id) = (visitor.signed_in()?.account, id.into_inner());
    let typed = Typed::of_form(&fields);
    if typed.adds {
        return page(&visitor, Purpose::Edit(id), typed, None).await;
    }
    match change(&visitor, account, id, &typed).await {
        Ok(post) => to_post(&visitor, post).await,
        Err(error) if can_be_mended(&error) => page(&visitor, Purpose::Edit(id), typed, Some(error)).await,
        Err(error) => Err(error),
    }
}

async fn change(visitor: &Visitor, account: i64, id: i64, typed: &Typed) -> Result<i64> {
    let mentions = mentions::resolve(&visitor.app, &typed.text).await?;
    let change = edit::Change {
        body: Body::Typed(typed.text.clone(), mentions),
        warning: typed.warning.clone(),
        sensitive: typed.is_sensitive,
        language: language::known(&typed.language),
        media: typed.kept(),
    };
    let described = typed.descriptions();
    let written = acts::at_desk(visitor, move |transaction, desk| {
        describe(transaction, account, &described)?;
        edit::edit(transaction, desk, id, &change)
    });
    Ok(written.await?.post)
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
