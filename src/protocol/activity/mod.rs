//! Activities, tolerantly read: one view over any activity, whatever its type. One file per activity beside this one,
//! each with the function that reads it and the function that builds it.

pub mod accept;
pub mod add;
pub mod announce;
pub mod block;
pub mod create;
pub mod delete;
pub mod flag;
pub mod follow;
pub mod like;
pub mod moved;
pub mod reject;
pub mod remove;
pub mod undo;
pub mod update;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    actor::Address,
    context,
    id::{ActivityId, ActorId, Id},
    json,
    post::MAX_RECIPIENTS,
};

/// The properties that say whom something is for.
const AUDIENCE: [&str; 5] = ["to", "cc", "bto", "bcc", "audience"];

/// The parts that every activity has, and the whole document beside them (trap T9: nothing is lost).
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// Its id; GoToSocial's transient activities have none.
    pub id: Option<ActivityId>,
    /// Its type, without prefix.
    pub kind: String,
    /// Who does it.
    pub actor: ActorId,
    /// Everything as it was received.
    pub document: Value,
}

/// Why a document is not an activity that can be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActivity {
    /// It is not an object with a type.
    #[error("expected an ActivityStreams object with a type")]
    Type,
    /// There is no single actor with a proper id.
    #[error("expected exactly one actor, as an https address")]
    Actor,
    /// There is an id that is none, or that belongs to another origin than the actor (S-04).
    #[error("expected an id of the same origin as the actor")]
    Id,
    /// The object is missing, is not embedded where it has to be, or is of another type.
    #[error("expected an object that fits the type of the activity")]
    Object,
    /// The object belongs to somebody else or to another origin (S-04).
    #[error("expected an object that belongs to the actor")]
    Owner,
    /// More text or more recipients than anybody writes (S-51).
    #[error("expected less text and fewer recipients")]
    Limit,
}

/// What an activity is about in the end: the id of its object, or of the object of that where it is an activity itself, as
/// in an `Undo`.
pub fn subject(activity: &Value) -> Option<&str> {
    let object = activity.get("object")?;
    subject(object).or_else(|| json::id_of(object))
}

/// Everybody to whom parts of an activity are addressed, hidden recipients included, each once, in order.
pub fn audience<'a>(parts: &[&'a Value]) -> Vec<&'a str> {
    let mut met = BTreeSet::new();
    let addresses = parts.iter().flat_map(|part| AUDIENCE.iter().flat_map(|name| json::ids(part, name)));
    addresses.filter(|address| met.insert(*address)).collect()
}

impl Activity {
    /// Reads the common parts; an id must belong to the actor's origin.
    pub fn parse(document: Value) -> Result<Self, InvalidActivity> {
        let kind = json::type_among(&document, |_| true).ok_or(InvalidActivity::Type)?.to_owned();
        let actor = json::single_id(&document, "actor").ok_or(InvalidActivity::Actor)?;
        let actor = ActorId::parse(actor).map_err(|_| InvalidActivity::Actor)?;
        let id = match document.get("id") {
            None | Some(Value::Null) => None,
            Some(id) => {
                let id = id.as_str().and_then(|id| ActivityId::parse(id).ok()).ok_or(InvalidActivity::Id)?;
                Some(id).filter(|id| id.same_origin(&actor)).ok_or(InvalidActivity::Id)?.into()
            }
        };
        Ok(Self { id, kind, actor, document })
    }

    /// The object, link or embedded; `Null` if it is missing.
    pub fn object(&self) -> &Value {
        match json::many(&self.document, "object") {
            [one] => one,
            _ => &Value::Null,
        }
    }

    /// The object where it is embedded and not merely linked.
    pub fn embedded_object(&self) -> Option<&Value> {
        Some(self.object()).filter(|object| object.is_object())
    }

    /// The objects that are embedded: GoToSocial sends the votes of one ballot in one `Create`.
    pub fn embedded_objects(&self) -> impl Iterator<Item = &Value> {
        json::many(&self.document, "object").iter().filter(|object| object.is_object())
    }

    /// The id of the one object of an activity of one of those types, whosever it is.
    fn object_of_kind<Kind>(&self, kinds: &[&str]) -> Result<Id<Kind>, InvalidActivity> {
        if !kinds.contains(&self.kind.as_str()) {
            return Err(InvalidActivity::Type);
        }
        self.object_id().and_then(|id| Id::parse(id).ok()).ok_or(InvalidActivity::Object)
    }

    /// The id of the object of an activity of that type, which must be of the actor's own origin (S-04).
    fn object_of_own_origin(&self, kind: &str) -> Result<create::ObjectId, InvalidActivity> {
        let object: create::ObjectId = self.object_of_kind(&[kind])?;
        if object.same_origin(&self.actor) { Ok(object) } else { Err(InvalidActivity::Owner) }
    }

    /// The collection that is changed, which must be of the actor's own origin (S-04).
    fn target_of_own_origin(&self) -> Result<Address, InvalidActivity> {
        let target = json::single_id(&self.document, "target").and_then(|id| Address::parse(id).ok());
        let target = target.ok_or(InvalidActivity::Object)?;
        if target.same_origin(&self.actor) { Ok(target) } else { Err(InvalidActivity::Owner) }
    }

    /// The id of the object, linked or embedded.
    pub fn object_id(&self) -> Option<&str> {
        json::id_of(self.object())
    }

    /// Everybody it is addressed to, hidden recipients included, each once, in order.
    pub fn audience(&self) -> Vec<&str> {
        audience(&[&self.document])
    }

    /// Everybody to whom it or what it creates is addressed: some address the one, some the other.
    pub fn audience_with_object(&self) -> Vec<&str> {
        let created = self.embedded_objects().filter(|_| self.kind == "Create");
        audience(&std::iter::once(&self.document).chain(created).collect::<Vec<_>>())
    }

    /// `to` and `cc`, the public in full (S-51).
    fn addressing(&self) -> Result<(Vec<String>, Vec<String>), InvalidActivity> {
        let (to, cc) = (context::addresses(&self.document, "to"), context::addresses(&self.document, "cc"));
        if to.len() + cc.len() <= MAX_RECIPIENTS { Ok((to, cc)) } else { Err(InvalidActivity::Limit) }
    }

    /// Says whether it is addressed to the public.
    pub fn is_public(&self) -> bool {
        self.audience().into_iter().any(context::is_public)
    }
}

#[cfg(test)]
mod tests;
