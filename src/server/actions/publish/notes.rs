//! Notes and questions as an app posts them to the outbox: ActivityStreams objects, read as a draft. What the app wrote as
//! HTML is sanitised; whom a post is for follows from its addresses, as everybody reads them.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    activity::{Activity, InvalidActivity},
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
    db::{Transaction, conversations, media, polls, posts},
    error::{Error, Result},
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
    let draft = draft(transaction, desk, &post)?;
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
    let named: Vec<ActorId> = new.mentions.iter().map(|mention| mention.href.clone()).collect();
    let change = Change {
        body: Body::Html(new.content, named),
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
    if ["bto", "bcc"].iter().any(|name| object.get(*name).is_some()) {
        let sentence = "Expected recipients in to and cc: nobody is written to in secret here.";
        return Err(Error::refused("activity", 422, sentence));
    }
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
        .filter(|address| !alcove_protocol::context::is_public(address))
        .filter_map(|address| ActorId::parse(address).ok())
        .collect();
    let parent = match &post.in_reply_to {
        Some(uri) => Some(posts::by_uri(transaction, uri.as_str())?.ok_or(Error::NotFound)?.id),
        None => None,
    };
    let is_direct = visibility == Visibility::Direct;
    let named: BTreeSet<ActorId> =
        addressed.iter().cloned().chain(post.mentions.iter().map(|mention| mention.href.clone())).collect();
    Ok(Draft {
        body: Body::Html(post.content.clone(), named.into_iter().collect()),
        visibility,
        recipients: if is_direct { addressed.into_iter().collect() } else { Vec::new() },
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
