//! The tree of the bundle: the set of files under an address that names their bytes, the few files at stable addresses
//! that lead to it, the manifest of all, and each compressed. Laid beside the old tree and then put in its place.
//!
//! The name of the set is the first 16 hex digits of the SHA-256 over the lines "path SP sha256 LF" of its files, in order
//! of path. A page that was loaded yesterday finds yesterday's set or nothing, never half of each.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Write as _},
    path::Path,
};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::read;
use crate::error::{Error, Result, While};

/// The files at stable addresses, in which [`SET`] stands for the set's name.
const STABLE: [&str; 3] = ["index.html", "sw.js", "worker.js"];
/// Stands for the set's name.
const SET: &str = "__SET__";
/// Shorter files gain nothing by being compressed.
const COMPRESSED_FROM: usize = 1024;
/// What a first visit may transfer.
const BUDGET: usize = 650_000;
/// What of it may be the interface: everything but the core and the sentences.
const INTERFACE_BUDGET: usize = 60_000;

/// The files of the set, by their path in it.
#[derive(Default)]
pub struct Bundle(BTreeMap<String, Vec<u8>>);

/// How many bytes travel.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Path and length, compressed.
    files: Vec<(String, usize)>,
}

impl Bundle {
    /// Adds a file.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        self.0.insert(path.to_owned(), bytes);
    }

    /// The name of the set.
    fn name(&self) -> String {
        let lines: String =
            self.0.iter().map(|(path, bytes)| format!("{path} {}\n", hex(&Sha256::digest(bytes)))).collect();
        hex(&Sha256::digest(lines))[..16].to_owned()
    }

    /// Lays the whole tree; `stable` is the folder with the files at stable addresses.
    pub fn lay(&self, stable: &Path, target: &Path) -> Result<Sizes> {
        let set = self.name();
        let mut files = BTreeMap::new();
        for (path, bytes) in &self.0 {
            files.insert(format!("{set}/{path}"), bytes.clone());
        }
        for name in STABLE {
            let path = stable.join(name);
            if path.exists() {
                let text = String::from_utf8_lossy(&read(&path)?).replace(SET, &set);
                files.insert(name.to_owned(), text.into_bytes());
            }
        }
        files.insert("manifest.json".to_owned(), manifest(&set, &files).into_bytes());
        let fresh = target.with_extension("new");
        let sizes = write(&fresh, &files)?;
        if target.exists() {
            fs::remove_dir_all(target).while_(format!("remove {}", target.display()))?;
        }
        fs::rename(&fresh, target).while_(format!("put {} in its place", target.display()))?;
        Ok(sizes)
    }
}

/// Every file with its digest, under the address that it is served at.
fn manifest(set: &str, files: &BTreeMap<String, Vec<u8>>) -> String {
    let digests: BTreeMap<String, String> =
        files.iter().map(|(path, bytes)| (address(path), hex(&Sha256::digest(bytes)))).collect();
    format!("{:#}\n", json!({"hash": set, "files": digests}))
}

fn address(path: &str) -> String {
    if path == "index.html" { "/app/".to_owned() } else { format!("/app/{path}") }
}

fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<Sizes> {
    if folder.exists() {
        fs::remove_dir_all(folder).while_(format!("remove {}", folder.display()))?;
    }
    let mut sizes = Sizes::default();
    for (path, bytes) in files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder)).while_(format!("make the folder of {path}"))?;
        fs::write(&file, bytes).while_(format!("write {path}"))?;
        let mut length = bytes.len();
        if bytes.len() > COMPRESSED_FROM {
            let small = compress(bytes).while_(format!("compress {path}"))?;
            length = small.len();
            fs::write(folder.join(format!("{path}.br")), small).while_(format!("write {path}.br"))?;
        }
        sizes.files.push((path.clone(), length));
    }
    Ok(sizes)
}

fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut small = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut small, 64 * 1024, 11, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(small)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Sizes {
    /// Everything that a first visit transfers: sentences of one language only.
    fn total(&self) -> usize {
        self.sum(|path| !path.contains("/texts/") || path.contains("/texts/en/"))
    }

    fn interface(&self) -> usize {
        self.sum(|path| !path.contains("/core/") && !path.contains("/texts/"))
    }

    fn sum(&self, counts: impl Fn(&str) -> bool) -> usize {
        self.files.iter().filter(|(path, _)| counts(path)).map(|(_, length)| length).sum()
    }

    /// The budgets of EXPERIENCE.md 13.1.
    pub fn check(&self) -> Result<()> {
        let over =
            [("a first visit", self.total(), BUDGET), ("the interface", self.interface(), INTERFACE_BUDGET)]
                .into_iter()
                .find(|(_, size, budget)| size > budget);
        match over {
            None => Ok(()),
            Some((what, size, budget)) => {
                Err(Error::Missing(format!("{what} transfers {size} bytes, and {budget} is the budget")))
            }
        }
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, length) in &self.files {
            writeln!(formatter, "{length:>8}  {path}")?;
        }
        writeln!(formatter, "{:>8}  the interface, of {INTERFACE_BUDGET}", self.interface())?;
        writeln!(formatter, "{:>8}  a first visit, of {BUDGET}", self.total())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay(files: &[(&str, &str)]) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let stable = folder.path().join("stable");
        fs::create_dir(&stable).unwrap();
        fs::write(stable.join("index.html"), "<script src=\"/app/__SET__/main.js\">").unwrap();
        let mut bundle = Bundle::default();
        for (path, text) in files {
            bundle.add(path, text.as_bytes().to_vec());
        }
        bundle.lay(&stable, &folder.path().join("app")).unwrap();
        (folder, bundle.name())
    }

    #[test]
    fn the_name_of_the_set_is_that_of_its_bytes() {
        let (folder, name) = lay(&[("main.js", "1"), ("core/a.js", "2")]);
        let app = folder.path().join("app");
        let index = fs::read_to_string(app.join("index.html")).unwrap();
        assert_eq!(index, format!("<script src=\"/app/{name}/main.js\">"));
        assert_eq!(fs::read_to_string(app.join(&name).join("core/a.js")).unwrap(), "2");
        assert_eq!(name, lay(&[("core/a.js", "2"), ("main.js", "1")]).1, "the order does not matter");
        assert_ne!(name, lay(&[("main.js", "1"), ("core/a.js", "3")]).1);
        assert_eq!(name.len(), 16);
    }

    #[test]
    fn the_manifest_has_every_file_under_its_address() {
        let (folder, name) = lay(&[("main.js", "1")]);
        let text = fs::read_to_string(folder.path().join("app/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(manifest["hash"], name.as_str());
        let digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
        assert_eq!(manifest["files"][format!("/app/{name}/main.js")], digest);
        assert!(manifest["files"]["/app/"].is_string());
    }

    #[test]
    fn what_is_long_enough_lies_there_compressed_as_well() {
        let (folder, name) = lay(&[("long.js", &"a".repeat(5000)), ("short.js", "a")]);
        let set = folder.path().join("app").join(name);
        assert!(fs::metadata(set.join("long.js.br")).unwrap().len() < 100);
        assert!(!set.join("short.js.br").exists());
    }

    #[test]
    fn a_bundle_over_its_budget_is_refused_with_the_numbers() {
        let sizes = Sizes { files: vec![("x/core/core_bg.wasm".into(), BUDGET), ("index.html".into(), 1)] };
        assert!(sizes.check().unwrap_err().to_string().contains("650001"));
        let sizes = Sizes { files: vec![("x/texts/de/app.ftl".into(), BUDGET), ("index.html".into(), 1)] };
        assert!(sizes.check().is_ok(), "one language travels");
    }
}
