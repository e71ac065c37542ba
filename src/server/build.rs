//! Puts the browser app into the binary: the tree that `cargo task web` lays in `target/app`, or the one in the folder that
//! the environment variable `ALCOVE_APP` names, file by file as it is and in the order of the names. It makes nothing and
//! checks nothing: `bundle.rs` compares what is in the binary with its manifest. A tree without a manifest is no app, which
//! is an error only where somebody has named it.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

const VARIABLE: &str = "ALCOVE_APP";
const MANIFEST: &str = "manifest.json";

fn main() -> io::Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = env::var_os(VARIABLE).map(|folder| project.join(folder));
    let folder = match &named {
        Some(folder) => folder.clone(),
        None => usual(&project)?,
    };
    let has_manifest = folder.join(MANIFEST).is_file();
    if named.is_some() && !has_manifest {
        let message = format!("{VARIABLE}: expected a folder with {MANIFEST}: {}", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    let mut files = BTreeMap::new();
    if has_manifest {
        list(&folder, "", &mut files)?;
    }
    let watched = if has_manifest { folder.join(MANIFEST) } else { folder };
    let mut cargo = io::stdout();
    writeln!(cargo, "cargo::rerun-if-env-changed={VARIABLE}")?;
    writeln!(cargo, "cargo::rerun-if-changed=build.rs")?;
    writeln!(cargo, "cargo::rerun-if-changed={}", watched.display())?;
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("expected cargo to set OUT_DIR"))?;
    fs::write(Path::new(&out).join("bundle.rs"), source(&files))
}

/// `target/app`. While nothing is in it an empty folder stands there, of a time long ago: what is not there at all cannot be
/// watched, and cargo would build the server anew each time.
fn usual(project: &Path) -> io::Result<PathBuf> {
    let folder = project.join("target/app");
    if !folder.exists() {
        fs::create_dir_all(&folder)?;
        fs::File::open(&folder)?.set_modified(UNIX_EPOCH)?;
    }
    Ok(folder)
}

/// The files of a tree by their names, as `ui/list.js`.
fn list(folder: &Path, within: &str, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name =
            name.ok_or_else(|| io::Error::other(format!("expected text as name: {}", path.display())))?;
        if path.is_dir() {
            list(&path, &format!("{within}{name}/"), files)?;
        } else {
            files.insert(format!("{within}{name}"), fs::canonicalize(&path)?);
        }
    }
    Ok(())
}

/// A constant of names and bytes.
fn source(files: &BTreeMap<String, PathBuf>) -> String {
    let line = |(name, path): (&String, &PathBuf)| format!("    ({name:?}, include_bytes!({path:?})),\n");
    format!("&[\n{}]\n", files.iter().map(line).collect::<String>())
}
