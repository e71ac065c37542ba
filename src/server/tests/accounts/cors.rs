//! Browser apps of others, on pages of another origin: what they may ask for, and what they may not.

use reqwest::{Method, Response, StatusCode};

use crate::world::World;

async fn ask(world: &World, method: Method, path: &str, asks_for: Option<&str>) -> Response {
    let mut request = world.request(method, path).header("origin", "https://app.example");
    if let Some(wanted) = asks_for {
        request = request
            .header("access-control-request-method", wanted)
            .header("access-control-request-headers", "authorization,content-type");
    }
    request.send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn browser_apps_of_others_may_ask_for_what_a_token_opens() {
    let world = World::start().await;
    for (path, method) in [
        ("/oauth/token", "POST"),
        ("/oauth/register", "POST"),
        ("/users/1/outbox", "POST"),
        ("/users/1/messages/stream", "GET"),
        ("/api/proxy", "POST"),
        ("/api/alcove/v1/devices", "DELETE"),
    ] {
        let answer = ask(&world, Method::OPTIONS, path, Some(method)).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*", "{path}");
        assert!(header(&answer, "access-control-allow-methods").contains(method), "{path}");
        assert!(header(&answer, "access-control-allow-headers").contains("Authorization"), "{path}");
        assert_eq!(header(&answer, "access-control-allow-credentials"), "", "never with cookies");
    }
}

/// A refusal must be readable as well, or an app can only guess.
#[tokio::test]
async fn answers_to_browser_apps_can_be_read_with_their_links_and_locations() {
    let world = World::start().await;
    for (method, path, status) in [
        (Method::GET, "/.well-known/oauth-authorization-server", StatusCode::OK),
        (Method::GET, "/.well-known/webfinger?resource=acct:nobody@localhost:8440", StatusCode::NOT_FOUND),
        (Method::GET, "/nodeinfo/2.1", StatusCode::OK),
        (Method::GET, "/actor", StatusCode::OK),
        (Method::POST, "/oauth/token", StatusCode::BAD_REQUEST),
        (Method::POST, "/users/1/outbox", StatusCode::UNAUTHORIZED),
        (Method::GET, "/api/alcove/v1/sessions", StatusCode::UNAUTHORIZED),
    ] {
        let answer = ask(&world, method, path, None).await;
        assert_eq!((answer.status(), path), (status, path));
        assert_eq!(header(&answer, "access-control-allow-origin"), "*", "{path}");
        let exposed = header(&answer, "access-control-expose-headers");
        assert!(exposed.contains("Location") && exposed.contains("Link"), "{path}: {exposed}");
    }
}

/// What a person sees is for this origin: no other page reads it, whatever the method.
#[tokio::test]
async fn pages_with_cookies_are_closed_to_other_origins() {
    let world = World::start().await;
    for path in ["/", "/signin", "/settings/devices", "/oauth/authorize", "/join/unknown"] {
        for (method, asks_for) in [(Method::GET, None), (Method::OPTIONS, Some("POST"))] {
            let answer = ask(&world, method, path, asks_for).await;
            assert_eq!(header(&answer, "access-control-allow-origin"), "", "{path}");
        }
    }
}
