//! The buttons under posts and on profiles: boost, like, pin, vote; follow, mute, block. Each is a form that leads back to
//! the page that it stood on. What cannot be done is said on a page of its own; a block is asked about first, because what it
//! ends does not come back.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::ActorId;
use serde::Deserialize;
use serde_json::json;

use super::{
    views::{load, person::PersonView},
    visitor::{Form, Visitor, local},
};
use crate::{
    actions::{blocking, desk::Desk, following, sharing, writing::polls},
    db::{Transaction, actors},
    error::{Error, Result},
};

/// A button.
#[derive(Deserialize)]
pub struct Button {
    /// `do` or `undo`.
    r#do: String,
    /// The page that it stood on.
    #[serde(default)]
    back: String,
}

/// Which way a button goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Do,
    Undo,
}

impl Button {
    fn way(&self) -> Way {
        if self.r#do == "undo" { Way::Undo } else { Way::Do }
    }
}

/// Lets whoever is signed in do something.
///
/// # Errors
/// [`Error::NotSignedIn`]; what it refuses.
pub async fn at_desk<T: Send + 'static>(
    visitor: &Visitor,
    act: impl FnOnce(&mut Transaction<'_>, &Desk<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let account = visitor.signed_in()?.account;
    let (site, moment) = (visitor.app.site.clone(), visitor.app.moment());
    visitor.app.db.write(move |transaction| act(transaction, &Desk::new(&site, &moment, account))).await
}

/// The same with somebody of whom the row id is known.
///
/// # Errors
/// As [`at_desk`]; [`Error::NotFound`].
pub async fn with_person<T: Send + 'static>(
    visitor: &Visitor,
    id: i64,
    act: impl FnOnce(&mut Transaction<'_>, &Desk<'_>, &ActorId) -> Result<T> + Send + 'static,
) -> Result<T> {
    at_desk(visitor, move |transaction, desk| {
        let row = actors::find(transaction, id)?.ok_or(Error::NotFound)?;
        let other = ActorId::parse(&row.uri).map_err(Error::unknown)?;
        act(transaction, desk, &other)
    })
    .await
}

/// Pressed twice, a button has done what it says.
fn already_done(result: Result<()>, way: Way) -> Result<()> {
    match (result, way) {
        (Err(Error::NotFound), Way::Undo) => Ok(()),
        (result, _) => result,
    }
}

/// `POST /posts/{id}/boost`
pub async fn boost(form: Form<Button>, id: web::Path<i64>) -> Result<HttpResponse> {
    on_post(form, id, |transaction, desk, post, way| match way {
        Way::Do => sharing::boost(transaction, desk, post).map(drop),
        Way::Undo => sharing::take_boost_back(transaction, desk, post).map(drop),
    })
    .await
}

/// `POST /posts/{id}/like`
pub async fn like(form: Form<Button>, id: web::Path<i64>) -> Result<HttpResponse> {
    on_post(form, id, |transaction, desk, post, way| match way {
        Way::Do => sharing::like(transaction, desk, post).map(drop),
        Way::Undo => sharing::take_like_back(transaction, desk, post).map(drop),
    })
    .await
}

/// `POST /posts/{id}/pin`
pub async fn pin(form: Form<Button>, id: web::Path<i64>) -> Result<HttpResponse> {
    on_post(form, id, |transaction, desk, post, way| match way {
        Way::Do => sharing::pin(transaction, desk, post).map(drop),
        Way::Undo => sharing::unpin(transaction, desk, post).map(drop),
    })
    .await
}

async fn on_post(
    form: Form<Button>,
    id: web::Path<i64>,
    act: fn(&mut Transaction<'_>, &Desk<'_>, i64, Way) -> Result<()>,
) -> Result<HttpResponse> {
    let (post, way) = (id.into_inner(), form.fields.way());
    let done =
        at_desk(&form.visitor, move |transaction, desk| already_done(act(transaction, desk, post, way), way));
    done.await?;
    Ok(form.visitor.back(&form.fields.back))
}

/// A vote: `choice` of one, or `choice_N` of several.
#[derive(Deserialize)]
pub struct Ballot {
    #[serde(default)]
    back: String,
    #[serde(flatten)]
    choices: BTreeMap<String, String>,
}

/// `POST /posts/{id}/vote`
pub async fn vote(form: Form<Ballot>, id: web::Path<i64>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let chosen = fields.choices.iter().filter(|(name, _)| name.starts_with("choice"));
    let chosen: BTreeSet<usize> = chosen.filter_map(|(_, value)| value.parse().ok()).collect();
    let post = id.into_inner();
    at_desk(&visitor, move |transaction, desk| polls::vote(transaction, desk, post, &chosen).map(drop))
        .await?;
    Ok(visitor.back(&fields.back))
}

/// `POST /people/{id}/follow`
pub async fn follow(form: Form<Button>, id: web::Path<i64>) -> Result<HttpResponse> {
    on_person(form, id, |transaction, desk, person, way| match way {
        Way::Do => following::ask(transaction, desk, person).map(drop),
        Way::Undo => following::end(transaction, desk, person).map(drop),
    })
    .await
}

/// `POST /people/{id}/mute`
pub async fn mute(form: Form<Button>, id: web::Path<i64>) -> Result<HttpResponse> {
    on_person(form, id, |transaction, desk, person, way| match way {
        Way::Do => blocking::mute(transaction, desk, person, None),
        Way::Undo => blocking::unmute(transaction, desk, person),
    })
    .await
}

/// `POST /people/{id}/block`
pub async fn block(form: Form<Button>, id: web::Path<i64>) -> Result<HttpResponse> {
    on_person(form, id, |transaction, desk, person, way| match way {
        Way::Do => blocking::block(transaction, desk, person).map(drop),
        Way::Undo => blocking::unblock(transaction, desk, person).map(drop),
    })
    .await
}

/// `POST /people/{id}/remove`: takes somebody out of one's followers.
pub async fn remove(form: Form<Button>, id: web::Path<i64>) -> Result<HttpResponse> {
    on_person(form, id, |transaction, desk, person, _| {
        already_done(following::decline(transaction, desk, person).map(drop), Way::Undo)
    })
    .await
}

async fn on_person(
    form: Form<Button>,
    id: web::Path<i64>,
    act: fn(&mut Transaction<'_>, &Desk<'_>, &ActorId, Way) -> Result<()>,
) -> Result<HttpResponse> {
    let way = form.fields.way();
    let done = with_person(&form.visitor, id.into_inner(), move |transaction, desk, person| {
        already_done(act(transaction, desk, person, way), way)
    });
    done.await?;
    Ok(form.visitor.back(&form.fields.back))
}

/// `GET /people/{id}/block`: asks first.
pub async fn ask_to_block(visitor: Visitor, id: web::Path<i64>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    let person = person(&visitor, id.into_inner()).await?;
    let context = json!({
        "heading": format!("Block {}?", person.plain_name),
        "sentence": "Neither of you follows the other any more, and neither sees what the other posts here. \
                     You can unblock later, but the follows do not come back.",
        "action": format!("/people/{}/block", person.id),
        "fields": [{"name": "do", "value": "do"}, {"name": "back", "value": local(&person.path)}],
        "button": "Block",
        "back": person.path,
    });
    visitor.page(StatusCode::OK, "sure.html", context)
}

/// Somebody by row id, as the visitor sees them.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn person(visitor: &Visitor, id: i64) -> Result<PersonView> {
    let reader = visitor.reader();
    let people = visitor.app.db.read(move |transaction| load::people(transaction, &reader, &[id]));
    people.await?.pop().ok_or(Error::NotFound)
}
