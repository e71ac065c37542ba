//! What answers tell browsers not to do, on every route (P19).

use std::{collections::BTreeMap, fs, path::Path};

use alcove_protocol::{actor::own, api::path};
use alcove_server::bundle::testing::HASH;
use reqwest::header::HeaderMap;

use crate::{app, browser::Browser};

/// What is looked at.
const NAMES: [&str; 7] = [
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
];

/// P19: every route as the sources name it, and what a browser that is signed in is told there. Pages run no scripts; the
/// app has exactly the policy of EXPERIENCE.md section 7.
#[tokio::test]
async fn every_route_tells_browsers_what_not_to_do() {
    let world = app::world().await;
    let mut browser = Browser::new(&world);
    let style = browser
        .get("/")
        .await
        .html
        .split_once("href=\"/assets/")
        .unwrap()
        .1
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    browser.join("ana").await;
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let style = format!("/assets/{style}");
    let mut addresses: Vec<(String, String)> =
        routes().into_iter().map(|route| (route.clone(), filled(&route))).collect();
    for there in ["/app/", "/app/sw.js", &format!("/app/{HASH}/core.wasm"), "/app/manifest.json", "/nowhere"]
    {
        addresses.push((there.to_owned(), there.to_owned()));
    }
    addresses.push(("/assets/….css".to_owned(), style));
    for (route, address) in addresses {
        let page = browser.get(&address).await;
        let of_app = address.starts_with("/app") || address.starts_with("/i/");
        let is_page = page
            .headers
            .get("content-type")
            .is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(of_app || !is_page || policy.contains("script-src 'none'"), "{route}: {policy}");
        kinds.entry(told(&page.headers)).or_default().push(format!("{} {route}", page.status.as_u16()));
    }
    let kinds = kinds.into_iter().map(|(told, routes)| format!("{told}{}\n", routes.join("\n")));
    insta::assert_snapshot!("headers", kinds.collect::<Vec<_>>().join("\n"));
}

fn told(headers: &HeaderMap) -> String {
    let line = |name: &&str| Some(format!("{name}: {}\n", headers.get(*name)?.to_str().unwrap()));
    NAMES.iter().filter_map(line).collect()
}

/// The routes that stand in the sources of the server.
fn routes() -> Vec<String> {
    let mut routes = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("http"), &mut routes);
    routes.extend([path::ME, path::SERVER, own::path::AUTHORIZE].map(str::to_owned));
    routes.sort();
    routes.dedup();
    assert!(routes.len() > 80, "routes are written as before");
    routes
}

fn collect(folder: &Path, routes: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().path();
        if entry.is_dir() {
            collect(&entry, routes);
            continue;
        }
        let text = fs::read_to_string(&entry).unwrap();
        let literals = text.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        routes.extend(literals.map(str::to_owned));
    }
}

/// An address of a route, of things that mostly are not there.
fn filled(route: &str) -> String {
    let mut address = String::new();
    for part in route.split('/').skip(1) {
        let part = match part {
            part if part.starts_with('{') => "1".to_owned(),
            part => part.replace("@{name}", "@ana"),
        };
        address = format!("{address}/{part}");
    }
    address
}
