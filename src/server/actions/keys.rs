//! The keys of local actors: given when an actor is made, shown in its document, replaced, and put to use for the proofs on
//! what it sends (FEP-521a, FEP-8b32). Making keys takes a tenth of a second, so they are made before the transaction.
//! Signing requests is `federation/senders`.

use alcove_protocol::{
    ActorId,
    actor::{KeyId, KeyMaterial, PublicKey},
};
use serde_json::Value;

use super::{hidden, profiles};
use crate::{
    app::Moment,
    cryptography::{Algorithm, NewKey, NewKeys, SigningKey, proofs},
    db::{
        Transaction,
        actors::{self, KeyRow},
        envelopes::{self, Kind},
    },
    error::{Error, Result},
    site::Site,
};

/// The public keys of an actor of ours, as its document shows them.
pub struct Shown {
    /// Everybody verifies with this one.
    pub rsa: PublicKey,
    /// Those under `assertionMethod`.
    pub assertion: Vec<PublicKey>,
}

/// The first keys of a local actor.
pub fn first(actor: i64, moment: &Moment, actor_uri: &str, keys: NewKeys) -> [KeyRow; 2] {
    let rsa = row(actor, moment, format!("{actor_uri}#main-key"), Algorithm::Rsa, keys.rsa);
    let ed25519 = row(actor, moment, format!("{actor_uri}#ed25519-key"), Algorithm::Ed25519, keys.ed25519);
    [rsa, ed25519]
}

/// Puts new keys in the place of a local actor's present ones. They get ids of their own: whoever has an old key in a cache
/// meets an unknown id and fetches the actor again, whoever looks keys up by actor refetches when the old one fails, and all
/// are told.
///
/// # Errors
/// [`Error::NotFound`] when there is no such actor here.
pub fn rotate(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    actor_id: i64,
    keys: NewKeys,
) -> Result<()> {
    let actor = actors::find(transaction, actor_id)?.ok_or(Error::NotFound)?;
    let former = actors::keys_of(transaction, actor_id)?;
    if !actor.uri.starts_with(site.origin().as_str()) || former.is_empty() {
        return Err(Error::NotFound);
    }
    for key in former {
        actors::retire_key(transaction, key.id, moment.now)?;
    }
    for key in first(actor_id, moment, &actor.uri, keys) {
        let uri = format!("{}-{}", key.uri, moment.name());
        actors::insert_key(transaction, &KeyRow { uri, ..key })?;
    }
    profiles::changed(transaction, site, moment, actor_id)
}

fn row(actor: i64, moment: &Moment, uri: String, algorithm: Algorithm, key: NewKey) -> KeyRow {
    KeyRow {
        id: moment.id(),
        actor_id: actor,
        uri,
        algorithm: algorithm.as_str().to_owned(),
        public_pem: key.public,
        private_pem: Some(key.private_pem),
        created_at: moment.now.0,
        retired_at: None,
    }
}

/// The public keys of a local actor that are in use.
///
/// # Errors
/// [`Error::NotFound`] when it has none.
pub fn shown(transaction: &mut Transaction<'_>, id: &ActorId, actor: i64) -> Result<Shown> {
    let (mut rsa, mut assertion) = (None, Vec::new());
    for key in actors::keys_of(transaction, actor)? {
        let key_id = KeyId::parse(&key.uri).map_err(Error::unknown)?;
        let key_of = |material| PublicKey { id: key_id, owner: id.clone(), material };
        match Algorithm::parse(&key.algorithm) {
            Some(Algorithm::Rsa) => rsa = rsa.or(Some(key_of(KeyMaterial::Pem(key.public_pem)))),
            Some(Algorithm::Ed25519) => assertion.push(key_of(KeyMaterial::Multikey(key.public_pem))),
            None => {}
        }
    }
    Ok(Shown { rsa: rsa.ok_or(Error::NotFound)?, assertion })
}

/// The private key of a kind of a local actor, with its id; `None` where there is none of that kind.
///
/// # Errors
/// When what is stored is no key.
pub fn private(
    transaction: &mut Transaction<'_>,
    actor: i64,
    algorithm: Algorithm,
) -> Result<Option<(KeyId, SigningKey)>> {
    let keys = actors::keys_of(transaction, actor)?.into_iter();
    let mut keys = keys.filter(|key| key.algorithm == algorithm.as_str());
    let found = keys.find_map(|key| key.private_pem.map(|pem| (key.uri, pem)));
    let Some((uri, pem)) = found else { return Ok(None) };
    let key_id = KeyId::parse(&uri).map_err(Error::unknown)?;
    Ok(Some((key_id, SigningKey::read(&pem).map_err(Error::unknown)?)))
}

/// Puts a proof by its author on a stored activity that is about to leave this server, so that others may pass it on and be
/// believed. Done once, when it is queued, and with it the hidden recipients go, because nothing may be changed afterwards.
///
/// Sealed things get none: they are for the actors that they name, who verify them by the group's own signatures, and a
/// lasting proof of who wrote to whom would say more to others than they may know.
///
/// # Errors
/// When the database fails.
pub fn prove(transaction: &mut Transaction<'_>, moment: &Moment, envelope: i64, author: i64) -> Result<()> {
    let row = envelopes::find(transaction, envelope)?.ok_or(Error::NotFound)?;
    if [Kind::Mls.as_str(), Kind::Sequencer.as_str()].contains(&row.kind.as_str()) || row.document.is_empty()
    {
        return Ok(());
    }
    let mut activity: Value = serde_json::from_str(&row.document).map_err(Error::unknown)?;
    if activity.get("proof").is_some() {
        return Ok(());
    }
    let Some((key_id, key)) = private(transaction, author, Algorithm::Ed25519)? else { return Ok(()) };
    hidden::strip(&mut activity);
    proofs::add(&mut activity, &key_id, &key, moment.now).map_err(Error::unknown)?;
    envelopes::refill(transaction, envelope, &activity.to_string())
}
