//! What people here have done and said, at addresses of its own, as far as the reader may see it: posts and what passes
//! them on are built from their rows, so that they are told as they are now; everything else is an activity as it was
//! sent, for as long as it is kept. Who may see a post is decided in `posts/visible.rs`; to everybody else there is
//! nothing (S-23).

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{self, create::ObjectId},
    context,
    post::Tombstone,
};
use serde_json::Value;

use super::{posts::visible, sharing, writing::document};
use crate::{
    db::{
        Transaction, accounts, actors, boosts, deliveries,
        envelopes::{self, EnvelopeRow, Kind},
        items,
        posts::{self, PostRow},
        tombstones,
    },
    error::{Error, Result},
    site::Site,
};

/// Something that was found, and that nobody may see yet.
#[derive(Clone, Debug)]
pub struct Found {
    /// What stands at the address.
    pub document: Value,
    subject: Subject,
}

/// What decides who may see it.
#[derive(Clone, Debug)]
enum Subject {
    Post(PostRow),
    Activity(EnvelopeRow),
}

/// What stands at the address of a post.
#[derive(Clone, Debug)]
pub enum Place {
    /// The post.
    There(Box<Found>),
    /// That it was deleted; only of what everybody could see.
    Gone(Tombstone),
}

/// An activity by its id.
///
/// # Errors
/// [`Error::NotFound`], also for what was deleted.
pub fn activity(transaction: &mut Transaction<'_>, site: &Site, id: &ActivityId) -> Result<Found> {
    let name = id.as_str().strip_prefix(site.activity("").as_str()).ok_or(Error::NotFound)?;
    if let Some(row) = posts::by_uri(transaction, &site.object(name))? {
        let document = document::creation(transaction, site, &row)?;
        return Ok(Found { document, subject: Subject::Post(row) });
    }
    if let Some(boost) = boosts::by_uri(transaction, id.as_str())? {
        let row = posts::find(transaction, boost.post_id)?.ok_or(Error::NotFound)?;
        let author = actors::find(transaction, row.actor_id)?.ok_or(Error::NotFound)?;
        let author = ActorId::parse(&author.uri).map_err(Error::unknown)?;
        let document = sharing::announcement(site, &boost, &row, &author)?.to_value();
        return Ok(Found { document, subject: Subject::Post(row) });
    }
    let row = envelopes::by_activity(transaction, id)?.ok_or(Error::NotFound)?;
    if row.document.is_empty() {
        return Err(Error::NotFound);
    }
    let document: Value = serde_json::from_str(&row.document).map_err(Error::unknown)?;
    if tells_what_is_gone(transaction, site, &row, &document)? {
        return Err(Error::NotFound);
    }
    Ok(Found { document, subject: Subject::Activity(row) })
}

/// Whether an activity still holds what a post said that was deleted meanwhile: it may wait for delivery as it was.
fn tells_what_is_gone(
    transaction: &mut Transaction<'_>,
    site: &Site,
    row: &EnvelopeRow,
    document: &Value,
) -> Result<bool> {
    let is_readable = [Kind::Plain.as_str(), Kind::Social.as_str()].contains(&row.kind.as_str());
    let is_about_text = ["Create", "Update"].iter().any(|kind| document["type"] == *kind);
    let post = activity::subject(document).filter(|id| id.starts_with(&site.object("")));
    match post.filter(|_| is_readable && is_about_text) {
        Some(post) => Ok(posts::by_uri(transaction, post)?.is_none()),
        None => Ok(false),
    }
}

/// A post of ours by its id. Sealed objects stand at no address of their own: they are read inside their activity.
///
/// # Errors
/// [`Error::NotFound`].
pub fn object(transaction: &mut Transaction<'_>, site: &Site, id: &ObjectId) -> Result<Place> {
    if let Some((_, deleted)) = tombstones::find(transaction, id.as_str())? {
        return Ok(Place::Gone(Tombstone { id: id.clone(), deleted: Some(deleted) }));
    }
    let row = posts::by_uri(transaction, id.as_str())?.ok_or(Error::NotFound)?;
    let document = document::of(transaction, site, &row)?.to_value();
    Ok(Place::There(Box::new(Found { document, subject: Subject::Post(row) })))
}

/// The page of a post of ours that everybody may see.
///
/// # Errors
/// [`Error::NotFound`], also for all others.
pub fn page(transaction: &mut Transaction<'_>, site: &Site, id: &ObjectId) -> Result<String> {
    let row = posts::by_uri(transaction, id.as_str())?.ok_or(Error::NotFound)?;
    if !visible::may_see(transaction, None, &row)? {
        return Err(Error::NotFound);
    }
    let author = accounts::find(transaction, row.actor_id)?.ok_or(Error::NotFound)?;
    Ok(format!("{}/{}", site.profile(&author.name), row.id))
}

impl Found {
    /// Whether everybody may see it.
    pub fn is_public(&self) -> bool {
        match &self.subject {
            Subject::Post(row) => posts::FOR_EVERYBODY.contains(&row.visibility()),
            Subject::Activity(_) => audience(&self.document).into_iter().any(context::is_public),
        }
    }

    /// Whether it belongs to sealed conversations: read with a token for those, by nobody from elsewhere.
    pub fn is_sealed(&self) -> bool {
        let sealed = [Kind::Mls, Kind::Sequencer].map(Kind::as_str);
        matches!(&self.subject, Subject::Activity(row) if sealed.contains(&row.kind.as_str()))
    }

    /// Whether a reader is its author, or somebody it was for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_for(&self, transaction: &mut Transaction<'_>, site: &Site, reader: &ActorId) -> Result<bool> {
        let row = match &self.subject {
            Subject::Post(row) => return visible::may_see(transaction, Some(reader), row),
            Subject::Activity(row) => row,
        };
        if row.actor_uri == reader.as_str() || audience(&self.document).contains(&reader.as_str()) {
            return Ok(true);
        }
        if let Some(account) = site.account_of(reader) {
            return Ok(items::receivers(transaction, row.id)?.contains(&account));
        }
        let id = ActivityId::parse(&row.activity_uri).map_err(Error::unknown)?;
        let sent = deliveries::of_activity(transaction, &id)?;
        Ok(sent.iter().any(|delivery| delivery.recipient == *reader))
    }
}

fn audience(activity: &Value) -> Vec<&str> {
    activity::audience(&[activity, activity.get("object").unwrap_or(&Value::Null)])
}
