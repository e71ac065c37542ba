//! Each invariant is shown to find what it is there to find, on small texts; that the project keeps them all is the
//! test in `check/mod.rs`.

use super::*;

fn places(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.place.as_str()).collect()
}

fn files(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(path, text)| Source::new(path, text)).collect()
}

/// Invariant 1.
#[test]
fn openmls_in_a_second_module_of_the_server_is_found() {
    let reader = ("src/server/federation/framing.rs", "use openmls::x;");
    let device = ("src/client/group.rs", "use openmls::x;");
    assert!(one_server_module_reads_mls(&files(&[reader, device])).is_empty());
    let second = ("src/server/actions/send.rs", "use openmls_traits::x;");
    assert_eq!(one_server_module_reads_mls(&files(&[second, reader])).len(), 1);
    let terminal = ("src/terminal/main.rs", "\nuse openmls::x;");
    assert_eq!(places(&one_server_module_reads_mls(&files(&[terminal]))), ["src/terminal/main.rs:2"]);
}

/// Invariant 1: a module may be a folder.
#[test]
fn a_module_of_several_files_is_one() {
    let one = ("src/server/mls/mod.rs", "use openmls::x;");
    let two = ("src/server/mls/key_package.rs", "use openmls::x;");
    assert!(one_server_module_reads_mls(&files(&[two, one])).is_empty());
}

/// Invariant 2.
#[test]
fn crates_outside_their_border_are_found() {
    let kept = [
        ("src/server/db/schema.rs", "use diesel::x;"),
        ("src/server/http/mod.rs", "use actix_web::x;"),
        ("src/server/federation/fetch.rs", "use reqwest::x;"),
        ("src/terminal/http.rs", "use reqwest::x;"),
    ];
    assert!(borders_are_kept(&files(&kept)).is_empty());
    let broken = [
        ("src/server/actions/join.rs", "use diesel::x;"),
        ("src/server/lib.rs", "\n\nuse actix_web::x;"),
        ("src/server/jobs/mod.rs", "use reqwest::x;"),
    ];
    let findings = borders_are_kept(&files(&broken));
    assert_eq!(
        places(&findings),
        ["src/server/actions/join.rs:1", "src/server/lib.rs:3", "src/server/jobs/mod.rs:1"]
    );
}

/// Invariants 3 and 7.
#[test]
fn an_action_that_waits_is_found() {
    let text = "fn a() {}\nasync fn b() { c().await }";
    let findings =
        actions_do_not_wait(&files(&[("src/server/actions/join.rs", text), ("src/server/app.rs", text)]));
    assert_eq!(places(&findings), ["src/server/actions/join.rs:2"; 2]);
}

/// Invariant 5.
#[test]
fn what_is_global_and_changes_is_found() {
    let text = "static NAMES: [&str; 2] = [];\nfn f(x: &'static str) {}\nstatic COUNT: AtomicU64 = x;\n\
                static LOCK: OnceLock<String> = x;\nthread_local! {}\nstatic mut X: u8 = 0;";
    let findings = nothing_is_global(&files(&[("src/server/bus.rs", text)]));
    assert_eq!(findings.len(), 4, "{findings:?}");
}

/// Invariant 5.
#[test]
fn a_clock_of_ones_own_is_found_except_in_a_test() {
    let text = "fn f() { SystemTime::now() }\n#[cfg(test)]\nmod tests { fn g() { SystemTime::now() } }";
    let findings =
        time_and_chance_are_arguments(&files(&[("src/protocol/time.rs", text), ("src/server/app.rs", text)]));
    assert_eq!(places(&findings), ["src/protocol/time.rs:1"]);
}

/// Invariant 5.
#[test]
fn a_member_without_the_lints_is_found() {
    let root = ("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"forbid\"");
    let member = ("src/web/Cargo.toml", "[package]");
    let kept = ("src/client/Cargo.toml", "[lints]\nworkspace = true\n");
    assert_eq!(
        places(&every_member_takes_the_lints(&files(&[root, member, kept]))),
        ["src/web/Cargo.toml:1"]
    );
    assert_eq!(every_member_takes_the_lints(&files(&[("Cargo.toml", "")])).len(), 1);
}

/// Invariant 8.
#[test]
fn a_second_macro_is_found() {
    let text = "macro_rules! query { }\nmacro_rules! other { }";
    assert_eq!(places(&one_macro(&files(&[("src/server/db/mod.rs", text)]))), ["src/server/db/mod.rs:2"]);
}
