//! The contract's methods that are a person's commands to the device. Arguments as JSON; what they lead to is the device's
//! business.

use alcove_client::{Command, Content, Device, Removal};
use alcove_protocol::{ActorId, DeviceId, GroupId, base64};
use serde::Deserialize;

use crate::failure::Failure;

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
}

/// The command of a method; `None` if the method is none.
pub fn command(device: &Device, method: &str, arguments: &str) -> Result<Option<Command>, Failure> {
    let given: Arguments = serde_json::from_str(arguments)?;
    Ok(Some(match method {
        "newChat" => Command::StartConversation { people: given.people, name: given.name },
        "send" => {
            Command::Send { conversation: wanted(given.chat)?, content: Content::text(wanted(given.text)?) }
        }
        "sendAnyway" => {
            let conversation = wanted(given.chat)?;
            // The interface sends anyway what the device has just shown it as unverified.
            let suspects = device.conversation(&conversation)?.unverified;
            Command::SendAnyway { conversation, content: Content::text(wanted(given.text)?), suspects }
        }
        // One of `addPeople`: each is a command, and a step, of its own.
        "addPerson" => Command::Add { conversation: wanted(given.chat)?, actor: wanted(given.actor)? },
        "removePerson" => Command::Remove { conversation: wanted(given.chat)?, actor: wanted(given.actor)? },
        "removeLeaf" => {
            let key = base64::decode(&wanted(given.leaf)?, 64).ok_or_else(|| Failure::expected("a leaf"))?;
            Command::RemoveLeaf { conversation: wanted(given.chat)?, signature_key: key }
        }
        "rename" => Command::Rename { conversation: wanted(given.chat)?, name: wanted(given.name)? },
        "leave" => Command::Leave { conversation: wanted(given.chat)? },
        "accept" => Command::Accept { conversation: wanted(given.chat)? },
        "decline" => Command::Decline { conversation: wanted(given.chat)? },
        "goOn" => Command::Continue { conversation: wanted(given.chat)? },
        "rejoin" => Command::Rejoin { conversation: wanted(given.chat)? },
        "trustIdentity" => trust(wanted(given.actor)?, &wanted(given.identity)?)?,
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

fn trust(actor: ActorId, identity: &str) -> Result<Command, Failure> {
    let bytes = base64::decode(identity, 32).and_then(|bytes| bytes.try_into().ok());
    let identity = bytes.ok_or_else(|| Failure::expected("an identity key"))?;
    Ok(Command::TrustIdentity { actor, identity })
}

fn wanted<T>(given: Option<T>) -> Result<T, Failure> {
    given.ok_or_else(|| Failure::expected("an argument is missing"))
}
