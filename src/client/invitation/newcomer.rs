//! The newcomer's side: this device says who it is and whom it was invited by, and believes that only when an answer comes that
//! nobody but the maker of the link can have made. Everything else ends with a problem by name and verifies nobody.

use alcove_protocol::{
    ActorId, Timestamp,
    api::{JoinAnswer, Joining, OpenInvitation},
    time::{MINUTE, SECOND},
};
use serde::{Deserialize, Serialize};

use super::{InvitationLink, InvitationProblem, link::LinkSecret, statement::Statement};
use crate::{
    account::DeviceStanding,
    call::Call,
    conversation::{self, Purpose, Standing, roster, welcome},
    error::Error,
    event::Event,
    identity::IdentityKey,
    mls,
    trust::{self, Ground, Means},
    turn::Turn,
};

/// The key of the record, which is there until the invitation has verified somebody or failed to.
const RECORD: &str = "joining";
/// How often the answer is looked for at first, in milliseconds.
const SOON: i64 = 2 * SECOND;
/// How long that is, in milliseconds: whoever invites may be there, or be asleep.
const AT_FIRST: i64 = 5 * MINUTE;
/// How often it is looked for later, in milliseconds.
const LATER: i64 = MINUTE;

/// An invitation that this device has taken up.
#[derive(Clone, Serialize, Deserialize)]
struct TakenUp {
    id: String,
    /// The server's origin, as the link has it.
    server: String,
    expires_at: Timestamp,
    inviter: ActorId,
    identity: IdentityKey,
    secret: LinkSecret,
    /// The statement, once it was made: it never changes.
    statement: Option<Vec<u8>>,
    since: Timestamp,
    look_at: Timestamp,
}

/// The person has joined by a link. What the server says of it is held against the link first; the rest follows by itself as
/// soon as this device is ready.
pub(crate) fn take_up(
    turn: &mut Turn<'_>,
    link: &InvitationLink,
    offer: &OpenInvitation,
) -> Result<(), Error> {
    let Some(inviter) = &offer.inviter else { return Ok(()) };
    let Some(fragment) = &link.fragment else {
        return trust::note_invited(turn, &inviter.actor);
    };
    let identity = IdentityKey::try_from(&inviter.identity_key[..]).ok();
    let Some((identity, expires_at)) = identity.zip(offer.expires_at) else {
        return fail(turn, InvitationProblem::Changed);
    };
    let own = turn.account.actor.origin();
    if offer.id != link.id() || !link.names(&identity) || link.server() != own {
        return fail(turn, InvitationProblem::Changed);
    }
    let taken = TakenUp {
        id: offer.id.clone(),
        server: own.as_str().to_owned(),
        expires_at,
        inviter: inviter.actor.clone(),
        identity,
        secret: fragment.secret.clone(),
        statement: None,
        since: turn.now,
        look_at: turn.now,
    };
    turn.provider.store.put(RECORD, &taken)?;
    if turn.account.standing == DeviceStanding::Approved { prove(turn) } else { Ok(()) }
}

/// Says who this device is, once: when it has an identity and a key package by which it can be added.
pub(crate) fn prove(turn: &mut Turn<'_>) -> Result<(), Error> {
    let Some(mut taken) = turn.provider.store.get::<TakenUp>(RECORD)? else { return Ok(()) };
    let (None, Some(own)) = (&taken.statement, turn.account.identity) else { return Ok(()) };
    let statement = Statement {
        id: taken.id.clone(),
        server: taken.server.clone(),
        expires_at: taken.expires_at,
        inviter: taken.inviter.clone(),
        inviter_identity: taken.identity,
        newcomer: turn.account.actor.clone(),
        newcomer_identity: own,
        device: turn.account.key.public(),
        nonce: turn.random(),
    };
    let proof = taken.secret.keys()?.prove(&statement.to_bytes())?;
    (taken.statement, taken.look_at) = (Some(proof.statement.clone()), turn.now.plus(SOON));
    turn.provider.store.put(RECORD, &taken)?;
    turn.call(Call::ProveJoin { id: taken.id, proof }, Purpose::Device).map(drop)
}

/// Looks for the answer, if it is time; gives up when the invitation is over.
pub(super) fn upkeep(turn: &mut Turn<'_>) -> Result<(), Error> {
    let Some(mut taken) = turn.provider.store.get::<TakenUp>(RECORD)? else { return Ok(()) };
    if turn.now >= taken.expires_at {
        return fail(turn, InvitationProblem::Expired);
    }
    if taken.statement.is_none() || turn.now < taken.look_at {
        return Ok(());
    }
    let pause = if turn.now.since(taken.since) < AT_FIRST { SOON } else { LATER };
    taken.look_at = turn.now.plus(pause);
    turn.provider.store.put(RECORD, &taken)?;
    turn.call_once(Call::FetchJoin(taken.id), Purpose::Device)
}

/// How the server says it stands.
pub(crate) fn heard(turn: &mut Turn<'_>, joining: &Joining) -> Result<(), Error> {
    let Some(taken) = turn.provider.store.get::<TakenUp>(RECORD)? else { return Ok(()) };
    let Some(statement) = &taken.statement else { return Ok(()) };
    if joining.proof.statement != *statement {
        // The first one wins, and it is not ours.
        return fail(turn, InvitationProblem::Used);
    }
    match &joining.answer {
        None => Ok(()),
        Some(JoinAnswer::Refused { reason }) => fail(turn, InvitationProblem::parse(reason)),
        Some(JoinAnswer::Accepted { nonce, mac }) => {
            let nonce = <[u8; 16]>::try_from(&nonce[..]).ok();
            let is_theirs = nonce.map(|nonce| taken.secret.keys()?.is_answer(statement, &nonce, mac));
            match is_theirs.transpose()? {
                Some(true) => believe(turn, &taken),
                _ => fail(turn, InvitationProblem::AnotherAnswered),
            }
        }
    }
}

/// The server refuses to hand anything on.
pub(crate) fn refused(turn: &mut Turn<'_>, kind: &str) -> Result<(), Error> {
    let waits = turn.provider.store.get::<TakenUp>(RECORD)?.is_some();
    if waits { fail(turn, InvitationProblem::parse(kind)) } else { Ok(()) }
}

/// Whoever made the link has answered: their identity is verified, and the conversation that they began is no request.
fn believe(turn: &mut Turn<'_>, taken: &TakenUp) -> Result<(), Error> {
    turn.provider.store.delete(RECORD);
    let ground = Ground::Verified { by: Means::Invitation, at: turn.now };
    trust::vouch_for(turn, &taken.inviter, taken.identity, ground)?;
    turn.show(Event::InviterVerified { actor: taken.inviter.clone() });
    let mut pair = [turn.account.actor.clone(), taken.inviter.clone()];
    pair.sort();
    for known in conversation::all(&turn.provider.store)? {
        let between_us = || mls::load(turn.provider, &known.group).is_ok_and(|group| roster(&group) == pair);
        if known.standing == Standing::Request && between_us() {
            conversation::with(turn, &known.group, welcome::accept)?;
        }
    }
    Ok(())
}

fn fail(turn: &mut Turn<'_>, problem: InvitationProblem) -> Result<(), Error> {
    turn.provider.store.delete(RECORD);
    turn.show(Event::InvitationFailed { problem });
    Ok(())
}
