//! What every page carries, for visitors and for people who are signed in.

use reqwest::StatusCode;

use super::{browser::Browser, posts::write, world::World};

const POLICY: &str = "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; \
                      base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// P19 in part: exactly this policy on every page, and nothing of a person's pages is kept by anybody.
#[tokio::test]
async fn every_page_carries_exactly_the_policy() {
    let world = World::start().await;
    let mut ana = Browser::new(&world);
    ana.join("ana").await;
    let post = write(&mut ana, &[("text", "Good morning")]).await;
    let id = post.rsplit('/').next().unwrap().to_owned();
    let own = [
        "/home",
        "/notifications",
        "/requests",
        "/write",
        "/messages",
        "/settings",
        "/settings/profile",
        "/settings/preferences",
        "/settings/blocks",
        "/settings/move",
        "/settings/password",
        "/settings/sessions",
        "/settings/devices",
        "/@ana/followers",
        "/@ana/following",
        "/welcome",
        "/signout",
    ];
    let of_post = [
        format!("/write?to={id}"),
        format!("/posts/{id}/edit"),
        format!("/posts/{id}/delete"),
        format!("/posts/{id}/likes"),
        format!("/posts/{id}/boosts"),
        format!("/report?post={id}"),
    ];
    let for_all = ["/", "/about", "/signin", "/@ana", "/tags/red", "/nothing"];
    let history = format!("{post}/history");
    let for_all: Vec<&str> = for_all.into_iter().chain([post.as_str(), history.as_str()]).collect();
    let own: Vec<&str> = own.into_iter().chain(of_post.iter().map(String::as_str)).collect();
    for path in own.iter().chain(&for_all) {
        let page = ana.get(path).await;
        if page.status == StatusCode::SEE_OTHER {
            continue;
        }
        assert_eq!(page.headers["content-security-policy"], POLICY, "{path}");
        assert!(page.headers["cache-control"].to_str().unwrap().contains("no-store"), "{path}");
        assert!(!page.says("<script") && !page.says("style=\"") && !page.says("src=\"http"), "{path}");
    }
    let mut visitor = Browser::new(&world);
    for path in for_all {
        assert_eq!(visitor.get(path).await.headers["content-security-policy"], POLICY, "{path}");
    }
    for path in own {
        let page = visitor.get(path).await;
        assert_ne!(page.status, StatusCode::OK, "{path} is for people here");
    }
}
