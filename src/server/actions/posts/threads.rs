//! What stands around a post: what it answers, up to the beginning, and the answers to it, as far as they are stored here
//! and the reader may see them. Bounded in every direction (S-54); posts that answer each other in a circle end it. What
//! is missing is sent for when somebody here opens the thread.

use std::collections::BTreeSet;

use alcove_protocol::{ActorId, activity::create::ObjectId};

use super::{arrive, details::PostDetails, visible};
use crate::{
    actions::errands::{self, Errand, Haste},
    app::Moment,
    db::{
        Transaction,
        posts::{self, PostRow},
    },
    error::Result,
    site::Site,
};

/// The most posts above one.
const MAX_ANCESTORS: usize = 40;
/// The most answers below one, and how deep they go.
const MAX_DESCENDANTS: usize = 300;
const MAX_LEVELS: usize = 20;

/// What stands around a post.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thread {
    /// What it answers, the beginning first.
    pub ancestors: Vec<PostRow>,
    /// The answers to it and to those, level by level, each level oldest first.
    pub descendants: Vec<PostRow>,
}

/// The thread around a post, for a reader.
///
/// # Errors
/// When the database fails.
pub fn around(transaction: &mut Transaction<'_>, reader: Option<&ActorId>, post: &PostRow) -> Result<Thread> {
    let ancestors = ancestors(transaction, reader, post)?;
    let descendants = descendants(transaction, reader, post)?;
    Ok(Thread { ancestors, descendants })
}

fn ancestors(
    transaction: &mut Transaction<'_>,
    reader: Option<&ActorId>,
    post: &PostRow,
) -> Result<Vec<PostRow>> {
    let (mut met, mut above) = (BTreeSet::from([post.id]), Vec::new());
    let mut next = post.in_reply_to.clone();
    while let Some(uri) = next.take().filter(|_| above.len() < MAX_ANCESTORS) {
        let Some(parent) = posts::by_uri(transaction, &uri)?.filter(|parent| met.insert(parent.id)) else {
            break;
        };
        if !visible::may_see(transaction, reader, &parent)? {
            break;
        }
        next.clone_from(&parent.in_reply_to);
        above.push(parent);
    }
    above.reverse();
    Ok(above)
}

fn descendants(
    transaction: &mut Transaction<'_>,
    reader: Option<&ActorId>,
    post: &PostRow,
) -> Result<Vec<PostRow>> {
    let (mut met, mut below) = (BTreeSet::from([post.id]), Vec::new());
    let mut level = vec![post.uri.clone()];
    for _ in 0..MAX_LEVELS {
        let left = MAX_DESCENDANTS - below.len();
        if level.is_empty() || left == 0 {
            break;
        }
        let uris: Vec<&str> = level.iter().map(String::as_str).collect();
        let mut answers = posts::replies_to(transaction, &uris, i64::try_from(left).unwrap_or_default())?;
        answers.retain(|answer| met.insert(answer.id));
        let answers = visible::visible(transaction, reader, answers)?;
        level = answers.iter().map(|answer| answer.uri.clone()).collect();
        below.extend(answers);
    }
    Ok(below)
}

/// Somebody here opens a thread: what is missing of it is sent for.
///
/// # Errors
/// When the database fails.
pub fn opened(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, post: &PostRow) -> Result<()> {
    let top = ancestors(transaction, None, post)?.into_iter().next();
    let parent = top.as_ref().unwrap_or(post).in_reply_to.as_deref();
    if let Some(parent) = parent.and_then(|uri| ObjectId::parse(uri).ok()) {
        arrive::parent_of(transaction, site, moment, &parent, 0, Haste::Now)?;
    }
    let details = PostDetails::of_column(post.details.as_deref())?;
    let replies = details.replies.and_then(|uri| ObjectId::parse(&uri).ok());
    match replies.filter(|collection| !site.owns(collection)) {
        Some(collection) => errands::send(transaction, moment, &Errand::Replies { collection }, Haste::Now),
        None => Ok(()),
    }
}
