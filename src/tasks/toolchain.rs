//! What rustup can give: the wasm32 target, which the device's crates are checked for. Not Rust itself: cargo is
//! running already.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    error::{Error, Result},
    process,
};

/// The target of the browser's device.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Sees to it that the standard library for [`WASM`] is installed.
pub async fn ensure_wasm() -> Result<()> {
    if has_wasm() {
        return Ok(());
    }
    let mut add = tokio::process::Command::new("rustup");
    add.args(["target", "add", WASM]);
    let added = process::run(add).await;
    if has_wasm() { Ok(()) } else { Err(Error::Missing(advice(added.err()))) }
}

fn has_wasm() -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM]).stderr(Stdio::null());
    let Ok(output) = rustc.output() else { return false };
    output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
}

fn advice(reason: Option<Error>) -> String {
    let reason = reason.map(|error| format!(" ({error})")).unwrap_or_default();
    format!("Rust's target {WASM} is missing and could not be added{reason}. Try: rustup target add {WASM}")
}
