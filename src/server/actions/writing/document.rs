//! A post of ours as the document that others read, built from its row and from nothing else: what goes out, what stands at
//! its address and what collections hold are the same. Never what may be seen by whom, which is decided in
//! `posts/visible.rs`.

use alcove_protocol::{
    ActivityId, Link, Timestamp,
    activity::create::{self, ObjectId},
    post::{Attachment, Choice, Hashtag, Mention, Poll, PollOption, Post, PostKind},
};
use serde_json::Value;

use crate::{
    actions::{
        media::Focus,
        posts::details::{self, PostDetails, options_of},
    },
    db::{Transaction, accounts, media, polls, posts::PostRow},
    error::{Error, Result},
    media as files,
    site::Site,
    text::tag_page,
};

/// The post of a row.
///
/// # Errors
/// When the row is not one of ours.
pub fn of(transaction: &mut Transaction<'_>, site: &Site, row: &PostRow) -> Result<Post> {
    let id = ObjectId::parse(&row.uri).map_err(Error::unknown)?;
    let kind = PostKind::from_name(&row.kind).unwrap_or(PostKind::Note);
    let details = PostDetails::of_column(row.details.as_deref())?;
    let mentions: Vec<Mention> = details.mentions.iter().filter_map(details::Mention::tag).collect();
    let followers = site.of_account(row.actor_id, "followers");
    let (to, cc) = row.visibility().addressing(&followers, &mentions);
    let part = |name: &str| ObjectId::parse(&format!("{}/{name}", row.uri)).ok();
    Ok(Post {
        summary: row.summary.clone(),
        sensitive: details.sensitive || row.summary.is_some(),
        language: details.language.clone(),
        published: Some(Timestamp(row.published_at)),
        updated: row.edited_at.map(Timestamp),
        to,
        cc,
        hashtags: details.hashtags.iter().map(|name| hashtag(site, name)).collect(),
        emojis: details.emojis.iter().filter_map(details::Emoji::tag).collect(),
        attachments: attachments(transaction, site, row.id)?,
        in_reply_to: row.in_reply_to.as_ref().and_then(|uri| ObjectId::parse(uri).ok()),
        url: page(transaction, site, row)?,
        context: row.context.clone(),
        conversation: row.context.clone(),
        replies: part("replies"),
        likes: part("likes"),
        shares: part("shares"),
        poll: poll(transaction, row)?,
        mentions,
        ..Post::new(id, kind, site.actor(row.actor_id), row.content.clone())
    })
}

/// The `Create` of a post of ours, as it went out and as it stands in the outbox.
///
/// # Errors
/// As [`of`].
pub fn creation(transaction: &mut Transaction<'_>, site: &Site, row: &PostRow) -> Result<Value> {
    let post = of(transaction, site, row)?;
    let id = activity_of(site, &row.uri)?;
    Ok(create::build(&id, &site.actor(row.actor_id), Timestamp(row.published_at), &post.to_value()))
}

/// The id of the `Create` of a post: it has the name of the post.
///
/// # Errors
/// When the post is not one of ours.
pub fn activity_of(site: &Site, post: &str) -> Result<ActivityId> {
    let name = post.strip_prefix(&site.object("")).ok_or(Error::NotFound)?;
    Ok(site.activity(name))
}

fn hashtag(site: &Site, name: &str) -> Hashtag {
    let page = tag_page(site.origin().as_str(), name);
    Hashtag { name: name.to_owned(), href: Link::parse_link(&page).ok() }
}

/// Its page for people, which is no secret: whoever may not see the post sees nothing there.
fn page(transaction: &mut Transaction<'_>, site: &Site, row: &PostRow) -> Result<Option<Link>> {
    let author = accounts::find(transaction, row.actor_id)?.ok_or(Error::NotFound)?;
    Ok(Link::parse(&format!("{}/{}", site.profile(&author.name), row.id)).ok())
}

/// Files with all that others need to lay them out before they fetch them (FEDERATION.md section 2).
fn attachments(transaction: &mut Transaction<'_>, site: &Site, post: i64) -> Result<Vec<Attachment>> {
    let rows = media::of_posts(transaction, &[post])?.remove(&post).unwrap_or_default();
    let attachment = |row: &media::MediaRow| {
        let address = files::address(site, row, files::Variant::Original)?;
        let pixels = |count: Option<i64>| count.and_then(|count| u32::try_from(count).ok());
        Some(Attachment {
            kind: details::kind_of(&row.content_type),
            url: Link::parse_link(&address).ok()?,
            media_type: Some(row.content_type.clone()),
            description: Some(row.description.clone()).filter(|text| !text.is_empty()),
            width: pixels(row.width),
            height: pixels(row.height),
            blurhash: row.blurhash.clone(),
            focal_point: row
                .focus
                .as_deref()
                .and_then(|text| Focus::parse(text).ok())
                .map(|focus| [focus.x, focus.y]),
            duration: None,
        })
    };
    Ok(rows.iter().filter_map(attachment).collect())
}

/// The question with the votes that were counted here.
fn poll(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<Option<Poll>> {
    let Some(poll) = polls::find(transaction, row.id)? else { return Ok(None) };
    let votes = polls::tally(transaction, row.id)?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let options = options_of(&poll.options)?.into_iter().zip(0..).map(|(option, choice)| PollOption {
        title: option.name,
        votes: votes.get(&choice).copied().map_or(0, count),
    });
    let voters = polls::voters(transaction, row.id)?.len();
    Ok(Some(Poll {
        choice: if poll.mode() == polls::Mode::One { Choice::Single } else { Choice::Multiple },
        options: options.collect(),
        closes_at: poll.closes_at.map(Timestamp),
        closed: poll.closed_at.and(poll.closes_at).map(Timestamp),
        voters_count: u32::try_from(voters).ok(),
    }))
}
