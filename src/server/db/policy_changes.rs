//! The table `policy_change`: which policy for private messages this server has had, and since when. Shown to everybody.

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{Transaction, query, schema::policy_change};
use crate::error::Result;

/// Notes a policy that holds from now on.
pub fn insert(transaction: &mut Transaction<'_>, id: i64, policy: &str, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(policy_change::table)
        .values((
            policy_change::id.eq(id),
            policy_change::policy.eq(policy),
            policy_change::created_at.eq(now.0),
        ))
        .execute(connection))?;
    Ok(())
}

/// Every policy and since when, the newest first.
pub fn all(transaction: &mut Transaction<'_>) -> Result<Vec<(String, Timestamp)>> {
    let rows: Vec<(String, i64)> = query!(transaction, connection => policy_change::table
        .order(policy_change::id.desc())
        .select((policy_change::policy, policy_change::created_at))
        .load(connection))?;
    Ok(rows.into_iter().map(|(policy, at)| (policy, Timestamp(at))).collect())
}
