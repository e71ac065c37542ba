//! Whose an object is: `attributedTo` names one author, or, with PeerTube and Lemmy, the author and the groups that it
//! was posted in.

use serde_json::Value;

use crate::{activity::InvalidActivity, id::ActorId, json};

/// The author that an object names: the first that is said to be a person, else the first.
pub(super) fn author_of(object: &Value) -> Option<ActorId> {
    let authors = json::many(object, "attributedTo");
    let is_person = |author: &&Value| json::type_among(author, |name| name == "Person").is_some();
    let author = authors.iter().find(is_person).or(authors.first())?;
    ActorId::parse(json::id_of(author)?).ok()
}

/// Checks that an object names no other author than the actor; naming none is taken as the actor's (S-04). Groups beside
/// the author are where it was posted.
pub(crate) fn same_author(object: &Value, actor: &ActorId) -> Result<(), InvalidActivity> {
    let authors = json::many(object, "attributedTo");
    let is_group = |author: &&Value| json::type_among(author, |name| name == "Group").is_some();
    let is_own = |author: &Value| json::id_of(author) == Some(actor.as_str());
    let only_groups = authors.iter().all(|author| is_group(&author));
    let own = authors.iter().all(|author| is_own(author) || !only_groups && is_group(&author));
    if own { Ok(()) } else { Err(InvalidActivity::Owner) }
}
