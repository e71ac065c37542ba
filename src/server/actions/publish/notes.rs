//! Notes and questions as an app posts them to the outbox: ActivityStreams objects, read as a draft. What the app wrote as
//! HTML is sanitised; whom a post is for follows from its addresses, as everybody reads them, and from `bto` and `bcc`, which
//! nobody is shown (trap T11). Whom it names and its hashtags stand in its tags, or in its HTML alone.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    activity::{Activity, InvalidActivity},
    context, json as read,
    post::{Post, PostKind, Visibility, Vote},
    time::DAY,
};
use serde_json::{Value, json};

use super::{post, refused};
use crate::{
    actions::{
        desk::Desk,
        outbox::Sent,
        posts::details::options_of,
        writing::{self, Body, Draft, NewPoll, edit::Change, letters},
    },
    db::{Transaction, actors, conversations, media, polls, posts},
    error::{Error, Result},
    text::{self, MentionLink},
};

/// How long a question of an app is open that does not say so, in milliseconds.
const USUAL_DURATION: i64 = DAY;

/// Publishes a post, or answers a question.
pub(super) fn create(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    activity: &Activity,
) -> Result<Sent> {
    let object = object(desk, activity)?;
    if let Some(vote) = Vote::parse(&object, &desk.actor) {
        return answer(transaction, desk, &vote);
    }
    let post = Post::parse(&object, &desk.actor).map_err(refused)?;
    if !matches!(post.kind, PostKind::Note | PostKind::Question) {
        return Err(super::unsupported("a Note or a Question"));
    }
    let mut draft = draft(transaction, desk, &post)?;
    draft.hidden = hidden(desk, &[&activity.document, &object])?;
    Ok(writing::publish(transaction, desk, &draft)?.sent)
}

/// Edits a post.
pub(super) fn update(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    activity: &Activity,
) -> Result<Sent> {
    let row = post(transaction, activity)?;
    let object = activity.embedded_object().ok_or_else(|| refused(InvalidActivity::Object))?;
    let new = Post::parse(object, &desk.actor).map_err(refused)?;
    let files = media::of_posts(transaction, &[row.id])?.remove(&row.id).unwrap_or_default();
    let change = Change {
        body: body(transaction, desk, &new, BTreeSet::new())?,
        warning: new.summary.unwrap_or_default(),
        sensitive: new.sensitive,
        language: new.language,
        media: files.iter().map(|file| file.id).collect(),
    };
    Ok(writing::edit::edit(transaction, desk, row.id, &change)?.sent)
}

/// The object, with the addresses of its activity where it has none, and an id so that it can be read.
fn object(desk: &Desk<'_>, activity: &Activity) -> Result<Value> {
    let mut object = activity.embedded_object().ok_or_else(|| refused(InvalidActivity::Object))?.clone();
    object["id"] = json!(desk.site.object(&desk.moment.name()));
    for name in ["to", "cc"] {
        if let Some(addresses) = activity.document.get(name).filter(|_| object.get(name).is_none()) {
            object[name] = addresses.clone();
        }
    }
    Ok(object)
}

fn draft(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: &Post) -> Result<Draft> {
    let followers = desk.site.of_account(desk.account, "followers");
    let visibility = post.visibility(Some(&followers));
    expect_no_sealed(transaction, post)?;
    let actors = post.to.iter().chain(&post.cc).filter(|address| **address != followers);
    let addressed: BTreeSet<ActorId> = actors
        .filter(|address| !context::is_public(address))
        .filter_map(|address| ActorId::parse(address).ok())
        .collect();
    let parent = match &post.in_reply_to {
        Some(uri) => Some(posts::by_uri(transaction, uri.as_str())?.ok_or(Error::NotFound)?.id),
        None => None,
    };
    let is_direct = visibility == Visibility::Direct;
    Ok(Draft {
        body: body(transaction, desk, post, addressed.clone())?,
        visibility,
        recipients: if is_direct { addressed.into_iter().collect() } else { Vec::new() },
        hidden: Vec::new(),
        warning: post.summary.clone().unwrap_or_default(),
        sensitive: post.sensitive,
        language: post.language.clone(),
        in_reply_to: parent,
        media: files(transaction, desk, post)?,
        poll: post.poll.as_ref().map(|poll| NewPoll {
            options: poll.options.iter().map(|option| option.title.clone()).collect(),
            choice: poll.choice,
            duration: poll.closes_at.map_or(USUAL_DURATION, |end| end.since(desk.moment.now)),
        }),
    })
}

/// Whom something is for in secret.
///
/// # Errors
/// `activity` for anything but actors: whom a collection means, nobody could tell afterwards.
fn hidden(desk: &Desk<'_>, documents: &[&Value]) -> Result<Vec<ActorId>> {
    let names = ["bto", "bcc"];
    let addresses =
        documents.iter().flat_map(|document| names.iter().flat_map(|name| read::ids(document, name)));
    let actor = |address: &str| {
        let id = ActorId::parse(address).ok().filter(|_| !context::is_public(address))?;
        (!desk.site.owns(&id) || desk.site.account_of(&id).is_some()).then_some(id)
    };
    let actors: Option<Vec<ActorId>> = addresses.map(actor).collect();
    actors.ok_or_else(|| Error::refused("activity", 422, "Expected nothing but actors in bto and bcc."))
}

/// What a post says: whom it names and its hashtags by its tags and by the links in its HTML.
fn body(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    post: &Post,
    mut named: BTreeSet<ActorId>,
) -> Result<Body> {
    let html = text::sanitize(&post.content);
    named.extend(post.mentions.iter().map(|mention| mention.href.clone()));
    for link in text::mention_links(&html) {
        named.extend(meant(transaction, desk, &link)?);
    }
    let mut hashtags = text::hashtags(&html);
    hashtags.extend(post.hashtags.iter().map(|tag| tag.name.to_lowercase()));
    Ok(Body::Html(html, named.into_iter().collect(), hashtags))
}

/// Whom a link means, if it is somebody who is known here: by the id of the actor, or by the name and the host of the page.
fn meant(transaction: &mut Transaction<'_>, desk: &Desk<'_>, link: &MentionLink) -> Result<Option<ActorId>> {
    let Ok(address) = ActorId::parse(&link.href) else { return Ok(None) };
    if actors::by_uri(transaction, &address)?.is_some() {
        return Ok(Some(address));
    }
    let name = link.text.trim().trim_start_matches('@').split('@').next().unwrap_or_default();
    let origin = address.origin();
    let is_ours = origin == desk.site.origin();
    let domain = if is_ours { &desk.site.handle_domain } else { origin.authority() };
    let row = actors::by_handle(transaction, domain, name)?;
    Ok(row.and_then(|row| ActorId::parse(&row.uri).ok()))
}

/// The files that were given here before, by their addresses.
fn files(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: &Post) -> Result<Vec<i64>> {
    let prefix = desk.site.url("/media/");
    let mut files = Vec::new();
    for attachment in &post.attachments {
        let name = attachment.url.as_str().strip_prefix(&prefix).and_then(|rest| rest.split('/').next());
        let row = match name {
            Some(name) => media::by_name(transaction, name)?,
            None => None,
        };
        let expected = "Expected attachments that were uploaded here.";
        files.push(row.ok_or_else(|| Error::refused("activity", 422, expected))?.id);
    }
    Ok(files)
}

/// Nothing that can be read is said in a conversation that is encrypted (P9).
fn expect_no_sealed(transaction: &mut Transaction<'_>, post: &Post) -> Result<()> {
    for name in [&post.context, &post.conversation].into_iter().flatten() {
        if conversations::is_sealed(transaction, name)? {
            return Err(letters::sealed());
        }
    }
    Ok(())
}

/// A vote names its option by title.
fn answer(transaction: &mut Transaction<'_>, desk: &Desk<'_>, vote: &Vote) -> Result<Sent> {
    let row = posts::by_uri(transaction, vote.in_reply_to.as_str())?.ok_or(Error::NotFound)?;
    let poll = polls::find(transaction, row.id)?.ok_or(Error::NotFound)?;
    let position = options_of(&poll.options)?.iter().position(|option| option.name == vote.name);
    let choice = position.ok_or(Error::NotFound)?;
    let sent = writing::polls::vote(transaction, desk, row.id, &BTreeSet::from([choice]))?;
    sent.into_iter().next().ok_or(Error::NotFound)
}
