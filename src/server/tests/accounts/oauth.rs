//! OAuth from registration to revocation, and each refusal on the way (S-65).

use alcove_protocol::{
    api::{Token, path},
    base64,
    time::MINUTE,
};
use alcove_server::secret::sha256;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::{
    browser::{Browser, Page},
    world::{World, json as body},
};

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0";
const BACK: &str = "https://app.example/back?keep=1";

async fn register(world: &World, metadata: Value) -> Response {
    world.post("/oauth/register", &metadata).await
}

/// A public client with one address.
async fn app(world: &World, uri: &str, scope: &str) -> String {
    let metadata = json!({
        "client_name": "Kite", "redirect_uris": [uri], "scope": scope, "token_endpoint_auth_method": "none",
    });
    body(register(world, metadata).await).await["client_id"].as_str().unwrap().to_owned()
}

fn ask(client: &str, uri: &str, scope: &str) -> Vec<(&'static str, String)> {
    vec![
        ("response_type", "code".into()),
        ("client_id", client.into()),
        ("redirect_uri", uri.into()),
        ("scope", scope.into()),
        ("state", "of&mine".into()),
        ("code_challenge", base64::encode_url(&sha256(VERIFIER.as_bytes()))),
        ("code_challenge_method", "S256".into()),
    ]
}

fn path_of(asked: &[(&str, String)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish();
    format!("/oauth/authorize?{query}")
}

fn with(mut asked: Vec<(&'static str, String)>, name: &str, value: &str) -> Vec<(&'static str, String)> {
    asked.iter_mut().filter(|(known, _)| *known == name).for_each(|(_, it)| *it = value.into());
    asked
}

async fn decide(browser: &mut Browser<'_>, asked: &[(&str, String)], decision: &str) -> Page {
    let page = browser.get(&path_of(asked)).await;
    let mut fields = asked.to_vec();
    fields.extend([("csrf", page.hidden("csrf")), ("decision", decision.into())]);
    browser.post("/oauth/authorize", &fields).await
}

fn parameter(location: &str, name: &str) -> Option<String> {
    let url = Url::parse(location).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

async fn code(browser: &mut Browser<'_>, asked: &[(&str, String)]) -> String {
    let location = decide(browser, asked, "allow").await.location.unwrap();
    parameter(&location, "code").unwrap()
}

async fn exchange(world: &World, client: &str, code: &str, uri: &str, verifier: &str) -> Response {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", uri),
        ("code_verifier", verifier),
    ];
    world.request(Method::POST, "/oauth/token").form(&fields).send().await.unwrap()
}

async fn error_of(answer: Response) -> String {
    assert!(answer.status().is_client_error(), "{answer:?}");
    body(answer).await["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_app_is_let_in_and_goes_again() {
    let world = World::start().await;
    let metadata =
        body(world.request(Method::GET, "/.well-known/oauth-authorization-server").send().await.unwrap())
            .await;
    assert_eq!(metadata["issuer"], "http://localhost:8440");
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    let mut browser = Browser::new(&world);
    world.person("ana", "member").await;
    let client = app(&world, BACK, "read messages").await;
    let asked = ask(&client, BACK, "read messages");
    let sent = browser.get(&path_of(&asked)).await.location.unwrap();
    assert!(sent.starts_with("/signin?next=%2Foauth%2Fauthorize"), "{sent}");
    let form = browser.get(&sent).await;
    let next = form.hidden("next");
    let fields = [("name", "ana"), ("password", crate::world::PASSWORD), ("next", next.as_str())];
    let entered = browser.submit("/signin", &form, &fields).await;
    assert_eq!(entered.location.as_deref(), Some(path_of(&asked).as_str()));
    let page = browser.get(&path_of(&asked)).await;
    assert!(
        page.says("Kite") && page.says("your encrypted messages as one of your own devices"),
        "{}",
        page.html
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.example"), "{policy}");

    let location = decide(&mut browser, &asked, "allow").await.location.unwrap();
    assert!(location.starts_with("https://app.example/back?keep=1&"), "{location}");
    assert_eq!(parameter(&location, "state").as_deref(), Some("of&mine"));
    assert_eq!(parameter(&location, "iss").as_deref(), Some("http://localhost:8440"));
    let code = parameter(&location, "code").unwrap();
    let answer = exchange(&world, &client, &code, BACK, VERIFIER).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let token: Token = serde_json::from_value(body(answer).await).unwrap();
    assert_eq!((token.scope.as_str(), token.handle.as_str()), ("read messages", "@ana@localhost:8440"));
    assert!(token.activitypub_actor_id.as_str().contains("/users/"));
    let forbidden = world.with_token(Method::GET, path::SESSIONS, &token.access_token).await;
    assert_eq!(forbidden.status(), StatusCode::FORBIDDEN, "it was not given devices");

    let fields = [("client_id", client.as_str()), ("token", &token.access_token)];
    let revoked = world.request(Method::POST, "/oauth/revoke").form(&fields).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::OK);
    let ended = world.with_token(Method::GET, path::SESSIONS, &token.access_token).await;
    assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
}

/// S-65: a code is good once; a second use ends the token of the first.
#[tokio::test]
async fn a_code_that_comes_twice_ends_its_token() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.join("ana").await;
    let client = app(&world, BACK, "devices").await;
    let code = code(&mut browser, &ask(&client, BACK, "devices")).await;
    let token: Token =
        serde_json::from_value(body(exchange(&world, &client, &code, BACK, VERIFIER).await).await).unwrap();
    let works = world.with_token(Method::GET, path::SESSIONS, &token.access_token).await;
    assert_eq!(works.status(), StatusCode::OK);
    assert_eq!(error_of(exchange(&world, &client, &code, BACK, VERIFIER).await).await, "invalid_grant");
    let ended = world.with_token(Method::GET, path::SESSIONS, &token.access_token).await;
    assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
}

/// S-65: a code is bound to its client, its address and its challenge, and lasts a minute.
#[tokio::test]
async fn a_code_is_good_for_nobody_else() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.join("ana").await;
    let (client, other) = (app(&world, BACK, "read").await, app(&world, BACK, "read").await);
    let code = code(&mut browser, &ask(&client, BACK, "read")).await;
    let wrong_verifier = "another-verifier-of-at-least-forty-three-chars";
    for (client, code, uri, verifier) in [
        (&other, code.as_str(), BACK, VERIFIER),
        (&client, "made-up", BACK, VERIFIER),
        (&client, &code, "https://app.example/other", VERIFIER),
        (&client, &code, BACK, wrong_verifier),
    ] {
        assert_eq!(error_of(exchange(&world, client, code, uri, verifier).await).await, "invalid_grant");
    }
    assert_eq!(error_of(exchange(&world, "nobody", &code, BACK, VERIFIER).await).await, "invalid_client");
    assert_eq!(error_of(exchange(&world, &client, &code, BACK, "").await).await, "invalid_request");
    world.pass(MINUTE);
    assert_eq!(error_of(exchange(&world, &client, &code, BACK, VERIFIER).await).await, "invalid_grant");
}

/// S-64: nothing leaves for an address that is not the client's; what the client did wrong it is told.
#[tokio::test]
async fn wrong_requests_stay_here_or_go_back_with_a_word() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.join("ana").await;
    let client = app(&world, BACK, "read").await;
    let good = ask(&client, BACK, "read");
    for asked in [
        with(good.clone(), "client_id", "nobody"),
        with(good.clone(), "redirect_uri", "https://evil.example/"),
    ] {
        let page = browser.get(&path_of(&asked)).await;
        assert_eq!((page.status, page.location), (StatusCode::BAD_REQUEST, None));
    }
    for (name, value, word) in [
        ("response_type", "token", "unsupported_response_type"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("scope", "read messages", "invalid_scope"),
        ("scope", "everything", "invalid_scope"),
    ] {
        let location = browser.get(&path_of(&with(good.clone(), name, value))).await.location.unwrap();
        assert_eq!(parameter(&location, "error").as_deref(), Some(word), "{name}={value}");
        assert_eq!(parameter(&location, "state").as_deref(), Some("of&mine"));
    }
    let location = decide(&mut browser, &good, "deny").await.location.unwrap();
    assert_eq!(parameter(&location, "error").as_deref(), Some("access_denied"));
    let mut unasked = good.clone();
    unasked.extend([("decision", "allow".to_owned()), ("csrf", "made-up".to_owned())]);
    assert_eq!(browser.post("/oauth/authorize", &unasked).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_terminal_is_shown_its_code_and_a_confidential_client_shows_its_secret() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.join("ana").await;
    let uri = "urn:ietf:wg:oauth:2.0:oob";
    let metadata = json!({"client_name": "Toot", "redirect_uris": [uri], "scope": "read write:statuses"});
    let registered = body(register(&world, metadata).await).await;
    let client = registered["client_id"].as_str().unwrap();
    let secret = registered["client_secret"].as_str().unwrap();
    let page = decide(&mut browser, &ask(client, uri, "write:statuses"), "allow").await;
    let code = page.html.split_once("class=\"code\">").unwrap().1.split('<').next().unwrap().to_owned();
    assert_eq!(error_of(exchange(&world, client, &code, uri, VERIFIER).await).await, "invalid_client");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", uri),
        ("code_verifier", VERIFIER),
    ];
    let request = world.request(Method::POST, "/oauth/token").basic_auth(client, Some(secret)).form(&fields);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn registrations_are_bounded_in_what_they_say_and_how_many_they_are() {
    let world = World::start().await;
    let with_uris = |uris: Value| json!({"client_name": "Kite", "redirect_uris": uris});
    for (metadata, word) in [
        (with_uris(json!([])), "invalid_redirect_uri"),
        (with_uris(json!(["javascript:alert(1)"])), "invalid_redirect_uri"),
        (with_uris(json!(["https://app.example/#x"])), "invalid_redirect_uri"),
        (json!({"client_name": "x".repeat(200), "redirect_uris": [BACK]}), "invalid_client_metadata"),
        (json!({"client_name": "Kite", "redirect_uris": [BACK], "scope": "everything"}), "invalid_scope"),
        (json!({"redirect_uris": [BACK], "grant_types": ["password"]}), "invalid_client_metadata"),
        (json!("Kite"), "invalid_client_metadata"),
    ] {
        assert_eq!(error_of(register(&world, metadata.clone()).await).await, word, "{metadata}");
    }
    for _ in 0..3 {
        assert_eq!(register(&world, with_uris(json!([BACK]))).await.status(), StatusCode::CREATED);
    }
    let held = register(&world, with_uris(json!([BACK]))).await;
    assert_eq!(held.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(held.headers().contains_key("retry-after"));
    world.pass(MINUTE);
    assert_eq!(register(&world, with_uris(json!([BACK]))).await.status(), StatusCode::CREATED);
}
