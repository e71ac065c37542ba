//! Wakes whoever waits: the workers of the delivery queue and open event streams. A wake carries no news, only the hint to
//! look into the database; one that is lost costs a moment until the next poll, never a message.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use redis::{AsyncCommands, aio::ConnectionManager};
use tokio::sync::{broadcast, mpsc};

use crate::error::{Error, Result};

/// What there is to look at.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Wake {
    /// Something arrived for an account, or one of its pairings moved.
    Account(i64),
    /// There is something to deliver.
    Deliveries,
    /// There is work for later to be done.
    Jobs,
    /// The document or the keys of an actor, ours or not, have changed.
    Actor(i64),
    /// The list of blocked domains has changed.
    Domains,
    /// Streams and tokens of an account may have ended.
    Access(i64),
    /// Wakes were lost on their way between nodes: anything may have happened.
    Everything,
}

/// The channel that several nodes share.
const CHANNEL: &str = "alcove:wake";
/// How many wakes wait for whoever is slow, before they are dropped.
const QUEUE: usize = 1_024;

/// The wakes of this process and, through Redis, of all nodes.
pub struct Bus {
    here: broadcast::Sender<Wake>,
    elsewhere: Option<Elsewhere>,
}

/// The other nodes. Wakes for them wait in a queue, because they come from database threads, too.
struct Elsewhere {
    queue: mpsc::Sender<Wake>,
    /// Whether some were lost that nobody was told of yet.
    lost: Arc<AtomicBool>,
    publisher: tokio::task::JoinHandle<()>,
    listener: tokio::task::JoinHandle<()>,
}

impl Bus {
    /// A bus within this process.
    pub fn local() -> Arc<Self> {
        Arc::new(Self { here: broadcast::channel(QUEUE).0, elsewhere: None })
    }

    /// A bus between nodes.
    ///
    /// # Errors
    /// When the Redis server cannot be reached at start; later losses are bridged by polling.
    pub async fn redis(url: &str) -> Result<Arc<Self>> {
        let client = redis::Client::open(url).map_err(Error::unknown)?;
        let connection = client.get_connection_manager().await.map_err(Error::unknown)?;
        let here = broadcast::channel(QUEUE).0;
        let (queue, wakes) = mpsc::channel(QUEUE);
        let lost = Arc::new(AtomicBool::new(false));
        let elsewhere = Elsewhere {
            queue,
            lost: lost.clone(),
            publisher: tokio::spawn(publish(connection, wakes, lost)),
            listener: tokio::spawn(listen(client, here.clone())),
        };
        Ok(Arc::new(Self { here, elsewhere: Some(elsewhere) }))
    }

    /// Listens from now on. Register before looking into the database, so that nothing falls in between.
    pub fn listen(&self) -> broadcast::Receiver<Wake> {
        self.here.subscribe()
    }

    /// Wakes listeners here and on the other nodes.
    pub fn send(&self, wakes: Vec<Wake>) {
        for wake in wakes {
            if let Some(elsewhere) = &self.elsewhere {
                elsewhere.publish(wake.clone());
            }
            // Without a listener there is nobody to wake.
            drop(self.here.send(wake));
        }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.publisher.abort();
        self.listener.abort();
    }
}

impl Elsewhere {
    /// Never waits: when Redis is slower than we are, the other nodes hear later that they have missed something.
    fn publish(&self, wake: Wake) {
        if self.queue.try_send(wake).is_err() {
            self.lost.store(true, Ordering::Relaxed);
        }
    }
}

/// Publishes one wake after the other, and after a loss first that there was one.
async fn publish(mut connection: ConnectionManager, mut wakes: mpsc::Receiver<Wake>, lost: Arc<AtomicBool>) {
    while let Some(wake) = wakes.recv().await {
        let wake = if lost.swap(false, Ordering::Relaxed) { Wake::Everything } else { wake };
        let Ok(text) = serde_json::to_string(&wake) else { continue };
        if let Err(error) = connection.publish::<_, _, ()>(CHANNEL, text).await {
            lost.store(true, Ordering::Relaxed);
            tracing::warn!(%error, "other nodes were not woken and will look by themselves");
        }
    }
}

/// Passes on what other nodes say, and connects again for as long as the process runs. Our own wakes come back too; a
/// second look costs one query.
async fn listen(client: redis::Client, here: broadcast::Sender<Wake>) {
    use futures_util::StreamExt;
    loop {
        if let Ok(mut subscription) = client.get_async_pubsub().await
            && subscription.subscribe(CHANNEL).await.is_ok()
        {
            // What was said before we listened, or while the connection was lost, is not said again.
            drop(here.send(Wake::Everything));
            let mut messages = subscription.on_message();
            while let Some(message) = messages.next().await {
                let wake =
                    message.get_payload::<String>().ok().and_then(|text| serde_json::from_str(&text).ok());
                wake.into_iter().for_each(|wake| drop(here.send(wake)));
            }
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However much there is to say while Redis does not answer, what waits for it is bounded, and nobody here waits.
    #[tokio::test]
    async fn wakes_for_other_nodes_wait_in_bounded_number() {
        let (queue, mut wakes) = mpsc::channel(QUEUE);
        let idle = || tokio::spawn(std::future::pending());
        let lost = Arc::new(AtomicBool::new(false));
        let elsewhere = Elsewhere { queue, lost: lost.clone(), publisher: idle(), listener: idle() };
        let bus = Bus { here: broadcast::channel(QUEUE).0, elsewhere: Some(elsewhere) };
        let mut here = bus.listen();
        for account in 0..5_000 {
            bus.send(vec![Wake::Account(account)]);
            assert_eq!(here.recv().await, Ok(Wake::Account(account)));
        }
        let mut waiting = 0;
        while wakes.try_recv().is_ok() {
            waiting += 1;
        }
        assert_eq!(waiting, QUEUE);
        assert!(lost.load(Ordering::Relaxed), "the other nodes are told later that they have missed some");
    }
}
