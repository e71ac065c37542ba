//! Wakes whoever waits: the workers of the delivery queue and open event streams. A wake carries no news, only the hint to
//! look into the database; one that is lost costs a moment until the next poll, never a message.

use std::sync::Arc;

use redis::{AsyncCommands, aio::ConnectionManager};
use tokio::sync::broadcast;

use crate::error::{Error, Result};

/// What there is to look at.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Wake {
    /// Something arrived for an account, or one of its pairings moved.
    Account(i64),
    /// There is something to deliver.
    Deliveries,
    /// The document or the keys of an actor, ours or not, have changed.
    Actor(i64),
    /// Streams and tokens of an account may have ended.
    Access(i64),
}

/// The channel that several nodes share.
const CHANNEL: &str = "alcove:wake";

/// The wakes of this process and, through Redis, of all nodes.
pub struct Bus {
    here: broadcast::Sender<Wake>,
    elsewhere: Option<Elsewhere>,
    listener: Option<tokio::task::JoinHandle<()>>,
}

/// The other nodes, and where the sending to them runs: wakes come from database threads, too.
struct Elsewhere {
    connection: ConnectionManager,
    runtime: tokio::runtime::Handle,
}

impl Bus {
    /// A bus within this process.
    pub fn local() -> Arc<Self> {
        Arc::new(Self { here: broadcast::channel(1_024).0, elsewhere: None, listener: None })
    }

    /// A bus between nodes.
    ///
    /// # Errors
    /// When the Redis server cannot be reached at start; later losses are bridged by polling.
    pub async fn redis(url: &str) -> Result<Arc<Self>> {
        let client = redis::Client::open(url).map_err(Error::unknown)?;
        let connection = client.get_connection_manager().await.map_err(Error::unknown)?;
        let elsewhere = Elsewhere { connection, runtime: tokio::runtime::Handle::current() };
        let here = broadcast::channel(1_024).0;
        let listener = tokio::spawn(listen(client, here.clone()));
        Ok(Arc::new(Self { here, elsewhere: Some(elsewhere), listener: Some(listener) }))
    }

    /// Listens from now on. Register before looking into the database, so that nothing falls in between.
    pub fn listen(&self) -> broadcast::Receiver<Wake> {
        self.here.subscribe()
    }

    /// Wakes listeners here and on the other nodes.
    pub fn send(&self, wakes: Vec<Wake>) {
        for wake in wakes {
            if let Some(elsewhere) = &self.elsewhere {
                elsewhere.publish(&wake);
            }
            // Without a listener there is nobody to wake.
            drop(self.here.send(wake));
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

impl Elsewhere {
    fn publish(&self, wake: &Wake) {
        let Ok(text) = serde_json::to_string(wake) else { return };
        let mut connection = self.connection.clone();
        self.runtime.spawn(async move {
            if let Err(error) = connection.publish::<_, _, ()>(CHANNEL, text).await {
                tracing::warn!(%error, "other nodes were not woken and will look by themselves");
            }
        });
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
