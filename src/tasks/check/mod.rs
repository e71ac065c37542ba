//! `cargo task check`: everything that can be said about the code without running it. The invariants of ARCHITECTURE.md
//! first, because they take no time; then the formatter, clippy, the build for the browser, and the types of the app's
//! modules. The same invariants are tests of this crate, so that `cargo task test` proves them too.

mod conventions;
mod dependencies;
mod invariants;
mod source;
mod traps;

use self::{invariants::Finding, source::Source};
use crate::{
    error::{Error, Result},
    packages,
    process::{self, cargo},
    toolchain, web,
};

/// A rule that needs nothing but the files.
type Rule = fn(&[Source]) -> Vec<Finding>;

const RULES: [Rule; 14] = [
    invariants::one_server_module_reads_mls,
    invariants::borders_are_kept,
    invariants::actions_do_not_wait,
    invariants::nothing_is_global,
    invariants::time_and_chance_are_arguments,
    invariants::every_member_takes_the_lints,
    invariants::one_macro,
    conventions::files_open_with_what_they_are,
    conventions::files_are_small,
    conventions::migrations_are_paired,
    conventions::crates_come_from_the_registry,
    conventions::npm_locks_name_no_registry,
    conventions::no_machine_is_named,
    conventions::patterns_take_linear_time,
];

/// Checks everything.
pub async fn check() -> Result<()> {
    packages::ensure(&[&packages::BUILD, &packages::WEB]).await?;
    toolchain::ensure_wasm().await?;
    let mut findings = broken_rules(&source::all()?);
    findings.extend(dependencies::server_does_not_link_the_device().await?);
    for Finding { rule, place, what } in &findings {
        println!("{place}: {what} ({rule})");
    }
    // Each is run, so that one look shows all that is wrong.
    let steps = [
        cargo(&["fmt", "--all", "--check"]),
        cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        dependencies::wasm_check(),
    ];
    let mut outcome = Ok(());
    for step in steps {
        outcome = outcome.and(process::run(step).await);
    }
    outcome = outcome.and(web::check().await);
    outcome?;
    if findings.is_empty() { Ok(()) } else { Err(Error::Rules(findings.len())) }
}

/// Prints which test names which trap, promise or hostile entry.
pub fn list_traps() -> Result<()> {
    print!("{}", traps::listing(&traps::coverage(&source::all()?)));
    Ok(())
}

/// Prints which test guards against which entry of the list of hostile input, and which entries have none.
pub fn list_hostile() -> Result<()> {
    print!("{}", traps::hostile_listing(&traps::coverage(&source::all()?)));
    Ok(())
}

fn broken_rules(sources: &[Source]) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(sources)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invariants 1, 2, 3, 5, 7 and 8, and the conventions, as the project keeps them; S-53 is one of those.
    #[test]
    fn the_project_keeps_its_rules() {
        let sources = source::all().unwrap();
        assert!(sources.len() > 20, "git lists {} files", sources.len());
        assert_eq!(broken_rules(&sources), []);
    }
}
