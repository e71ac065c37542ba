//! Sealed files of conversations (ENCRYPTION.md 1.10): who may lay how much where, and how far each has come. Whoever has the
//! token of one sends and removes it; whoever knows its name has it. The bytes are not touched here.

use alcove_protocol::{
    Timestamp,
    api::{BLOB_PART, BlobStanding},
    time::DAY,
};

use crate::{
    app::Moment,
    config,
    db::{
        Transaction,
        blobs::{self, BlobRow},
    },
    error::{Error, Result},
    secret::SecretHash,
};

/// How long one is kept, in milliseconds: as long as sealed messages are.
pub const LASTS: i64 = 30 * DAY;
/// How long one may take to come whole, in milliseconds.
pub const ARRIVES_WITHIN: i64 = DAY;
/// The most of one account.
const MOST: usize = 2_000;

/// One that was announced: its name, and the token that sends it.
pub struct Announced {
    /// In paths.
    pub name: String,
    /// Secret.
    pub token: String,
}

/// Makes room for one.
///
/// # Errors
/// `too-large` for its length; `quota-exceeded` when the account has no more room.
pub fn announce(
    transaction: &mut Transaction<'_>,
    moment: &Moment,
    limits: &config::Media,
    account: i64,
    length: u64,
) -> Result<Announced> {
    if length == 0 || length > limits.blob_bytes {
        let most = limits.blob_bytes;
        return Err(Error::refused("too-large", 413, format!("Expected a file of 1 to {most} bytes.")));
    }
    let lengths = blobs::lengths(transaction, account)?;
    let taken =
        lengths.iter().fold(0u64, |sum, length| sum.saturating_add(u64::try_from(*length).unwrap_or(0)));
    if lengths.len() >= MOST || taken.saturating_add(length) > limits.blob_quota_bytes {
        let sentence = "Your files on this server take up all the room that there is for them. They go after 30 days, or \
                        with the messages that you delete.";
        return Err(Error::refused("quota-exceeded", 413, sentence));
    }
    let (name, token) = (moment.name(), moment.secret());
    let row = BlobRow {
        name: name.clone(),
        account_id: account,
        token_hash: SecretHash::of(&token).as_bytes().to_vec(),
        length: i64::try_from(length).map_err(Error::unknown)?,
        received: 0,
        created_at: moment.now.0,
    };
    blobs::insert(transaction, &row)?;
    Ok(Announced { name, token })
}

/// One of which somebody has the token.
///
/// # Errors
/// [`Error::NotFound`], for another token too.
pub fn held(transaction: &mut Transaction<'_>, name: &str, token: &SecretHash) -> Result<BlobRow> {
    let row = blobs::find(transaction, name)?;
    row.filter(|row| row.token_hash == token.as_bytes()).ok_or(Error::NotFound)
}

/// One that has come whole and whose time is not over.
///
/// # Errors
/// [`Error::NotFound`].
pub fn whole(transaction: &mut Transaction<'_>, now: Timestamp, name: &str) -> Result<BlobRow> {
    let is_there = |row: &BlobRow| row.received == row.length && now.0 - row.created_at < LASTS;
    blobs::find(transaction, name)?.filter(is_there).ok_or(Error::NotFound)
}

/// Which part may be put now: the next one, whole.
///
/// # Errors
/// `wrong-offset` with the member `received`; `wrong-part` for a part of another length than is due.
pub fn expect_part(row: &BlobRow, offset: u64, length: u64) -> Result<u64> {
    let BlobStanding { length: whole, received } = row.standing();
    if offset != received {
        return Err(wrong_offset(received));
    }
    let due = (whole - received).min(BLOB_PART);
    if length != due || due == 0 {
        return Err(Error::refused("wrong-part", 400, format!("Expected {due} bytes from {received} on.")));
    }
    Ok(received / BLOB_PART)
}

fn wrong_offset(received: u64) -> Error {
    let problem = alcove_protocol::Problem::new("wrong-offset", "wrong offset", 409);
    let problem =
        problem.with_detail(format!("Expected to go on from byte {received}.")).with("received", received);
    Error::Refused(Box::new(problem))
}

/// A part has been put.
///
/// # Errors
/// `wrong-offset` when another request has put it before.
pub fn advance(transaction: &mut Transaction<'_>, row: &BlobRow, length: u64) -> Result<BlobStanding> {
    let to = row.received.saturating_add(i64::try_from(length).map_err(Error::unknown)?);
    if !blobs::advance(transaction, &row.name, row.received, to)? {
        let now = blobs::find(transaction, &row.name)?.ok_or(Error::NotFound)?;
        return Err(wrong_offset(now.standing().received));
    }
    Ok(BlobRow { received: to, ..row.clone() }.standing())
}
