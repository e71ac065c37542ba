//! Addresses that lead into the network a server stands in, and servers that try to hold it up or fill it (FEDERATION.md
//! section 4, S-30 to S-38, S-50, S-51, S-55), against what a running server really fetches with. How single answers are read is
//! tested beside the fetcher.

use std::time::Duration;

use alcove_protocol::Handle;
use alcove_server::{
    app::App,
    federation::{
        fetch::{FetchError, PostError},
        lookup::{self, Sought},
        proxy, retrieve, senders,
    },
};
use futures_util::future::join_all;
use serde_json::json;

use super::{
    signing::Key,
    stub::Stub,
    world::{Place, Time, note},
};

/// The loopback address and others that are nobody's on the internet, in every disguise.
const PRIVATE: [&str; 34] = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "0",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "%31%32%37.0.0.1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fc00::1]",
    "[fe80::1]",
    "[ff02::1]",
];

/// How a server that was asked badly answers: the ways out of [`App`], each with its refusal.
async fn ways_out(app: &App, address: &str) -> [bool; 3] {
    let sender = senders::of_instance(app).await.unwrap();
    let document = app.outgoing.get_document(address, sender.signer(), app.clock.now()).await;
    let finger = app.outgoing.get_web_finger(address).await;
    let post = app.outgoing.post(address, vec![], b"{}".to_vec()).await;
    [
        matches!(document, Err(FetchError::Refused(_))),
        matches!(finger, Err(FetchError::Refused(_))),
        matches!(post, Err(PostError::Refused(_))),
    ]
}

/// P23, S-30 to S-34, S-36 to S-38: whatever address a server is given, by whichever way, it does not connect into its own
/// network.
#[tokio::test]
async fn promise_23_no_address_leads_into_the_network() {
    let place = Place::open_with(&Time::default(), |config| config.outgoing.allow_addresses.clear()).await;
    let (app, bob) = (place.app(), place.person("bob").await);
    let stub =
        Stub::serving(|address, path| Some(json!({"id": format!("{address}{path}")})), Duration::ZERO).await;
    let port = stub.address.split_once(':').unwrap().1;
    for host in PRIVATE {
        for scheme in ["https", "http"] {
            let address = format!("{scheme}://{host}:{port}/users/1");
            assert_eq!(ways_out(app, &address).await, [true; 3], "{address}");
            assert!(proxy::fetch(app, bob.id, &address).await.is_err(), "{address}");
            assert!(retrieve::document(app, &address).await.is_err(), "{address}");
        }
    }
    let own = place.url("/users/1");
    for address in [
        own.as_str(),
        &own.to_uppercase(),
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "redis://127.0.0.1/",
        "file:///etc/passwd",
        "https://bob@127.0.0.1/",
        "https://h.example@127.0.0.1/",
        "https://127.0.0.1\\@h.example/",
        "//127.0.0.1/",
        "",
    ] {
        assert_eq!(ways_out(app, address).await, [true; 3], "{address}");
    }
    let handle = Handle { name: "ada".into(), domain: stub.address.clone() };
    assert!(lookup::find(app, Sought::Handle(handle)).await.is_err());
    let ada = super::world::Person { id: 0, actor: stub.url("/users/ada").parse().unwrap() };
    let letter = note(&ada, &stub.url("/a/x"), &stub.url("/o/x"), "hello", &[&bob.actor]);
    let key = Key::forged(&format!("{}#main-key", ada.actor));
    let answer = key.post(&place.url("/inbox"), &letter, place.app().clock.now()).send().await;
    assert!(matches!(answer.0, 401 | 503), "{answer:?}");
    assert_eq!(stub.count(), 0, "nobody was connected to");
}

/// P23, S-35, S-50, S-51, S-55: servers that lead astray, never end, say nothing, or send too much are left, each within the
/// time that the configuration grants, and none of them keeps another waiting.
#[tokio::test]
async fn promise_23_no_answer_holds_a_server_up() {
    let place = Place::open_with(&Time::default(), |config| config.outgoing.timeout_seconds = 1).await;
    let typed = "200 OK\r\nContent-Type: application/activity+json";
    let packed = format!("{typed}\r\nContent-Encoding: gzip");
    let large =
        |address: &str, path: &str| Some(json!({"id": format!("{address}{path}"), "x": "x".repeat(1 << 20)}));
    let stubs = [
        ("into the network", Stub::answering(&["302 Found\r\nLocation: http://10.0.0.1/"]).await),
        ("to another name for here", Stub::answering(&["301 Moved\r\nLocation: http://0x7f000002/"]).await),
        ("out of http", Stub::answering(&["302 Found\r\nLocation: file:///etc/passwd"]).await),
        ("in a circle", Stub::answering(&["307 Again\r\nLocation: /"]).await),
        ("nowhere", Stub::answering(&["308 There"]).await),
        ("packed", Stub::answering(&[&packed]).await),
        ("empty", Stub::answering(&[typed]).await),
        ("of another type", Stub::answering(&["200 OK\r\nContent-Type: text/html"]).await),
        ("too large", Stub::serving(large, Duration::ZERO).await),
        ("silent", Stub::serving(|_, _| None, Duration::from_secs(3_600)).await),
    ];
    let (app, now) = (place.app(), place.app().clock.now());
    let sender = senders::of_instance(app).await.unwrap();
    let fetched = join_all(stubs.iter().map(|(_, stub)| {
        let (sender, address) = (sender.clone(), stub.url("/"));
        async move { app.outgoing.get_document(&address, sender.signer(), now).await }
    }));
    for ((what, stub), answer) in stubs.iter().zip(fetched.await) {
        let silent = *what == "silent";
        assert!(answer.as_ref().is_err_and(|error| error.is_passing() == silent), "{what}: {answer:?}");
        assert!(stub.count() <= 4, "{what}: at most three redirects");
    }
}
