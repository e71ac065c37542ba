//! With whose key we sign: the private keys of local actors, parsed once and kept in memory until they are rotated.

use std::sync::Arc;

use alcove_protocol::actor::KeyId;

use super::{
    memory::Memory,
    signatures::{Signer, SigningKey},
};
use crate::{
    app::App,
    db::actors,
    error::{Error, Result},
};

/// A local actor with the key that signs for it.
#[derive(Debug)]
pub struct Sender {
    key_id: KeyId,
    key: SigningKey,
}

/// The senders that this process has ready, by the rows of their actors.
pub type Senders = Memory<i64, Arc<Sender>>;

impl Sender {
    /// What signatures are made with.
    pub fn signer(&self) -> Signer<'_> {
        Signer { key_id: &self.key_id, key: &self.key }
    }
}

/// The key of a local actor.
///
/// # Errors
/// [`Error::NotFound`] for an actor that has none: one of another server, or one that is gone.
pub async fn of_actor(app: &App, actor: i64) -> Result<Arc<Sender>> {
    if let Some(sender) = app.federation.senders.get(&actor, app.clock.now()) {
        return Ok(sender);
    }
    let keys = app.db.read(move |transaction| actors::keys_of(transaction, actor)).await?;
    let private = keys.into_iter().find_map(|key| key.private_pem.map(|pem| (key.uri, pem)));
    let (uri, pem) = private.ok_or(Error::NotFound)?;
    let key_id = KeyId::parse(&uri).map_err(Error::unknown)?;
    let key = SigningKey::read(&pem).map_err(Error::unknown)?;
    let sender = Arc::new(Sender { key_id, key });
    app.federation.senders.put(actor, sender.clone(), app.clock.now());
    Ok(sender)
}

/// The key of the server's own actor, which signs what no person asked for.
///
/// # Errors
/// When the database fails.
pub async fn of_instance(app: &App) -> Result<Arc<Sender>> {
    let actor = super::documents::instance(app).await?.about;
    of_actor(app, actor).await
}
