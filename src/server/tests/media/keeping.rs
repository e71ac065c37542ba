//! Files are kept through restarts, and go when nobody needs them.

use alcove_protocol::time::DAY;
use image::ImageFormat;
use reqwest::{Method, StatusCode};

use crate::world::{World, json, picture};

/// What was being prepared when the server ended is prepared when it starts again.
#[tokio::test]
async fn a_restart_takes_up_what_was_being_prepared() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    // The picture waits for its turn, which does not come.
    let turn = world.server.app.media.turn.clone().acquire_owned().await.unwrap();
    let media = json(world.give(&ana, &picture(8, 8, ImageFormat::Png), &[]).await).await;
    let world = world.restart().await;
    drop(turn);
    world.drain().await;
    let path = format!("/api/v1/media/{}", media["id"].as_str().unwrap());
    let answer = world.request(Method::GET, &path).bearer_auth(&ana.access_token).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let url = json(answer).await["url"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&url).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_was_given_and_not_used_goes_after_a_day() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    let given = world.give(&ana, &picture(8, 8, ImageFormat::Png), &[]).await;
    let url = json(world.settled(&ana, given).await).await["url"].as_str().unwrap().to_owned();
    world.pass(DAY / 2).await;
    assert_eq!((world.get(&url).await.status(), world.files().len()), (StatusCode::OK, 2));
    world.pass(DAY).await;
    assert_eq!((world.get(&url).await.status(), world.files().len()), (StatusCode::NOT_FOUND, 0));
}

/// What a process stored and did not live to write down is nobody's.
#[tokio::test]
async fn files_that_nobody_knows_are_swept_away() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    let given = world.give(&ana, &picture(8, 8, ImageFormat::Png), &[]).await;
    world.settled(&ana, given).await;
    for part in ["own", "given", "remote"] {
        let folder = world.folder.path().join("data/media").join(part).join("ab");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("abandoned.original"), "x").unwrap();
    }
    world.pass(DAY / 2).await;
    assert_eq!(world.files().len(), 5, "it may be on its way");
    world.pass(DAY).await;
    assert_eq!(world.files().len(), 0);
}
