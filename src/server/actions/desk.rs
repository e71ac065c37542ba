//! What people here do in the open, as it goes out: an activity is stored in the transaction of what it tells and queued
//! for whom it concerns. What is told, and to whom, is decided in the files beside this one; how it is sent, in
//! `deliver.rs`. Not sealed things, which are in `outbox.rs`.

use alcove_protocol::{ActivityId, ActorId};
use serde_json::Value;

use super::{deliver, domains, outbox::Sent};
use crate::{
    app::Moment,
    db::{
        Transaction, blocks,
        envelopes::{self, Kind, NewEnvelope, Stored},
    },
    error::{Error, Result},
    site::Site,
};

/// Somebody here who is about to do something.
#[derive(Clone, Debug)]
pub struct Desk<'a> {
    /// Where.
    pub site: &'a Site,
    /// When.
    pub moment: &'a Moment,
    /// Who.
    pub account: i64,
    /// The actor of that account.
    pub actor: ActorId,
}

impl<'a> Desk<'a> {
    /// The desk of an account at a moment.
    pub fn new(site: &'a Site, moment: &'a Moment, account: i64) -> Self {
        Self { site, moment, account, actor: site.actor(account) }
    }

    /// The id of something new to be told.
    pub fn activity(&self) -> ActivityId {
        self.site.activity(&self.moment.name())
    }

    /// Tells certain actors something, each by a delivery of its own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tell(
        &self,
        transaction: &mut Transaction<'_>,
        id: ActivityId,
        document: Value,
        to: &[ActorId],
    ) -> Result<Sent> {
        let envelope = self.store(transaction, &id, &document)?;
        deliver::enqueue(transaction, self.site, self.moment, envelope, self.account, to)?;
        Ok(Sent { id, document })
    }

    /// Tells members of a conversation something, each by a delivery of its own, in the order in which it was said there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn say(
        &self,
        transaction: &mut Transaction<'_>,
        conversation: &str,
        id: ActivityId,
        document: Value,
        to: &[ActorId],
    ) -> Result<Sent> {
        let row = NewEnvelope {
            conversation_uri: Some(conversation.to_owned()),
            ..NewEnvelope::new(self.moment, Kind::Social, &id, &self.actor, &document)
        };
        let envelope = store(transaction, &row)?;
        deliver::enqueue(transaction, self.site, self.moment, envelope, self.account, to)?;
        Ok(Sent { id, document })
    }

    /// Tells many readers something, one copy for each inbox that a server shares; nobody across a block.
    ///
    /// # Errors
    /// When the database fails.
    pub fn spread(
        &self,
        transaction: &mut Transaction<'_>,
        id: ActivityId,
        document: Value,
        readers: &[ActorId],
        patience: i64,
    ) -> Result<Sent> {
        let apart = blocks::apart_from(transaction, self.actor.as_str())?;
        let readers: Vec<ActorId> =
            readers.iter().filter(|reader| !apart.contains(reader.as_str())).cloned().collect();
        let envelope = self.store(transaction, &id, &document)?;
        deliver::spread(transaction, self.site, self.moment, envelope, self.account, &readers, patience)?;
        Ok(Sent { id, document })
    }

    fn store(&self, transaction: &mut Transaction<'_>, id: &ActivityId, document: &Value) -> Result<i64> {
        store(transaction, &NewEnvelope::new(self.moment, Kind::Social, id, &self.actor, document))
    }

    /// Refuses to do something with somebody across a block.
    ///
    /// # Errors
    /// `blocked`, which does not tell whose block it is; `domain-blocked`.
    pub fn expect_no_block(&self, transaction: &mut Transaction<'_>, other: &ActorId) -> Result<()> {
        domains::expect_open(transaction, other)?;
        self.expect_not_apart(transaction, other)
    }

    /// Refuses to do something with somebody when one of both has blocked the other.
    ///
    /// # Errors
    /// `blocked`, which does not tell whose block it is.
    pub fn expect_not_apart(&self, transaction: &mut Transaction<'_>, other: &ActorId) -> Result<()> {
        if !blocks::stands_between(transaction, self.actor.as_str(), other.as_str())? {
            return Ok(());
        }
        let sentence = "This is not possible, because one of you has blocked the other.";
        Err(Error::refused("blocked", 403, sentence))
    }
}

/// Stores what is told; what is told again gets back what was forgotten of it since.
fn store(transaction: &mut Transaction<'_>, row: &NewEnvelope) -> Result<i64> {
    let stored = envelopes::store(transaction, row)?;
    if matches!(&stored, Stored::Known(known) if known.document.is_empty()) {
        envelopes::refill(transaction, stored.id(), &row.document)?;
    }
    Ok(stored.id())
}
