//! The posts that somebody here is shown, as the activities of the collection `inbox` (ActivityPub C2S): a `Create` around
//! each post, an `Announce` for what was shared. They are built from the rows, so that they say what is true now; the
//! position of one is the id of its row. Activities of others are not kept as they came, so that each goes by a name of
//! its place in the collection.

use std::collections::{BTreeSet, HashSet};

use alcove_protocol::{
    ActorId, Timestamp,
    activity::create::ObjectId,
    api::Item,
    context,
    post::{Attachment, Choice, Hashtag, Mention, Poll, PollOption, Post, PostKind, Visibility},
};
use serde_json::{Value, json};

use super::details::{self, PostDetails, options_of};
use crate::{
    actions::{domains, remote_actors, writing::document as written},
    db::{
        Transaction, actors, boosts,
        polls::{self, Mode},
        posts::PostRow,
        recipients, shown,
        timelines::{self, EVERYWHERE, Shown},
    },
    error::{Error, Result},
    site::Site,
};

/// The most posts on one page.
const PAGE: i64 = 20;

/// A page after a position, oldest first, and whether more is waiting.
///
/// # Errors
/// When the database fails.
pub fn page(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    mut after: i64,
) -> Result<(Vec<Item>, bool)> {
    loop {
        let shown = timelines::after(transaction, account, EVERYWHERE, after, PAGE)?;
        let is_full = i64::try_from(shown.len()).is_ok_and(|count| count == PAGE);
        let items = items(transaction, site, account, &shown)?;
        if !items.is_empty() || !is_full {
            return Ok((items, is_full));
        }
        after = shown.last().map_or(after, |shown| shown.item.id);
    }
}

/// A page before a position, newest first.
///
/// # Errors
/// When the database fails.
pub fn page_before(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    mut before: i64,
) -> Result<Vec<Item>> {
    loop {
        let shown = timelines::before(transaction, account, EVERYWHERE, before, PAGE)?;
        let Some(last) = shown.last().map(|shown| shown.item.id) else { return Ok(Vec::new()) };
        let items = items(transaction, site, account, &shown)?;
        if !items.is_empty() {
            return Ok(items);
        }
        before = last;
    }
}

/// Where an activity of that name stands.
///
/// # Errors
/// [`Error::NotFound`] when no activity of this collection has it.
pub fn position_of(site: &Site, account: i64, activity: &str) -> Result<i64> {
    let position = activity.strip_prefix(&name(site, account, ""));
    position.and_then(|position| position.parse().ok()).ok_or(Error::NotFound)
}

fn name(site: &Site, account: i64, position: &str) -> String {
    format!("{}#{position}", site.of_account(account, "inbox"))
}

fn items(transaction: &mut Transaction<'_>, site: &Site, account: i64, shown: &[Shown]) -> Result<Vec<Item>> {
    let hidden = of_blocked_servers(transaction, shown)?;
    let mut items = Vec::new();
    for Shown { item, post } in shown {
        let id = name(site, account, &item.id.to_string());
        let boost = match item.boost_id {
            Some(boost) => boosts::find(transaction, boost)?,
            None => None,
        };
        let by = boost.as_ref().map_or(post.actor_id, |boost| boost.actor_id);
        // What the account itself has done stands in its outbox.
        if by == account || hidden.contains(&by) || hidden.contains(&post.actor_id) {
            continue;
        }
        let activity = match boost {
            Some(boost) => {
                let booster = actors::find(transaction, boost.actor_id)?.ok_or(Error::NotFound)?;
                json!({
                    "@context": context::plain(), "id": id, "type": "Announce", "actor": booster.uri,
                    "object": post.uri, "published": Timestamp(boost.created_at),
                })
            }
            None => creation(transaction, site, &id, post)?,
        };
        items.push(Item { position: item.id, activity });
    }
    Ok(items)
}

/// Those who wrote or shared some posts and whose servers are blocked (S-21).
fn of_blocked_servers(transaction: &mut Transaction<'_>, shown: &[Shown]) -> Result<HashSet<i64>> {
    let boosts: Vec<i64> = shown.iter().filter_map(|shown| shown.item.boost_id).collect();
    let boosters = shown::boosters(transaction, &boosts)?;
    let concerned: BTreeSet<i64> =
        shown.iter().map(|shown| shown.post.actor_id).chain(boosters.into_values()).collect();
    let rows = shown::actors(transaction, &concerned.into_iter().collect::<Vec<_>>())?;
    domains::hidden(transaction, &rows)
}

/// Posts of people here are shown as they went out, but for the name.
fn creation(transaction: &mut Transaction<'_>, site: &Site, id: &str, row: &PostRow) -> Result<Value> {
    if row.uri.starts_with(&site.object("")) {
        let mut activity = written::creation(transaction, site, row)?;
        activity["id"] = json!(id);
        return Ok(activity);
    }
    let post = document(transaction, row)?;
    let mut object = post.to_value();
    let context = object.as_object_mut().and_then(|members| members.remove("@context"));
    Ok(json!({
        "@context": context.unwrap_or_else(context::plain), "id": id, "type": "Create",
        "actor": post.attributed_to, "published": post.published, "to": post.to, "cc": post.cc, "object": object,
    }))
}

/// A post of another server as a document for a reader here.
fn document(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<Post> {
    let author = actors::find(transaction, row.actor_id)?.ok_or(Error::NotFound)?;
    let actor = ActorId::parse(&author.uri).map_err(Error::unknown)?;
    let id = ObjectId::parse(&row.uri).map_err(Error::unknown)?;
    let kind = PostKind::from_name(&row.kind).unwrap_or(PostKind::Note);
    let details = PostDetails::of_column(row.details.as_deref())?;
    let mentions: Vec<Mention> = details.mentions.iter().filter_map(details::Mention::tag).collect();
    let followers = remote_actors::followers_of(transaction, &author)?.unwrap_or_default();
    let (to, cc) = match row.visibility() {
        Visibility::Direct => (recipients::of(transaction, row.id)?, Vec::new()),
        visibility => visibility.addressing(&followers, &mentions),
    };
    let hashtags = details.hashtags.iter().map(|name| Hashtag { name: name.clone(), href: None });
    Ok(Post {
        title: details.title.clone(),
        summary: row.summary.clone(),
        sensitive: details.sensitive,
        language: details.language.clone(),
        published: Some(Timestamp(row.published_at)),
        updated: row.edited_at.map(Timestamp),
        to,
        cc,
        hashtags: hashtags.collect(),
        emojis: details.emojis.iter().filter_map(details::Emoji::tag).collect(),
        attachments: details.attachments.iter().filter_map(attachment).collect(),
        in_reply_to: row.in_reply_to.as_ref().and_then(|uri| ObjectId::parse(uri).ok()),
        url: details.url.as_ref().and_then(|url| url.parse().ok()),
        context: row.context.clone(),
        poll: poll(transaction, row.id)?,
        mentions,
        ..Post::new(id, kind, actor, row.content.clone())
    })
}

fn attachment(file: &details::Attachment) -> Option<Attachment> {
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    Some(Attachment {
        kind: details::kind_of(&file.content_type),
        url: file.url.parse().ok()?,
        media_type: text(&file.content_type),
        description: text(&file.description),
        width: file.width,
        height: file.height,
        blurhash: file.blurhash.clone(),
        focal_point: file.focus.map(|(x, y)| [x.into(), y.into()]),
        duration: None,
    })
}

fn poll(transaction: &mut Transaction<'_>, post: i64) -> Result<Option<Poll>> {
    let Some(row) = polls::find(transaction, post)? else { return Ok(None) };
    let count = |votes: i64| u32::try_from(votes).unwrap_or(u32::MAX);
    let option = |option: details::PollOption| PollOption { title: option.name, votes: count(option.votes) };
    Ok(Some(Poll {
        choice: if row.mode() == Mode::One { Choice::Single } else { Choice::Multiple },
        options: options_of(&row.options)?.into_iter().map(option).collect(),
        closes_at: row.closes_at.map(Timestamp),
        closed: row.closed_at.map(Timestamp),
        voters_count: row.voters.map(count),
    }))
}
