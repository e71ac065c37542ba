//! People give files.

use alcove_server::{
    actions::media::Description,
    db::{media, profiles},
    media::{
        arrival::{self, Arriving},
        picture as picture_of,
        picture::Shape,
    },
};
use image::ImageFormat;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{PLACE, World, holds, json as read, photograph, picture};

/// S-44: what is given out holds no place; nothing is given out before it is ready.
#[tokio::test]
async fn a_photograph_is_prepared_and_then_given_out_without_its_place() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    let turn = world.server.app.media.turn.clone().acquire_owned().await.unwrap();
    let given = world.give(&ana, &photograph(), &[("description", "A wall"), ("focus", "0.5,-0.25")]).await;
    assert_eq!(given.status(), StatusCode::ACCEPTED);
    let before = read(given).await;
    assert_eq!((&before["url"], &before["type"]), (&Value::Null, &json!("image")));
    let path = format!("/api/v1/media/{}", before["id"].as_str().unwrap());
    let ask = async || world.request(Method::GET, &path).bearer_auth(&ana.access_token).send().await.unwrap();
    assert_eq!(ask().await.status(), StatusCode::PARTIAL_CONTENT);
    drop(turn);
    world.drain().await;
    let ready = ask().await;
    assert_eq!(ready.status(), StatusCode::OK);
    let ready = read(ready).await;
    assert_eq!(ready["description"], "A wall");
    assert_eq!(
        ready["meta"],
        json!({"original": {"width": 640, "height": 320}, "focus": {"x": 0.5, "y": -0.25}})
    );
    assert!(ready["blurhash"].as_str().is_some_and(|hash| hash.len() > 6));
    for form in ["url", "preview_url"] {
        let file = world.get(ready[form].as_str().unwrap()).await;
        assert_eq!(file.headers()["content-type"], "image/jpeg", "{form}");
        let file = file.bytes().await.unwrap();
        assert!(file.starts_with(&[0xFF, 0xD8]) && !holds(&file, PLACE) && !holds(&file, b"Exif"), "{form}");
    }
    assert!(!world.files().iter().any(|name| !name.contains('.')), "what was given is gone");
}

/// S-40, S-41: by their first bytes, whatever they are called.
#[tokio::test]
async fn files_that_a_browser_might_execute_are_refused() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    for file in [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice(),
        b"<!DOCTYPE html><script>alert(1)</script>",
        br#"{"@context":"https://www.w3.org/ns/activitystreams","id":"https://here/users/1"}"#,
        b"%PDF-1.7",
        b"",
    ] {
        let answer = world.give(&ana, file, &[]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(read(answer).await["detail"].as_str().unwrap().starts_with("Expected a "));
    }
    assert!(world.files().is_empty());
}

/// S-42: a bomb, and half a picture: each fails with a sentence, and the server goes on.
#[tokio::test]
async fn what_cannot_be_prepared_says_why() {
    let world = World::start_with(|config| config.media.megapixels = 1).await;
    let ana = world.person("ana").await;
    let whole = photograph();
    for (file, sentence) in [
        (picture(1_001, 1_000, ImageFormat::Png).as_slice(), "at most 1 megapixels"),
        (&whole[..whole.len() / 2], "damaged"),
    ] {
        let given = world.give(&ana, file, &[]).await;
        assert_eq!(given.status(), StatusCode::ACCEPTED);
        let answer = world.settled(&ana, given).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let problem = read(answer).await;
        assert!(problem["detail"].as_str().unwrap().contains(sentence), "{problem}");
    }
    assert!(world.files().is_empty());
    let given = world.give(&ana, &picture(8, 8, ImageFormat::Gif), &[]).await;
    assert_eq!(world.settled(&ana, given).await.status(), StatusCode::OK);
}

/// S-50: as soon as it can be told.
#[tokio::test]
async fn what_is_too_large_is_refused_by_its_type() {
    let world = World::start_with(|config| config.media.image_bytes = 2_000).await;
    let ana = world.person("ana").await;
    let large = [picture(8, 8, ImageFormat::Png), vec![0; 2_000]].concat();
    assert_eq!(world.give(&ana, &large, &[]).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let sound = [b"fLaC".as_slice(), &[0; 4_000]].concat();
    let given = world.give(&ana, &sound, &[]).await;
    assert_eq!(given.status(), StatusCode::OK, "a sound may be longer, and needs no preparing");
    let sound = read(given).await;
    assert_eq!((&sound["type"], &sound["blurhash"]), (&json!("audio"), &Value::Null));
    assert!(sound["notice"].as_str().unwrap().contains("stay as they are"));
    assert_eq!(world.get(sound["url"].as_str().unwrap()).await.bytes().await.unwrap().len(), 4_004);
}

/// S-44: films lose the place as well.
#[tokio::test]
async fn films_lose_their_place() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    let boxed = |name: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [length.as_slice(), name, content].concat()
    };
    let film = boxed(b"moov", &boxed(b"udta", &boxed(b"\xA9xyz", PLACE)));
    let film = [boxed(b"ftyp", b"isom\0\0\0\0"), film, boxed(b"mdat", b"sound and light")].concat();
    let given = world.give(&ana, &film, &[]).await;
    assert_eq!(given.status(), StatusCode::OK);
    let shown = world.get(read(given).await["url"].as_str().unwrap()).await;
    assert_eq!(shown.headers()["content-type"], "video/mp4");
    let shown = shown.bytes().await.unwrap();
    assert!(shown.len() == film.len() && !holds(&shown, PLACE) && holds(&shown, b"sound and light"));
    let damaged = world.give(&ana, &film[..40], &[]).await;
    assert_eq!(damaged.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

/// S-24: what is not one's own does not exist; without a token nothing is taken.
#[tokio::test]
async fn files_belong_to_whoever_gave_them() {
    let world = World::start().await;
    let (ana, ben) = (world.person("ana").await, world.person("ben").await);
    let given = world.give(&ana, &picture(8, 8, ImageFormat::Png), &[]).await;
    let path = format!("/api/v1/media/{}", read(given).await["id"].as_str().unwrap());
    for method in [Method::GET, Method::PUT] {
        let answer =
            world.request(method.clone(), &path).bearer_auth(&ben.access_token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(world.request(method, &path).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }
    let describe = async |kind: &str, body: &str| {
        let request = world.request(Method::PUT, &path).bearer_auth(&ana.access_token);
        read(request.header("content-type", kind).body(body.to_owned()).send().await.unwrap()).await
    };
    let said = describe("application/json", r#"{"description":"A wall"}"#).await;
    assert_eq!(said["description"], "A wall");
    let said = describe("application/x-www-form-urlencoded", "focus=0.1%2C0.2").await;
    assert_eq!((&said["description"], &said["meta"]["focus"]["x"]), (&json!("A wall"), &json!(0.1)));
    let refused = describe("application/json", r#"{"focus":"2,2"}"#).await;
    assert!(refused["detail"].as_str().unwrap().contains("from -1 to 1"));
    let long = json!({"description": "x".repeat(1_501)}).to_string();
    assert!(describe("application/json", &long).await["detail"].as_str().unwrap().contains("1500"));
}

#[tokio::test]
async fn a_profile_gets_its_square() {
    let world = World::start().await;
    world.person("ana").await;
    let app = &world.server.app;
    let account = app.db.read(alcove_server::db::accounts::all).await.unwrap()[0].id;
    let mut arriving = Arriving::new(&app.config).await.unwrap();
    arriving.write(&picture(900, 600, ImageFormat::Jpeg)).await.unwrap();
    let arrived = arriving.end().await.unwrap();
    let row = arrival::take(app, account, arrived, Description::default(), Shape::Avatar).await.unwrap();
    world.drain().await;
    let ready = app.db.read(move |transaction| media::find(transaction, row.id)).await.unwrap().unwrap();
    assert_eq!((ready.width, ready.height), (Some(400), Some(400)));
    let profile =
        app.db.read(move |transaction| profiles::find(transaction, account)).await.unwrap().unwrap();
    assert_eq!(profile.avatar, Some(ready.name.clone()), "it is shown as soon as it is ready");
    let shown = world.get(&picture_of(&app.site, &ready.name)).await;
    assert_eq!(
        (shown.status(), &shown.headers()["content-type"]),
        (StatusCode::OK, &"image/jpeg".parse().unwrap())
    );
}
