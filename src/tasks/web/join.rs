//! The set as it travels: our modules and libraries joined into one file for the page and one for each worker, the styles
//! into one, all of them written shorter by esbuild (npm), and sentences without what translators read. What is joined are
//! the plain sources, which run as they are: nobody needs this to understand or to try them.
//!
//! What comes out are ES modules and styles as they could have been written by hand: no `eval`, nothing that a page's policy
//! would have to allow.

use tokio::process::Command;

use super::{add_folder, bundle::Bundle};
use crate::{
    error::{Result, While},
    npm, process,
};

/// Where the page, what it fetches later, the workers and the styles begin.
const ENTRIES: [&str; 5] = ["main.js", "scanner/look.js", "core/main.js", "scanner/main.js", "style/app.css"];
/// `import.meta.url` stays what it is, so that `core/main.js` finds the core beside itself, and `scanner/main.js` the scanner.
const OPTIONS: [&str; 8] = [
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--charset=utf8",
    "--legal-comments=none",
    "--log-level=warning",
    "--outbase=.",
];

/// The same set, joined.
pub async fn join(plain: &Bundle) -> Result<Bundle> {
    let folder = tempfile::tempdir().while_("make a folder for the plain set")?;
    let (from, to) = (folder.path().join("plain"), folder.path().join("joined"));
    plain.write(&from)?;
    let mut esbuild = Command::new(npm::folder(npm::WEB).join("node_modules/.bin/esbuild"));
    esbuild.args(ENTRIES).args(OPTIONS).arg(format!("--outdir={}", to.display())).current_dir(&from);
    process::run(esbuild).await?;
    let mut joined = Bundle::default();
    add_folder(&mut joined, &to, "")?;
    for (path, bytes) in plain.files().filter(|(path, _)| !is_joined(path)) {
        joined.add(path, if path.ends_with(".ftl") { sentences(bytes) } else { bytes.to_vec() });
    }
    Ok(joined)
}

/// Whether a file has become part of another.
fn is_joined(path: &str) -> bool {
    [".js", ".css"].iter().any(|end| path.ends_with(end))
}

/// Fluent without comments, and without empty lines where none is part of a text: those that an indented line follows are.
fn sentences(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut short = String::new();
    let mut empty = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.trim().is_empty() {
            empty.push('\n');
            continue;
        }
        if line.starts_with(' ') {
            short.push_str(&empty);
        }
        empty.clear();
        short.extend([line, "\n"]);
    }
    short.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_lose_only_what_is_no_text() {
        let long = "# For translators.\n\n## Part\n\na = One\n\n\nb =\n    Two\n\n    lines\n    .title = Three\n\n# More\nc = Four # five\n";
        let short = "a = One\nb =\n    Two\n\n    lines\n    .title = Three\nc = Four # five\n";
        assert_eq!(String::from_utf8(sentences(long.as_bytes())).unwrap(), short);
    }

    #[test]
    fn modules_and_styles_are_joined_and_nothing_else() {
        for joined in ["main.js", "vendor/fluent/index.js", "style/parts.css"] {
            assert!(is_joined(joined), "{joined}");
        }
        for kept in [
            "core/core_bg.wasm",
            "scanner/scanner_bg.wasm",
            "icons/alcove.svg",
            "texts/en/app.ftl",
            "vendor/htm.LICENSE.txt",
        ] {
            assert!(!is_joined(kept), "{kept}");
        }
    }
}
