//! What counts as an answer, and where the token goes.

use super::*;
use crate::testing::{Answer, Fake, json, problem, silence};

async fn ask(answer: Answer) -> Result<Answered, NoAnswer> {
    let fake = Fake::script(vec![answer]).await;
    let network = Network { timeout: Duration::from_secs(5), ..Network::default() };
    let server = Server::new(&fake.address, &network).unwrap().signed_in("secret");
    server.send("/x", &serde_json::json!({})).await
}

/// Only a server that says no in our own words has refused; everything else may be tried again.
#[tokio::test]
async fn answers_are_told_from_refusals_and_from_silence() {
    assert!(ask(json(201, "{}")).await.is_ok());
    assert!(ask(json(204, "")).await.is_ok());
    for (status, kind) in
        [(400, "invalid"), (403, "forbidden"), (404, "not-found"), (409, "wrong-epoch"), (422, "key-package")]
    {
        let refused = ask(problem(status, kind)).await.unwrap_err();
        assert!(matches!(&refused, NoAnswer::Refused(problem) if problem.is(kind)), "{refused:?}");
    }
    for answer in [silence(), problem(408, "timeout")] {
        let unreachable = ask(answer).await.unwrap_err();
        assert!(matches!(unreachable, NoAnswer::Unreachable(_)), "{unreachable:?}");
    }
    for (said, seconds) in
        [(None, 60), (Some("7"), 7), (Some("0"), 1), (Some("99999999"), 3_600), (Some("x"), 60)]
    {
        let mut answer = problem(429, "too-many");
        answer.1.extend(said.map(|said| ("retry-after", said.to_owned())));
        let patience = ask(answer).await.unwrap_err();
        assert!(matches!(patience, NoAnswer::Patience(time) if time == seconds * 1_000), "{patience:?}");
    }
    let unknown = [
        problem(500, "internal"),
        problem(503, "busy"),
        json(502, "<h1>Bad gateway</h1>"),
        json(404, "<h1>Not Alcove</h1>"),
        json(307, ""),
    ];
    for answer in unknown {
        let status = answer.0;
        let unknown = ask(answer).await.unwrap_err();
        assert!(matches!(unknown, NoAnswer::Unknown(_)), "{status}: {unknown:?}");
    }
    assert!(matches!(ask(problem(401, "unauthorized")).await.unwrap_err(), NoAnswer::SignedOut(_)));
    let large = ask(json(413, "")).await.unwrap_err();
    assert!(matches!(large, NoAnswer::Refused(problem) if problem.status == 413), "a proxy's limit stays");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_in_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let network = Network { timeout: Duration::from_millis(50), ..Network::default() };
    let server = Server::new(&address, &network).unwrap();
    let unknown = server.request(Method::GET, server.api("/x", &[])).await.unwrap_err();
    assert!(matches!(&unknown, NoAnswer::Unreachable(reason) if reason.contains("in time")), "{unknown:?}");
}

/// A redirection would take the token along.
#[tokio::test]
async fn redirections_are_not_followed() {
    let elsewhere = Fake::script(vec![json(200, "{}")]).await;
    let redirect = (307, vec![("location", elsewhere.address.to_string())], String::new());
    assert!(matches!(ask(redirect).await.unwrap_err(), NoAnswer::Unknown(_)));
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn addresses_of_other_servers_are_not_asked() {
    let fake = Fake::script(vec![]).await;
    let server = Server::new(&fake.address, &Network::default()).unwrap().signed_in("secret");
    assert!(server.own(&format!("{}users/1/outbox", fake.address)).is_ok());
    for other in ["https://evil.example/outbox", "http://127.0.0.1:1/outbox", "outbox", ""] {
        assert!(server.own(other).is_err(), "{other}");
    }
}

#[tokio::test]
async fn the_token_is_sent_in_its_header_and_not_printed() {
    let fake = Fake::script(vec![json(200, "{}")]).await;
    let server = Server::new(&fake.address, &Network::default()).unwrap().signed_in("secret");
    server.request(Method::GET, server.api("/x", &[("handle", "@a@b")])).await.unwrap();
    let asked = &fake.asked()[0];
    assert_eq!(asked.line, "GET /x?handle=%40a%40b");
    assert!(asked.headers.contains(&"authorization: Bearer secret".to_owned()));
    assert!(!format!("{server:?}").contains("secret"));
}

#[test]
fn a_file_without_certificates_is_refused_in_words() {
    let network = Network { roots: vec![b"no certificate".to_vec()], ..Network::default() };
    let error = Server::new(&Url::parse("https://h.example").unwrap(), &network).unwrap_err();
    assert!(error.to_string().contains("--ca"), "{error}");
}

/// An organisation's own authority is trusted when it is named, and only then; no other name is taken for its server's.
#[tokio::test]
async fn certificates_of_a_named_authority_are_trusted() {
    let (port, authority) = protected_server().await;
    let named = Network { roots: vec![authority], ..Network::default() };
    for (host, network, expected) in
        [("localhost", &named, true), ("localhost", &Network::default(), false), ("127.0.0.1", &named, false)]
    {
        let address = Url::parse(&format!("https://{host}:{port}")).unwrap();
        let server = Server::new(&address, network).unwrap();
        let answered = server.request(Method::GET, server.api("/x", &[])).await;
        assert_eq!(answered.is_ok(), expected, "{host}: {answered:?}");
    }
}

/// A server with a certificate for `localhost`, and the authority that signed it.
async fn protected_server() -> (u16, Vec<u8>) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let (authority_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let private = rustls_pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let settings = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(settings));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust us hangs up.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                use tokio::io::{AsyncReadExt, AsyncWriteExt};
                stream.read_u8().await.unwrap();
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
                    .await
                    .unwrap();
                stream.shutdown().await.unwrap();
            }
        }
    });
    (port, authority_certificate.pem().into_bytes())
}
