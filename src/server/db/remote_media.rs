//! The table `remote_media`: files of other servers that are kept for a while, and addresses at which there was nothing to
//! show. Found by the SHA-256 of the address. The bytes are in `media/storage.rs`.

use alcove_protocol::Timestamp;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable},
};

use super::{Transaction, query, schema::remote_media};
use crate::error::Result;

/// A row of `remote_media`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = remote_media, treat_none_as_null = true)]
pub struct RemoteMediaRow {
    /// SHA-256 of the address.
    pub digest: Vec<u8>,
    /// The random name of the file.
    pub name: String,
    /// Its media type; none where there was nothing to show.
    pub content_type: Option<String>,
    /// Its length.
    pub bytes: i64,
    /// Milliseconds.
    pub fetched_at: i64,
    /// Milliseconds.
    pub used_at: i64,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = Nullable<BigInt>)]
    bytes: Option<i64>,
}

/// What is known of an address.
pub fn find(transaction: &mut Transaction<'_>, digest: &[u8]) -> Result<Option<RemoteMediaRow>> {
    let row = query!(transaction, connection => remote_media::table
        .find(digest)
        .select(RemoteMediaRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Writes down what came of fetching, in place of what was known.
pub fn put(transaction: &mut Transaction<'_>, row: &RemoteMediaRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(remote_media::table)
        .values(row)
        .on_conflict(remote_media::digest)
        .do_update()
        .set(row)
        .execute(connection))?;
    Ok(())
}

/// Notes that a file was looked at.
pub fn touch(transaction: &mut Transaction<'_>, digest: &[u8], now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(remote_media::table.find(digest))
        .set(remote_media::used_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Which of some names are known.
pub fn known_names(transaction: &mut Transaction<'_>, names: &[String]) -> Result<Vec<String>> {
    let known = query!(transaction, connection => remote_media::table
        .filter(remote_media::name.eq_any(names))
        .select(remote_media::name)
        .load(connection))?;
    Ok(known)
}

/// Forgets what was fetched before a point in time, at most `limit`; the names.
pub fn prune_old(transaction: &mut Transaction<'_>, before: Timestamp, limit: i64) -> Result<Vec<String>> {
    let old = query!(transaction, connection => remote_media::table
        .filter(remote_media::fetched_at.lt(before.0))
        .limit(limit)
        .select(remote_media::digest)
        .load(connection))?;
    forget(transaction, &old)
}

/// Forgets what was not looked at for longest until all that is left has at most so many bytes; the names. At most `limit`
/// of them.
pub fn prune_to(transaction: &mut Transaction<'_>, most_bytes: i64, limit: i64) -> Result<Vec<String>> {
    // To PostgreSQL a sum of integers is a decimal number, unless it is told otherwise.
    let total = "SELECT CAST(sum(bytes) AS BIGINT) AS bytes FROM remote_media";
    let total: Total = query!(transaction, connection => diesel::sql_query(total).get_result(connection))?;
    let mut excess = total.bytes.unwrap_or_default() - most_bytes;
    if excess <= 0 {
        return Ok(Vec::new());
    }
    let oldest: Vec<(Vec<u8>, i64)> = query!(transaction, connection => remote_media::table
        .order(remote_media::used_at)
        .limit(limit)
        .select((remote_media::digest, remote_media::bytes))
        .load(connection))?;
    let mut gone = Vec::new();
    for (digest, bytes) in oldest {
        if excess <= 0 {
            break;
        }
        excess -= bytes;
        gone.push(digest);
    }
    forget(transaction, &gone)
}

fn forget(transaction: &mut Transaction<'_>, digests: &[Vec<u8>]) -> Result<Vec<String>> {
    let gone = remote_media::table.filter(remote_media::digest.eq_any(digests));
    let names = query!(transaction, connection => diesel::delete(gone)
        .returning(remote_media::name)
        .get_results(connection))?;
    Ok(names)
}
