//! A post of another server as the rows that are kept of it: safe HTML, and no more than is shown. The document itself is
//! not kept.

use alcove_protocol::{
    ActorId,
    post::{Choice, Poll, Post},
};

use super::details::{Attachment, Emoji, Mention, PollOption, PostDetails, options_column};
use crate::{
    app::Moment,
    db::{
        actors::ActorRow,
        polls::{Mode, PollRow},
        posts::{Edit, PostRow, word},
    },
    error::Result,
    text::sanitize,
};

/// The most mentions that are kept of one post.
const MAX_MENTIONS: usize = 50;
/// The most hashtags that a post is found by.
pub(super) const MAX_HASHTAGS: usize = 30;
/// The most bytes of a name of a tag that are kept.
const MAX_NAME: usize = 255;

/// The row of a post that comes; `followers` is the collection that its author's document names.
pub(super) fn row(
    moment: &Moment,
    author: &ActorRow,
    followers: Option<&str>,
    post: &Post,
) -> Result<PostRow> {
    let said = said(post)?;
    let published = post.published.unwrap_or(moment.now).min(moment.now);
    Ok(PostRow {
        id: moment.id(),
        uri: post.id.to_string(),
        actor_id: author.id,
        kind: post.kind.name().to_owned(),
        visibility: word(post.visibility(followers)).to_owned(),
        in_reply_to: post.in_reply_to.as_ref().map(ToString::to_string),
        context: post.context.clone().or_else(|| post.conversation.clone()),
        conversation_id: None,
        summary: said.summary,
        content: said.content,
        source: None,
        details: said.details,
        published_at: published.0,
        edited_at: said.edited_at,
        created_at: moment.now.0,
        touched_at: None,
    })
}

/// What a post says: all that an edit may change.
pub(super) fn said(post: &Post) -> Result<Edit> {
    Ok(Edit {
        summary: post.summary.clone(),
        content: sanitize(&post.content),
        source: None,
        details: details(post).to_column()?,
        edited_at: post.updated.map(|at| at.0),
    })
}

fn details(post: &Post) -> PostDetails {
    let url = post.url.as_ref().map(ToString::to_string).filter(|url| *url != post.id.as_str());
    let named = |mention: &alcove_protocol::post::Mention| Mention {
        actor: mention.href.to_string(),
        name: mention.name.clone(),
    };
    PostDetails {
        title: post.title.clone(),
        language: post.language.clone(),
        url,
        sensitive: post.sensitive,
        attachments: post.attachments.iter().map(attachment).collect(),
        mentions: post.mentions.iter().take(MAX_MENTIONS).map(named).collect(),
        hashtags: hashtags(post),
        emojis: post.emojis.iter().map(Emoji::of).collect(),
        replies: post.replies.as_ref().map(ToString::to_string),
    }
}

/// The hashtags that a post is found by.
pub(super) fn hashtags(post: &Post) -> Vec<String> {
    let proper = post.hashtags.iter().filter(|tag| tag.name.len() <= MAX_NAME);
    proper.take(MAX_HASHTAGS).map(|tag| tag.name.clone()).collect()
}

fn attachment(file: &alcove_protocol::post::Attachment) -> Attachment {
    // A hundredth is less than a pixel of any cut.
    #[expect(clippy::cast_possible_truncation, reason = "from -1 to 1")]
    let focus = file.focal_point.map(|[x, y]| (x as f32, y as f32));
    Attachment {
        url: file.url.to_string(),
        content_type: file.media_type.clone().unwrap_or_default(),
        description: file.description.clone().unwrap_or_default(),
        blurhash: file.blurhash.clone(),
        width: file.width,
        height: file.height,
        focus,
    }
}

/// The question of a post, with the votes that its server has counted.
pub(super) fn poll(post: i64, poll: &Poll) -> Result<PollRow> {
    let mode = match poll.choice {
        Choice::Single => Mode::One,
        Choice::Multiple => Mode::Any,
    };
    let option = |option: &alcove_protocol::post::PollOption| PollOption {
        name: option.title.clone(),
        votes: option.votes.into(),
    };
    let options: Vec<PollOption> = poll.options.iter().map(option).collect();
    Ok(PollRow {
        post_id: post,
        mode: mode.as_str().to_owned(),
        options: options_column(&options)?,
        voters: poll.voters_count.map(i64::from),
        closes_at: [poll.closes_at, poll.closed].into_iter().flatten().min().map(|at| at.0),
        closed_at: None,
    })
}

/// Everybody whom the addresses of a post name, each once: actors only.
pub(super) fn addressed(post: &Post) -> Vec<ActorId> {
    let mut all: Vec<ActorId> =
        post.to.iter().chain(&post.cc).filter_map(|address| ActorId::parse(address).ok()).collect();
    all.sort();
    all.dedup();
    all
}
