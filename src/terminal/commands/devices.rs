//! Devices of the account: the list, approving a new one with six digits (EXPERIENCE.md 13.6), removing one.

use std::time::Duration;

use alcove_client::{Event, PairingEnd, Removal};
use alcove_protocol::api::{Device, Pairing};
use alcove_terminal::{Error, Session, texts};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Context;
use crate::input;

/// How long the new device may take to show its key.
const APPROVAL: Duration = Duration::from_secs(15 * 60);

/// `devices`.
#[derive(Args)]
pub struct Devices {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Approve a new device by the six digits or the code that it shows.
    Approve {
        /// Which, by its title, if several wait.
        title: Option<String>,
        /// The code that the new device shows, instead of digits.
        #[arg(long, conflicts_with = "title")]
        code: Option<String>,
    },
    /// Remove a device from your account and from every conversation.
    Remove {
        /// Which, by the name in brackets or by its title.
        device: String,
        /// It may be in somebody else's hands: your identity key is replaced as well, and your contacts are told.
        #[arg(long)]
        lost: bool,
    },
}

/// Runs it.
pub async fn run(devices: Devices, context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    match devices.action {
        None => list(&mut session, context).await,
        Some(Action::Approve { code: Some(code), .. }) => approve_by_code(&mut session, &code, context).await,
        Some(Action::Approve { title, .. }) => approve(&mut session, title.as_deref(), context).await,
        Some(Action::Remove { device, lost }) => {
            let why = if lost { Removal::Lost } else { Removal::Retired };
            remove(&mut session, &device, why, context).await
        }
    }
}

async fn list(session: &mut Session, context: &Context) -> Result<(), Error> {
    for device in session.devices().await? {
        let own = session.device() == Some(&device.id);
        context.output.fact(&texts::device(&device, own), &json!({"device": device, "own": own}));
    }
    Ok(())
}

async fn remove(session: &mut Session, wanted: &str, why: Removal, context: &Context) -> Result<(), Error> {
    let is_meant =
        |device: &Device| device.id.as_str().rsplit('/').next() == Some(wanted) || device.title == wanted;
    let devices: Vec<_> = session.devices().await?.into_iter().filter(is_meant).collect();
    let [device] = &devices[..] else {
        return Err(Error::Expected(texts::no_such_device(wanted)));
    };
    let events = session.remove_device(&device.id, why).await?;
    context.show(session, &events);
    context.output.fact(&texts::removed(&device.title), &json!({"removed": device.id}));
    context.settle(session).await
}

async fn approve(session: &mut Session, title: Option<&str>, context: &Context) -> Result<(), Error> {
    let waiting = session.pairings().await?;
    let is_meant = |pairing: &&Pairing| title.is_none_or(|title| title == pairing.title);
    let Some(pairing) = waiting.iter().find(is_meant) else {
        return Err(Error::Expected(texts::NOTHING_TO_APPROVE.to_owned()));
    };
    context.output.say(texts::LINK_A_DEVICE);
    if !input::confirm(&texts::approve(&pairing.title))? {
        let events = session.refuse(&pairing.name).await?;
        context.show(session, &events);
        return Ok(());
    }
    let events = session.approve(&pairing.name).await?;
    context.show(session, &events);
    let mut ended = has_ended(&events, &pairing.name);
    if !ended && !wants_digits(&events, &pairing.name) {
        let shown = |_: &Session, events: &[Event]| {
            ended = has_ended(events, &pairing.name);
            ended || wants_digits(events, &pairing.name)
        };
        if !context.until(session, APPROVAL, shown).await? {
            return Err(Error::Expected(texts::APPROVAL_OVER.to_owned()));
        }
    }
    while !ended {
        let digits = input::line(texts::DIGITS)?;
        let events = session.confirm(&pairing.name, &digits).await?;
        context.show(session, &events);
        ended = has_ended(&events, &pairing.name);
    }
    context.settle(session).await
}

async fn approve_by_code(session: &mut Session, code: &str, context: &Context) -> Result<(), Error> {
    context.output.say(texts::LINK_A_DEVICE);
    if !input::confirm(texts::APPROVE_BY_CODE)? {
        return Ok(());
    }
    let events = session.approve_by_code(code).await?;
    context.show(session, &events);
    let ended = |_: &Session, events: &[Event]| is_decided(events);
    if !is_decided(&events) && !context.until(session, APPROVAL, ended).await? {
        return Err(Error::Expected(texts::APPROVAL_OVER.to_owned()));
    }
    context.settle(session).await
}

fn wants_digits(events: &[Event], pairing: &str) -> bool {
    events.iter().any(|event| matches!(event, Event::PairingDigitsWanted { name } if name == pairing))
}

fn has_ended(events: &[Event], pairing: &str) -> bool {
    events.iter().any(|event| matches!(event, Event::PairingEnded { name, .. } if name == pairing))
}

/// Whether this device has decided about the one whose code it has; what it is called nobody has said here. Others may end
/// meanwhile: in time, or by another device.
fn is_decided(events: &[Event]) -> bool {
    use PairingEnd::{Mismatch, Refused, Scanned};
    let decides =
        |event: &Event| matches!(event, Event::PairingEnded { end: Scanned | Refused | Mismatch, .. });
    events.iter().any(decides)
}
