//! With whose keys we sign: the private keys of local actors, parsed once and kept in memory until they are rotated.

use std::sync::Arc;

use alcove_protocol::actor::KeyId;

use super::{
    memory::Memory,
    signatures::{Scheme, Signer},
};
use crate::{
    actions::keys,
    app::App,
    cryptography::{Algorithm, SigningKey},
    error::{Error, Result},
};

/// A local actor with the keys that sign for it.
#[derive(Debug)]
pub struct Sender {
    rsa: (KeyId, SigningKey),
    ed25519: (KeyId, SigningKey),
}

/// The senders that this process has ready, by the rows of their actors.
pub type Senders = Memory<i64, Arc<Sender>>;

impl Sender {
    /// What everybody can verify.
    pub fn signer(&self) -> Signer<'_> {
        Signer { key_id: &self.rsa.0, key: &self.rsa.1 }
    }

    /// What signatures of a scheme are made with.
    pub fn signer_for(&self, scheme: Scheme) -> Signer<'_> {
        match scheme {
            Scheme::Cavage | Scheme::Rfc9421 => self.signer(),
            Scheme::Rfc9421Ed25519 => Signer { key_id: &self.ed25519.0, key: &self.ed25519.1 },
        }
    }
}

/// The keys of a local actor.
///
/// # Errors
/// [`Error::NotFound`] for an actor that has none: one of another server, or one that is gone.
pub async fn of_actor(app: &App, actor: i64) -> Result<Arc<Sender>> {
    if let Some(sender) = app.federation.senders.get(&actor, app.clock.now()) {
        return Ok(sender);
    }
    let sender = app.db.read(move |transaction| {
        let mut key = |algorithm| keys::private(transaction, actor, algorithm)?.ok_or(Error::NotFound);
        Ok(Sender { rsa: key(Algorithm::Rsa)?, ed25519: key(Algorithm::Ed25519)? })
    });
    let sender = Arc::new(sender.await?);
    app.federation.senders.put(actor, sender.clone(), app.clock.now());
    Ok(sender)
}

/// The keys of the server's own actor, which signs what no person asked for.
///
/// # Errors
/// When the database fails.
pub async fn of_instance(app: &App) -> Result<Arc<Sender>> {
    let actor = super::documents::instance(app).await?.about;
    of_actor(app, actor).await
}
