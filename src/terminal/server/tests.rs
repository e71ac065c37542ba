//! What counts as an answer, and where the token goes.

use super::*;
use crate::testing::{Answer, Fake, json, problem, silence};

async fn ask(answer: Answer) -> Result<Answered, NoAnswer> {
    let fake = Fake::script(vec![answer]).await;
    let network = Network { timeout: Duration::from_secs(5), ..Network::default() };
    let server = Server::new(&fake.address, &network).unwrap().signed_in("secret");
    server.request(Method::POST, server.api("/x", &[]), Body::Api(b"{}")).await
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
    let unknown = [
        silence(),
        problem(429, "too-many"),
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
    let unknown = server.request(Method::GET, server.api("/x", &[]), Body::None).await.unwrap_err();
    assert!(matches!(&unknown, NoAnswer::Unknown(reason) if reason.contains("in time")), "{unknown:?}");
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
    server.request(Method::GET, server.api("/x", &[("handle", "@a@b")]), Body::None).await.unwrap();
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
