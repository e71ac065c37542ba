//! Posts of other servers, fetched from where they belong: never believed from anywhere else (S-01, S-18). Nothing is
//! stored here; that is `actions/posts/arrive.rs`.

use alcove_protocol::{
    activity::create::ObjectId,
    collection::Part,
    json,
    post::{Post, Tombstone},
};

use super::{
    actors::{self, Missing},
    retrieve,
};
use crate::{app::App, db::actors::ActorRow};

/// The most pages of a collection that are read (S-54).
const MAX_PAGES: usize = 3;

/// A post and its author, as their servers show them now.
///
/// # Errors
/// Why it could not be had.
pub async fn fetch(app: &App, id: &ObjectId) -> Result<(Post, ActorRow), Missing> {
    if app.site.owns(id) {
        return Err(Missing::Absent);
    }
    let document = retrieve::document(app, id.as_str()).await?;
    if Tombstone::parse(&document.value).is_some() {
        return Err(Missing::Gone);
    }
    let post =
        Post::parse_fetched(&document.value).map_err(|invalid| Missing::Unusable(invalid.to_string()))?;
    let author = actors::known(app, &post.attributed_to).await?;
    Ok((post, author))
}

/// The ids in a collection, as far as they belong to its own origin; of so many at most.
///
/// # Errors
/// Why it could not be had.
pub async fn ids_of(app: &App, collection: &str, limit: usize) -> Result<Vec<ObjectId>, Missing> {
    let Ok(first) = ObjectId::parse(collection) else { return Err(Missing::Absent) };
    let (mut ids, mut next) = (Vec::new(), Some(first.clone()));
    for _ in 0..MAX_PAGES {
        let Some(page) = next.take().filter(|page| page.same_origin(&first)) else { break };
        let document = retrieve::document(app, page.as_str()).await?;
        let Some(part) = Part::parse(&document.value) else { break };
        let own = part.items.iter().filter_map(|item| ObjectId::parse(json::id_of(item)?).ok());
        ids.extend(own.filter(|id| id.same_origin(&first)).take(limit - ids.len()));
        next = part.next.and_then(|next| ObjectId::parse(&next).ok()).filter(|_| ids.len() < limit);
    }
    Ok(ids)
}
