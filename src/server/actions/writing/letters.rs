//! Direct messages that the server can read, honestly: posts of direct visibility in a conversation whose protection is
//! `plain` and never changes (EXPERIENCE.md section 2). Where the policy wants everything encrypted there are none, and an
//! encrypted conversation never turns into one (P9). Sealed messages are in `outbox.rs`.

use alcove_protocol::{ActorId, api::Delivery};

use super::{Audience, document, own};
use crate::{
    actions::{desk::Desk, policy},
    db::{
        Transaction,
        conversations::{self, ConversationRow},
        deliveries, letters,
        posts::PostRow,
        recipients,
    },
    error::{Error, Result},
    site::Site,
};

/// The conversation of a direct message: that of the message which it answers, the one that its author and its recipients
/// have had before, or a new one. Who is written to for the first time has a part in it from then on; who gets it in secret
/// has none, and it stands in no conversation that others had before.
///
/// # Errors
/// `plain-refused` where policy wants messages encrypted, or the conversation is.
pub(super) fn conversation(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    parent: Option<&PostRow>,
    audience: &Audience,
) -> Result<ConversationRow> {
    policy::expect_plain(transaction)?;
    let known = match parent.and_then(|parent| parent.conversation_id) {
        Some(id) => conversations::find(transaction, id)?,
        None => None,
    };
    let row = match known {
        Some(row) if row.protection == conversations::PLAIN => row,
        Some(_) => return Err(sealed()),
        None if audience.hidden.is_empty() => among(transaction, desk, &audience.recipients)?,
        None => begin(transaction, desk)?,
    };
    let members: Vec<&ActorId> = audience.recipients.iter().chain(std::iter::once(&desk.actor)).collect();
    letters::take_part(transaction, row.id, &members)?;
    Ok(row)
}

/// What became of one's own letter: with people here it has arrived; for those elsewhere the queue knows. Whether somebody here
/// has muted or blocked its author is not to be seen in it.
///
/// # Errors
/// [`Error::NotFound`] for a letter of somebody else.
pub fn deliveries(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    letter: i64,
) -> Result<Vec<Delivery>> {
    let row = own(transaction, account, letter)?;
    let recipients = recipients::of(transaction, letter)?;
    let others = |actor: &ActorId| site.account_of(actor).is_some_and(|reader| reader != account);
    let here = recipients.iter().filter_map(|uri| ActorId::parse(uri).ok()).filter(others);
    let mut all: Vec<Delivery> = here.map(Delivery::arrived).collect();
    all.extend(deliveries::of_activity(transaction, &document::activity_of(site, &row.uri)?)?);
    Ok(all)
}

/// Lets a change of a direct message through.
///
/// # Errors
/// As [`conversation`].
pub(super) fn expect_readable(transaction: &mut Transaction<'_>, letter: &PostRow) -> Result<()> {
    policy::expect_plain(transaction)?;
    let known = match letter.conversation_id {
        Some(id) => conversations::find(transaction, id)?,
        None => None,
    };
    match known {
        Some(row) if row.protection != conversations::PLAIN => Err(sealed()),
        _ => Ok(()),
    }
}

/// The refusal of a readable message where everything is sealed (P9).
pub fn sealed() -> Error {
    let sentence = "This conversation is encrypted. Nothing unencrypted can be said in it.";
    Error::refused("plain-refused", 403, sentence)
}

/// The conversation that these people have had before, or a new one.
fn among(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    recipients: &[ActorId],
) -> Result<ConversationRow> {
    let all: Vec<&str> = recipients.iter().chain(std::iter::once(&desk.actor)).map(ActorId::as_str).collect();
    match letters::between(transaction, &all)? {
        Some(row) => Ok(row),
        None => begin(transaction, desk),
    }
}

fn begin(transaction: &mut Transaction<'_>, desk: &Desk<'_>) -> Result<ConversationRow> {
    let uri = desk.site.conversation(&desk.moment.name());
    let row = ConversationRow {
        id: desk.moment.id(),
        host: desk.site.origin().authority().to_owned(),
        group_id: uri.to_string(),
        uri: uri.to_string(),
        protection: conversations::PLAIN.to_owned(),
        place: conversations::Place::Here.as_str().to_owned(),
        epoch: 0,
        created_by: desk.actor.to_string(),
        created_at: desk.moment.now.0,
    };
    conversations::insert(transaction, &row)?;
    Ok(row)
}
