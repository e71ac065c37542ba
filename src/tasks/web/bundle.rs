//! The tree of the bundle: the set of files under an address that names their bytes, the few files at stable addresses
//! that lead to it, the manifest of all, and each compressed. Laid beside the old tree and then put in its place.
//!
//! The name of the set is the first 16 hex digits of the SHA-256 over the lines "path SP sha256 LF" of its files, in order
//! of path. A page that was loaded yesterday finds yesterday's set or nothing, never half of each.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{read, sizes::Sizes};
use crate::error::{Result, While};

/// The files at stable addresses, in which [`SET`] stands for the set's name.
const STABLE: [&str; 3] = ["index.html", "sw.js", "worker.js"];
/// Stands for the set's name.
const SET: &str = "__SET__";
/// Shorter files gain nothing by being compressed.
const COMPRESSED_FROM: usize = 1024;

/// Files by their paths.
type Files = BTreeMap<String, Vec<u8>>;

/// The files of the set, by their path in it.
#[derive(Default)]
pub struct Bundle(Files);

impl Bundle {
    /// Adds a file.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        self.0.insert(path.to_owned(), bytes);
    }

    /// Path and bytes of each, in order of path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Writes them into a folder as they are.
    pub fn write(&self, folder: &Path) -> Result<()> {
        write(folder, &self.0)
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
        let mut files = Files::new();
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
        let forms = compressed(&files)?;
        let sizes = Sizes::of(&files, &forms)?;
        let manifest = manifest(&set, &files, &forms);
        files.extend(forms.into_iter().map(|(path, form)| (format!("{path}.br"), form)));
        files.insert("manifest.json".to_owned(), manifest.into_bytes());
        let fresh = target.with_extension("new");
        write(&fresh, &files)?;
        if target.exists() {
            fs::remove_dir_all(target).while_(format!("remove {}", target.display()))?;
        }
        fs::rename(&fresh, target).while_(format!("put {} in its place", target.display()))?;
        Ok(sizes)
    }
}

/// Every file with its digest under the address that it is served at, and the digests of the compressed forms.
fn manifest(set: &str, files: &Files, forms: &Files) -> String {
    let digests = |files: &Files| -> BTreeMap<String, String> {
        files.iter().map(|(path, bytes)| (address(path), hex(&Sha256::digest(bytes)))).collect()
    };
    format!("{:#}\n", json!({"hash": set, "files": digests(files), "compressed": digests(forms)}))
}

fn address(path: &str) -> String {
    if path == "index.html" { "/app/".to_owned() } else { format!("/app/{path}") }
}

fn write(folder: &Path, files: &Files) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).while_(format!("remove {}", folder.display()))?;
    }
    for (path, bytes) in files {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder)).while_(format!("make the folder of {path}"))?;
        fs::write(&file, bytes).while_(format!("write {path}"))?;
    }
    Ok(())
}

/// The longer ones compressed, by the same paths.
fn compressed(files: &Files) -> Result<Files> {
    let long = files.iter().filter(|(_, bytes)| bytes.len() > COMPRESSED_FROM);
    long.map(|(path, bytes)| Ok((path.clone(), compress(bytes).while_(format!("compress {path}"))?)))
        .collect()
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

#[cfg(test)]
mod tests {
    use std::io::Read as _;

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
        assert_eq!(manifest["compressed"], json!({}), "nothing is long enough");
    }

    #[test]
    fn what_is_long_enough_lies_there_compressed_as_well() {
        let (folder, name) = lay(&[("long.js", &"a".repeat(5000)), ("short.js", "a")]);
        let set = folder.path().join("app").join(&name);
        let form = fs::read(set.join("long.js.br")).unwrap();
        assert!(form.len() < 100);
        let mut text = String::new();
        brotli::Decompressor::new(&form[..], 4096).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a".repeat(5000));
        assert!(!set.join("short.js.br").exists());
        let text = fs::read_to_string(folder.path().join("app/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let digest = hex(&Sha256::digest(&form));
        assert_eq!(manifest["compressed"], json!({format!("/app/{name}/long.js"): digest}));
    }
}
