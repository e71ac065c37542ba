//! Every page in a real browser, light and dark, narrow and wide: WCAG 2.2 AA by axe-core, the content security policy, no
//! request to anybody else, nothing wider than the screen (`node/browser/`). What the pages do is in the stories of
//! accounts. `ALCOVE_SCREENSHOTS=FOLDER` keeps what was seen.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must fail")]

mod viewer;

#[path = "../node/process.rs"]
mod process;
#[path = "../federation/world.rs"]
#[expect(dead_code, reason = "shared with the tests of federation, which use more of it")]
mod world;

use alcove_protocol::context::PUBLIC;
use serde_json::json;

use viewer::Viewer;
use world::{Place, Time};

#[tokio::test]
async fn what_everybody_may_see_is_accessible() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    let note = json!({"type": "Note", "content": "<p>good morning</p>"});
    place.publish(&ada, json!({"type": "Create", "to": [PUBLIC], "object": note})).await;
    let viewer = Viewer::of(&place);
    let join = viewer.invitation().await;
    let pages = [
        ("front", "/"),
        ("sign-in", "/signin"),
        ("join", join.as_str()),
        ("profile", "/@ada"),
        ("not-found", "/nowhere"),
    ];
    viewer.finds_nothing_wrong_with(&pages).await;
}

#[tokio::test]
async fn what_somebody_sees_who_is_signed_in_is_accessible() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    let viewer = Viewer::of(&place).signed_in(&ada).await;
    let pages = [
        ("welcome", "/welcome"),
        ("sign-out", "/signout"),
        ("password", "/settings/password"),
        ("devices", "/settings/devices"),
        ("sessions", "/settings/sessions"),
    ];
    viewer.finds_nothing_wrong_with(&pages).await;
}
