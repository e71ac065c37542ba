//! What a person does in conversations, by handle and by group. Every function saves before it sends; what cannot be sent
//! now waits on the device.

use std::collections::BTreeSet;

use alcove_client::{
    Command, Content, ConversationView, Event, IdentityKey, Message, Outgoing,
    history::{History, Item},
    record,
};
use alcove_protocol::{
    ActivityId, ActorId, GroupId, Handle,
    api::{self, path},
};
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};

use super::Session;
use crate::{
    Error,
    people::Person,
    server::NoAnswer,
    store::{Change, Record, SENT},
    texts,
};

/// What the terminal remembers of a message that its server took: enough to ask what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The activity that carried it.
    pub activity: ActivityId,
}

impl Session {
    /// Every conversation, those that are over included.
    pub fn conversations(&self) -> Result<Vec<ConversationView>, Error> {
        Ok(self.device.conversations()?)
    }

    /// One conversation.
    pub fn conversation(&self, group: &GroupId) -> Result<ConversationView, Error> {
        Ok(self.device.conversation(group)?)
    }

    /// Finds the actor of a handle; somebody without key packages is found as well.
    pub async fn find(&mut self, handle: &Handle) -> Result<api::FoundActor, Error> {
        let found =
            self.server.find_handle(handle).await.map_err(|no_answer| self.server.error(no_answer))?;
        self.remember_person(Person::from(&found))?;
        Ok(found)
    }

    /// Starts a conversation. Refused in words when somebody cannot be written to encrypted; nothing is sent then.
    pub async fn new_conversation(
        &mut self,
        handles: &[Handle],
        name: Option<&str>,
    ) -> Result<(GroupId, Vec<Event>), Error> {
        let mut people = Vec::new();
        for handle in handles {
            people.push(self.find_encrypted(handle).await?);
        }
        let command = Command::StartConversation { people, name: name.map(str::to_owned) };
        let events = self.command(command).await?;
        let created = events.iter().find_map(|event| match event {
            Event::ConversationCreated { conversation } => Some(conversation.clone()),
            _ => None,
        });
        let group = created.ok_or_else(|| Error::Expected(texts::NOTHING_CREATED.to_owned()))?;
        Ok((group, events))
    }

    /// Sends a text.
    pub async fn send(&mut self, conversation: &GroupId, text: &str) -> Result<Vec<Event>, Error> {
        self.command(Command::Send { conversation: conversation.clone(), content: Content::text(text) }).await
    }

    /// Adds somebody.
    pub async fn add(&mut self, conversation: &GroupId, handle: &Handle) -> Result<Vec<Event>, Error> {
        let actor = self.find_encrypted(handle).await?;
        self.command(Command::Add { conversation: conversation.clone(), actor }).await
    }

    /// Removes somebody.
    pub async fn remove(&mut self, conversation: &GroupId, handle: &Handle) -> Result<Vec<Event>, Error> {
        let actor = self.find(handle).await?.id;
        self.command(Command::Remove { conversation: conversation.clone(), actor }).await
    }

    /// The safety number with somebody; none before a first conversation.
    pub fn safety_number(&self, actor: &ActorId) -> Result<Option<String>, Error> {
        Ok(self.device.safety_number(actor)?)
    }

    /// The identity key that the number is over, as `Command::TrustIdentity` names it.
    pub fn identity_of(&self, actor: &ActorId) -> Result<Option<IdentityKey>, Error> {
        Ok(self.device.identity_of(actor)?)
    }

    /// Anything that the device can be told.
    pub async fn command(&mut self, command: Command) -> Result<Vec<Event>, Error> {
        self.require_saved()?;
        self.courier.try_again();
        let step = self.device.command(command, self.clock.now(), &mut OsRng)?;
        let events = self.carry_out(step).await?;
        self.learn_people(&events).await?;
        Ok(events)
    }

    /// Everything that was said in a conversation, those that it continues included.
    pub fn history(&self, conversation: &GroupId) -> Result<History, Error> {
        let mut history = History::default();
        let mut group = conversation.clone();
        loop {
            for (name, value) in self.store.page(&record::message_prefix(&group), i64::MAX, usize::MAX)? {
                history.insert(Message::from_record(&name, &value)?);
            }
            let Some(older) = self.device.conversation(&group)?.continues else { return Ok(history) };
            history.continues(&older, &group);
            group = older;
        }
    }

    /// The last messages of a conversation before a position, oldest first, with everything that was done to them.
    pub fn read(&self, conversation: &GroupId, before: i64, at_most: usize) -> Result<Vec<Item>, Error> {
        Ok(self.history(conversation)?.page(conversation, Some(before), at_most).items)
    }

    /// The messages of this device that are not in the history yet.
    pub fn outgoing(&self, conversation: &GroupId) -> Result<Vec<Outgoing>, Error> {
        Ok(self.device.outgoing(conversation)?)
    }

    /// What became of a message of this device, for each of its recipients; nothing when it was not sent yet.
    pub async fn deliveries(&mut self, message: &Message) -> Result<Vec<api::Delivery>, Error> {
        let Some(record) = self.store.get(&sent_record(&message.conversation, &message.id))? else {
            return Ok(Vec::new());
        };
        let Ok(sent) = serde_json::from_slice::<Sent>(&record) else {
            return Ok(Vec::new());
        };
        let query = [("activity", sent.activity.as_str())];
        self.server.get(path::DELIVERIES, &query).await.map_err(|no_answer| self.server.error(no_answer))
    }

    /// Changes the account's password.
    pub async fn change_password(&mut self, current: &str, new: &str) -> Result<(), Error> {
        let change = api::PasswordChange { current: current.to_owned(), new: new.to_owned() };
        let changed = self.server.send(path::PASSWORD, &change).await;
        changed.map(drop).map_err(|no_answer| self.server.error(no_answer))
    }

    async fn find_encrypted(&mut self, handle: &Handle) -> Result<ActorId, Error> {
        let found = self.find(handle).await?;
        if !found.takes_encrypted {
            return Err(Error::Expected(texts::cannot_encrypt(&found.handle)));
        }
        Ok(found.id)
    }

    /// Looks up the handles of people that appear for the first time; whoever is not found now is asked for again.
    pub(super) async fn learn_people(&mut self, events: &[Event]) -> Result<(), Error> {
        let mut actors: BTreeSet<ActorId> = events.iter().flat_map(actors_of).cloned().collect();
        for event in events {
            if let Event::Joined { conversation, .. } = event {
                actors.extend(self.device.conversation(conversation)?.people);
            }
        }
        self.look_up(actors).await
    }

    /// Looks up everybody of every conversation whose handle is not known yet.
    pub async fn learn_everybody(&mut self) -> Result<(), Error> {
        let actors = self.conversations()?.into_iter().flat_map(|view| view.people).collect();
        self.look_up(actors).await
    }

    async fn look_up(&mut self, actors: BTreeSet<ActorId>) -> Result<(), Error> {
        for actor in actors {
            if self.offline().is_some() {
                return Ok(());
            }
            if self.people.knows(&actor) {
                continue;
            }
            match self.server.find_actor(&actor).await {
                Ok(found) => self.remember_person(Person::from(&found))?,
                Err(NoAnswer::Refused(_) | NoAnswer::Unknown(_)) => {}
                Err(no_answer) => self.note(no_answer)?,
            }
        }
        Ok(())
    }

    fn remember_person(&mut self, person: Person) -> Result<(), Error> {
        if self.people.learn(person.clone()) {
            let value = serde_json::to_vec(&person).map_err(|_| Error::Sealing)?;
            self.store.save([Change::Put(&person.record(), &value)], &mut OsRng)?;
        }
        Ok(())
    }
}

/// The name of the note about a sent message. Inner ids are chosen freely by clients, but these are our own.
fn sent_record(conversation: &GroupId, id: &str) -> String {
    format!("{SENT}{conversation}/{id}")
}

/// The notes that a step's events ask for.
pub(super) fn sent_notes(events: &[Event]) -> Result<Vec<Record>, Error> {
    let note = |event: &Event| match event {
        Event::Sent { conversation, id, activity } => {
            let value = serde_json::to_vec(&Sent { activity: activity.clone() });
            Some(value.map(|value| (sent_record(conversation, id), value)).map_err(|_| Error::Sealing))
        }
        _ => None,
    };
    events.iter().filter_map(note).collect()
}

/// The people whom an event names.
fn actors_of(event: &Event) -> Vec<&ActorId> {
    match event {
        Event::Joined { by, .. }
        | Event::RejoinOffered { by, .. }
        | Event::ContinuationOffered { by, .. }
        | Event::Continued { by, .. }
        | Event::Renamed { by, .. } => vec![by],
        Event::CannotGoOn { obstacle, .. } => obstacle.actor().into_iter().collect(),
        Event::NotChanged { added, removed, .. } => added.iter().chain(removed).collect(),
        Event::Membership { by, added, removed, .. } => {
            [by].into_iter().chain(added).chain(removed).collect()
        }
        Event::Leaving { actor, .. }
        | Event::CannotEncrypt { actor, .. }
        | Event::DeviceLeftOut { actor, .. }
        | Event::IdentityChanged { actor, .. }
        | Event::InviterVerified { actor } => {
            vec![actor]
        }
        Event::InvitationTakenUp { newcomer, .. } => vec![newcomer],
        Event::Ended { by, .. } => by.iter().collect(),
        Event::Message(message) => vec![&message.sender],
        Event::Unverified { suspects, .. } => {
            suspects.iter().filter_map(|suspect| suspect.actor.as_ref()).collect()
        }
        Event::Forged { sender, .. } => vec![sender],
        _ => Vec::new(),
    }
}
