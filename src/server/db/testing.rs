//! Fresh databases for tests and stories: SQLite in a folder that vanishes, or a new database on the PostgreSQL server
//! that `TEST_DATABASE_URL` names when `ALCOVE_TEST_DATABASE=postgres`. Compiled for tests only.

#![expect(clippy::expect_used, reason = "a test that has no database must fail")]

use diesel::{Connection as _, PgConnection, RunQueryDsl, sql_query};
use tempfile::TempDir;

use super::ids::{Ids, Lease};
use crate::config::{Database, Secret};

/// Ids of a node in a test, which nobody else takes.
pub fn ids() -> Ids {
    let lease = Lease { number: 1, holder: "a test".into(), until: alcove_protocol::Timestamp(i64::MAX) };
    Ids::new(lease, 0)
}

/// A database of its own for one test; gone when dropped.
pub struct FreshDatabase {
    /// The settings to open it by.
    pub settings: Database,
    place: Place,
}

enum Place {
    Folder(#[expect(dead_code, reason = "kept for its Drop")] TempDir),
    Server { admin_url: String, name: String },
}

impl FreshDatabase {
    /// A fresh database of the kind that the environment asks for.
    #[expect(clippy::new_without_default, reason = "making a database is work, not a default")]
    pub fn new() -> Self {
        match std::env::var("ALCOVE_TEST_DATABASE").as_deref() {
            Ok("postgres") => Self::postgres(),
            _ => Self::sqlite(),
        }
    }

    /// A fresh SQLite database, whatever the environment says.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let url = format!("sqlite:{}", folder.path().join("alcove.db").display());
        Self { settings: Database { url: Secret(url), connections: 4 }, place: Place::Folder(folder) }
    }

    /// A fresh PostgreSQL database on the server of `TEST_DATABASE_URL`.
    pub fn postgres() -> Self {
        let admin_url =
            std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL: `cargo task test` sets it");
        let name = format!("alcove_test_{:032x}", rand::random::<u128>());
        run(&admin_url, &format!("CREATE DATABASE {name}"));
        let (server, options) = admin_url.split_once('?').unwrap_or((&admin_url, ""));
        let server = server.rsplit_once('/').map_or(server, |(server, _)| server);
        let url = format!("{server}/{name}?{options}");
        Self {
            settings: Database { url: Secret(url), connections: 4 },
            place: Place::Server { admin_url, name },
        }
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        if let Place::Server { admin_url, name } = &self.place {
            run(admin_url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn run(url: &str, statement: &str) {
    super::postgres::prepare();
    let mut connection = PgConnection::establish(url).expect("the PostgreSQL server of TEST_DATABASE_URL");
    sql_query(statement).execute(&mut connection).expect(statement);
}
