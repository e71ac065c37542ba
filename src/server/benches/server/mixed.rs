//! An inbox's busy minute: activities of every common kind from several servers, each signed, verified, stored and processed
//! before it is answered 202. Whoever changes, deletes or takes something back does so long after it was sent, so that it
//! has arrived whatever the order on the wire. What came of all of them is counted in the database afterwards.

use alcove_protocol::{activity::create::ObjectId, context};
use serde_json::{Value, json};

use crate::{
    deliveries::TAKEN,
    error::{Error, Result, While},
    http,
    memory::tell_memory,
    partner::{Measured, Partner, Plan, Work},
    place::{Place, Resident},
    ratio, tell,
};

/// How many activities.
const COUNT: usize = 4_000;
/// As in the burst after a server was away.
const CONNECTIONS: usize = 64;
/// When to stop all the same.
const SECONDS: u64 = 60;
/// The servers of the authors.
pub const SERVERS: usize = 8;
/// The authors on each.
pub const AUTHORS_OF_EACH: usize = 2;
/// How many posts of people here others like and share: enough that nobody likes one twice.
const POSTS: usize = 40;
/// An author does so many things in a round.
pub const ROUND: usize = 8;
/// After so many rounds something is changed, deleted or taken back: more letters than are under way at once.
pub const LAG: usize = 64;

/// What an activity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A note that names somebody here.
    Create,
    /// Somebody here is to be followed.
    Follow,
    /// A post of somebody here is liked.
    Like,
    /// A post of somebody here is shared.
    Announce,
    /// A note that came before says something else now.
    Update,
    /// A note that came before is deleted.
    Delete,
    /// A follow, a like or a share that came before is taken back, in turn.
    Undo(usize),
}

/// The round of an activity, and what it is.
pub fn kind_of(number: usize) -> (usize, Kind) {
    let round = number / ROUND;
    let kind = match number % ROUND {
        2 => Kind::Follow,
        3 => Kind::Like,
        4 => Kind::Announce,
        5 if round >= LAG => Kind::Update,
        6 if round >= LAG => Kind::Delete,
        7 if round >= LAG => Kind::Undo(2 + round % 3),
        _ => Kind::Create,
    };
    (round, kind)
}

/// Measures and tells.
pub async fn measure(place: &mut Place, residents: &[Resident]) -> Result<()> {
    let author = residents.first().ok_or_else(|| Error::new("write posts", "nobody is there"))?;
    let posts = posts(place, author).await?;
    let before = (place.database_bytes(), rows(place).await?);
    let recipients = residents.iter().map(|resident| resident.actor.clone()).collect();
    let work = Work::Mix { recipients, posts, run: "mixed".to_owned() };
    let plan = Plan { server: place.address, connections: CONNECTIONS, count: COUNT, seconds: SECONDS, work };
    let partner = Partner::prepare(plan).await?;
    let ready = partner.ready.clone();
    let measured = partner.go(place.process()?).await?;
    told(place, &measured)?;
    let beside = ratio(measured.rate(TAKEN), ready.verified);
    tell("  beside it: one core verifies", &format!("{:.0}/s; ratio {beside}", ready.verified));
    place.kill().await?;
    let after = rows(place).await?;
    let grown = place.database_bytes().saturating_sub(before.0) / u64::try_from(COUNT).unwrap_or(1);
    tell("  database grew by", &format!("{grown} bytes for each"));
    compared(&before.1, &after);
    place.start().await.map(drop)
}

fn told(place: &Place, measured: &Measured) -> Result<()> {
    let (taken, rate, seconds) = (measured.answered(TAKEN), measured.rate(TAKEN), measured.outcome.seconds);
    tell("mixed activities", &format!("{rate:.0}/s: {taken} of {COUNT} taken in {seconds:.2} s"));
    measured.tell(TAKEN);
    tell_memory(place)
}

/// Posts of somebody here, as others know them.
async fn posts(place: &Place, author: &Resident) -> Result<Vec<ObjectId>> {
    let path = format!("/users/{}/outbox", author.account_id()?);
    let mut posts = Vec::new();
    for number in 0..POSTS {
        let content = format!("<p>post number {number}</p>");
        let post = json!({"type": "Note", "content": content, "to": [context::PUBLIC]});
        let request = author.post(place.address, &path, post.to_string().as_bytes());
        let stored = http::ask(place.address, &request, 201).await?;
        let stored: Value = serde_json::from_slice(&stored).while_("read a post")?;
        let id = stored.pointer("/object/id").and_then(Value::as_str).unwrap_or_default();
        posts.push(id.parse().while_("read the id of a post")?);
    }
    Ok(posts)
}

/// The rows that tell what came of it.
const TABLES: [&str; 5] = ["post", "post_revision", "tombstone", "post_like", "boost"];

async fn rows(place: &Place) -> Result<Vec<i64>> {
    let mut rows = Vec::new();
    for table in TABLES {
        rows.push(place.rows_of(table).await?);
    }
    Ok(rows)
}

/// Tells how many rows there are more, and whether that is as it should be.
fn compared(before: &[i64], after: &[i64]) {
    let count = |wanted: Kind| (0..COUNT).filter(|number| kind_of(*number).1 == wanted).count();
    let deleted = count(Kind::Delete);
    let expected = [
        // Each author had written one note before.
        SERVERS * AUTHORS_OF_EACH + count(Kind::Create) - deleted,
        count(Kind::Update),
        deleted,
        count(Kind::Like) - count(Kind::Undo(3)),
        count(Kind::Announce) - count(Kind::Undo(4)),
    ];
    for (place, table) in TABLES.into_iter().enumerate() {
        let more = after[place] - before[place];
        let as_expected = usize::try_from(more).is_ok_and(|more| more == expected[place]);
        let verdict = if as_expected { "as it should be" } else { "NOT AS IT SHOULD BE" };
        tell(&format!("  new rows in {table}"), &format!("{more}, {verdict} ({})", expected[place]));
    }
}
