//! Against raw servers on the loopback address, which answer whatever a test makes them answer. None of these tests
//! waits for a fixed time: what hangs is ended by a deadline that the test sets.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
};

use alcove_protocol::{
    ActorId,
    actor::{KeyId, KeyMaterial},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{
    cryptography::{NewKey, SigningKey, VerificationKey},
    federation::signatures::{SignedRequest, parse, verify},
};

mod hostile;

const NOW: Timestamp = Timestamp(1_767_323_045_000);
const ACTIVITY: &str = "application/activity+json";

static PAIR: LazyLock<(SigningKey, VerificationKey)> = LazyLock::new(|| {
    let new = NewKey::rsa().unwrap();
    let public = VerificationKey::read(&KeyMaterial::Pem(new.public.clone())).unwrap();
    (SigningKey::read(&new.private_pem).unwrap(), public)
});
static KEY_ID: LazyLock<KeyId> =
    LazyLock::new(|| KeyId::parse("https://own.example/actor#main-key").unwrap());

fn signer() -> Signer<'static> {
    Signer { key_id: &KEY_ID, key: &PAIR.0 }
}

/// What a server answers to one request.
enum Reply {
    /// These bytes, and the end.
    Bytes(Vec<u8>),
    /// These bytes, then nothing more, for as long as the client holds on.
    Silence(Vec<u8>),
    /// These bytes, then the second ones again and again.
    Endless(Vec<u8>, Vec<u8>),
}

/// A server that answers by a function of the request's target, and keeps what it was asked.
struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    async fn new(reply: impl Fn(&str, SocketAddr) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let (kept, reply) = (requests.clone(), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, address, kept.clone(), reply.clone()));
            }
        });
        Self { address, requests }
    }

    /// One that answers every request with the same document.
    async fn of(reply: fn(SocketAddr) -> Reply) -> Self {
        Self::new(move |_, address| reply(address)).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .unwrap()
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect()
    }
}

async fn answer(
    mut stream: TcpStream,
    address: SocketAddr,
    kept: Arc<Mutex<Vec<Vec<u8>>>>,
    reply: Arc<impl Fn(&str, SocketAddr) -> Reply>,
) {
    let mut request = Vec::new();
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let head = String::from_utf8_lossy(&request).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    kept.lock().unwrap().push(request);
    let (first, more) = match reply(&target, address) {
        Reply::Bytes(bytes) => (bytes, None),
        Reply::Silence(bytes) => (bytes, Some(vec![])),
        Reply::Endless(bytes, more) => (bytes, Some(more)),
    };
    let mut sent = stream.write_all(&first).await;
    while let (Some(more), Ok(())) = (&more, &sent) {
        // Silence is waiting for the client to go away.
        sent =
            if more.is_empty() { stream.read_u8().await.map(|_| ()) } else { stream.write_all(more).await };
    }
}

fn reply(status: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let length = ("content-length", body.len().to_string());
    let close = ("connection", "close".to_owned());
    let all = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).chain([length, close]);
    let head: String = all.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    Reply::Bytes(format!("HTTP/1.1 {status}\r\n{head}\r\n{body}").into_bytes())
}

fn activity(body: &str) -> Reply {
    reply("200 OK", &[("content-type", ACTIVITY)], body)
}

fn redirect(to: &str) -> Reply {
    reply("302 Found", &[("location", to), ("set-cookie", "session=1")], "")
}

/// A client that may reach 127.0.0.1, and gives up after a second.
fn fetcher() -> Fetcher {
    fetcher_with(|settings| settings.allowed = vec!["127.0.0.1".parse().unwrap()])
}

fn fetcher_with(change: impl FnOnce(&mut Settings)) -> Fetcher {
    let mut settings = Settings::new(ActorId::parse("https://own.example/").unwrap().origin());
    settings.total_timeout = Duration::from_secs(1);
    change(&mut settings);
    Fetcher::new(settings).unwrap()
}

async fn get(url: &str) -> Result<Document, FetchError> {
    fetcher().get_document(url, signer(), NOW).await
}

#[tokio::test]
async fn documents_are_fetched_with_a_name_and_a_signature() {
    let server = Server::of(|address| activity(&format!(r#"{{"id":"http://{address}/users/1?a=b"}}"#))).await;
    let document = get(&server.url("/users/1?a=b#main-key")).await.unwrap();
    assert_eq!(document.id, server.url("/users/1?a=b"));
    let request = &server.requests()[0];
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        request.contains(&format!("user-agent: Alcove/{version} (+https://own.example/)\r\n")),
        "{request}"
    );
    assert!(request.contains("accept: application/activity+json, application/ld+json; profile="));
    assert!(!request.contains("accept-encoding"), "S-55: nothing is asked to be compressed");
    assert!(verifies(request, server.address));
}

/// Checks the signature of a request as it came over the wire.
fn verifies(request: &str, address: SocketAddr) -> bool {
    let mut lines = request.split("\r\n");
    let target = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers: Vec<(&str, &[u8])> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name, value.as_bytes()))
        .collect();
    let request = SignedRequest { method: "GET", target: &target, headers: &headers, body: b"" };
    let origin = ActorId::parse(&format!("http://{address}/")).unwrap().origin();
    parse(&request, &origin, NOW).is_ok_and(|claim| verify(&claim, &PAIR.1).is_ok())
}

/// FEDERATION.md 1.1: whoever refuses the first way of signing is asked in the second.
#[tokio::test]
async fn a_refused_signature_is_tried_in_the_other_scheme() {
    let attempts = Mutex::new(0);
    let server = Server::new(move |_, address| {
        let mut attempts = attempts.lock().unwrap();
        *attempts += 1;
        match *attempts {
            1 => reply("401 Unauthorized", &[], ""),
            _ => activity(&format!(r#"{{"id":"http://{address}/a"}}"#)),
        }
    })
    .await;
    assert!(get(&server.url("/a")).await.is_ok());
    let requests = server.requests();
    assert!(
        requests[0].contains("\r\nsignature: keyId=") && requests[1].contains("\r\nsignature-input: sig1=")
    );
    assert!(requests.iter().all(|request| verifies(request, server.address)));
}

/// S-01: another id of the same origin is fetched once; then it must be its own address.
#[tokio::test]
async fn the_id_must_be_the_address() {
    let server = Server::new(|target, address| match target {
        "/@ana" | "/users/1" => activity(&format!(r#"{{"id":"http://{address}/users/1"}}"#)),
        _ => activity(&format!(r#"{{"id":"http://{address}/never"}}"#)),
    })
    .await;
    assert_eq!(get(&server.url("/@ana")).await.unwrap().id, server.url("/users/1"));
    assert!(matches!(get(&server.url("/other")).await, Ok(document) if document.id == server.url("/never")));
    let liar =
        Server::new(|target, address| activity(&format!(r#"{{"id":"http://{address}{target}x"}}"#))).await;
    assert!(matches!(get(&liar.url("/")).await, Err(FetchError::Invalid(_))));
    assert_eq!(liar.requests().len(), 2, "asked once more, and then no more");
}

/// S-01, S-02: a document on one host that claims an id on another is refused without asking there.
#[tokio::test]
async fn ids_of_another_origin_are_refused() {
    let victim = Server::of(|address| activity(&format!(r#"{{"id":"http://{address}/"}}"#))).await;
    let claimed = victim.url("/users/1");
    let server = Server::new(move |_, _| activity(&format!(r#"{{"id":"{claimed}"}}"#))).await;
    assert!(matches!(get(&server.url("/users/1")).await, Err(FetchError::Invalid(_))));
    assert!(victim.requests().is_empty());
    for body in
        ["{}", r#"{"id":7}"#, r#"{"id":["http://127.0.0.1/"]}"#, "[]", "", "{", r#"{"id":"a","id":"b"}"#]
    {
        let server = Server::new(move |_, _| activity(body)).await;
        assert!(matches!(get(&server.url("/")).await, Err(FetchError::Invalid(_))), "{body}");
    }
}

/// S-03: files of the right shape under the wrong type; S-55: compression that nobody asked for.
#[tokio::test]
async fn other_media_types_are_refused() {
    for headers in [
        &[("content-type", "application/json")][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/ld+json")],
        &[("content-type", ACTIVITY), ("content-type", "text/html")],
        &[("content-type", ACTIVITY), ("content-encoding", "gzip")],
        &[],
    ] {
        let headers = headers.to_vec();
        let server = Server::new(move |target, address| {
            reply("200 OK", &headers, &format!(r#"{{"id":"http://{address}{target}"}}"#))
        })
        .await;
        assert!(matches!(get(&server.url("/")).await, Err(FetchError::Invalid(_))));
    }
}

#[tokio::test]
async fn web_finger_is_asked_without_signature_and_follows_a_redirect() {
    let target = "/.well-known/webfinger?resource=acct:ana@h.example";
    let host =
        Server::new(|_, _| reply("200 OK", &[("content-type", "application/jrd+json")], r#"{"links":[]}"#))
            .await;
    let there = host.url(target);
    let domain = Server::new(move |_, _| redirect(&there)).await;
    assert!(fetcher().get_web_finger(&domain.url(target)).await.unwrap().get("links").is_some());
    assert!(host.requests()[0].starts_with(&format!("GET {target} ")));
    assert!(!host.requests()[0].contains("signature"));
}

/// Each status says whether it is worth trying again.
#[tokio::test]
async fn statuses_are_told_apart() {
    for (status, passing) in
        [("429 Wait", true), ("500 Oops", true), ("503 Busy", true), ("204 No", false), ("418 Tea", false)]
    {
        let server = Server::new(move |_, _| reply(status, &[], "")).await;
        assert_eq!(get(&server.url("/")).await.unwrap_err().is_passing(), passing, "{status}");
    }
    for (status, error) in [
        ("404 Not Found", FetchError::NotFound),
        ("410 Gone", FetchError::Gone),
        ("401 No", FetchError::Denied),
        ("403 No", FetchError::Denied),
    ] {
        let server = Server::new(move |_, _| reply(status, &[], "")).await;
        assert_eq!(get(&server.url("/")).await, Err(error), "{status}");
    }
}

#[tokio::test]
async fn posts_report_what_was_answered() {
    let headers = || vec![("content-type", ACTIVITY.to_owned()), ("signature", "x".to_owned())];
    let server = Server::new(|target, _| match target {
        "/busy" => reply("503 Busy", &[("retry-after", "30")], "later"),
        "/moved" => redirect("/inbox"),
        "/date" => reply("429 Slow", &[("retry-after", "Fri, 02 Jan 2026 03:04:05 GMT")], ""),
        "/large" => Reply::Endless(b"HTTP/1.1 202 Accepted\r\n\r\n".into(), vec![b' '; 8_192]),
        _ => reply("202 Accepted", &[("content-type", "application/problem+json")], "{}"),
    })
    .await;
    let post = async |path: &str| fetcher().post(&server.url(path), headers(), b"{}".to_vec()).await.unwrap();
    let accepted = post("/inbox").await;
    assert_eq!((accepted.status, accepted.body.as_slice()), (202, &b"{}"[..]));
    assert_eq!(accepted.content_type.as_deref(), Some("application/problem+json"));
    let busy = post("/busy").await;
    assert_eq!((busy.status, busy.retry_after), (503, Some(RetryAfter::Seconds(30))));
    assert_eq!(busy.retry_after.unwrap().moment(NOW), NOW.plus(30_000));
    assert_eq!(post("/date").await.retry_after.unwrap().moment(Timestamp(0)), NOW);
    assert_eq!(post("/moved").await.status, 302, "a delivery is not sent elsewhere");
    let large = post("/large").await;
    assert_eq!((large.status, large.body.len()), (202, 0), "the status counts without the body");
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /inbox ") && request.contains("\r\ncontent-length: 2\r\n"));
    assert_eq!(request.matches("content-type").count(), 1);
}

/// S-36: the addresses of inboxes are vetted like all others.
#[tokio::test]
async fn posts_go_through_the_same_vetting() {
    let strict = fetcher_with(|_| ());
    for url in [
        "https://127.0.0.1/inbox",
        "https://localhost/inbox",
        "http://1.1.1.1/inbox",
        "https://own.example/inbox",
    ] {
        let refused = strict.post(url, vec![], vec![]).await;
        assert!(matches!(refused, Err(PostError::Refused(_))), "{url}: {refused:?}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let lost = fetcher().post(&format!("http://{nobody}/inbox"), vec![], vec![]).await;
    assert!(matches!(lost, Err(PostError::Unreachable(_))));
}

/// An organisation's own certificate authority, and nobody else's.
#[tokio::test]
async fn extra_root_certificates_are_trusted() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.into())
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::new(config.clone())).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream);
            let mut request = [0; 4_096];
            let Ok(_) = std::io::Read::read(&mut tls, &mut request) else { continue };
            let Reply::Bytes(bytes) = activity(&format!(r#"{{"id":"https://localhost:{port}/"}}"#)) else {
                return;
            };
            let _ = std::io::Write::write_all(&mut tls, &bytes);
            tls.conn.send_close_notify();
            let _ = std::io::Write::flush(&mut tls);
        }
    });
    let url = format!("https://localhost:{port}/");
    let pem = own.cert.pem().into_bytes();
    let trusting = fetcher_with(|settings| {
        settings.allowed = vec!["127.0.0.1".parse().unwrap()];
        settings.root_certificates = vec![pem];
    });
    assert_eq!(trusting.get_document(&url, signer(), NOW).await.unwrap().id, url);
    assert!(matches!(get(&url).await, Err(FetchError::Unreachable(_))), "an unknown certificate");
}
