//! The sentences that the terminal shows, in one place, so that they can move into the shared texts of all programs.
//! Calm and short; they say what happened and what to do.

mod events;
mod invitations;
mod messages;
mod obstacles;

use std::io;

use alcove_client::{ConversationView, Standing, Suspect};
use alcove_protocol::{
    ActorId, Timestamp,
    api::{Delivery, DeliveryState, Device, DeviceState},
};

pub use events::event;
pub use invitations::{GREETING, INVITATION_REVOKED, NOT_INVITED, invitation, invitation_link, trust};
pub use messages::{item, message, outgoing};
pub use obstacles::obstacle;

use crate::People;

/// Prompts and short answers.
pub const YOUR_NAME: &str = "Your name here, as in @name@server";
/// Asks for the account's password.
pub const PASSWORD: &str = "Password";
/// Asks for a new password of the account.
pub const NEW_PASSWORD: &str = "A new password, at least 12 characters";
/// Asks for a new passphrase.
pub const NEW_PASSPHRASE: &str =
    "A passphrase for this device, at least 8 characters; it protects what is stored here";
/// Asks for the passphrase.
pub const PASSPHRASE: &str = "Passphrase of this device";
/// Asks for a secret a second time.
pub const AGAIN: &str = "Once more";
/// The two did not agree.
pub const NOT_THE_SAME: &str = "These two are not the same. Again";
/// The word that agrees.
pub const YES: &str = "yes";
/// The word that does not.
pub const NO: &str = "no";
/// A passphrase is too short.
pub const PASSPHRASE_SHORT: &str = "A passphrase needs at least 8 characters.";
/// A password is too short.
pub const PASSWORD_SHORT: &str = "A password needs at least 12 characters.";
/// A link is none.
pub const LINK_EXPECTED: &str = "This is not an invitation. It should look like https://chat.example.org/join/… or https://chat.example.org/i/…#….";
/// An address is not protected.
pub const HTTPS_EXPECTED: &str =
    "This address is not protected: it should begin with https://. Nothing was sent there.";
/// A handle is none.
pub const HANDLE_EXPECTED: &str = "This is not a handle. It should look like @name@example.org.";
/// A file of certificates is none.
pub const CERTIFICATE_EXPECTED: &str = "The file given with --ca holds no certificate in PEM.";
/// Before digits are typed (EXPERIENCE.md 13.6).
pub const LINK_A_DEVICE: &str = "Only do this if you are holding the other device. We will never ask you to scan a code. \
    Nobody else, not even your admin, needs one.";
/// Before a code counts.
pub const APPROVE_BY_CODE: &str =
    "Did you copy this code from the other device yourself? If somebody sent it to you, say no";
/// Asks for the digits.
pub const DIGITS: &str = "The six digits that the other device shows";
/// On the new device, beside the digits.
pub const TYPE_DIGITS: &str = "Type these six digits into a device that you already use, after `alcove-chat devices approve` \
    there. Waiting…";
/// On the new device, once an approval has come (ENCRYPTION.md 1.4).
pub const DIGITS_RIGHT: &str = "Did you type these digits into your other device yourself, and did it say that they are \
    right? If anybody else told you so, say no. Nobody else, not even your admin, can know that.";
/// No device waits for approval.
pub const NOTHING_TO_APPROVE: &str = "No new device is waiting for approval.";
/// The approval of a device took too long.
pub const APPROVAL_OVER: &str = "The approval has ended. Run `alcove-chat login` again to begin a new one.";
/// The device was removed from the account.
pub const DEVICE_STOPPED: &str =
    "This device cannot be used any more. Sign in with a new one: `alcove-chat --home ANOTHER-FOLDER login`.";
/// The first device or an approved one is ready.
pub const READY: &str = "This device is ready.";
/// A conversation list is empty.
pub const NO_CHATS: &str = "No conversations yet. Begin one with `alcove-chat new @name@server`.";
/// A device did not start what it was told to.
pub const NOTHING_CREATED: &str = "The conversation was not started. Nothing was sent.";
/// A history is empty.
pub const NO_MESSAGES: &str = "Nothing here yet.";
/// The password was changed.
pub const PASSWORD_CHANGED: &str = "Your password was changed. Other sessions were ended.";
/// What encryption means, once per conversation (EXPERIENCE.md 13.4).
pub const ENCRYPTED: &str =
    "Messages are end-to-end encrypted. The servers can see who writes to whom and when.";
/// Before everything that is not encrypted.
pub const NOT_ENCRYPTED: &str = "[NOT ENCRYPTED]";
/// A conversation could not move on.
pub const STUCK: &str = "This conversation cannot go on just now. It is tried again by itself; your other conversations are \
    not affected.";
/// After a device was removed that may be in somebody else's hands.
const IDENTITY_REPLACED: &str = "Your identity key was replaced. The people you write to are told; those who had verified \
    you will want to compare numbers again.";
/// Whoever a device names no address for.
const NOBODY: &str = "somebody without a name";
/// Asks whether a number was compared.
pub const SAME_NUMBER: &str =
    "Did you compare it with them, face to face or on a call, and is it the same? Trust it";
/// A number was not found the same.
pub const NOT_TRUSTED: &str = "Nothing was changed.";
/// There is no new identity to trust.
pub const NOTHING_TO_TRUST: &str = "There is no identity key to trust yet.";
/// Asks whether a message is to be sent although somebody may not be who they were.
pub const SEND_ANYWAY: &str = "Send anyway? They will be able to read this conversation from now on";
/// A message was not sent, because the person said no.
pub const NOT_SENT: &str = "The message was not sent.";
/// The server can be reached again.
pub const ONLINE: &str = "Connected again.";
/// A change of members needs more time.
pub const STILL_WAITING: &str =
    "This is still waiting for a server or for somebody's keys. It goes on when alcove-chat runs again.";
/// A message waits on the device.
pub const NOT_YET_SENT: &str =
    "The message is kept on this device. It will be sent when alcove-chat runs again.";
/// Before the messages of a request (EXPERIENCE.md 13.6).
pub const REQUEST: &str =
    "This is a request. They can't see that you read this. `accept` takes it, `decline` puts it away.";
/// There is no home folder.
pub const HOME_EXPECTED: &str = "It is not known where to keep this device. Name a folder with --home.";
/// What a device is called when the machine has no name.
pub const A_TERMINAL: &str = "a terminal";
/// Under `watch`.
pub const WATCHING: &str = "Waiting for messages. Ctrl+C ends this.";

/// Standard input ended before a question was answered.
pub fn input_ended(prompt: &str) -> String {
    format!("No answer to: {prompt}")
}

/// Standard input or the terminal failed.
pub fn input_failed(error: &io::Error) -> String {
    format!("The answer could not be read: {error}.")
}

/// Someone joined or signed in.
pub fn welcome(handle: &str) -> String {
    format!("Welcome, {handle}.")
}

/// The answer to joining was lost.
pub fn join_unknown(host: &str, reason: &str) -> String {
    format!(
        "{host} did not answer: {reason}. Try again; if the invitation is then said to be used, it has worked, and \
         `alcove-chat login` goes on."
    )
}

/// The safety number with somebody.
pub fn safety_number(handle: &str, number: &str) -> String {
    format!("Your safety number with {handle}. It is the same on their devices:\n{number}")
}

/// There is nothing to compare yet.
pub fn no_safety_number(handle: &str) -> String {
    format!("There is no safety number with {handle} yet. It comes with the first conversation.")
}

/// A new identity is believed from now on.
pub fn trusted(handle: &str) -> String {
    format!("{handle} is trusted with their new identity.")
}

/// Nobody answers to a handle at its domain.
pub fn no_server(domain: &str) -> String {
    format!("{domain} does not say where it keeps its people. Check the handle.")
}

/// The server did not take the device in time.
pub fn not_registered(host: &str) -> String {
    format!("{host} has not answered yet. Run any command again to go on; nothing is lost.")
}

/// A device is gone.
pub fn removed(title: &str) -> String {
    format!(
        "“{title}” is removed from your account, and from your conversations as fast as their servers answer."
    )
}

/// Somebody wrote without encryption. Their words are not shown beside encrypted ones.
pub fn unencrypted(handle: &str) -> String {
    format!("{NOT_ENCRYPTED} {handle} has written to you without encryption. Read it on your server's pages.")
}

/// A reason as a sentence of its own.
pub fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Somebody has no key packages.
pub fn cannot_encrypt(handle: &str) -> String {
    format!("{handle} cannot be written to encrypted: their app has published no keys. Nothing was sent.")
}

/// A conversation was meant that is not there.
pub fn no_such_chat(text: &str) -> String {
    format!("There is no conversation “{text}”. `alcove-chat chats` lists them.")
}

/// Several conversations could be meant.
pub fn ambiguous_chat(text: &str, names: &str) -> String {
    format!("“{text}” could be any of these: {names}. Use the name in brackets.")
}

/// The device to act on is not in the list.
pub fn no_such_device(text: &str) -> String {
    format!("There is no device “{text}”. `alcove-chat devices` lists them.")
}

/// The server cannot be reached; what was read comes from the disk.
pub fn offline(host: &str, reason: &str) -> String {
    format!("Offline: {host} cannot be reached ({reason}). Messages will be sent later.")
}

/// A line of the list of conversations.
pub fn chat(view: &ConversationView, people: &People, own: &ActorId, short: &str) -> String {
    let state = match view.standing {
        _ if view.obstacle.is_some() => "",
        Standing::Starting => " · people are being added",
        Standing::Request => " · a request: accept or decline",
        Standing::Leaving | Standing::WantsToLeave => " · you are leaving",
        Standing::Over => " · over",
        Standing::Continued => " · goes on in another conversation",
        Standing::Active if view.waiting => " · a change of members is waiting",
        Standing::Active => "",
    };
    let warning = if view.unverified.is_empty() {
        String::new()
    } else {
        format!(" · {} may not be who they were", names(&view.unverified, people))
    };
    let reason = view.obstacle.as_ref().map(|met| format!(" · {}", obstacle(met, people)));
    format!("[{short}] {}{state}{}{warning}", title(view, people, own), reason.unwrap_or_default())
}

/// Whose devices fail their check, each once.
fn names(suspects: &[Suspect], people: &People) -> String {
    let mut names: Vec<&str> = suspects
        .iter()
        .map(|suspect| suspect.actor.as_ref().map_or(NOBODY, |actor| people.handle(actor)))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// What blocks a conversation, and what to do about it.
pub fn unverified(suspects: &[Suspect], people: &People) -> String {
    format!(
        "{} may not be who they were. Compare numbers with `alcove-chat verify`, send with --anyway, or remove them.",
        names(suspects, people)
    )
}

/// What a conversation is called: its name, or the others in it.
pub fn title(view: &ConversationView, people: &People, own: &ActorId) -> String {
    let others = people.handles(view.people.iter().filter(|actor| *actor != own));
    match &view.name {
        Some(name) if others.is_empty() => name.clone(),
        Some(name) => format!("{name} ({others})"),
        None if others.is_empty() => "only you".to_owned(),
        None => others,
    }
}

/// There is no message of that number.
pub fn no_such_message(number: i64) -> String {
    format!("There is no message #{number} here. `alcove-chat read` shows the numbers.")
}

/// Somebody wants to change what others have said.
pub const NOT_YOURS: &str = "Only the one who wrote a message can change it or take it back.";
/// A reaction that was never made is to be taken back.
pub const NO_REACTION: &str = "You have not reacted to this message in this way.";
/// Who hears what is read.
pub const RECEIPTS_SHARED: &str = "The people you write with see what you have read.";
/// The same, for those who keep it to themselves.
pub const RECEIPTS_PRIVATE: &str = "Only your own devices know what you have read.";

/// What became of a sent message, for each of its recipients.
pub fn deliveries(deliveries: &[Delivery], people: &People) -> String {
    let state = |delivery: &Delivery| {
        let who = people.handle(&delivery.recipient);
        let reason = delivery.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        match delivery.state {
            DeliveryState::Delivered => format!("delivered to {who}"),
            DeliveryState::Queued => format!("on its way to {who}{reason}"),
            DeliveryState::Failed => format!("not delivered to {who}{reason}"),
        }
    };
    format!("    {}", deliveries.iter().map(state).collect::<Vec<_>>().join(" · "))
}

/// A line of the list of devices.
pub fn device(device: &Device, own: bool) -> String {
    let name = device.id.as_str().rsplit('/').next().unwrap_or_default();
    let state = match device.state {
        DeviceState::Approved => "",
        DeviceState::Pending => " · waits for approval",
    };
    let seen = device.last_seen_at.map(|seen| format!(" · last seen {}", time(seen))).unwrap_or_default();
    format!("[{name}] {}{}{state}{seen}", device.title, if own { " · this device" } else { "" })
}

/// A new device asks to be approved.
pub fn approve(title: &str) -> String {
    format!("Approve the new device “{title}”?")
}

/// A point in time as a label: minutes, UTC.
pub fn time(time: Timestamp) -> String {
    let text = time.to_rfc3339();
    format!("{} {}", text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default())
}
