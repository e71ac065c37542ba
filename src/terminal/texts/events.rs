//! What happened, as a sentence: one for every event that says anything to a person.

use alcove_client::{Event, JoinedAs, PairingEnd};
use alcove_protocol::ActorId;

use super::{
    APPROVAL_OVER, ENCRYPTED, IDENTITY_REPLACED, READY, STUCK, TYPE_DIGITS, invitations, message, obstacle,
    time, unverified,
};
use crate::People;

/// What an event says, where it says anything.
pub fn event(event: &Event, people: &People) -> Option<String> {
    Some(match event {
        Event::Joined { by, standing, .. } => joined(people.handle(by), *standing),
        Event::RejoinOffered { by, .. } => {
            format!("{} asks this device to join a conversation anew.", people.handle(by))
        }
        Event::Membership { by, added, removed, devices, .. } => {
            membership(people.handle(by), (added, removed, devices), people)?
        }
        Event::Leaving { actor, .. } => format!("{} leaves.", people.handle(actor)),
        Event::Ended { by: Some(by), .. } => {
            format!("{} removed you from the conversation.", people.handle(by))
        }
        Event::Ended { by: None, .. } => "You have left the conversation.".to_owned(),
        Event::CannotGoOn { obstacle: met, .. } => obstacle(met, people),
        Event::ContinuationOffered { by, .. } => continuation_offered(people.handle(by)),
        Event::Continued { by, .. } => continued(people.handle(by)),
        Event::Renamed { by, name, .. } => format!("{} calls the conversation “{name}”.", people.handle(by)),
        Event::Message(said) => return message(said, people),
        Event::NotSent { reason, .. } => format!("A message was not sent: {reason}"),
        Event::Refused { reason, .. } => reason.clone(),
        Event::NotChanged { added, removed, reason, .. } => not_changed((added, removed), reason, people),
        Event::DeviceLeftOut { actor, device, reason, .. } => {
            format!("A device of {} is left out ({device}): {reason}.", people.handle(actor))
        }
        Event::CannotEncrypt { actor, reason, .. } => {
            format!("{} cannot be written to encrypted: {reason}", people.handle(actor))
        }
        Event::Unverified { suspects, .. } => format!("Writing is blocked: {}", unverified(suspects, people)),
        Event::Stuck { .. } => STUCK.to_owned(),
        Event::IdentityChanged { actor, .. } => format!(
            "{} is using a new identity key. This usually means a new phone and a lost recovery key.",
            people.handle(actor)
        ),
        Event::Forged { sender, .. } => {
            format!("{} sent something in the name of somebody else. It is not shown.", people.handle(sender))
        }
        Event::InvitationMade { .. }
        | Event::InvitationTakenUp { .. }
        | Event::InvitationMisused { .. }
        | Event::InviterVerified { .. }
        | Event::InvitationFailed { .. } => return invitations::event(event, people),
        Event::DeviceReady
        | Event::ApprovalNeeded
        | Event::PairingDigits { .. }
        | Event::PairingCode { .. }
        | Event::PairingWaiting { .. }
        | Event::PairingDigitsWanted { .. }
        | Event::PairingDigitsWrong { .. }
        | Event::PairingConfirmationWanted { .. }
        | Event::PairingEnded { .. }
        | Event::DeviceMustStop { .. }
        | Event::IdentityReplaced
        | Event::KeyPackageExpires { .. } => return of_this_device(event),
        Event::Devices(_)
        | Event::ConversationCreated { .. }
        | Event::ConversationStarted { .. }
        | Event::ChatChanged { .. }
        | Event::Sending { .. }
        | Event::Sent { .. } => return None,
    })
}

fn joined(by: &str, standing: JoinedAs) -> String {
    match standing {
        JoinedAs::Member => format!("{by} added you to a conversation. {ENCRYPTED}"),
        JoinedAs::Request => format!("{by} wants to write to you. They can't see that you read this."),
    }
}

fn continuation_offered(by: &str) -> String {
    format!(
        "{by} has begun another conversation anew here, and says that it takes its place. If you agree, \
        `alcove-chat continue` with the name of this one goes on here."
    )
}

fn continued(by: &str) -> String {
    format!("{by} began the conversation anew. Its messages are still here.")
}

/// What an event of the device itself says.
fn of_this_device(event: &Event) -> Option<String> {
    Some(match event {
        Event::DeviceReady => READY.to_owned(),
        Event::ApprovalNeeded => {
            "This device waits for approval by another device of yours. Until then it is nobody.".to_owned()
        }
        Event::PairingDigits { digits } => format!("{digits}\n{TYPE_DIGITS}"),
        Event::PairingCode { code } => {
            format!(
                "On a device that you already use: `alcove-chat devices approve`, or without digits:\n\
                `alcove-chat devices approve --code {code}`"
            )
        }
        Event::PairingWaiting { title, .. } => {
            format!("A new device, “{title}”, asks to be approved: `alcove-chat devices approve`.")
        }
        Event::PairingDigitsWrong { attempts_left, .. } => {
            format!("These are not the digits. Attempts left: {attempts_left}.")
        }
        Event::PairingEnded { end, .. } => pairing_end(*end).to_owned(),
        Event::DeviceMustStop { reason } => format!("This device must stop: {reason}"),
        Event::IdentityReplaced => IDENTITY_REPLACED.to_owned(),
        Event::KeyPackageExpires { at } => {
            format!("This device could not renew its keys. Nobody can add it after {}.", time(*at))
        }
        _ => return None,
    })
}

fn pairing_end(end: PairingEnd) -> &'static str {
    match end {
        PairingEnd::Approved => "This device is approved.",
        PairingEnd::Matched => "The digits are right. Now say yes on the new device; it waits for your word.",
        PairingEnd::Scanned => {
            "The new device is approved. It goes on by itself; if it asks you about digits, say no: somebody is in between."
        }
        PairingEnd::Refused => {
            "The new device was refused. It stays nobody; remove it with `alcove-chat devices remove`."
        }
        PairingEnd::Expired => APPROVAL_OVER,
        PairingEnd::Elsewhere => "Another device of yours has decided about the new one.",
        PairingEnd::Mismatch => {
            "What the other side showed does not fit what it had shown before. Somebody may be in between. The new \
             device was refused; nothing was given to it."
        }
    }
}

fn membership(
    by: &str,
    (added, removed, devices): (&[ActorId], &[ActorId], &[ActorId]),
    people: &People,
) -> Option<String> {
    let added = (!added.is_empty()).then(|| format!("{by} added {}.", people.handles(added)));
    let removed = (!removed.is_empty()).then(|| format!("{by} removed {}.", people.handles(removed)));
    let devices =
        (!devices.is_empty()).then(|| format!("{by} added a device of {}.", people.handles(devices)));
    let sentences: Vec<_> = added.into_iter().chain(removed).chain(devices).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// What was refused, and why.
fn not_changed((added, removed): (&[ActorId], &[ActorId]), reason: &str, people: &People) -> String {
    let added = (!added.is_empty()).then(|| format!("{} could not be added", people.handles(added)));
    let removed = (!removed.is_empty()).then(|| format!("{} could not be removed", people.handles(removed)));
    let sentences: Vec<_> = added.into_iter().chain(removed).collect();
    format!("{}: {reason}", sentences.join(", "))
}
