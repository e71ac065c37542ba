//! `/messages`: conversations that are not encrypted, each labelled so wherever it stands (EXPERIENCE.md sections 2 and
//! 13.4). Encrypted ones live on devices and are not here. Where everything has to be encrypted nothing can be written.

use actix_web::{HttpResponse, http::StatusCode, web};
use alcove_protocol::{ActorId, Handle};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    can_be_mended, status_of,
    timeline::{Before, Page},
    views::{
        Reader,
        load::{self, Wanted},
        post::{self, PostView},
    },
    visitor::{Form, Visitor},
};
use crate::{
    actions::{policy, reading, writing},
    config::Policy,
    db::{Transaction, actors, posts, posts::PostRow, talks},
    error::{Error, Result},
    federation::lookup::{self, Sought},
    http::letters::{PER_PAGE, others, say},
};

/// How many characters of the last message stand in the list.
const EXCERPT: usize = 120;
/// What is said in the place of a composer.
const NONE_HERE: &str = "This place allows encrypted messages only, so nothing can be sent from here. Write from one of your devices.";

/// Whom to write to.
#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    handle: String,
}

/// A message.
#[derive(Deserialize)]
pub struct Message {
    text: String,
}

/// `GET /messages`
pub async fn list(visitor: Visitor, before: web::Query<Before>) -> Result<HttpResponse> {
    list_with(visitor, before.id(), before.newest("/messages"), ("", None)).await
}

async fn list_with(
    visitor: Visitor,
    before: i64,
    newer: Option<&str>,
    (handle, problem): (&str, Option<Error>),
) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account) = (visitor.reader(), session.account);
    let found = visitor.app.db.read(move |transaction| {
        let page = conversations(transaction, &reader, account, before)?;
        Ok((page, policy::current(transaction)?))
    });
    let (page, policy) = found.await?;
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let context = json!({
        "problem": problem.map(|error| error.to_string()),
        "handle": handle,
        "may_write": policy != Policy::Required,
        "none_here": NONE_HERE,
        "older": page.older("/messages"),
        "newer": newer,
        "conversations": page.items,
    });
    visitor.page(status, "messages.html", context)
}

fn conversations(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    account: i64,
    before: i64,
) -> Result<Page<Value>> {
    let rows = talks::last_of_each(transaction, account, before, PER_PAGE as i64)?;
    let last = rows.last().filter(|_| rows.len() == PER_PAGE).map(|(item, _)| *item);
    let posts: Vec<PostRow> = rows.into_iter().map(|(_, post)| post).collect();
    let mut items = Vec::new();
    let views = load::posts(transaction, reader, posts.clone(), Wanted::All)?;
    for view in views {
        let Some(row) = posts.iter().find(|row| row.id.to_string() == view.id) else { continue };
        let Some(conversation) = row.conversation_id else { continue };
        let talk = Talk::of(transaction, reader, account, conversation)?;
        items.push(json!({
            "path": format!("/messages/{conversation}"),
            "title": talk.title,
            "not_encrypted": talk.not_encrypted,
            "at": view.published,
            "excerpt": view.gist(EXCERPT),
        }));
    }
    Ok(Page { items, last })
}

/// Who takes part in a conversation, as its messages say.
struct Talk {
    title: String,
    not_encrypted: String,
}

impl Talk {
    fn of(
        transaction: &mut Transaction<'_>,
        reader: &Reader,
        account: i64,
        conversation: i64,
    ) -> Result<Self> {
        let others = others(transaction, &reader.app.site, account, conversation)?;
        Self::with(transaction, reader, &others)
    }

    fn with(transaction: &mut Transaction<'_>, reader: &Reader, others: &[ActorId]) -> Result<Self> {
        let known = load::people_by_uris(transaction, reader, others)?;
        let names: Vec<&str> = known.iter().map(|person| person.plain_name.as_str()).collect();
        let title = if names.is_empty() { "Yourself".to_owned() } else { names.join(", ") };
        let not_encrypted = post::not_encrypted(reader, others.iter().map(ActorId::as_str));
        Ok(Self { title, not_encrypted })
    }

    fn to_value(&self) -> Value {
        json!({"title": self.title, "not_encrypted": self.not_encrypted})
    }
}

/// `GET /messages/{id}`
pub async fn show(visitor: Visitor, id: web::Path<i64>, before: web::Query<Before>) -> Result<HttpResponse> {
    conversation(visitor, id.into_inner(), before.id(), ("", None)).await
}

async fn conversation(
    visitor: Visitor,
    id: i64,
    before: i64,
    (text, problem): (&str, Option<Error>),
) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account) = (visitor.reader(), session.account);
    let found = visitor.app.db.read(move |transaction| {
        let rows = talks::of_conversation(transaction, account, id, before, PER_PAGE as i64)?;
        if rows.is_empty() {
            return Err(Error::NotFound);
        }
        let talk = Talk::of(transaction, &reader, account, id)?;
        let last = rows.last().filter(|_| rows.len() == PER_PAGE).map(|row| row.id);
        let mut items: Vec<PostView> = load::posts(transaction, &reader, rows, Wanted::All)?;
        items.reverse();
        Ok((talk, Page { items, last }, policy::current(transaction)?))
    });
    let (talk, page, policy) = found.await?;
    if before == i64::MAX
        && let Some(newest) = page.items.last().and_then(|post| post.id.parse().ok())
    {
        let site = visitor.app.site.clone();
        let read = visitor
            .app
            .db
            .write(move |transaction| reading::letters(transaction, &site, account, id, newest));
        read.await?;
    }
    let path = format!("/messages/{id}");
    let context = json!({
        "older": page.older(&path),
        "newer": (before != i64::MAX).then_some(&path),
        "posts": page.items,
        "action": path,
    });
    talk_page(&visitor, &talk, policy, context, (text, problem))
}

/// The page of a conversation, with or without messages in it.
fn talk_page(
    visitor: &Visitor,
    talk: &Talk,
    policy: Policy,
    mut context: Value,
    (text, problem): (&str, Option<Error>),
) -> Result<HttpResponse> {
    let status = problem.as_ref().map_or(StatusCode::OK, status_of);
    let common = json!({
        "talk": talk.to_value(),
        "may_write": policy != Policy::Required,
        "none_here": NONE_HERE,
        "max_text": writing::MAX_LENGTH,
        "text": text,
        "problem": problem.map(|error| error.to_string()),
    });
    if let (Value::Object(context), Value::Object(common)) = (&mut context, common) {
        context.extend(common);
    }
    visitor.page(status, "conversation.html", context)
}

/// `POST /messages/{id}`: answers the last message, to everybody who takes part.
pub async fn send(form: Form<Message>, id: web::Path<i64>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let (site, account, id) = (visitor.app.site.clone(), visitor.signed_in()?.account, id.into_inner());
    let last = visitor.app.db.read(move |transaction| {
        let rows = talks::of_conversation(transaction, account, id, i64::MAX, 1)?;
        let last = rows.first().ok_or(Error::NotFound)?.id;
        Ok((last, others(transaction, &site, account, id)?))
    });
    let (last, others) = last.await?;
    match say(&visitor.app, account, &fields.text, others, Some(last)).await {
        Ok(_) => Ok(visitor.redirect(&format!("/messages/{id}"))),
        Err(error) if can_be_mended(&error) => {
            conversation(visitor, id, i64::MAX, (&fields.text, Some(error))).await
        }
        Err(error) => Err(error),
    }
}

/// `GET /messages/to?handle=`: looks for somebody to write to.
pub async fn find(visitor: Visitor, to: web::Query<To>) -> Result<HttpResponse> {
    if visitor.session.is_none() {
        return Ok(visitor.sign_in_first());
    }
    match found(&visitor, &to.handle).await {
        Ok(id) => Ok(visitor.redirect(&format!("/messages/to/{id}"))),
        Err(Error::NotFound) => {
            let nobody = Error::refused("nobody", 404, "Nobody was found under this address.");
            list_with(visitor, i64::MAX, None, (&to.handle, Some(nobody))).await
        }
        Err(error) if can_be_mended(&error) => {
            list_with(visitor, i64::MAX, None, (&to.handle, Some(error))).await
        }
        Err(error) => Err(error),
    }
}

async fn found(visitor: &Visitor, handle: &str) -> Result<i64> {
    let typed = handle.trim().trim_start_matches('@');
    let full =
        if typed.contains('@') { format!("@{typed}") } else { visitor.app.site.handle(typed).to_string() };
    let handle = Handle::parse(&full)
        .map_err(|_| Error::refused("handle", 400, "Expected an address such as @name@server."))?;
    let found = lookup::find(&visitor.app, Sought::Handle(handle)).await?;
    let row = visitor.app.db.read(move |transaction| actors::by_uri(transaction, &found.id)).await?;
    Ok(row.ok_or(Error::NotFound)?.id)
}

/// `GET /messages/to/{person}`
pub async fn begin(visitor: Visitor, person: web::Path<i64>) -> Result<HttpResponse> {
    beginning(visitor, person.into_inner(), ("", None)).await
}

async fn beginning(visitor: Visitor, person: i64, typed: (&str, Option<Error>)) -> Result<HttpResponse> {
    let Some(session) = &visitor.session else { return Ok(visitor.sign_in_first()) };
    let (reader, account) = (visitor.reader(), session.account);
    let found = visitor.app.db.read(move |transaction| {
        let row = actors::find(transaction, person)?.ok_or(Error::NotFound)?;
        let other = ActorId::parse(&row.uri).map_err(Error::unknown)?;
        let others: Vec<ActorId> =
            Some(other).filter(|other| *other != reader.app.site.actor(account)).into_iter().collect();
        let talk = Talk::with(transaction, &reader, &others)?;
        Ok((talk, policy::current(transaction)?))
    });
    let (talk, policy) = found.await?;
    let context = json!({"posts": [], "action": format!("/messages/to/{person}")});
    talk_page(&visitor, &talk, policy, context, typed)
}

/// `POST /messages/to/{person}`: begins a conversation.
pub async fn begin_with(form: Form<Message>, person: web::Path<i64>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let person = person.into_inner();
    let account = visitor.signed_in()?.account;
    let row = visitor.app.db.read(move |transaction| actors::find(transaction, person)).await?;
    let id = ActorId::parse(&row.ok_or(Error::NotFound)?.uri).map_err(Error::unknown)?;
    match say(&visitor.app, account, &fields.text, vec![id], None).await {
        Ok(post) => {
            let row = visitor.app.db.read(move |transaction| posts::find(transaction, post)).await?;
            let conversation = row.and_then(|row| row.conversation_id);
            Ok(visitor.redirect(&conversation.map_or("/messages".to_owned(), |id| format!("/messages/{id}"))))
        }
        Err(error) if can_be_mended(&error) => beginning(visitor, person, (&fields.text, Some(error))).await,
        Err(error) => Err(error),
    }
}
