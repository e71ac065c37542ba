//! The commands, one family per file. Each opens the device, asks the library, and says what came of it.

mod account;
mod changes;
mod chat;
mod chats;
mod devices;
mod invitations;
mod messages;
mod people;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use alcove_client::Event;
use alcove_terminal::{Error, FailPoints, Network, Options, Session, texts};
use clap::Subcommand;
use serde_json::json;

use crate::{
    input::{self, Typed},
    output::Output,
};

/// How long a command waits for what it began before it leaves the rest to the next one.
const PATIENCE: Duration = Duration::from_secs(20);

/// What can be done.
#[derive(Subcommand)]
pub enum Command {
    /// Take up an invitation: a link as https://chat.example.org/join/… or https://chat.example.org/i/…#…
    Join(account::Join),
    /// Sign in with a new device.
    Login(account::Login),
    /// Change your password.
    Password,
    /// Invite one person: a link that proves you to each other. Also lists such links, and takes one back.
    Invite(invitations::Invite),
    /// List your devices, approve a new one, remove one.
    Devices(devices::Devices),
    /// List your conversations.
    Chats,
    /// Start a conversation.
    New(chats::New),
    /// Add somebody to a conversation.
    Add(chats::Person),
    /// Remove somebody from a conversation.
    Remove(chats::Person),
    /// Leave a conversation.
    Leave(chats::Chat),
    /// Give a conversation another name.
    Rename(chats::Rename),
    /// Take a conversation that somebody new has started.
    Accept(chats::Chat),
    /// Put such a conversation away; nobody can tell.
    Decline(chats::Chat),
    /// Begin a conversation anew that cannot go on as it is; its messages stay.
    Continue(chats::Chat),
    /// Join anew a conversation that this device has lost track of, after somebody offered it.
    Rejoin(chats::Chat),
    /// Show the safety number with somebody.
    Verify(people::Verify),
    /// Send a message.
    Send(messages::Send),
    /// Read a conversation.
    Read(messages::Read),
    /// Answer a message.
    Reply(changes::Written),
    /// Give a message of yours another text.
    Edit(changes::Written),
    /// Take a message of yours back, for everyone.
    Delete(changes::One),
    /// React to a message with an emoji.
    React(changes::React),
    /// Send a message again that was refused.
    Retry(changes::Refused),
    /// Forget a message that was refused.
    Discard(changes::Refused),
    /// Say who hears what you have read.
    Receipts(changes::Hear),
    /// Show what arrives until you press Ctrl+C.
    Watch,
}

/// What every command needs.
pub struct Context {
    /// How to print.
    pub output: Output,
    /// The folder of the device.
    pub home: PathBuf,
    /// How servers are reached.
    pub network: Network,
    /// Where a test kills this process.
    pub points: FailPoints,
}

/// Runs one command.
pub async fn run(command: Command, context: &Context) -> Result<(), Error> {
    match command {
        Command::Join(join) => account::join(join, context).await,
        Command::Login(login) => account::login(login, context).await,
        Command::Password => account::password(context).await,
        Command::Invite(invite) => invitations::run(invite, context).await,
        Command::Devices(devices) => devices::run(devices, context).await,
        Command::Chats => chats::list(context).await,
        Command::New(new) => chats::new(new, context).await,
        Command::Add(person) => chats::add(person, context).await,
        Command::Remove(person) => chats::remove(person, context).await,
        Command::Leave(chat) => chats::leave(chat, context).await,
        Command::Rename(rename) => chats::rename(rename, context).await,
        Command::Accept(chat) => chats::accept(chat, context).await,
        Command::Decline(chat) => chats::decline(chat, context).await,
        Command::Continue(chat) => chats::resume(chat, context).await,
        Command::Rejoin(chat) => chats::rejoin(chat, context).await,
        Command::Verify(verify) => people::verify(verify, context).await,
        Command::Send(send) => messages::send(send, context).await,
        Command::Read(read) => messages::read(read, context).await,
        Command::Reply(reply) => changes::reply(reply, context).await,
        Command::Edit(edit) => changes::edit(edit, context).await,
        Command::Delete(delete) => changes::delete(delete, context).await,
        Command::React(react) => changes::react(react, context).await,
        Command::Retry(refused) => changes::retry(refused, context).await,
        Command::Discard(refused) => changes::discard(refused, context).await,
        Command::Receipts(hear) => changes::receipts(hear, context).await,
        Command::Watch => messages::watch(context).await,
    }
}

impl Context {
    /// Options with a passphrase that exists already.
    fn options(&self, passphrase: &str) -> Options {
        let mut options = Options::new(&self.home, passphrase);
        options.network = self.network.clone();
        options.points = self.points.clone();
        options
    }

    /// Opens the device and brings it up to date as far as the server can be reached, showing what arrived.
    async fn open(&self) -> Result<Session, Error> {
        self.open_showing(|_| true).await
    }

    /// The same, showing only some of what arrived.
    async fn open_showing(&self, shown: impl Fn(&Event) -> bool) -> Result<Session, Error> {
        if !alcove_terminal::store::Store::exists(&self.home) {
            return Err(Error::NoDevice { folder: self.home.clone() });
        }
        let passphrase = input::secret(texts::PASSPHRASE, input::PASSPHRASE, Typed::Once)?;
        let mut session = Session::open(&self.options(&passphrase))?;
        let events: Vec<_> = session.sync().await?.into_iter().filter(shown).collect();
        self.show(&mut session, &events);
        if let Some(reason) = session.offline() {
            let sentence = texts::offline(&session.host(), reason);
            self.output.fact(&sentence, &json!({"offline": reason, "host": session.host()}));
        }
        Ok(session)
    }

    /// Shows what happened.
    fn show(&self, session: &mut Session, events: &[Event]) {
        for event in events.iter().filter(|event| !chat::is_among_own_devices(session, event)) {
            self.output.object(&json!({"event": event}));
            if let Some(sentence) = texts::event(event, session.people()) {
                let chat = event.conversation().map(|group| format!("[{}] ", chat::short_name(group)));
                self.output.say(&format!("{}{sentence}", chat.unwrap_or_default()));
            }
        }
        for actor in session.take_unencrypted() {
            self.output.object(&json!({"unencrypted": actor}));
            self.output.warn(&texts::unencrypted(session.people().handle(&actor)));
        }
    }

    /// Goes on until something has happened or the time is over; shows all that happens. Says whether it has happened.
    async fn until(
        &self,
        session: &mut Session,
        patience: Duration,
        mut happened: impl FnMut(&Session, &[Event]) -> bool,
    ) -> Result<bool, Error> {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            let events = session.watch().await?;
            self.show(session, &events);
            if happened(session, &events) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits until changes of members have gone through. What takes longer is not lost: it goes on with the next command.
    async fn settle(&self, session: &mut Session) -> Result<(), Error> {
        let settled = |session: &Session| {
            session.conversations().is_ok_and(|views| views.iter().all(|view| !view.waiting))
        };
        if settled(session) || self.until(session, PATIENCE, |session, _| settled(session)).await? {
            return Ok(());
        }
        self.output.say(texts::STILL_WAITING);
        Ok(())
    }
}
