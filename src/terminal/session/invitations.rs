//! Inviting: links for one person each, made by this device, and how they stand.

use alcove_client::{Command, Event, OwnInvitation, Trust};
use alcove_protocol::ActorId;

use super::Session;
use crate::{Error, texts};

/// What somebody who invites decides.
#[derive(Clone, Debug)]
pub struct Invite {
    /// For whom.
    pub name: Option<String>,
    /// How long the link lasts.
    pub days: u32,
    /// What the newcomer finds as a first message.
    pub greeting: Option<String>,
}

impl Session {
    /// Makes a link for one person. Whoever takes it up is verified by it, and so is this device's person to them.
    pub async fn invite(&mut self, invite: Invite) -> Result<(String, Vec<Event>), Error> {
        let Invite { name, days, greeting } = invite;
        let events = self.command(Command::Invite { name, days, greeting }).await?;
        let made = events.iter().find_map(|event| match event {
            Event::InvitationMade { link, .. } => Some(link.clone()),
            _ => None,
        });
        match made {
            Some(link) => Ok((link, events)),
            None if self.offline().is_some() => Err(self.unreachable()),
            None => Err(Error::Expected(refusal(&events))),
        }
    }

    /// The invitations of this device, as far as it knows.
    pub fn invitations(&self) -> Result<Vec<OwnInvitation>, Error> {
        Ok(self.device.invitations(self.clock.now())?)
    }

    /// How far somebody's identity was checked.
    pub fn trust_of(&self, actor: &ActorId) -> Result<Trust, Error> {
        Ok(self.device.trust_of(actor)?)
    }
}

/// What the server said.
fn refusal(events: &[Event]) -> String {
    let reason = events.iter().find_map(|event| match event {
        Event::Refused { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    reason.unwrap_or_else(|| texts::NOT_INVITED.to_owned())
}
