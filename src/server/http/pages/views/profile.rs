//! The page of a person: what they say of themselves, how many posts and followers there are, and how the reader stands to
//! them.

use alcove_protocol::{ActorId, post::Visibility};
use serde::Serialize;

use super::{
    Reader,
    load::{self, Item, Wanted},
    person::{self, PersonView, web_page},
    post::PostView,
    words,
};
use crate::{
    actions::{
        posts::details::Emoji,
        profiles::{Line, lines},
    },
    db::{
        Transaction, actors,
        actors::ActorRow,
        blocks, boosts, featured,
        follows::{self, FollowState, Side},
        posts::{self, FOR_EVERYBODY, PostRow, Standing},
        profiles::{self, Discovery, ProfileRow},
    },
    error::{Error, Result},
    text,
};
use alcove_protocol::Timestamp;

/// How many characters of a text stand in link previews.
const PREVIEW: usize = 200;
/// How many posts stand first on a profile, at most.
const PINNED: i64 = 20;

/// What stands at the head of a profile.
#[derive(Clone, Debug, Serialize)]
pub struct ProfileView {
    /// Who it is.
    pub person: PersonView,
    /// The name of the handle.
    pub username: String,
    /// The full address of the page.
    pub canonical: String,
    /// The ActivityPub id.
    pub uri: String,
    /// What they say of themselves: safe HTML.
    pub summary_html: String,
    /// The beginning of it as text.
    pub preview: String,
    /// The picture as a full address, for link previews.
    pub image: Option<String>,
    /// The wide picture, at an address of ours.
    pub header: Option<String>,
    /// What else they are, if not a person.
    pub kind: Option<&'static str>,
    /// Names and values, the values as safe HTML.
    pub fields: Vec<Field>,
    /// How many posts the reader could see.
    pub posts: i64,
    /// How many follow.
    pub followers: i64,
    /// How many are followed.
    pub following: i64,
    /// Where they have moved to.
    pub moved_to: Option<Elsewhere>,
    /// How the reader stands to them.
    pub relation: Option<Relation>,
    /// Whether it is the reader.
    pub is_own: bool,
    /// Whether search engines may list it.
    pub is_listed: bool,
}

/// One line of a profile.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The name, as text.
    pub name: String,
    /// What stands behind it: safe HTML.
    pub value_html: String,
}

/// A link to somebody.
#[derive(Clone, Debug, Serialize)]
pub struct Elsewhere {
    /// Where to.
    pub path: String,
    /// The handle, or the address.
    pub text: String,
}

/// How the reader stands to somebody.
#[derive(Clone, Debug, Serialize)]
pub struct Relation {
    /// `accepted`, `pending` or nothing.
    pub follow: Option<&'static str>,
    /// Whether the reader may ask to follow.
    pub may_follow: bool,
    /// Whether the reader is followed.
    pub follows_you: bool,
    /// Whether the reader does not see what they post.
    pub is_muted: bool,
    /// Whether the reader has blocked them.
    pub is_blocked: bool,
}

impl ProfileView {
    /// The profile of an actor as the reader sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(transaction: &mut Transaction<'_>, reader: &Reader, actor: &ActorRow) -> Result<Self> {
        let row =
            profiles::find(transaction, actor.id)?.unwrap_or_else(|| ProfileRow::empty(actor.id, reader.now));
        let id = ActorId::parse(&actor.uri).map_err(Error::unknown)?;
        let relation = match reader.account.filter(|account| *account != actor.id) {
            Some(account) => Some(relation(transaction, reader, account, &id)?),
            None => None,
        };
        let visible = visibilities(reader, actor, relation.as_ref());
        let person = PersonView::new(reader, actor, Some(&row));
        let emoji = person::emoji(reader, &Emoji::of_column(row.emojis.as_deref()));
        let header = row.header.as_deref().map(|stored| reader.picture(stored));
        Ok(Self {
            username: actor.name.clone(),
            canonical: match person.is_local {
                true => reader.app.site.profile(&actor.name),
                false => web_page(actor.url.as_deref(), &actor.uri),
            },
            uri: actor.uri.clone(),
            summary_html: text::emojify(&row.summary, &emoji),
            preview: words::excerpt(&text::plain(&row.summary), PREVIEW),
            image: person.avatar.clone(),
            header,
            kind: kind(&actor.kind),
            fields: fields(&row, &emoji),
            posts: posts::count_of_actor(transaction, actor.id, &visible)?,
            followers: follows::count(transaction, &id, Side::Followers)?,
            following: follows::count(transaction, &id, Side::Following)?,
            moved_to: moved_to(transaction, reader, &row)?,
            relation,
            is_own: reader.account == Some(actor.id),
            is_listed: person.is_local && row.discovery == Discovery::Open.as_str(),
            person,
        })
    }
}

fn relation(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    account: i64,
    other: &ActorId,
) -> Result<Relation> {
    let own = reader.app.site.actor(account);
    let follow = follows::state(transaction, &own, other)?.map(|state| match state {
        FollowState::Accepted => "accepted",
        FollowState::Pending => "pending",
    });
    let muted = blocks::muting(transaction, other.as_str(), &[account], reader.now)?;
    Ok(Relation {
        follow,
        may_follow: !blocks::stands_between(transaction, own.as_str(), other.as_str())?,
        follows_you: follows::state(transaction, other, &own)? == Some(FollowState::Accepted),
        is_muted: !muted.is_empty(),
        is_blocked: blocks::find(transaction, &own, other)?.is_some(),
    })
}

/// Which posts of an actor the reader may see on the profile. Nothing passes a block.
fn visibilities(reader: &Reader, actor: &ActorRow, relation: Option<&Relation>) -> Vec<Visibility> {
    let is_follower = relation.is_some_and(|relation| relation.follow == Some("accepted"));
    let mut visible = FOR_EVERYBODY.to_vec();
    if reader.account == Some(actor.id) || is_follower {
        visible.push(Visibility::Followers);
    }
    if relation.is_some_and(|relation| !relation.may_follow) {
        visible.clear();
    }
    visible
}

fn fields(row: &ProfileRow, emoji: &text::Emoji) -> Vec<Field> {
    let field = |line: Line| Field {
        name: text::display_name(&line.name),
        value_html: text::emojify(&line.value, emoji),
    };
    lines(row).into_iter().map(field).collect()
}

fn kind(kind: &str) -> Option<&'static str> {
    match kind {
        "Service" | "Application" => Some("A program posts here"),
        "Group" => Some("A group"),
        "Organization" => Some("An organisation"),
        _ => None,
    }
}

fn moved_to(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    row: &ProfileRow,
) -> Result<Option<Elsewhere>> {
    let Some(target) = row.moved_to.as_deref().and_then(|uri| ActorId::parse(uri).ok()) else {
        return Ok(None);
    };
    let known = actors::by_uri(transaction, &target)?;
    Ok(Some(match known.map(|actor| PersonView::new(reader, &actor, None)) {
        Some(person) => Elsewhere { path: person.path, text: person.handle },
        None => Elsewhere { path: target.to_string(), text: target.to_string() },
    }))
}

/// Up to `limit` posts and boosts of an actor before a standing, newest first, and where the next page begins.
///
/// # Errors
/// When the database fails.
pub fn posts_of(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    actor: &ActorRow,
    relation: Option<&Relation>,
    before: Standing,
    limit: usize,
) -> Result<(Vec<PostView>, Option<Standing>)> {
    let visible = visibilities(reader, actor, relation);
    if visible.is_empty() {
        return Ok((Vec::new(), None));
    }
    let rows = posts::of_actor(transaction, actor.id, &visible, before, limit as i64)?;
    let own = rows.into_iter().map(|row| (row.standing(), Item::from(row)));
    let mut all: Vec<(Standing, Item)> = own.collect();
    all.extend(shared(transaction, actor, before, limit)?);
    all.sort_by_key(|(standing, _)| std::cmp::Reverse(*standing));
    let next = all.get(limit.saturating_sub(1)).map(|(standing, _)| *standing);
    let items = all.into_iter().take(limit).map(|(_, item)| item);
    Ok((load::posts(transaction, reader, items, Wanted::All)?, next))
}

/// What an actor has shared of what everybody may see.
fn shared(
    transaction: &mut Transaction<'_>,
    actor: &ActorRow,
    before: Standing,
    limit: usize,
) -> Result<Vec<(Standing, Item)>> {
    let boosts = boosts::of_actor(transaction, actor.id, before.published_at, limit as i64)?;
    let ids: Vec<i64> = boosts.iter().map(|boost| boost.post_id).collect();
    let mut rows: std::collections::BTreeMap<i64, PostRow> = posts::find_many(transaction, &ids)?
        .into_iter()
        .filter(|row| FOR_EVERYBODY.contains(&row.visibility()))
        .map(|row| (row.id, row))
        .collect();
    let item = |boost: &boosts::BoostRow| {
        let standing = Standing { published_at: Timestamp(boost.created_at), id: boost.id };
        Some((standing, Item { post: rows.remove(&boost.post_id)?, boosted_by: Some(boost.actor_id) }))
    };
    Ok(boosts.iter().filter_map(item).collect())
}

/// The posts that an actor shows first, as far as everybody may see them.
///
/// # Errors
/// When the database fails.
pub fn pinned(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    actor: &ActorRow,
    relation: Option<&Relation>,
) -> Result<Vec<PostView>> {
    if visibilities(reader, actor, relation).is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = featured::of(transaction, actor.id, PINNED)?;
    rows.retain(|row| FOR_EVERYBODY.contains(&row.visibility()));
    let mut views = load::posts(transaction, reader, rows, Wanted::All)?;
    views.iter_mut().for_each(|view| view.is_pinned = true);
    Ok(views)
}
