//! `cargo task bench`: hands over to `cargo bench`. The measurements and what they print are the members' own.

use crate::{
    error::Result,
    npm, packages,
    process::{self, cargo},
    web,
};

/// Runs the benchmarks; `arguments` go to `cargo bench`: a word such as `deliveries` chooses parts by name.
/// `app` is what people wait for in a browser.
pub async fn bench(arguments: &[String]) -> Result<()> {
    packages::ensure(&[&packages::BUILD, &packages::OTHERS]).await?;
    npm::ensure(npm::TESTS).await?;
    web::build().await?;
    // Named one by one: cargo would take every library with its unit tests for a benchmark.
    let server = ["--package", "alcove-server", "--bench", "server"];
    let device = ["--package", "alcove-client", "--bench", "device", "--features", "alcove-client/testing"];
    for chosen in [&server[..], &device] {
        let mut command = cargo(&["bench"]);
        command.args(chosen).args(arguments);
        process::run(command).await?;
    }
    if arguments.is_empty() || arguments.iter().any(|word| word == "app") {
        web::measure_speed().await?;
    }
    Ok(())
}
