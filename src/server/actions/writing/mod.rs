//! What people here post: written, edited and deleted, each in one transaction with what goes out for it. A post of ours is
//! a row of `post`, and every document about it is built from that row (`document.rs`). Whom handles in the text mean was
//! looked up before (`federation/mentions.rs`). What others post arrives in `posts/`.

mod audience;
mod check;
mod content;
pub mod document;
pub mod edit;
pub mod letters;
pub mod polls;
pub mod remove;
pub mod typed;
pub mod waiting;

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    activity::create,
    post::{Choice, PostKind, Visibility},
};

use super::{
    desk::Desk,
    emojis, media,
    outbox::Sent,
    posts::{
        details::{PollOption, PostDetails, options_column},
        placed, visible,
    },
};
use crate::{
    db::{
        Transaction, hashtags, polls as table,
        posts::{self, PostRow},
        recipients,
    },
    error::{Error, Result},
    text::Mentions,
};

use audience::{Audience, News};
pub use check::MAX_LENGTH;
use content::Content;

/// A post that somebody here has written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it says.
    pub body: Body,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whom a direct one is for. Naming somebody in its text adds nobody (mastodon#24879).
    pub recipients: Vec<ActorId>,
    /// Who gets it besides, without anybody being told (`bto` and `bcc`, ActivityPub section 6).
    pub hidden: Vec<ActorId>,
    /// What stands in its place until it is opened; empty for nothing.
    pub warning: String,
    /// Whether its pictures are hidden until they are asked for.
    pub sensitive: bool,
    /// The language, a tag of BCP 47.
    pub language: Option<String>,
    /// The row of the post that it answers.
    pub in_reply_to: Option<i64>,
    /// Row ids of the author's own files, in order.
    pub media: Vec<i64>,
    /// What it asks.
    pub poll: Option<NewPoll>,
}

/// What a post says.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A text as it was typed, and whom the handles in it mean.
    Typed(String, Mentions),
    /// HTML of an app, whom it names and its hashtags.
    Html(String, Vec<ActorId>, BTreeSet<String>),
}

/// A question to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPoll {
    /// What can be chosen.
    pub options: Vec<String>,
    /// How many of it.
    pub choice: Choice,
    /// For how many milliseconds votes are taken.
    pub duration: i64,
}

impl Draft {
    /// Nothing but a text.
    pub fn of_text(text: &str, visibility: Visibility) -> Self {
        Self {
            body: Body::Typed(text.to_owned(), Mentions::new()),
            visibility,
            recipients: Vec::new(),
            hidden: Vec::new(),
            warning: String::new(),
            sensitive: false,
            language: None,
            in_reply_to: None,
            media: Vec::new(),
            poll: None,
        }
    }
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The row of the post.
    pub post: i64,
    /// What went out.
    pub sent: Sent,
}

/// Publishes a post.
///
/// # Errors
/// `post` with what was expected; `blocked`; `plain-refused` for a direct one where policy wants all of them encrypted;
/// what [`media::attach`] refuses; [`Error::NotFound`] when what it answers is not there for its author.
pub fn publish(transaction: &mut Transaction<'_>, desk: &Desk<'_>, draft: &Draft) -> Result<Written> {
    let content = Content::of(desk, &draft.body);
    check::draft(draft, &content)?;
    let parent = parent(transaction, desk, draft.in_reply_to)?;
    let audience = audience::of_draft(transaction, desk, draft, &content, parent.as_ref())?;
    let conversation = match draft.visibility {
        Visibility::Direct => Some(letters::conversation(transaction, desk, parent.as_ref(), &audience)?),
        _ => None,
    };
    let uri = desk.site.object(&desk.moment.name());
    let own_context = || format!("{uri}/context");
    let options = draft.poll.iter().flat_map(|poll| &poll.options).map(String::as_str);
    let details = PostDetails {
        language: draft.language.clone(),
        sensitive: draft.sensitive,
        mentions: audience.mentions.clone(),
        hashtags: content.hashtags.iter().cloned().collect(),
        emojis: emojis::used(transaction, desk.site, content.texts(&draft.warning).chain(options))?,
        ..PostDetails::default()
    };
    let row = PostRow {
        id: desk.moment.id(),
        actor_id: desk.account,
        kind: if draft.poll.is_some() { PostKind::Question } else { PostKind::Note }.name().to_owned(),
        visibility: posts::word(draft.visibility).to_owned(),
        in_reply_to: parent.as_ref().map(|parent| parent.uri.clone()),
        context: match (&conversation, &parent) {
            (Some(conversation), _) => Some(conversation.uri.clone()),
            (None, Some(parent)) => parent.context.clone(),
            (None, None) => Some(own_context()),
        },
        conversation_id: conversation.as_ref().map(|conversation| conversation.id),
        summary: Some(draft.warning.trim().to_owned()).filter(|warning| !warning.is_empty()),
        content: content.html.clone(),
        source: content.source.clone(),
        details: details.to_column()?,
        published_at: desk.moment.now.0,
        edited_at: None,
        created_at: desk.moment.now.0,
        touched_at: Some(desk.moment.now.0),
        uri,
    };
    posts::insert(transaction, &row)?;
    hang_on(transaction, desk, draft, &row, &audience, &content)?;
    let sent = tell(transaction, desk, &row)?;
    placed::own(transaction, desk.site, desk.moment, &row)?;
    Ok(Written { post: row.id, sent })
}

/// Files, tags, a question, and whom it names.
fn hang_on(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    draft: &Draft,
    row: &PostRow,
    audience: &Audience,
    content: &Content,
) -> Result<()> {
    media::attach(transaction, desk.account, &draft.media, row.id)?;
    let readers: Vec<&str> = audience.readers().map(ActorId::as_str).collect();
    recipients::add(transaction, row.id, &readers)?;
    if row.visibility() == Visibility::Public {
        let tags: Vec<&String> = content.hashtags.iter().collect();
        hashtags::set(transaction, row.id, &tags)?;
    }
    let Some(poll) = &draft.poll else { return Ok(()) };
    let option = |title: &String| PollOption { name: title.trim().to_owned(), votes: 0 };
    let options: Vec<PollOption> = poll.options.iter().map(option).collect();
    let mode = match poll.choice {
        Choice::Single => table::Mode::One,
        Choice::Multiple => table::Mode::Any,
    };
    let poll = table::PollRow {
        post_id: row.id,
        mode: mode.as_str().to_owned(),
        options: options_column(&options)?,
        voters: None,
        closes_at: Some(desk.moment.now.plus(poll.duration).0),
        closed_at: None,
    };
    table::put(transaction, &poll)
}

fn parent(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: Option<i64>) -> Result<Option<PostRow>> {
    let Some(post) = post else { return Ok(None) };
    let parent = posts::find(transaction, post)?.ok_or(Error::NotFound)?;
    if !visible::may_see(transaction, Some(&desk.actor), &parent)? {
        return Err(Error::NotFound);
    }
    posts::touch(transaction, parent.id, desk.moment.now)?;
    Ok(Some(parent))
}

/// Sends the `Create` to everybody whom it concerns.
fn tell(transaction: &mut Transaction<'_>, desk: &Desk<'_>, row: &PostRow) -> Result<Sent> {
    let post = document::of(transaction, desk.site, row)?;
    let id = document::activity_of(desk.site, &row.uri)?;
    let activity = create::build(&id, &desk.actor, desk.moment.now, &post.to_value());
    audience::send(transaction, desk, row, id, activity, News::Written)
}

/// One's own post.
///
/// # Errors
/// [`Error::NotFound`], for those of others too.
pub fn own(transaction: &mut Transaction<'_>, account: i64, post: i64) -> Result<PostRow> {
    posts::find(transaction, post)?.filter(|row| row.actor_id == account).ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests;
