//! `cargo task test`: everything, on SQLite and on PostgreSQL. What a test needs from outside is started here and told by
//! the environment: `TEST_DATABASE_URL`, `TEST_REDIS_URL`, and `ALCOVE_TEST_DATABASE`, which says where the stories keep
//! their worlds. Nothing is skipped: what cannot be started is an error.
//!
//! The test runner's own summary is the last thing printed. It runs the server's stories on PostgreSQL first, so that the
//! last summary counts every test there is. Documentation examples are not run by the runner; the project has none.

use tokio::process::Command;

use crate::{
    error::Result,
    npm, packages,
    process::{self, cargo},
    services::{PostgreSql, Redis},
    web,
};

/// Where the stories keep their worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Database {
    Sqlite,
    Postgres,
}

/// Runs every test; `arguments` go to the runner.
pub async fn test(arguments: &[String]) -> Result<()> {
    packages::ensure(&[&packages::BUILD, &packages::SERVICES, &packages::OTHERS]).await?;
    npm::ensure(npm::TESTS).await?;
    web::build().await?;
    web::test().await?;
    let postgres = PostgreSql::start().await?;
    let redis = Redis::start().await?;
    for database in [Database::Postgres, Database::Sqlite] {
        let mut command = runner(database);
        command.args(arguments);
        command.env("TEST_DATABASE_URL", postgres.url("postgres")).env("TEST_REDIS_URL", redis.url());
        process::run(command).await?;
    }
    Ok(())
}

/// What of the server's tests runs on PostgreSQL: all but those whose work is done by others. What they have in the
/// database is what the other stories have in it.
const ON_POSTGRES: &str = "package(alcove-server) - binary(=fedify) - binary(=pages) - binary(=app)";

/// Every test with SQLite; with PostgreSQL only the server's, because no other member has a database to choose.
fn runner(database: Database) -> Command {
    let nextest = process::succeeds("cargo", &["nextest", "--version"]);
    let mut command = match (nextest, database) {
        (true, Database::Sqlite) => cargo(&["nextest", "run", "--no-fail-fast", "--workspace"]),
        // The same selection of members, so that the same build serves both runs.
        (true, Database::Postgres) => {
            cargo(&["nextest", "run", "--no-fail-fast", "--workspace", "-E", ON_POSTGRES])
        }
        (false, Database::Sqlite) => cargo(&["test", "--no-fail-fast", "--workspace"]),
        (false, Database::Postgres) => cargo(&["test", "--no-fail-fast", "-p", "alcove-server"]),
    };
    let name = match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
    };
    println!("\nStories on {name}\n");
    command.env("ALCOVE_TEST_DATABASE", name);
    command
}
