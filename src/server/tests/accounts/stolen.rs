//! A stolen phone: with the password, from any browser, everything ends and nothing more is done in somebody's name.

use alcove_protocol::{
    api::{Token, path},
    time::MINUTE,
};
use alcove_server::{
    bus::Wake,
    control::{Answer, Order},
};
use reqwest::{Method, StatusCode};

use crate::{
    browser::{Browser, Page},
    world::{PASSWORD, World, json, problem},
};

const NEW: &str = "another horse battery";

async fn freeze(browser: &mut Browser<'_>, name: &str, password: &str) -> Page {
    let form = browser.get("/stolen").await;
    browser.submit("/stolen", &form, &[("name", name), ("password", password)]).await
}

async fn unfreeze(browser: &mut Browser<'_>, password: &str, new: &str) -> Page {
    let form = browser.get("/stolen").await;
    browser.submit("/stolen/over", &form, &[("name", "ana"), ("password", password), ("new", new)]).await
}

async fn status(world: &World, token: &Token) -> StatusCode {
    world.with_token(Method::GET, path::SESSIONS, &token.access_token).await.status()
}

/// S-61: tokens, sessions and streams end at once, nobody comes in, key packages are not shown; with the password all of it
/// is as before.
#[tokio::test]
async fn a_person_freezes_their_account_without_being_signed_in() {
    let world = World::start().await;
    let phone = world.person("ana", "member").await;
    let mut desk = Browser::new(&world);
    let form = desk.get("/signin").await;
    desk.submit("/signin", &form, &[("name", "ana"), ("password", PASSWORD)]).await;
    let account = world.server.app.site.account_of(&phone.activitypub_actor_id).unwrap();
    let mut wakes = world.server.app.bus.listen();
    let mut borrowed = Browser::new(&world);
    let frozen = freeze(&mut borrowed, "@ana@localhost:8440", PASSWORD).await;
    assert_eq!(frozen.location.as_deref(), Some("/stolen?frozen=yes"));
    assert!(borrowed.get("/stolen?frozen=yes").await.says("Your account is frozen"));
    while wakes.recv().await.unwrap() != Wake::Access(account) {}
    assert_eq!(status(&world, &phone).await, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.get("/settings/sessions").await.status, StatusCode::SEE_OTHER);
    assert_eq!(problem(world.try_sign_in("ana", PASSWORD).await).await.0, "account-frozen");
    assert_eq!(problem(world.try_sign_in("ana", NEW).await).await.0, "wrong-password");
    let form = desk.get("/signin").await;
    let refused = desk.submit("/signin", &form, &[("name", "ana"), ("password", PASSWORD)]).await;
    assert!(
        refused.status == StatusCode::FORBIDDEN && refused.says("This account is frozen"),
        "{}",
        refused.html
    );
    assert_eq!(freeze(&mut borrowed, "ana", PASSWORD).await.status, StatusCode::SEE_OTHER, "said twice");
    let over = unfreeze(&mut borrowed, PASSWORD, "").await;
    assert!(over.status == StatusCode::OK && over.says("You are back"), "{}", over.html);
    assert_eq!(world.try_sign_in("ana", PASSWORD).await.status(), StatusCode::CREATED);
    assert_eq!(status(&world, &phone).await, StatusCode::UNAUTHORIZED, "what was ended stays so");
}

#[tokio::test]
async fn an_account_comes_back_with_a_new_password() {
    let world = World::start().await;
    world.person("ana", "member").await;
    let mut browser = Browser::new(&world);
    let early = unfreeze(&mut browser, PASSWORD, NEW).await;
    assert!(early.status == StatusCode::CONFLICT && early.says("is not frozen"), "{}", early.html);
    freeze(&mut browser, "ana", PASSWORD).await;
    let short = unfreeze(&mut browser, PASSWORD, "short").await;
    assert!(
        short.status == StatusCode::BAD_REQUEST && short.says("too short") && short.says("value=\"ana\"")
    );
    assert_eq!(problem(world.try_sign_in("ana", PASSWORD).await).await.0, "account-frozen");
    assert_eq!(unfreeze(&mut browser, PASSWORD, NEW).await.status, StatusCode::OK);
    assert_eq!(problem(world.try_sign_in("ana", PASSWORD).await).await.0, "wrong-password");
    assert_eq!(world.try_sign_in("ana", NEW).await.status(), StatusCode::CREATED);
}

/// S-62: the page is guarded as signing in is, and tells as little.
#[tokio::test]
async fn guessing_freezes_nobody_and_is_held_back() {
    let world = World::start().await;
    let phone = world.person("ana", "member").await;
    let mut browser = Browser::new(&world);
    let wrong = freeze(&mut browser, "ana", "wrong horse battery").await;
    let nobody = freeze(&mut browser, "nobody", "wrong horse battery").await;
    assert_eq!((wrong.status, nobody.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
    assert!(wrong.says("is not right") && nobody.says("is not right"));
    for _ in 1..10 {
        freeze(&mut browser, "ana", "wrong horse battery").await;
    }
    assert_eq!(freeze(&mut browser, "ana", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&world, &phone).await, StatusCode::OK);
    world.pass(2 * MINUTE);
    assert_eq!(freeze(&mut browser, "ana", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let elsewhere =
        Browser::new(&world).post("/stolen", &[("name", "ana".into()), ("password", PASSWORD.into())]).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "a form of another page does nothing");
}

#[tokio::test]
async fn whoever_runs_the_place_freezes_and_unfreezes() {
    let world = World::start().await;
    let phone = world.person("ana", "owner").await;
    assert_eq!(world.order(Order::AccountFreeze { name: "@ana".into() }).await, Answer::Done);
    assert_eq!(status(&world, &phone).await, StatusCode::UNAUTHORIZED);
    let Answer::Accounts(lines) = world.order(Order::AccountList).await else { panic!("a list") };
    assert!(lines[0].frozen_at.is_some() && lines[0].disabled_at.is_none());
    assert_eq!(world.order(Order::AccountUnfreeze { name: "ana".into() }).await, Answer::Done);
    assert!(matches!(world.order(Order::AccountUnfreeze { name: "ana".into() }).await, Answer::Refused(_)));
    let token = json(world.try_sign_in("ana", PASSWORD).await).await;
    assert_eq!(token["handle"], "@ana@localhost:8440");
}
