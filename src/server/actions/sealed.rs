//! An activity that carries an MLS object, read once for all that is done with it: stored, sent, sequenced, received. The
//! document stays as it is, unknown properties included (trap T9); what decides is the framing of the bytes, never the
//! type around them (traps T2, T7).

use alcove_protocol::{
    ActivityId, ActorId, ConversationId, GroupId,
    activity::{Activity, create::Create},
    context, json as read,
    mls::{self as envelope, MlsObject},
    time::HOUR,
};

use crate::{
    app::Moment,
    db::{
        Transaction,
        envelopes::{self, Kind, NewEnvelope},
    },
    error::{Error, Result},
    mls::{self, Framing, Header},
    secret::sha256,
    site::Site,
};

/// The most people that one activity goes to: an MLS group of ours has at most 500 leaves (ENCRYPTION.md 1.9).
pub const MAX_RECIPIENTS: usize = 500;

/// A `Create` of an MLS object.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The whole activity.
    pub activity: Activity,
    /// Its id.
    pub id: ActivityId,
    /// What the object says of itself.
    pub object: MlsObject,
    /// What its bytes say; none when they are no MLS message, such as a bare ratchet tree (trap T2).
    pub framing: Option<Framing>,
    /// SHA-256 of the bytes.
    pub digest: Vec<u8>,
}

/// Whether an activity carries an MLS object.
pub fn is_sealed(activity: &Activity) -> bool {
    activity.embedded_object().is_some_and(envelope::is_mls)
}

impl Sealed {
    /// Reads the activity. It must be a `Create` with an id, of an object by the same author (traps T8a, T17).
    ///
    /// # Errors
    /// `mls-object`, with what was expected.
    pub fn read(activity: Activity) -> Result<Self> {
        let refused = |expected: String| Error::refused("mls-object", 422, expected);
        let create =
            Create::parse(&activity).map_err(|invalid| refused(format!("This was not taken: {invalid}.")))?;
        let id = create.id.cloned().ok_or_else(|| refused("Expected an activity with an id.".into()))?;
        let object = envelope::parse_object(create.object)
            .map_err(|invalid| refused(format!("This was not taken: {invalid}.")))?;
        let (framing, digest) = (mls::framing(&object.content), sha256(&object.content));
        Ok(Self { activity, id, object, framing, digest })
    }

    /// How many Welcomes this is: one or none.
    pub fn welcomes(&self) -> usize {
        usize::from(self.framing == Some(Framing::Welcome))
    }

    /// The clear header, of what is said in a group.
    pub fn header(&self) -> Option<&Header> {
        self.framing.as_ref().and_then(Framing::header)
    }

    /// The group: as the bytes name it, or for a Welcome as the object does.
    pub fn group(&self) -> Option<&GroupId> {
        self.header().map(|header| &header.group).or(self.object.group.as_ref())
    }

    /// The conversation, which stands on the object, the activity or both.
    pub fn conversation(&self) -> Option<ConversationId> {
        let outer = || read::single_id(&self.activity.document, "conversation");
        self.object.conversation.clone().or_else(|| ConversationId::parse(outer()?).ok())
    }

    /// The row that stores it. What names no conversation keeps its order by its group.
    pub fn row(&self, moment: &Moment, device: Option<&str>) -> NewEnvelope {
        let order = self.conversation().map(|conversation| conversation.as_str().to_owned());
        NewEnvelope {
            digest: Some(self.digest.clone()),
            conversation_uri: order.or_else(|| self.group().map(|group| group.as_str().to_owned())),
            epoch: self.header().and_then(|header| i64::try_from(header.epoch).ok()),
            device_uri: device.map(str::to_owned),
            ..NewEnvelope::new(moment, Kind::Mls, &self.id, &self.activity.actor, &self.activity.document)
        }
    }
}

/// The most Welcomes of one actor within an hour: more than any group of ours can use, few enough that nobody's devices
/// are flooded (ENCRYPTION.md 1.3).
pub const MAX_WELCOMES_PER_HOUR: i64 = 600;

/// Bounds how many Welcomes one actor sends: so many more are to be stored now.
///
/// # Errors
/// [`Error::TooMany`], which the server of the sender takes as a reason to try again later.
pub fn expect_few_welcomes(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    actor: &ActorId,
    more: usize,
) -> Result<()> {
    let more = i64::try_from(more).unwrap_or(MAX_WELCOMES_PER_HOUR);
    let since = moment.now.plus(-HOUR);
    if more > 0 && envelopes::count_welcomes(transaction, actor, since)? + more > MAX_WELCOMES_PER_HOUR {
        return Err(Error::TooMany(HOUR.unsigned_abs() / 1_000));
    }
    Ok(())
}

/// Reads the recipients of something sealed: explicit actors and nobody else.
///
/// # Errors
/// `mls-audience`, naming the address that is none of an actor.
pub fn recipients(site: &Site, addresses: &[&str]) -> Result<Vec<ActorId>> {
    if addresses.is_empty() || addresses.len() > MAX_RECIPIENTS {
        let expected = format!("Expected 1 to {MAX_RECIPIENTS} recipients.");
        return Err(Error::refused("mls-audience", 422, expected));
    }
    let mut actors: Vec<ActorId> = Vec::new();
    for address in addresses {
        let actor = ActorId::parse(address).ok().filter(|_| !is_crowd(site, address));
        let actor = actor.ok_or_else(|| not_an_actor(address))?;
        if !actors.contains(&actor) {
            actors.push(actor);
        }
    }
    Ok(actors)
}

/// Whether an address is the public's or a collection's, neither of which can hold a key. Of other servers' addresses it
/// is known only once they are fetched, which delivery does.
pub fn is_crowd(site: &Site, address: &str) -> bool {
    let no_actor = |id: &ActorId| {
        site.owns(id) && site.account_of(id).is_none() && *id != site.instance_actor()
            || ["/followers", "/following"].iter().any(|end| id.as_str().ends_with(end))
    };
    context::is_public(address) || ActorId::parse(address).is_ok_and(|id| no_actor(&id))
}

/// The refusal of a recipient that is no actor.
pub fn not_an_actor(address: &str) -> Error {
    let expected = format!("Expected actors as recipients of an encrypted message; {address} is none.");
    Error::refused("mls-audience", 422, expected)
}
