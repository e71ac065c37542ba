//! The database as such: both migration trees make the same tables, what was answered is kept, what failed is not.

use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

use super::{Db, facts, migrate, testing::FreshDatabase};
use crate::{bus::Bus, error::Error};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Table -> its columns, as `name type null|required`, and its unique and plain indexes, in order.
type Tables = BTreeMap<String, Vec<String>>;

fn up(sql: &str) -> Tables {
    let mut tables = Tables::new();
    for statement in
        sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n").split(';')
    {
        let neutral =
            statement.replace(") STRICT", ")").replace("INTEGER", "BIGINT").replace("BLOB", "BYTEA");
        let lines: Vec<String> = neutral.trim().lines().map(|line| line.trim().to_owned()).collect();
        if let Some((first, rest)) = lines.split_first() {
            tables.entry(first.clone()).or_default().extend(rest.iter().cloned());
        }
    }
    tables
}

#[test]
fn both_migration_trees_say_the_same() {
    let sqlite = up(include_str!("../../../migrations/sqlite/2026-11-22-000000_begin/up.sql"));
    let postgres = up(include_str!("../../../migrations/postgres/2026-11-22-000000_begin/up.sql"));
    assert_eq!(sqlite, postgres);
    assert!(sqlite.len() > 30, "the comparison saw the tables");
}

fn columns_of(url: &str, backend: &FreshDatabase) -> Vec<String> {
    drop(Db::open(&backend.settings, Bus::local()).unwrap());
    let lines: Vec<Line> = if let Some(path) = url.strip_prefix("sqlite:") {
        let mut connection = <diesel::SqliteConnection as diesel::Connection>::establish(path).unwrap();
        sql_query(
            "SELECT m.name || ' ' || c.name || ' ' || lower(c.type) || ' ' || c.\"notnull\" AS line FROM sqlite_schema m \
             JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' \
             AND m.name NOT LIKE 'sqlite%'",
        )
        .load(&mut connection)
        .unwrap()
    } else {
        let mut connection = <diesel::PgConnection as diesel::Connection>::establish(url).unwrap();
        sql_query(
            "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || \
             CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS line FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
        )
        .load(&mut connection)
        .unwrap()
    };
    let mut lines: Vec<String> = lines
        .into_iter()
        .map(|row| row.line.replace(" integer ", " bigint ").replace(" blob ", " bytea "))
        .collect();
    lines.sort();
    lines
}

/// The trees are compared as the databases understood them, too; on SQLite alone the fresh tables must at least exist.
#[test]
fn both_databases_end_with_the_same_columns() {
    let sqlite = FreshDatabase::sqlite();
    let there = columns_of(&sqlite.settings.url.0, &sqlite);
    assert!(there.contains(&"account password_hash text 1".to_owned()), "{there:?}");
    if std::env::var("TEST_DATABASE_URL").is_ok() {
        let postgres = FreshDatabase::postgres();
        assert_eq!(there, columns_of(&postgres.settings.url.0, &postgres));
    }
}

#[tokio::test]
async fn what_failed_leaves_nothing_and_what_was_answered_stays() {
    let fresh = FreshDatabase::new();
    let db = Db::open(&fresh.settings, Bus::local()).unwrap();
    let failed = db
        .write(|transaction| {
            facts::set_if_missing(transaction, "a", "1")?;
            Err::<(), _>(Error::NotFound)
        })
        .await;
    assert!(matches!(failed, Err(Error::NotFound)));
    assert_eq!(db.read(|transaction| facts::get(transaction, "a")).await.unwrap(), None);
    let writes = (0..100).map(|number| {
        let db = db.clone();
        tokio::spawn(async move {
            let name = format!("fact {number}");
            db.write(move |transaction| facts::set_if_missing(transaction, &name, "x")).await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.unwrap().unwrap(), "x");
    }
    drop(db);
    let again = Db::open(&fresh.settings, Bus::local()).unwrap();
    for number in 0..100 {
        let name = format!("fact {number}");
        assert!(again.read(move |transaction| facts::get(transaction, &name)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_panic_in_a_closure_ends_that_closure_only() {
    let fresh = FreshDatabase::new();
    let db = Db::open(&fresh.settings, Bus::local()).unwrap();
    let panicked = db.write(|_| -> crate::error::Result<()> { panic!("on purpose") }).await;
    assert!(matches!(panicked, Err(Error::Unknown(_))));
    assert!(db.write(|transaction| facts::set_if_missing(transaction, "b", "1")).await.is_ok());
}

#[test]
fn the_migrations_are_built_in() {
    use diesel::migration::MigrationSource;
    let sqlite = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&migrate::SQLITE).unwrap();
    let postgres = MigrationSource::<diesel::pg::Pg>::migrations(&migrate::POSTGRES).unwrap();
    let names = |list: Vec<String>| list;
    assert_eq!(
        names(sqlite.iter().map(|migration| migration.name().to_string()).collect()),
        names(postgres.iter().map(|migration| migration.name().to_string()).collect()),
    );
}
