//! One signed-in device, as the worker holds it. Every method that changes something answers a [`Work`]: the worker writes it
//! in one transaction before it asks for the next errand or tells anybody (invariant 6). If that fails the core is ahead of
//! what is stored: the worker drops it and opens a new one.

use std::collections::BTreeSet;

use alcove_client::{
    Device, DeviceStanding, Event, Message, Step, courier::Courier, freight::Freight, history::History,
    plain::Plain, record,
};
use alcove_protocol::{ActorId, Timestamp, api, json};
use js_sys::{Array, Uint8Array};
use rand::rngs::OsRng;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    account::{Account, is_of_the_host},
    failure::Failure,
    freight::LIMITS,
    letters, news, orders,
    people::{People, Person},
    slot,
    vault::Vault,
    work::Work,
};

type Record = (String, Vec<u8>);

/// One signed-in device.
#[wasm_bindgen]
pub struct Core {
    pub(crate) vault: Vault,
    pub(crate) device: Device,
    pub(crate) courier: Courier,
    pub(crate) freight: Freight,
    /// How much the server takes, once it has said so.
    pub(crate) limits: Option<api::Limits>,
    account: Account,
    pub(crate) people: People,
    pub(crate) history: History,
    /// What is not encrypted: beside everything else and never of it.
    pub(crate) plain: Plain,
    pub(crate) devices: Vec<api::Device>,
    /// What is asked of the person while the device waits for approval: code, digits, the approval to confirm.
    waiting: Value,
    /// The invitation that was made last.
    made: Value,
    /// What the interface was last told of where the device stands.
    told: Value,
}

#[wasm_bindgen]
impl Core {
    /// A new device of the account that a server has just signed in to; `token` is its answer. [`Core::begin`] and the
    /// errands register it.
    pub fn create(token: &str, title: &str, now: f64) -> Result<Created, Failure> {
        let account = Account::new(json::read(token)?, title);
        let digest = account.token_digest();
        let (device, mut step) =
            Device::create(account.actor.clone(), title, &digest, time(now), &mut OsRng)?;
        step.save.put.push(account.record());
        let mut core = Self::new(Vault::create(&mut OsRng), device, account, None);
        let work = core.carry_out(step, Value::Null)?;
        Ok(Created { core: Some(core), work: Some(work) })
    }

    /// Opens the device of these records: the slot with its key, the sealed root, all keys of records, and the values of
    /// the hot ones, which are the first of the keys.
    pub fn open(
        slot: &[u8],
        passphrase: Option<String>,
        root: &[u8],
        keys: &Array,
        hot: &Array,
    ) -> Result<Core, Failure> {
        let data_key = slot::read(slot, passphrase.as_deref())?;
        let vault = Vault::open(data_key, root, bytes(keys))?;
        let read = bytes(keys).zip(bytes(hot)).map(|(key, value)| vault.read(&key, &value));
        let records = read.collect::<Result<Vec<Record>, Failure>>()?;
        let (own, records): (Vec<_>, Vec<_>) =
            records.into_iter().partition(|(name, _)| is_of_the_host(name));
        let find =
            |wanted: &str| own.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_slice());
        let account = find(Account::RECORD).and_then(|value| serde_json::from_slice(value).ok());
        let account = account.ok_or(Failure::DAMAGED)?;
        let mut core = Self::new(vault, Device::open(records)?, account, find(Courier::RECORD));
        core.limits = find(LIMITS).and_then(|value| serde_json::from_slice(value).ok());
        for (_, value) in own.iter().filter(|(name, _)| name.starts_with(People::PREFIX)) {
            core.people.recall(value);
        }
        let letters = own.iter().filter(|(name, _)| name.starts_with(alcove_client::plain::PREFIX));
        let letters = letters.map(|(name, value)| (name.as_str(), value.as_slice()));
        core.plain = Plain::open(core.account.actor.clone(), letters)?;
        for (name, value) in own.iter().filter(|(name, _)| name.starts_with(Freight::PREFIX)) {
            core.freight.recall(name, value)?;
        }
        for view in core.device.conversations()? {
            if let Some(older) = view.continues {
                core.history.continues(&older, &view.group);
            }
        }
        core.told = core.standing();
        Ok(core)
    }

    /// Takes up cold records: pairs of keys and values.
    pub fn recall(&mut self, keys: &Array, values: &Array) -> Result<(), Failure> {
        for (key, value) in bytes(keys).zip(bytes(values)) {
            let (name, value) = self.vault.read(&key, &value)?;
            if record::is_letter(&name) {
                self.plain.recall(&name, &value)?;
            } else if record::is_message(&name) {
                self.history.insert(Message::from_record(&name, &value)?);
            }
        }
        Ok(())
    }

    /// The key of the records, for the browser to wrap.
    pub fn slot(&self, passphrase: Option<String>) -> Result<Vec<u8>, Failure> {
        slot::write(self.vault.data_key(), passphrase.as_deref())
    }

    /// Where the device stands: a `Start` of the contract, but for what only the browser knows.
    pub fn start(&self) -> String {
        self.standing().to_string()
    }

    /// Does what a method of the contract says, if it is a command.
    pub fn obey(&mut self, method: &str, arguments: &str, now: f64) -> Result<Option<Work>, Failure> {
        self.courier.try_again();
        if let Some(work) = self.obey_in_letters(method, &json::read(arguments)?, now)? {
            return Ok(Some(work));
        }
        if let Some(work) = self.send_sealed(method, arguments, now)? {
            return Ok(Some(work));
        }
        let Some(command) = orders::command(&self.device, &self.history, method, arguments)? else {
            return Ok(None);
        };
        let step = self.freight.command(&mut self.device, command, time(now), &mut OsRng)?;
        let created = step.show.iter().find_map(|event| match event {
            Event::ConversationCreated { conversation } => Some(json!(conversation)),
            _ => None,
        });
        self.carry_out(step, created.unwrap_or_default()).map(Some)
    }

    /// What a method of the contract asks for, if it only looks.
    pub fn look(&self, method: &str, arguments: &str, now: f64) -> Result<Option<String>, Failure> {
        let given: Value = json::read(arguments)?;
        if let Some(name) = letters::name_of(&given["chat"]) {
            return Ok(self.look_in_letters(name, method, &given)?.map(|seen| seen.to_string()));
        }
        let chat = || serde_json::from_value(given["chat"].clone()).map_err(Failure::expected);
        Ok(Some(
            match method {
                "chats" => self.rows()?,
                "chat" => self.chat(&chat()?)?,
                "messages" => self.page(&chat()?, given["before"].as_i64(), limit(&given))?,
                "search" => {
                    let only = given["chat"].is_string().then(chat).transpose()?;
                    self.search(given["text"].as_str().unwrap_or_default(), only.as_ref(), limit(&given))
                }
                "invitations" => self.show_invitations(time(now))?,
                "made" => self.made.clone(),
                "readers" => self.readers(&chat()?)?,
                "fate" => self.fate(&chat()?, &given)?,
                "person" => {
                    self.person(&serde_json::from_value(given["actor"].clone()).map_err(Failure::expected)?)?
                }
                "devices" => self.show_devices(),
                _ => return Ok(None),
            }
            .to_string(),
        ))
    }

    /// Time has passed.
    pub fn tick(&mut self, now: f64) -> Result<Work, Failure> {
        let step = self.device.tick(time(now), &mut OsRng)?;
        self.carry_out(step, Value::Null)
    }

    /// For the header `Authorization`.
    #[wasm_bindgen(getter)]
    pub fn token(&self) -> String {
        self.account.token.clone()
    }

    /// The handle of the account.
    #[wasm_bindgen(getter)]
    pub fn handle(&self) -> String {
        self.account.handle.clone()
    }

    /// What the person calls this device.
    #[wasm_bindgen(getter)]
    pub fn title(&self) -> String {
        self.account.title.clone()
    }

    /// This device's id, once the server has given one.
    #[wasm_bindgen(getter)]
    pub fn device(&self) -> Option<String> {
        self.device.id().map(|id| id.as_str().to_owned())
    }

    /// Signs in again with another token, which the server has just given.
    pub fn enrol(&mut self, token: &str, now: f64) -> Result<Work, Failure> {
        let account = Account::new(json::read(token)?, &self.account.title);
        if account.actor != self.account.actor {
            return Err(Failure::new("another-account"));
        }
        let title = account.title.clone();
        let enrol = alcove_client::Command::Enrol { title, token: account.token_digest() };
        let mut step = self.device.command(enrol, time(now), &mut OsRng)?;
        step.save.put.push(account.record());
        self.account = account;
        self.courier.try_again();
        self.carry_out(step, Value::Null)
    }

    /// The people of all conversations whose names are not known yet, as a JSON list of actors.
    pub fn strangers(&self) -> Result<String, Failure> {
        let everybody = self.device.conversations()?.into_iter().flat_map(|view| view.people);
        let everybody = everybody.chain(self.plain.people().cloned());
        let everybody: BTreeSet<ActorId> = everybody.chain([self.me().clone()]).collect();
        let strangers: Vec<&ActorId> =
            everybody.iter().filter(|actor| self.people.get(actor).is_none()).collect();
        Ok(serde_json::to_string(&strangers)?)
    }

    /// Remembers whom the server has found; answers a `Person` of the contract.
    pub fn learn(&mut self, found: &str) -> Result<Work, Failure> {
        let found: api::FoundActor = json::read(found)?;
        let actor = found.id.clone();
        let mut step = Step::default();
        step.save.put.extend(self.people.learn(Person::from(found)));
        let changed = (!step.save.is_empty()).then(|| json!({"event": "chats"}));
        let changes = self.save(&step)?;
        Ok(Work::new(changes, changed.into_iter().collect(), self.person(&actor)?))
    }
}

/// A new device and its first step.
#[wasm_bindgen]
pub struct Created {
    core: Option<Core>,
    work: Option<Work>,
}

#[wasm_bindgen]
impl Created {
    /// The device; once.
    pub fn core(&mut self) -> Option<Core> {
        self.core.take()
    }

    /// Its first step; once.
    pub fn work(&mut self) -> Option<Work> {
        self.work.take()
    }
}

impl Core {
    fn new(vault: Vault, device: Device, account: Account, record: Option<&[u8]>) -> Self {
        Self {
            vault,
            device,
            courier: Courier::new(record),
            freight: Freight::default(),
            limits: None,
            people: People::default(),
            history: History::default(),
            plain: Plain::new(account.actor.clone()),
            account,
            devices: Vec::new(),
            waiting: json!({}),
            made: Value::Null,
            told: Value::Null,
        }
    }

    pub(crate) fn me(&self) -> &ActorId {
        &self.account.actor
    }

    /// Seals what a step saves, hands what it sends to the courier, and says what it shows.
    pub(crate) fn carry_out(&mut self, step: Step, answer: Value) -> Result<Work, Failure> {
        let step = self.courier.take(&self.device, step)?;
        let changes = self.save(&step)?;
        let mut events = Vec::new();
        for event in &step.show {
            self.note(event);
            events.extend(news::tell(event, self.me()));
        }
        let standing = self.standing();
        if standing != self.told {
            events.push(json!({"event": "state", "start": standing}));
            self.told = standing;
        }
        events.dedup();
        Ok(Work::new(changes, events, answer))
    }

    /// The same for what is not encrypted.
    pub(crate) fn carry_out_letters(
        &mut self,
        step: alcove_client::plain::Step,
        answer: Value,
    ) -> Result<Work, Failure> {
        let saves = !step.save.is_empty();
        let changes = saves.then(|| self.vault.save(&step.save.put, &step.save.delete, &mut OsRng));
        let events = step.show.iter().flat_map(|news| self.tell_of_letters(news)).collect();
        Ok(Work::new(changes.transpose()?, events, answer))
    }

    fn save(&mut self, step: &Step) -> Result<Option<crate::vault::Changes>, Failure> {
        if step.save.is_empty() {
            return Ok(None);
        }
        self.history.apply(&step.save)?;
        self.vault.save(&step.save.put, &step.save.delete, &mut OsRng).map(Some)
    }

    /// Keeps what is asked for later.
    fn note(&mut self, event: &Event) {
        match event {
            Event::Continued { conversation, instead_of, .. } => {
                self.history.continues(instead_of, conversation);
            }
            Event::InvitationMade { id, link, expires_at } => {
                self.made = json!({"id": id, "link": link, "expiresAt": expires_at.0});
            }
            Event::Devices(devices) => self.devices.clone_from(devices),
            Event::PairingCode { code } => self.waiting["code"] = code.as_str().into(),
            Event::PairingDigits { digits } => self.waiting["digits"] = digits.as_str().into(),
            Event::PairingConfirmationWanted { name } => self.waiting["pairing"] = name.as_str().into(),
            Event::PairingEnded { .. } => self.waiting = json!({}),
            _ => {}
        }
    }

    fn standing(&self) -> Value {
        let me = json!({
            "actor": self.me(), "handle": self.account.handle, "name": self.people.name(self.me()),
            "server": self.me().origin().authority(),
        });
        match self.device.standing() {
            DeviceStanding::Approved => json!({"state": "ready", "me": me}),
            DeviceStanding::Registering | DeviceStanding::Waiting => {
                let mut start = self.waiting.clone();
                start["state"] = "waiting".into();
                start["me"] = me;
                start
            }
            DeviceStanding::Removed => json!({"state": "stopped", "reason": "removed"}),
            DeviceStanding::Copied => json!({"state": "stopped", "reason": "copied"}),
        }
    }
}

/// How many are wanted at most.
pub(crate) fn limit(given: &Value) -> usize {
    given["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(50)
}

/// JavaScript's time: milliseconds since the Unix epoch.
pub(crate) fn time(now: f64) -> Timestamp {
    Timestamp(whole(now))
}

/// A whole number of JavaScript's, which has all up to 2^53.
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, and JavaScript has no whole numbers beyond that"
)]
pub(crate) fn whole(number: f64) -> i64 {
    number as i64
}

fn bytes(array: &Array) -> impl Iterator<Item = Vec<u8>> {
    array.iter().map(|value| Uint8Array::new(&value).to_vec())
}
