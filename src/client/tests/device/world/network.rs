//! What servers do with a device's calls, and what happens on the way between them. Honest servers, as the sequencer of
//! `sequencer` makes them; whoever wants a dishonest one puts its words into mailboxes by hand.

use std::collections::BTreeSet;

use alcove_client::{Answer, Call, Outcome};
use alcove_protocol::{
    ActivityId, ActorId, ConversationId, DeviceId, Problem,
    api::{CommitAccepted, NewCommit, NewConversation},
    mls::{Outgoing, OutgoingIds},
};
use openmls::prelude::ContentType;
use rand::Rng;
use serde_json::Value;

use super::{
    Delivery, HostId, World,
    sequencer::{Candidate, Decision, Header, Sequenced, digest},
    server::Part,
};

impl World {
    /// What a device's own server answers to a call. The copies that come back to its account name the device.
    pub fn perform(&mut self, host: HostId, call: &Call) -> Outcome {
        let actor = self.hosts[host].device.actor().clone();
        let device = self.hosts[host].device.id().cloned();
        let known = self.server_of(&actor).account(&actor).mailbox.len();
        let outcome = self.answer(&actor, device.as_ref(), call);
        let fresh = self.server_of(&actor).account(&actor).mailbox.iter_mut().skip(known);
        for item in fresh.filter(|item| item.activity["actor"] == actor.as_str()) {
            item.activity["instrument"] = device.as_ref().map(|device| device.as_str()).into();
        }
        outcome
    }

    fn answer(&mut self, actor: &ActorId, device: Option<&DeviceId>, call: &Call) -> Outcome {
        let now = self.now;
        match call {
            Call::RegisterDevice(new) => self.server_of(actor).register(actor, new, now),
            Call::RemoveDevice(device) => self.server_of(actor).remove_device(actor, device),
            Call::FetchDevices => {
                Outcome::Accepted(Answer::Devices(self.server_of(actor).account(actor).devices.clone()))
            }
            Call::PublishKeyPackage(new) => self.server_of(actor).publish(new, now),
            Call::FetchKeyPackages(of) if self.reaches(actor, of.origin().as_str()) => {
                self.server_of(of).packages(of)
            }
            Call::FetchKeyPackages(_) => unreachable(),
            Call::CreateConversation(new) => self.create_conversation(actor, new),
            Call::PostCommit(new) => self.post_commit(actor, new),
            Call::PostMessage(outgoing) => self.post_message(actor, outgoing),
            Call::FetchPastCommits { conversation, after } => self.past_commits(actor, conversation, *after),
            Call::Acknowledge(_) => Outcome::Accepted(Answer::Done),
            Call::FetchPairings => {
                Outcome::Accepted(Answer::Pairings(self.server_of(actor).account(actor).pairings.clone()))
            }
            Call::StartPairing(commitment) => {
                self.server_of(actor).start_pairing(actor, device.unwrap(), commitment, now)
            }
            Call::AnswerPairing { name, answer } => {
                self.server_of(actor).continue_pairing(actor, name, Part::Answer(answer))
            }
            Call::RevealPairing { name, reveal } => {
                self.server_of(actor).continue_pairing(actor, name, Part::Reveal(reveal))
            }
            Call::DecidePairing { name, verdict } => {
                self.server_of(actor).continue_pairing(actor, name, Part::Verdict(verdict))
            }
            // Nobody invites anybody here.
            Call::Invite(_)
            | Call::FetchInvitations
            | Call::RevokeInvitation(_)
            | Call::ProveJoin { .. }
            | Call::FetchJoin(_)
            | Call::AnswerJoin { .. } => Outcome::Accepted(Answer::Done),
        }
    }

    /// Whether an actor's server reaches another one.
    fn reaches(&self, from: &ActorId, to: &str) -> bool {
        let from = from.origin();
        from.as_str() == to || !(self.cut_off.contains(from.as_str()) || self.cut_off.contains(to))
    }

    fn create_conversation(&mut self, actor: &ActorId, new: &NewConversation) -> Outcome {
        let server = self.server_of(actor);
        let known =
            server.conversations.values().map(Sequenced::described).find(|known| known.group == new.group);
        if let Some(known) = known {
            return Outcome::Accepted(Answer::Conversation(known));
        }
        let id: ConversationId = server.new_id("conversations");
        let instance = ActorId::of_own(&server.origin, "/actor");
        let made = Sequenced::new(id.clone(), new.group.clone(), instance, actor);
        let described = made.described();
        server.conversations.insert(id, made);
        Outcome::Accepted(Answer::Conversation(described))
    }

    fn post_commit(&mut self, actor: &ActorId, new: &NewCommit) -> Outcome {
        let sequencer = new.commit.conversation.origin();
        if !self.reaches(actor, sequencer.as_str()) {
            return unreachable();
        }
        let (id, _) = self.server_of(actor).activity_for(digest(&new.commit.content));
        let activity = self.envelope(actor, &id, &new.commit);
        let candidate = Candidate {
            by: actor,
            activity: &activity,
            id: &id,
            content: &new.commit.content,
            members: &new.members,
        };
        let server = self.servers.get_mut(sequencer.as_str()).unwrap();
        let Some(conversation) = server.conversations.get_mut(&new.commit.conversation) else {
            return Outcome::Refused(Problem::new("not-found", "There is no such conversation.", 404));
        };
        match conversation.decide(&candidate) {
            Decision::Refused(problem) => {
                self.counts.conflicts += u64::from(problem.is("wrong-epoch"));
                Outcome::Refused(problem)
            }
            Decision::Again(add) => Outcome::Accepted(Answer::Commit(CommitAccepted { activity: id, add })),
            Decision::Won(add, told) => {
                server.epochs.insert(add.group.clone(), add.epoch + 1);
                let word = add.to_value(&told.iter().cloned().collect::<Vec<_>>());
                self.send(sequencer.as_str(), &told, &word);
                self.fan_out(actor, &activity, &new.commit, &new.welcomes);
                let own = self.server_of(actor);
                own.epochs.insert(add.group.clone(), add.epoch + 1);
                Outcome::Accepted(Answer::Commit(CommitAccepted { activity: id, add }))
            }
        }
    }

    fn fan_out(&mut self, actor: &ActorId, activity: &Value, commit: &Outgoing, welcomes: &[Outgoing]) {
        let origin = actor.origin();
        self.send(origin.as_str(), &commit.to.iter().cloned().collect(), activity);
        for welcome in welcomes {
            let (id, _) = self.server_of(actor).activity_for(digest(&welcome.content));
            let activity = self.envelope(actor, &id, welcome);
            self.send(origin.as_str(), &welcome.to.iter().cloned().collect(), &activity);
        }
    }

    fn post_message(&mut self, actor: &ActorId, outgoing: &Outgoing) -> Outcome {
        let origin = actor.origin();
        let header = Header::read(&outgoing.content);
        let server = self.server_of(actor);
        let known = server.posted.get(&digest(&outgoing.content)).cloned();
        if let Some(id) = known {
            return Outcome::Accepted(Answer::Message(id));
        }
        let epoch = server.epochs.get(&outgoing.group).copied().unwrap_or(0);
        let stale =
            header.is_some_and(|header| header.content == ContentType::Application && header.epoch < epoch);
        if stale {
            self.counts.stale += 1;
            return Outcome::Refused(Problem::new("stale-epoch", "The members have changed.", 409));
        }
        let (id, _) = server.activity_for(digest(&outgoing.content));
        let activity = self.envelope(actor, &id, outgoing);
        self.send(origin.as_str(), &outgoing.to.iter().cloned().collect(), &activity);
        Outcome::Accepted(Answer::Message(id))
    }

    fn past_commits(&mut self, actor: &ActorId, conversation: &ConversationId, after: u64) -> Outcome {
        let sequencer = conversation.origin();
        if !self.reaches(actor, sequencer.as_str()) {
            return unreachable();
        }
        let server = self.servers.get_mut(sequencer.as_str()).unwrap();
        match server.conversations.get(conversation).map(|known| known.since(after, actor)) {
            Some(Ok(past)) => Outcome::Accepted(Answer::PastCommits(past)),
            Some(Err(problem)) => Outcome::Refused(problem),
            None => Outcome::Refused(Problem::new("not-found", "There is no such conversation.", 404)),
        }
    }

    fn envelope(&self, actor: &ActorId, id: &ActivityId, outgoing: &Outgoing) -> Value {
        let ids = OutgoingIds { activity: id.clone(), object: format!("{id}/object") };
        outgoing.to_create(actor, &ids, self.now)
    }

    /// An activity goes out: into the mailboxes of the same server at once, to other servers over the network.
    pub fn send(&mut self, from: &str, to: &BTreeSet<ActorId>, activity: &Value) {
        for recipient in to {
            if recipient.origin().as_str() == from {
                self.arrive(recipient, activity.clone());
            } else {
                let (from, to) = (from.to_owned(), recipient.clone());
                self.on_the_way.push(Delivery { from, to, activity: activity.clone() });
            }
        }
    }

    /// An activity comes into a mailbox; the server learns the epoch from the sequencer's word.
    pub fn arrive(&mut self, recipient: &ActorId, activity: Value) {
        let word = alcove_protocol::mls::SequencerAdd::parse(&activity);
        let server = self.server_of(recipient);
        if let Some(word) = word {
            let epoch = server.epochs.entry(word.group).or_default();
            *epoch = (*epoch).max(word.epoch + 1);
        }
        server.arrive(recipient, activity);
    }

    /// Everything that is on its way arrives, in order.
    pub fn deliver_everything(&mut self) -> bool {
        let deliveries = std::mem::take(&mut self.on_the_way);
        let busy = !deliveries.is_empty();
        for delivery in deliveries {
            self.arrive(&delivery.to, delivery.activity);
        }
        busy
    }

    /// One attempt to deliver something: it arrives, is lost and tried again later, arrives twice, or overtakes another.
    pub fn deliver_one(&mut self) {
        let open = |world: &Self, delivery: &Delivery| world.reaches(&delivery.to, &delivery.from);
        let waiting: Vec<usize> =
            (0..self.on_the_way.len()).filter(|index| open(self, &self.on_the_way[*index])).collect();
        if waiting.is_empty() {
            return;
        }
        let overtakes = self.happens(self.trouble.reordered);
        let index = if overtakes { waiting[self.rng.gen_range(0..waiting.len())] } else { waiting[0] };
        if self.happens(self.trouble.lost_delivery) {
            self.counts.lost_deliveries += 1;
            return;
        }
        let delivery = self.on_the_way.remove(index);
        let overtaken = self.on_the_way[..index].iter().any(|other| other.to == delivery.to);
        self.counts.reorders += u64::from(overtaken);
        if self.happens(self.trouble.repeated) {
            self.counts.repeats += 1;
            self.on_the_way.push(delivery.clone());
        }
        self.arrive(&delivery.to, delivery.activity);
    }
}

fn unreachable() -> Outcome {
    Outcome::Refused(Problem::new("unreachable", "The other server cannot be reached.", 503))
}
