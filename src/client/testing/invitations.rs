//! Invitations at the server in memory: bytes are ferried as they come, and what is ferried is in a test's hands.

use std::collections::BTreeMap;

use alcove_protocol::{
    ActorId, Problem,
    api::{
        Invitation, InvitationState, Inviter, JoinAnswer, JoinProof, Joining, NewInvitation, OpenInvitation,
        ServerFacts,
    },
};

use crate::call::{Answer, Call};

/// An invitation, by whom it was made, and what was said of it.
#[derive(Clone, Debug)]
pub struct Ferried {
    /// Who invites.
    pub by: ActorId,
    /// What their device said.
    pub new: NewInvitation,
    /// How it stands.
    pub invitation: Invitation,
}

/// The invitations of all servers, by id.
#[derive(Default)]
pub struct Invitations(pub BTreeMap<String, Ferried>);

impl Invitations {
    /// One of them.
    pub fn get(&mut self, id: &str) -> &mut Ferried {
        self.0.get_mut(id).unwrap()
    }

    /// What a newcomer is shown.
    pub fn offer(&self, id: &str) -> OpenInvitation {
        let Ferried { by, new, invitation } = &self.0[id];
        OpenInvitation {
            id: id.to_owned(),
            server: ServerFacts {
                name: "A place".into(),
                domain: "place.example".into(),
                operator: None,
                policy: "default".into(),
            },
            inviter: Some(Inviter {
                actor: by.clone(),
                name: "Somebody".into(),
                handle: "@somebody".into(),
                picture: None,
                identity_key: new.identity_key.clone(),
            }),
            suggested_name: new.name.clone(),
            expires_at: Some(new.expires_at),
            state: invitation.state,
        }
    }

    /// Makes one of the calls that are about them.
    pub(super) fn perform(&mut self, actor: &ActorId, call: &Call) -> Result<Answer, Problem> {
        match call {
            Call::Invite(new) => Ok(self.make(actor, new)),
            Call::FetchInvitations => Ok(self.of(actor)),
            Call::RevokeInvitation(id) => Ok(self.revoke(id)),
            Call::ProveJoin { id, proof } => self.prove(actor, id, proof),
            Call::FetchJoin(id) => Ok(self.joining(id)),
            Call::AnswerJoin { id, answer } => Ok(self.answer(id, answer)),
            other => panic!("not about invitations: {other:?}"),
        }
    }

    fn make(&mut self, by: &ActorId, new: &NewInvitation) -> Answer {
        let known = self.0.values().find(|known| known.new.public_key == new.public_key);
        if let Some(known) = known {
            return Answer::Invitation(known.invitation.clone());
        }
        let invitation = Invitation {
            id: format!("invitation{}", self.0.len()),
            name: new.name.clone(),
            expires_at: new.expires_at,
            state: InvitationState::Open,
            newcomer: None,
            proof: None,
            answer: None,
        };
        let ferried = Ferried { by: by.clone(), new: new.clone(), invitation: invitation.clone() };
        self.0.insert(invitation.id.clone(), ferried);
        Answer::Invitation(invitation)
    }

    fn of(&self, actor: &ActorId) -> Answer {
        let own = self.0.values().filter(|known| known.by == *actor);
        Answer::Invitations(own.map(|known| known.invitation.clone()).collect())
    }

    fn revoke(&mut self, id: &str) -> Answer {
        self.get(id).invitation.state = InvitationState::Revoked;
        Answer::Done
    }

    fn prove(&mut self, newcomer: &ActorId, id: &str, proof: &JoinProof) -> Result<Answer, Problem> {
        let invitation = &mut self.get(id).invitation;
        if invitation.proof.as_ref().is_some_and(|first| first != proof) {
            return Err(Problem::new("invitation-used", "It was used before.", 409));
        }
        invitation.proof = Some(proof.clone());
        invitation.newcomer = Some(newcomer.clone());
        invitation.state = InvitationState::Used;
        Ok(self.joining(id))
    }

    fn joining(&self, id: &str) -> Answer {
        let invitation = &self.0[id].invitation;
        let (proof, answer) = (invitation.proof.clone().unwrap(), invitation.answer.clone());
        Answer::Joining(Joining { proof, answer })
    }

    fn answer(&mut self, id: &str, answer: &JoinAnswer) -> Answer {
        self.get(id).invitation.answer.get_or_insert_with(|| answer.clone());
        Answer::Done
    }
}
