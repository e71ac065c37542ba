//! A person's commands, each handed to the part that does it.

use alcove_protocol::GroupId;

use crate::{
    call::Call,
    chats,
    command::Command,
    conversation::{
        self, Conversation, Intent, Name, Purpose, Standing, happened, leave, recovery, send, start, welcome,
    },
    devices,
    error::Error,
    inner, invitation, key_packages,
    message::{Content, What},
    mls, pairing,
    trust::{self, Suspect},
    turn::Turn,
};

/// Does what a person wants.
pub(crate) fn obey(turn: &mut Turn<'_>, command: Command) -> Result<(), Error> {
    match command {
        Command::StartConversation { people, name } => start::start(turn, &people, name).map(drop),
        Command::Send { conversation, content } => say(turn, &conversation, content),
        Command::SendAnyway { conversation, content, suspects } => {
            excuse(turn, &conversation, &suspects)?;
            say(turn, &conversation, content)
        }
        Command::Add { conversation, actor } => in_active(turn, &conversation, |turn, conversation| {
            conversation.wishes.push(start::add(turn, actor));
            Ok(())
        }),
        Command::Remove { conversation, actor } => remove(turn, &conversation, Intent::Remove { actor }),
        Command::RemoveLeaf { conversation, signature_key } => {
            remove_leaf(turn, &conversation, signature_key)
        }
        Command::Leave { conversation } => conversation::with(turn, &conversation, leave::leave),
        Command::Rename { conversation, name } => rename(turn, &conversation, name),
        Command::Accept { conversation } => conversation::with(turn, &conversation, welcome::accept),
        Command::Decline { conversation } => conversation::with(turn, &conversation, leave::decline),
        Command::Continue { conversation } => recovery::go_on(turn, &conversation),
        Command::Rejoin { conversation } => welcome::rejoin(turn, &conversation),
        Command::TrustIdentity { actor, identity } => trust::accept_compared(turn, &actor, identity),
        Command::ContinueUnverified { actor, identity } => trust::continue_unverified(turn, &actor, identity),
        other => of_the_list(turn, other),
    }
}

/// What concerns nobody but this person.
fn of_the_list(turn: &mut Turn<'_>, command: Command) -> Result<(), Error> {
    match command {
        Command::Retry { conversation, id } => {
            in_active(turn, &conversation, |turn, conversation| send::failed::retry(turn, conversation, &id))
        }
        Command::Discard { conversation, id } => send::failed::discard(turn, &conversation, &id),
        Command::SetDraft { conversation, draft } => chats::set_draft(turn, &conversation, draft),
        Command::MarkRead { conversation, up_to } => chats::mark(turn, &conversation, up_to),
        Command::SetChat { conversation, setting } => chats::set(turn, &conversation, setting),
        Command::SetReceipts(receipts) => chats::set_receipts(turn, receipts),
        other => of_the_account(turn, other),
    }
}

fn of_the_account(turn: &mut Turn<'_>, command: Command) -> Result<(), Error> {
    match command {
        Command::RotateKeyPackage => key_packages::publish(turn),
        Command::Enrol { title, token } => devices::enrol(turn, &title, &token),
        Command::ListDevices => turn.call_once(Call::FetchDevices, Purpose::Device),
        Command::RemoveDevice { device, why } => devices::remove(turn, &device, why),
        Command::LookForPairings => pairing::look(turn),
        Command::ApprovePairing { name } => pairing::approve(turn, &name),
        Command::ApproveByCode { code } => pairing::approve_by_code(turn, &code),
        Command::ConfirmPairing { name, digits } => pairing::confirm(turn, &name, &digits),
        Command::AcceptPairing { name } => pairing::accept(turn, &name),
        Command::RefusePairing { name } => pairing::refuse(turn, &name),
        Command::Invite { name, days, greeting } => invitation::invite(turn, name, days, greeting),
        Command::LookForInvitations => invitation::look(turn),
        Command::RevokeInvitation { id } => invitation::revoke(turn, &id),
        Command::TakeUpInvitation { link, offer } => invitation::take_up(turn, &link, &offer),
        _ => Ok(()),
    }
}

/// Excuses the devices that the person was shown. One that they were not shown blocks as before, and with it the message.
fn excuse(turn: &mut Turn<'_>, group: &GroupId, shown: &[Suspect]) -> Result<(), Error> {
    conversation::with(turn, group, |_, conversation| {
        let excused = conversation.unverified().into_iter().filter(|suspect| shown.contains(suspect));
        conversation.excused.extend(excused);
        match conversation.is_blocked() {
            true => Err(Error::Unverified(conversation.unverified())),
            false => Ok(()),
        }
    })
}

/// Writing into a request accepts it.
fn say(turn: &mut Turn<'_>, group: &GroupId, content: Content) -> Result<(), Error> {
    in_active(turn, group, |turn, conversation| {
        welcome::accept(turn, conversation)?;
        send::say(turn, conversation, content).map(drop)
    })
}

fn remove(turn: &mut Turn<'_>, group: &GroupId, intent: Intent) -> Result<(), Error> {
    in_active(turn, group, |turn, conversation| {
        conversation::remove(conversation, intent, turn.now);
        Ok(())
    })
}

/// Removes the leaf that the person was shown.
fn remove_leaf(turn: &mut Turn<'_>, group: &GroupId, key: Vec<u8>) -> Result<(), Error> {
    let leaves = mls::load(turn.provider, group)?;
    let shown = leaves.members().find(|member| member.signature_key == key);
    let shown = shown.ok_or_else(|| Error::Unknown("device of that key in this conversation".to_owned()))?;
    let actor = trust::actor_of(&shown.credential);
    remove(turn, group, Intent::RemoveLeaf { key, actor })
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
        let own = turn.account.actor.clone();
        let document = inner::name(&own, &conversation.group, &id, &name);
        happened::note(turn, conversation, &own, What::Renamed, Vec::new(), Some(name.clone()))?;
        conversation.name = Some(Name { text: name, epoch });
        send::queue(turn, conversation, &id, &document, send::Visibility::Silent)
    })
}
