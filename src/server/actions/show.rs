//! Single activities and posts of people here at their own addresses, as far as the reader may see them: what is public
//! everybody, all else its author and those it is for. To everybody else there is nothing (S-23).

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{self, create::ObjectId},
    context,
};
use serde_json::Value;

use crate::{
    db::{
        Transaction, deliveries,
        envelopes::{self, EnvelopeRow, Kind},
        follows::{self, FollowState},
        items,
        objects::{self, Known},
    },
    error::{Error, Result},
    site::Site,
};

/// Something that was found, and that nobody may see yet.
#[derive(Clone, Debug)]
pub struct Found {
    /// What stands at the address.
    pub document: Value,
    row: EnvelopeRow,
    activity: Value,
}

/// An activity by its id.
///
/// # Errors
/// [`Error::NotFound`], also for what was deleted.
pub fn activity(transaction: &mut Transaction<'_>, id: &ActivityId) -> Result<Found> {
    let row = envelopes::by_activity(transaction, id)?.ok_or(Error::NotFound)?;
    if row.document.is_empty() {
        return Err(Error::NotFound);
    }
    let activity: Value = serde_json::from_str(&row.document).map_err(Error::unknown)?;
    Ok(Found { document: activity.clone(), row, activity })
}

/// A post by its id. Sealed objects stand at no address of their own: they are read inside their activity.
///
/// # Errors
/// As [`activity`].
pub fn object(transaction: &mut Transaction<'_>, id: &ObjectId) -> Result<Found> {
    let Some(Known::There { envelope, .. }) = objects::find(transaction, id)? else {
        return Err(Error::NotFound);
    };
    let row = envelopes::find(transaction, envelope)?.ok_or(Error::NotFound)?;
    let activity: Value = serde_json::from_str(&row.document).map_err(Error::unknown)?;
    let mut document = activity.get("object").filter(|object| object.is_object()).cloned();
    if let Some(members) = document.as_mut().and_then(Value::as_object_mut) {
        let context = activity.get("@context").cloned().unwrap_or_else(context::plain);
        members.entry("@context").or_insert(context);
    }
    Ok(Found { document: document.ok_or(Error::NotFound)?, row, activity })
}

impl Found {
    /// Whether everybody may see it.
    pub fn is_public(&self) -> bool {
        self.audience().into_iter().any(context::is_public)
    }

    /// Whether it belongs to sealed conversations: read with a token for those, by nobody from elsewhere.
    pub fn is_sealed(&self) -> bool {
        self.row.kind == Kind::Mls.as_str() || self.row.kind == Kind::Sequencer.as_str()
    }

    fn audience(&self) -> Vec<&str> {
        activity::audience(&[&self.activity, self.activity.get("object").unwrap_or(&Value::Null)])
    }

    /// Whether a reader is the author, or somebody it was for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_for(&self, transaction: &mut Transaction<'_>, site: &Site, reader: &ActorId) -> Result<bool> {
        if self.row.actor_uri == reader.as_str() || self.audience().contains(&reader.as_str()) {
            return Ok(true);
        }
        let was_sent = match site.account_of(reader) {
            Some(account) => items::receivers(transaction, self.row.id)?.contains(&account),
            None => {
                let id = ActivityId::parse(&self.row.activity_uri).map_err(Error::unknown)?;
                let sent = deliveries::of_activity(transaction, &id)?;
                sent.iter().any(|delivery| delivery.recipient == *reader)
            }
        };
        Ok(was_sent || self.is_for_follower(transaction, site, reader)?)
    }

    /// Whether it is for followers, and the reader is one.
    fn is_for_follower(
        &self,
        transaction: &mut Transaction<'_>,
        site: &Site,
        reader: &ActorId,
    ) -> Result<bool> {
        let author = ActorId::parse(&self.row.actor_uri).map_err(Error::unknown)?;
        let Some(account) = site.account_of(&author) else { return Ok(false) };
        let followers = site.of_account(account, "followers");
        Ok(self.audience().contains(&followers.as_str())
            && follows::state(transaction, reader, &author)? == Some(FollowState::Accepted))
    }
}
