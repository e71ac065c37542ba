//! Every page in a real browser, light and dark, narrow and wide: WCAG 2.2 AA by axe-core, the content security policy, no
//! request to anybody else, nothing wider than the screen (`node/browser/`). What the pages do is in the stories of
//! accounts. `ALCOVE_SCREENSHOTS=FOLDER` keeps what was seen.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on must fail")]

mod filled;
mod pictures;
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
        ("stolen", "/stolen"),
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

#[tokio::test]
async fn pages_on_which_something_has_happened_are_accessible() {
    let place = Place::open(&Time::default()).await;
    let (ada, bob) = (place.person("ada").await, place.person("bob").await);
    let made = filled::fill(&place, &ada, &bob).await;
    pictures::fill(&place, &ada).await;
    let viewer = Viewer::of(&place).signed_in(&ada).await;
    let addresses = [
        ("home", "/home".to_owned()),
        ("post", format!("/@ada/{}", made.post)),
        ("foreign-post", format!("/posts/{}", made.foreign)),
        ("foreign-profile", format!("/people/{}", made.stranger)),
        ("somebody", "/@bob".to_owned()),
        ("own-profile", "/@ada".to_owned()),
        ("followers", "/@ada/followers".to_owned()),
        ("likes", format!("/posts/{}/likes", made.post)),
        ("tag", "/tags/garden".to_owned()),
        ("notifications", "/notifications".to_owned()),
        ("requests", "/requests".to_owned()),
        ("write", "/write".to_owned()),
        ("answer", format!("/write?to={}", made.foreign)),
        ("edit", format!("/posts/{}/edit", made.post)),
        ("delete", format!("/posts/{}/delete", made.post)),
        ("messages", "/messages".to_owned()),
        ("conversation", format!("/messages/{}", made.conversation)),
        ("settings", "/settings".to_owned()),
        ("edit-profile", "/settings/profile".to_owned()),
        ("preferences", "/settings/preferences".to_owned()),
        ("blocks", "/settings/blocks".to_owned()),
        ("move", "/settings/move".to_owned()),
        ("report", format!("/report?post={}", made.foreign)),
        ("block", format!("/people/{}/block", made.stranger)),
        ("reports", "/moderation/reports".to_owned()),
        ("emoji", "/moderation/emoji".to_owned()),
        ("search", "/search?q=bob".to_owned()),
        ("import", "/settings/import".to_owned()),
        ("export", "/settings/export".to_owned()),
        ("message", format!("/messages/to/{}", made.stranger)),
        ("about", "/about".to_owned()),
    ];
    let pages: Vec<(&str, &str)> = addresses.iter().map(|(name, path)| (*name, path.as_str())).collect();
    viewer.finds_nothing_wrong_with(&pages).await;
    let visitor = Viewer::of(&place);
    let addresses = [
        ("thread", format!("/@ada/{}", made.post)),
        ("public-profile", "/@ada".to_owned()),
        ("remote-follow", "/remote_follow?name=ada".to_owned()),
    ];
    let pages: Vec<(&str, &str)> = addresses.iter().map(|(name, path)| (*name, path.as_str())).collect();
    visitor.finds_nothing_wrong_with(&pages).await;
}

/// What is shown while files are prepared, and when one cannot be.
#[tokio::test]
async fn pages_of_what_waits_for_files_are_accessible() {
    let place = Place::open(&Time::default()).await;
    let ada = place.person("ada").await;
    let (waits, refused, turn) = pictures::wait(&place, &ada).await;
    let viewer = Viewer::of(&place).signed_in(&ada).await;
    let (waits, refused) = (format!("/write/{waits}"), format!("/write/{refused}"));
    let pages = [
        ("waiting", waits.as_str()),
        ("refused", refused.as_str()),
        ("profile-waiting", "/settings/profile"),
    ];
    viewer.finds_nothing_wrong_with(&pages).await;
    drop(turn);
}
