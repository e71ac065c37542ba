//! The plain pages, as a browser without scripts sees them.

use alcove_protocol::{api::path, time::DAY};
use reqwest::StatusCode;

use crate::{
    browser::Browser,
    world::{PASSWORD, World},
};

#[tokio::test]
async fn joining_by_page_signs_in_and_says_what_next() {
    let world = World::start().await;
    world.person("olga", "owner").await;
    let mut browser = Browser::new(&world);
    let front = browser.get("/").await;
    assert!(front.says("Sign in") && !front.says("olga"), "nobody is listed: {}", front.html);
    let joined = browser.join("ana").await;
    assert_eq!((joined.status, joined.location.as_deref()), (StatusCode::SEE_OTHER, Some("/welcome")));
    let cookie = browser.set.iter().find(|line| line.starts_with("alcove=")).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"));
    let welcome = browser.get("/welcome").await;
    assert!(welcome.says("@ana@localhost:8440") && welcome.says("alcove-chat"), "{}", welcome.html);
    assert!(browser.get("/settings/sessions").await.says("Firefox on Linux"));
    assert_eq!(browser.get("/join/unknown").await.status, StatusCode::NOT_FOUND);
}

/// S-66: each way in which an invitation can be bad is a page with its own sentence.
#[tokio::test]
async fn bad_invitations_are_pages_with_their_own_sentence() {
    let world = World::start().await;
    let (used, expired) = (world.invitation("member", 1).await, world.invitation("member", 1).await);
    world.try_join(&used, "ana").await;
    let mut browser = Browser::new(&world);
    let page = browser.get(&format!("/join/{used}")).await;
    assert!(page.status == StatusCode::GONE && page.says("has been used already"), "{}", page.html);
    let form = browser.get(&format!("/join/{expired}")).await;
    world.pass(8 * DAY);
    let fields = [("name", "ben"), ("password", PASSWORD)];
    let page = browser.submit(&format!("/join/{expired}"), &form, &fields).await;
    assert!(page.status == StatusCode::GONE && page.says("has expired"), "{}", page.html);
    let page = browser.get("/join/nothing").await;
    assert!(
        page.status == StatusCode::NOT_FOUND && page.says("do not know this invitation"),
        "{}",
        page.html
    );
    assert_eq!(world.people().await, 1);
}

#[tokio::test]
async fn what_can_be_mended_is_said_above_the_form_with_what_was_typed() {
    let world = World::start().await;
    world.person("ana", "member").await;
    let path = format!("/join/{}", world.invitation("member", 1).await);
    let mut browser = Browser::new(&world);
    let form = browser.get(&path).await;
    let fields = [("name", "ana"), ("display_name", "<i>Ana</i>"), ("password", PASSWORD)];
    let page = browser.submit(&path, &form, &fields).await;
    assert!(page.status == StatusCode::CONFLICT && page.says("is taken") && page.says("value=\"ana\""));
    assert!(!page.says("<i>Ana"), "what was typed is text, not markup");
    let page = browser.submit(&path, &page, &[("name", "ben"), ("password", "short")]).await;
    assert!(page.status == StatusCode::BAD_REQUEST && page.says("too short"), "{}", page.html);
    let page = browser.submit(&path, &page, &[("name", "ben"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

/// A form without this browser's token does nothing: missing, made up, another browser's, or without any cookie.
#[tokio::test]
async fn forms_from_elsewhere_do_nothing() {
    let world = World::start().await;
    let path = format!("/join/{}", world.invitation("member", 1).await);
    let (mut ana, mut mallory) = (Browser::new(&world), Browser::new(&world));
    ana.get(&path).await;
    let hers = mallory.get(&path).await;
    let fields = [("name", "ana"), ("password", PASSWORD)];
    let foreign = ana.submit(&path, &hers, &fields).await;
    assert!(foreign.status == StatusCode::FORBIDDEN && foreign.says("no longer valid"), "{}", foreign.html);
    for token in [None, Some(String::new()), Some("AAAA".to_owned())] {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let all: Vec<_> = fields.chain(token.map(|token| ("csrf", token))).collect();
        assert_eq!(ana.post(&path, &all).await.status, StatusCode::FORBIDDEN);
    }
    let mut fresh = Browser::new(&world);
    assert_eq!(fresh.submit(&path, &hers, &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.people().await, 0);
    ana.join("ana").await;
    let before = ana.get("/signout").await;
    let signed_out = ana.submit("/signout", &hers, &[]).await;
    assert_eq!(signed_out.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.submit("/signout", &before, &[]).await.location.as_deref(), Some("/"));
}

#[tokio::test]
async fn signing_in_and_out_and_changing_the_password() {
    let world = World::start().await;
    let token = world.person("ana", "member").await;
    let mut browser = Browser::new(&world);
    assert_eq!(
        browser.get("/settings/password").await.location.as_deref(),
        Some("/signin?next=%2Fsettings%2Fpassword")
    );
    let form = browser.get("/signin?next=//evil.example/").await;
    assert_eq!(form.hidden("next"), "/");
    let wrong =
        browser.submit("/signin", &form, &[("name", "ana"), ("password", "wrong horse battery")]).await;
    assert!(wrong.status == StatusCode::FORBIDDEN && wrong.says("is not right"), "{}", wrong.html);
    let fields = [("name", "ana"), ("password", PASSWORD), ("next", "/settings/password")];
    let entered = browser.submit("/signin", &wrong, &fields).await;
    assert_eq!(entered.location.as_deref(), Some("/settings/password"));
    let form = browser.get("/settings/password").await;
    let fields = [("current", PASSWORD), ("new", "another horse battery")];
    let changed = browser.submit("/settings/password", &form, &fields).await;
    assert_eq!(changed.location.as_deref(), Some("/settings/password?changed=yes"));
    let answer = world.with_token(reqwest::Method::GET, path::SESSIONS, &token.access_token).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "everything else is signed out");
    let form = browser.get("/signout").await;
    let cookies = browser.cookies.clone();
    browser.submit("/signout", &form, &[]).await;
    browser.cookies = cookies;
    assert_eq!(
        browser.get("/welcome").await.status,
        StatusCode::UNAUTHORIZED,
        "the cookie alone opens nothing"
    );
}

#[tokio::test]
async fn a_session_is_ended_from_the_list() {
    let world = World::start().await;
    let token = world.person("ana", "member").await;
    let mut browser = Browser::new(&world);
    let form = browser.get("/signin").await;
    browser.submit("/signin", &form, &[("name", "ana"), ("password", PASSWORD)]).await;
    let list = browser.get("/settings/sessions").await;
    assert!(list.says("a story") && list.says("this browser"), "{}", list.html);
    let ended = browser.submit("/settings/sessions", &list, &[("id", &list.hidden("id"))]).await;
    assert_eq!(ended.location.as_deref(), Some("/settings/sessions"));
    assert!(!browser.get("/settings/sessions").await.says("a story"));
    let answer = world.with_token(reqwest::Method::GET, path::SESSIONS, &token.access_token).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

/// The way back for somebody who has lost all devices: the password is asked for again, and what it means is said first.
#[tokio::test]
async fn all_devices_are_removed_with_the_password_typed_again() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    assert_eq!(
        browser.get("/settings/devices").await.location.as_deref(),
        Some("/signin?next=%2Fsettings%2Fdevices")
    );
    browser.join("ana").await;
    assert!(browser.get("/settings/devices").await.says("no device yet"));
    let first = world.device("ana", "desk").await;
    assert_eq!(first["state"], "approved");
    let page = browser.get("/settings/devices").await;
    assert!(page.says("desk") && page.says("will see that your keys are new"), "{}", page.html);
    let wrong = browser.submit("/settings/devices", &page, &[("password", "wrong horse battery")]).await;
    assert!(wrong.status == StatusCode::FORBIDDEN && wrong.says("is not right") && wrong.says("desk"));
    assert_eq!(world.device("ana", "phone").await["state"], "pending");
    let removed = browser.submit("/settings/devices", &wrong, &[("password", PASSWORD)]).await;
    assert_eq!(removed.location.as_deref(), Some("/settings/devices?removed=yes"));
    assert!(!browser.get("/settings/devices?removed=yes").await.says("desk"));
    assert_eq!(world.device("ana", "new phone").await["state"], "approved");
}

/// Under https the cookies are for this very host and never leave in clear.
#[tokio::test]
async fn under_https_cookies_are_bound_to_the_host() {
    let world = World::start_as("https://chat.example.org").await;
    let mut browser = Browser::new(&world);
    let form = browser.get("/signin").await;
    assert!(browser.set[0].starts_with("__Host-alcove-form=") && browser.set[0].contains("Secure"));
    assert!(form.headers["strict-transport-security"].to_str().unwrap().starts_with("max-age="));
    let joined = browser.join("ana").await;
    assert_eq!(joined.location.as_deref(), Some("/welcome"));
    let cookie = &browser.set[0];
    assert!(cookie.starts_with("__Host-alcove=") && cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn every_answer_tells_browsers_what_not_to_do() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let front = browser.get("/").await;
    let policy = front.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let style = front.html.split_once("href=\"/assets/").unwrap().1.split('"').next().unwrap();
    let style = browser.get(&format!("/assets/{style}")).await;
    assert_eq!(
        (style.status, &style.headers["content-type"]),
        (StatusCode::OK, &"text/css; charset=utf-8".parse().unwrap())
    );
    for path in ["/", "/nothing", "/api/alcove/v1/sessions", "/.well-known/oauth-authorization-server"] {
        let page = browser.get(path).await;
        assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(page.headers["referrer-policy"], "no-referrer", "{path}");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
    }
    let missing = browser.get("/nothing").await;
    assert!(missing.status == StatusCode::NOT_FOUND && missing.says("<h1>"), "{}", missing.html);
}
