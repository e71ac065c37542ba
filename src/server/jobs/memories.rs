//! Ends what this process remembers of an actor that has changed, here or on another node, and reads the list of blocked
//! domains anew. Who has missed wakes cannot
//! know of whom they spoke and forgets everything.

use tokio::sync::broadcast::error::RecvError;

use crate::{
    app::App,
    bus::Wake,
    federation::{Federation, blocked},
};

/// Listens until it is dropped.
pub async fn work(app: App) {
    let mut wakes = app.bus.listen();
    loop {
        match wakes.recv().await {
            Err(RecvError::Closed) => return,
            heard => {
                heed(&app.federation, &heard);
                if is_of_domains(&heard) {
                    reload(&app).await;
                }
            }
        }
    }
}

/// A list that cannot be read now is read at the next wake; what was blocked before stays so.
async fn reload(app: &App) {
    if let Err(error) = blocked::reload(app).await {
        tracing::warn!(%error, "the list of blocked domains could not be read");
    }
}

fn is_of_domains(heard: &Result<Wake, RecvError>) -> bool {
    matches!(heard, Ok(Wake::Domains | Wake::Everything) | Err(RecvError::Lagged(_)))
}

fn heed(federation: &Federation, heard: &Result<Wake, RecvError>) {
    match heard {
        Ok(Wake::Actor(actor)) => federation.forget(*actor),
        Ok(Wake::Everything) | Err(RecvError::Lagged(_)) => federation.forget_all(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use alcove_protocol::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::federation::documents::{Document, Subject};

    #[test]
    fn a_wake_ends_what_is_remembered_of_one_and_missed_wakes_all_of_it() {
        let (federation, now) = (Federation::default(), Timestamp(0));
        for actor in [1, 2, 3] {
            let document = Arc::new(Document::new(actor, &json!({})));
            federation.documents.put(Subject::Account(actor), document, now);
        }
        let known =
            || [1, 2, 3].map(|actor| federation.documents.get(&Subject::Account(actor), now).is_some());
        heed(&federation, &Ok(Wake::Deliveries));
        assert_eq!(known(), [true, true, true]);
        heed(&federation, &Ok(Wake::Actor(2)));
        assert_eq!(known(), [true, false, true]);
        heed(&federation, &Ok(Wake::Everything));
        assert_eq!(known(), [false, false, false]);
    }
}
