//! What people here send that is sealed: the outbox of ActivityPub C2S for MLS objects. Stored once, given to recipients
//! here, queued for those elsewhere, all in one transaction. Posting the same bytes to the same people again gets the
//! first answer again, because a 201 may have been lost.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{self, Activity},
    context,
    mls::MlsType,
    problem::Problem,
};
use serde_json::{Map, Value, json};

use super::{
    arrive, deliver,
    devices::Sender,
    policy,
    sealed::{self, Sealed},
    sequencer,
};
use crate::{
    app::Moment,
    db::{
        Transaction, deliveries, devices,
        envelopes::{self, Audience, EnvelopeRow},
        items, tokens,
    },
    error::{Error, Result},
    mls::{self, Content, Framing},
    site::Site,
};

/// What an outbox answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The activity.
    pub id: ActivityId,
    /// The activity as it is stored.
    pub document: Value,
}

/// Sends a `Create` of an MLS object.
///
/// # Errors
/// `mls-audience`, `mls-object`; `stale-epoch` with `currentEpoch` for a message of an epoch that has ended: the device
/// encrypts it again (ENCRYPTION.md 1.8).
pub fn send(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: Sender,
    create: Value,
) -> Result<Sent> {
    let object = create.get("object").unwrap_or(&Value::Null);
    let recipients = sealed::recipients(site, &activity::audience(&[&create, object]))?;
    policy::expect_sealed(transaction)?;
    tokens::lock(transaction, sender.token)?;
    let sealed = Sealed::read(stamped(site, moment, sender.account, create)?)?;
    if let Some(first) = first_answer(transaction, site, &sealed, &recipients)? {
        return Ok(first);
    }
    expect_current(transaction, &sealed)?;
    sealed::expect_few_welcomes(transaction, moment, &sealed.activity.actor, sealed.welcomes())?;
    let row = sealed.row(moment, device_uri(transaction, site, sender)?.as_deref());
    let envelope = envelopes::store(transaction, &row)?.id();
    envelopes::send(transaction, moment.id(), sender.account, &row, Audience::Named)?;
    fan_out(transaction, site, moment, sender.account, envelope, &recipients)?;
    Ok(Sent { id: sealed.id, document: sealed.activity.document })
}

/// The activity as it goes out: ids and time by the server, author and audience on both levels, hidden recipients gone,
/// the type plain (trap T1); everything else as the device wrote it (trap T9).
fn stamped(site: &Site, moment: &Moment, account: i64, create: Value) -> Result<Activity> {
    let not_an_object = || Error::refused("mls-object", 422, "Expected an embedded object.");
    let Value::Object(mut outer) = create else { return Err(not_an_object()) };
    let Some(Value::Object(mut inner)) = outer.remove("object") else { return Err(not_an_object()) };
    let actor = site.actor(account);
    let moved = inner.remove("@context");
    outer.entry("@context").or_insert_with(|| moved.unwrap_or_else(context::mls));
    for name in ["bto", "bcc"] {
        outer.remove(name);
        inner.remove(name);
    }
    for name in ["to", "cc", "context", "conversation"] {
        share(&mut outer, &mut inner, name);
    }
    let kind = plain_type(&Value::Object(inner.clone()));
    inner.insert("type".into(), json!(kind));
    inner.insert("id".into(), json!(site.object(&moment.name())));
    inner.entry("attributedTo").or_insert_with(|| json!(actor));
    outer.insert("type".into(), json!("Create"));
    outer.insert("id".into(), json!(site.activity(&moment.name())));
    outer.insert("actor".into(), json!(actor));
    outer.insert("published".into(), json!(moment.now.whole_minute()));
    outer.insert("object".into(), Value::Object(inner));
    Activity::parse(Value::Object(outer))
        .map_err(|invalid| Error::refused("mls-object", 422, format!("This was not taken: {invalid}.")))
}

/// Lets a property that stands on one level stand on both.
fn share(outer: &mut Map<String, Value>, inner: &mut Map<String, Value>, name: &str) {
    match (outer.get(name), inner.get(name)) {
        (None, Some(value)) => drop(outer.insert(name.into(), value.clone())),
        (Some(value), None) => drop(inner.insert(name.into(), value.clone())),
        _ => {}
    }
}

/// The type that was declared, as a plain name; that of the bytes where none of MLS was (traps T1, T3, T8b).
fn plain_type(object: &Value) -> &'static str {
    let parsed = alcove_protocol::mls::parse_object(object).ok();
    let declared = parsed.as_ref().and_then(|object| object.declared);
    let wire = || parsed.as_ref().and_then(|object| mls::framing(&object.content)).map(|it| it.wire());
    declared.or_else(wire).unwrap_or(MlsType::PrivateMessage).name()
}

/// The answer of before, when the same actor has sent the same bytes to the same people.
fn first_answer(
    transaction: &mut Transaction<'_>,
    site: &Site,
    sealed: &Sealed,
    recipients: &[ActorId],
) -> Result<Option<Sent>> {
    for row in envelopes::by_digest(transaction, &sealed.activity.actor, &sealed.digest)? {
        if !envelopes::is_sent(transaction, row.id)? {
            continue;
        }
        let Some(sent) = stored(&row)? else { continue };
        let reached = reached(transaction, site, row.id, &sent)?;
        if recipients.iter().all(|recipient| reached.contains(recipient.as_str())) {
            return Ok(Some(sent));
        }
    }
    Ok(None)
}

/// Whom something went to: everybody it names, and whoever got it or will without being named.
fn reached(
    transaction: &mut Transaction<'_>,
    site: &Site,
    envelope: i64,
    sent: &Sent,
) -> Result<BTreeSet<String>> {
    let named = activity::audience(&[&sent.document, &sent.document["object"]]);
    let mut reached: BTreeSet<String> = named.into_iter().map(str::to_owned).collect();
    let here = items::receivers(transaction, envelope)?;
    reached.extend(here.into_iter().map(|account| site.actor(account).to_string()));
    let elsewhere = deliveries::of_activity(transaction, &sent.id)?;
    reached.extend(elsewhere.into_iter().map(|delivery| delivery.recipient.to_string()));
    Ok(reached)
}

/// A stored activity as an answer; none when its content was forgotten long ago.
fn stored(row: &EnvelopeRow) -> Result<Option<Sent>> {
    if row.document.is_empty() {
        return Ok(None);
    }
    let document = serde_json::from_str(&row.document).map_err(Error::unknown)?;
    let id = ActivityId::parse(&row.activity_uri).map_err(Error::unknown)?;
    Ok(Some(Sent { id, document }))
}

/// Refuses a message of an epoch that is known to have ended: its readers may have forgotten the key.
fn expect_current(transaction: &mut Transaction<'_>, sealed: &Sealed) -> Result<()> {
    let Some(header) = sealed.header().filter(|header| header.content == Content::Application) else {
        return Ok(());
    };
    let Some(conversation) = sealed.conversation() else { return Ok(()) };
    match sequencer::known_epoch(transaction, &conversation, &header.group)? {
        Some(current) if header.epoch < current => Err(Error::Refused(Box::new(
            Problem::new("stale-epoch", "The group has moved on; encrypt the message again.", 409)
                .with("currentEpoch", current),
        ))),
        _ => Ok(()),
    }
}

/// The id of the device that sends, which only copies to its own account show.
pub(super) fn device_uri(
    transaction: &mut Transaction<'_>,
    site: &Site,
    sender: Sender,
) -> Result<Option<String>> {
    let device = match sender.device {
        Some(id) => devices::find(transaction, id)?,
        None => None,
    };
    Ok(device.map(|device| site.device(sender.account, &device.name).as_str().to_owned()))
}

/// Gives an envelope to recipients here and queues it for those elsewhere.
pub fn fan_out(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    sender: i64,
    envelope: i64,
    recipients: &[ActorId],
) -> Result<()> {
    let here = recipients.iter().filter_map(|recipient| site.account_of(recipient));
    arrive::give(transaction, moment, envelope, here)?;
    deliver::enqueue(transaction, site, moment, envelope, sender, recipients)
}

/// Whether bytes are a Welcome.
pub(super) fn is_welcome(bytes: &[u8]) -> bool {
    mls::framing(bytes) == Some(Framing::Welcome)
}

#[cfg(test)]
mod tests;
