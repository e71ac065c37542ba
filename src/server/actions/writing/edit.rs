//! Editing a post of ours: what it said before is kept, `published` never changes, and whoever has the post is told
//! (`Update`). A question keeps its options, because votes name them.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    activity::update,
    post::{PostKind, Visibility},
};

use super::{Body, Content, News, Written, audience, check, document, letters, own};
use crate::{
    actions::{
        desk::Desk,
        emojis, media, notify,
        posts::{
            details::{Emoji, Mention, PostDetails, options_of},
            placed::{self, Named},
        },
    },
    db::{
        Transaction, actors, boosts, hashtags,
        notifications::Kind,
        polls,
        posts::{self, Edit, PostRow},
        recipients, revisions, timelines,
    },
    error::{Error, Result},
};

/// What a post is to say from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What it says.
    pub body: Body,
    /// What stands in its place until it is opened; empty for nothing.
    pub warning: String,
    /// Whether its pictures are hidden until they are asked for.
    pub sensitive: bool,
    /// The language, a tag of BCP 47.
    pub language: Option<String>,
    /// Row ids of the author's own files, in order.
    pub media: Vec<i64>,
}

/// The most of those who have passed a post on that are told of an edit here.
const MAX_BOOSTERS: i64 = 1_000;

/// Edits one's own post.
///
/// # Errors
/// As [`super::publish`]; `plain-refused` for a direct one where policy wants all of them encrypted by now;
/// [`crate::error::Error::NotFound`] for a post of somebody else.
pub fn edit(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    post: i64,
    change: &Change,
) -> Result<Written> {
    let row = own(transaction, desk.account, post)?;
    if row.visibility() == Visibility::Direct {
        letters::expect_readable(transaction, &row)?;
    }
    let content = Content::of(desk, &change.body);
    check::content(&content, &change.warning)?;
    let is_question = row.kind == PostKind::Question.name();
    if content.is_empty() && change.media.is_empty() && !is_question {
        return Err(check::refused("Expected a text or a picture."));
    }
    revisions::keep(transaction, desk.moment.id(), &row)?;
    let mentions = name_more(transaction, desk, &row, &content)?;
    let details = PostDetails {
        language: change.language.clone(),
        sensitive: change.sensitive,
        mentions,
        hashtags: content.hashtags.iter().cloned().collect(),
        emojis: emojis_of(transaction, desk, &row, &content, &change.warning)?,
        ..PostDetails::of_column(row.details.as_deref())?
    };
    posts::edit(
        transaction,
        row.id,
        &Edit {
            summary: Some(change.warning.trim().to_owned()).filter(|warning| !warning.is_empty()),
            content: content.html,
            source: content.source,
            details: details.to_column()?,
            edited_at: Some(desk.moment.now.0),
        },
    )?;
    timelines::wake_correspondents(transaction, row.id)?;
    media::attach(transaction, desk.account, &change.media, row.id)?;
    if row.visibility() == Visibility::Public {
        let tags: Vec<&String> = content.hashtags.iter().collect();
        hashtags::set(transaction, row.id, &tags)?;
    }
    let row = own(transaction, desk.account, post)?;
    tell_boosters(transaction, desk, &row)?;
    tell(transaction, desk, &row)
}

/// The emoji that stand in it now, those of a question's options among them.
fn emojis_of(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    row: &PostRow,
    content: &Content,
    warning: &str,
) -> Result<Vec<Emoji>> {
    let options = match polls::find(transaction, row.id)? {
        Some(poll) => options_of(&poll.options)?,
        None => Vec::new(),
    };
    let options = options.iter().map(|option| option.name.as_str());
    emojis::used(transaction, desk.site, content.texts(warning).chain(options))
}

/// Whom the post names now: a direct one the same as before, any other also those whom its new text names. Nobody is
/// taken out of its addresses, because whoever has the post is to hear of the edit.
fn name_more(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    row: &PostRow,
    content: &Content,
) -> Result<Vec<Mention>> {
    let details = PostDetails::of_column(row.details.as_deref())?;
    if row.visibility() == Visibility::Direct {
        return Ok(details.mentions);
    }
    let named = content.named.iter().filter(|actor| **actor != desk.actor).cloned().collect();
    let named = audience::known(transaction, desk, row.visibility(), named, &[])?;
    let former = recipients::of(transaction, row.id)?;
    let new: Vec<&str> = named
        .recipients
        .iter()
        .map(ActorId::as_str)
        .filter(|actor| !former.iter().any(|uri| uri == actor))
        .collect();
    recipients::add(transaction, row.id, &new)?;
    show(transaction, desk, row, &new)?;
    Ok(named.mentions)
}

/// Shows a post to the people here whom it names since it was edited.
fn show(transaction: &mut Transaction<'_>, desk: &Desk<'_>, row: &PostRow, new: &[&str]) -> Result<()> {
    let here = new.iter().filter_map(|uri| desk.site.account_of(&ActorId::parse(uri).ok()?));
    let shown: BTreeSet<i64> = here.collect();
    if shown.is_empty() {
        return Ok(());
    }
    let author = actors::find(transaction, row.actor_id)?.ok_or(Error::NotFound)?;
    let named = Named { told: shown.clone(), shown };
    placed::place_all(transaction, desk.site, desk.moment, row, &author, &named)
}

/// Sends the `Update` of a post as it is now.
///
/// # Errors
/// When the database fails.
pub fn tell(transaction: &mut Transaction<'_>, desk: &Desk<'_>, row: &PostRow) -> Result<Written> {
    let post = document::of(transaction, desk.site, row)?;
    let id = desk.activity();
    let activity = update::build_of_post(&id, &desk.actor, desk.moment.now, &post.to_value());
    let sent = audience::send(transaction, desk, row, id, activity, News::Edited)?;
    Ok(Written { post: row.id, sent })
}

/// Who has passed on what has changed is told, because it stands under their name, too.
fn tell_boosters(transaction: &mut Transaction<'_>, desk: &Desk<'_>, row: &PostRow) -> Result<()> {
    for booster in boosts::by_whom(transaction, row.id, MAX_BOOSTERS)? {
        let account = ActorId::parse(&booster.uri).ok().and_then(|uri| desk.site.account_of(&uri));
        if let Some(account) = account.filter(|account| *account != desk.account) {
            notify::tell(transaction, desk.moment, Kind::Edit, account, desk.account, Some(row.id))?;
        }
    }
    Ok(())
}
