//! The tables `account`, `taken_name` and `reset_link`: people with a password here, the names that were ever theirs, and
//! links to set a new password. Not actors: the row of the same id in `actor` is what others see.

use std::{collections::BTreeSet, fmt};

use alcove_protocol::Timestamp;
use diesel::prelude::*;

use super::{
    Transaction, query,
    schema::{account, reset_link, taken_name},
};
use crate::{error::Result, secret::SecretHash};

/// A row of `account`.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = account)]
pub struct AccountRow {
    /// The same as that of its actor.
    pub id: i64,
    /// The name of the handle, lower case.
    pub name: String,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// A [`Role`].
    pub role: String,
    /// The invitation it came by.
    pub invitation_id: Option<i64>,
    /// The number of the last thing that arrived; counts up.
    pub last_position: i64,
    /// Milliseconds.
    pub created_at: i64,
    /// Milliseconds; set when it may no longer come in.
    pub disabled_at: Option<i64>,
    /// Milliseconds; set while nothing is done in its name.
    pub frozen_at: Option<i64>,
}

/// Without the password's hash.
impl fmt::Debug for AccountRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AccountRow {{ id: {}, name: {}, .. }}", self.id, self.name)
    }
}

impl AccountRow {
    /// What this person may do; a role that this version does not know may do no more than a member.
    pub fn role(&self) -> Role {
        Role::parse(&self.role).unwrap_or(Role::Member)
    }

    /// Whether it is open: there for others, and for its person to come in.
    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether something may be done in its name now.
    pub fn may_act(&self) -> bool {
        self.is_enabled() && self.frozen_at.is_none()
    }
}

/// What a person may do on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything; the last one cannot be disabled.
    Owner,
    /// People and policy.
    Admin,
    /// Themselves.
    Member,
}

impl Role {
    /// The word in the column and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Owner, Self::Admin, Self::Member].into_iter().find(|role| role.as_str() == word)
    }
}

/// Stores a new account; its actor is there already.
pub fn insert(transaction: &mut Transaction<'_>, row: &AccountRow) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(account::table).values(row).execute(connection))?;
    Ok(())
}

/// An account by its id.
pub fn find(transaction: &mut Transaction<'_>, id: i64) -> Result<Option<AccountRow>> {
    let row = query!(transaction, connection => account::table
        .find(id)
        .select(AccountRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Those of some ids that are accounts here.
pub fn among(transaction: &mut Transaction<'_>, ids: &[i64]) -> Result<BTreeSet<i64>> {
    let found: Vec<i64> = query!(transaction, connection => account::table
        .filter(account::id.eq_any(ids))
        .select(account::id)
        .load(connection))?;
    Ok(found.into_iter().collect())
}

/// An account by its name, which is lower case.
pub fn by_name(transaction: &mut Transaction<'_>, name: &str) -> Result<Option<AccountRow>> {
    let row = query!(transaction, connection => account::table
        .filter(account::name.eq(name))
        .select(AccountRow::as_select())
        .first(connection)
        .optional())?;
    Ok(row)
}

/// Up to `limit` accounts that may come in and whose names begin so, in order of their names.
pub fn by_beginning(transaction: &mut Transaction<'_>, name: &str, limit: i64) -> Result<Vec<AccountRow>> {
    // In names, `_` is a letter and the only one that means something here.
    let pattern = format!("{}%", name.replace('_', "\\_"));
    let rows = query!(transaction, connection => account::table
        .filter(account::name.like(&pattern).escape('\\'))
        .filter(account::disabled_at.is_null())
        .order(account::name)
        .limit(limit)
        .select(AccountRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// All accounts, oldest first: for the command line of a server of a few hundred people.
pub fn all(transaction: &mut Transaction<'_>) -> Result<Vec<AccountRow>> {
    let rows = query!(transaction, connection => account::table
        .order(account::id)
        .select(AccountRow::as_select())
        .load(connection))?;
    Ok(rows)
}

/// The ids of those who run the server, oldest first.
pub fn operators(transaction: &mut Transaction<'_>) -> Result<Vec<i64>> {
    let ids = query!(transaction, connection => account::table
        .filter(account::role.eq_any([Role::Owner.as_str(), Role::Admin.as_str()]))
        .filter(account::disabled_at.is_null())
        .order(account::id)
        .select(account::id)
        .load(connection))?;
    Ok(ids)
}

/// How many accounts may come in.
pub fn count_enabled(transaction: &mut Transaction<'_>) -> Result<i64> {
    let count = query!(transaction, connection => account::table
        .filter(account::disabled_at.is_null())
        .count()
        .get_result(connection))?;
    Ok(count)
}

/// The ids of those owners who may come in, held until the transaction ends: who reads them to decide whether an owner
/// may go waits for whoever else is deciding (S-68).
pub fn lock_enabled_owners(transaction: &mut Transaction<'_>) -> Result<Vec<i64>> {
    let owners =
        account::table.filter(account::role.eq(Role::Owner.as_str())).filter(account::disabled_at.is_null());
    // An update that changes nothing takes the row locks on PostgreSQL; SQLite has one writer anyway.
    query!(transaction, connection => diesel::update(owners)
        .set(account::role.eq(Role::Owner.as_str()))
        .execute(connection))?;
    let ids = query!(transaction, connection => owners.select(account::id).load(connection))?;
    Ok(ids)
}

/// Replaces the password's hash.
pub fn set_password(transaction: &mut Transaction<'_>, id: i64, hash: &str) -> Result<()> {
    query!(transaction, connection => diesel::update(account::table.find(id))
        .set(account::password_hash.eq(hash))
        .execute(connection))?;
    Ok(())
}

/// Gives an account another role.
pub fn set_role(transaction: &mut Transaction<'_>, id: i64, role: Role) -> Result<()> {
    query!(transaction, connection => diesel::update(account::table.find(id))
        .set(account::role.eq(role.as_str()))
        .execute(connection))?;
    Ok(())
}

/// Closes an account.
pub fn disable(transaction: &mut Transaction<'_>, id: i64, now: Timestamp) -> Result<()> {
    query!(transaction, connection => diesel::update(account::table.find(id))
        .set(account::disabled_at.eq(now.0))
        .execute(connection))?;
    Ok(())
}

/// Lets nothing be done in an account's name from a point in time on, or again, with none.
pub fn set_frozen(transaction: &mut Transaction<'_>, id: i64, since: Option<Timestamp>) -> Result<()> {
    query!(transaction, connection => diesel::update(account::table.find(id))
        .set(account::frozen_at.eq(since.map(|since| since.0)))
        .execute(connection))?;
    Ok(())
}

/// Whether somebody has or had a name.
pub fn is_taken(transaction: &mut Transaction<'_>, name: &str) -> Result<bool> {
    let known: Option<String> = query!(transaction, connection => taken_name::table
        .find(name)
        .select(taken_name::name)
        .first(connection)
        .optional())?;
    Ok(known.is_some())
}

/// Takes a name for ever; `false` when somebody has or had it.
pub fn take_name(transaction: &mut Transaction<'_>, name: &str, now: Timestamp) -> Result<bool> {
    let rows = query!(transaction, connection => diesel::insert_into(taken_name::table)
        .values((taken_name::name.eq(name), taken_name::taken_at.eq(now.0)))
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(rows == 1)
}

/// Stores a link with which a new password may be set until `expires_at`.
pub fn insert_reset_link(
    transaction: &mut Transaction<'_>,
    token: &SecretHash,
    account: i64,
    expires_at: Timestamp,
) -> Result<()> {
    query!(transaction, connection => diesel::insert_into(reset_link::table)
        .values((
            reset_link::token_hash.eq(token.as_bytes()),
            reset_link::account_id.eq(account),
            reset_link::expires_at.eq(expires_at.0),
        ))
        .execute(connection))?;
    Ok(())
}

/// The account of a reset link that is neither used nor expired.
pub fn reset_link_account(
    transaction: &mut Transaction<'_>,
    token: &SecretHash,
    now: Timestamp,
) -> Result<Option<i64>> {
    let account = query!(transaction, connection => reset_link::table
        .find(token.as_bytes())
        .filter(reset_link::used_at.is_null())
        .filter(reset_link::expires_at.gt(now.0))
        .select(reset_link::account_id)
        .first(connection)
        .optional())?;
    Ok(account)
}

/// Uses up every open reset link of an account; the number of links that were open.
pub fn use_reset_links(transaction: &mut Transaction<'_>, account: i64, now: Timestamp) -> Result<usize> {
    let open =
        reset_link::table.filter(reset_link::account_id.eq(account)).filter(reset_link::used_at.is_null());
    let rows = query!(transaction, connection => diesel::update(open)
        .set(reset_link::used_at.eq(now.0))
        .execute(connection))?;
    Ok(rows)
}

/// Deletes reset links that were used or have expired. At most `limit`.
pub fn prune_reset_links(transaction: &mut Transaction<'_>, now: Timestamp, limit: i64) -> Result<usize> {
    let over =
        reset_link::table.filter(reset_link::used_at.is_not_null().or(reset_link::expires_at.le(now.0)));
    let hashes: Vec<Vec<u8>> =
        query!(transaction, connection => over.select(reset_link::token_hash).limit(limit).load(connection))?;
    let over = reset_link::table.filter(reset_link::token_hash.eq_any(&hashes));
    let pruned = query!(transaction, connection => diesel::delete(over).execute(connection))?;
    Ok(pruned)
}
