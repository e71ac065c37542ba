//! What arrived for an account, as its devices and apps read it: pages by position, pages by activity, the cursor of each
//! device. Copies of what the account's own devices sent name the device in `instrument` (ENCRYPTION.md 1.2).

use alcove_protocol::{
    ActivityId,
    api::{Cursor, Delivery, Item, Items},
};
use serde_json::{Value, json};

use super::{devices::Sender, posts::inbox};
use crate::{
    app::Moment,
    db::{
        Transaction, deliveries, devices, envelopes, facts,
        items::{self, Arrived, Selection},
        timelines, tokens,
    },
    error::{Error, Result},
    site::Site,
};

/// The most items in one page for a device.
const PAGE: usize = 100;
/// Once a page holds so many bytes it ends, unless it is empty.
const PAGE_BYTES: usize = 1 << 20;
/// How many rows are read at once; each may hold most of a megabyte.
const CHUNK: i64 = 10;

/// The next items after a position, for a device: everything, oldest first.
pub fn next(transaction: &mut Transaction<'_>, site: &Site, account: i64, after: i64) -> Result<Items> {
    let (items, more) = page(transaction, site, account, Selection::Everything, after)?;
    Ok(Items { incarnation: facts::incarnation(transaction)?, items, more })
}

/// A page as below, for a token that is still live in the same look: a reader who is far behind is shown nothing more once
/// its token has ended (S-61).
///
/// # Errors
/// [`Error::NotSignedIn`] once it has.
pub fn page_for(
    transaction: &mut Transaction<'_>,
    site: &Site,
    sender: Sender,
    selection: Selection,
    after: i64,
) -> Result<(Vec<Item>, bool)> {
    if !tokens::is_live(transaction, sender.token)? {
        return Err(Error::NotSignedIn);
    }
    page(transaction, site, sender.account, selection, after)
}

/// A page of a selection after a position, oldest first, and whether more is waiting.
pub fn page(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    selection: Selection,
    after: i64,
) -> Result<(Vec<Item>, bool)> {
    if selection == Selection::Plain {
        return inbox::page(transaction, site, account, after);
    }
    let (mut list, mut bytes, mut position) = (Vec::new(), 0, after);
    loop {
        let chunk = items::after(transaction, account, selection, position, CHUNK)?;
        let last = chunk.len() < usize::try_from(CHUNK).unwrap_or_default();
        for arrived in chunk {
            if list.len() == PAGE || (bytes >= PAGE_BYTES && !list.is_empty()) {
                return Ok((list, true));
            }
            bytes += arrived.envelope.document.len();
            position = arrived.position;
            list.extend(item(site, account, &arrived)?);
        }
        if last {
            return Ok((list, false));
        }
    }
}

/// A page of a selection before a position, newest first.
pub fn page_before(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    selection: Selection,
    before: i64,
) -> Result<Vec<Item>> {
    if selection == Selection::Plain {
        return inbox::page_before(transaction, site, account, before);
    }
    let arrived = items::before(transaction, account, selection, before, CHUNK)?;
    arrived.iter().filter_map(|arrived| item(site, account, arrived).transpose()).collect()
}

/// Where an activity stands in a selection.
///
/// # Errors
/// [`Error::NotFound`] when it is not there, or not there any more.
pub fn position_of(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    selection: Selection,
    activity: &str,
) -> Result<i64> {
    if selection == Selection::Plain {
        return inbox::position_of(site, account, activity);
    }
    items::position_of(transaction, account, activity, selection)?.ok_or(Error::NotFound)
}

/// What arrived, as the account sees it; none when its content was forgotten, which must not stop those who read on.
fn item(site: &Site, account: i64, arrived: &Arrived) -> Result<Option<Item>> {
    let envelope = &arrived.envelope;
    if envelope.document.is_empty() {
        return Ok(None);
    }
    let mut activity: Value = serde_json::from_str(&envelope.document).map_err(Error::unknown)?;
    if let Some(device) = &envelope.device_uri
        && envelope.actor_uri == site.actor(account).as_str()
        && activity.get("instrument").is_none()
    {
        activity["instrument"] = json!(device);
    }
    Ok(Some(Item { position: arrived.position, activity }))
}

/// What became of something that an account sent: for recipients here it has arrived, for those elsewhere the queue
/// knows.
///
/// # Errors
/// [`Error::NotFound`] to everybody but the sender.
pub fn deliveries(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    activity: &ActivityId,
) -> Result<Vec<Delivery>> {
    let actor = site.actor(account);
    let envelope = envelopes::by_activity(transaction, activity)?;
    let envelope = envelope.filter(|row| row.actor_uri == actor.as_str()).ok_or(Error::NotFound)?;
    let here =
        items::receivers(transaction, envelope.id)?.into_iter().filter(|receiver| *receiver != account);
    let mut deliveries: Vec<Delivery> =
        here.map(|receiver| Delivery::arrived(site.actor(receiver))).collect();
    deliveries.extend(deliveries::of_activity(transaction, activity)?);
    Ok(deliveries)
}

/// The incarnation, and the position of what arrived last of a selection.
pub fn newest(transaction: &mut Transaction<'_>, account: i64, selection: Selection) -> Result<(i64, i64)> {
    let position = match selection {
        Selection::Plain => timelines::newest(transaction, account)?,
        _ => items::last_position(transaction, account)?,
    };
    Ok((facts::incarnation(transaction)?, position))
}

/// A device has saved everything up to a position.
///
/// # Errors
/// `no-device`; `wrong-incarnation` when the position is of the time before a backup was restored; `wrong-position` for
/// one that nothing has arrived at yet.
pub fn acknowledge(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    sender: Sender,
    cursor: Cursor,
) -> Result<()> {
    let device = sender.device(transaction)?;
    let incarnation = facts::incarnation(transaction)?;
    if cursor.incarnation != incarnation {
        let expected = format!("Expected a position of incarnation {incarnation}.");
        return Err(Error::refused("wrong-incarnation", 409, expected));
    }
    if cursor.position > items::last_position(transaction, sender.account)? {
        return Err(Error::refused("wrong-position", 422, "Expected a position that something arrived at."));
    }
    devices::move_cursor(transaction, device.id, cursor.position, moment.now)
}

#[cfg(test)]
mod tests;
