//! Documents of other servers, fetched in the name of somebody here and handed on as they came. Nothing of them is stored
//! or believed: what they are worth is for the caller to judge.

use serde_json::Value;

use super::{fetch::FetchError, senders};
use crate::{
    app::App,
    error::{Error, Result},
};

/// Fetches a document, signed by an account's actor.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Gone`], [`Error::Busy`] when its server does not answer, `not-fetched` (422) when it may not
/// be asked or is no ActivityStreams document.
pub async fn fetch(app: &App, account: i64, address: &str) -> Result<Value> {
    let sender = senders::of_actor(app, account).await?;
    match app.outgoing.get_document(address, sender.signer(), app.clock.now()).await {
        Ok(document) => Ok(document.value),
        Err(FetchError::NotFound) => Err(Error::NotFound),
        Err(FetchError::Gone) => Err(Error::Gone),
        Err(error) if error.is_passing() => Err(Error::Busy),
        Err(error) => Err(Error::refused("not-fetched", 422, format!("This could not be fetched: {error}."))),
    }
}
