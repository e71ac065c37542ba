//! Joining, signing in and out, sessions and passwords by `/api/alcove/v1`.

use std::collections::BTreeSet;

use alcove_protocol::{
    api::{PasswordChange, Session, Token, path},
    time::{DAY, MINUTE},
};
use alcove_server::control::{Answer, Order};
use reqwest::{Method, StatusCode};

use crate::world::{PASSWORD, World, json, problem};

#[tokio::test]
async fn whoever_joins_is_signed_in_until_the_token_ends() {
    let world = World::start().await;
    let token = world.person("Ana", "owner").await;
    assert_eq!(token.handle, "@ana@localhost:8440");
    assert!(token.activitypub_actor_id.as_str().starts_with("http://localhost:8440/users/"));
    assert!(token.scope.contains("messages") && token.scope.contains("devices"));
    let answer = world.with_token(Method::GET, path::SESSIONS, &token.access_token).await;
    let sessions: Vec<Session> = serde_json::from_value(json(answer).await).unwrap();
    assert!(sessions.len() == 1 && sessions[0].current && sessions[0].client_name == "a story");
    let answer = world.with_token(Method::DELETE, path::TOKENS, &token.access_token).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let answer = world.with_token(Method::GET, path::SESSIONS, &token.access_token).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers()["www-authenticate"], "Bearer");
}

/// S-66: expired, used up, revoked and unknown are four kinds with four sentences, and nobody comes in.
#[tokio::test]
async fn each_bad_invitation_has_a_kind_and_a_sentence_of_its_own() {
    let world = World::start().await;
    let (used, revoked, expired) = (
        world.invitation("member", 1).await,
        world.invitation("member", 1).await,
        world.invitation("member", 1).await,
    );
    assert_eq!(world.try_join(&used, "ana").await.status(), StatusCode::CREATED);
    let Answer::Invitations(lines) = world.order(Order::InviteList).await else { panic!("a list") };
    let revoke = Order::InviteRevoke { name: lines[1].name.clone() };
    assert_eq!(world.order(revoke.clone()).await, Answer::Done);
    assert!(matches!(world.order(revoke).await, Answer::Refused(_)), "revoking twice says so");
    let mut sentences = BTreeSet::new();
    for (token, expected) in [
        (used.as_str(), "invitation-used"),
        (revoked.as_str(), "invitation-revoked"),
        ("bm90IGFuIGludml0YXRpb24", "invitation-unknown"),
    ] {
        let (kind, sentence) = problem(world.try_join(token, "ben").await).await;
        assert_eq!(kind, expected);
        sentences.insert(sentence);
    }
    world.pass(7 * DAY);
    let (kind, sentence) = problem(world.try_join(&expired, "ben").await).await;
    assert_eq!(kind, "invitation-expired");
    sentences.insert(sentence);
    assert_eq!(sentences.len(), 4);
    assert_eq!(world.people().await, 1);
}

/// S-66: of many who race for the last use, exactly one gets in.
#[tokio::test]
async fn the_last_use_of_an_invitation_lets_exactly_one_in() {
    let world = World::start().await;
    let invitation = world.invitation("member", 1).await;
    let names = ["ana", "ben", "cem", "dao", "eva", "fay"];
    let answers = futures_util::future::join_all(names.map(|name| world.try_join(&invitation, name))).await;
    let mut joined = 0;
    for answer in answers {
        if answer.status() == StatusCode::CREATED {
            joined += 1;
        } else {
            assert_eq!(problem(answer).await.0, "invitation-used");
        }
    }
    assert_eq!((joined, world.people().await), (1, 1));
}

#[tokio::test]
async fn two_who_race_for_one_name_do_not_both_get_it() {
    let world = World::start().await;
    let invitation = world.invitation("member", 5).await;
    let answers = futures_util::future::join_all([0; 4].map(|_| world.try_join(&invitation, "ana"))).await;
    let joined = answers.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
    assert_eq!((joined, world.people().await), (1, 1));
}

#[tokio::test]
async fn a_name_that_cannot_be_had_uses_nothing_up() {
    let world = World::start().await;
    world.person("ana", "member").await;
    let invitation = world.invitation("member", 1).await;
    for (name, expected) in [
        ("ana", "name-taken"),
        ("ANA", "name-taken"),
        ("admin", "name-taken"),
        ("a b", "name-invalid"),
        ("", "name-invalid"),
    ] {
        assert_eq!(problem(world.try_join(&invitation, name).await).await.0, expected, "{name}");
    }
    assert_eq!(world.try_join(&invitation, "ben").await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn roles_that_nothing_enforces_are_not_given_out() {
    let world = World::start().await;
    for role in ["moderator", "limited", "guest"] {
        let order = Order::InviteCreate { role: role.into(), uses: 1, days: 7, note: String::new() };
        let Answer::Refused(sentence) = world.order(order).await else { panic!("refused") };
        assert!(sentence.contains("not enforced yet"), "{sentence}");
    }
    let order = Order::InviteCreate { role: "king".into(), uses: 1, days: 7, note: String::new() };
    assert!(matches!(world.order(order).await, Answer::Refused(_)));
}

/// S-62: who guesses is held back by name, with the same answer for a name that nobody has, and comes back later.
#[tokio::test]
async fn guessing_tells_nothing_and_is_held_back() {
    let world = World::start().await;
    world.person("ana", "member").await;
    let wrong = world.try_sign_in("ana", "wrong horse battery").await;
    let nobody = world.try_sign_in("nobody", PASSWORD).await;
    assert_eq!((wrong.status(), nobody.status()), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
    assert_eq!(wrong.bytes().await.unwrap(), nobody.bytes().await.unwrap());
    for _ in 1..10 {
        world.try_sign_in("ana", "wrong horse battery").await;
    }
    let held = world.try_sign_in("ana", PASSWORD).await;
    assert_eq!(held.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(held.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 60);
    world.pass(2 * MINUTE);
    assert_eq!(world.try_sign_in("@ana@localhost:8440", PASSWORD).await.status(), StatusCode::CREATED);
}

/// S-61: a new password ends every other session and token.
#[tokio::test]
async fn a_new_password_signs_everything_else_out() {
    let world = World::start().await;
    let first = world.person("ana", "member").await;
    let second: Token = serde_json::from_value(json(world.try_sign_in("ana", PASSWORD).await).await).unwrap();
    let change = |current: &str, new: &str| PasswordChange { current: current.into(), new: new.into() };
    let post = |change: PasswordChange| {
        let body = serde_json::to_vec(&change).unwrap();
        let request = world.request(Method::POST, path::PASSWORD).bearer_auth(&second.access_token);
        request.header("content-type", "application/json").body(body).send()
    };
    let refused = post(change("not the password", "another horse battery")).await.unwrap();
    assert_eq!(problem(refused).await.0, "wrong-password");
    let refused = post(change(PASSWORD, "too short")).await.unwrap();
    assert_eq!(problem(refused).await.0, "password-too-short");
    let changed = post(change(PASSWORD, "another horse battery")).await.unwrap();
    assert_eq!(changed.status(), StatusCode::NO_CONTENT);
    let status = |token: String| {
        let world = &world;
        async move { world.with_token(Method::GET, path::SESSIONS, &token).await.status() }
    };
    assert_eq!(status(first.access_token).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(second.access_token.clone()).await, StatusCode::OK);
    assert_eq!(world.try_sign_in("ana", PASSWORD).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(world.try_sign_in("ana", "another horse battery").await.status(), StatusCode::CREATED);
}

/// S-24: nobody ends somebody else's session, and a guess looks like nothing.
#[tokio::test]
async fn sessions_are_ended_by_their_owner_only() {
    let world = World::start().await;
    let (ana, ben) = (world.person("ana", "member").await, world.person("ben", "member").await);
    let answer = world.with_token(Method::GET, path::SESSIONS, &ana.access_token).await;
    let sessions: Vec<Session> = serde_json::from_value(json(answer).await).unwrap();
    let one = format!("{}/{}", path::SESSIONS, sessions[0].id);
    let foreign = world.with_token(Method::DELETE, &one, &ben.access_token).await;
    let missing = world.with_token(Method::DELETE, &format!("{}/1", path::SESSIONS), &ben.access_token).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    assert_eq!(foreign.bytes().await.unwrap(), missing.bytes().await.unwrap());
    let own = world.with_token(Method::DELETE, &one, &ana.access_token).await;
    assert_eq!(own.status(), StatusCode::NO_CONTENT);
    let after = world.with_token(Method::GET, path::SESSIONS, &ana.access_token).await;
    assert_eq!(after.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn bad_bodies_are_refused_with_what_was_expected() {
    let world = World::start().await;
    let unknown = world.post(path::JOIN, &serde_json::json!({"invitation": "x", "role": "owner"})).await;
    assert_eq!((unknown.status(), problem(unknown).await.0), (StatusCode::BAD_REQUEST, "invalid".into()));
    // Every route alike: the body is read in one place, before any of them.
    for path in
        [path::JOIN, path::TOKENS, "/oauth/token", "/oauth/register", "/api/proxy", "/inbox", "/nothing"]
    {
        let large = world.post(path, &"x".repeat(2 << 20)).await;
        assert_eq!(
            (large.status(), problem(large).await.0),
            (StatusCode::PAYLOAD_TOO_LARGE, "too-large".into())
        );
    }
    let form = world.request(Method::POST, path::JOIN).form(&[("name", "ana")]).send().await.unwrap();
    assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
