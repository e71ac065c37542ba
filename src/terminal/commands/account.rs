//! Joining, signing in, the password.

use std::time::Duration;

use alcove_client::{DeviceStanding, Event};
use alcove_protocol::{Handle, handle};
use alcove_terminal::{Error, Link, Newcomer, Session, store::Store, texts};
use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use super::Context;
use crate::input::{self, Typed};

/// How long a new device waits for its server.
const REGISTRATION: Duration = Duration::from_secs(30);
/// How long an approval lasts (see [`alcove_protocol::api::Pairing`]).
const APPROVAL: Duration = Duration::from_secs(15 * 60);

/// `join`.
#[derive(Args)]
pub struct Join {
    /// The link of the invitation.
    link: String,
    /// Your name there, as in @name@server; asked for if missing.
    #[arg(long)]
    name: Option<String>,
    /// What people are shown.
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// What your list of devices calls this one.
    #[arg(long, value_name = "TITLE")]
    device: Option<String>,
}

/// `login`.
#[derive(Args)]
pub struct Login {
    /// Your handle, as @name@example.org.
    handle: String,
    /// What your list of devices calls this one.
    #[arg(long, value_name = "TITLE")]
    device: Option<String>,
}

/// Takes up an invitation.
pub async fn join(join: Join, context: &Context) -> Result<(), Error> {
    let link = Link::parse(&join.link)?;
    refuse_second_device(context)?;
    let name = join.name.map_or_else(|| input::line(texts::YOUR_NAME), Ok)?;
    let name =
        handle::parse_name(&name).map_err(|error| Error::Expected(texts::sentence(&error.to_string())))?;
    let password = input::secret(texts::NEW_PASSWORD, input::PASSWORD, Typed::Twice)?;
    require_length(&password, 12, texts::PASSWORD_SHORT)?;
    let newcomer = Newcomer { name, display_name: join.display_name, password: password.to_string() };
    let mut options = context.options(&new_passphrase()?);
    options.title = join.device.unwrap_or_else(this_machine);
    let session = Session::join(&link, &newcomer, &options).await?;
    begin(session, context).await
}

/// Signs in with a new device, or again with the one that is here.
pub async fn login(login: Login, context: &Context) -> Result<(), Error> {
    let handle =
        Handle::parse(&login.handle).map_err(|_| Error::Expected(texts::HANDLE_EXPECTED.to_owned()))?;
    if Store::exists(&context.home) {
        return login_again(&handle, context).await;
    }
    let password = input::secret(texts::PASSWORD, input::PASSWORD, Typed::Once)?;
    let mut options = context.options(&new_passphrase()?);
    options.title = login.device.unwrap_or_else(this_machine);
    let session = Session::sign_in(&handle, &password, &options).await?;
    begin(session, context).await
}

/// Goes on with a device that waits for approval, or signs one in again whose token has ended.
async fn login_again(handle: &Handle, context: &Context) -> Result<(), Error> {
    let passphrase = input::secret(texts::PASSPHRASE, input::PASSPHRASE, Typed::Once)?;
    let mut session = Session::open(&context.options(&passphrase))?;
    let exists = || Err(Error::DeviceExists { folder: context.home.clone() });
    if Handle::parse(session.handle()).ok().as_ref() != Some(handle) {
        return exists();
    }
    let events = match session.sync().await {
        Err(Error::SignedOut { .. }) => {
            let password = input::secret(texts::PASSWORD, input::PASSWORD, Typed::Once)?;
            session.sign_in_again(&password).await?
        }
        Ok(_) if !matches!(session.standing(), DeviceStanding::Registering | DeviceStanding::Waiting) => {
            return exists();
        }
        events => events?,
    };
    context.show(&mut session, &events);
    begin(session, context).await
}

/// Changes the password.
pub async fn password(context: &Context) -> Result<(), Error> {
    let mut session = context.open().await?;
    let current = input::secret(texts::PASSWORD, input::PASSWORD, Typed::Once)?;
    let new = input::secret(texts::NEW_PASSWORD, NEW_PASSWORD, Typed::Twice)?;
    require_length(&new, 12, texts::PASSWORD_SHORT)?;
    session.change_password(&current, &new).await?;
    context.output.fact(texts::PASSWORD_CHANGED, &json!({"password": "changed"}));
    Ok(())
}

/// The environment variable with the new password, for scripts that change it.
const NEW_PASSWORD: &str = "ALCOVE_CHAT_NEW_PASSWORD";

/// Registers the device and waits until it may be used: at once for a first one, after its approval for others.
async fn begin(mut session: Session, context: &Context) -> Result<(), Error> {
    let who = json!({"handle": session.handle(), "actor": session.actor()});
    context.output.fact(&texts::welcome(session.handle()), &who);
    let events = session.sync().await?;
    context.show(&mut session, &events);
    if session.standing() == DeviceStanding::Registering {
        let registered = |session: &Session, _: &[Event]| session.standing() != DeviceStanding::Registering;
        context.until(&mut session, REGISTRATION, registered).await?;
    }
    if session.standing() == DeviceStanding::Waiting {
        wait_for_approval(&mut session, context).await?;
    }
    match session.standing() {
        DeviceStanding::Approved => Ok(()),
        DeviceStanding::Registering => Err(Error::Expected(texts::not_registered(&session.host()))),
        DeviceStanding::Waiting => Err(Error::Expected(texts::APPROVAL_OVER.to_owned())),
        DeviceStanding::Removed | DeviceStanding::Copied => {
            Err(Error::Expected(texts::DEVICE_STOPPED.to_owned()))
        }
    }
}

/// Waits until another device has approved this one, and takes the person's word that the digits were right there. Asked
/// again by the next `login` if nobody answers.
async fn wait_for_approval(session: &mut Session, context: &Context) -> Result<(), Error> {
    let mut decided = None;
    let mut look = |events: &[Event]| {
        decided = events.iter().find_map(decision).or(decided.take());
        decided.is_some()
    };
    let events = session.ask_for_approval().await?;
    context.show(session, &events);
    if !look(&events) && !context.until(session, APPROVAL, |_, events| look(events)).await? {
        return Err(Error::Expected(texts::APPROVAL_OVER.to_owned()));
    }
    let Some(Decision::Wanted(pairing)) = decided else { return Ok(()) };
    let events = if input::confirm(texts::DIGITS_RIGHT)? {
        session.accept_approval(&pairing).await?
    } else {
        session.refuse(&pairing).await?
    };
    context.show(session, &events);
    Ok(())
}

/// What ends the waiting.
enum Decision {
    /// The approval of this name waits for the person's word.
    Wanted(String),
    /// It has ended.
    Ended,
}

fn decision(event: &Event) -> Option<Decision> {
    match event {
        Event::PairingConfirmationWanted { name } => Some(Decision::Wanted(name.clone())),
        Event::PairingEnded { .. } => Some(Decision::Ended),
        _ => None,
    }
}

fn refuse_second_device(context: &Context) -> Result<(), Error> {
    if Store::exists(&context.home) {
        return Err(Error::DeviceExists { folder: context.home.clone() });
    }
    Ok(())
}

fn new_passphrase() -> Result<Zeroizing<String>, Error> {
    let passphrase = input::secret(texts::NEW_PASSPHRASE, input::PASSPHRASE, Typed::Twice)?;
    require_length(&passphrase, 8, texts::PASSPHRASE_SHORT)?;
    Ok(passphrase)
}

fn require_length(secret: &str, least: usize, sentence: &str) -> Result<(), Error> {
    if secret.chars().count() < least {
        return Err(Error::Expected(sentence.to_owned()));
    }
    Ok(())
}

/// The machine's name, where it has one: what a person recognises in a list of devices.
fn this_machine() -> String {
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { texts::A_TERMINAL.to_owned() } else { name.to_owned() }
}
