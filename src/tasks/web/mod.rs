//! `cargo task web`: the app that a server gives out, built into `target/app`. The device's core for the browser first
//! (crate `alcove-web`, then its JavaScript side), in the same way what reads QR codes (`alcove-scanner`), beside them our own
//! modules and three libraries from npm, joined. Nothing of it is committed, nothing knows which server will give it out: the
//! same tree for everybody.

mod bundle;
mod join;
mod sizes;
mod vendor;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use wasm_bindgen_cli_support::Bindgen;

use self::{bundle::Bundle, sizes::Sizes};
use crate::{
    error::{Error, Result, While},
    npm, packages,
    process::{self, cargo, root},
    toolchain::{self, WASM},
};

/// What is built from Rust: the crate, and its folder in the set. Each by itself, so that none gets features that another needs.
const CRATES: [(&str, &str); 2] = [("alcove-web", "core"), ("alcove-scanner", "scanner")];
/// Their profile, which makes them small.
const PROFILE: &str = "web";

/// `cargo task web`: builds everything, and holds it to its budgets.
pub async fn measure() -> Result<()> {
    build().await?.check()
}

/// Builds everything, and says how large it is.
pub async fn build() -> Result<Sizes> {
    packages::ensure(&[&packages::WEB]).await?;
    toolchain::ensure_wasm().await?;
    npm::ensure(npm::WEB).await?;
    let mut plain = Bundle::default();
    for (package, folder) in CRATES {
        let mut cargo = cargo(&["build", "-p", package, "--target", WASM, "--profile", PROFILE]);
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags());
        process::run(cargo).await?;
        translate(&mut plain, package, folder)?;
    }
    vendor::add(&mut plain, &npm::folder(npm::WEB).join("node_modules"))?;
    ours(&mut plain)?;
    let sizes = join::join(&plain).await?.lay(&root().join("src/web/app"), &root().join("target/app"))?;
    print!("{sizes}");
    Ok(sizes)
}

/// What the compiler is told beside the profile: ciphers and hashes in their short form, and the folders of this machine by
/// other names. Those are no visitor's business, and the same sources give the same bytes wherever they are built.
fn flags() -> String {
    let home = || env::home_dir().unwrap_or_default().join(".cargo");
    let cargo = env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from);
    let renamed = |folder: &Path, name: &str| format!("--remap-path-prefix={}={name}", folder.display());
    let short = r#"--cfg aes_backend_soft="compact" --cfg sha2_backend_soft="compact""#;
    [short, &renamed(&cargo.join("registry/src"), "crates"), &renamed(&root(), "alcove")].join(" ")
}

/// Checks the types of our modules: what they say to each other, to the core and to the libraries.
pub async fn check() -> Result<()> {
    npm::ensure(npm::WEB).await?;
    let mut compiler = tokio::process::Command::new(npm::folder(npm::WEB).join("node_modules/.bin/tsc"));
    compiler.args(["--project", "src/web/tsconfig.json"]).current_dir(root());
    process::run(compiler).await
}

/// Tests the interface in a browser, over a worker that plays its part.
pub async fn test() -> Result<()> {
    run_tests(&[]).await
}

/// Measures how quick the interface is with many messages: the tests that tell times and are no tests of the gate.
pub async fn measure_speed() -> Result<()> {
    run_tests(&["speed"]).await
}

async fn run_tests(words: &[&str]) -> Result<()> {
    let mut node = tokio::process::Command::new(npm::folder(npm::TESTS).join("node_modules/.bin/node"));
    node.arg(root().join("src/web/tests/run.js")).args(words).current_dir(root());
    process::run(node).await
}

/// A crate as the browser runs it, and the module that loads it.
fn translate(bundle: &mut Bundle, package: &str, name: &str) -> Result<()> {
    let built = root().join(format!("target/{WASM}/{PROFILE}/{}.wasm", package.replace('-', "_")));
    let folder = tempfile::tempdir().while_(format!("make a folder for {package}"))?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(built)
        .out_name(name)
        .typescript(false)
        .remove_producers_section(true)
        .remove_name_section(true);
    // After a panic the core is thrown away and begun anew, which needs the module's state to be reset.
    bindgen.reset_state_function(true);
    let written = bindgen.web(true).and_then(|bindgen| bindgen.generate(folder.path()));
    written.map_err(|error| Error::Missing(format!("wasm-bindgen could not write {package}: {error}")))?;
    bundle.add(&format!("{name}/wasm.js"), read(&folder.path().join(format!("{name}.js")))?);
    let file = format!("{name}_bg.wasm");
    bundle.add(&format!("{name}/{file}"), read(&folder.path().join(&file))?);
    Ok(())
}

/// Our own modules and styles, and every language's sentences.
fn ours(bundle: &mut Bundle) -> Result<()> {
    for folder in ["core", "scanner", "ui", "style", "icons"] {
        add_folder(bundle, &root().join("src/web/app"), folder)?;
    }
    let main = root().join("src/web/app/main.js");
    if main.exists() {
        bundle.add("main.js", read(&main)?);
    }
    let texts = root().join("src/protocol/texts");
    for language in entries(&texts)? {
        let sentences = language.join("app.ftl");
        if sentences.exists() {
            bundle.add(&format!("texts/{}/app.ftl", name_of(&language)), read(&sentences)?);
        }
    }
    Ok(())
}

/// Every file below a folder, by its path from `base` on; the base itself has no name.
fn add_folder(bundle: &mut Bundle, base: &Path, folder: &str) -> Result<()> {
    for path in entries(&base.join(folder))? {
        let name = format!("{folder}/{}", name_of(&path)).trim_start_matches('/').to_owned();
        if path.is_dir() {
            add_folder(bundle, base, &name)?;
        } else {
            bundle.add(&name, read(&path)?);
        }
    }
    Ok(())
}

/// What lies in a folder, in order of name; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let found = fs::read_dir(folder).while_(format!("look into {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = found.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).while_(format!("read {}", path.display()))
}
