//! P31: what the other stories show in Chromium, in Debian's Firefox, and that what they rest on would be noticed in both: a
//! violation of the policy, and a request to somebody else. What WebDriver BiDi cannot do is for Chromium alone.

use std::time::{Duration, Instant};

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
