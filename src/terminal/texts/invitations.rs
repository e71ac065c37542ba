//! What is said of invitations, and of whom they have verified.

use alcove_client::{Event, InvitationProblem, Means, OwnInvitation, Trust};
use alcove_protocol::api::InvitationState;

use super::time;
use crate::People;

/// The first message that a newcomer finds, unless somebody says something else.
pub const GREETING: &str = "Welcome! Write to me here whenever you like.";
/// No invitation was made.
pub const NOT_INVITED: &str = "The invitation was not made. Please try again.";
/// An invitation was taken back.
pub const INVITATION_REVOKED: &str = "The invitation was taken back. Its link opens nothing any more.";

/// A link was made.
pub fn invitation_link(link: &str) -> String {
    format!(
        "Give this link to one person, in a way that only they can read. It proves you to each other; whoever else has it \
        could take their place.\n{link}"
    )
}

/// A line of the list of invitations.
pub fn invitation(own: &OwnInvitation, people: &People) -> String {
    let whom = own.name.as_ref().map_or_else(|| "somebody".to_owned(), |name| format!("“{name}”"));
    let state = match (own.state, &own.newcomer) {
        (InvitationState::Used, Some(newcomer)) => format!("{} has joined", people.handle(newcomer)),
        (InvitationState::Used, None) => "used".to_owned(),
        (InvitationState::Open, _) => format!("open until {}", time(own.expires_at)),
        (InvitationState::Expired, _) => "over".to_owned(),
        (InvitationState::Revoked, _) => "taken back".to_owned(),
    };
    let link = own.link.as_ref().map(|link| format!("\n  {link}")).unwrap_or_default();
    format!("[{}] for {whom} · {state}{link}", own.id)
}

/// What an event about invitations says.
pub(super) fn event(event: &Event, people: &People) -> Option<String> {
    Some(match event {
        Event::InvitationTakenUp { newcomer, .. } => format!(
            "{} has joined by your invitation and is verified by it. Your conversation with them is open.",
            people.handle(newcomer)
        ),
        Event::InvitationMisused { name, problem, .. } => {
            let which = name.as_ref().map_or_else(
                || "An invitation of yours".to_owned(),
                |name| format!("Your invitation for “{name}”"),
            );
            format!(
                "{which} has verified nobody: {} Ask them before you trust who comes by it.",
                reason(*problem)
            )
        }
        Event::InviterVerified { actor } => {
            format!("{} is verified by your invitation.", people.handle(actor))
        }
        Event::InvitationFailed { problem } => format!(
            "You have joined, but your invitation has verified nobody: {} Compare safety numbers with whoever invited you.",
            reason(*problem)
        ),
        _ => return None,
    })
}

fn reason(problem: InvitationProblem) -> &'static str {
    match problem {
        InvitationProblem::WrongSecret => "the secret in the link was not the right one.",
        InvitationProblem::Used => "somebody else had used it before.",
        InvitationProblem::Expired => "its time was over.",
        InvitationProblem::Revoked => "it had been taken back.",
        InvitationProblem::AnotherAnswered => "the answer came from somebody who does not know its secret.",
        InvitationProblem::Changed => "a server has changed something of it on the way.",
        InvitationProblem::Unknown => "the server says no more of it.",
    }
}

/// How far somebody is known to be who they say they are.
pub fn trust(handle: &str, trust: Trust) -> Option<String> {
    Some(match trust {
        Trust::Verified { by: Means::Invitation, at } => {
            format!("{handle} was verified by invitation, {}.", time(at))
        }
        Trust::Verified { by: Means::Comparison, at } => {
            format!("{handle} was verified by comparing numbers, {}.", time(at))
        }
        Trust::Changed { was_verified: true, .. } => {
            format!("{handle} shows another identity key since you verified them. Compare numbers again.")
        }
        _ => return None,
    })
}
