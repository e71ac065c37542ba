//! What a chore needs from the system: which programs, which Debian packages hold them, and who installs them. As root
//! we do, because that is how continuous integration runs; to anybody else we say the one line that does.
//! Not what rustup gives (see `toolchain.rs`) nor what npm does (see `npm.rs`).

use tokio::process::Command;

use crate::{
    error::{Error, Result},
    npm, process,
    services::{self, PostgreSql, Redis},
};

/// A program that is not ours and that a chore cannot do without.
#[derive(Debug)]
pub struct Need {
    /// The Debian package that holds it.
    package: &'static str,
    /// What it is for.
    purpose: &'static str,
    /// Whether this machine has it.
    present: fn() -> bool,
}

/// What building the server needs, beside Rust and a C compiler.
pub const BUILD: [Need; 2] = [
    Need { package: "make", purpose: "builds OpenSSL, which libpq speaks", present: has_make },
    Need { package: "perl", purpose: "configures OpenSSL, which libpq speaks", present: has_perl },
];

/// What building the app for the browser needs.
pub const WEB: [Need; 1] =
    [Need { package: "npm", purpose: "installs the libraries of the app", present: npm::is_installed }];

/// What the tests and the demonstration need beside.
pub const SERVICES: [Need; 2] = [
    Need {
        package: "postgresql",
        purpose: "a private server that every story runs on",
        present: PostgreSql::is_installed,
    },
    Need {
        package: "redis-server",
        purpose: "a private server that wakes other nodes",
        present: Redis::is_installed,
    },
];

/// What the tests need beside, to have others look at us.
pub const OTHERS: [Need; 3] = [
    Need {
        package: "npm",
        purpose: "installs a second implementation of ActivityPub",
        present: npm::is_installed,
    },
    Need { package: "chromium", purpose: "looks at every page", present: has_chromium },
    Need { package: "firefox-esr", purpose: "runs the app too", present: has_firefox },
];

fn has_make() -> bool {
    process::succeeds("make", &["--version"])
}

fn has_perl() -> bool {
    // Debian's perl-base lacks the modules that OpenSSL's Configure loads.
    process::succeeds("perl", &["-MFindBin", "-MIPC::Cmd", "-e", "1"])
}

fn has_chromium() -> bool {
    process::succeeds("chromium", &["--version"])
}

fn has_firefox() -> bool {
    process::succeeds("firefox-esr", &["--version"])
}

/// Sees to it that everything in `needs` is there, or says what to do.
pub async fn ensure(needs: &[&[Need]]) -> Result<()> {
    let missing = || needs.iter().copied().flatten().filter(|need| !(need.present)()).collect::<Vec<_>>();
    let before = missing();
    if before.is_empty() {
        return Ok(());
    }
    if !services::is_root() || !process::succeeds("apt-get", &["--version"]) {
        return Err(Error::Missing(advice(&before)));
    }
    install(&before).await?;
    let after = missing();
    if after.is_empty() { Ok(()) } else { Err(Error::Missing(advice(&after))) }
}

async fn install(needs: &[&Need]) -> Result<()> {
    let mut update = Command::new("apt-get");
    update.args(["update", "--quiet"]);
    process::run(update).await?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "--quiet", "--yes", "--no-install-recommends"]);
    install.args(needs.iter().map(|need| need.package));
    process::run(install).await
}

/// What is missing, what for, and the one line that installs it.
fn advice(needs: &[&Need]) -> String {
    let list: String = needs.iter().map(|need| format!("\n  {}: {}", need.package, need.purpose)).collect();
    let packages = needs.iter().map(|need| need.package).collect::<Vec<_>>().join(" ");
    format!(
        "This machine lacks what the chore needs:{list}\n\
         On Debian or Ubuntu this installs it:\n\n  sudo apt-get update && sudo apt-get install -y {packages}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_the_purpose_and_ends_with_one_line_to_type() {
        let needs = SERVICES.iter().collect::<Vec<_>>();
        let advice = advice(&needs);
        assert!(advice.contains("redis-server: a private server"), "{advice}");
        assert!(advice.trim_end().ends_with("sudo apt-get install -y postgresql redis-server"), "{advice}");
    }

    #[tokio::test]
    async fn nothing_is_installed_or_said_when_nothing_is_missing() {
        let here = [Need { package: "coreutils", purpose: "for everybody", present: || true }];
        ensure(&[&here]).await.unwrap();
    }
}
