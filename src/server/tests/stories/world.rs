//! The world of the stories: real servers on ports of their own, each with a fresh database, and named people with real
//! devices (the terminal's library). Time is data: [`World::pass`] moves every clock. Nothing here waits by sleeping.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use alcove_protocol::{
    GroupId, Timestamp,
    time::{DAY, HOUR, SECOND},
};
use alcove_server::{
    Server,
    actions::invite,
    app::Clock,
    config::Config,
    control::{self, Answer, Order},
    db::{accounts::Role, deliveries, testing::FreshDatabase},
    entrance, jobs, throttle,
};
use alcove_terminal::{Clock as DeviceClock, Link, Network, Newcomer, Options, Session, store::Cost};
use tempfile::TempDir;

use crate::person::Person;

/// Stories begin so long ago: OpenMLS holds the lifetimes of key packages against the clock of the machine, which nobody can
/// move, so the present of a story must not be later than that.
const BEGINS: i64 = -40 * DAY;
/// A server that was down is tried again within this time, in milliseconds: the longest pause between two attempts, and a
/// quarter more.
pub const TRIED_AGAIN: i64 = 8 * HOUR;

/// A server of the story, running or stopped.
struct Place {
    config: Config,
    #[expect(dead_code, reason = "kept for its Drop")]
    database: FreshDatabase,
    #[expect(dead_code, reason = "kept for its Drop")]
    folder: TempDir,
    running: Option<Server>,
}

/// Servers, and the time that they share. When a story ends well, nothing may be left in a queue: dropping it looks.
pub struct World {
    places: BTreeMap<String, Place>,
    moved: Arc<AtomicI64>,
    homes: TempDir,
}

impl World {
    /// A world with servers of these names.
    pub async fn new(names: &[&str]) -> Self {
        let mut world = Self {
            places: BTreeMap::new(),
            moved: Arc::new(AtomicI64::new(BEGINS)),
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

    /// Lets time pass, in milliseconds.
    pub fn pass(&self, milliseconds: i64) {
        self.moved.fetch_add(milliseconds, Ordering::SeqCst);
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
        let (_, server) = story_name.split_once('@').unwrap();
        let link = self.invite(server).await;
        self.join_by(&link, story_name).await
    }

    /// Somebody who joins by this link, with a first device that is ready.
    pub async fn join_by(&self, link: &Link, story_name: &str) -> Person {
        self.try_join_by(link, story_name).await.unwrap()
    }

    /// The same, if the server lets them in.
    pub async fn try_join_by(&self, link: &Link, story_name: &str) -> Result<Person, alcove_terminal::Error> {
        let name = story_name.split(['@', ' ']).next().unwrap();
        let newcomer =
            Newcomer { name: name.into(), display_name: None, password: Person::password_of(name) };
        let options = self.options(story_name);
        let session = Session::join(link, &newcomer, &options).await?;
        let mut person = Person::new(story_name, session, options);
        person.sync().await;
        Ok(person)
    }

    /// A further device of somebody: signed in, not yet approved.
    pub async fn another_device(&self, person: &Person) -> Person {
        let options = self.options(&format!("{} again", person.name));
        let session = Session::sign_in(&person.handle, &person.password(), &options).await.unwrap();
        let mut device = Person::new(&person.name, session, options);
        device.sync().await;
        device
    }

    /// A conversation of these people, started by the one with this number, accepted by all, a day old: whatever a device
    /// does soon after joining is done.
    pub async fn gather(&self, starter: usize, people: &mut [&mut Person]) -> GroupId {
        let others: Vec<_> = people.iter().map(|person| person.handle.clone()).collect();
        let others = [&others[..starter], &others[starter + 1..]].concat();
        let chat = people[starter].start(&others).await;
        self.settle(people).await;
        for person in people.iter_mut() {
            person.accept(&chat).await;
        }
        self.settle(people).await;
        self.pass(DAY);
        self.settle(people).await;
        chat
    }

    /// An invitation for one.
    pub async fn invite(&self, server: &str) -> Link {
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

    /// Sets somebody's password by a reset link, which signs everything of theirs out.
    pub async fn set_password(&self, server: &str, name: &str, password: &str) {
        let app = &self.server(server).app;
        let order = Order::AccountResetLink { name: name.to_owned() };
        let Answer::Link { link, .. } = control::perform(app, order).await.unwrap() else {
            panic!("a link");
        };
        let secret = link.rsplit_once('/').unwrap().1;
        let network = throttle::Network::of("127.0.0.1".parse().unwrap());
        entrance::reset_password(app, network, secret, password.to_owned()).await.unwrap();
    }

    fn options(&self, story_name: &str) -> Options {
        let mut options = Options::new(self.homes.path().join(story_name), "a passphrase");
        options.cost = Cost::NONE;
        options.network = Network::default();
        let moved = self.moved.clone();
        options.clock = DeviceClock::new(move || now(&moved));
        options
    }

    /// Delivers what is due, tidies up, and lets these people take it in, until nothing moves any more. Seconds pass
    /// meanwhile, because devices that got in each other's way wait a moment, by the clock, before they try again.
    pub async fn settle(&self, people: &mut [&mut Person]) {
        let mut quiet_rounds = 0;
        for _ in 0..200 {
            for server in self.servers() {
                jobs::drain(&server.app).await.unwrap();
            }
            let mut quiet = true;
            for person in people.iter_mut() {
                quiet &= !person.sync().await;
            }
            // Handshakes go to and fro without anything to show; six silent rounds are more than any of them takes.
            quiet_rounds = if quiet { quiet_rounds + 1 } else { 0 };
            if quiet_rounds == 6 {
                return;
            }
            self.pass(2 * SECOND);
        }
        panic!("the world does not come to rest");
    }

    fn servers(&self) -> impl Iterator<Item = &Server> {
        self.places.values().filter_map(|place| place.running.as_ref())
    }

    async fn queued(&self) -> i64 {
        let mut queued = 0;
        for server in self.servers() {
            queued += server.app.db.read(deliveries::count_queued).await.unwrap();
        }
        queued
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let queued = || tokio::runtime::Handle::current().block_on(self.queued());
            assert_eq!(tokio::task::block_in_place(queued), 0, "deliveries are left in the queue");
        }
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
