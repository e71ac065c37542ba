//! The worker of the delivery queue: claims what may go out, sends it, writes down what came of it. It holds no message in
//! memory that is not in the database, and no lock while it sends. What may go out is decided in `actions/deliver`.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast::error::RecvError},
    task::JoinSet,
};

use super::leases;
use crate::{
    actions::deliver,
    app::App,
    bus::Wake,
    db::{
        Transaction,
        deliveries::{self, Claimed},
    },
    error::Result,
    federation,
};

/// How many deliveries one process has under way at once, besides those that wait for slow servers.
const AT_ONCE: usize = 64;
/// After how long a server is slow: what waits for it keeps nothing else from going out.
const SLOW: Duration = Duration::from_secs(1);
/// How many deliveries one process has under way in all.
const IN_ALL: usize = 512;
/// How often the worker looks without having been woken.
const POLL: Duration = Duration::from_secs(5);

/// What a worker has claimed and not yet settled.
#[derive(Clone, Default)]
pub struct UnderWay(Arc<Mutex<HashSet<i64>>>);

impl UnderWay {
    fn change<T>(&self, change: impl FnOnce(&mut HashSet<i64>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives back the leases of attempts that were broken off, for when a process ends in good order.
    pub async fn release(&self, app: &App) -> Result<()> {
        let ids: Vec<i64> = self.change(|ids| ids.drain().collect());
        app.db.write(move |transaction| deliveries::release(transaction, &ids)).await
    }
}

/// Gives back what a process before this one was sending when it was killed, so that its messages need not wait for a
/// lease to run out. Only where there is a single node: elsewhere somebody else may be sending. Should that be so against
/// the configuration, a delivery goes out twice, and the other side knows it by its id.
///
/// # Errors
/// When the database fails.
pub async fn take_back(app: &App) -> Result<()> {
    if !app.config.redis.url.0.is_empty() {
        return Ok(());
    }
    let released = app.db.write(deliveries::release_all).await?;
    if released > 0 {
        tracing::info!(released, "deliveries that were broken off go out again");
    }
    Ok(())
}

/// Works until it is dropped. A failing database ends nothing: the next look tries again.
pub async fn work(app: App, under_way: UnderWay) {
    let mut wakes = app.bus.listen();
    let (mut sending, places) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
    loop {
        let free = places.available_permits();
        match claim(&app, free.min(IN_ALL.saturating_sub(sending.len()))).await {
            Ok(claimed) => claimed.into_iter().for_each(|one| {
                under_way.change(|ids| ids.insert(one.id));
                let place = places.clone().try_acquire_owned().ok();
                sending.spawn(in_place(place, attempt(app.clone(), one, under_way.clone())));
            }),
            Err(error) => tracing::warn!(%error, "the delivery queue could not be read; trying again"),
        }
        tokio::select! {
            _ = next_wake(&mut wakes) => {}
            Some(_) = sending.join_next(), if !sending.is_empty() => {}
            _ = places.acquire(), if places.available_permits() == 0 && sending.len() < IN_ALL => {}
            () = tokio::time::sleep(POLL) => {}
        }
        while sending.try_join_next().is_some() {}
    }
}

/// Works on in a place, which somebody else gets as soon as this turns out to be slow.
async fn in_place(place: Option<OwnedSemaphorePermit>, work: impl Future<Output = ()>) {
    let mut work = std::pin::pin!(work);
    if tokio::time::timeout(SLOW, &mut work).await.is_err() {
        drop(place);
        work.await;
    }
}

/// Delivers everything that is due now, and returns when nothing is: neither waiting nor under way here or in the worker.
/// For tests, whose clocks move by themselves.
///
/// # Errors
/// When the database fails.
pub async fn drain(app: &App) -> Result<()> {
    let mut wakes = app.bus.listen();
    loop {
        let claimed = claim(app, AT_ONCE).await?;
        if claimed.is_empty() {
            let now = app.clock.now();
            // Both in one look: what is settled between two may let the next of its lane go.
            let done = move |transaction: &mut Transaction<'_>| {
                let under_way = deliveries::in_flight(transaction, now)?;
                Ok(under_way.is_empty() && deliveries::due(transaction, now, &[], &[], 1)?.is_empty())
            };
            if app.db.read(done).await? {
                return Ok(());
            }
            // Whoever has the lease wakes us when it is settled.
            drop(tokio::time::timeout(POLL, next_wake(&mut wakes)).await);
            continue;
        }
        let mut sending = JoinSet::new();
        for one in claimed {
            sending.spawn(attempt(app.clone(), one, UnderWay::default()));
        }
        while sending.join_next().await.is_some() {}
    }
}

async fn claim(app: &App, limit: usize) -> Result<Vec<Claimed>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    leases::hold(app).await?;
    let moment = app.moment();
    app.db.write(move |transaction| deliver::claim(transaction, &moment, limit)).await
}

/// Sends one delivery. When what came of it cannot be written down, the lease runs out and it is sent again: the other side
/// knows it by its id.
async fn attempt(app: App, claimed: Claimed, under_way: UnderWay) {
    let id = claimed.id;
    let outcome = federation::deliver::send(&app, &claimed).await;
    let moment = app.moment();
    let settled =
        app.db.write(move |transaction| deliver::settle(transaction, &moment, &claimed, &outcome)).await;
    under_way.change(|ids| ids.remove(&id));
    if let Err(error) = settled {
        tracing::warn!(%error, delivery = id, "what came of a delivery could not be written down");
    }
}

/// Waits until there may be something to deliver; wakes that were missed count as one.
async fn next_wake(wakes: &mut tokio::sync::broadcast::Receiver<Wake>) {
    loop {
        match wakes.recv().await {
            Ok(Wake::Deliveries) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}
