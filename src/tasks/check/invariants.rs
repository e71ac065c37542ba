//! The invariants of ARCHITECTURE.md (repeated in `src/README.md`) as pure functions from the project's files to what
//! breaks them. Not the two that only cargo can tell (`dependencies.rs`), and not what clippy sees by itself.

use super::source::{Source, names};

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule: `invariant 2`, or the name of a convention.
    pub rule: &'static str,
    /// `path` or `path:line`.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Finding {
    fn at(rule: &'static str, source: &Source, line: usize, what: impl Into<String>) -> Self {
        Self { rule, place: format!("{}:{line}", source.path), what: what.into() }
    }
}

/// Who may use a crate.
struct Border {
    /// The crates.
    words: &'static [&'static str],
    /// The code that is meant.
    within: &'static str,
    /// The only places in it that may name them.
    allowed: &'static [&'static str],
}

const BORDERS: [Border; 4] = [
    Border { words: &["diesel", "diesel_migrations"], within: "src/", allowed: &["src/server/db/"] },
    Border { words: &["actix_web"], within: "src/", allowed: &["src/server/http/"] },
    Border {
        words: &["reqwest"],
        within: "src/server/",
        allowed: &["src/server/federation/fetch", "src/server/federation/deliver"],
    },
    Border { words: &["reqwest"], within: "src/client/", allowed: &[] },
];

/// Where the time and randomness come from; everybody else is handed them. OpenMLS asks its provider, which is handed nothing.
const SOURCES_OF_CHANCE: [&str; 7] = [
    "src/server/main.rs",
    "src/server/app.rs",
    "src/client/mls/crypto.rs",
    "src/client/mls/hpke.rs",
    "src/terminal/",
    "src/web/",
    "src/tasks/",
];

const CHANCE: [&str; 9] = [
    "SystemTime::now",
    "Instant::now",
    "now_utc",
    "now_local",
    "thread_rng",
    "OsRng",
    "from_entropy",
    "rand::random",
    "getrandom",
];

const SHARED: [&str; 10] = [
    "OnceLock",
    "OnceCell",
    "LazyLock",
    "LazyCell",
    "Lazy",
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "UnsafeCell",
];

/// Invariant 1: in the server, one module alone names OpenMLS.
pub fn one_server_module_reads_mls(sources: &[Source]) -> Vec<Finding> {
    let naming =
        |source: &&Source| source.path.starts_with("src/server/") && line_naming_openmls(source).is_some();
    let mut modules = sources.iter().filter(naming).map(|source| module(&source.path)).collect::<Vec<_>>();
    modules.dedup();
    let outside = sources.iter().filter(|source| !in_any(&source.path, &["src/server/", "src/client/"]));
    let outside = outside.filter_map(|source| Some((source, line_naming_openmls(source)?)));
    let mut findings = outside
        .map(|(source, line)| {
            Finding::at("invariant 1", source, line, "only the device and the server name openmls")
        })
        .collect::<Vec<_>>();
    if modules.len() > 1 {
        let what = "more than one module of the server names openmls".into();
        findings.push(Finding { rule: "invariant 1", place: modules.join(", "), what });
    }
    findings
}

/// Invariant 2: one place each for the database, for HTTP in and for HTTP out.
pub fn borders_are_kept(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for border in &BORDERS {
        for source in sources.iter().filter(|source| source.path.starts_with(border.within)) {
            if in_any(&source.path, border.allowed) {
                continue;
            }
            for word in border.words {
                let what = || format!("`{word}` is for {} only", border.allowed.join(", "));
                let lines = source.lines_naming(word).into_iter();
                findings.extend(lines.map(|line| Finding::at("invariant 2", source, line, what())));
            }
        }
    }
    findings
}

/// Invariants 3 and 7: actions neither wait nor know HTTP, so no transaction can span a network call.
pub fn actions_do_not_wait(sources: &[Source]) -> Vec<Finding> {
    let actions = sources.iter().filter(|source| source.path.starts_with("src/server/actions/"));
    let words = ["async", "await", "actix_web", "reqwest", "tokio", "spawn_blocking"];
    forbid("invariants 3 and 7", actions, &words, "an action is synchronous and knows no network")
}

/// Invariant 5: nothing global that changes.
pub fn nothing_is_global(sources: &[Source]) -> Vec<Finding> {
    let mut findings =
        forbid("invariant 5", sources.iter(), &["thread_local", "lazy_static", "unsafe"], "global or unsafe");
    for source in sources {
        for (number, line) in source.code.lines().enumerate() {
            let is_static = names(&line.replace("'static", ""), "static");
            let changes =
                names(line, "mut") || line.contains("Atomic") || SHARED.iter().any(|word| names(line, word));
            if is_static && changes {
                findings.push(Finding::at("invariant 5", source, number + 1, "global state"));
            }
        }
    }
    findings
}

/// Invariant 5: time and randomness are arguments.
pub fn time_and_chance_are_arguments(sources: &[Source]) -> Vec<Finding> {
    let others = sources.iter().filter(|source| !in_any(&source.path, &SOURCES_OF_CHANCE));
    forbid("invariant 5", others, &CHANCE, "time and randomness are arguments")
}

/// Invariant 5: `unsafe` is forbidden in every member, by the workspace's lints.
pub fn every_member_takes_the_lints(sources: &[Source]) -> Vec<Finding> {
    let member = |source: &&Source| source.path.starts_with("src/") && source.path.ends_with("/Cargo.toml");
    let lacking = |source: &&Source| !source.text.contains("[lints]\nworkspace = true");
    let mut findings = sources
        .iter()
        .filter(member)
        .filter(lacking)
        .map(|source| Finding::at("invariant 5", source, 1, "does not take the workspace's lints"))
        .collect::<Vec<_>>();
    for root in sources.iter().filter(|source| source.path == "Cargo.toml") {
        if !root.text.contains("unsafe_code = \"forbid\"") {
            findings.push(Finding::at("invariant 5", root, 1, "does not forbid unsafe code"));
        }
    }
    findings
}

/// Invariant 8: one macro, `query!`.
pub fn one_macro(sources: &[Source]) -> Vec<Finding> {
    let lines =
        sources.iter().flat_map(|source| source.code.lines().enumerate().map(move |line| (source, line)));
    let macros = lines.filter(|(_, (_, line))| names(line, "macro_rules"));
    let others = macros.filter(|(_, (_, line))| !line.contains("macro_rules! query "));
    others
        .map(|(source, (at, _))| Finding::at("invariant 8", source, at + 1, "`query!` is the only macro"))
        .collect()
}

fn forbid<'a>(
    rule: &'static str,
    sources: impl Iterator<Item = &'a Source>,
    words: &[&str],
    why: &str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for word in words {
            let lines = source.lines_naming(word).into_iter();
            findings.extend(lines.map(|line| Finding::at(rule, source, line, format!("`{word}`: {why}"))));
        }
    }
    findings
}

fn line_naming_openmls(source: &Source) -> Option<usize> {
    let crates = ["openmls", "openmls_traits", "openmls_rust_crypto", "openmls_basic_credential"];
    crates.iter().flat_map(|word| source.lines_naming(word)).min()
}

/// The module that a file belongs to: `a/b` for `a/b.rs`, for `a/b/mod.rs` and for every file below `a/b/`.
fn module(path: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let top = [
        "src/server",
        "src/server/federation",
        "src/server/actions",
        "src/server/http",
        "src/server/http/api",
    ];
    if top.contains(&folder) { path.trim_end_matches(".rs").to_owned() } else { folder.to_owned() }
}

fn in_any(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.starts_with(place))
}

#[cfg(test)]
mod tests;
