//! Somebody with a device: the terminal's library in this process, while the device is awake. Asleep, its file is free for
//! another process.

use std::{collections::BTreeSet, fmt, path::Path};

use alcove_client::{Content, Event};
use alcove_protocol::{ActorId, GroupId, Handle};
use alcove_terminal::{Options, Session, store::Cost};

/// Somebody with a device.
pub struct Person {
    /// The name of the handle.
    pub name: String,
    /// The handle.
    pub handle: Handle,
    /// What the device is opened with.
    pub options: Options,
    session: Option<Session>,
    shown: Vec<Event>,
}

/// What all devices in a conversation must agree on.
#[derive(Debug, PartialEq)]
pub struct State {
    /// Who is in it.
    pub people: BTreeSet<ActorId>,
    /// Whether this device still wants to change that.
    pub waiting: bool,
    epoch: u64,
    epoch_authenticator: Vec<u8>,
}

/// Options for a device in this folder.
pub fn options(home: &Path) -> Options {
    let mut options = Options::new(home, "a passphrase");
    options.cost = Cost::NONE;
    options
}

impl Person {
    /// Somebody whose device is awake.
    pub fn new(name: &str, session: Session, options: Options) -> Self {
        let handle = Handle::parse(session.handle()).unwrap();
        Self { name: name.to_owned(), handle, options, session: Some(session), shown: Vec::new() }
    }

    /// The device, which must be awake.
    pub fn session(&mut self) -> &mut Session {
        self.session.as_mut().unwrap()
    }

    fn device(&self) -> &Session {
        self.session.as_ref().unwrap()
    }

    /// Closes the device.
    pub fn sleep(&mut self) {
        self.session = None;
    }

    /// Opens the device again from its file.
    pub fn wake(&mut self) {
        self.session = Some(Session::open(&self.options).unwrap());
    }

    /// The actor.
    pub fn actor(&self) -> ActorId {
        self.device().actor().clone()
    }

    /// One exchange with the server.
    pub async fn sync(&mut self) {
        let events = self.session().sync().await.unwrap();
        self.shown.extend(events);
    }

    /// Says something; whoever was asked into the conversation takes it by that.
    pub async fn say(&mut self, chat: &GroupId, text: &str) {
        let events = self.session().send(chat, text).await.unwrap();
        self.shown.extend(events);
    }

    /// Starts a conversation.
    pub async fn start(&mut self, handles: &[Handle]) -> GroupId {
        let (chat, events) = self.session().new_conversation(handles, None).await.unwrap();
        self.shown.extend(events);
        chat
    }

    /// Adds somebody.
    pub async fn add(&mut self, chat: &GroupId, handle: &Handle) {
        let events = self.session().add(chat, handle).await.unwrap();
        self.shown.extend(events);
    }

    /// Removes somebody.
    pub async fn remove(&mut self, chat: &GroupId, handle: &Handle) {
        let events = self.session().remove(chat, handle).await.unwrap();
        self.shown.extend(events);
    }

    /// Whether the last exchange with the server went well.
    pub fn is_online(&self) -> bool {
        self.device().offline().is_none()
    }

    /// Whether the device is in a conversation.
    pub fn is_in(&self, chat: &GroupId) -> bool {
        self.device().conversation(chat).is_ok_and(|view| !view.people.is_empty())
    }

    /// The conversation as this device has it.
    pub fn state(&self, chat: &GroupId) -> State {
        let view = self.device().conversation(chat).unwrap();
        State {
            people: view.people.into_iter().collect(),
            waiting: view.waiting,
            epoch: view.epoch,
            epoch_authenticator: view.epoch_authenticator,
        }
    }

    /// The texts that are stored, sorted: each device has its own order of arrival.
    pub fn texts(&self, chat: &GroupId) -> Vec<String> {
        let messages = self.device().read(chat, i64::MAX, 10_000).unwrap();
        let mut texts: Vec<_> = messages.into_iter().filter_map(|item| text(item.message.content)).collect();
        texts.sort();
        texts
    }

    /// Whether all of these were said.
    pub fn has_all(&self, chat: &GroupId, wanted: &[String]) -> bool {
        let texts = self.texts(chat);
        wanted.iter().all(|text| texts.contains(text))
    }

    /// Every text of these stories is said once: one that is stored or shown a second time is a mistake.
    pub fn assert_nothing_twice(&self, chat: &GroupId) {
        let shown = self.shown.iter().filter_map(|event| match event {
            Event::Message(message) if message.conversation == *chat => text(message.content.clone()),
            _ => None,
        });
        for (how, texts) in [("stored", self.texts(chat)), ("shown", shown.collect())] {
            let mut once = BTreeSet::new();
            let twice: Vec<_> = texts.iter().filter(|text| !once.insert(*text)).collect();
            assert!(twice.is_empty(), "{} has {how} twice: {twice:?}", self.name);
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (device, name) = (self.device(), &self.name);
        writeln!(formatter, "{name}: offline {:?}", device.offline())?;
        for view in device.conversations().unwrap_or_default() {
            let texts = self.texts(&view.group);
            let (epoch, standing, waiting) = (view.epoch, view.standing, view.waiting);
            writeln!(
                formatter,
                "  epoch {epoch} {standing:?} waiting {waiting} {:?} {texts:?}",
                view.people
            )?;
        }
        Ok(())
    }
}

fn text(content: Content) -> Option<String> {
    match content {
        Content::Text { text, .. } => Some(text),
        _ => None,
    }
}
