//! A post of another server comes: sent by its author's server, or fetched because somebody here needs it. Kept only where
//! it concerns somebody here: somebody follows its author, it names somebody or is for them, it answers a post of theirs,
//! or it was asked for. Stored once, given to each reader once, however often it comes (S-11).

use std::collections::BTreeSet;

use alcove_protocol::{
    activity::create::ObjectId,
    post::{Post, Visibility},
};

use super::{
    letters,
    placed::{self, Named},
    stored,
};
use crate::{
    actions::{
        arrive::not_the_author,
        errands::{self, Errand, Haste},
        policy, remote_actors,
    },
    app::Moment,
    db::{
        Transaction, accounts,
        actors::ActorRow,
        blocks, hashtags, polls,
        posts::{self, PostRow},
        recipients, tombstones,
    },
    error::Result,
    site::Site,
};

/// How many answers up a thread is followed (S-54).
pub const MAX_DEPTH: u32 = 40;

/// A post on its way in.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Where.
    pub site: &'a Site,
    /// When.
    pub moment: &'a Moment,
    /// Its author, as known here.
    pub author: &'a ActorRow,
    /// What it is.
    pub post: &'a Post,
    /// Why it comes.
    pub reason: Reason<'a>,
}

/// Why a post comes.
#[derive(Clone, Copy, Debug)]
pub enum Reason<'a> {
    /// Its author sent it: to these accounts, and to all who follow.
    Sent {
        /// Those here who stand in its addresses.
        named: &'a BTreeSet<i64>,
        /// Whose inbox it came by, where that is not everybody's (trap T11).
        door: Option<i64>,
    },
    /// Somebody here needs it, so many answers up from a post that came.
    Fetched {
        /// How far.
        depth: u32,
    },
}

/// Takes a post in; its row where it is here then.
///
/// # Errors
/// `not-the-author` when another author has that id already (S-04); `plain-refused` by policy (P10).
pub fn arrive(transaction: &mut Transaction<'_>, arrival: &Arrival<'_>) -> Result<Option<i64>> {
    let Arrival { site, moment, author, post, .. } = *arrival;
    if let Some(known) = posts::by_uri(transaction, post.id.as_str())? {
        if known.actor_id != author.id {
            return Err(not_the_author());
        }
        return again(transaction, arrival, &known).map(|()| Some(known.id));
    }
    if tombstones::forbids(transaction, post.id.as_str(), &author.uri)? {
        return Ok(None);
    }
    let followers = remote_actors::followers_of(transaction, author)?;
    let mut row = stored::row(moment, author, followers.as_deref(), post)?;
    if row.visibility() == Visibility::Direct && matches!(arrival.reason, Reason::Sent { .. }) {
        policy::expect_plain(transaction)?;
    }
    let named = named(transaction, arrival, &row)?;
    let answers_us = answers_somebody_here(transaction, &row)?;
    if !concerns(transaction, arrival, &row, &named)? && !answers_us {
        return Ok(None);
    }
    if row.visibility() == Visibility::Direct {
        row.conversation_id = Some(letters::conversation(transaction, arrival, &row, &named.shown)?);
    }
    if !named.shown.is_empty() || answers_us {
        row.touched_at = Some(moment.now.0);
    }
    if !posts::insert(transaction, &row)? {
        // It came a second time at this very moment.
        return Err(crate::error::Error::Busy);
    }
    hang_on(transaction, arrival, &row, &named)?;
    if matches!(arrival.reason, Reason::Sent { .. }) {
        placed::place_all(transaction, site, moment, &row, author, &named)?;
    }
    look_up(transaction, arrival)?;
    Ok(Some(row.id))
}

/// A post that is here comes again: whoever it had not come to has it now.
fn again(transaction: &mut Transaction<'_>, arrival: &Arrival<'_>, known: &PostRow) -> Result<()> {
    if matches!(arrival.reason, Reason::Fetched { .. }) {
        return Ok(());
    }
    let named = named(transaction, arrival, known)?;
    add_recipients(transaction, arrival.site, known.id, &named)?;
    if !named.shown.is_empty() {
        posts::touch(transaction, known.id, arrival.moment.now)?;
    }
    placed::place_all(transaction, arrival.site, arrival.moment, known, arrival.author, &named)
}

/// The people here whom a post is for by name, but for those across a block. Whose inbox it came by is one of them if
/// nothing else explains that it came there: the addresses hide somebody (trap T11).
fn named(transaction: &mut Transaction<'_>, arrival: &Arrival<'_>, row: &PostRow) -> Result<Named> {
    let Arrival { site, author, post, .. } = *arrival;
    let mut shown: BTreeSet<i64> = match arrival.reason {
        Reason::Sent { named, .. } => named.clone(),
        Reason::Fetched { .. } => here(transaction, site, post)?,
    };
    if let Reason::Sent { door: Some(door), .. } = arrival.reason
        && !shown.contains(&door)
        && (row.visibility() == Visibility::Direct
            || !placed::followers_here(transaction, author)?.contains(&door))
    {
        shown.insert(door);
    }
    let apart = blocks::apart_from(transaction, &author.uri)?;
    shown.retain(|account| !apart.contains(site.actor(*account).as_str()));
    let mentioned: BTreeSet<i64> =
        post.mentions.iter().filter_map(|mention| site.account_of(&mention.href)).collect();
    let is_direct = row.visibility() == Visibility::Direct;
    let told = shown.iter().copied().filter(|account| is_direct || mentioned.contains(account)).collect();
    Ok(Named { shown, told })
}

/// The accounts here that stand in the addresses of a post.
fn here(transaction: &mut Transaction<'_>, site: &Site, post: &Post) -> Result<BTreeSet<i64>> {
    let mut there = BTreeSet::new();
    for account in stored::addressed(post).iter().filter_map(|actor| site.account_of(actor)) {
        there.extend(accounts::find(transaction, account)?.map(|row| row.id));
    }
    Ok(there)
}

/// Whether somebody here has to do with a post.
fn concerns(
    transaction: &mut Transaction<'_>,
    arrival: &Arrival<'_>,
    row: &PostRow,
    named: &Named,
) -> Result<bool> {
    match (arrival.reason, row.visibility()) {
        // What is fetched in the name of the server is for everybody, or was not meant for it.
        (Reason::Fetched { .. }, visibility) => Ok(posts::FOR_EVERYBODY.contains(&visibility)),
        _ if !named.shown.is_empty() => Ok(true),
        (_, Visibility::Direct) => Ok(false),
        _ => Ok(!placed::followers_here(transaction, arrival.author)?.is_empty()),
    }
}

fn answers_somebody_here(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<bool> {
    if row.visibility() == Visibility::Direct {
        return Ok(false);
    }
    let Some(parent) = &row.in_reply_to else { return Ok(false) };
    let Some(parent) = posts::by_uri(transaction, parent)? else { return Ok(false) };
    Ok(accounts::find(transaction, parent.actor_id)?.is_some())
}

fn hang_on(
    transaction: &mut Transaction<'_>,
    arrival: &Arrival<'_>,
    row: &PostRow,
    named: &Named,
) -> Result<()> {
    add_recipients(transaction, arrival.site, row.id, named)?;
    if row.visibility() == Visibility::Public {
        hashtags::set(transaction, row.id, &stored::hashtags(arrival.post))?;
    }
    match &arrival.post.poll {
        Some(poll) => polls::put(transaction, &stored::poll(row.id, poll)?),
        None => Ok(()),
    }
}

fn add_recipients(transaction: &mut Transaction<'_>, site: &Site, post: i64, named: &Named) -> Result<()> {
    let uris: Vec<String> = named.shown.iter().map(|account| site.actor(*account).to_string()).collect();
    recipients::add(transaction, post, &uris)
}

/// Sends for what a post answers, where that is not here.
fn look_up(transaction: &mut Transaction<'_>, arrival: &Arrival<'_>) -> Result<()> {
    let (depth, haste) = match arrival.reason {
        Reason::Sent { .. } => (0, Haste::Soon),
        Reason::Fetched { depth } => (depth, Haste::Now),
    };
    let Some(parent) = &arrival.post.in_reply_to else { return Ok(()) };
    parent_of(transaction, arrival.site, arrival.moment, parent, depth, haste)
}

/// Sends for a post that another one answers, unless it is here, was deleted or is ours.
pub(super) fn parent_of(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    parent: &ObjectId,
    depth: u32,
    haste: Haste,
) -> Result<()> {
    let is_known = site.owns(parent)
        || posts::by_uri(transaction, parent.as_str())?.is_some()
        || tombstones::find(transaction, parent.as_str())?.is_some();
    if is_known || depth >= MAX_DEPTH {
        return Ok(());
    }
    errands::send(transaction, moment, &Errand::Post { post: parent.clone(), depth: depth + 1 }, haste)
}
