//! Ends what this process remembers of an actor that has changed, here or on another node. A wake that was lost costs a
//! minute of an older document, never a wrong decision: keys that fail are fetched again.

use tokio::sync::broadcast::error::RecvError;

use crate::{app::App, bus::Wake};

/// Listens until it is dropped.
pub async fn work(app: App) {
    let mut wakes = app.bus.listen();
    loop {
        match wakes.recv().await {
            Ok(Wake::Actor(actor)) => app.federation.forget(actor),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
