//! Searching, and the ways to follow from one server to another, by a browser without scripts.

use reqwest::StatusCode;

use crate::{browser::Browser, world::World};

#[tokio::test]
async fn everybody_finds_people_here_by_how_their_names_begin() {
    let world = World::start().await;
    for (name, role) in [("ana", "owner"), ("an_na", "member"), ("anton", "member"), ("ben", "member")] {
        world.person(name, role).await;
    }
    let mut visitor = Browser::new(&world);
    assert!(visitor.get("/search").await.says("role=\"search\""));
    let page = visitor.get("/search?q=%40An").await;
    assert!(["/@ana\"", "/@an_na\"", "/@anton\""].into_iter().all(|path| page.says(path)), "{}", page.html);
    assert!(!page.says("/@ben\""));
    // `_` stands for itself.
    assert!(!visitor.get("/search?q=an_").await.says("/@anton\""));
    let nobody = visitor.get("/search?q=%3Cscript%3E").await;
    assert!(nobody.says("Nothing was found") && !nobody.says("<script"), "{}", nobody.html);
}

/// Only people here make this server ask others, and not without end.
#[tokio::test]
async fn other_servers_are_asked_for_people_here_only() {
    let world = World::start().await;
    world.person("ben", "owner").await;
    let mut browser = Browser::new(&world);
    for query in ["ben%40other.example", "https%3A%2F%2Fother.example%2Fusers%2F1"] {
        let page = browser.get(&format!("/search?q={query}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.says("Sign in to find people"), "{}", page.html);
    }
    browser.join("ana").await;
    let found = browser.get("/search?q=%40ben%40localhost%3A8440").await;
    assert!(found.status == StatusCode::OK && found.says("href=\"/@ben\""), "{}", found.html);
    let mut last = found;
    for _ in 0..40 {
        last = browser.get("/search?q=%40nobody%40localhost%3A8440").await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
}

/// S-64: people of ours whom another server sends come to the search, and to nothing that acts by itself.
#[tokio::test]
async fn whoever_is_sent_to_follow_somebody_finds_them() {
    let world = World::start().await;
    let path = "/authorize_interaction?uri=acct%3Aben%40other.example";
    let mut browser = Browser::new(&world);
    let search = "/search?q=acct%3Aben%40other.example";
    assert_eq!(
        browser.get(path).await.location.as_deref(),
        Some("/signin?next=%2Fsearch%3Fq%3Dacct%253Aben%2540other.example")
    );
    browser.join("ana").await;
    assert_eq!(browser.get(path).await.location.as_deref(), Some(search));
}

/// S-64: somebody of another server is told what is wrong, and is never sent anywhere.
#[tokio::test]
async fn remote_followers_say_who_they_are() {
    let world = World::start().await;
    world.person("ana", "owner").await;
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get("/remote_follow?name=nobody").await.status, StatusCode::NOT_FOUND);
    let form = browser.get("/remote_follow?name=Ana").await;
    assert!(form.says("Follow @ana@localhost:8440"), "{}", form.html);
    for (handle, expected) in [
        ("no handle", "expected a handle as @name@example.org"),
        ("@ben@localhost:8440", "You have an account here"),
    ] {
        let answer = browser.submit("/remote_follow", &form, &[("name", "ana"), ("handle", handle)]).await;
        assert!(answer.says(expected) && answer.location.is_none(), "{}", answer.html);
    }
}
