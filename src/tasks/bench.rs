//! `cargo task bench`: hands over to `cargo bench`. The measurements and what they print are the members' own.

use crate::{
    error::Result,
    packages,
    process::{self, cargo},
};

/// Runs the benchmarks; `arguments` go to `cargo bench`.
pub async fn bench(arguments: &[String]) -> Result<()> {
    packages::ensure(&[&packages::BUILD]).await?;
    let mut command = cargo(&["bench", "--workspace", "--benches"]);
    command.args(arguments);
    process::run(command).await
}
