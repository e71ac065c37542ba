//! The order of commits (ENCRYPTION.md 1.5): one winner for each epoch, the same answer for the same bytes, nobody outside
//! the roster. What it reads is what a server can read: the clear header.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActivityId, ActorId, ConversationId, GroupId, Problem,
    api::{Conversation, PastCommit, PastCommits},
    mls::SequencerAdd,
};
use openmls::prelude::{ContentType, MlsMessageIn, tls_codec::DeserializeBytes};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The clear header of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    pub group: GroupId,
    pub epoch: u64,
    pub content: ContentType,
}

impl Header {
    /// Reads it; `None` for anything but a PrivateMessage or PublicMessage.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let message = MlsMessageIn::tls_deserialize_exact_bytes(bytes).ok()?;
        let message = message.try_into_protocol_message().ok()?;
        let group = GroupId::parse(std::str::from_utf8(message.group_id().as_slice()).ok()?).ok()?;
        Some(Self { group, epoch: message.epoch().as_u64(), content: message.content_type() })
    }
}

/// A commit, as it is asked to be decided.
pub struct Candidate<'a> {
    pub by: &'a ActorId,
    pub activity: &'a Value,
    pub id: &'a ActivityId,
    pub content: &'a [u8],
    pub members: &'a [ActorId],
}

/// One conversation at its sequencer.
#[derive(Clone)]
pub struct Sequenced {
    id: ConversationId,
    group: GroupId,
    instance: ActorId,
    /// The roster of each epoch; the last is the present one.
    rosters: Vec<BTreeSet<ActorId>>,
    past: Vec<PastCommit>,
}

/// How a commit was decided.
pub enum Decision {
    /// It won; the word goes to these.
    Won(SequencerAdd, BTreeSet<ActorId>),
    /// It had won before.
    Again(SequencerAdd),
    /// It is refused.
    Refused(Problem),
}

impl Sequenced {
    /// A new conversation, at epoch 0 with its maker alone in it.
    pub fn new(id: ConversationId, group: GroupId, instance: ActorId, maker: &ActorId) -> Self {
        Self { id, group, instance, rosters: vec![BTreeSet::from([maker.clone()])], past: Vec::new() }
    }

    /// The epoch that the next commit must name.
    pub fn epoch(&self) -> u64 {
        self.past.len() as u64
    }

    /// The present roster.
    pub fn roster(&self) -> &BTreeSet<ActorId> {
        self.rosters.last().unwrap()
    }

    /// Whether somebody was a member in that epoch.
    pub fn was_member(&self, epoch: u64, actor: &ActorId) -> bool {
        let roster = usize::try_from(epoch).ok().and_then(|epoch| self.rosters.get(epoch));
        roster.is_some_and(|roster| roster.contains(actor))
    }

    /// As a device is told.
    pub fn described(&self) -> Conversation {
        Conversation { id: self.id.clone(), group: self.group.clone(), epoch: self.epoch(), incarnation: 1 }
    }

    /// One compare-and-set.
    pub fn decide(&mut self, candidate: &Candidate<'_>) -> Decision {
        let digest = digest(candidate.content);
        if let Some(known) = self.past.iter().find(|past| past.add.digest == digest) {
            return Decision::Again(known.add.clone());
        }
        let Some(header) = Header::read(candidate.content) else {
            return Decision::Refused(Problem::new("invalid-commit", "This is no commit.", 422));
        };
        if !self.roster().contains(candidate.by) {
            return Decision::Refused(Problem::new("not-a-member", "You are not in this conversation.", 403));
        }
        if header.content != ContentType::Commit || header.group != self.group {
            return Decision::Refused(Problem::new(
                "invalid-commit",
                "This is no commit of this group.",
                422,
            ));
        }
        if header.epoch != self.epoch() {
            return Decision::Refused(self.wrong_epoch(header.epoch));
        }
        let add = self.announce(candidate);
        let after: BTreeSet<ActorId> = candidate.members.iter().cloned().collect();
        let told = self.roster().union(&after).cloned().collect();
        self.rosters.push(after);
        Decision::Won(add, told)
    }

    /// Ends the present epoch with these bytes, whatever they are, and leaves the roster as it is: an honest sequencer has
    /// looked at them before.
    pub fn announce(&mut self, candidate: &Candidate<'_>) -> SequencerAdd {
        let digest = digest(candidate.content);
        let path = format!("/adds/{}/{}", self.past.len(), short(&digest));
        let add = SequencerAdd {
            id: ActivityId::of_own(&self.id.origin().to_string(), &path),
            actor: self.instance.clone(),
            object: candidate.id.clone(),
            target: self.id.clone(),
            group: self.group.clone(),
            epoch: self.epoch(),
            digest: digest.to_vec(),
            incarnation: 1,
        };
        self.past.push(PastCommit { add: add.clone(), activity: candidate.activity.clone() });
        add
    }

    /// Takes rubbish for the commit that ends the present epoch.
    pub fn take_rubbish(&mut self, candidate: &Candidate<'_>) -> SequencerAdd {
        let roster = self.roster().clone();
        self.rosters.push(roster);
        self.announce(candidate)
    }

    fn wrong_epoch(&self, epoch: u64) -> Problem {
        let problem = Problem::new("wrong-epoch", "Another change came first.", 409);
        let problem = problem.with("currentEpoch", self.epoch());
        let winner = usize::try_from(epoch).ok().and_then(|epoch| self.past.get(epoch));
        match winner {
            Some(winner) => {
                problem.with("winner", winner.activity.clone()).with("add", winner.add.to_value(&[]))
            }
            None => problem,
        }
    }

    /// The commits from an epoch on, as far as the asker was a member: from joining until removal.
    pub fn since(&self, after: u64, asker: &ActorId) -> Result<PastCommits, Problem> {
        let member = |epoch: usize| self.rosters.get(epoch).is_some_and(|roster| roster.contains(asker));
        let commits: Vec<PastCommit> = (0..self.past.len())
            .filter(|epoch| *epoch as u64 >= after && (member(*epoch) || member(*epoch + 1)))
            .map(|epoch| self.past[epoch].clone())
            .take(50)
            .collect();
        if commits.is_empty() && !self.roster().contains(asker) {
            return Err(Problem::new("not-found", "There is no such conversation.", 404));
        }
        Ok(PastCommits { epoch: self.epoch(), incarnation: 1, commits })
    }
}

fn short(digest: &[u8; 32]) -> String {
    digest[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}
