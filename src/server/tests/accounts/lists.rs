//! Lists of people, out and in again, by a browser without scripts.

use alcove_server::jobs;
use reqwest::StatusCode;

use crate::{
    browser::{Browser, Page},
    world::World,
};

/// The page of imports once nothing is left to do.
async fn imported(world: &World, browser: &mut Browser<'_>) -> Page {
    loop {
        jobs::drain(&world.server.app).await.unwrap();
        let page = browser.get("/settings/import").await;
        if !page.says("to go") {
            return page;
        }
    }
}

async fn exported(browser: &mut Browser<'_>, file: &str) -> String {
    let answer = browser.get(&format!("/settings/export/{file}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert!(answer.headers["content-disposition"].to_str().unwrap().contains(file));
    answer.html
}

/// Each list comes in line by line, what cannot be done is told, and what goes out can come in.
#[tokio::test]
async fn lists_come_in_and_go_out() {
    let world = World::start().await;
    world.person("ben", "owner").await;
    world.person("eve", "member").await;
    let mut ana = Browser::new(&world);
    assert_eq!(
        ana.get("/settings/import").await.location.as_deref(),
        Some("/signin?next=%2Fsettings%2Fimport")
    );
    ana.join("ana").await;
    for (list, file_name, rest) in [
        ("following", "following_accounts.csv", ",true,false,"),
        ("mutes", "muted_accounts.csv", ",true"),
        ("blocks", "blocked_accounts.csv", ""),
    ] {
        let form = ana.get("/settings/import").await;
        let file = "Account address\r\nben@localhost:8440,true\n\n@Eve@localhost:8440\nnobody@localhost:8440\nno <handle>\n";
        let begun = submit_list(&mut ana, &form, list, "merge", file).await;
        assert_eq!(begun.location.as_deref(), Some("/settings/import"), "{}", begun.html);
        let page = imported(&world, &mut ana).await;
        assert!(page.says("2 of 4 done, 2 not possible"), "{}", page.html);
        assert!(page.says("@nobody@localhost:8440: there is nobody of that name."), "{}", page.html);
        assert!(page.says("Line 6, “no &lt;handle&gt;”: expected a handle"), "{}", page.html);
        let written = exported(&mut ana, file_name).await;
        let lines: Vec<&str> = written.lines().filter(|line| !line.starts_with("Account")).collect();
        assert_eq!(lines, ["ben", "eve"].map(|name| format!("{name}@localhost:8440{rest}")));
        let form = ana.get("/settings/import").await;
        submit_list(&mut ana, &form, list, "replace", "eve@localhost:8440").await;
        imported(&world, &mut ana).await;
        let written = exported(&mut ana, file_name).await;
        assert!(written.contains("eve@") && !written.contains("ben@"), "{written}");
    }
}

/// A file that is no list changes nothing, even where it was to replace everything.
#[tokio::test]
async fn what_is_no_list_changes_nothing() {
    let world = World::start().await;
    world.person("ben", "owner").await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let form = ana.get("/settings/import").await;
    submit_list(&mut ana, &form, "mutes", "merge", "ben@localhost:8440").await;
    let form = imported(&world, &mut ana).await;
    let long = "a@h.example\n".repeat(10_001);
    for (file, expected) in [
        ("", "Expected a list with an address as ana@example.org on each line."),
        ("<html>", "Line 1, “&lt;html&gt;”: expected a handle"),
        (long.as_str(), "expected at most 10,000 lines"),
    ] {
        let refused = submit_list(&mut ana, &form, "mutes", "replace", file).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says(expected), "{}", refused.html);
    }
    assert!(exported(&mut ana, "muted_accounts.csv").await.contains("ben@"));
    let mut stranger = Browser::new(&world);
    let theirs = stranger.get("/signin").await;
    assert_eq!(submit_list(&mut ana, &theirs, "mutes", "merge", "x").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        submit_list(&mut stranger, &theirs, "mutes", "merge", "x").await.status,
        StatusCode::UNAUTHORIZED
    );
}

/// Sends a form with a list of people in a file, with the token of a page.
async fn submit_list(browser: &mut Browser<'_>, page: &Page, list: &str, mode: &str, file: &str) -> Page {
    let fields = [("list", list), ("mode", mode)];
    browser.give("/settings/import", page, &fields, &[("file", "a.csv", file.as_bytes())]).await
}
