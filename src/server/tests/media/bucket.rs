//! The same with files in an S3-compatible storage: a server of that kind runs in this process.

use alcove_protocol::time::DAY;
use alcove_server::config::{S3, Secret};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use image::ImageFormat;
use reqwest::{Method, StatusCode};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use tokio::net::TcpListener;

use crate::world::{PLACE, World, holds, json, photograph, picture};

/// A storage with one bucket.
async fn storage(folder: &std::path::Path) -> S3 {
    std::fs::create_dir_all(folder.join("files")).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single("ana", "a secret"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let builder = auto::Builder::new(TokioExecutor::new());
                drop(builder.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
    S3 {
        endpoint,
        bucket: "files".into(),
        region: "us-east-1".into(),
        access_key: "ana".into(),
        secret_key: Secret("a secret".into()),
    }
}

fn stored(folder: &std::path::Path) -> usize {
    let mut folders = vec![folder.join("files")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { count += 1 }
        }
    }
    count
}

#[tokio::test]
async fn files_live_in_a_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = storage(folder.path()).await;
    let world = World::start_with(|config| config.media.s3 = s3).await;
    let ana = world.person("ana").await;
    let given = world.give(&ana, &photograph(), &[]).await;
    let media = json(world.settled(&ana, given).await).await;
    let url = media["url"].as_str().unwrap();
    let whole = world.get(url).await.bytes().await.unwrap();
    assert!(whole.starts_with(&[0xFF, 0xD8]) && !holds(&whole, PLACE));
    let part = world.request(Method::GET, url).header("range", "bytes=2-5").send().await.unwrap();
    assert_eq!(
        (part.status(), part.bytes().await.unwrap()),
        (StatusCode::PARTIAL_CONTENT, whole.slice(2..6))
    );
    assert_eq!(stored(folder.path()), 2, "the picture and its preview, and nothing that was given");
    // Longer than one part: sent in several.
    let sound = [b"fLaC".as_slice(), &vec![7; 12 << 20]].concat();
    let given = json(world.give(&ana, &sound, &[]).await).await;
    let heard = world.get(given["url"].as_str().unwrap()).await.bytes().await.unwrap();
    assert!(heard == sound, "{} bytes came back", heard.len());
    assert!(!world.folder.path().join("data/media").exists());
    world.pass(2 * DAY).await;
    assert_eq!(stored(folder.path()), 0);
}

#[tokio::test]
async fn a_storage_that_does_not_answer_is_trouble_that_passes() {
    let folder = tempfile::tempdir().unwrap();
    let s3 = S3 { secret_key: Secret("wrong".into()), ..storage(folder.path()).await };
    let world = World::start_with(|config| config.media.s3 = s3).await;
    let ana = world.person("ana").await;
    let given = world.give(&ana, &picture(8, 8, ImageFormat::Png), &[]).await;
    assert_eq!(given.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stored(folder.path()), 0);
}
