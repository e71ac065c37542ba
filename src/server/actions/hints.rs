//! What somebody else's word of a post is good for (S-18): where the post would concern somebody here, it is fetched from
//! where it belongs, and of what was said nothing is kept. What everybody may read only; how often a server makes us ask is
//! limited by whoever calls (S-54).

use alcove_protocol::{
    ActorId,
    activity::{Activity, create::ObjectId},
    json, mls,
    post::PostKind,
};

use super::{errands::Errand, posts::placed};
use crate::{
    db::{Transaction, accounts, actors, posts, tombstones},
    error::Result,
    site::Site,
};

/// What is said of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Who is said to have written it.
    author: ActorId,
    /// Its id, which is of the author's server.
    pub post: ObjectId,
    /// What it is said to answer.
    parent: Option<String>,
    /// The accounts here that are said to be named in it.
    named: Vec<i64>,
}

impl Hint {
    /// Reads a `Create` or an `Update`; none of our own people, of whom nobody tells us anything, nor of what is no post.
    pub fn of(site: &Site, activity: &Activity) -> Option<Self> {
        let object = activity.object();
        let is_post = |object| json::type_among(object, |name| PostKind::from_name(name).is_some()).is_some();
        if object.is_object() && (!is_post(object) || mls::is_mls(object)) {
            return None;
        }
        let post = ObjectId::parse(json::id_of(object)?).ok()?;
        if site.owns(&activity.actor) || !post.same_origin(&activity.actor) {
            return None;
        }
        let addresses = activity.audience_with_object().into_iter();
        let named = addresses.filter_map(|id| site.account_of(&ActorId::parse(id).ok()?)).collect();
        let parent = json::single_id(object, "inReplyTo").map(str::to_owned);
        Some(Self { author: activity.actor.clone(), post, parent, named })
    }
}

/// What is to be done about a hint: nothing where it concerns nobody here.
///
/// # Errors
/// When the database fails.
pub fn errand(transaction: &mut Transaction<'_>, hint: &Hint) -> Result<Option<Errand>> {
    let post = hint.post.clone();
    if let Some(known) = posts::by_uri(transaction, post.as_str())? {
        let is_open = posts::FOR_EVERYBODY.contains(&known.visibility());
        return Ok(is_open.then_some(Errand::Edit { post }));
    }
    if tombstones::find(transaction, post.as_str())?.is_some() || !concerns(transaction, hint)? {
        return Ok(None);
    }
    Ok(Some(Errand::Post { post, depth: 0 }))
}

fn concerns(transaction: &mut Transaction<'_>, hint: &Hint) -> Result<bool> {
    if !accounts::among(transaction, &hint.named)?.is_empty() {
        return Ok(true);
    }
    if let Some(parent) = &hint.parent
        && posts::by_uri(transaction, parent)?.is_some()
    {
        return Ok(true);
    }
    match actors::by_uri(transaction, &hint.author)? {
        Some(author) => Ok(!placed::followers_here(transaction, &author)?.is_empty()),
        None => Ok(false),
    }
}
