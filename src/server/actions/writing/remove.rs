//! Deleting a post of ours: it goes for everybody here at once, and whoever has it is told (`Delete` with a `Tombstone`).
//! At the address of one that everybody could see it is said that it is gone; at that of any other there is nothing.

use alcove_protocol::{
    activity::{create::ObjectId, delete},
    post::Visibility,
};

use super::{News, audience, document, own};
use crate::{
    actions::{desk::Desk, outbox::Sent},
    db::{Transaction, media, posts, timelines, tombstones},
    error::{Error, Result},
};

/// Deletes one's own post.
///
/// # Errors
/// [`Error::NotFound`] for a post of somebody else.
pub fn remove(transaction: &mut Transaction<'_>, desk: &Desk<'_>, post: i64) -> Result<Sent> {
    let row = own(transaction, desk.account, post)?;
    let document = document::of(transaction, desk.site, &row)?;
    let object = ObjectId::parse(&row.uri).map_err(Error::unknown)?;
    let id = desk.activity();
    let to: Vec<String> = document.to.into_iter().chain(document.cc).collect();
    let activity = delete::build(&id, &desk.actor, &object, &to, desk.moment.now);
    let sent = audience::send(transaction, desk, &row, id, activity, News::Deleted)?;
    timelines::wake_correspondents(transaction, row.id)?;
    media::detach(transaction, row.id)?;
    posts::delete(transaction, &[row.id])?;
    if matches!(row.visibility(), Visibility::Public | Visibility::Unlisted) {
        tombstones::put(transaction, &row.uri, desk.actor.as_str(), desk.moment.now)?;
    }
    Ok(sent)
}
