//! Loads all that a list of posts is shown with, a query for each kind of thing and never one for each post, because the
//! home timeline has a few milliseconds (issue 3). Whoever calls has decided which posts the reader may see.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use alcove_protocol::post::Visibility;

use super::{
    Reader,
    person::PersonView,
    poll::{Part, PollView},
    post::{self, Answered, PostView},
};
use crate::{
    actions::{domains, posts::details},
    db::{
        Transaction, actors,
        actors::ActorRow,
        blocks, boosts, likes,
        media::{self, MediaRow},
        polls::PollRow,
        posts::{self, FOR_EVERYBODY, PostRow},
        preferences, profiles, shown,
    },
    error::Result,
};

/// Numbers by the row id of a post.
pub type Counts = BTreeMap<i64, i64>;

/// All that some posts are shown with.
#[derive(Default)]
pub struct Found {
    /// Everybody concerned, by row id.
    pub people: BTreeMap<i64, PersonView>,
    /// Their ActivityPub ids.
    pub uris: BTreeMap<i64, String>,
    /// How often each was shared.
    pub boosts: Counts,
    /// How many like each.
    pub likes: Counts,
    /// How many answers for everybody each has, by ActivityPub id.
    pub replies: BTreeMap<String, i64>,
    /// What the reader likes.
    pub liked: BTreeSet<i64>,
    /// What the reader has shared.
    pub boosted: BTreeSet<i64>,
    /// What they ask.
    pub polls: BTreeMap<i64, PollView>,
    /// The files of those by people here.
    pub files: HashMap<i64, Vec<MediaRow>>,
    /// Whom those for few are for.
    pub recipients: BTreeMap<i64, Vec<String>>,
    /// What they answer, by ActivityPub id.
    parents: BTreeMap<String, PostRow>,
    /// Whether the reader wants warnings opened.
    pub opens_warnings: bool,
}

/// A post and who brought it here.
pub struct Item {
    /// The post.
    pub post: PostRow,
    /// The actor that boosted it.
    pub boosted_by: Option<i64>,
}

impl From<PostRow> for Item {
    fn from(post: PostRow) -> Self {
        Self { post, boosted_by: None }
    }
}

/// Which of some posts are shown, of those that the reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All that are not across a block.
    All,
    /// Those of whom the reader has not muted.
    WithoutMuted,
}

/// Posts as the reader sees them, in their order.
///
/// # Errors
/// When the database fails.
pub fn posts(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    items: impl IntoIterator<Item = impl Into<Item>>,
    wanted: Wanted,
) -> Result<Vec<PostView>> {
    let items: Vec<Item> = items.into_iter().map(Into::into).collect();
    let found = find(transaction, reader, &items)?;
    let unwanted = unwanted(transaction, reader, wanted)?;
    // Those of blocked servers are not among the people.
    let is_unwanted = |actor: i64| {
        !found.people.contains_key(&actor) || found.uris.get(&actor).is_some_and(|uri| unwanted.contains(uri))
    };
    let view = |item: &Item| {
        if is_unwanted(item.post.actor_id) || item.boosted_by.is_some_and(is_unwanted) {
            return None;
        }
        let mut view = PostView::new(reader, &item.post, &found)?;
        view.boosted_by = item.boosted_by.and_then(|actor| found.people.get(&actor).cloned());
        Some(view)
    };
    Ok(items.iter().filter_map(view).collect())
}

/// One post as the reader sees it.
///
/// # Errors
/// When the database fails.
pub fn post(transaction: &mut Transaction<'_>, reader: &Reader, row: PostRow) -> Result<Option<PostView>> {
    Ok(posts(transaction, reader, [row], Wanted::All)?.pop())
}

/// People as the reader sees them, in the order of their ids in `ids`.
///
/// # Errors
/// When the database fails.
pub fn people(transaction: &mut Transaction<'_>, reader: &Reader, ids: &[i64]) -> Result<Vec<PersonView>> {
    let rows = shown::actors(transaction, ids)?;
    let mut people = views(transaction, reader, &rows)?;
    Ok(ids.iter().filter_map(|id| people.remove(id)).collect())
}

/// The same of ActivityPub ids; who is not known here is left out.
///
/// # Errors
/// When the database fails.
pub fn people_by_uris(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    uris: &[alcove_protocol::ActorId],
) -> Result<Vec<PersonView>> {
    let rows = actors::by_uris(transaction, uris)?;
    let mut people = views(transaction, reader, &rows)?;
    let ids: HashMap<&str, i64> = rows.iter().map(|row| (row.uri.as_str(), row.id)).collect();
    Ok(uris.iter().filter_map(|uri| people.remove(ids.get(uri.as_str())?)).collect())
}

/// By row id; nobody whose server is blocked.
fn views(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    rows: &[ActorRow],
) -> Result<BTreeMap<i64, PersonView>> {
    let hidden = domains::hidden(transaction, rows)?;
    let shown = || rows.iter().filter(|row| !hidden.contains(&row.id));
    let ids: Vec<i64> = shown().map(|row| row.id).collect();
    let profiles = profiles::find_many(transaction, &ids)?;
    Ok(shown().map(|row| (row.id, PersonView::new(reader, row, profiles.get(&row.id)))).collect())
}

/// Whose posts are left out.
fn unwanted(transaction: &mut Transaction<'_>, reader: &Reader, wanted: Wanted) -> Result<BTreeSet<String>> {
    let Some(account) = reader.account else { return Ok(BTreeSet::new()) };
    let own = reader.app.site.actor(account);
    let mut unwanted: BTreeSet<String> = blocks::apart_from(transaction, own.as_str())?.into_iter().collect();
    if wanted == Wanted::WithoutMuted {
        unwanted.extend(blocks::muted_by(transaction, account, reader.now)?.into_iter().map(|(uri, _)| uri));
    }
    Ok(unwanted)
}

fn find(transaction: &mut Transaction<'_>, reader: &Reader, items: &[Item]) -> Result<Found> {
    let ids: Vec<i64> = items.iter().map(|item| item.post.id).collect();
    let uris: Vec<&str> = items.iter().map(|item| item.post.uri.as_str()).collect();
    let parents = items.iter().filter_map(|item| item.post.in_reply_to.as_deref());
    let parents: Vec<&str> = parents.collect::<BTreeSet<_>>().into_iter().collect();
    let parents: BTreeMap<String, PostRow> =
        posts::by_uris(transaction, &parents)?.into_iter().map(|row| (row.uri.clone(), row)).collect();
    let authors = items.iter().map(|item| item.post.actor_id).chain(parents.values().map(|row| row.actor_id));
    let concerned: BTreeSet<i64> = authors.chain(items.iter().filter_map(|item| item.boosted_by)).collect();
    let rows = shown::actors(transaction, &concerned.into_iter().collect::<Vec<_>>())?;
    let is_direct = |item: &&Item| item.post.visibility() == Visibility::Direct;
    let direct: Vec<i64> = items.iter().filter(is_direct).map(|item| item.post.id).collect();
    let mut found = Found {
        people: views(transaction, reader, &rows)?,
        uris: rows.into_iter().map(|row| (row.id, row.uri)).collect(),
        boosts: shown::boosts(transaction, &ids)?,
        likes: shown::likes(transaction, &ids)?,
        replies: shown::replies(transaction, &uris)?,
        files: media::of_posts(transaction, &ids)?,
        recipients: shown::recipients(transaction, &direct)?,
        polls: polls(transaction, reader, items)?,
        parents,
        ..Found::default()
    };
    if let Some(account) = reader.account {
        found.liked = likes::among(transaction, account, &ids)?.into_iter().collect();
        found.boosted = boosts::among(transaction, account, &ids)?.into_iter().collect();
        found.opens_warnings = preferences::of(transaction, account)?.opens_warnings();
    }
    Ok(found)
}

fn polls(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    items: &[Item],
) -> Result<BTreeMap<i64, PollView>> {
    let authors: BTreeMap<i64, &PostRow> = items.iter().map(|item| (item.post.id, &item.post)).collect();
    let asked: Vec<i64> =
        authors.values().filter(|post| post.kind == "Question").map(|post| post.id).collect();
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = shown::polls(transaction, &asked)?;
    let tallies = shown::tallies(transaction, &asked)?;
    let voters = shown::voters(transaction, &asked)?;
    let chosen = match reader.account {
        Some(account) => shown::choices(transaction, account, &asked)?,
        None => BTreeMap::new(),
    };
    let view = |row: &PollRow| {
        let post = authors.get(&row.post_id)?;
        let mut options = details::options_of(&row.options).ok()?;
        let mut people = row.voters;
        // Of what people here ask, everybody's votes are here; of what is asked elsewhere, that server has told the sum.
        if post.source.is_some() {
            for (choice, option) in (0..).zip(&mut options) {
                option.votes = tallies.get(&(row.post_id, choice)).copied().unwrap_or_default();
            }
            people = Some(voters.get(&row.post_id).copied().unwrap_or_default());
        }
        let mine = chosen.get(&row.post_id).map_or(&[][..], Vec::as_slice);
        let part = match reader.account {
            Some(account) if account != post.actor_id => Part::Voter(mine),
            _ => Part::None,
        };
        Some((row.post_id, PollView::new(row, &options, people, part, reader.now)))
    };
    Ok(rows.iter().filter_map(view).collect())
}

impl Found {
    /// What a post answers, as far as the reader may know: whose it is only where everybody may see it.
    pub fn answered(&self, reader: &Reader, parent: &str) -> Option<Answered> {
        let row = self.parents.get(parent).filter(|row| {
            FOR_EVERYBODY.contains(&row.visibility()) || reader.account == Some(row.actor_id)
        })?;
        let author = self.people.get(&row.actor_id)?;
        let url = row.uri.clone();
        Some(Answered { path: post::path(reader, row, author, &url), text: author.plain_name.clone() })
    }
}
