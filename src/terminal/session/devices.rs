//! The devices of an account: listing, approving and removing them.

use alcove_client::{Command, Event, Removal};
use alcove_protocol::{
    DeviceId,
    api::{self, path},
};

use super::Session;
use crate::Error;

impl Session {
    /// This device's id, once the server has given one.
    pub fn device(&self) -> Option<&DeviceId> {
        self.device.id()
    }

    /// The account's devices.
    pub async fn devices(&mut self) -> Result<Vec<api::Device>, Error> {
        let events = self.command(Command::ListDevices).await?;
        let listed = events.into_iter().find_map(|event| match event {
            Event::Devices(devices) => Some(devices),
            _ => None,
        });
        listed.ok_or_else(|| self.unreachable())
    }

    /// New devices that wait for approval by this one.
    pub async fn pairings(&mut self) -> Result<Vec<api::Pairing>, Error> {
        self.command(Command::LookForPairings).await?;
        // As the server lists them: the events tell less of each.
        let open: Vec<api::Pairing> =
            self.server.get(path::PAIRINGS, &[]).await.map_err(|no_answer| self.server.error(no_answer))?;
        let own = self.device.id();
        Ok(open.into_iter().filter(|open| open.verdict.is_none() && Some(&open.device) != own).collect())
    }

    /// On a new device that waits: looks how its approval stands, and asks for a new one when the last has ended.
    pub async fn ask_for_approval(&mut self) -> Result<Vec<Event>, Error> {
        self.command(Command::LookForPairings).await
    }

    /// Begins the approval of a new device; its digits are wanted when [`Event::PairingDigitsWanted`] comes.
    pub async fn approve(&mut self, pairing: &str) -> Result<Vec<Event>, Error> {
        self.command(Command::ApprovePairing { name: pairing.to_owned() }).await
    }

    /// Approves the new device whose code this is; it needs no digits. [`Event::PairingEnded`] comes when it has shown its key.
    pub async fn approve_by_code(&mut self, code: &str) -> Result<Vec<Event>, Error> {
        self.pairings().await?;
        self.command(Command::ApproveByCode { code: code.to_owned() }).await
    }

    /// The six digits that the new device shows, as they were typed here.
    pub async fn confirm(&mut self, pairing: &str, digits: &str) -> Result<Vec<Event>, Error> {
        self.command(Command::ConfirmPairing { name: pairing.to_owned(), digits: digits.to_owned() }).await
    }

    /// On the new device: the approved one said that the digits are right. Its approval counts from now on.
    pub async fn accept_approval(&mut self, pairing: &str) -> Result<Vec<Event>, Error> {
        self.command(Command::AcceptPairing { name: pairing.to_owned() }).await
    }

    /// It was not me, or the other device did not say that the digits are right.
    pub async fn refuse(&mut self, pairing: &str) -> Result<Vec<Event>, Error> {
        self.command(Command::RefusePairing { name: pairing.to_owned() }).await
    }

    /// Removes another device from the account and from every conversation.
    pub async fn remove_device(&mut self, device: &DeviceId, why: Removal) -> Result<Vec<Event>, Error> {
        self.devices().await?;
        self.command(Command::RemoveDevice { device: device.clone(), why }).await
    }
}
