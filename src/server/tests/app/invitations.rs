//! P7 in browsers: a link that somebody's device has made proves both sides to each other, and whoever opens it does nothing for that.

use serde_json::{Value, json};

use super::{
    people::{Browsers, Person, place_of_inviters},
    world::{Place, Time},
};

/// Waits until somebody's device has verified somebody else by an invitation.
async fn is_verified(person: &Person<'_>, other: &Value) {
    let shown = person.expect("person", json!({"actor": other}), "verified").await;
    let trust = &shown["trust"];
    assert_eq!((&trust["kind"], &trust["by"]), (&json!("verified"), &json!("invitation")), "{shown}");
}

#[tokio::test]
async fn a_link_of_a_device_verifies_both() {
    let place = place_of_inviters(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = browsers.join(&place, "ada").await;
    let made = ada.call("invite", json!({"name": "Bob", "days": 7})).await;
    let offer = ada.call("invitation", json!({"link": made["link"]})).await;
    let (ada_is, id) = (ada.actor().await, made["id"].clone());
    assert_eq!((&offer["state"], &offer["proves"]), (&json!("open"), &json!(true)), "{offer}");
    assert_eq!(offer["expiresAt"], made["expiresAt"], "{offer}");
    assert_eq!((&offer["inviter"]["actor"], &offer["suggestedName"]), (&ada_is, &json!("Bob")), "{offer}");

    let bob = browsers.join_by(&place, "bob", &made["link"]).await;
    let bob_is = bob.actor().await;
    is_verified(&ada, &bob_is).await;
    is_verified(&bob, &ada_is).await;
    let chat = bob.chat().await;
    assert_eq!(ada.chat().await, chat, "whoever invites begins their chat");
    bob.send(&chat, "Hello Ada").await;
    ada.reads(&chat, "Hello Ada").await;

    let own = ada.expect("invitations", json!({}), "used").await;
    assert_eq!((&own[0]["id"], &own[0]["newcomer"]), (&id, &bob_is), "{own}");
    let offer = ada.call("invitation", json!({"link": made["link"]})).await;
    assert_eq!(offer["state"], "used", "{offer}");
    browsers.found_nothing_wrong().await;
}

/// Where only admins invite, a member who tries is told that, and not that there is no connection.
#[tokio::test]
async fn whoever_may_not_invite_is_told() {
    let place = Place::open(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = browsers.join(&place, "ada").await;
    let refused = ada.refusal("invite", json!({"days": 7})).await;
    assert!(refused.contains("forbidden:"), "{refused}");
    browsers.found_nothing_wrong().await;
}

/// Without a network there is no new link, and the last one is not given out for it.
#[tokio::test]
async fn no_link_is_given_out_twice() {
    let place = place_of_inviters(&Time::default()).await;
    let browsers = Browsers::start();
    let ada = browsers.join(&place, "ada").await;
    ada.call("invite", json!({"name": "Bob", "days": 7})).await;
    ada.network(false).await;
    let refused = ada.refusal("invite", json!({"name": "Cleo", "days": 1})).await;
    assert!(refused.contains("offline:"), "{refused}");
    ada.network(true).await;
    browsers.found_nothing_wrong().await;
}
