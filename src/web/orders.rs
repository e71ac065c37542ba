//! The contract's methods that are a person's commands to the device. Arguments as JSON; what they lead to is the device's
//! business.

use alcove_client::{
    ChatSetting, Command, Content, Device, Draft, Receipts, Reference, Removal, history::History,
};
use alcove_protocol::{ActorId, DeviceId, GroupId, Timestamp, base64, json};
use serde::Deserialize;

use crate::{failure::Failure, files::Given, invitation};

/// Arguments as they come, whatever method they belong to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    chat: Option<GroupId>,
    actor: Option<ActorId>,
    #[serde(default)]
    people: Vec<ActorId>,
    text: Option<String>,
    name: Option<String>,
    leaf: Option<String>,
    identity: Option<String>,
    device: Option<DeviceId>,
    why: Option<String>,
    code: Option<String>,
    digits: Option<String>,
    message: Option<Reference>,
    in_reply_to: Option<Reference>,
    #[serde(default)]
    mentions: Vec<ActorId>,
    #[serde(default)]
    files: Vec<Given>,
    emoji: Option<String>,
    id: Option<String>,
    up_to: Option<i64>,
    pinned: Option<bool>,
    archived: Option<bool>,
    /// Present and `null` is something else than absent: sound again.
    #[serde(default, deserialize_with = "present")]
    muted_until: Option<Option<Timestamp>>,
    days: Option<u32>,
    receipts: Option<bool>,
}

fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<Timestamp>>, D::Error> {
    Ok(Some(Option::<i64>::deserialize(from)?.map(Timestamp)))
}

/// The command of a method; `None` if the method is none.
pub fn command(
    device: &Device,
    history: &History,
    method: &str,
    arguments: &str,
) -> Result<Option<Command>, Failure> {
    if method == "takeUpInvitation" {
        return invitation::take_up(arguments).map(Some);
    }
    let given: Arguments = json::read(arguments)?;
    Ok(match method {
        "send" | "edit" | "remove" | "react" | "unreact" | "sendAnyway" => {
            Some(say(device, history, method, given)?)
        }
        "setDraft" | "markRead" | "setChat" | "retry" | "discard" | "receipts" => Some(own(method, given)?),
        _ => match in_chat(method, &given)? {
            Some(command) => Some(command),
            None => of_the_account(method, given)?,
        },
    })
}

/// What a message says, and which of its files are sealed: their numbers, and the names of their bytes.
pub type Said = (Content, Vec<(usize, String)>);

/// The chat and the words of `send`, and its sealed files.
pub fn said(arguments: &str) -> Result<(GroupId, Said), Failure> {
    let mut given: Arguments = json::read(arguments)?;
    let chat = wanted(given.chat.take())?;
    Ok((chat, text(given)?))
}

fn text(given: Arguments) -> Result<Said, Failure> {
    let files = given.files.into_iter().map(Given::file).collect::<Result<Vec<_>, _>>()?;
    let (files, stored): (Vec<_>, Vec<_>) = files.into_iter().unzip();
    let stored = stored.into_iter().enumerate().filter_map(|(file, stored)| Some((file, stored?))).collect();
    let (text, in_reply_to, mentions) = (wanted(given.text)?, given.in_reply_to, given.mentions);
    Ok((Content::Text { text, in_reply_to, mentions, files }, stored))
}

/// What is said to everybody in a chat.
fn say(device: &Device, history: &History, method: &str, mut given: Arguments) -> Result<Command, Failure> {
    let conversation = wanted(given.chat.take())?;
    if method == "sendAnyway" {
        // The interface sends anyway what the device has just shown it as unverified.
        let suspects = device.conversation(&conversation)?.unverified;
        return Ok(Command::SendAnyway {
            conversation,
            content: Content::text(wanted(given.text)?),
            suspects,
        });
    }
    let content = match method {
        "send" => text(given)?.0,
        "edit" => Content::Edit {
            target: wanted(given.message)?.id,
            text: wanted(given.text)?,
            mentions: given.mentions,
        },
        "remove" => Content::Deletion { target: wanted(given.message)?.id },
        "react" => Content::Reaction { target: wanted(given.message)?, emoji: wanted(given.emoji)? },
        _ => {
            let (target, emoji) = (wanted(given.message)?, wanted(given.emoji)?);
            let reaction = history.reaction(&conversation, &target, device.actor(), &emoji);
            Content::Undo { reaction, target: Some(target), emoji: Some(emoji) }
        }
    };
    Ok(Command::Send { conversation, content })
}

/// What concerns this person only.
fn own(method: &str, given: Arguments) -> Result<Command, Failure> {
    if method == "receipts" {
        let shared = wanted(given.receipts)?;
        return Ok(Command::SetReceipts(if shared { Receipts::Shared } else { Receipts::Private }));
    }
    let conversation = wanted(given.chat)?;
    Ok(match method {
        "setDraft" => {
            let draft = Draft { text: wanted(given.text)?, in_reply_to: given.in_reply_to };
            Command::SetDraft { conversation, draft: Some(draft) }
        }
        "markRead" => Command::MarkRead { conversation, up_to: wanted(given.up_to)? },
        "retry" => Command::Retry { conversation, id: wanted(given.id)? },
        "discard" => Command::Discard { conversation, id: wanted(given.id)? },
        _ => {
            let pinned = given.pinned.map(ChatSetting::Pinned);
            let archived = given.archived.map(ChatSetting::Archived);
            let muted = given.muted_until.map(ChatSetting::MutedUntil);
            Command::SetChat { conversation, setting: wanted(pinned.or(archived).or(muted))? }
        }
    })
}

/// What is done to a chat.
fn in_chat(method: &str, given: &Arguments) -> Result<Option<Command>, Failure> {
    let chat = || wanted(given.chat.clone());
    Ok(Some(match method {
        // One of `addPeople`: each is a command, and a step, of its own.
        "addPerson" => Command::Add { conversation: chat()?, actor: wanted(given.actor.clone())? },
        "removePerson" => Command::Remove { conversation: chat()?, actor: wanted(given.actor.clone())? },
        "removeLeaf" => {
            let leaf = given.leaf.as_deref().and_then(|leaf| base64::decode(leaf, 64));
            Command::RemoveLeaf { conversation: chat()?, signature_key: wanted(leaf)? }
        }
        "rename" => Command::Rename { conversation: chat()?, name: wanted(given.name.clone())? },
        "leave" => Command::Leave { conversation: chat()? },
        "accept" => Command::Accept { conversation: chat()? },
        "decline" => Command::Decline { conversation: chat()? },
        "goOn" => Command::Continue { conversation: chat()? },
        "rejoin" => Command::Rejoin { conversation: chat()? },
        _ => return Ok(None),
    }))
}

fn of_the_account(method: &str, given: Arguments) -> Result<Option<Command>, Failure> {
    Ok(Some(match method {
        "newChat" => Command::StartConversation { people: given.people, name: given.name },
        "trustIdentity" => {
            Command::TrustIdentity { actor: wanted(given.actor)?, identity: identity(given.identity)? }
        }
        "continueUnverified" => {
            Command::ContinueUnverified { actor: wanted(given.actor)?, identity: identity(given.identity)? }
        }
        "invite" => Command::Invite { name: given.name, days: wanted(given.days)?, greeting: given.text },
        "revokeInvitation" => Command::RevokeInvitation { id: wanted(given.id)? },
        "devices" => Command::ListDevices,
        "removeDevice" => {
            let lost = given.why.as_deref() == Some("lost");
            let why = if lost { Removal::Lost } else { Removal::Retired };
            Command::RemoveDevice { device: wanted(given.device)?, why }
        }
        "lookForPairings" => Command::LookForPairings,
        "approvePairing" => Command::ApprovePairing { name: wanted(given.name)? },
        "approveByCode" => Command::ApproveByCode { code: wanted(given.code)? },
        "confirmPairing" => {
            Command::ConfirmPairing { name: wanted(given.name)?, digits: wanted(given.digits)? }
        }
        "acceptPairing" => Command::AcceptPairing { name: wanted(given.name)? },
        "refusePairing" => Command::RefusePairing { name: wanted(given.name)? },
        _ => return Ok(None),
    }))
}

fn identity(given: Option<String>) -> Result<[u8; 32], Failure> {
    let bytes = given.and_then(|identity| base64::decode(&identity, 32)?.try_into().ok());
    bytes.ok_or_else(|| Failure::expected("an identity key"))
}

fn wanted<T>(given: Option<T>) -> Result<T, Failure> {
    given.ok_or_else(|| Failure::expected("an argument is missing, or is none of its kind"))
}
