//! Key packages: our own, published, rotated and deleted in time, and those of others, judged before they are used
//! (ENCRYPTION.md 1.3, traps T4, T5, T14, T15, T26, T39). Not the Welcomes that use them.

use alcove_protocol::{
    ActorId, DeviceId, KeyPackageId, Timestamp,
    api::FoundKeyPackages,
    context, json as read,
    mls::KeyPackageObject,
    time::{DAY, HOUR},
};
use openmls::prelude::{
    KeyPackage, KeyPackageIn, Lifetime, MlsMessageBodyIn, MlsMessageIn, OpenMlsProvider, ProtocolVersion,
    tls_codec::{DeserializeBytes, Serialize as _},
};
use openmls_traits::storage::StorageProvider;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    call::{Attempt, Call, CallId, NewKeyPackage},
    conversation::{Conversation, Purpose},
    error::Error,
    event::Event,
    identity::IdentityKey,
    mls::{SUITE, capabilities, contained},
    record::hex,
    trust::{actor_of, endorsement},
    turn::{PendingCall, Turn, pending_calls},
};

/// How long a replaced package's private key is kept: peers use stale copies (trap T35).
const KEPT: i64 = 14 * DAY;
/// How long a package lasts.
const LASTS: i64 = 83 * DAY;
/// The least that a package of somebody else must still last for us to add it.
const NEEDED: i64 = 30 * DAY;
/// The longest lifetime of somebody else's package that we take.
const LONGEST: i64 = 400 * DAY;

/// The most packages of an answer that are looked at.
const MOST_OBJECTS: usize = 100;
/// The most devices of one person that are added: whoever shows more keeps nobody else out.
const MOST_DEVICES: usize = 20;
/// How long after a refusal a package is offered again.
const OFFER_AGAIN: i64 = HOUR;
/// How often the device looks whether its package is still there.
const LOOK_AGAIN: i64 = DAY;
/// That a package has no published successor yet: its clock does not run. A record tells it as any other time.
const NOT_REPLACED: Timestamp = Timestamp::LAST;
/// How an `MLSMessage` of version 1.0 with a key package begins (RFC 9420 section 6).
const WRAPPED: [u8; 4] = [0, 1, 0, 5];

/// The packages of this device.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct OwnPackages {
    current: Option<OwnPackage>,
    superseded: Vec<OwnPackage>,
    /// When the current one is to be replaced.
    rotate_at: Timestamp,
    /// When to look whether the current one is still published.
    look_at: Timestamp,
}

/// A package whose private key is still here.
#[derive(Clone, Serialize, Deserialize)]
struct OwnPackage {
    /// OpenMLS's reference, as it stores it.
    reference: Vec<u8>,
    expires: Timestamp,
    /// When the server had taken its successor.
    replaced: Timestamp,
}

/// Makes a package, stores its private key and publishes it; the one before is kept for a while.
pub(crate) fn publish(turn: &mut Turn<'_>) -> Result<(), Error> {
    let device = turn.account.device.clone().ok_or(Error::NotApproved)?;
    let seconds = |at: Timestamp| u64::try_from(at.seconds()).unwrap_or_default();
    let lifetime = Lifetime::init(seconds(turn.now.plus(-25 * HOUR)), seconds(turn.now.plus(LASTS)));
    let bundle = KeyPackage::builder()
        .key_package_lifetime(lifetime)
        .leaf_node_capabilities(capabilities())
        .leaf_node_extensions(turn.account.leaf_extensions()?)
        .mark_as_last_resort()
        .build(SUITE, turn.provider, &turn.account.key, turn.account.credential())
        .map_err(Error::mls)?;
    let package = bundle.key_package();
    let reference = package.hash_ref(turn.provider.crypto()).map_err(Error::mls)?;
    let content = package.tls_serialize_detached().map_err(Error::mls)?;
    let expires = turn.now.plus(LASTS);
    let own = OwnPackage {
        reference: postcard::to_stdvec(&reference).map_err(Error::mls)?,
        expires,
        replaced: NOT_REPLACED,
    };
    let now = turn.now;
    let former = turn.account.packages.current.replace(own);
    turn.account.packages.superseded.extend(former);
    turn.account.packages.rotate_at = turn.some_time_within(DAY).plus(6 * DAY);
    turn.account.packages.look_at = now.plus(LOOK_AGAIN);
    // The newest package is the only one that is still to be published.
    for (id, _) in publications(turn)? {
        turn.forget_call(id);
    }
    let actor = turn.account.actor.clone();
    turn.call(Call::PublishKeyPackage(NewKeyPackage { actor, device, content }), Purpose::Device)?;
    Ok(())
}

/// The publications that have no answer yet.
fn publications(turn: &Turn<'_>) -> Result<Vec<(CallId, PendingCall)>, Error> {
    let mut calls = pending_calls(turn.provider)?;
    calls.retain(|(_, pending)| matches!(pending.call, Call::PublishKeyPackage(_)));
    Ok(calls)
}

/// The server shows the current package: until now peers could only have found those before.
pub(crate) fn published(turn: &mut Turn<'_>) {
    let now = turn.now;
    let superseded = turn.account.packages.superseded.iter_mut();
    superseded.filter(|package| package.replaced == NOT_REPLACED).for_each(|package| package.replaced = now);
}

/// The server did not take the current package: another one is offered after a while. Nobody has seen this one, unless an
/// earlier attempt was taken: then its key stays until a successor has been published.
pub(crate) fn refused(turn: &mut Turn<'_>, attempt: Attempt) -> Result<(), Error> {
    let packages = &mut turn.account.packages;
    packages.rotate_at = turn.now.plus(OFFER_AGAIN);
    if attempt == Attempt::Repeated {
        return Ok(());
    }
    let refused = packages.current.take();
    let still_shown = |package: &mut OwnPackage| package.replaced == NOT_REPLACED;
    packages.current = packages.superseded.pop_if(still_shown);
    refused.iter().try_for_each(|package| delete(turn, package))
}

/// Another app of the account may have deleted our package (trap T8c): if the server has none of this device, publish.
pub(crate) fn republish_if_vanished(turn: &mut Turn<'_>, found: &FoundKeyPackages) -> Result<(), Error> {
    let ours = found.actor == turn.account.actor && turn.account.require_approved().is_ok();
    if !ours || !publications(turn)?.is_empty() {
        return Ok(());
    }
    let key = turn.account.key.public();
    let there = judged(turn, found).usable.iter().any(|usable| usable.signature_key() == key);
    if there { Ok(()) } else { publish(turn) }
}

/// After a use that the person has accepted: replaced at some time within a day.
pub(crate) fn used(turn: &mut Turn<'_>) {
    let soon = turn.some_time_within(DAY);
    let packages = &mut turn.account.packages;
    packages.rotate_at = packages.rotate_at.min(soon);
}

/// The upkeep of every tick: rotation, deletion of what was replaced long ago, the warning before the end.
pub(crate) fn upkeep(turn: &mut Turn<'_>) -> Result<(), Error> {
    if turn.account.require_approved().is_err() {
        return Ok(());
    }
    if turn.now >= turn.account.packages.rotate_at {
        if let Some(current) = &turn.account.packages.current
            && current.expires.since(turn.now) < 21 * DAY
        {
            let at = current.expires;
            turn.show(Event::KeyPackageExpires { at });
        }
        publish(turn)?;
    }
    if turn.now >= turn.account.packages.look_at {
        turn.account.packages.look_at = turn.now.plus(LOOK_AGAIN);
        turn.call_once(Call::FetchKeyPackages(turn.account.actor.clone()), Purpose::Device)?;
    }
    let now = turn.now;
    let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut turn.account.packages.superseded)
        .into_iter()
        .partition(|package| now.since(package.replaced) > KEPT || now > package.expires);
    turn.account.packages.superseded = kept;
    gone.iter().try_for_each(|package| delete(turn, package))
}

/// Deletes the private key, and with it the memory of the Welcomes that it opened (promise P17).
fn delete(turn: &Turn<'_>, package: &OwnPackage) -> Result<(), Error> {
    let reference: openmls::prelude::KeyPackageRef =
        postcard::from_bytes(&package.reference).map_err(Error::mls)?;
    turn.provider.store.delete_key_package(&reference)?;
    turn.provider.store.delete_all(&format!("welcome/{}/", hex(reference.as_slice())));
    Ok(())
}

/// The record that says that a Welcome was taken: under the package that opened it.
pub(crate) fn welcome_key(turn: &Turn<'_>, package: &KeyPackage, digest: &[u8]) -> Result<String, Error> {
    let reference = package.hash_ref(turn.provider.crypto()).map_err(Error::mls)?;
    Ok(format!("welcome/{}/{}", hex(reference.as_slice()), hex(digest)))
}

/// Somebody's package that can be added.
pub(crate) struct Usable {
    pub(crate) package: KeyPackage,
    pub(crate) identity: Option<IdentityKey>,
    /// What its object calls the device.
    pub(crate) device: String,
}

impl Usable {
    /// The device.
    pub(crate) fn signature_key(&self) -> &[u8] {
        self.package.leaf_node().signature_key().as_slice()
    }
}

/// A device that cannot be added, and why: the end of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) device: String,
    pub(crate) reason: &'static str,
}

impl LeftOut {
    /// What the person is told.
    pub(crate) fn event(self, conversation: &Conversation, actor: &ActorId) -> Event {
        let (conversation, actor) = (conversation.group.clone(), actor.clone());
        Event::DeviceLeftOut { conversation, actor, device: self.device, reason: self.reason.to_owned() }
    }
}

/// What an actor's server has answered, judged.
#[derive(Default)]
pub(crate) struct Judged {
    /// The packages that can be added: whole, valid, of the actor, lasting; the newest for each device.
    pub(crate) usable: Vec<Usable>,
    /// The devices of which no package can be.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Judges the packages of an answer, each by itself: a bad one keeps no other out.
pub(crate) fn judged(turn: &Turn<'_>, found: &FoundKeyPackages) -> Judged {
    let mut objects: Vec<_> = found
        .key_packages
        .iter()
        .take(MOST_OBJECTS)
        .map(|value| (device_of(value), KeyPackageObject::parse(value)))
        .collect();
    // Newest first, so that the first of each device is the one to use (trap T39).
    objects.sort_by_key(|(_, object)| std::cmp::Reverse(object.as_ref().and_then(|object| object.published)));
    let mut judged = Judged::default();
    for (device, object) in objects {
        match judge(turn, &found.actor, &device, object) {
            Ok(fresh) if judged.usable.iter().any(|known| known.signature_key() == fresh.signature_key()) => {
            }
            Ok(fresh) if judged.usable.len() < MOST_DEVICES => judged.usable.push(fresh),
            Ok(_) => judged.left_out.push(LeftOut { device, reason: "the person has too many devices" }),
            Err(reason) => judged.left_out.push(LeftOut { device, reason }),
        }
    }
    let Judged { usable, left_out } = &mut judged;
    left_out.retain(|left_out| usable.iter().all(|usable| usable.device != left_out.device));
    left_out.dedup_by(|one, other| one.device == other.device);
    judged
}

/// What an object calls its device: the generator's id (trap T6), else its own.
fn device_of(object: &Value) -> String {
    let generator = read::single_id(object, "generator").filter(|id| DeviceId::parse(id).is_ok());
    let own = read::text(object, "id").filter(|id| KeyPackageId::parse(id).is_ok());
    generator.or(own).unwrap_or("a device without a name").to_owned()
}

fn is_our_suite(object: &KeyPackageObject) -> bool {
    object.ciphersuite.as_deref().is_none_or(|suite| suite == context::CIPHERSUITE)
}

/// Reads a package, raw or wrapped, by a complete parse (trap T4), and verifies it.
pub(crate) fn parse(turn: &Turn<'_>, bytes: &[u8]) -> Result<KeyPackage, Error> {
    // Each way by itself: in builds with assertions, reading the one as the other can panic in the decoder (trap T37).
    let raw = || contained(|| KeyPackageIn::tls_deserialize_exact_bytes(bytes).map_err(Error::mls));
    let wrapped = || contained(|| unwrap(bytes));
    // The beginning says only what is tried first: a raw package of the fifth suite begins in the same way.
    let package = match bytes.starts_with(&WRAPPED) {
        true => wrapped().or_else(|_| raw())?,
        false => raw().or_else(|_| wrapped())?,
    };
    package.validate(turn.provider.crypto(), ProtocolVersion::Mls10).map_err(Error::mls)
}

/// The package inside an `MLSMessage`.
fn unwrap(bytes: &[u8]) -> Result<KeyPackageIn, Error> {
    match MlsMessageIn::tls_deserialize_exact_bytes(bytes).map_err(Error::mls)?.extract() {
        MlsMessageBodyIn::KeyPackage(package) => Ok(package),
        _ => Err(Error::Mls("expected a key package".to_owned())),
    }
}

fn judge(
    turn: &Turn<'_>,
    actor: &ActorId,
    device: &str,
    object: Option<KeyPackageObject>,
) -> Result<Usable, &'static str> {
    let object = object.ok_or("its key package cannot be read, or is too long")?;
    if object.attributed_to != *actor {
        return Err("its key package belongs to somebody else");
    }
    if !is_our_suite(&object) {
        return Err("its key package is for other algorithms");
    }
    let package = parse(turn, &object.content).map_err(|_| "its key package is not valid, or has run out")?;
    let milliseconds = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
    let (from, until) =
        (milliseconds(package.life_time().not_before()), milliseconds(package.life_time().not_after()));
    if until.saturating_sub(turn.now.0) < NEEDED || until.saturating_sub(from) > LONGEST {
        return Err("its key package runs out within 30 days, or lasts too long");
    }
    let leaf = package.leaf_node();
    if actor_of(leaf.credential()).as_ref() != Some(actor) {
        return Err("its key package names somebody else");
    }
    let endorsed = endorsement(leaf);
    let key = leaf.signature_key().as_slice();
    if endorsed.as_ref().is_some_and(|endorsement| !endorsement.covers(actor, key)) {
        return Err("the person has not signed its key");
    }
    if package.ciphersuite() != SUITE {
        return Err("its key package is for other algorithms");
    }
    let identity = endorsed.map(|endorsement| endorsement.identity);
    Ok(Usable { package, identity, device: device.to_owned() })
}
