//! Files are given out.

use image::ImageFormat;
use reqwest::{Method, StatusCode};

use crate::world::{World, json, picture};

async fn shown() -> (World, String, Vec<u8>) {
    let world = World::start().await;
    let ana = world.person("ana").await;
    let given = world.give(&ana, &picture(40, 40, ImageFormat::Png), &[]).await;
    let media = json(world.settled(&ana, given).await).await;
    let url = media["url"].as_str().unwrap().to_owned();
    let whole = world.get(&url).await.bytes().await.unwrap().to_vec();
    (world, url, whole)
}

/// S-40: everything that keeps a browser from seeing more in a file than a picture.
#[tokio::test]
async fn files_come_with_all_that_keeps_them_harmless() {
    let (world, url, whole) = shown().await;
    let name = url.split('/').nth(4).unwrap();
    for method in [Method::GET, Method::HEAD] {
        let answer = world.request(method, &url).header("cookie", "alcove=secret").send().await.unwrap();
        for (header, value) in [
            ("content-type", "image/png"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("accept-ranges", "bytes"),
            ("content-length", &whole.len().to_string()),
            ("etag", &format!("\"{name}-original\"")),
            ("content-disposition", &format!("inline; filename=\"{name}-original.png\"")),
        ] {
            assert_eq!(answer.headers()[header], value, "{header}");
        }
        assert!(!answer.headers().contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn parts_are_given_out_and_what_is_known_is_not_sent_again() {
    let (world, url, whole) = shown().await;
    let last = whole.len() - 1;
    let ask = async |header: &str, value: &str| {
        world.request(Method::GET, &url).header(header, value).send().await.unwrap()
    };
    for (range, first, end) in [("bytes=0-9", 0, 9), ("bytes=10-", 10, last), ("bytes=-10", last - 9, last)] {
        let answer = ask("range", range).await;
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT, "{range}");
        assert_eq!(answer.headers()["content-range"], format!("bytes {first}-{end}/{}", whole.len()));
        assert_eq!(answer.bytes().await.unwrap(), &whole[first..=end]);
    }
    let beyond = ask("range", &format!("bytes={}-", whole.len())).await;
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.headers()["content-range"], format!("bytes */{}", whole.len()));
    assert_eq!(ask("range", "bytes=0-1,4-5").await.status(), StatusCode::OK, "several at once are the whole");
    let etag = ask("range", "bytes=0-0").await.headers()["etag"].to_str().unwrap().to_owned();
    for known in [etag.as_str(), "*", &format!("\"other\", W/{etag}")] {
        let answer = ask("if-none-match", known).await;
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
        assert!(answer.bytes().await.unwrap().is_empty());
    }
    assert_eq!(ask("if-none-match", "\"other\"").await.status(), StatusCode::OK);
    let other = world.request(Method::GET, &url).header("range", "bytes=0-9").header("if-range", "\"other\"");
    assert_eq!(other.send().await.unwrap().status(), StatusCode::OK);
}

/// S-40: an address leads to what it says, or to nothing.
#[tokio::test]
async fn addresses_lead_to_what_they_say() {
    let (world, url, _) = shown().await;
    let stem = url.trim_end_matches("original.png").to_owned();
    for file in
        ["original.html", "original.svg", "original.jpg", "other.png", "original.png.html", "..%2foriginal"]
    {
        assert_eq!(world.get(&format!("{stem}{file}")).await.status(), StatusCode::NOT_FOUND, "{file}");
    }
    assert_eq!(world.get(&format!("{stem}preview.png")).await.status(), StatusCode::OK);
    assert_eq!(world.get("/media/AAAAAAAAAAAAAAAAAAAAAA/original.png").await.status(), StatusCode::NOT_FOUND);
}
