//! Sealed files of conversations: sealed by a device, laid on its server part by part, had through the reader's own server.

use alcove_client::blob::{Opener, SealedBlob, Sealer};
use alcove_protocol::{
    api::{BLOB_PART, BlobPlace, BlobStanding, Token, path},
    time::{DAY, HOUR},
};
use rand::{SeedableRng, rngs::StdRng};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::world::{World, json};

/// A file that takes several parts, and what a device makes of it.
fn sealed(size: usize) -> (Vec<u8>, Vec<u8>, SealedBlob) {
    let file: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
    let mut sealer = Sealer::new(size as u64, &mut StdRng::seed_from_u64(7)).unwrap();
    let mut bytes = Vec::new();
    for slice in file.chunks(100_000) {
        bytes.extend(sealer.push(slice).unwrap());
    }
    let (last, blob) = sealer.finish().unwrap();
    bytes.extend(last);
    (file, bytes, blob)
}

fn opened(bytes: &[u8], blob: SealedBlob) -> Vec<u8> {
    let mut opener = Opener::new(blob).unwrap();
    let file = opener.push(bytes).unwrap();
    opener.finish().unwrap();
    file
}

impl World {
    async fn announce(&self, person: &Token, length: u64) -> Response {
        let request = self.request(Method::POST, path::BLOBS).bearer_auth(&person.access_token);
        request
            .header("content-type", "application/json")
            .body(json!({"length": length}).to_string())
            .send()
            .await
            .unwrap()
    }

    async fn place(&self, person: &Token, length: u64) -> BlobPlace {
        let answer = self.announce(person, length).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        serde_json::from_value(json(answer).await).unwrap()
    }

    async fn put(&self, place: &BlobPlace, offset: u64, part: &[u8]) -> Response {
        let path = format!("{}/{}?offset={offset}", path::BLOBS, place.name);
        let request = self.request(Method::PATCH, &path).bearer_auth(&place.upload_token);
        request.body(part.to_vec()).send().await.unwrap()
    }

    /// Sends what is missing, as a device does that knows no more than what the server says.
    async fn go_on(&self, place: &BlobPlace, bytes: &[u8], parts: usize) {
        for _ in 0..parts {
            let head = self.of(Method::HEAD, place, &place.upload_token).await;
            let offset: usize = head.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
            let part = &bytes[offset..bytes.len().min(offset + BLOB_PART as usize)];
            if part.is_empty() {
                return;
            }
            let answer = self.put(place, offset as u64, part).await;
            let standing: BlobStanding = serde_json::from_value(json(answer).await).unwrap();
            assert_eq!(standing.received, (offset + part.len()) as u64);
        }
    }

    async fn of(&self, method: Method, place: &BlobPlace, token: &str) -> Response {
        self.request(method, &format!("{}/{}", path::BLOBS, place.name))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
    }

    async fn laid(&self, person: &Token, bytes: &[u8]) -> BlobPlace {
        let place = self.place(person, bytes.len() as u64).await;
        self.go_on(&place, bytes, usize::MAX).await;
        place
    }
}

/// The whole way: broken off, the server started again, gone on from where it was, and opened by whoever has the key.
#[tokio::test]
async fn an_interrupted_upload_goes_on_where_it_was() {
    let mut world = World::start().await;
    let ana = world.person("ana").await;
    let (file, bytes, blob) = sealed(2_500_000);
    let place = world.place(&ana, bytes.len() as u64).await;
    world.go_on(&place, &bytes, 1).await;
    assert_eq!(world.get(&place.url).await.status(), StatusCode::NOT_FOUND, "half a file is none");
    world = world.restart().await;
    world.go_on(&place, &bytes, usize::MAX).await;
    let answer = world.get(&place.url).await;
    assert_eq!(answer.status(), StatusCode::OK);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(opened(&answer.bytes().await.unwrap(), blob), file);
}

/// A part of it, across the parts that it came in.
#[tokio::test]
async fn a_range_may_lie_anywhere() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    let (_, bytes, _) = sealed(2_500_000);
    let place = world.laid(&ana, &bytes).await;
    let part = BLOB_PART as usize;
    for (first, last) in [(0, 0), (part - 1, part), (part, 2 * part - 1), (5, bytes.len() - 1)] {
        let request = world.request(Method::GET, &place.url).header("range", format!("bytes={first}-{last}"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(
            answer.headers()["content-range"].to_str().unwrap(),
            format!("bytes {first}-{last}/{}", bytes.len())
        );
        assert!(answer.bytes().await.unwrap() == bytes[first..=last], "{first} to {last}");
    }
}

/// Lengths and offsets that make no sense, parts of another length, tokens of others: refused, and nothing moves.
#[tokio::test]
async fn hostile_sizes_and_offsets_are_refused() {
    let world = World::start_with(|config| {
        config.media.blob_bytes = 3 << 20;
        config.media.blob_quota_bytes = (3 << 20) + BLOB_PART;
    })
    .await;
    let ana = world.person("ana").await;
    for length in [0, (3 << 20) + 1, u64::MAX] {
        assert_eq!(world.announce(&ana, length).await.status(), StatusCode::PAYLOAD_TOO_LARGE, "{length}");
    }
    let length = BLOB_PART + 10;
    let place = world.place(&ana, length).await;
    let full = vec![7; BLOB_PART as usize];
    for (offset, part, status) in [
        (1, &full[..], StatusCode::CONFLICT),
        (BLOB_PART, &full[..10], StatusCode::CONFLICT),
        (u64::MAX, &full[..], StatusCode::CONFLICT),
        (0, &full[..10], StatusCode::BAD_REQUEST),
        (0, &[], StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(world.put(&place, offset, part).await.status(), status, "{offset}, {} bytes", part.len());
    }
    let too_long = vec![7; (1 << 20) + 1];
    assert_eq!(world.put(&place, 0, &too_long).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(world.put(&place, 0, &full).await.status(), StatusCode::OK);
    // The answer was lost, and the same is sent again: it says where to go on.
    let again = world.put(&place, 0, &full).await;
    assert_eq!(
        (again.status(), json(again).await["received"].as_u64()),
        (StatusCode::CONFLICT, Some(BLOB_PART))
    );
    assert_eq!(world.put(&place, BLOB_PART, &full[..11]).await.status(), StatusCode::BAD_REQUEST);
    for offset in ["-1", "x", "18446744073709551616"] {
        let path = format!("{}/{}?offset={offset}", path::BLOBS, place.name);
        let request = world.request(Method::PATCH, &path).bearer_auth(&place.upload_token).body(vec![7; 10]);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{offset}");
    }
    let stolen = BlobPlace { upload_token: ana.access_token.clone(), ..place.clone() };
    assert_eq!(world.put(&stolen, BLOB_PART, &full[..10]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(world.of(Method::DELETE, &place, &ana.access_token).await.status(), StatusCode::NOT_FOUND);
    // What is announced takes up room, whether or not it has come.
    assert_eq!(world.announce(&ana, 3 << 20).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(world.of(Method::DELETE, &place, &place.upload_token).await.status(), StatusCode::NO_CONTENT);
    assert!(world.files().is_empty());
    world.place(&ana, 3 << 20).await;
}

/// What has not come whole goes after a day, everything after thirty.
#[tokio::test]
async fn sealed_files_go_in_time() {
    let world = World::start().await;
    let ana = world.person("ana").await;
    let (_, bytes, _) = sealed(1_500_000);
    let whole = world.laid(&ana, &bytes).await;
    let half = world.place(&ana, bytes.len() as u64).await;
    world.go_on(&half, &bytes, 1).await;
    assert_eq!(world.files().len(), 4);
    world.pass(DAY + HOUR).await;
    assert_eq!(world.files().len(), 3);
    assert_eq!(world.of(Method::HEAD, &half, &half.upload_token).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(world.get(&whole.url).await.status(), StatusCode::OK);
    world.pass(29 * DAY).await;
    assert!(world.files().is_empty());
    assert_eq!(world.get(&whole.url).await.status(), StatusCode::NOT_FOUND);
}

/// A file of another server comes through the reader's own, a part of it as well; nothing comes from elsewhere or without a token.
#[tokio::test]
async fn readers_ask_their_own_server() {
    let (one, two) = (World::start().await, World::start().await);
    let (ana, ben) = (one.person("ana").await, two.person("ben").await);
    let (file, bytes, blob) = sealed(1_200_000);
    let place = one.laid(&ana, &bytes).await;
    let url = format!("http://{}/blobs/{}", one.server.address, place.name);
    let fetch = |url: &str, range: Option<&'static str>| {
        let mut address = url::Url::parse("http://localhost:8440").unwrap();
        address.set_path(&format!("{}/fetch", path::BLOBS));
        address.query_pairs_mut().append_pair("url", url);
        let request = two.request(Method::GET, address.as_str()).bearer_auth(&ben.access_token);
        match range {
            Some(range) => request.header("range", range),
            None => request,
        }
    };
    let answer = fetch(&url, None).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(opened(&answer.bytes().await.unwrap(), blob), file);
    let part = fetch(&url, Some("bytes=1048570-1048589")).send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        part.headers()["content-range"].to_str().unwrap(),
        format!("bytes 1048570-1048589/{}", bytes.len())
    );
    assert_eq!(part.bytes().await.unwrap(), bytes[1_048_570..1_048_590]);
    let own = two.laid(&ben, &bytes).await;
    assert_eq!(fetch(&own.url, None).send().await.unwrap().status(), StatusCode::OK, "one of this server");
    for refused in [
        "http://10.0.0.1/blobs/a",
        "https://localhost:1/blobs/a",
        "ftp://h.example/a",
        "nonsense",
        &format!("{url}x"),
    ] {
        let status = fetch(refused, None).send().await.unwrap().status();
        assert!(
            [StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE].contains(&status),
            "{refused}: {status}"
        );
    }
    let nobody = two.request(Method::GET, &format!("{}/fetch?url={url}", path::BLOBS)).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}

/// A server that answers with more than our bound, or without saying how much comes, is not passed on.
#[tokio::test]
async fn what_is_too_large_elsewhere_is_not_passed_on() {
    let one = World::start().await;
    let two = World::start_with(|config| config.media.blob_bytes = 1 << 20).await;
    let (ana, ben) = (one.person("ana").await, two.person("ben").await);
    let (_, bytes, _) = sealed(1_200_000);
    let place = one.laid(&ana, &bytes).await;
    let url = format!("http://{}/blobs/{}", one.server.address, place.name);
    for range in ["bytes=0-", "bytes=0-9"] {
        let request =
            two.request(Method::GET, &format!("{}/fetch?url={url}", path::BLOBS)).header("range", range);
        let answer = request.bearer_auth(&ben.access_token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{range}");
    }
}
