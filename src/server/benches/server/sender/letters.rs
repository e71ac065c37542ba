//! Deliveries, written out and signed in advance, as the Fediverse signs (draft-cavage-12 over RSA), by the server's own
//! code. What they say is the business of whoever has them written (`messages.rs`, `mixture.rs`).

use std::{
    net::SocketAddr,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use alcove_protocol::{ActorId, Timestamp, context::ACTIVITY_JSON};
use alcove_server::federation::signatures::{self, Headers, OutgoingRequest, SignedRequest, sign_cavage};
use serde_json::Value;
use url::Url;

use super::authors::{Author, Authors};
use crate::{
    error::{Error, Result, While},
    http,
    partner::Ready,
};

/// How many are verified here, to compare with.
const VERIFIED: usize = 4_000;

/// What is to be sent.
pub struct Draft<'a> {
    /// By whom.
    pub author: &'a Author,
    /// To whose inbox.
    pub recipient: &'a ActorId,
    /// What it says.
    pub document: Value,
}

/// One delivery, signed.
struct Letter {
    path: String,
    headers: Headers,
    body: Vec<u8>,
}

/// Delivers one letter, so that its author's key is known from then on.
pub async fn introduce(draft: &Draft<'_>, server: SocketAddr) -> Result<()> {
    http::ask(server, &write(draft, now()?)?.to_bytes(), 202).await.map(drop)
}

/// Writes and signs so many letters on all cores, and verifies some of them on one.
pub fn write_all<'a>(
    authors: &'a Authors,
    count: usize,
    draft: impl Fn(usize) -> Result<Draft<'a>> + Sync,
) -> Result<(Vec<Vec<u8>>, Ready)> {
    let now = now()?;
    let writers = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let share = |writer: usize| -> Result<Vec<Letter>> {
        (writer..count).step_by(writers).map(|number| write(&draft(number)?, now)).collect()
    };
    let shares: Result<Vec<Vec<Letter>>> = std::thread::scope(|scope| {
        let share = &share;
        let threads: Vec<_> = (0..writers).map(|writer| scope.spawn(move || share(writer))).collect();
        let died = |_| Err(Error::new("sign", "a thread died"));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(died)).collect()
    });
    let letters = in_turn(shares?);
    let cores = f64::from(u32::try_from(writers).unwrap_or(1));
    let signed = per_second(letters.len(), began) / cores;
    let origin = draft(0)?.recipient.origin();
    let verified = verify(authors, &origin, &letters)?;
    let ready = Ready { origin: authors.of(0).actor.origin().to_string(), bytes: 0, signed, verified };
    Ok((letters.iter().map(Letter::to_bytes).collect(), ready))
}

/// What several have written by turns, in order.
fn in_turn(shares: Vec<Vec<Letter>>) -> Vec<Letter> {
    let mut shares: Vec<_> = shares.into_iter().map(Vec::into_iter).collect();
    let mut letters = Vec::new();
    loop {
        let before = letters.len();
        letters.extend(shares.iter_mut().filter_map(Iterator::next));
        if letters.len() == before {
            return letters;
        }
    }
}

fn write(draft: &Draft<'_>, now: Timestamp) -> Result<Letter> {
    let body = draft.document.to_string().into_bytes();
    let url = Url::parse(&format!("{}/inbox", draft.recipient)).while_("name an inbox")?;
    let content_type = Some(ACTIVITY_JSON);
    let request = OutgoingRequest { method: "POST", url: &url, content_type, body: &body };
    let headers = sign_cavage(&request, draft.author.signer(), now).while_("sign")?;
    Ok(Letter { path: url.path().to_owned(), headers, body })
}

impl Letter {
    fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("POST {} HTTP/1.1\r\n", self.path);
        self.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        head.push_str(&format!("user-agent: benchmark\r\ncontent-length: {}\r\n\r\n", self.body.len()));
        [head.as_bytes(), &self.body].concat()
    }
}

/// How many letters one core reads and verifies in a second. Each must hold: a figure about broken ones means nothing.
fn verify(authors: &Authors, origin: &alcove_protocol::Origin, letters: &[Letter]) -> Result<f64> {
    let keys = authors.list.iter().map(|author| Ok((author.actor.to_string(), author.verifier()?)));
    let keys = keys.collect::<Result<Vec<_>>>()?;
    let (now, began) = (now()?, Instant::now());
    for letter in letters.iter().take(VERIFIED) {
        let headers: Vec<(&str, &[u8])> =
            letter.headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let request =
            SignedRequest { method: "POST", target: &letter.path, headers: &headers, body: &letter.body };
        let claim = signatures::parse(&request, origin, now).while_("read a signature of our own")?;
        let key = keys.iter().find(|(actor, _)| claim.key_id.as_str().starts_with(&format!("{actor}#")));
        let (_, key) = key.ok_or_else(|| Error::new("verify", "a letter by nobody"))?;
        signatures::verify(&claim, key).while_("verify a signature of our own")?;
    }
    Ok(per_second(letters.len().min(VERIFIED), began))
}

fn per_second(count: usize, began: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / began.elapsed().as_secs_f64().max(f64::EPSILON)
}

/// Now, by the clock of the machine.
pub fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).while_("tell the time")?;
    Ok(Timestamp(i64::try_from(since.as_millis()).while_("tell the time")?))
}
