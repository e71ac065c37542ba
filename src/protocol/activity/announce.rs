//! `Announce` (ActivityPub section 7.11): somebody passes on what another has posted. Only its id counts, even where all of
//! it is embedded: what it says is fetched from where it belongs (S-18).

use serde_json::{Value, json};

use super::{Activity, InvalidActivity, create::ObjectId};
use crate::{
    context,
    id::{ActivityId, ActorId},
    json,
    time::Timestamp,
};

/// Something is passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announce {
    /// Its id, by which it is undone.
    pub id: ActivityId,
    /// Who passes it on.
    pub actor: ActorId,
    /// What, of any origin.
    pub object: ObjectId,
    /// The type of what is embedded: Lemmy's communities announce activities of their members, such as `Create`.
    pub object_kind: Option<String>,
    /// When.
    pub published: Option<Timestamp>,
    /// Whom it is for.
    pub to: Vec<String>,
    /// Who gets it as well.
    pub cc: Vec<String>,
}

impl Announce {
    /// Reads an `Announce` of a link or of an object, whosever it is.
    pub fn parse(activity: &Activity) -> Result<Self, InvalidActivity> {
        let object = activity.object_of_kind(&["Announce"])?;
        let kind = activity.embedded_object().and_then(|object| json::type_among(object, |_| true));
        let (to, cc) = activity.addressing()?;
        Ok(Self {
            id: activity.id.clone().ok_or(InvalidActivity::Id)?,
            actor: activity.actor.clone(),
            object,
            object_kind: kind.map(str::to_owned),
            published: json::text(&activity.document, "published").and_then(Timestamp::from_rfc3339),
            to,
            cc,
        })
    }

    /// The activity as it goes out. What is announced is linked, never embedded.
    pub fn to_value(&self) -> Value {
        let mut value = json!({
            "@context": context::plain(), "id": self.id, "type": "Announce", "actor": self.actor,
            "object": self.object, "to": self.to, "cc": self.cc,
        });
        if let Some(published) = self.published {
            value["published"] = json!(published);
        }
        value
    }
}
