//! Invitations that devices make (ENCRYPTION.md 1.4): the server keeps the public half of each link's key, lets in who can sign
//! with the other half, and ferries what the two devices say to each other. What it means is between them: nothing here makes
//! anybody verified. Links without a device are `invite.rs`.

use alcove_protocol::{
    Timestamp,
    api::{
        Invitation, InvitationState, Inviter, JoinAnswer, JoinProof, Joining, NewInvitation, OpenInvitation,
        ServerFacts,
    },
    time::{DAY, HOUR},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    devices::{self, Sender},
    invite::{self, Standing},
    policy,
};
use crate::{
    app::Moment,
    bus::Wake,
    config::Inviters,
    db::{
        Transaction,
        accounts::{self, AccountRow, Role},
        actors,
        invitations::{self, InvitationRow},
        profiles,
    },
    error::{Error, Result},
    media,
    site::Site,
};

/// The longest that one may last, in milliseconds; an hour more for clocks that differ.
const LONGEST: i64 = 366 * DAY + HOUR;
/// The most invitations of one account that wait at once.
const MOST_OPEN: i64 = 50;
/// How many of its own an account is shown.
const MOST_LISTED: i64 = 100;
/// The longest name that somebody is invited by, in characters.
const LONGEST_NAME: usize = 100;
/// The longest statement: three addresses of 2,048 bytes each, and a little.
const LONGEST_STATEMENT: usize = 8_192;

/// Makes one for a device; for the same key, the same again.
///
/// # Errors
/// [`Error::Forbidden`] for those who may not invite, and for other than approved devices; `too-many-invitations`; what is out of bounds.
pub fn make(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    inviters: Inviters,
    sender: Sender,
    new: &NewInvitation,
) -> Result<Invitation> {
    let account = accounts::find(transaction, sender.account)?.ok_or(Error::NotFound)?;
    if !may_invite(&account, inviters) {
        return Err(Error::Forbidden("On this server, invitations are made by those who run it.".to_owned()));
    }
    expect_approved(transaction, sender)?;
    if let Some(known) = invitations::by_public_key(transaction, &new.public_key)? {
        let own = known.created_by == Some(sender.account);
        return if own { view(site, &known, None, moment.now) } else { Err(key_in_use()) };
    }
    check(new, moment.now)?;
    if invitations::count_open(transaction, sender.account, moment.now)? >= MOST_OPEN {
        let sentence = format!("At most {MOST_OPEN} invitations wait at once. Please take one back first.");
        return Err(Error::refused("too-many-invitations", 409, sentence));
    }
    let row = InvitationRow {
        id: moment.id(),
        name: moment.name(),
        role: Role::Member.as_str().to_owned(),
        uses: 1,
        expires_at: Some(new.expires_at.0),
        note: new.name.clone().unwrap_or_default(),
        created_by: Some(sender.account),
        created_at: moment.now.0,
        public_key: Some(new.public_key.clone()),
        identity_key: Some(new.identity_key.clone()),
        ..InvitationRow::default()
    };
    invitations::insert(transaction, &row, None)?;
    tracing::info!(invitation = row.name, "invitation made by a device");
    view(site, &row, None, moment.now)
}

fn expect_approved(transaction: &mut Transaction<'_>, sender: Sender) -> Result<()> {
    match sender.standing(transaction)? {
        devices::Standing::Approved => Ok(()),
        _ => Err(Error::Forbidden("This is for devices that were approved.".to_owned())),
    }
}

/// Whether somebody makes invitations with their own device here.
pub fn may_invite(account: &AccountRow, inviters: Inviters) -> bool {
    inviters == Inviters::Members || matches!(account.role(), Role::Owner | Role::Admin)
}

fn check(new: &NewInvitation, now: Timestamp) -> Result<()> {
    let wrong = if new.public_key.len() != 32 || new.identity_key.len() != 32 {
        "public_key, identity_key: expected 32 bytes each"
    } else if !(1..=LONGEST).contains(&new.expires_at.since(now)) {
        "expires_at: expected a time within the next 366 days"
    } else if !new.name.as_deref().is_none_or(is_name) {
        "name: expected at most 100 characters on one line"
    } else {
        return Ok(());
    };
    Err(Error::invalid(wrong))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control)
}

fn key_in_use() -> Error {
    Error::refused("key-in-use", 409, "This key belongs to another invitation.")
}

/// An account's own, newest first.
///
/// # Errors
/// When the database fails.
pub fn list(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    account: i64,
) -> Result<Vec<Invitation>> {
    let rows = invitations::of_account(transaction, account, MOST_LISTED)?;
    rows.iter().map(|(row, newcomer)| view(site, row, *newcomer, moment.now)).collect()
}

/// Takes one's own back; again is no error, because an answer may have been lost.
///
/// # Errors
/// [`Error::NotFound`] for what is not one's own.
pub fn revoke(transaction: &mut Transaction<'_>, moment: &Moment, account: i64, name: &str) -> Result<()> {
    own(transaction, account, name)?;
    invitations::revoke(transaction, name, moment.now).map(drop)
}

fn own(transaction: &mut Transaction<'_>, account: i64, name: &str) -> Result<InvitationRow> {
    let row = invitations::by_name(transaction, name)?;
    row.filter(|row| row.created_by == Some(account)).ok_or(Error::NotFound)
}

fn view(site: &Site, row: &InvitationRow, newcomer: Option<i64>, now: Timestamp) -> Result<Invitation> {
    Ok(Invitation {
        id: row.name.clone(),
        name: suggested(row),
        expires_at: Timestamp(row.expires_at.unwrap_or(i64::MAX)),
        state: state(row, now),
        newcomer: newcomer.map(|account| site.actor(account)),
        proof: row.proof.as_deref().map(read).transpose()?,
        answer: row.answer.as_deref().map(read).transpose()?,
    })
}

fn suggested(row: &InvitationRow) -> Option<String> {
    Some(row.note.clone()).filter(|name| !name.is_empty())
}

fn state(row: &InvitationRow, now: Timestamp) -> InvitationState {
    match Standing::of(row, now) {
        Standing::Open => InvitationState::Open,
        Standing::Used => InvitationState::Used,
        Standing::Expired => InvitationState::Expired,
        Standing::Revoked => InvitationState::Revoked,
    }
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(Error::unknown)
}

fn write(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::unknown)
}

/// What anybody with the link is shown.
///
/// # Errors
/// `invitation-unknown`.
pub fn show(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    site: &Site,
    server_name: &str,
    name: &str,
) -> Result<OpenInvitation> {
    let row = invitations::by_name(transaction, name)?.ok_or_else(invite::unknown)?;
    Ok(OpenInvitation {
        id: row.name.clone(),
        server: ServerFacts {
            name: server_name.to_owned(),
            domain: site.handle_domain.clone(),
            operator: operator(transaction)?,
            policy: policy::current(transaction)?.as_str().to_owned(),
        },
        inviter: inviter(transaction, site, &row)?,
        suggested_name: suggested(&row),
        expires_at: row.expires_at.map(Timestamp),
        state: state(&row, moment.now),
    })
}

/// Who runs this place: its first owner.
fn operator(transaction: &mut Transaction<'_>) -> Result<Option<String>> {
    let accounts = accounts::all(transaction)?;
    let owner = accounts.iter().find(|account| account.is_enabled() && account.role() == Role::Owner);
    let actor = owner.map(|owner| actors::find(transaction, owner.id)).transpose()?.flatten();
    Ok(actor.map(|actor| actor.display_name))
}

fn inviter(transaction: &mut Transaction<'_>, site: &Site, row: &InvitationRow) -> Result<Option<Inviter>> {
    let (Some(id), Some(identity_key)) = (row.created_by, row.identity_key.clone()) else { return Ok(None) };
    let Some(actor) = actors::find(transaction, id)? else { return Ok(None) };
    let avatar = profiles::find(transaction, id)?.and_then(|profile| profile.avatar);
    Ok(Some(Inviter {
        actor: site.actor(id),
        name: actor.display_name,
        handle: site.handle(&actor.name).to_string(),
        picture: avatar.map(|stored| media::picture(site, &stored)),
        identity_key,
    }))
}

/// What the newcomer's device says, once; the same again changes nothing. Whoever came by another way has nothing to say.
///
/// # Errors
/// [`Error::NotFound`] for an invitation that the account did not come by; `invitation-wrong-secret`; `invitation-used` when
/// something else was said.
pub fn prove(
    transaction: &mut Transaction<'_>,
    account: i64,
    name: &str,
    proof: &JoinProof,
) -> Result<Joining> {
    let row = came_by(transaction, account, name)?;
    if proof.statement.len() > LONGEST_STATEMENT || proof.signature.len() != 64 || proof.mac.len() != 32 {
        return Err(Error::invalid("statement, signature, mac: expected at most 8,192, 64 and 32 bytes"));
    }
    let signed = [b"join", &proof.statement[..]].concat();
    if !invite::is_signed(row.public_key.as_deref().unwrap_or_default(), &signed, &proof.signature) {
        return Err(invite::wrong_secret());
    }
    let written = invitations::write_proof(transaction, row.id, &write(proof)?)?;
    let joining = joining(transaction, account, name)?;
    if joining.proof != *proof {
        return Err(invite::used());
    }
    if let Some(inviter) = row.created_by.filter(|_| written) {
        transaction.wake(Wake::Account(inviter));
    }
    Ok(joining)
}

/// How it stands, for the newcomer's device.
///
/// # Errors
/// [`Error::NotFound`] before it has said anything.
pub fn joining(transaction: &mut Transaction<'_>, account: i64, name: &str) -> Result<Joining> {
    let row = came_by(transaction, account, name)?;
    let proof = row.proof.as_deref().map(read).transpose()?.ok_or(Error::NotFound)?;
    Ok(Joining { proof, answer: row.answer.as_deref().map(read).transpose()? })
}

fn came_by(transaction: &mut Transaction<'_>, account: i64, name: &str) -> Result<InvitationRow> {
    let row = invitations::by_name(transaction, name)?.ok_or(Error::NotFound)?;
    let account = accounts::find(transaction, account)?;
    let came = account.is_some_and(|account| account.invitation_id == Some(row.id));
    if came { Ok(row) } else { Err(Error::NotFound) }
}

/// What the inviter's device answers, once. A second answer changes nothing and is no error: the first was heard.
///
/// # Errors
/// [`Error::NotFound`] for what is not one's own; [`Error::Forbidden`] for other than approved devices; `too-early` before there is anything to answer.
pub fn answer(
    transaction: &mut Transaction<'_>,
    sender: Sender,
    name: &str,
    answer: &JoinAnswer,
) -> Result<()> {
    let row = own(transaction, sender.account, name)?;
    expect_approved(transaction, sender)?;
    if row.proof.is_none() {
        return Err(Error::refused("too-early", 409, "Nobody has said anything to answer yet."));
    }
    let proper = match answer {
        JoinAnswer::Accepted { nonce, mac } => nonce.len() == 16 && mac.len() == 32,
        JoinAnswer::Refused { reason } => reason.len() <= 64,
    };
    if !proper {
        return Err(Error::invalid("nonce, mac, reason: expected 16 bytes, 32 bytes, at most 64 letters"));
    }
    invitations::write_answer(transaction, row.id, &write(answer)?)?;
    Ok(())
}
