//! A running server with a fresh database and a clock that stories move.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use alcove_protocol::api::{Device, Join, SignIn, Token, path};
use alcove_server::{
    Server,
    actions::{media::PREPARE, writing::waiting::PUBLISH},
    app::Clock,
    config::{self, Config},
    control::{self, Answer, Order},
    db::{jobs, testing::FreshDatabase},
    mls::testing::Signer,
    secret::sha256,
};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// A password that fits the rules.
pub const PASSWORD: &str = "correct horse battery";

/// A running server.
pub struct World {
    pub server: Server,
    pub client: reqwest::Client,
    moved: Arc<AtomicI64>,
    _database: FreshDatabase,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn start() -> Self {
        Self::start_as("http://localhost:8440").await
    }

    /// A server that is reached by an address of its own, as if by a proxy in front.
    pub async fn start_as(public_url: &str) -> Self {
        Self::start_with(|config, _| config.server.public_url = public_url.to_owned()).await
    }

    /// One with something else in its configuration, and a folder for it.
    pub async fn start_with(change: impl FnOnce(&mut Config, &Path)) -> Self {
        let (database, folder) = (FreshDatabase::new(), tempfile::tempdir().unwrap());
        let moved = Arc::new(AtomicI64::new(0));
        let mut config = config(&database, &folder, "http://localhost:8440");
        change(&mut config, folder.path());
        let server = alcove_server::start(config, Clock::Moved(moved.clone())).await.unwrap();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server, client, moved, _database: database, _folder: folder }
    }

    /// Lets time pass, in milliseconds.
    pub fn pass(&self, milliseconds: i64) {
        self.moved.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    pub async fn order(&self, order: Order) -> Answer {
        control::perform(&self.server.app, order).await.unwrap()
    }

    /// The token of a new invitation.
    pub async fn invitation(&self, role: &str, uses: u32) -> String {
        let order = Order::InviteCreate { role: role.into(), uses, days: 7, note: String::new() };
        let Answer::Link { link, .. } = self.order(order).await else { panic!("an invitation") };
        link.rsplit_once('/').unwrap().1.to_owned()
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Response {
        let body = serde_json::to_vec(body).unwrap();
        self.request(Method::POST, path)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    pub async fn try_join(&self, invitation: &str, name: &str) -> Response {
        let join = Join {
            invitation: invitation.into(),
            proof: None,
            name: name.into(),
            display_name: None,
            password: PASSWORD.into(),
            client_name: "a story".into(),
        };
        self.post(path::JOIN, &join).await
    }

    /// Somebody who has just joined.
    pub async fn person(&self, name: &str, role: &str) -> Token {
        let invitation = self.invitation(role, 1).await;
        let answer = self.try_join(&invitation, name).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{name} joins");
        serde_json::from_value(json(answer).await).unwrap()
    }

    pub async fn try_sign_in(&self, name: &str, password: &str) -> Response {
        let sign_in =
            SignIn { name: name.into(), password: password.into(), client_name: "another device".into() };
        self.post(path::TOKENS, &sign_in).await
    }

    /// A new device of somebody who joined with [`PASSWORD`], signed in with a token of its own.
    pub async fn device(&self, name: &str, title: &str) -> Value {
        serde_json::to_value(self.device_with_token(name, title).await.0).unwrap()
    }

    /// The same, with its token.
    pub async fn device_with_token(&self, name: &str, title: &str) -> (Device, Token) {
        let token: Token =
            serde_json::from_value(json(self.try_sign_in(name, PASSWORD).await).await).unwrap();
        (self.sign_up(&token, title).await, token)
    }

    /// A device signs up with a token.
    pub async fn sign_up(&self, token: &Token, title: &str) -> Device {
        let digest = sha256(token.access_token.as_bytes()).try_into().unwrap();
        let new = Signer::new().device(title, &token.activitypub_actor_id, &digest);
        let request = self.request(Method::POST, path::DEVICES).bearer_auth(&token.access_token);
        let body = serde_json::to_vec(&new).unwrap();
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{title}");
        serde_json::from_value(json(answer).await).unwrap()
    }

    pub async fn with_token(&self, method: Method, path: &str, token: &str) -> Response {
        self.request(method, path).bearer_auth(token).send().await.unwrap()
    }

    /// Waits until no picture is being prepared, and no post waits for one that is.
    pub async fn prepared(&self) {
        let app = &self.server.app;
        let mut wakes = app.bus.listen();
        let left = async || {
            let kinds = [PREPARE, PUBLISH];
            app.db.read(move |transaction| jobs::count(transaction, &kinds)).await.unwrap()
        };
        while left().await > 0 {
            drop(wakes.recv().await);
        }
    }

    /// How many people there are.
    pub async fn people(&self) -> usize {
        let Answer::Accounts(lines) = self.order(Order::AccountList).await else { panic!("a list") };
        lines.len()
    }
}

/// The configuration of a server in a story.
pub fn config(database: &FreshDatabase, folder: &tempfile::TempDir, public_url: &str) -> Config {
    let mut config = Config { database: database.settings.clone(), ..Config::default() };
    config.server = config::Server {
        public_url: public_url.into(),
        listen: ([127, 0, 0, 1], 0).into(),
        data: folder.path().join("data"),
        ..config::Server::default()
    };
    config
}

pub async fn json(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// The word and the sentence of a problem document.
pub async fn problem(answer: Response) -> (String, String) {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem = json(answer).await;
    let kind = problem["type"].as_str().unwrap().trim_start_matches("urn:alcove:problem:").to_owned();
    (kind, problem["detail"].as_str().unwrap_or_default().to_owned())
}
