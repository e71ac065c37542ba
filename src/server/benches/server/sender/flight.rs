//! Sends requests over kept-alive connections, one in flight on each, as fast as they are answered, until all are sent or
//! the time is over.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{
    error::{Result, While},
    http::Connection,
    partner::Outcome,
};

/// Requests as bytes; when there are fewer than are to be sent, they are sent again in turn.
pub struct Requests {
    /// The bytes.
    pub list: Vec<Vec<u8>>,
    /// How many are to be sent.
    pub count: usize,
    /// How long.
    pub limit: Duration,
}

/// What one connection saw: the status of each answer and how long it took, in microseconds.
#[derive(Default)]
struct Seen {
    answers: Vec<(u16, u32)>,
    failure: Option<String>,
}

/// Sends and waits for every answer.
pub async fn fly(server: SocketAddr, connections: usize, requests: Requests) -> Result<Outcome> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(server).await?);
    }
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let mut flights = JoinSet::new();
    for connection in open {
        flights.spawn(follow(connection, requests.clone(), next.clone(), began));
    }
    let mut seen = Vec::with_capacity(connections);
    while let Some(one) = flights.join_next().await {
        seen.push(one.while_("send")?);
    }
    Ok(summarise(&seen, began.elapsed()))
}

async fn follow(
    mut connection: Connection,
    requests: Arc<Requests>,
    next: Arc<AtomicUsize>,
    began: Instant,
) -> Seen {
    let mut seen = Seen::default();
    while began.elapsed() < requests.limit {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= requests.count {
            break;
        }
        let sent = Instant::now();
        match connection.exchange(&requests.list[number % requests.list.len()]).await {
            Ok(status) => {
                let microseconds = u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX);
                seen.answers.push((status, microseconds));
            }
            // What is lost is not sent again: it could be a replay, and it will be told.
            Err(error) => {
                seen.failure = Some(error.to_string());
                break;
            }
        }
    }
    seen
}

fn summarise(seen: &[Seen], elapsed: Duration) -> Outcome {
    let mut outcome = Outcome { seconds: elapsed.as_secs_f64(), ..Outcome::default() };
    let mut times = Vec::new();
    for (status, microseconds) in seen.iter().flat_map(|one| &one.answers) {
        *outcome.answers.entry(*status).or_default() += 1;
        times.push(*microseconds);
    }
    times.sort_unstable();
    let within = |percent: usize| {
        let at = times.len().saturating_sub(1) * percent / 100;
        times.get(at).map_or(0.0, |microseconds| f64::from(*microseconds) / 1_000.0)
    };
    (outcome.median, outcome.slow) = (within(50), within(99));
    outcome.failures.extend(seen.iter().filter_map(|one| one.failure.clone()));
    outcome
}
