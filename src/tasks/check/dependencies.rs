//! The two invariants that only cargo can tell: what the server links, and what builds for the browser. Not the words
//! in the sources (`invariants.rs`).

use tokio::process::Command;

use crate::{
    error::Result,
    process::{self, cargo},
    toolchain,
};

use super::invariants::Finding;

/// Invariant 1: the server does not link the device, nor the tools of its tests.
pub async fn server_does_not_link_the_device() -> Result<Vec<Finding>> {
    let tree =
        cargo(&["tree", "--locked", "-p", "alcove-server", "-e", "normal", "--prefix", "none", "-f", "{p}"]);
    let tree = process::output(tree).await?;
    Ok(links_of_the_server(&String::from_utf8_lossy(&tree)))
}

/// Invariant 4: these build for the browser.
pub fn wasm_check() -> Command {
    let members =
        ["alcove-protocol", "alcove-client", "alcove-web", "alcove-scanner"].map(|name| ["-p", name]);
    cargo(&[&["check", "--quiet", "--target", toolchain::WASM], &members.concat()[..]].concat())
}

fn links_of_the_server(tree: &str) -> Vec<Finding> {
    let mut names = tree.lines().filter_map(|line| line.split(' ').next()).collect::<Vec<_>>();
    names.sort_unstable();
    names.dedup();
    let foreign =
        names.into_iter().filter(|name| ["alcove-client", "alcove-terminal", "mls-rs"].contains(name));
    let finding = |name: &str| Finding {
        rule: "invariant 1",
        place: "src/server/Cargo.toml".into(),
        what: format!("the server links {name}"),
    };
    foreign.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invariant 1.
    #[test]
    fn a_server_that_links_the_device_is_found() {
        let tree =
            "alcove-server v0.1.0 (path)\nalcove-protocol v0.1.0 (path)\nalcove-client v0.1.0 (path) (*)\n";
        let findings = links_of_the_server(tree);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].what, "the server links alcove-client");
    }

    /// Invariant 1.
    #[tokio::test]
    async fn the_server_does_not_link_the_device() {
        assert_eq!(server_does_not_link_the_device().await.unwrap(), []);
    }

    /// Invariant 4.
    #[tokio::test]
    async fn what_the_browser_has_builds_for_the_browser() {
        toolchain::ensure_wasm().await.unwrap();
        process::run(wasm_check()).await.unwrap();
    }
}
