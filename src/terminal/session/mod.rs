//! A device at work: its file, its server, its clock. Runs every step in order, save, send, show (invariant 6), and offers
//! what a person does as functions. No words and no screen: the binary has them; stories have none.

mod account;
mod conversations;
mod devices;
mod exchange;
mod invitations;
#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf};

use alcove_client::{
    Command, Device, DeviceStanding, Event, Step,
    courier::{BUSY, Connection, Courier},
};
use alcove_protocol::{ActorId, Handle, Timestamp};
use rand::rngs::OsRng;

pub use account::Newcomer;
pub use invitations::Invite;

use self::account::Account;
use crate::{
    Clock, Error, FailPoints, Link, People,
    people::Person,
    server::{Network, Server},
    store::{Change, Cost, Record, Store},
    stream::Stream,
};

/// Everything that a device needs from the world around it.
#[derive(Clone)]
pub struct Options {
    /// The folder with the device's file.
    pub home: PathBuf,
    /// The passphrase of that file.
    pub passphrase: String,
    /// How hard it is to try passphrases; for a new file.
    pub cost: Cost,
    /// What the person calls the device; for a new one.
    pub title: String,
    /// How servers are reached.
    pub network: Network,
    /// What time it is.
    pub clock: Clock,
    /// Where tests interrupt it.
    pub points: FailPoints,
}

impl Options {
    /// The ordinary options: system clock, full cost, no interruptions.
    pub fn new(home: impl Into<PathBuf>, passphrase: impl Into<String>) -> Self {
        Self {
            home: home.into(),
            passphrase: passphrase.into(),
            cost: Cost::STANDARD,
            title: "terminal".to_owned(),
            network: Network::default(),
            clock: Clock::system(),
            points: FailPoints::default(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Options {{ home: {}, title: {:?}, *** }}", self.home.display(), self.title)
    }
}

/// An open device.
pub struct Session {
    store: Store,
    device: Device,
    /// What is asked of the server next, and what its answers mean.
    courier: Courier,
    account: Account,
    server: Server,
    people: People,
    clock: Clock,
    points: FailPoints,
    stream: Option<Stream>,
    /// When the stream may be tried again.
    stream_after: Timestamp,
    /// Whether a step could not be saved: the device in memory is ahead of its file.
    unsaved: bool,
    synced_at: Timestamp,
}

/// Whether something arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    Some,
    None,
}

impl Session {
    /// Takes up an invitation: makes the account, then the device and its file. [`Session::sync`] registers it.
    pub async fn join(link: &Link, newcomer: &Newcomer, options: &Options) -> Result<Self, Error> {
        refuse_second_device(options)?;
        let taken_up = Account::look_at(link, &options.network).await?;
        let account = Account::join(link, newcomer, &options.title, &options.network).await?;
        let mut session = Self::begin(account, options)?;
        if let Some(taken_up) = taken_up {
            // Before anything goes out: a device that is ready says at once who it is.
            let step = session.device.command(taken_up.command(), session.clock.now(), &mut OsRng)?;
            session.save(&step)?;
        }
        Ok(session)
    }

    /// Signs in with a new device. Unless it is the account's first, another one has to approve it.
    pub async fn sign_in(handle: &Handle, password: &str, options: &Options) -> Result<Self, Error> {
        refuse_second_device(options)?;
        let account = Account::sign_in(handle, password, &options.title, &options.network).await?;
        Self::begin(account, options)
    }

    /// Signs in again with this device, whose token has ended: the password was changed elsewhere, for one.
    pub async fn sign_in_again(&mut self, password: &str) -> Result<Vec<Event>, Error> {
        let account = self.account.renewed(&self.server, password).await?;
        let enrol = Command::Enrol { title: account.title.clone(), token: account.token_digest() };
        let step = self.device.command(enrol, self.clock.now(), &mut OsRng)?;
        // The device first: a token that no device has asked for is only asked for again.
        self.save(&step)?;
        save_account(&mut self.store, &account)?;
        self.server = self.server.clone().signed_in(&account.token);
        self.account = account;
        self.stream = None;
        let shown = self.sync().await?;
        if self.offline().is_some() { Err(self.unreachable()) } else { Ok(shown) }
    }

    fn begin(account: Account, options: &Options) -> Result<Self, Error> {
        let mut store = Store::create(&options.home, &options.passphrase, options.cost, &mut OsRng)?;
        save_account(&mut store, &account)?;
        Self::with_store(store, account, Vec::new(), options)
    }

    /// Opens the device of a folder. Asks nobody anything: reading works offline.
    pub fn open(options: &Options) -> Result<Self, Error> {
        let store = Store::open(&options.home, &options.passphrase)?;
        let (own, records): (Vec<_>, Vec<_>) = store.hot()?.into_iter().partition(|(name, _)| is_ours(name));
        let account = read(&own, Account::RECORD).ok_or_else(|| store.damaged("it belongs to no account"))?;
        let mut session = Self::with_store(store, account, records, options)?;
        let people = own.iter().filter(|(name, _)| name.starts_with(People::PREFIX));
        for person in people.filter_map(|(_, value)| serde_json::from_slice::<Person>(value).ok()) {
            session.people.learn(person);
        }
        Ok(session)
    }

    /// Without records there is no device yet: it is made now, and saved before anything else.
    fn with_store(
        mut store: Store,
        account: Account,
        records: Vec<Record>,
        options: &Options,
    ) -> Result<Self, Error> {
        store.set_fail_points(options.points.clone());
        let server = account.connect(&options.network)?;
        let now = options.clock.now();
        let (device, first) = if records.is_empty() {
            let digest = account.token_digest();
            Device::create(account.actor.clone(), &account.title, &digest, now, &mut OsRng)?
        } else {
            (Device::open(records)?, Step::default())
        };
        let mut session = Self {
            courier: Courier::new(store.get(Courier::RECORD)?.as_deref()),
            store,
            device,
            account,
            server,
            people: People::default(),
            clock: options.clock.clone(),
            points: options.points.clone(),
            stream: None,
            stream_after: Timestamp::default(),
            unsaved: false,
            synced_at: Timestamp::default(),
        };
        session.save(&first)?;
        Ok(session)
    }

    /// Whose device it is.
    pub fn actor(&self) -> &ActorId {
        &self.account.actor
    }

    /// Their handle.
    pub fn handle(&self) -> &str {
        &self.account.handle
    }

    /// Where the device stands with its account.
    pub fn standing(&self) -> DeviceStanding {
        self.device.standing()
    }

    /// The names of people.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Who has written without encryption since this was last asked. Nothing of it is shown in a conversation.
    pub fn take_unencrypted(&mut self) -> Vec<ActorId> {
        self.courier.take_unencrypted()
    }

    /// The server's name.
    pub fn host(&self) -> String {
        self.server.host()
    }

    /// The error for somebody who needs an answer now.
    fn unreachable(&self) -> Error {
        Error::Unreachable { host: self.host(), reason: self.offline().unwrap_or_default().to_owned() }
    }

    /// Why the server could not be reached at the last attempt, if it could not.
    pub fn offline(&self) -> Option<&str> {
        match self.courier.connection() {
            Connection::Online | Connection::SignedOut(_) => None,
            Connection::Busy => Some(BUSY),
            Connection::Offline(reason) => Some(reason),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Session({} at {})", self.account.handle, self.server.host())
    }
}

/// Whether a record is of the terminal or the courier, and none of the device.
fn is_ours(name: &str) -> bool {
    name.starts_with("terminal/") || name == Courier::RECORD
}

/// An invitation must not be used up for a device that cannot be stored.
fn refuse_second_device(options: &Options) -> Result<(), Error> {
    if Store::exists(&options.home) {
        return Err(Error::DeviceExists { folder: options.home.clone() });
    }
    Ok(())
}

fn save_account(store: &mut Store, account: &Account) -> Result<(), Error> {
    let value = serde_json::to_vec(account).map_err(|_| Error::Sealing)?;
    store.save([Change::Put(Account::RECORD, &value)], &mut OsRng)
}

fn read<T: serde::de::DeserializeOwned>(records: &[Record], name: &str) -> Option<T> {
    let (_, value) = records.iter().find(|(found, _)| found == name)?;
    serde_json::from_slice(value).ok()
}
