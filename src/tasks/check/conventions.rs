//! Conventions of ARCHITECTURE.md that a machine can see and that no lint does: how a file opens, how long it is, that
//! both databases have the same migrations, and that nothing in the repository knows the machine it was written on.

use std::collections::BTreeSet;

use super::{invariants::Finding, source::Source};

/// The most lines that a file may have.
const LINES: usize = 400;

/// Where crates come from: the standard name, whatever mirror a machine may use.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Every file says what it is before anything else.
pub fn files_open_with_what_they_are(sources: &[Source]) -> Vec<Finding> {
    let silent = sources.iter().filter(|source| source.is_rust() && !source.text.starts_with("//! "));
    silent.map(|source| finding("opening", source, "does not open with `//!`")).collect()
}

/// Files stay small.
pub fn files_are_small(sources: &[Source]) -> Vec<Finding> {
    let long = sources.iter().filter(|source| source.is_rust() && source.text.lines().count() > LINES);
    long.map(|source| finding("size", source, format!("has more than {LINES} lines"))).collect()
}

/// Both databases have the same migrations.
pub fn migrations_are_paired(sources: &[Source]) -> Vec<Finding> {
    let folders = |tree: &str| {
        let files = sources.iter().filter_map(|source| source.path.strip_prefix(tree));
        files
            .filter_map(|file| file.split_once('/'))
            .map(|(folder, _)| folder.to_owned())
            .collect::<BTreeSet<_>>()
    };
    let (sqlite, postgres) = (folders("migrations/sqlite/"), folders("migrations/postgres/"));
    let single = |name: &String| Finding {
        rule: "migrations",
        place: name.clone(),
        what: "is there for one database only".into(),
    };
    sqlite.symmetric_difference(&postgres).map(single).collect()
}

/// Every crate comes from where everybody else has it from.
pub fn crates_come_from_the_registry(sources: &[Source]) -> Vec<Finding> {
    let lock = sources.iter().filter(|source| source.path == "Cargo.lock");
    let lines = lock.flat_map(|source| source.text.lines().enumerate());
    let foreign = lines
        .filter(|(_, line)| line.starts_with("source = ") && *line != format!("source = \"{REGISTRY}\""));
    let place = |at| format!("Cargo.lock:{}", at + 1);
    foreign.map(|(at, line)| Finding { rule: "registry", place: place(at), what: line.to_owned() }).collect()
}

/// No lock of npm says where a package was downloaded: whatever registry a machine asks, the digests must fit.
pub fn npm_locks_name_no_registry(sources: &[Source]) -> Vec<Finding> {
    let locks = sources.iter().filter(|source| source.path.ends_with("package-lock.json"));
    let naming = locks.filter(|source| source.text.contains("\"resolved\""));
    naming
        .map(|source| finding("registry", source, "names addresses (`omit-lockfile-registry-resolved`)"))
        .collect()
}

/// Programs that look for patterns by trying again from every place: a stranger's text can hold them up for years (S-53).
const BACKTRACKING: [&str; 5] = ["fancy-regex", "onig", "pcre", "pcre2", "regress"];

/// Nothing that could meet text of strangers looks for patterns in more than linear time.
pub fn patterns_take_linear_time(sources: &[Source]) -> Vec<Finding> {
    let lock = sources.iter().filter(|source| source.path == "Cargo.lock");
    let names = lock.flat_map(|source| source.text.lines().filter_map(|line| line.strip_prefix("name = ")));
    let names = names.map(|name| name.trim_matches('"')).filter(|name| BACKTRACKING.contains(name));
    let finding = |name: &str| Finding {
        rule: "patterns",
        place: "Cargo.lock".into(),
        what: format!("`{name}` takes more than linear time"),
    };
    names.map(finding).collect()
}

/// Nothing names a folder of the machine that it was written on.
pub fn no_machine_is_named(sources: &[Source]) -> Vec<Finding> {
    // Put together here, so that this file does not accuse itself.
    let folders = [
        ["/ro", "ot/"].concat(),
        ["/wo", "rk/"].concat(),
        ["/tmp/tar", "get"].concat(),
        ["/ho", "me/"].concat(),
    ];
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path != "LICENSE") {
        for (at, line) in source.text.lines().enumerate() {
            if let Some(folder) = folders.iter().find(|folder| line.contains(*folder)) {
                findings.push(Finding {
                    rule: "machine",
                    place: format!("{}:{}", source.path, at + 1),
                    what: format!("names `{folder}`"),
                });
            }
        }
    }
    findings
}

fn finding(rule: &'static str, source: &Source, what: impl Into<String>) -> Finding {
    Finding { rule, place: source.path.clone(), what: what.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_opens_with_code_is_found() {
        let sources = [Source::new("src/a.rs", "//! What it is.\n"), Source::new("src/b.rs", "use x;\n")];
        assert_eq!(files_open_with_what_they_are(&sources)[0].place, "src/b.rs");
    }

    #[test]
    fn a_long_file_is_found() {
        let sources =
            [Source::new("src/a.rs", &"\n".repeat(400)), Source::new("src/b.rs", &"\n".repeat(401))];
        assert_eq!(files_are_small(&sources)[0].place, "src/b.rs");
    }

    #[test]
    fn a_migration_for_one_database_is_found() {
        let paths = [
            "migrations/sqlite/1_a/up.sql",
            "migrations/sqlite/2_b/up.sql",
            "migrations/postgres/1_a/up.sql",
        ];
        let sources = paths.map(|path| Source::new(path, ""));
        assert_eq!(migrations_are_paired(&sources)[0].place, "2_b");
    }

    #[test]
    fn a_crate_from_elsewhere_is_found() {
        let lock = format!("source = \"{REGISTRY}\"\nsource = \"registry+https://mirror.example/index\"\n");
        assert_eq!(
            crates_come_from_the_registry(&[Source::new("Cargo.lock", &lock)])[0].place,
            "Cargo.lock:2"
        );
    }

    #[test]
    fn an_address_in_a_lock_of_npm_is_found() {
        let sources = ["{\"resolved\": \"https://mirror.example/a.tgz\"}", "{\"integrity\": \"sha512-x\"}"];
        let sources = sources.map(|text| Source::new("a/package-lock.json", text));
        assert_eq!(npm_locks_name_no_registry(&sources).len(), 1);
    }

    /// S-53: no crate that backtracks.
    #[test]
    fn a_crate_that_backtracks_is_found() {
        let lock = "name = \"regex\"\nname = \"fancy-regex\"\n";
        assert_eq!(patterns_take_linear_time(&[Source::new("Cargo.lock", lock)]).len(), 1);
    }

    #[test]
    fn a_folder_of_a_machine_is_found() {
        let text = ["see\n/ro", "ot/notes"].concat();
        assert_eq!(no_machine_is_named(&[Source::new("README.md", &text)])[0].place, "README.md:2");
    }
}
