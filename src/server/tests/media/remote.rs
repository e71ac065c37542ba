//! Files of other servers, seen through ours.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use alcove_protocol::time::{DAY, HOUR};
use alcove_server::media::proxied;
use futures_util::future::join_all;
use image::ImageFormat;
use reqwest::{Method, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::world::{World, picture};

/// Another server: it answers by path and keeps what it was asked.
struct Elsewhere {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Elsewhere {
    async fn new(answer: impl Fn(&str) -> (&'static str, Vec<u8>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (kept, answer) = (asked.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                            return;
                        }
                    }
                    let request = String::from_utf8(request).unwrap();
                    let path = request.split(' ').nth(1).unwrap().to_owned();
                    kept.lock().unwrap().push(request);
                    let (head, body) = answer(&path);
                    let length = body.len();
                    let head =
                        format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                    drop(stream.write_all(&[head.as_bytes(), &body].concat()).await);
                });
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// S-36: the person's browser asks us, and only we ask there: once, with our name and without theirs.
#[tokio::test]
async fn foreign_pictures_are_seen_through_us() {
    let png = picture(40, 40, ImageFormat::Png);
    let shown = png.clone();
    // Its server calls it a page.
    let there = Elsewhere::new(move |_| ("200 OK\r\ncontent-type: text/html", shown.clone())).await;
    let world = World::start().await;
    let address = proxied(&world.server.app, &there.url("/a.png?b=c"));
    let asks = (0..8).map(|_| async {
        let request = world.request(Method::GET, &address).header("user-agent", "Firefox");
        request.header("cookie", "alcove=secret").send().await.unwrap()
    });
    for answer in join_all(asks).await {
        assert_eq!(answer.status(), StatusCode::OK);
        for (header, value) in [
            ("content-type", "image/png"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cache-control", "public, max-age=604800"),
        ] {
            assert_eq!(answer.headers()[header], value);
        }
        assert_eq!(answer.bytes().await.unwrap(), png);
    }
    assert_eq!(there.count(), 1);
    let request = there.asked.lock().unwrap()[0].clone();
    assert!(request.starts_with("GET /a.png?b=c ") && request.contains("Alcove/"), "{request}");
    assert!(!request.contains("Firefox") && !request.contains("secret"));
    let part = world.request(Method::GET, &address).header("range", "bytes=0-3").send().await.unwrap();
    assert_eq!((part.status(), &part.bytes().await.unwrap()[..]), (StatusCode::PARTIAL_CONTENT, &png[..4]));
}

/// S-36: nobody can have us fetch what he likes.
#[tokio::test]
async fn addresses_that_we_did_not_make_fetch_nothing() {
    let there = Elsewhere::new(|_| ("200 OK", picture(4, 4, ImageFormat::Png))).await;
    let world = World::start().await;
    let address = proxied(&world.server.app, &there.url("/a.png"));
    let (start, proof) = address.rsplit_once('/').unwrap();
    let other = proxied(&world.server.app, &there.url("/b.png"));
    let other = other.rsplit_once('/').unwrap().0;
    for forged in [format!("{start}/"), format!("{start}/{}", "A".repeat(22)), format!("{other}/{proof}")] {
        assert_eq!(world.get(&forged).await.status(), StatusCode::NOT_FOUND, "{forged}");
    }
    assert_eq!(there.count(), 0);
}

/// S-30, S-35, S-36: neither at once nor by a redirect to where nobody outside may look.
#[tokio::test]
async fn private_addresses_are_not_reached_through_us() {
    let there = Elsewhere::new(|path| match path {
        "/metadata" => ("302 Found\r\nlocation: http://169.254.169.254/latest", Vec::new()),
        "/inside" => ("302 Found\r\nlocation: http://10.0.0.1/a.png", Vec::new()),
        _ => ("302 Found\r\nlocation: /again", Vec::new()),
    })
    .await;
    let world = World::start().await;
    for url in [
        "http://169.254.169.254/latest".to_owned(),
        "https://[::1]/a.png".to_owned(),
        "http://0x7f000002/a.png".to_owned(),
        "https://user:word@127.0.0.1/a.png".to_owned(),
        there.url("/metadata"),
        there.url("/inside"),
        there.url("/loop"),
    ] {
        let answer = world.get(&proxied(&world.server.app, &url)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{url}");
    }
    assert!(world.files().is_empty());
}

/// S-40, S-41, S-50, S-55: what is no picture, too long or not to be had is one and the same 404, and not asked for again.
#[tokio::test]
async fn whatever_cannot_be_shown_is_the_same_and_is_not_asked_for_again() {
    let there = Elsewhere::new(|path| match path {
        "/page" => ("200 OK\r\ncontent-type: image/png", b"<script>alert(1)</script>".repeat(9)),
        "/svg" => {
            ("200 OK\r\ncontent-type: image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec())
        }
        "/large" => ("200 OK", [picture(4, 4, ImageFormat::Png), vec![0; 9_000]].concat()),
        "/packed" => ("200 OK\r\ncontent-encoding: gzip", picture(4, 4, ImageFormat::Png)),
        "/broken" => ("500 Oops", Vec::new()),
        _ => ("404 Nothing", Vec::new()),
    })
    .await;
    let world = World::start_with(|config| config.media.image_bytes = 8_000).await;
    let paths = ["/page", "/svg", "/large", "/packed", "/broken", "/nothing"];
    let mut bodies = Vec::new();
    for _ in 0..2 {
        for path in paths {
            let answer = world.get(&proxied(&world.server.app, &there.url(path))).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            bodies.push(answer.text().await.unwrap());
        }
    }
    assert!(bodies.iter().all(|body| body == &bodies[0]));
    assert_eq!(there.count(), paths.len());
    world.pass(2 * HOUR).await;
    world.get(&proxied(&world.server.app, &there.url("/nothing"))).await;
    assert_eq!(there.count(), paths.len() + 1, "an hour later it may be there");
    assert!(world.files().is_empty());
}

/// The bound holds after each file, the age after each upkeep.
#[tokio::test]
async fn what_is_kept_of_others_has_a_bound_and_an_age() {
    let there = Elsewhere::new(|_| ("200 OK", [b"fLaC".as_slice(), &[0; 996]].concat())).await;
    let world = World::start_with(|config| config.media.cache_bytes = 3_000).await;
    let look = async |number: usize| {
        let url = there.url(&format!("/{number}.flac"));
        assert_eq!(world.get(&proxied(&world.server.app, &url)).await.status(), StatusCode::OK);
    };
    for number in 0..3 {
        look(number).await;
        world.pass(2 * HOUR).await;
    }
    // The first one is looked at again, so that the second is the one that goes.
    look(0).await;
    look(3).await;
    assert_eq!((world.files().len(), there.count()), (3, 4));
    look(0).await;
    assert_eq!(there.count(), 4);
    look(1).await;
    assert_eq!((world.files().len(), there.count()), (3, 5));
    world.pass(31 * DAY).await;
    assert!(world.files().is_empty());
}
