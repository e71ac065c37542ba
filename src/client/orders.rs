//! A person's commands, each handed to the part that does it.

use alcove_protocol::GroupId;

use crate::{
    call::Call,
    command::Command,
    conversation::{
        self, Conversation, Intent, Name, Purpose, Standing, leave, recovery, send, start, welcome,
    },
    devices,
    error::Error,
    event::PairingEnd,
    inner, key_packages, pairing, trust,
    turn::Turn,
};

/// Does what a person wants.
pub(crate) fn obey(turn: &mut Turn<'_>, command: Command) -> Result<(), Error> {
    match command {
        Command::StartConversation { people, name } => start::start(turn, &people, name).map(drop),
        Command::Send { conversation, text } => write(turn, &conversation, &text),
        Command::SendAnyway { conversation, text } => {
            conversation::with(turn, &conversation, |_, conversation| {
                let failing = conversation.failing.iter().map(|leaf| leaf.key.clone());
                conversation.excused.extend(failing);
                Ok(())
            })?;
            write(turn, &conversation, &text)
        }
        Command::Add { conversation, actor } => in_active(turn, &conversation, |turn, conversation| {
            conversation.wishes.push(start::add(turn, actor));
            Ok(())
        }),
        Command::Remove { conversation, actor } => remove(turn, &conversation, Intent::Remove { actor }),
        Command::RemoveLeaf { conversation, signature_key } => {
            remove(turn, &conversation, Intent::RemoveLeaf { key: signature_key })
        }
        Command::Leave { conversation } => conversation::with(turn, &conversation, leave::leave),
        Command::Rename { conversation, name } => rename(turn, &conversation, name),
        Command::Accept { conversation } => conversation::with(turn, &conversation, welcome::accept),
        Command::Decline { conversation } => conversation::with(turn, &conversation, leave::decline),
        Command::Continue { conversation } => recovery::begin(turn, &conversation),
        Command::Rejoin { conversation } => welcome::rejoin(turn, &conversation),
        Command::TrustIdentity { actor } => trust_identity(turn, &actor),
        other => of_the_account(turn, other),
    }
}

fn of_the_account(turn: &mut Turn<'_>, command: Command) -> Result<(), Error> {
    match command {
        Command::RotateKeyPackage => key_packages::publish(turn),
        Command::Enrol { title, token } => devices::enrol(turn, &title, &token),
        Command::ListDevices => turn.call_once(Call::FetchDevices, Purpose::Device),
        Command::RemoveDevice { device } => devices::remove(turn, &device),
        Command::LookForPairings => pairing::look(turn),
        Command::ApprovePairing { name } => pairing::approve(turn, &name),
        Command::ConfirmPairing { name, digits } => pairing::confirm(turn, &name, &digits),
        Command::RefusePairing { name } => pairing::refuse(turn, &name, PairingEnd::Refused),
        _ => Ok(()),
    }
}

/// Writing into a request accepts it.
fn write(turn: &mut Turn<'_>, group: &GroupId, text: &str) -> Result<(), Error> {
    in_active(turn, group, |turn, conversation| {
        welcome::accept(turn, conversation)?;
        send::text(turn, conversation, text).map(drop)
    })
}

fn remove(turn: &mut Turn<'_>, group: &GroupId, intent: Intent) -> Result<(), Error> {
    in_active(turn, group, |turn, conversation| {
        conversation::remove(conversation, intent, turn.now);
        Ok(())
    })
}

/// Works on a conversation in which something can still be done.
fn in_active(
    turn: &mut Turn<'_>,
    group: &GroupId,
    work: impl FnOnce(&mut Turn<'_>, &mut Conversation) -> Result<(), Error>,
) -> Result<(), Error> {
    turn.account.require_approved()?;
    conversation::with(turn, group, |turn, conversation| match conversation.standing {
        Standing::Starting | Standing::Request | Standing::Active => work(turn, conversation),
        Standing::WantsToLeave | Standing::Leaving | Standing::Over | Standing::Continued => {
            Err(Error::ConversationOver)
        }
    })
}

fn rename(turn: &mut Turn<'_>, group: &GroupId, name: String) -> Result<(), Error> {
    in_active(turn, group, |turn, conversation| {
        let epoch = conversation.epochs.last().map_or(0, |epoch| epoch.number);
        let id = send::new_id(turn);
        let document = inner::name(&turn.account.actor, &conversation.group, &id, &name);
        conversation.name = Some(Name { text: name, epoch });
        send::queue(turn, conversation, &id, &document, send::Visibility::Silent)
    })
}

/// Believes a new identity key, and looks at every conversation again.
fn trust_identity(turn: &mut Turn<'_>, actor: &alcove_protocol::ActorId) -> Result<(), Error> {
    trust::accept_change(turn, actor)?;
    for known in conversation::all(&turn.provider.store)? {
        if known.standing != Standing::Over {
            conversation::with(turn, &known.group, conversation::answers::rejudge)?;
        }
    }
    Ok(())
}
