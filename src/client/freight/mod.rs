//! Files that go to the account's server before the message that names them (ENCRYPTION.md 1.10): which request is made next, and
//! what its answer means for the message. A host asks for a [`Haul`], makes the request, hands the [`Reply`] in, and carries out
//! the step that comes back. Beside the courier, not part of it: a large file holds up nobody's words.
//!
//! What somebody has sent is a parcel from then on, a record of the host's: it goes on after a crash, and is given up when they
//! say so. The sealed bytes are the host's to keep as long as [`Freight::stored`] names them; nothing is ever sealed twice.

mod answers;
mod parcel;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use alcove_protocol::{
    GroupId, Timestamp,
    api::{BLOB_PART, NewBlob, path},
    time::DAY,
};
use rand::{CryptoRng, RngCore};

use self::parcel::{Load, Parcel, Standing};
use crate::{
    command::Command,
    conversation::{Outgoing, OutgoingState},
    courier::Method,
    device::Device,
    error::Error,
    event::Event,
    message::{Content, Place},
    step::{Batch, Step},
};

/// How long a server keeps a file, from its announcement on: after that there is nothing to remove any more.
const LASTS: i64 = 30 * DAY;

/// A request to the account's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Haul {
    /// How.
    pub method: Method,
    /// Where: a path with its query.
    pub path: String,
    /// What goes into `Authorization: Bearer`; the account's own token if it is missing. Secret.
    pub token: Option<String>,
    /// What goes along.
    pub body: Cargo,
}

/// What goes along with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cargo {
    /// Nothing.
    Nothing,
    /// A document of JSON.
    Json(Vec<u8>),
    /// Part of the bytes that the host keeps under a name: [`BLOB_PART`] of them, the last one what is left.
    Part {
        /// Which file.
        stored: String,
        /// Which part, counted from 0.
        number: u64,
    },
}

/// How far the files of a message are on their way to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The message, by the id that it has while it waits.
    pub id: String,
    /// In sealed bytes.
    pub done: u64,
    /// The same: all of its files.
    pub total: u64,
}

/// What came of an answer.
#[derive(Debug, Default)]
pub struct Moved {
    /// To be carried out, as any step.
    pub step: Step,
    /// To be shown.
    pub progress: Option<Progress>,
}

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    Announce,
    Ask,
    /// From this byte on.
    Part(u64),
    Remove,
}

/// The request that was handed out last and has no reply yet.
struct UnderWay {
    parcel: String,
    load: usize,
    aim: Aim,
}

/// The files of one device that are on their way.
#[derive(Default)]
pub struct Freight {
    /// By id, which sorts by nothing.
    parcels: BTreeMap<String, Parcel>,
    under_way: Option<UnderWay>,
    /// How often in a row nothing has come of a request, and until when none is made.
    trouble: u32,
    rests_until: Timestamp,
}

impl Freight {
    /// What the names of all its records begin with, which a host keeps beside the device's.
    pub const PREFIX: &'static str = Parcel::PREFIX;

    /// Takes up a record of it.
    ///
    /// # Errors
    /// [`Error::Record`].
    pub fn recall(&mut self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let parcel = Parcel::read(key, bytes)?;
        self.parcels.insert(parcel.id.clone(), parcel);
        Ok(())
    }

    /// Sends a message with sealed files. `stored` says for each of them which of the message's files it is, and under which name
    /// the host keeps its bytes; its place has an address of nothing ([`Place::of_blob`]). What the message says is checked as
    /// any other, now and when it leaves.
    ///
    /// # Errors
    /// Those of [`Command::Send`].
    pub fn send(
        &mut self,
        device: &Device,
        (conversation, content): (GroupId, Content),
        stored: Vec<(usize, String)>,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        let content = device.check(&conversation, at_home(content, device.actor().as_str()))?;
        let loads = stored.into_iter().filter_map(|(file, stored)| load(&content, file, stored)).collect();
        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        let id = GroupId::from_random(random).to_string();
        let (standing, written_at) = (Standing::UnderWay, now);
        let parcel = Parcel {
            id: id.clone(),
            conversation: conversation.clone(),
            written_at,
            content,
            loads,
            standing,
        };
        let save = Batch { put: vec![parcel.record()?], delete: self.forget_old(now) };
        self.parcels.insert(id.clone(), parcel);
        Ok(Step { save, show: vec![Event::Sending { conversation, id }], ..Step::default() })
    }

    /// Does a person's command, as [`Device::command`] does. A parcel that failed is tried again, or one is given up; the files of
    /// a message that is deleted for everyone, or discarded before anybody has it, go from the server.
    ///
    /// # Errors
    /// Those of [`Device::command`].
    pub fn command(
        &mut self,
        device: &mut Device,
        command: Command,
        now: Timestamp,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Step, Error> {
        if let Some(step) = self.obey(&command)? {
            return Ok(step);
        }
        let gone = match &command {
            Command::Send { content: Content::Deletion { target: message }, .. }
            | Command::Discard { id: message, .. } => self.sent_as(message),
            _ => None,
        };
        let mut step = device.command(command, now, rng)?;
        if let Some(id) = gone {
            let Batch { put, delete } = self.give_up(&id)?;
            step.save.put.extend(put);
            step.save.delete.extend(delete);
        }
        Ok(step)
    }

    fn obey(&mut self, command: &Command) -> Result<Option<Step>, Error> {
        let (Command::Retry { id, .. } | Command::Discard { id, .. }) = command else { return Ok(None) };
        let Some(parcel) = self.parcels.get_mut(id).filter(|parcel| parcel.is_waiting()) else {
            return Ok(None);
        };
        let conversation = parcel.conversation.clone();
        let (save, event) = match command {
            Command::Retry { .. } => {
                parcel.standing = Standing::UnderWay;
                // What the server had may be gone by now.
                for load in &mut parcel.loads {
                    (load.arrived, load.received) = (false, None);
                }
                let save = Batch { put: vec![parcel.record()?], delete: Vec::new() };
                (save, Event::Sending { conversation, id: id.clone() })
            }
            _ => (self.give_up(id)?, Event::ChatChanged { conversation }),
        };
        self.hasten();
        Ok(Some(Step { save, show: vec![event], ..Step::default() }))
    }

    /// The parcel that has become this message of one's own.
    fn sent_as(&self, message: &str) -> Option<String> {
        let is_it = |parcel: &&Parcel| matches!(&parcel.standing, Standing::Sent { message: sent } if sent == message);
        self.parcels.values().find(is_it).map(|parcel| parcel.id.clone())
    }

    /// The next request, if one is due. It is handed in by [`Freight::answered`] before another is asked for.
    pub fn next(&mut self, now: Timestamp) -> Option<Haul> {
        // A clock that was put back does not make anybody wait longer.
        if (0..answers::LONGEST_REST).contains(&(self.rests_until.0 - now.0 - 1)) {
            return None;
        }
        let (parcel, load) = self.due()?;
        let (id, due) = (parcel.id.clone(), parcel.loads.get(load)?);
        let (aim, haul) = match &due.place {
            None => (Aim::Announce, announce(due.length)),
            Some(place) => {
                let path = format!("{}/{}", path::BLOBS, place.name);
                let (aim, method, path, body) = match (&parcel.standing, due.received) {
                    (Standing::GivenUp, _) => (Aim::Remove, Method::Delete, path, Cargo::Nothing),
                    (_, None) => (Aim::Ask, Method::Get, path, Cargo::Nothing),
                    (_, Some(offset)) => {
                        let part = Cargo::Part { stored: due.stored.clone(), number: offset / BLOB_PART };
                        (Aim::Part(offset), Method::Patch, format!("{path}?offset={offset}"), part)
                    }
                };
                (aim, Haul { method, path, token: Some(place.upload_token.clone()), body })
            }
        };
        self.under_way = Some(UnderWay { parcel: id, load, aim });
        Some(haul)
    }

    /// Whether anything is to be done, now or later.
    pub fn is_laden(&self) -> bool {
        self.due().is_some()
    }

    /// The network is back: no more waiting, but for what the server itself has asked for.
    pub fn hasten(&mut self) {
        if self.trouble > 0 {
            (self.trouble, self.rests_until) = (0, Timestamp(0));
        }
    }

    /// The names of the sealed bytes that are still needed.
    pub fn stored(&self) -> impl Iterator<Item = &str> {
        let waiting = self.parcels.values().filter(|parcel| parcel.is_waiting());
        waiting.flat_map(|parcel| &parcel.loads).map(|load| load.stored.as_str())
    }

    /// The messages of a conversation that wait for their files, or failed.
    ///
    /// # Errors
    /// [`Error::Record`].
    pub fn outgoing(&self, device: &Device, group: &GroupId) -> Result<Vec<Outgoing>, Error> {
        let groups = device.groups(group)?;
        let here = self.parcels.values().filter(|parcel| groups.contains(&parcel.conversation));
        let mut found: Vec<Outgoing> = here.filter_map(Parcel::outgoing).collect();
        found.sort_by_key(|message| message.written_at);
        Ok(found)
    }

    /// Whether a message of this conversation failed.
    ///
    /// # Errors
    /// [`Error::Record`].
    pub fn has_failed(&self, device: &Device, group: &GroupId) -> Result<bool, Error> {
        let failed = |state: &OutgoingState| matches!(state, OutgoingState::Failed { .. });
        // Most of the time there is nothing to look at.
        let found = if self.parcels.is_empty() { Vec::new() } else { self.outgoing(device, group)? };
        Ok(found.iter().any(|message| failed(&message.state)))
    }

    /// How many messages wait.
    pub fn waiting(&self) -> usize {
        self.parcels.values().filter(|parcel| parcel.standing == Standing::UnderWay).count()
    }

    /// The oldest parcel with something to do, and which of its files that is about.
    fn due(&self) -> Option<(&Parcel, usize)> {
        let due = self.parcels.values().filter_map(|parcel| Some((parcel, parcel.due()?)));
        due.min_by_key(|(parcel, _)| parcel.written_at)
    }

    /// Nobody wants a parcel any more. It stays while something of it is on the server, or on its way there.
    fn give_up(&mut self, id: &str) -> Result<Batch, Error> {
        let Some(parcel) = self.parcels.get_mut(id) else { return Ok(Batch::default()) };
        parcel.standing = Standing::GivenUp;
        parcel.content = Content::Erased;
        let on_its_way = self.under_way.as_ref().is_some_and(|way| way.parcel == id);
        if on_its_way || parcel.due().is_some() {
            return Ok(Batch { put: vec![parcel.record()?], delete: Vec::new() });
        }
        let delete = vec![parcel.key()];
        self.parcels.remove(id);
        Ok(Batch { put: Vec::new(), delete })
    }

    /// Forgets what has nothing left on the server.
    fn forget_old(&mut self, now: Timestamp) -> Vec<String> {
        let on_its_way = self.under_way.as_ref().map(|way| way.parcel.clone());
        let is_gone = |load: &Load| now.0 - load.announced_at.0 > LASTS;
        let is_old = |parcel: &Parcel| match parcel.standing {
            Standing::Sent { .. } => parcel.loads.iter().all(is_gone),
            Standing::GivenUp => parcel.due().is_none() && on_its_way.as_ref() != Some(&parcel.id),
            Standing::UnderWay | Standing::Failed { .. } => false,
        };
        let old: Vec<Parcel> =
            self.parcels.extract_if(.., |_, parcel| is_old(parcel)).map(|(_, old)| old).collect();
        old.iter().map(Parcel::key).collect()
    }
}

fn announce(length: u64) -> Haul {
    // A number in an object: this does not fail.
    let body = serde_json::to_vec(&NewBlob { length }).unwrap_or_default();
    Haul { method: Method::Post, path: path::BLOBS.to_owned(), token: None, body: Cargo::Json(body) }
}

/// The content with an address of one's own server for its sealed files: any, for the check.
fn at_home(mut content: Content, address: &str) -> Content {
    if let Content::Text { files, .. } = &mut content {
        for file in files {
            if let Place::Blob { url, .. } = &mut file.place {
                address.clone_into(url);
            }
        }
    }
    content
}

fn load(content: &Content, file: usize, stored: String) -> Option<Load> {
    let Content::Text { files, .. } = content else { return None };
    let Place::Blob { size: length, .. } = files.get(file)?.place else { return None };
    Some(Load {
        file,
        stored,
        length,
        place: None,
        announced_at: Timestamp(0),
        arrived: false,
        received: None,
        furthest: 0,
    })
}
