//! Deliveries, written out and signed in advance: `Create` of an MLS object and of a note in turn, each with ids of its own,
//! signed as the Fediverse signs (draft-cavage-12 over RSA) by the server's own code.

use std::{
    net::SocketAddr,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use alcove_protocol::{
    ActorId, GroupId, Timestamp,
    activity::create,
    context::ACTIVITY_JSON,
    mls::{MlsType, Outgoing, OutgoingIds},
    post::{Mention, Post, PostKind},
};
use alcove_server::{
    federation::signatures::{self, Headers, OutgoingRequest, SignedRequest, sign_cavage},
    mls::{Content, testing::message},
};
use url::Url;

use super::authors::Authors;
use crate::{
    error::{Error, Result, While},
    http,
    partner::Ready,
};

/// What a message weighs inside: a sentence, padded by the device, with its signature.
const CIPHERTEXT: usize = 512;
/// How many are verified here, to compare with.
const VERIFIED: usize = 4_000;

/// One delivery, signed.
struct Letter {
    path: String,
    headers: Headers,
    body: Vec<u8>,
}

/// Delivers one letter of each author, so that their keys are known from then on. Their ids begin otherwise than those of
/// the run, so that they are not counted with it.
pub async fn introduce(
    authors: &Authors,
    recipients: &[ActorId],
    run: &str,
    server: SocketAddr,
) -> Result<()> {
    let run = format!("first-{run}");
    for number in 0..authors.list.len() {
        let letter = write(authors, recipients, &run, number, now()?)?;
        http::ask(server, &letter.to_bytes(), 202).await?;
    }
    Ok(())
}

/// Writes and signs so many letters on all cores, and verifies some of them on one.
pub fn write_all(
    authors: &Authors,
    recipients: &[ActorId],
    run: &str,
    count: usize,
) -> Result<(Vec<Vec<u8>>, Ready)> {
    let now = now()?;
    let writers = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let share = |writer: usize| -> Result<Vec<Letter>> {
        (writer..count).step_by(writers).map(|number| write(authors, recipients, run, number, now)).collect()
    };
    let shares: Result<Vec<Vec<Letter>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..writers).map(|writer| scope.spawn(move || share(writer))).collect();
        let died = |_| Err(Error::new("sign", "a thread died"));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(died)).collect()
    });
    let letters: Vec<Letter> = shares?.into_iter().flatten().collect();
    let cores = f64::from(u32::try_from(writers).unwrap_or(1));
    let ready = Ready {
        prefix: format!("{}/a/{run}-", authors.origin),
        bytes: 0,
        signed: per_second(letters.len(), began) / cores,
        verified: verify(authors, recipients, &letters)?,
    };
    Ok((letters.iter().map(Letter::to_bytes).collect(), ready))
}

fn write(
    authors: &Authors,
    recipients: &[ActorId],
    run: &str,
    number: usize,
    now: Timestamp,
) -> Result<Letter> {
    let author = authors.of(number);
    // In turns of two, so that everybody gets of both kinds.
    let recipient = &recipients[number / 2 % recipients.len()];
    let (origin, name) = (&authors.origin, format!("{run}-{number}"));
    let (activity, object) = (format!("{origin}/a/{name}"), format!("{origin}/o/{name}"));
    let document = if number.is_multiple_of(2) {
        sealed(origin, &author.actor, recipient, activity, object, now)
    } else {
        plain(&author.actor, recipient, &activity, &object, now)
    };
    let body = document?.to_string().into_bytes();
    let url = Url::parse(&format!("{recipient}/inbox")).while_("name an inbox")?;
    let content_type = Some(ACTIVITY_JSON);
    let request = OutgoingRequest { method: "POST", url: &url, content_type, body: &body };
    let headers = sign_cavage(&request, author.signer(), now).while_("sign")?;
    Ok(Letter { path: url.path().to_owned(), headers, body })
}

/// A `Create` of an MLS object. Its bytes have a real header and noise behind it, which is all that a server sees.
fn sealed(
    origin: &str,
    author: &ActorId,
    recipient: &ActorId,
    activity: String,
    object: String,
    now: Timestamp,
) -> Result<serde_json::Value> {
    let group = GroupId::from_random([7; 16]);
    let noise: Vec<u8> = std::iter::repeat_with(rand::random).take(CIPHERTEXT).collect();
    let outgoing = Outgoing {
        kind: MlsType::PrivateMessage,
        content: message(&group, 3, Content::Application, &noise),
        to: vec![recipient.clone()],
        conversation: format!("{origin}/conversations/talk").parse().while_("name a conversation")?,
        group,
    };
    let ids = OutgoingIds { activity: activity.parse().while_("name an activity")?, object };
    Ok(outgoing.to_create(author, &ids, now))
}

/// A `Create` of a note to one person.
fn plain(
    author: &ActorId,
    recipient: &ActorId,
    activity: &str,
    object: &str,
    now: Timestamp,
) -> Result<serde_json::Value> {
    let text = "<p>Shall we meet at six at the old mill, and bring the children along?</p>".to_owned();
    let id = object.parse().while_("name a note")?;
    let note = Post {
        published: Some(now),
        to: vec![recipient.to_string()],
        mentions: vec![Mention { href: recipient.clone(), name: "@somebody".to_owned() }],
        ..Post::new(id, PostKind::Note, author.clone(), text)
    };
    Ok(create::build(&activity.parse().while_("name an activity")?, author, now, &note.to_value()))
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
fn verify(authors: &Authors, recipients: &[ActorId], letters: &[Letter]) -> Result<f64> {
    let Some(origin) = recipients.first().map(ActorId::origin) else {
        return Err(Error::new("write letters", "nobody is there to get them"));
    };
    let keys = authors.list.iter().map(|author| Ok((author.actor.to_string(), author.verifier()?)));
    let keys = keys.collect::<Result<Vec<_>>>()?;
    let (now, began) = (now()?, Instant::now());
    for letter in letters.iter().take(VERIFIED) {
        let headers: Vec<(&str, &[u8])> =
            letter.headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let request =
            SignedRequest { method: "POST", target: &letter.path, headers: &headers, body: &letter.body };
        let claim = signatures::parse(&request, &origin, now).while_("read a signature of our own")?;
        let key = keys.iter().find(|(actor, _)| claim.key_id.as_str().starts_with(&format!("{actor}#")));
        let (_, key) = key.ok_or_else(|| Error::new("verify", "a letter by nobody"))?;
        signatures::verify(&claim, key).while_("verify a signature of our own")?;
    }
    Ok(per_second(letters.len().min(VERIFIED), began))
}

fn per_second(count: usize, began: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / began.elapsed().as_secs_f64().max(f64::EPSILON)
}

fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).while_("tell the time")?;
    Ok(Timestamp(i64::try_from(since.as_millis()).while_("tell the time")?))
}
