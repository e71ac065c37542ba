//! The server's answers, each handed to the part that asked. What is no answer changes nothing: the call stays and is
//! repeated byte for byte (ENCRYPTION.md 1.5 point 3).

use alcove_protocol::Problem;

use crate::{
    call::{Answer, Attempt, Call, CallId, Outcome},
    conversation::{
        Purpose, answers,
        recovery::{self, Heard},
    },
    devices,
    error::Error,
    event::Event,
    invitation, key_packages, pairing,
    turn::{PendingCall, Turn},
};

/// Takes the end of a call.
pub(crate) fn take(
    turn: &mut Turn<'_>,
    id: CallId,
    pending: PendingCall,
    outcome: Outcome,
    attempt: Attempt,
) -> Result<(), Error> {
    let heard = Heard::of(&pending, &outcome);
    if outcome.is_answer() {
        settle(turn, id, pending, outcome, attempt)?;
    }
    heard.map_or(Ok(()), |(group, heard)| recovery::hear(turn, &group, heard))
}

fn settle(
    turn: &mut Turn<'_>,
    id: CallId,
    pending: PendingCall,
    outcome: Outcome,
    attempt: Attempt,
) -> Result<(), Error> {
    match outcome {
        Outcome::Unknown | Outcome::NotMade => Ok(()),
        Outcome::Accepted(answer) => {
            turn.forget_call(id);
            match pending.purpose {
                Purpose::Device => accepted(turn, &pending.call, answer),
                purpose => answers::accepted(turn, &purpose, id, answer),
            }
        }
        Outcome::Refused(problem) => {
            let over = match &pending.purpose {
                Purpose::Device => refused(turn, &pending.call, &problem, attempt)?,
                _ => answers::refused(turn, &pending, id, &problem, attempt)?,
            };
            if over {
                turn.forget_call(id);
            }
            Ok(())
        }
    }
}

fn accepted(turn: &mut Turn<'_>, call: &Call, answer: Answer) -> Result<(), Error> {
    match (call, answer) {
        (Call::RegisterDevice(_), Answer::Device(device)) => devices::registered(turn, &device),
        (Call::FetchDevices, Answer::Devices(found)) => {
            devices::listed(turn, found);
            Ok(())
        }
        (Call::PublishKeyPackage(_), Answer::KeyPackage(_)) => {
            key_packages::published(turn);
            invitation::prove(turn)
        }
        (Call::FetchKeyPackages(actor), Answer::KeyPackages(found)) if found.actor == *actor => {
            key_packages::republish_if_vanished(turn, &found)?;
            answers::key_packages_found(turn, &found)
        }
        (Call::FetchPairings, Answer::Pairings(found)) => pairing::listed(turn, &found),
        (Call::Invite(new), Answer::Invitation(made)) => invitation::made(turn, new, &made),
        (Call::FetchInvitations, Answer::Invitations(found)) => invitation::listed(turn, &found),
        (_, Answer::Joining(found)) => invitation::heard(turn, &found),
        (_, Answer::Pairing(found)) => pairing::updated(turn, &found),
        _ => Ok(()),
    }
}

/// Says whether the call is over.
fn refused(turn: &mut Turn<'_>, call: &Call, problem: &Problem, attempt: Attempt) -> Result<bool, Error> {
    match call {
        Call::FetchKeyPackages(actor) => answers::key_packages_refused(turn, actor, problem.sentence())?,
        Call::Acknowledge(_) | Call::FetchPairings | Call::FetchInvitations | Call::AnswerJoin { .. } => {}
        Call::ProveJoin { .. } | Call::FetchJoin(_) => invitation::refused(turn, problem.word())?,
        Call::RegisterDevice(_) if problem.is("key-in-use") => devices::refused(turn),
        Call::Invite(new) => {
            invitation::not_made(turn, new);
            turn.show(Event::Refused { conversation: None, reason: problem.sentence().to_owned() });
        }
        Call::PublishKeyPackage(_) => {
            key_packages::refused(turn, attempt)?;
            turn.show(Event::Refused { conversation: None, reason: problem.sentence().to_owned() });
        }
        _ => turn.show(Event::Refused { conversation: None, reason: problem.sentence().to_owned() }),
    }
    Ok(true)
}
