//! The home timeline of somebody with 100,000 stored posts, beside a page that has none; what a post from elsewhere weighs
//! in the database; and the memory of showing it.

use std::time::{SystemTime, UNIX_EPOCH};

use alcove_protocol::Timestamp;
use alcove_server::{
    app::Moment,
    bus::Bus,
    db::{
        Db,
        sessions::{self, SessionRow},
        testing,
    },
    secret::SecretHash,
};

use crate::{
    archive,
    error::{Error, Result, While},
    memory::tell_memory,
    partner::{Measured, Partner, Plan, Work},
    place::{Place, Resident},
    ratio, tell,
};

/// What a page is answered.
const FOUND: u16 = 200;
/// How many pages of each kind are asked for, one after the other.
const COUNT: usize = 500;
/// How long at most.
const SECONDS: u64 = 60;
/// The cookie of a browser that is signed in.
const COOKIE: &str = "the-cookie-of-a-benchmark-that-is-long-enough";

/// Measures and tells.
pub async fn measure(place: &mut Place, residents: &[Resident]) -> Result<()> {
    place.stop().await?;
    let reader = residents.first().ok_or_else(|| Error::new("read", "nobody is there"))?.account_id()?;
    let now = now()?;
    sign_in(place, reader, now).await?;
    let before = place.database_bytes();
    archive::fill(&place.database(), reader, now).await?;
    let each = place.database_bytes().saturating_sub(before) / u64::try_from(archive::POSTS).unwrap_or(1);
    tell("a post from elsewhere weighs", &format!("{each} bytes in the database, of {}", archive::POSTS));
    place.start().await?;
    let home = ask(place, "/home").await?;
    let bare = ask(place, "/settings/sessions").await?;
    told("home timeline, first page", &home);
    told("beside it: a page without posts", &bare);
    tell("  ratio", &ratio(home.outcome.median, bare.outcome.median));
    tell_memory(place)
}

fn told(what: &str, measured: &Measured) {
    let each = measured.server_cores * measured.outcome.seconds * 1_000.0
        / f64::from(u32::try_from(COUNT).unwrap_or(1));
    let median = measured.outcome.median;
    tell(what, &format!("{each:.2} ms of the server's processor, answered after {median:.2} ms"));
    measured.tell(FOUND);
}

async fn ask(place: &Place, path: &str) -> Result<Measured> {
    let headers = format!("accept: text/html\r\ncookie: alcove={COOKIE}\r\n");
    let work = Work::Ask { paths: vec![path.to_owned()], headers };
    let plan = Plan { server: place.address, connections: 1, count: COUNT, seconds: SECONDS, work };
    Partner::prepare(plan).await?.go(place.process()?).await
}

async fn sign_in(place: &Place, account: i64, now: Timestamp) -> Result<()> {
    let db = Db::open(&place.database(), Bus::local()).while_("open the database")?;
    let moment = Moment::new(now, std::sync::Arc::new(testing::ids()));
    let session = SessionRow {
        id: moment.id(),
        account_id: account,
        client_name: "benchmark".into(),
        created_at: now.0,
        last_seen_at: now.0,
        expires_at: i64::MAX,
        ended_at: None,
    };
    let hash = SecretHash::of(COOKIE);
    let stored = db.write(move |transaction| sessions::insert(transaction, &session, &hash));
    stored.await.while_("sign in")
}

fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).while_("tell the time")?;
    Ok(Timestamp(i64::try_from(since.as_millis()).while_("tell the time")?))
}
