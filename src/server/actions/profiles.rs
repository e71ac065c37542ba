//! The documents of people here, as they go out, and the news that one has changed. Whoever keeps a copy must hear of it:
//! servers whose copy of a key is old refuse what it signed.

pub mod edit;

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId, Handle, Link, Timestamp,
    activity::update,
    actor::{Field, FollowApproval, Image, Profile, own},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{deliver, keys, posts::details::Emoji};
use crate::{
    app::Moment,
    bus::Wake,
    db::{
        Transaction, accounts,
        actors::{self, ActorRow},
        envelopes::{self, Kind, NewEnvelope},
        media,
        profiles::{self, Approval, Discovery, ProfileRow},
    },
    error::{Error, Result},
    media::{Variant, address},
    site::Site,
};

/// Of how many actors elsewhere the servers are told.
const MAX_TOLD: i64 = 5_000;

/// The document of an account's actor.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Gone`] when the person has deleted the account, and only then.
pub fn document(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    reader: own::Reader,
) -> Result<Value> {
    accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
    let id = site.actor(account);
    let (row, keys) = with_keys(transaction, &id)?;
    let handle = Handle { name: row.name.clone(), domain: row.domain.clone() };
    let profile = told(transaction, site, &row)?;
    let person = own::Person {
        id: &id,
        handle: &handle,
        name: &row.display_name,
        profile: &profile,
        rsa_key: &keys.rsa,
        assertion_keys: &keys.assertion,
    };
    Ok(person.to_value(reader))
}

/// One line of a profile, as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Plain text.
    pub name: String,
    /// Safe HTML.
    pub value: String,
    /// What was typed, by people here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// The profile of somebody here, also of one who has said nothing yet.
///
/// # Errors
/// When the database fails.
pub fn of_account(transaction: &mut Transaction<'_>, account: i64, now: Timestamp) -> Result<ProfileRow> {
    Ok(profiles::find(transaction, account)?.unwrap_or_else(|| ProfileRow::empty(account, now)))
}

/// The lines of a profile.
pub fn lines(row: &ProfileRow) -> Vec<Line> {
    serde_json::from_str(&row.fields).unwrap_or_default()
}

/// What an actor of ours tells everybody.
fn told(transaction: &mut Transaction<'_>, site: &Site, actor: &ActorRow) -> Result<Profile> {
    let came = Some(Timestamp(actor.created_at).whole_day());
    let Some(row) = profiles::find(transaction, actor.id)? else {
        return Ok(Profile { published: came, ..Profile::default() });
    };
    let is_open = row.discovery == Discovery::Open.as_str();
    Ok(Profile {
        icon: picture(transaction, site, row.avatar.as_deref())?,
        image: picture(transaction, site, row.header.as_deref())?,
        fields: lines(&row).into_iter().map(|line| Field { name: line.name, value: line.value }).collect(),
        follow_approval: match row.approval() {
            Approval::Automatic => FollowApproval::Automatic,
            Approval::Manual => FollowApproval::Manual,
        },
        discoverable: is_open,
        indexable: is_open,
        also_known_as: row.aliases().iter().filter_map(|id| ActorId::parse(id).ok()).collect(),
        moved_to: row.moved_to.as_ref().and_then(|id| ActorId::parse(id).ok()),
        published: came,
        emojis: Emoji::of_column(row.emojis.as_deref()).iter().filter_map(Emoji::tag).collect(),
        summary: row.summary,
    })
}

/// The picture that a profile of ours holds, by the name of its file.
fn picture(transaction: &mut Transaction<'_>, site: &Site, name: Option<&str>) -> Result<Option<Image>> {
    let row = match name {
        Some(name) => media::by_name(transaction, name)?,
        None => None,
    };
    let image = |row: media::MediaRow| {
        let url = Link::parse(&address(site, &row, Variant::Original)?).ok()?;
        Some(Image { url, media_type: Some(row.content_type), description: None })
    };
    Ok(row.and_then(image))
}

/// An actor of ours with the keys that sign for it.
///
/// # Errors
/// As [`document`].
pub fn with_keys(transaction: &mut Transaction<'_>, id: &ActorId) -> Result<(ActorRow, keys::Shown)> {
    let row = actors::by_uri(transaction, id)?.ok_or(Error::NotFound)?;
    if row.gone_at.is_some() {
        return Err(Error::Gone);
    }
    let keys = keys::shown(transaction, id, row.id)?;
    Ok((row, keys))
}

/// An actor of ours has changed: one actor of each server that is known hears of it, for all who are there. Of the server's
/// own actor only the id is sent, because its document has parts that are configured.
///
/// # Errors
/// As [`document`].
pub fn changed(transaction: &mut Transaction<'_>, site: &Site, moment: &Moment, actor: i64) -> Result<()> {
    transaction.wake(Wake::Actor(actor));
    let row = actors::find(transaction, actor)?.ok_or(Error::NotFound)?;
    let uri = ActorId::parse(&row.uri).map_err(Error::unknown)?;
    let object = match site.account_of(&uri) {
        Some(account) => document(transaction, site, account, own::Reader::Public)?,
        None => json!(uri),
    };
    let id = site.activity(&moment.name());
    let news = update::build(&id, &uri, &object);
    let row = NewEnvelope::new(moment, Kind::Social, &id, &uri, &news);
    let envelope = envelopes::store(transaction, &row)?.id();
    let told = one_of_each_server(transaction)?;
    deliver::spread(transaction, site, moment, envelope, actor, &told, deliver::PATIENCE)
}

fn one_of_each_server(transaction: &mut Transaction<'_>) -> Result<Vec<ActorId>> {
    let mut met = BTreeSet::new();
    let known = actors::remote(transaction, MAX_TOLD)?;
    let known = known.iter().filter_map(|uri| ActorId::parse(uri).ok());
    Ok(known.filter(|actor| met.insert(actor.origin())).collect())
}

#[cfg(test)]
mod tests;
