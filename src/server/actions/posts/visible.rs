//! Who may see a post: the one place where that is decided, for pages, apps and other servers alike (S-21, S-23, S-29).
//! Public and unlisted ones everybody; those for followers whoever follows with leave, and whom they name; direct ones
//! whom they are for. Its author always; and never anybody across a block, whichever of the two has set it. What
//! comes from a blocked server nobody sees.

use alcove_protocol::{ActorId, post::Visibility};

use crate::{
    actions::domains,
    db::{
        Transaction, actors, blocks,
        follows::{self, FollowState},
        posts::PostRow,
        recipients,
    },
    error::{Error, Result},
};

/// Whether somebody may see a post; a reader of whom nothing is known is `None`. Who may not is told that there is nothing.
pub fn may_see(transaction: &mut Transaction<'_>, reader: Option<&ActorId>, post: &PostRow) -> Result<bool> {
    let is_for_everybody = matches!(post.visibility(), Visibility::Public | Visibility::Unlisted);
    let author = actors::find(transaction, post.actor_id)?.ok_or(Error::NotFound)?;
    if author.gone_at.is_some() || !domains::hidden(transaction, [&author])?.is_empty() {
        return Ok(false);
    }
    let Some(reader) = reader else { return Ok(is_for_everybody) };
    if author.uri == reader.as_str() {
        return Ok(true);
    }
    if blocks::stands_between(transaction, &author.uri, reader.as_str())? {
        return Ok(false);
    }
    if is_for_everybody || recipients::has(transaction, post.id, reader.as_str())? {
        return Ok(true);
    }
    let Some(author) =
        ActorId::parse(&author.uri).ok().filter(|_| post.visibility() == Visibility::Followers)
    else {
        return Ok(false);
    };
    Ok(follows::state(transaction, reader, &author)? == Some(FollowState::Accepted))
}

/// Those of some posts that somebody may see, in their order.
pub fn visible(
    transaction: &mut Transaction<'_>,
    reader: Option<&ActorId>,
    posts: Vec<PostRow>,
) -> Result<Vec<PostRow>> {
    let mut seen = Vec::with_capacity(posts.len());
    for post in posts {
        if may_see(transaction, reader, &post)? {
            seen.push(post);
        }
    }
    Ok(seen)
}
