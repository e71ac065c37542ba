//! Brings the tables up to date. Migrations change schemas only; moving rows is a resumable job.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::{Error, Result};

/// The migrations for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
/// The migrations for PostgreSQL.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Runs what has not run yet.
pub fn run<B: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<B>,
    migrations: EmbeddedMigrations,
) -> Result<()> {
    connection.run_pending_migrations(migrations).map(drop).map_err(Error::Unknown)
}
