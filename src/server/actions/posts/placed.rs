//! Where a post stands when it comes: on the home timelines of those who follow its author, with those whom it names, with
//! those whom it is for; and a boost on the timelines of those who follow whoever boosts. Decided once, for posts of people
//! here and of others alike. Nobody is shown what a block or a mute keeps away, and an answer to somebody stands on home
//! timelines of those only who follow both.

use std::collections::BTreeSet;

use alcove_protocol::{ActorId, post::Visibility};

use crate::{
    actions::notify,
    app::Moment,
    db::{
        Transaction,
        actors::{self, ActorRow},
        blocks,
        boosts::BoostRow,
        follows,
        notifications::Kind,
        posts::{self, PostRow},
        recipients,
        timelines::{self, Place},
    },
    error::{Error, Result},
    site::Site,
};

/// The people here whom a post is for, beside those who follow its author.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Those who get it.
    pub shown: BTreeSet<i64>,
    /// Those of them who are told that they got it.
    pub told: BTreeSet<i64>,
}

/// Places a post of somebody here, which is stored with its recipients: it stands on its author's own timeline, too.
///
/// # Errors
/// When the database fails.
pub fn own(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, post: &PostRow) -> Result<()> {
    let author = actors::find(transaction, post.actor_id)?.ok_or(Error::NotFound)?;
    let recipients = recipients::of(transaction, post.id)?;
    let accounts = recipients.iter().filter_map(|uri| site.account_of(&ActorId::parse(uri).ok()?));
    let shown: BTreeSet<i64> = accounts.filter(|account| *account != post.actor_id).collect();
    let named = Named { told: shown.clone(), shown };
    let place = if post.visibility() == Visibility::Direct { Place::Direct } else { Place::Home };
    timelines::put(transaction, moment, post.actor_id, post.id, None, place)?;
    place_all(transaction, site, moment, post, &author, &named)
}

/// Places a post, and tells those who are to be told.
///
/// # Errors
/// When the database fails.
pub fn place_all(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    post: &PostRow,
    author: &ActorRow,
    named: &Named,
) -> Result<()> {
    let at_home = readers_at_home(transaction, post, author)?;
    let all: BTreeSet<i64> = at_home.union(&named.shown).copied().collect();
    for account in willing(transaction, site, moment, author, &all)? {
        let place = match post.visibility() {
            Visibility::Direct => Place::Direct,
            _ if at_home.contains(&account) => Place::Home,
            _ => Place::Mention,
        };
        timelines::put(transaction, moment, account, post.id, None, place)?;
    }
    for account in &named.told {
        notify::tell(transaction, moment, Kind::Mention, *account, author.id, Some(post.id))?;
    }
    Ok(())
}

/// The people here on whose home timelines a post stands.
fn readers_at_home(
    transaction: &mut Transaction<'_>,
    post: &PostRow,
    author: &ActorRow,
) -> Result<BTreeSet<i64>> {
    if post.visibility() == Visibility::Direct {
        return Ok(BTreeSet::new());
    }
    let mut readers = followers_here(transaction, author)?;
    let Some(parent) = &post.in_reply_to else { return Ok(readers) };
    let Some(parent) = posts::by_uri(transaction, parent)? else { return Ok(BTreeSet::new()) };
    if parent.actor_id != author.id {
        let answered = actors::find(transaction, parent.actor_id)?.ok_or(Error::NotFound)?;
        let know_both = followers_here(transaction, &answered)?;
        readers.retain(|reader| *reader == answered.id || know_both.contains(reader));
    }
    Ok(readers)
}

/// The accounts here that follow an actor with its leave.
///
/// # Errors
/// When the database fails.
pub fn followers_here(transaction: &mut Transaction<'_>, actor: &ActorRow) -> Result<BTreeSet<i64>> {
    Ok(follows::followers_here(transaction, &actor.uri)?.into_iter().collect())
}

/// Those of some accounts that neither block an actor nor are blocked by it nor have muted it.
fn willing(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    actor: &ActorRow,
    accounts: &BTreeSet<i64>,
) -> Result<BTreeSet<i64>> {
    let apart = blocks::apart_from(transaction, &actor.uri)?;
    let apart = apart.iter().filter_map(|uri| site.account_of(&ActorId::parse(uri).ok()?));
    let accounts_list: Vec<i64> = accounts.iter().copied().collect();
    let muting = blocks::muting(transaction, &actor.uri, &accounts_list, moment.now)?;
    let unwilling: BTreeSet<i64> = apart.chain(muting).collect();
    Ok(accounts.difference(&unwilling).copied().collect())
}

/// Places a boost of somebody here: on the timelines of who follows them, and on their own.
///
/// # Errors
/// When the database fails.
pub fn own_boost(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    boost: &BoostRow,
) -> Result<()> {
    timelines::put(transaction, moment, boost.actor_id, boost.post_id, Some(boost.id), Place::Home)?;
    place_boost(transaction, site, moment, boost)
}

/// Places a boost on the timelines of the people here who follow whoever boosts, where the post is not there yet, and who
/// want to see its author.
///
/// # Errors
/// When the database fails.
pub fn place_boost(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    boost: &BoostRow,
) -> Result<()> {
    let booster = actors::find(transaction, boost.actor_id)?.ok_or(Error::NotFound)?;
    let post = posts::find(transaction, boost.post_id)?.ok_or(Error::NotFound)?;
    let author = actors::find(transaction, post.actor_id)?.ok_or(Error::NotFound)?;
    let mut readers = followers_here(transaction, &booster)?;
    readers.remove(&author.id);
    let readers = willing(transaction, site, moment, &booster, &readers)?;
    for account in willing(transaction, site, moment, &author, &readers)? {
        timelines::put(transaction, moment, account, post.id, Some(boost.id), Place::Home)?;
    }
    Ok(())
}
