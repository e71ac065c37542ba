//! The sequencer of the world in memory: one compare-and-set per commit, the same answers as ENCRYPTION.md 1.5 point 2.

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId, ConversationId, GroupId, Problem, Timestamp,
    api::{CommitAccepted, Conversation, NewCommit, PastCommit, PastCommits},
    mls::SequencerAdd,
};
use openmls::prelude::{ContentType, MlsMessageIn, tls_codec::DeserializeBytes};

use super::service::{Delivery, Service};
use crate::{call::Answer, record::digest};

/// One conversation at its sequencer.
#[derive(Clone, Debug)]
pub struct Sequenced {
    /// Its MLS group.
    pub group: GroupId,
    /// The epoch that the next commit must name.
    pub epoch: u64,
    /// Who may post.
    pub roster: BTreeSet<ActorId>,
    /// Every winner.
    pub commits: Vec<PastCommit>,
    creator: ActorId,
}

/// What a server reads of an MLS message.
pub(super) struct Header {
    pub(super) group: String,
    pub(super) epoch: u64,
    pub(super) is_commit: bool,
}

/// The clear header.
pub(super) fn header(content: &[u8]) -> Option<Header> {
    let message =
        MlsMessageIn::tls_deserialize_exact_bytes(content).ok()?.try_into_protocol_message().ok()?;
    Some(Header {
        group: String::from_utf8(message.group_id().as_slice().to_vec()).ok()?,
        epoch: message.epoch().as_u64(),
        is_commit: message.content_type() == ContentType::Commit,
    })
}

fn wrong_epoch(epoch: u64, winner: Option<&PastCommit>) -> Problem {
    let problem = Problem::new("wrong-epoch", "Another commit has ended this epoch.", 409);
    let problem = problem.with("currentEpoch", epoch);
    match winner {
        Some(past) => problem.with("winner", past.activity.clone()).with("add", past.add.to_value(&[])),
        None => problem,
    }
}

impl Service {
    pub(super) fn create_conversation(&mut self, actor: &ActorId, group: &GroupId) -> Conversation {
        let known = self.conversations.iter().find(|(_, known)| known.group == *group);
        let id = known.map(|(id, _)| ConversationId::parse(id).unwrap());
        let id = id.unwrap_or_else(|| self.address(actor, "conversations"));
        self.conversations.entry(id.to_string()).or_insert_with(|| Sequenced {
            group: group.clone(),
            epoch: 0,
            roster: BTreeSet::from([actor.clone()]),
            commits: Vec::new(),
            creator: actor.clone(),
        });
        Conversation { id, group: group.clone(), epoch: 0, incarnation: 1 }
    }

    pub(super) fn commit(
        &mut self,
        actor: &ActorId,
        new: &NewCommit,
        now: Timestamp,
    ) -> Result<CommitAccepted, Problem> {
        let address = new.commit.conversation.to_string();
        let known = self.conversations.get(&address).cloned();
        let sequenced =
            known.ok_or_else(|| Problem::new("not-found", "There is no such conversation.", 404))?;
        let digest = digest(&new.commit.content).to_vec();
        if let Some(past) = sequenced.commits.iter().find(|past| past.add.digest == digest) {
            return Ok(CommitAccepted { activity: past.add.object.clone(), add: past.add.clone() });
        }
        if !sequenced.roster.contains(actor) {
            return Err(Problem::new("not-a-member", "Only members may commit.", 403));
        }
        let header = header(&new.commit.content).filter(|header| header.is_commit);
        let header = header.filter(|header| header.group == sequenced.group.as_str());
        let header = header.ok_or_else(|| Problem::new("not-a-commit", "Expected a commit.", 400))?;
        if header.epoch != sequenced.epoch {
            let winner = sequenced.commits.iter().find(|past| past.add.epoch == header.epoch);
            return Err(wrong_epoch(sequenced.epoch, winner));
        }
        Ok(self.accept(actor, &sequenced, new, digest, now))
    }

    fn accept(
        &mut self,
        actor: &ActorId,
        sequenced: &Sequenced,
        new: &NewCommit,
        digest: Vec<u8>,
        now: Timestamp,
    ) -> CommitAccepted {
        let (activity, document) = self.send(actor, &new.commit, now);
        for welcome in &new.welcomes {
            self.send(actor, welcome, now);
        }
        let origin = sequenced.creator.origin();
        let add = SequencerAdd {
            id: self.address(&sequenced.creator, "a"),
            actor: ActorId::parse(&format!("{}/actor", origin.as_str())).unwrap(),
            object: activity.clone(),
            target: new.commit.conversation.clone(),
            group: sequenced.group.clone(),
            epoch: sequenced.epoch,
            digest,
            incarnation: 1,
        };
        let word = add.to_value(&new.commit.to);
        self.deliveries
            .extend(new.commit.to.iter().map(|to| Delivery { to: to.clone(), activity: word.clone() }));
        let kept = self.conversations.get_mut(new.commit.conversation.as_str()).unwrap();
        kept.epoch += 1;
        kept.roster = new.members.iter().cloned().collect();
        kept.commits.push(PastCommit { add: add.clone(), activity: document });
        CommitAccepted { activity, add }
    }

    pub(super) fn past_commits(
        &mut self,
        actor: &ActorId,
        conversation: &ConversationId,
        after: u64,
    ) -> Result<Answer, Problem> {
        let known = self.conversations.get(conversation.as_str());
        let known = known.ok_or_else(|| Problem::new("not-found", "There is no such conversation.", 404))?;
        let was_member = known.roster.contains(actor)
            || known.commits.iter().any(|past| past.activity["to"].to_string().contains(actor.as_str()));
        if !was_member {
            return Err(Problem::new("not-found", "There is no such conversation.", 404));
        }
        let commits = known.commits.iter().filter(|past| past.add.epoch >= after).take(50).cloned().collect();
        Ok(Answer::PastCommits(PastCommits { epoch: known.epoch, incarnation: 1, commits }))
    }
}
