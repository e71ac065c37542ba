//! The browser app as files: the set that `cargo task web` has made, held in memory and compared with its manifest before
//! anything of it is given out, so that a browser never gets a mixture of two. Not how it is answered: that is `http/app/`.
//!
//! A tree holds `index.html`, `worker.js` and `sw.js` at stable names, everything else in a folder that is called by the hash
//! of the set, beside each larger file the same compressed by Brotli (RFC 7932), as `.br`, and `manifest.json` with the
//! SHA-256 of each file and of each such form. What does not stand in it is not given out.

use std::{collections::BTreeMap, fs, path::Path};

use bytes::Bytes;
use serde::Deserialize;

use crate::{
    error::{Error, Result},
    secret::sha256,
};

/// What the build script has put into the binary; empty without an app.
const BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/bundle.rs"));
const MANIFEST: &str = "manifest.json";
const INDEX: &str = "index.html";
/// What the paths in the manifest begin with.
const BEFORE: &str = "/app/";
/// What stays at its address while the set changes.
const STABLE: [&str; 4] = [INDEX, "worker.js", "sw.js", MANIFEST];
/// How long the hash of a set is, in hexadecimal digits.
const HASH: usize = 16;

/// Files by their names, as `ui/list.js`.
type Tree = BTreeMap<String, Bytes>;

/// The browser app, or none.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    hash: Option<String>,
    files: BTreeMap<String, File>,
}

/// One file of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The bytes.
    pub bytes: Bytes,
    /// The same compressed by Brotli.
    pub brotli: Option<Bytes>,
    /// The SHA-256 of the bytes in hexadecimal digits.
    pub digest: String,
    /// How long it stays as it is.
    pub lasts: Lasts,
}

/// How long a file stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// For ever: another one has another address.
    Forever,
    /// Until there is another set.
    UntilTheNextSet,
}

/// `manifest.json`; whatever else stands in it is for others.
#[derive(Deserialize)]
struct Manifest {
    hash: String,
    /// The digests of the files.
    files: BTreeMap<String, String>,
    /// The digests of their compressed forms, of those that have one.
    #[serde(default)]
    compressed: BTreeMap<String, String>,
}

impl Bundle {
    /// The app in a folder, or the one in the binary when the folder has no name. A folder without a manifest holds none.
    ///
    /// # Errors
    /// When the folder cannot be read, or does not hold what its manifest says.
    pub fn load(folder: &Path) -> Result<Self> {
        let mut tree = Tree::new();
        if folder.as_os_str().is_empty() {
            let built_in =
                BUILT_IN.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes)));
            tree.extend(built_in);
        } else {
            read(folder, "", &mut tree).map_err(|error| wrong(&format!("{}: {error}", folder.display())))?;
        }
        Self::of(&tree)
    }

    /// The hash of the set; none when there is no app.
    pub fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    /// A file by what stands behind `/app/` in its address; `index.html` is also there without a name.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.get(if name.is_empty() { INDEX } else { name })
    }

    /// The names of all files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    fn of(tree: &Tree) -> Result<Self> {
        let Some(text) = tree.get(MANIFEST) else { return Ok(Self::default()) };
        let manifest: Manifest =
            serde_json::from_slice(text).map_err(|error| wrong(&format!("{MANIFEST}: {error}")))?;
        if manifest.hash.len() != HASH || !manifest.hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong(&format!("{MANIFEST}: expected a hash of {HASH} hexadecimal digits")));
        }
        let mut files = BTreeMap::new();
        for (path, expected) in &manifest.files {
            let name = name(path);
            let file = file(tree, name, &manifest.hash)?;
            if file.digest != *expected {
                return Err(wrong(&format!("{path} is not the file that {MANIFEST} names")));
            }
            files.insert(name.to_owned(), file);
        }
        for (path, expected) in &manifest.compressed {
            let file = files.get_mut(name(path));
            let file =
                file.ok_or_else(|| wrong(&format!("{path} is compressed and no file of {MANIFEST}")))?;
            let form = found(tree, &format!("{}.br", name(path)))?;
            if digest(form) != *expected {
                return Err(wrong(&format!(
                    "{path} is compressed to something that {MANIFEST} does not name"
                )));
            }
            file.brotli = Some(form.clone());
        }
        files.insert(MANIFEST.to_owned(), file(tree, MANIFEST, &manifest.hash)?);
        if !files.contains_key(INDEX) {
            return Err(wrong(&format!("{MANIFEST} names no {INDEX}")));
        }
        Ok(Self { hash: Some(manifest.hash), files })
    }
}

/// What a path in the manifest is called in the tree.
fn name(path: &str) -> &str {
    if path == BEFORE { INDEX } else { path.strip_prefix(BEFORE).unwrap_or_default() }
}

/// A file without its compressed form.
fn file(tree: &Tree, name: &str, hash: &str) -> Result<File> {
    let lasts = match name.split_once('/') {
        Some((folder, _)) if folder == hash => Lasts::Forever,
        None if STABLE.contains(&name) => Lasts::UntilTheNextSet,
        _ => return Err(wrong(&format!("{MANIFEST}: expected {BEFORE}{hash}/… and not {name}"))),
    };
    let bytes = found(tree, name)?;
    Ok(File { bytes: bytes.clone(), brotli: None, digest: digest(bytes), lasts })
}

fn found<'a>(tree: &'a Tree, name: &str) -> Result<&'a Bytes> {
    tree.get(name).ok_or_else(|| wrong(&format!("{name} stands in {MANIFEST} and is not there")))
}

/// The SHA-256 in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(folder: &Path, within: &str, tree: &mut Tree) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // A name that is no text stands in no manifest.
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            read(&path, &format!("{within}{name}/"), tree)?;
        } else {
            tree.insert(format!("{within}{name}"), fs::read(&path)?.into());
        }
    }
    Ok(())
}

fn wrong(what: &str) -> Error {
    Error::invalid(format!("server.app: {what}"))
}

#[cfg(any(test, feature = "testing"))]
pub mod testing {
    //! An app that does nothing, for tests.

    use super::*;

    /// The hash of its set.
    pub const HASH: &str = "0123456789abcdef";

    /// Lays an app in a folder, as `cargo task web` would.
    ///
    /// # Panics
    /// When the folder cannot be written to.
    #[expect(clippy::unwrap_used, reason = "a test that cannot write must fail")]
    pub fn lay(folder: &Path) {
        let module = format!("{HASH}/main.js");
        let files: [(&str, &[u8]); 6] = [
            (
                "index.html",
                b"<!DOCTYPE html><title>An app</title><noscript><a href=\"?plain\">Go on</a></noscript>",
            ),
            ("worker.js", b"// the worker"),
            ("sw.js", b"// the service worker"),
            (&module, b"// the interface"),
            (&format!("{HASH}/core.wasm"), b"\0asm"),
            (&format!("{HASH}/icons/app.webmanifest"), b"{}"),
        ];
        fs::create_dir_all(folder.join(HASH).join("icons")).unwrap();
        let mut listed = serde_json::Map::new();
        for (name, bytes) in files {
            fs::write(folder.join(name), bytes).unwrap();
            listed.insert(format!("{BEFORE}{name}"), digest(bytes).into());
        }
        fs::write(folder.join(format!("{module}.br")), b"compressed").unwrap();
        let compressed = serde_json::json!({format!("{BEFORE}{module}"): digest(b"compressed")});
        let manifest = serde_json::json!({"hash": HASH, "files": listed, "compressed": compressed});
        fs::write(folder.join(MANIFEST), manifest.to_string()).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{testing::lay, *};

    #[test]
    fn a_folder_holds_an_app_or_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Bundle::load(folder.path()).unwrap().hash(), None);
        assert!(Bundle::load(&folder.path().join("missing")).is_err());
        lay(folder.path());
        let bundle = Bundle::load(folder.path()).unwrap();
        assert_eq!(bundle.hash(), Some(testing::HASH));
        assert_eq!(bundle.file("").unwrap(), bundle.file("index.html").unwrap());
        assert_eq!(bundle.file("sw.js").unwrap().lasts, Lasts::UntilTheNextSet);
        let module = bundle.file(&format!("{}/main.js", testing::HASH)).unwrap();
        assert_eq!((module.lasts, module.brotli.as_deref()), (Lasts::Forever, Some(&b"compressed"[..])));
        assert!(bundle.file(&format!("{}/main.js.br", testing::HASH)).is_none(), "a form is no file");
    }

    /// Neither a file nor a form.
    #[test]
    fn what_stands_in_no_manifest_is_not_given_out() {
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path());
        fs::write(folder.path().join("sw.js.br"), "another worker").unwrap();
        fs::write(folder.path().join(testing::HASH).join("other.js"), "another module").unwrap();
        let bundle = Bundle::load(folder.path()).unwrap();
        assert_eq!(bundle.file("sw.js").unwrap().brotli, None);
        assert!(bundle.file(&format!("{}/other.js", testing::HASH)).is_none());
    }

    /// What is in the binary is whole, whichever app it was built with.
    #[test]
    fn what_is_built_in_fits_its_manifest() {
        let bundle = Bundle::load(Path::new("")).unwrap();
        assert_eq!(bundle.hash().is_some(), !BUILT_IN.is_empty());
    }

    /// A half-written or changed set is not served at all.
    #[test]
    fn what_does_not_fit_its_manifest_is_refused() {
        type Breaking = fn(&Path);
        let broken: [(&str, Breaking); 8] = [
            ("is not the file", |folder| fs::write(folder.join("sw.js"), "x").unwrap()),
            ("is not there", |folder| fs::remove_file(folder.join("worker.js")).unwrap()),
            // One byte of what most browsers are sent.
            ("compressed to something", |folder| fs::write(form(folder), "compresseD").unwrap()),
            ("main.js.br stands in manifest.json", |folder| fs::remove_file(form(folder)).unwrap()),
            ("and no file", |folder| change(folder, r#""compressed":{"#, r#""compressed":{"/app/x":"","#)),
            ("expected a hash", |folder| change(folder, testing::HASH, "short")),
            ("expected /app/", |folder| change(folder, "/app/sw.js", "/app/../sw.js")),
            ("names no index.html", |folder| {
                fs::write(folder.join(MANIFEST), r#"{"hash": "0123456789abcdef", "files": {}}"#).unwrap();
            }),
        ];
        for (said, break_it) in broken {
            let folder = tempfile::tempdir().unwrap();
            lay(folder.path());
            break_it(folder.path());
            let refusal = Bundle::load(folder.path()).unwrap_err().to_string();
            assert!(refusal.contains(said), "{said}: {refusal}");
        }
    }

    /// Where the compressed form of the module lies.
    fn form(folder: &Path) -> PathBuf {
        folder.join(testing::HASH).join("main.js.br")
    }

    fn change(folder: &Path, from: &str, to: &str) {
        let manifest = folder.join(MANIFEST);
        fs::write(&manifest, fs::read_to_string(&manifest).unwrap().replace(from, to)).unwrap();
    }
}
