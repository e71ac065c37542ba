//! The world of the stories: real servers on ports of their own, each with a fresh database, and named people with real
//! devices (the terminal's library). Time is data: [`World::pass`] moves every clock. Nothing here waits by sleeping.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use alcove_client::{Command, Content, Event, Message};
use alcove_protocol::{GroupId, Handle, Timestamp, time::DAY};
use alcove_server::{
    Server,
    actions::invite,
    app::Clock,
    config::Config,
    db::{accounts::Role, testing::FreshDatabase},
    jobs,
};
use alcove_terminal::{Clock as DeviceClock, Link, Network, Newcomer, Options, Session, store::Cost};
use tempfile::TempDir;

/// So many days, in milliseconds.
pub const fn days(count: i64) -> i64 {
    count * DAY
}

/// A server of the story, running or stopped.
struct Place {
    config: Config,
    #[expect(dead_code, reason = "kept for its Drop")]
    database: FreshDatabase,
    #[expect(dead_code, reason = "kept for its Drop")]
    folder: TempDir,
    running: Option<Server>,
}

/// Servers, and the time that they share.
pub struct World {
    places: BTreeMap<String, Place>,
    moved: Arc<AtomicI64>,
    homes: TempDir,
}

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
    password: String,
}

impl World {
    /// A world with servers of these names.
    pub async fn new(names: &[&str]) -> Self {
        let mut world = Self {
            places: BTreeMap::new(),
            moved: Arc::new(AtomicI64::new(0)),
            homes: tempfile::tempdir().unwrap(),
        };
        for name in names {
            world.places.insert((*name).to_owned(), Place::new());
            world.start(name).await;
        }
        world
    }

    /// Starts a server that is stopped.
    pub async fn start(&mut self, name: &str) {
        let clock = Clock::Moved(self.moved.clone());
        let place = self.places.get_mut(name).unwrap();
        assert!(place.running.is_none(), "{name} is running");
        place.running = Some(alcove_server::start(place.config.clone(), clock).await.unwrap());
    }

    /// Stops a server; its address answers nobody until [`World::start`].
    pub async fn stop(&mut self, name: &str) {
        self.places.get_mut(name).unwrap().running.take().unwrap().stop().await;
    }

    /// A running server.
    pub fn server(&self, name: &str) -> &Server {
        self.places[name].running.as_ref().unwrap()
    }

    /// The address of a server.
    pub fn address(&self, name: &str) -> String {
        self.places[name].config.server.public_url.clone()
    }

    /// Lets time pass, in milliseconds.
    pub fn pass(&self, milliseconds: i64) {
        self.moved.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// The present of the story.
    pub fn now(&self) -> Timestamp {
        now(&self.moved)
    }

    /// People who join by invitation, as `ada@one`, each with a first device that is ready.
    pub async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::new();
        for name in names {
            people.push(self.person(name).await);
        }
        people.try_into().unwrap_or_else(|_| unreachable!("one person for each name"))
    }

    async fn person(&self, story_name: &str) -> Person {
        let (name, server) = story_name.split_once('@').unwrap();
        let link = self.invite(server).await;
        let newcomer =
            Newcomer { name: name.into(), display_name: None, password: format!("the password of {name}") };
        let options = self.options(story_name);
        let session = Session::join(&link, &newcomer, &options).await.unwrap();
        let mut person = self.embody(story_name, session, options);
        person.sync().await;
        person
    }

    /// A further device of somebody: signed in, not yet approved.
    pub async fn another_device(&self, person: &Person) -> Person {
        let story_name = format!("{} again", person.name);
        let options = self.options(&story_name);
        let session = Session::sign_in(&person.handle, &person.password, &options).await.unwrap();
        let mut device = self.embody(&person.name, session, options);
        device.sync().await;
        device
    }

    fn embody(&self, story_name: &str, session: Session, options: Options) -> Person {
        let handle = Handle::parse(session.handle()).unwrap();
        let name = story_name.split('@').next().unwrap();
        Person {
            name: story_name.to_owned(),
            handle,
            session,
            shown: Vec::new(),
            options,
            password: format!("the password of {name}"),
        }
    }

    async fn invite(&self, server: &str) -> Link {
        let app = &self.server(server).app;
        let (moment, site) = (app.moment(), app.site.clone());
        let wanted = invite::NewInvitation { role: Role::Member, uses: 1, days: 7, note: String::new() };
        let created = app
            .db
            .write(move |transaction| invite::create(transaction, &moment, &site, wanted))
            .await
            .unwrap();
        Link::parse(&created.link).unwrap()
    }

    fn options(&self, story_name: &str) -> Options {
        let mut options = Options::new(self.homes.path().join(story_name), "a passphrase");
        options.cost = Cost::NONE;
        options.network = Network::default();
        let moved = self.moved.clone();
        options.clock = DeviceClock::new(move || now(&moved));
        options
    }

    /// Delivers what is due and lets these people take it in, until nothing moves any more.
    pub async fn settle(&self, people: &mut [&mut Person]) {
        let mut quiet_rounds = 0;
        for _ in 0..100 {
            for place in self.places.values() {
                if let Some(server) = &place.running {
                    jobs::deliveries::drain(&server.app).await.unwrap();
                }
            }
            let mut quiet = true;
            for person in people.iter_mut() {
                quiet &= !person.sync().await;
            }
            // Handshakes go to and fro without anything to show; three silent rounds are more than any of them takes.
            quiet_rounds = if quiet { quiet_rounds + 1 } else { 0 };
            if quiet_rounds == 3 {
                return;
            }
        }
        panic!("the world does not come to rest");
    }

    /// The folder in which the devices keep their files.
    pub fn homes(&self) -> PathBuf {
        self.homes.path().to_owned()
    }
}

fn now(moved: &AtomicI64) -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap()).plus(moved.load(Ordering::SeqCst))
}

impl Place {
    fn new() -> Self {
        let (database, folder) = (FreshDatabase::new(), tempfile::tempdir().unwrap());
        let mut config = Config::default();
        config.server.listen = free_address();
        config.server.public_url = format!("http://{}", config.server.listen);
        config.server.data = folder.path().to_owned();
        config.database = database.settings.clone();
        config.outgoing.allow_addresses = vec!["127.0.0.1/32".into()];
        Self { config, database, folder, running: None }
    }
}

/// A port that nobody uses now; the server binds it a moment later, and again after a restart.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Person {
    /// One exchange with the server; says whether anything moved.
    pub async fn sync(&mut self) -> bool {
        let events = self.session.sync().await.unwrap();
        let moved = !events.is_empty();
        self.shown.extend(events);
        moved
    }

    /// Starts a conversation.
    pub async fn start(&mut self, people: &[&Person]) -> GroupId {
        let handles: Vec<Handle> = people.iter().map(|person| person.handle.clone()).collect();
        let (group, events) = self.session.new_conversation(&handles, None).await.unwrap();
        self.shown.extend(events);
        group
    }

    /// Says something; whoever was asked into the conversation takes it by that.
    pub async fn say(&mut self, group: &GroupId, text: &str) {
        let events = self.session.send(group, text).await.unwrap();
        self.shown.extend(events);
    }

    /// Tells the device something.
    pub async fn tell(&mut self, command: Command) {
        let events = self.session.command(command).await.unwrap();
        self.shown.extend(events);
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

    /// Every stored message of a conversation, oldest first.
    pub fn messages(&self, group: &GroupId) -> Vec<Message> {
        self.session.read(group, i64::MAX, 10_000).unwrap()
    }

    /// Forgets the device in memory, as a crash does, and opens it again from its file.
    pub fn crash(self) -> Self {
        let Self { name, handle, session, shown, options, password } = self;
        drop(session);
        let session = Session::open(&options).unwrap();
        Self { name, handle, session, shown, options, password }
    }

    fn short_name(&self, actor: &alcove_protocol::ActorId) -> String {
        let handle = self.session.people().handle(actor);
        handle.trim_start_matches('@').split('@').next().unwrap_or_default().to_owned()
    }
}
