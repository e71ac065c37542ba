//! What is left of an object that was deleted (ActivityPub section 6.4): its id and when it went, so that it never returns.

use serde_json::{Value, json};

use super::read;
use crate::{activity::create::ObjectId, context, json, time::Timestamp};

/// A deleted object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Its id.
    pub id: ObjectId,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
}

impl Tombstone {
    /// Reads a tombstone; `None` when it is something that is still there.
    pub fn parse(object: &Value) -> Option<Self> {
        json::type_among(object, |name| name == "Tombstone")?;
        let id = ObjectId::parse(json::text(object, "id")?).ok()?;
        Some(Self { id, deleted: read::time(object, "deleted") })
    }

    /// The document at the id of what was deleted.
    pub fn to_value(&self) -> Value {
        let mut value = self.embedded();
        value["@context"] = context::plain();
        value
    }

    /// The tombstone inside a `Delete`.
    pub(crate) fn embedded(&self) -> Value {
        json::present([
            ("id", Some(json!(self.id))),
            ("type", Some(json!("Tombstone"))),
            ("deleted", self.deleted.map(|time| json!(time))),
        ])
    }
}
