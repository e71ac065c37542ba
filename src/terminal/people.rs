//! Who people are, in words: actor ids become the handles that their own servers confirm. Remembered on the device, so that
//! reading works offline. Not who they are in keys: that is the device's business.

use std::collections::BTreeMap;

use alcove_protocol::{ActorId, Handle, api, api::path};
use serde::{Deserialize, Serialize};

use crate::server::{NoAnswer, Server};

/// Somebody, as their own server names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their actor.
    pub id: ActorId,
    /// Their handle, as `@ana@example.org`.
    pub handle: String,
    /// What they call themselves.
    pub name: String,
}

/// Everybody whose name is known here.
#[derive(Clone, Debug, Default)]
pub struct People(BTreeMap<ActorId, Person>);

impl People {
    /// What the records of people begin with.
    pub(crate) const PREFIX: &'static str = "terminal/person/";

    /// The handle of an actor, or its id where none is known.
    pub fn handle<'a>(&'a self, actor: &'a ActorId) -> &'a str {
        self.0.get(actor).map_or(actor.as_str(), |person| person.handle.as_str())
    }

    /// Handles in a row, as `@ana@one, @bob@two`.
    pub fn handles<'a>(&'a self, actors: impl IntoIterator<Item = &'a ActorId>) -> String {
        actors.into_iter().map(|actor| self.handle(actor)).collect::<Vec<_>>().join(", ")
    }

    /// Says whether somebody's name is known.
    pub(crate) fn knows(&self, actor: &ActorId) -> bool {
        self.0.contains_key(actor)
    }

    /// Remembers somebody; says whether that is news.
    pub(crate) fn learn(&mut self, person: Person) -> bool {
        self.0.insert(person.id.clone(), person.clone()) != Some(person)
    }
}

impl Person {
    /// The name of the record.
    pub(crate) fn record(&self) -> String {
        format!("{}{}", People::PREFIX, self.id)
    }
}

impl From<&api::FoundActor> for Person {
    fn from(found: &api::FoundActor) -> Self {
        Self { id: found.id.clone(), handle: found.handle.clone(), name: found.name.clone() }
    }
}

impl Server {
    /// Looks somebody up by handle.
    pub(crate) async fn find_handle(&self, handle: &Handle) -> Result<api::FoundActor, NoAnswer> {
        self.get(path::FIND, &[("handle", &handle.to_string())]).await
    }

    /// Looks somebody up by actor id.
    pub(crate) async fn find_actor(&self, actor: &ActorId) -> Result<api::FoundActor, NoAnswer> {
        self.get(path::FIND, &[("actor", actor.as_str())]).await
    }
}
