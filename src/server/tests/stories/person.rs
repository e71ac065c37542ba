//! Somebody in a story, with a real device: the terminal's library, its file and its connection.

use alcove_client::{Command, Content, ConversationView, Event, Message, Standing};
use alcove_protocol::{ActorId, GroupId, Handle};
use alcove_terminal::{Options, Session};

/// Somebody with a device.
pub struct Person {
    /// As in the story: `ada@one`.
    pub name: String,
    /// The handle, as servers write it.
    pub handle: Handle,
    /// The device.
    pub session: Session,
    /// Everything that the device has shown so far.
    pub shown: Vec<Event>,
    options: Options,
}

impl Person {
    /// Somebody whose device was just made.
    pub fn new(name: &str, session: Session, options: Options) -> Self {
        let handle = Handle::parse(session.handle()).unwrap();
        Self { name: name.to_owned(), handle, session, shown: Vec::new(), options }
    }

    /// What a person of this name signs in with.
    pub fn password_of(name: &str) -> String {
        format!("the password of {name}")
    }

    /// What they sign in with.
    pub fn password(&self) -> String {
        Self::password_of(&self.handle.name)
    }

    /// Their actor.
    pub fn actor(&self) -> ActorId {
        self.session.actor().clone()
    }

    /// One exchange with the server; says whether anything moved.
    pub async fn sync(&mut self) -> bool {
        let events = self.session.sync().await.unwrap();
        let moved = !events.is_empty();
        self.shown.extend(events);
        moved
    }

    /// Starts a conversation.
    pub async fn start(&mut self, people: &[Handle]) -> GroupId {
        let (group, events) = self.session.new_conversation(people, None).await.unwrap();
        self.shown.extend(events);
        group
    }

    /// Says something; whoever was asked into the conversation takes it by that.
    pub async fn say(&mut self, group: &GroupId, text: &str) {
        let events = self.session.send(group, text).await.unwrap();
        self.shown.extend(events);
    }

    /// Adds somebody.
    pub async fn add(&mut self, group: &GroupId, actor: ActorId) {
        self.tell(Command::Add { conversation: group.clone(), actor }).await;
    }

    /// Removes somebody.
    pub async fn remove(&mut self, group: &GroupId, actor: ActorId) {
        self.tell(Command::Remove { conversation: group.clone(), actor }).await;
    }

    /// Takes a conversation that somebody new has started; until then a device sends nothing and follows nothing.
    pub async fn accept(&mut self, group: &GroupId) {
        let view = self.session.conversation(group);
        if view.is_ok_and(|view| view.standing == Standing::Request) {
            self.tell(Command::Accept { conversation: group.clone() }).await;
        }
    }

    /// Tells the device something.
    pub async fn tell(&mut self, command: Command) {
        let events = self.session.command(command).await.unwrap();
        self.shown.extend(events);
    }

    /// How the device sees a conversation.
    pub fn view(&self, group: &GroupId) -> ConversationView {
        self.session.conversation(group).unwrap()
    }

    /// Every text of a conversation in the order on screen, as `name: text`.
    pub fn transcript(&self, group: &GroupId) -> Vec<String> {
        self.messages(group)
            .iter()
            .filter_map(|message| match &message.content {
                Content::Text { text, .. } => Some(format!("{}: {text}", self.short_name(&message.sender))),
                _ => None,
            })
            .collect()
    }

    /// Everything that was said in a conversation, oldest first, without what was done.
    pub fn messages(&self, group: &GroupId) -> Vec<Message> {
        let items = self.session.read(group, i64::MAX, 10_000).unwrap();
        let messages = items.into_iter().map(|item| item.message);
        messages.filter(|message| !matches!(message.content, Content::Happened(_))).collect()
    }

    /// Whether the device has said that a conversation is over for it.
    pub fn has_ended(&self, group: &GroupId) -> bool {
        self.shown
            .iter()
            .any(|event| matches!(event, Event::Ended { conversation, .. } if conversation == group))
    }

    /// Forgets the device in memory, as a crash does, and opens it again from its file.
    pub fn crash(self) -> Self {
        let Self { name, handle, session, shown, options } = self;
        drop(session);
        let session = Session::open(&options).unwrap();
        Self { name, handle, session, shown, options }
    }

    fn short_name(&self, actor: &ActorId) -> String {
        let handle = self.session.people().handle(actor);
        handle.trim_start_matches('@').split('@').next().unwrap_or_default().to_owned()
    }
}

/// Asserts that these devices are in the same epoch of the same history, with the same people; answers the epoch.
pub fn agreed(people: &[&Person], group: &GroupId) -> u64 {
    let first = people[0].view(group);
    for person in &people[1..] {
        let view = person.view(group);
        assert_eq!((view.epoch, &view.people), (first.epoch, &first.people), "{}", person.name);
        assert_eq!(view.epoch_authenticator, first.epoch_authenticator, "{}", person.name);
    }
    first.epoch
}
