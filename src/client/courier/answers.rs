//! What an answer to a call is to the device: its type, and what stands for an answer where there is none.

use alcove_protocol::{ActivityId, KeyPackageId, Problem};

use super::reply::{Answered, NoAnswer};
use crate::call::{Answer, Call, Outcome};

/// Reads the answer to a call; of the two requests that publish a key package, to the second.
pub(super) fn read(call: &Call, judged: Result<Answered, NoAnswer>) -> Result<Answer, NoAnswer> {
    if let (Call::RemoveDevice(_) | Call::RevokeInvitation(_), Err(NoAnswer::Refused(problem))) =
        (call, &judged)
    {
        // Gone is what was asked for: an earlier answer may have been lost.
        if matches!(problem.status, 404 | 410) {
            return Ok(Answer::Done);
        }
    }
    let answered = judged?;
    Ok(match call {
        Call::RegisterDevice(_) => Answer::Device(answered.json()?),
        Call::FetchDevices => Answer::Devices(answered.json()?),
        Call::PublishKeyPackage(_) => Answer::KeyPackage(key_package(&answered)?),
        Call::FetchKeyPackages(_) => Answer::KeyPackages(answered.json()?),
        Call::CreateConversation(_) => Answer::Conversation(answered.json()?),
        Call::PostCommit(_) => Answer::Commit(answered.json()?),
        Call::PostMessage(_) => Answer::Message(activity(&answered)?),
        Call::FetchPastCommits { .. } => Answer::PastCommits(answered.json()?),
        Call::FetchPairings => Answer::Pairings(answered.json()?),
        Call::StartPairing(_)
        | Call::AnswerPairing { .. }
        | Call::RevealPairing { .. }
        | Call::DecidePairing { .. } => Answer::Pairing(answered.json()?),
        Call::Invite(_) => Answer::Invitation(answered.json()?),
        Call::FetchInvitations => Answer::Invitations(answered.json()?),
        Call::ProveJoin { .. } | Call::FetchJoin(_) => Answer::Joining(answered.json()?),
        Call::RemoveDevice(_)
        | Call::RevokeInvitation(_)
        | Call::AnswerJoin { .. }
        | Call::Acknowledge(_) => Answer::Done,
    })
}

/// Trap T8: for a key package `Location` is the package, which is then added to the collection.
pub(super) fn key_package(answered: &Answered) -> Result<KeyPackageId, NoAnswer> {
    let id = answered.location.as_deref().and_then(|id| KeyPackageId::parse(id).ok());
    id.ok_or_else(|| NoAnswer::Unknown("it did not say where the key package is".to_owned()))
}

fn activity(answered: &Answered) -> Result<ActivityId, NoAnswer> {
    let id = answered.activity.as_deref().or(answered.location.as_deref());
    let id = id.and_then(|id| ActivityId::parse(id).ok());
    id.ok_or_else(|| NoAnswer::Unknown("it did not name the activity".to_owned()))
}

/// What the end of a call says about all others.
pub(super) enum Verdict {
    /// Nothing.
    OnlyThis,
    /// They would fare no better: the server is away, or busy, or the session has ended.
    Others(NoAnswer),
    /// This one has to wait for so many milliseconds; others may go.
    Wait(i64),
}

/// How a call ended, and what that says about others.
pub(super) fn settle(call: &Call, answer: Result<Answer, NoAnswer>) -> (Outcome, Verdict) {
    match answer {
        Ok(answer) => (Outcome::Accepted(answer), Verdict::OnlyThis),
        Err(NoAnswer::Refused(problem)) => (Outcome::Refused(*problem), Verdict::OnlyThis),
        // Until the device is registered, its server would refuse everything else.
        Err(NoAnswer::Unknown(reason)) if matches!(call, Call::RegisterDevice(_)) => {
            (Outcome::Unknown, Verdict::Others(NoAnswer::Unreachable(reason)))
        }
        // The own server is well and could not ask the conversation's: the device counts for how long.
        Err(NoAnswer::Unknown(reason)) if is_for_a_sequencer(call) => {
            (Outcome::Refused(Problem::new("busy", &reason, 503)), Verdict::OnlyThis)
        }
        Err(NoAnswer::Unknown(_)) => (Outcome::Unknown, Verdict::OnlyThis),
        // Limits are by conversation: the others go on.
        Err(NoAnswer::Patience(time)) if matches!(call, Call::PostCommit(_) | Call::PostMessage(_)) => {
            (Outcome::NotMade, Verdict::Wait(time))
        }
        Err(other @ (NoAnswer::Patience(_) | NoAnswer::SignedOut(_))) => {
            (Outcome::NotMade, Verdict::Others(other))
        }
        Err(other @ NoAnswer::Unreachable(_)) => (Outcome::Unknown, Verdict::Others(other)),
    }
}

/// Whether a call is for the server that keeps the order of a conversation's commits.
fn is_for_a_sequencer(call: &Call) -> bool {
    matches!(call, Call::PostCommit(_) | Call::FetchPastCommits { .. })
}
