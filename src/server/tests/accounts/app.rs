//! The browser app as it is given out: the same for everybody, kept as long as it lasts, with its own headers.

use alcove_server::bundle::testing::{HASH, lay};
use reqwest::{Method, Response, StatusCode};

use crate::{browser::Browser, world::World};

/// A server with an app that does nothing.
pub async fn world() -> World {
    World::start_with(|config, folder| {
        config.server.app = folder.join("app");
        lay(&config.server.app);
    })
    .await
}

/// A server without an app, whatever this was built with.
async fn bare() -> World {
    World::start_with(|config, folder| {
        config.server.app = folder.join("empty");
        std::fs::create_dir(&config.server.app).unwrap();
    })
    .await
}

async fn ask(world: &World, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = world.request(Method::GET, path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn files_of_the_app_have_their_types_and_last_as_they_should() {
    let world = world().await;
    let (script, immutable) = ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable");
    for (path, kind, cache) in [
        ("/app/".to_owned(), "text/html; charset=utf-8", "no-cache"),
        ("/app/worker.js".to_owned(), script, "no-cache"),
        ("/app/sw.js".to_owned(), script, "no-cache"),
        ("/app/manifest.json".to_owned(), "application/json", "no-cache"),
        (format!("/app/{HASH}/main.js"), script, immutable),
        (format!("/app/{HASH}/core.wasm"), "application/wasm", immutable),
        (format!("/app/{HASH}/icons/app.webmanifest"), "application/manifest+json", immutable),
    ] {
        let first = ask(&world, &path, &[("cookie", "alcove=stolen")]).await;
        assert_eq!((first.status(), header(&first, "content-type")), (StatusCode::OK, kind), "{path}");
        assert_eq!(header(&first, "cache-control"), cache, "{path}");
        assert_eq!(header(&first, "set-cookie"), "", "{path}");
        let etag = header(&first, "etag").to_owned();
        let again = ask(&world, &path, &[("if-none-match", &etag)]).await;
        assert_eq!(
            (again.status(), header(&again, "etag")),
            (StatusCode::NOT_MODIFIED, etag.as_str()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn brotli_is_for_those_who_take_it_and_has_a_tag_of_its_own() {
    let world = world().await;
    let path = format!("/app/{HASH}/main.js");
    let plain = ask(&world, &path, &[("accept-encoding", "gzip, br;q=0")]).await;
    assert_eq!((header(&plain, "content-encoding"), header(&plain, "vary")), ("", "Accept-Encoding"));
    let packed = ask(&world, &path, &[("accept-encoding", "gzip, deflate, br")]).await;
    assert_eq!((header(&packed, "content-encoding"), header(&packed, "vary")), ("br", "Accept-Encoding"));
    assert_ne!(header(&plain, "etag"), header(&packed, "etag"));
    let kind = header(&packed, "content-type").to_owned();
    assert_eq!(
        (packed.bytes().await.unwrap().as_ref(), kind.as_str()),
        (&b"compressed"[..], "text/javascript; charset=utf-8")
    );
    assert_eq!(plain.bytes().await.unwrap().as_ref(), b"// the interface");
    let unpacked = ask(&world, "/app/sw.js", &[("accept-encoding", "br")]).await;
    assert_eq!(header(&unpacked, "content-encoding"), "", "there is no other form of it");
}

/// P19: what is not in the set says so as the app would, to browsers too.
#[tokio::test]
async fn whatever_is_not_in_the_set_is_not_there() {
    let world = world().await;
    let policy = header(&ask(&world, "/app/", &[]).await, "content-security-policy").to_owned();
    for path in [
        "/app/index.htm".to_owned(),
        "/app/0000000000000000/main.js".to_owned(),
        format!("/app/{HASH}/main.js.br"),
        format!("/app/{HASH}/"),
        format!("/app/{HASH}/%6dain.js"),
        format!("/app/{HASH}/../../about"),
        "/app//".to_owned(),
    ] {
        let answer = ask(&world, &path, &[("accept", "text/html")]).await;
        // The client itself takes dots out of addresses.
        if answer.url().path().starts_with("/app/") {
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(header(&answer, "content-security-policy"), policy, "{path}");
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        for path in ["/app/", "/app/sw.js", "/i/0123"] {
            let answer = world.request(method.clone(), path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(header(&answer, "content-security-policy"), policy, "{method} {path}");
        }
    }
    let head = world.request(Method::HEAD, "/app/sw.js").send().await.unwrap();
    assert_eq!((head.status(), header(&head, "content-length")), (StatusCode::OK, "21"));
    assert!(head.bytes().await.unwrap().is_empty());
    let beginning = ask(&world, "/app", &[]).await;
    assert_eq!(
        (beginning.status(), header(&beginning, "location")),
        (StatusCode::PERMANENT_REDIRECT, "/app/")
    );
}

/// An invitation is the same page for everybody; without scripts it leads to the page for joining, if it is for that.
#[tokio::test]
async fn invitations_are_the_app_and_have_a_way_without_scripts() {
    let world = world().await;
    let token = world.invitation("member", 1).await;
    let app = ask(&world, "/app/", &[]).await;
    let etag = header(&app, "etag").to_owned();
    let index = app.bytes().await.unwrap();
    for path in [format!("/i/{token}"), "/i/AAAAAAAAAAAAAAAAAAAAAA".to_owned()] {
        let answer = ask(&world, &path, &[("accept", "text/html")]).await;
        assert_eq!((answer.status(), header(&answer, "etag")), (StatusCode::OK, etag.as_str()));
        assert_eq!(header(&answer, "cache-control"), "no-cache");
        assert_eq!(answer.bytes().await.unwrap(), index);
    }
    let plain = ask(&world, &format!("/i/{token}?plain"), &[]).await;
    let join = format!("/join/{token}");
    assert_eq!((plain.status(), header(&plain, "location")), (StatusCode::SEE_OTHER, join.as_str()));
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get(&join).await.status, StatusCode::OK);
    let unknown = browser.get("/i/AAAAAAAAAAAAAAAAAAAAAA?plain").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.says("needs an app") && browser.set.is_empty(), "{}", unknown.html);
    assert_eq!(browser.get("/app/?plain").await.location.as_deref(), Some("/signin"));
}

#[tokio::test]
async fn pages_lead_to_the_app_and_say_which_it_is() {
    let world = world().await;
    let mut browser = Browser::new(&world);
    for path in ["/", "/signin"] {
        assert!(browser.get(path).await.says("href=\"/app/\""), "{path}");
    }
    assert!(browser.get("/about").await.says(HASH));
    browser.join("ana").await;
    assert!(browser.get("/welcome").await.says("href=\"/app/\""));
    let info = crate::world::json(ask(&world, "/nodeinfo/2.1", &[]).await).await;
    assert_eq!(info["metadata"]["app"], HASH);
}

#[tokio::test]
async fn a_server_without_an_app_says_so_and_works() {
    let world = bare().await;
    let token = world.invitation("member", 1).await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/app/").await;
    assert!(page.status == StatusCode::NOT_FOUND && page.says("cargo task web"), "{}", page.html);
    assert!(
        browser.set.is_empty()
            && page.headers["content-security-policy"].to_str().unwrap().contains("script-src 'none'")
    );
    assert_eq!(browser.get("/app/sw.js").await.status, StatusCode::NOT_FOUND);
    let join = format!("/join/{token}");
    assert_eq!(browser.get(&format!("/i/{token}")).await.location.as_deref(), Some(join.as_str()));
    assert!(!browser.get("/").await.says("/app/"));
    browser.join("ana").await;
    assert!(!browser.get("/welcome").await.says("/app/"));
    let info = crate::world::json(ask(&world, "/nodeinfo/2.1", &[]).await).await;
    assert_eq!(info["metadata"].get("app"), None);
}
