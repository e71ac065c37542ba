//! One post of somebody here to 1,000 inboxes on 200 other servers, of which 20 are dead: half of those refuse every
//! connection, the others take it and never answer. How long until the last living inbox has the post, and whether the
//! dead ones delay a second post as well.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use alcove_protocol::{ActorId, Timestamp, activity::follow::Follow, context};
use alcove_server::{
    app::Moment,
    bus::Bus,
    db::{
        Db,
        actors::{self, ActorRow},
        follows::{self, FollowState},
        testing,
    },
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore},
    task::JoinSet,
    time,
};

use crate::{
    error::{Error, Result, While},
    http, machine,
    memory::tell_memory,
    place::{Place, Resident},
    ratio, tell,
};

const HOSTS: usize = 200;
const DEAD: usize = 20;
const INBOXES_OF_EACH: usize = 5;
/// How many a bare client posts at once, and how many bytes each.
const AT_ONCE: usize = 64;
const BODY: usize = 2_000;
/// When to stop waiting.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures and tells.
pub async fn measure(place: &mut Place, residents: &[Resident]) -> Result<()> {
    let author = residents.first().ok_or_else(|| Error::new("write a post", "nobody is there"))?;
    let crowd = Crowd::gather().await?;
    place.stop().await?;
    crowd.follow(place, &author.actor).await?;
    place.start().await?;
    let living = (HOSTS - DEAD) * INBOXES_OF_EACH;
    tell("readers", &format!("{living} inboxes on {} servers, {DEAD} more are dead", HOSTS - DEAD));
    for what in ["first post", "second post"] {
        let before = machine::processor_seconds(place.process()?)?;
        let seconds = crowd.time(place, author, living).await?;
        let spent = machine::processor_seconds(place.process()?)? - before;
        tell(what, &format!("the last one has it after {seconds:.2} s; {spent:.2} s of processor time"));
        tell("  ratio to a bare client", &ratio(seconds, crowd.bare().await?));
    }
    tell_memory(place)
}

/// The other servers.
struct Crowd {
    addresses: Vec<SocketAddr>,
    taken: Arc<Taken>,
    _servers: JoinSet<()>,
}

/// How much was taken.
#[derive(Default)]
struct Taken {
    count: AtomicUsize,
    changed: Notify,
}

impl Crowd {
    /// Opens a port for each.
    async fn gather() -> Result<Self> {
        let (mut addresses, mut servers, taken) = (Vec::new(), JoinSet::new(), Arc::new(Taken::default()));
        // Kept until everybody has a port, so that none of theirs is given out again.
        let mut refusing = Vec::new();
        for number in 0..HOSTS {
            let listener = TcpListener::bind("127.0.0.1:0").await.while_("listen as another server")?;
            addresses.push(listener.local_addr().while_("listen as another server")?);
            match number {
                0..10 => refusing.push(listener),
                10..DEAD => drop(servers.spawn(be_silent(listener))),
                _ => drop(servers.spawn(serve(listener, taken.clone()))),
            }
        }
        Ok(Self { addresses, taken, _servers: servers })
    }

    /// Lets people on all of them follow somebody, while the server does not run.
    async fn follow(&self, place: &Place, followed: &ActorId) -> Result<()> {
        let db = Db::open(&place.database(), Bus::local()).while_("open the database")?;
        let (addresses, followed) = (self.addresses.clone(), followed.clone());
        let written = db.write(move |transaction| {
            let moment = Moment::new(Timestamp(0), Arc::new(testing::ids()));
            for address in &addresses {
                for number in 0..INBOXES_OF_EACH {
                    let row = reader(&moment, *address, number);
                    let (id, actor) = (format!("http://{address}/a/{number}"), row.uri.clone());
                    actors::insert(transaction, &row)?;
                    let (Ok(id), Ok(actor)) = (id.parse(), ActorId::parse(&actor)) else { continue };
                    let follow = Follow { id, actor, object: followed.clone() };
                    follows::put(transaction, moment.id(), &follow, FollowState::Accepted, moment.now)?;
                }
            }
            Ok(())
        });
        written.await.while_("write down who follows")
    }

    /// The same number of posts to those who live, unsigned and by a client that does nothing else: seconds.
    async fn bare(&self) -> Result<f64> {
        let (began, places) = (Instant::now(), Arc::new(Semaphore::new(AT_ONCE)));
        let mut posts = JoinSet::new();
        for address in self.addresses[DEAD..].iter().copied().flat_map(|one| [one; INBOXES_OF_EACH]) {
            let places = places.clone();
            posts.spawn(async move {
                let _place = places.acquire_owned().await;
                http::ask(address, &http::post(address, "/inbox", context::ACTIVITY_JSON, &[b' '; BODY]), 202)
                    .await
            });
        }
        while let Some(posted) = posts.join_next().await {
            posted.while_("post")??;
        }
        Ok(began.elapsed().as_secs_f64())
    }

    /// Posts, and waits until all who live have it: seconds from the word on.
    async fn time(&self, place: &Place, author: &Resident, living: usize) -> Result<f64> {
        self.taken.count.store(0, Ordering::SeqCst);
        let post = json!({"type": "Note", "content": "<p>good morning</p>", "to": [context::PUBLIC]});
        let path = format!("/users/{}/outbox", author.account_id()?);
        let began = Instant::now();
        let request = author.post(place.address, &path, post.to_string().as_bytes());
        http::ask(place.address, &request, 201).await?;
        let all = async {
            while self.taken.count.load(Ordering::SeqCst) < living {
                self.taken.changed.notified().await;
            }
        };
        if time::timeout(PATIENCE, all).await.is_err() {
            let count = self.taken.count.load(Ordering::SeqCst);
            return Err(Error::new("reach everybody", format!("{count} of {living} had the post in time")));
        }
        Ok(began.elapsed().as_secs_f64())
    }
}

fn reader(moment: &Moment, address: SocketAddr, number: usize) -> ActorRow {
    let uri = format!("http://{address}/users/{number}");
    ActorRow {
        id: moment.id(),
        kind: "Person".into(),
        name: format!("reader{number}"),
        domain: address.to_string(),
        display_name: "Reader".into(),
        url: None,
        inbox: format!("{uri}/inbox"),
        shared_inbox: None,
        key_packages: None,
        document: None,
        fetched_at: Some(1),
        created_at: 0,
        gone_at: None,
        uri,
    }
}

/// Takes connections and says nothing.
async fn be_silent(listener: TcpListener) {
    let mut open = Vec::new();
    while let Ok((stream, _)) = listener.accept().await {
        open.push(stream);
    }
}

async fn serve(listener: TcpListener, taken: Arc<Taken>) {
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        open.spawn(take(stream, taken.clone()));
    }
}

/// Takes whatever comes by one connection.
async fn take(mut stream: TcpStream, taken: Arc<Taken>) {
    let mut bytes = Vec::new();
    loop {
        match http::whole(&bytes) {
            Some(length) => {
                bytes.drain(..length);
                if stream.write_all(http::TAKEN).await.is_err() {
                    return;
                }
                taken.count.fetch_add(1, Ordering::SeqCst);
                taken.changed.notify_one();
            }
            None => match stream.read_buf(&mut bytes).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            },
        }
    }
}
