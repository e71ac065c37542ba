//! Who people are, in words: actor ids become the handles that their own servers confirm. Remembered on the device. Not who
//! they are in keys: that is the device's business.

use std::collections::BTreeMap;

use alcove_protocol::{ActorId, api::FoundActor};
use serde::{Deserialize, Serialize};

/// Somebody, as their own server names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their actor.
    pub id: ActorId,
    /// Their handle, as `@ana@example.org`.
    pub handle: String,
    /// What they call themselves.
    pub name: String,
    /// Whether they could be written to encrypted when they were looked up.
    pub takes_encrypted: bool,
}

/// Everybody whose name is known here.
#[derive(Default)]
pub struct People(BTreeMap<ActorId, Person>);

impl People {
    /// What the records of people begin with.
    pub const PREFIX: &'static str = "web/person/";

    /// Remembers somebody; the record to save, if that is news.
    pub fn learn(&mut self, person: Person) -> Option<(String, Vec<u8>)> {
        let news = self.0.insert(person.id.clone(), person.clone()).as_ref() != Some(&person);
        let record =
            || (format!("{}{}", Self::PREFIX, person.id), serde_json::to_vec(&person).unwrap_or_default());
        news.then(record)
    }

    /// Takes up a record.
    pub fn recall(&mut self, value: &[u8]) {
        if let Ok(person) = serde_json::from_slice::<Person>(value) {
            self.0.insert(person.id.clone(), person);
        }
    }

    /// Somebody, if their name is known.
    pub fn get(&self, actor: &ActorId) -> Option<&Person> {
        self.0.get(actor)
    }

    /// The name to show; the handle where there is none, and the address where nothing is known.
    pub fn name(&self, actor: &ActorId) -> String {
        let person = self.0.get(actor);
        let name = person.map(|person| if person.name.is_empty() { &person.handle } else { &person.name });
        name.map_or_else(|| actor.to_string(), String::clone)
    }

    /// The handle, or the address where none is known.
    pub fn handle(&self, actor: &ActorId) -> String {
        self.0.get(actor).map_or_else(|| actor.to_string(), |person| person.handle.clone())
    }
}

impl From<FoundActor> for Person {
    fn from(found: FoundActor) -> Self {
        Self { id: found.id, handle: found.handle, name: found.name, takes_encrypted: found.takes_encrypted }
    }
}
