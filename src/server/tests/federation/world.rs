//! Servers for these tests: real ones on port 0, with a fresh database each and one clock that all of them share.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use alcove_protocol::{
    ActivityId, ActorId, Timestamp,
    api::Delivery,
    post::{Post, PostKind},
};
use alcove_server::{
    Server,
    actions::{deliver, keys, outbox::Sent, publish},
    app::{App, Clock},
    config::Config,
    db::{
        Transaction,
        accounts::{self, AccountRow},
        actors::{self, ActorRow},
        deliveries,
        envelopes::{self, Kind, NewEnvelope},
        items::{self, Selection},
        testing::FreshDatabase,
        timelines,
        tokens::{self, TokenRow},
    },
    error::Result,
    jobs,
    secret::SecretHash,
};
use serde_json::Value;

/// Time that moves only forward, for all servers of a test.
#[derive(Clone, Default)]
pub struct Time(Arc<AtomicI64>);

impl Time {
    /// Lets milliseconds pass.
    pub fn pass(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Clock::Moved(self.0.clone()).now()
    }
}

/// One server, which can be stopped and started again at the same address.
pub struct Place {
    /// With what it runs: where it keeps its files and its database, among others.
    pub config: Config,
    time: Time,
    running: Option<Server>,
    _database: FreshDatabase,
    _folder: tempfile::TempDir,
}

/// Somebody with an account on a place.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: i64,
    pub actor: ActorId,
}

/// Two servers.
pub async fn two() -> (Place, Place, Time) {
    let time = Time::default();
    (Place::open(&time).await, Place::open(&time).await, time)
}

impl Place {
    pub async fn open(time: &Time) -> Self {
        Self::open_with(time, |_| ()).await
    }

    /// One with something else in its configuration.
    pub async fn open_with(time: &Time, change: impl FnOnce(&mut Config)) -> Self {
        let database = FreshDatabase::new();
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.server.listen = free_address();
        config.server.public_url = format!("http://{}", config.server.listen);
        config.server.data = folder.path().to_path_buf();
        config.database = database.settings.clone();
        config.outgoing.allow_addresses = vec!["127.0.0.1/32".into(), "::1/128".into()];
        change(&mut config);
        let mut place =
            Self { config, time: time.clone(), running: None, _database: database, _folder: folder };
        place.start().await;
        place
    }

    pub async fn start(&mut self) {
        let clock = Clock::Moved(self.time.0.clone());
        self.running = Some(alcove_server::start(self.config.clone(), clock).await.unwrap());
    }

    pub async fn stop(&mut self) {
        if let Some(server) = self.running.take() {
            server.stop().await;
        }
    }

    pub fn app(&self) -> &App {
        &self.running.as_ref().expect("the server runs").app
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.config.server.public_url)
    }

    pub fn host(&self) -> String {
        self.config.server.listen.to_string()
    }

    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.app().db.read(work).await.unwrap()
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.app().db.write(work).await.unwrap()
    }

    /// A new person, without the way through an invitation.
    pub async fn person(&self, name: &str) -> Person {
        let (moment, site, new) =
            (self.app().moment(), self.app().site.clone(), self.app().new_keys().await.unwrap());
        let id = moment.id();
        let actor = site.actor(id);
        let row = ActorRow {
            id,
            uri: actor.to_string(),
            kind: "Person".into(),
            name: name.into(),
            domain: site.handle_domain.clone(),
            display_name: format!("{name} of here"),
            url: Some(site.profile(name)),
            inbox: site.of_account(id, "inbox"),
            shared_inbox: Some(site.shared_inbox()),
            key_packages: Some(site.of_account(id, "keyPackages")),
            document: None,
            fetched_at: None,
            created_at: moment.now.0,
            gone_at: None,
        };
        let account = AccountRow {
            id,
            name: name.into(),
            password_hash: "none".into(),
            role: "member".into(),
            invitation_id: None,
            last_position: 0,
            created_at: moment.now.0,
            disabled_at: None,
            frozen_at: None,
        };
        let keys = keys::first(id, &moment, actor.as_str(), new);
        self.write(move |transaction| {
            actors::insert(transaction, &row)?;
            for key in &keys {
                actors::insert_key(transaction, key)?;
            }
            accounts::insert(transaction, &account)
        })
        .await;
        Person { id, actor }
    }

    /// A person here does something in the open, as by the outbox.
    pub async fn publish(&self, person: &Person, activity: Value) -> Sent {
        let (moment, site, account) = (self.app().moment(), self.app().site.clone(), person.id);
        self.write(move |transaction| publish::publish(transaction, &site, &moment, account, activity)).await
    }

    /// A new token of somebody here, for an app.
    pub async fn token(&self, person: &Person, scopes: &str) -> String {
        let moment = self.app().moment();
        let secret = moment.secret();
        let row = TokenRow {
            id: moment.id(),
            account_id: person.id,
            oauth_client_id: None,
            client_name: "a test".into(),
            scopes: scopes.into(),
            device_id: None,
            created_at: moment.now.0,
            last_used_at: None,
            revoked_at: None,
        };
        let hash = SecretHash::of(&secret);
        self.write(move |transaction| tokens::insert(transaction, &row, &hash)).await;
        secret
    }

    /// A person here writes a note to others, as `actions` would: stored and queued in one transaction.
    pub async fn write_note(&self, author: &Person, text: &str, to: &[&ActorId]) -> (ActivityId, String) {
        let (moment, site) = (self.app().moment(), self.app().site.clone());
        let (id, object) = (site.activity(&moment.name()), site.object(&moment.name()));
        let mut document = note(author, id.as_str(), &object, text, to);
        // Every note has a hidden recipient, so that every delivery could show one (S-29).
        document["bto"] = serde_json::json!(["https://hidden.example/users/1"]);
        document["object"]["bcc"] = document["bto"].clone();
        let row = NewEnvelope {
            conversation_uri: Some(site.url("/conversations/talk")),
            ..NewEnvelope::new(&moment, Kind::Plain, &id, &author.actor, &document)
        };
        let recipients: Vec<ActorId> = to.iter().map(|actor| (*actor).clone()).collect();
        let sender = author.id;
        self.write(move |transaction| {
            let envelope = envelopes::store(transaction, &row)?.id();
            deliver::enqueue(transaction, &site, &moment, envelope, sender, &recipients)
        })
        .await;
        (id, object)
    }

    /// What arrived for somebody here, in order: the texts of posts, then what sealed things hold.
    pub async fn arrived(&self, person: &Person) -> Vec<String> {
        let account = person.id;
        let (posts, sealed) = self
            .read(move |transaction| {
                let posts = timelines::after(transaction, account, timelines::EVERYWHERE, 0, 1_000)?;
                Ok((posts, items::after(transaction, account, Selection::Everything, 0, 1_000)?))
            })
            .await;
        let foreign = posts.iter().filter(|shown| shown.post.actor_id != account);
        let texts = foreign.map(|shown| shown.post.content.clone());
        texts.chain(sealed.iter().map(|item| summary(&item.envelope.document))).collect()
    }

    /// Fetches what has to be fetched here, and delivers what is due.
    pub async fn run_errands(&self) {
        jobs::errands::drain(self.app()).await.unwrap();
        self.drain().await;
    }

    pub async fn deliveries(&self, activity: &ActivityId) -> Vec<Delivery> {
        let activity = activity.clone();
        self.read(move |transaction| deliveries::of_activity(transaction, &activity)).await
    }

    /// Delivers what is due here; what others answer with by activities of their own is theirs to deliver.
    pub async fn drain(&self) {
        jobs::deliveries::drain(self.app()).await.unwrap();
    }
}

/// Delivers everything that is due on both sides, answers included.
pub async fn settle(one: &Place, two: &Place) {
    for _ in 0..3 {
        one.drain().await;
        two.drain().await;
    }
}

/// A `Create` of a note as our own `protocol` writes it.
pub fn note(author: &Person, activity: &str, object: &str, text: &str, to: &[&ActorId]) -> Value {
    use alcove_protocol::activity::create;
    let note = Post {
        to: to.iter().map(ToString::to_string).collect(),
        ..Post::new(object.parse().unwrap(), PostKind::Note, author.actor.clone(), text.into())
    };
    create::build(&activity.parse().unwrap(), &author.actor, Timestamp(1_795_000_000_000), &note.to_value())
}

fn summary(document: &str) -> String {
    let document: Value = serde_json::from_str(document).unwrap();
    let content = document["object"]["content"].as_str();
    content.or(document["type"].as_str()).unwrap_or_default().to_owned()
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
