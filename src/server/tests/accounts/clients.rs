//! What apps of ours ask about: who calls, who others are, who runs the place, which devices there are.

use alcove_protocol::{
    ActorId,
    api::{Device, Me, People, Server, Token, path},
};
use alcove_server::bundle::testing::HASH;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    app,
    world::{World, json as body, problem},
};

async fn send(world: &World, method: Method, path: &str, token: &str, body: &Value) -> Response {
    let request = world.request(method, path).bearer_auth(token).header("content-type", "application/json");
    request.body(body.to_string()).send().await.unwrap()
}

async fn read<T: serde::de::DeserializeOwned>(answer: Response) -> T {
    assert!(answer.status().is_success(), "{}", answer.status());
    serde_json::from_value(body(answer).await).unwrap()
}

#[tokio::test]
async fn a_server_says_who_runs_it_and_what_it_takes() {
    let world = app::world().await;
    let olga = world.person("olga", "owner").await;
    world.person("ana", "member").await;
    let answer = world.request(Method::GET, path::SERVER).send().await.unwrap();
    assert!(answer.headers().contains_key("date"));
    let server: Server = read(answer).await;
    assert_eq!((server.name.as_str(), server.domain.as_str()), ("Alcove", "localhost:8440"));
    assert_eq!((server.policy.as_str(), server.app.as_deref()), ("default", Some(HASH)));
    assert!(server.policy_since.is_some());
    let operators: Vec<&ActorId> = server.operators.iter().map(|person| &person.actor).collect();
    assert_eq!(operators, [&olga.activitypub_actor_id]);
    assert_eq!((server.limits.inline_bytes, server.limits.letter_characters), (256 * 1_024, 5_000));
}

#[tokio::test]
async fn apps_learn_who_calls_and_who_others_are() {
    let world = World::start().await;
    let (olga, ana) = (world.person("olga", "owner").await, world.person("ana", "member").await);
    let me: Me = read(world.with_token(Method::GET, path::ME, &ana.access_token).await).await;
    assert_eq!((me.person.name.as_str(), me.person.handle.as_str()), ("ana", "@ana@localhost:8440"));
    assert_eq!(
        (me.person.actor, me.role.as_str(), me.may_invite),
        (ana.activitypub_actor_id.clone(), "member", false)
    );
    let me: Me = read(world.with_token(Method::GET, path::ME, &olga.access_token).await).await;
    assert_eq!((me.role.as_str(), me.may_invite), ("owner", true));
    let stranger = "https://elsewhere.example/users/1";
    let who = json!({"actors": [stranger, olga.activitypub_actor_id, ana.activitypub_actor_id, stranger]});
    let people: People = read(send(&world, Method::POST, path::PEOPLE, &ana.access_token, &who).await).await;
    let names: Vec<&str> = people.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["olga", "ana"]);
    assert_eq!(people.unknown, [ActorId::parse(stranger).unwrap()]);
    let many = json!({"actors": vec![stranger; 201]});
    let refused = send(&world, Method::POST, path::PEOPLE, &ana.access_token, &many).await;
    assert_eq!(problem(refused).await.0, "invalid");
    for (method, path) in [
        (Method::GET, path::ME),
        (Method::POST, path::PEOPLE),
        (Method::GET, path::BLOCKS),
        (Method::GET, path::LETTERS),
    ] {
        let answer = send(&world, method, path, "no token", &json!({"actors": []})).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.headers().contains_key("date"), "an app compares its clock: {path}");
    }
}

#[tokio::test]
async fn apps_block_as_pages_do() {
    let world = World::start().await;
    let (ana, ben) = (world.person("ana", "member").await, world.person("ben", "member").await);
    let block = json!({"actor": ben.activitypub_actor_id});
    for _ in 0..2 {
        let answer = send(&world, Method::POST, path::BLOCKS, &ana.access_token, &block).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }
    let list: Vec<ActorId> = read(world.with_token(Method::GET, path::BLOCKS, &ana.access_token).await).await;
    assert_eq!(list, std::slice::from_ref(&ben.activitypub_actor_id));
    let own = json!({"actor": ana.activitypub_actor_id});
    let refused = send(&world, Method::POST, path::BLOCKS, &ana.access_token, &own).await;
    assert_eq!(problem(refused).await.0, "block-yourself");
    let unknown = json!({"actor": "https://elsewhere.example/users/1"});
    let refused = send(&world, Method::POST, path::BLOCKS, &ana.access_token, &unknown).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    let one = format!("{}?actor={}", path::BLOCKS, ben.activitypub_actor_id);
    for _ in 0..2 {
        let answer = world.with_token(Method::DELETE, &one, &ana.access_token).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }
    let list: Vec<ActorId> = read(world.with_token(Method::GET, path::BLOCKS, &ana.access_token).await).await;
    assert!(list.is_empty());
}

/// Signs in again with the device's own token, which the world keeps for itself otherwise.
async fn devices(world: &World, token: &Token) -> Vec<Device> {
    read(world.with_token(Method::GET, path::DEVICES, &token.access_token).await).await
}

#[tokio::test]
async fn devices_show_what_runs_on_them_and_are_renamed_by_themselves_or_approved_ones() {
    let world = World::start().await;
    let ana = world.person("ana", "member").await;
    let (desk, own) = world.device_with_token("ana", "desk").await;
    let (phone, waiting) = world.device_with_token("ana", "phone").await;
    let list = devices(&world, &ana).await;
    let titles: Vec<&str> = list.iter().map(|device| device.title.as_str()).collect();
    assert_eq!(titles, ["desk", "phone"]);
    assert_eq!(list[0].client_name.as_deref(), Some("another device"));
    assert!(list[0].last_seen_at.is_some(), "it has asked for something");
    let at =
        |device: &Device| format!("{}/{}", path::DEVICES, device.id.as_str().rsplit('/').next().unwrap());
    let title = |title: &str| json!({"title": title});
    let renamed =
        send(&world, Method::PATCH, &at(&phone), &own.access_token, &title(" Grandma's phone ")).await;
    assert_eq!(read::<Device>(renamed).await.title, "Grandma's phone");
    let itself = send(&world, Method::PATCH, &at(&phone), &waiting.access_token, &title("mine")).await;
    assert_eq!(read::<Device>(itself).await.title, "mine");
    let refused = send(&world, Method::PATCH, &at(&desk), &waiting.access_token, &title("mine too")).await;
    assert_eq!(problem(refused).await.0, "forbidden");
    for wrong in ["", " ", "two\nlines", &"n".repeat(101)] {
        let refused = send(&world, Method::PATCH, &at(&desk), &own.access_token, &title(wrong)).await;
        assert_eq!(problem(refused).await.0, "invalid", "{wrong:?}");
    }
    let ben = world.person("ben", "member").await;
    let foreign = send(&world, Method::PATCH, &at(&desk), &ben.access_token, &title("his")).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    world.with_token(Method::DELETE, path::TOKENS, &waiting.access_token).await;
    let list = devices(&world, &own).await;
    assert_eq!((list[1].title.as_str(), list[1].client_name.as_deref()), ("mine", None), "it is signed out");
}
