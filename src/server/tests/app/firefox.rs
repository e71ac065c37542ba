//! P31: what the other stories show in Chromium, in Debian's Firefox, and that what they rest on would be noticed in both: a
//! violation of the policy, and a request to somebody else. What WebDriver BiDi cannot do is for Chromium alone.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    files, interface,
    people::{Browser, Browsers, Person},
    two_people_talk,
    world::{Place, Time},
};

/// How long a violation may take to be told.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn two_people_talk_in_firefox() {
    two_people_talk(Browser::Firefox).await;
}

#[tokio::test]
async fn a_large_file_travels_in_firefox() {
    files::a_large_file_travels(Browser::Firefox).await;
}

#[tokio::test]
async fn three_people_meet_by_keyboard_in_firefox() {
    interface::three_people_meet(Browser::Firefox).await;
}

/// A control: whatever the policy forbids is noticed in the page and in the worker, and so is a request to another server.
#[tokio::test]
async fn what_is_against_the_policy_is_noticed() {
    let time = Time::default();
    let (here, elsewhere) = (Place::open(&time).await, Place::open(&time).await);
    for browser in [Browser::Chromium, Browser::Firefox] {
        let browsers = Browsers::of(browser);
        let planted = format!("fetch('{}').catch(() => {{}});", elsewhere.url("/worker"));
        let eve = Person::open_with(&browsers, "eve", &here, &planted).await;
        eve.meddle(&format!(
            "try {{ document.body.innerHTML = '<b>'; }} catch {{}} new Image().src = '{}';",
            elsewhere.url("/page")
        ))
        .await;
        is_noticed(&browsers, ["connect-src", "require-trusted-types-for", "img-src"]).await;
    }
}

/// Waits until all of these have been seen; a browser tells of some later than it forbids them.
async fn is_noticed(browsers: &Browsers, violations: [&str; 3]) {
    let begun = Instant::now();
    loop {
        let problems = browsers.problems().await.to_string();
        if violations.iter().all(|violation| problems.contains(violation)) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{problems}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What protocol/address.rs and client/history/fold.rs rest on: a browser and the crates that stand in its place elsewhere read addresses and
/// take letters apart in the same way.
#[tokio::test]
async fn browsers_read_addresses_as_our_crates_do() {
    let addresses = [
        "https://h.example",
        "HTTPS://H.Example:443/ä?b#c",
        "http://[::1]:8440/a",
        "http://127.1/",
        "https://0x7f.0.0.1/a",
        "https://bücher.example/",
        "https://exаmple.org/",
        "https://ｅxample.org/",
        "https://ana@h.example/a",
        "https://:secret@h.example/",
        "https://:@h.example/",
        "https://h.example./a",
        "https://h.example:80/",
        "https:h.example/a",
        "https:///h.example/a",
        "https://h.example\\a",
        "blob:https://h.example/a",
        "ftp://h.example/a",
        "file:///a",
        "acct:ana@h.example",
        "",
        "/a",
        "https://",
        "https://h h.example",
        "https://h.example:99999/",
        "https://h..example/",
        "https://h.example/a/../b/%2e%2e/c",
        "https://h%2eexample/",
        "https://h.example/%zz",
        "https://xn--bcher-kva.example/",
    ];
    let place = Place::open(&Time::default()).await;
    for browser in [Browser::Chromium, Browser::Firefox] {
        let browsers = Browsers::of(browser);
        let eve = Person::open_with(&browsers, "eve", &place, "").await;
        for address in addresses {
            let script = format!(
                "try {{
                    const {{ origin, href }} = new URL({});
                    if (origin.includes('%')) return null;
                    return [origin.startsWith('http') ? origin : null, href];
                }} catch {{ return null; }}",
                json!(address)
            );
            let read = url::Url::parse(address).ok();
            // The origin of what is no address of the web is called so or so, and is nobody's.
            let origin =
                |url: &url::Url| Some(url.origin().ascii_serialization()).filter(|it| it.starts_with("http"));
            let read = read.map(|url| (origin(&url), url.as_str().to_owned()));
            assert_eq!(eve.meddle(&script).await, json!(read), "{address} in {browser:?}");
        }
    }
}
