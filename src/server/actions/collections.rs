//! The collections of people here and of their posts, as everybody reads them (ActivityPub section 5, FEP-7888): outbox,
//! featured, replies, the thread, likes and shares. Totals are true of what the collection shows. Who likes and who has
//! passed on is counted and never listed; what arrived is in `received.rs`.

use alcove_protocol::{
    ActorId,
    activity::create::ObjectId,
    collection::{OrderedCollection, OrderedCollectionPage},
    context,
};
use serde_json::{Value, json};

use super::{posts::visible, sharing, writing::document};
use crate::{
    db::{
        Transaction, accounts, boosts,
        collections::{self, Done},
        featured, likes,
        posts::{self, PostRow},
    },
    error::{Error, Result},
    site::Site,
};

/// The most activities on one page of an outbox.
const PAGE: i64 = 20;
/// Once a page holds so many bytes it ends, unless it is empty.
const PAGE_BYTES: usize = 1 << 20;
/// The most ids on one page.
const PAGE_OF_IDS: i64 = 100;
/// The most posts that are shown first.
const MAX_FEATURED: i64 = 20;

/// A collection that belongs to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfPost {
    /// What answers it.
    Replies,
    /// The thread that it began.
    Context,
    /// How many like it.
    Likes,
    /// How many have passed it on.
    Shares,
}

impl OfPost {
    /// The last segment of its address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replies => "replies",
            Self::Context => "context",
            Self::Likes => "likes",
            Self::Shares => "shares",
        }
    }

    /// The collection of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Replies, Self::Context, Self::Likes, Self::Shares].into_iter().find(|one| one.name() == name)
    }
}

/// The outbox of an account: how much there is, and where it begins.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub fn outbox(transaction: &mut Transaction<'_>, site: &Site, account: i64) -> Result<Value> {
    accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
    let id = site.of_account(account, "outbox");
    let total = collections::count_done(transaction, account)?.try_into().ok();
    let first = Some(format!("{id}?before={}", i64::MAX));
    Ok(OrderedCollection { id, total, first, items: None }.to_value(context::plain()))
}

/// A page of an outbox: posts and what was passed on, newest first. Everybody may ask, so a page costs what it shows.
///
/// # Errors
/// As [`outbox`].
pub fn outbox_page(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    before: i64,
) -> Result<Value> {
    accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
    let (mut items, mut bytes, mut last) = (Vec::new(), 0, None);
    for done in collections::done(transaction, account, before, PAGE)? {
        let item = activity(transaction, site, &done)?;
        bytes += item.to_string().len();
        if bytes > PAGE_BYTES && !items.is_empty() {
            break;
        }
        last = Some(done.id());
        items.push(item);
    }
    let part_of = site.of_account(account, "outbox");
    let page = OrderedCollectionPage {
        id: format!("{part_of}?before={before}"),
        next: last.map(|last| format!("{part_of}?before={last}")),
        prev: None,
        part_of,
        items,
    };
    Ok(page.to_value(context::post()))
}

/// What was done, as it went out, for a document that has a context of its own.
fn activity(transaction: &mut Transaction<'_>, site: &Site, done: &Done) -> Result<Value> {
    let mut activity = match done {
        Done::Post(row) => document::creation(transaction, site, row)?,
        Done::Boost(boost, row, author) => {
            let author = ActorId::parse(author).map_err(Error::unknown)?;
            sharing::announcement(site, boost, row, &author)?.to_value()
        }
    };
    forget_context(&mut activity);
    Ok(activity)
}

fn forget_context(document: &mut Value) {
    if let Some(members) = document.as_object_mut() {
        members.remove("@context");
    }
}

/// The posts that an account shows first.
///
/// # Errors
/// As [`outbox`].
pub fn featured(transaction: &mut Transaction<'_>, site: &Site, account: i64) -> Result<Value> {
    accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
    let mut items = Vec::new();
    for row in featured::of(transaction, account, MAX_FEATURED)? {
        let mut post = document::of(transaction, site, &row)?.to_value();
        forget_context(&mut post);
        items.push(post);
    }
    let id = site.of_account(account, "featured");
    let total = u64::try_from(items.len()).ok();
    Ok(OrderedCollection { id, total, first: None, items: Some(items) }.to_value(context::post()))
}

/// A collection of a post that everybody may see, or a page of it: `after` is the place where the page begins.
///
/// # Errors
/// [`Error::NotFound`], also for every other post.
pub fn of_post(
    transaction: &mut Transaction<'_>,
    site: &Site,
    post: &ObjectId,
    which: OfPost,
    after: Option<i64>,
) -> Result<Value> {
    let row = posts::by_uri(transaction, post.as_str())?.ok_or(Error::NotFound)?;
    if !site.owns(post) || !visible::may_see(transaction, None, &row)? {
        return Err(Error::NotFound);
    }
    let id = format!("{post}/{}", which.name());
    let total = |count: i64| count.try_into().ok();
    let counted =
        |count: i64| OrderedCollection { id: id.clone(), total: total(count), first: None, items: None };
    let count = match which {
        OfPost::Likes => return Ok(counted(likes::count(transaction, row.id)?).to_value(context::plain())),
        OfPost::Shares => return Ok(counted(boosts::count(transaction, row.id)?).to_value(context::plain())),
        OfPost::Replies => collections::count_replies(transaction, post.as_str())?,
        OfPost::Context => collections::count_thread(transaction, &id)?,
    };
    let mut page = page_of_ids(transaction, &row, which, &id, after.unwrap_or_default())?;
    if after.is_some() {
        return Ok(page);
    }
    forget_context(&mut page);
    let mut collection = counted(count).to_value(context::plain());
    collection["first"] = page;
    // FEP-7888: whoever began the thread answers for it.
    collection["attributedTo"] = json!(site.actor(row.actor_id));
    Ok(collection)
}

fn page_of_ids(
    transaction: &mut Transaction<'_>,
    row: &PostRow,
    which: OfPost,
    collection: &str,
    after: i64,
) -> Result<Value> {
    let ids = match which {
        OfPost::Context => collections::thread(transaction, collection, after, PAGE_OF_IDS)?,
        _ => collections::replies(transaction, &row.uri, after, PAGE_OF_IDS)?,
    };
    let is_full = i64::try_from(ids.len()).is_ok_and(|count| count == PAGE_OF_IDS);
    let last = ids.last().filter(|_| is_full).map(|(last, _)| format!("{collection}?after={last}"));
    let page = OrderedCollectionPage {
        id: format!("{collection}?after={after}"),
        part_of: collection.to_owned(),
        next: last,
        prev: None,
        items: ids.into_iter().map(|(_, uri)| json!(uri)).collect(),
    };
    Ok(page.to_value(context::plain()))
}

#[cfg(test)]
mod tests;
