//! S-24: who gets what. Every route of the API, taken from the tables of the routers themselves, is asked by its object's owner,
//! by somebody else, by somebody whom the owner has blocked, by an admin, each with the scope that it needs and with every
//! scope but that, and by nobody in particular. The statuses are a snapshot, to be read by people. A new route without a
//! row here fails. Pages have cookies and no scopes; theirs are in `tests/pages/forms/privacy.rs`.
//! The browser app is the same for everybody.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use alcove_protocol::{
    ActorId, ConversationId, GroupId,
    api::{NewCorrespondence, SentLetter, path},
    base64,
    context::PUBLIC,
};
use alcove_server::{
    control::{self, Order},
    db::media::{self, MediaRow},
    mls::Content,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{
    people::{Desk, commit, outgoing},
    world::{Person, Place, Time},
};

mod apps;

/// The scopes of all routes.
const SCOPES: [&str; 7] = ["profile", "read", "write", "follow", "push", "devices", "messages"];
/// The folders of `http/` whose routes are asked, and those whose are not.
const AREAS: [&str; 6] = ["api", "c2s", "federation", "feeds", "media", "oauth"];
const NO_SCOPES: [&str; 2] = ["app", "pages"];

/// What is asked: an address below the server, and a body where there is one.
struct Ask {
    scope: &'static str,
    path: String,
    body: Body,
}

enum Body {
    None,
    Json(Value),
    Activity(Value),
    Form(&'static str),
}

fn ask(scope: &'static str, path: impl Into<String>) -> Ask {
    Ask { scope, path: path.into(), body: Body::None }
}

fn with(scope: &'static str, path: impl Into<String>, body: Value) -> Ask {
    Ask { scope, path: path.into(), body: Body::Json(body) }
}

/// A note for everybody, as an activity.
fn says(path: impl Into<String>) -> Ask {
    let note = json!({"type": "Note", "content": "x", "to": [PUBLIC]});
    Ask { scope: "write", path: path.into(), body: Body::Activity(note) }
}

fn form(path: &str, body: &'static str) -> Ask {
    Ask { scope: "messages", path: path.into(), body: Body::Form(body) }
}

/// Every route of the areas, as `get path::ITEMS`: the method, and the address as the router's source has it.
fn routes() -> Vec<String> {
    let http = Path::new(env!("CARGO_MANIFEST_DIR")).join("http");
    let is_area = |entry: &fs::DirEntry| {
        let source = fs::read_to_string(entry.path().join("mod.rs")).unwrap_or_default();
        source.contains(".route(").then(|| (entry.file_name().into_string().unwrap(), source))
    };
    let found: BTreeMap<String, String> =
        fs::read_dir(http).unwrap().filter_map(|entry| is_area(&entry.unwrap())).collect();
    let known: Vec<&str> =
        found.keys().map(String::as_str).filter(|area| !NO_SCOPES.contains(area)).collect();
    assert_eq!(known, AREAS, "a new area of routes needs its rows here");
    let mut routes = Vec::new();
    for area in AREAS {
        for route in found[area].split(".route(").skip(1) {
            let (path, rest) = route.split_once(", web::").unwrap();
            let method = rest.split('(').next().unwrap();
            routes.push(format!("{method} {}", path.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }
    routes
}

/// What there is of Ada's: a post for her followers, a conversation, a letter to Eve, a device that waits to be approved, a file, an app.
struct Things {
    place: Place,
    ada: Desk,
    conversation: ConversationId,
    sealed: String,
    post: [String; 2],
    device: String,
    pairing: String,
    session: String,
    file: i64,
    eve: ActorId,
    letter: SentLetter,
}

impl Things {
    async fn new() -> Self {
        let place = Place::open(&Time::default()).await;
        let ada = Desk::new(&place, "ada").await;
        let conversation = ada.begin().await;
        let message = outgoing(&conversation, 0, Content::Application, "hello", &[ada.actor()]);
        let sealed = ada.outbox(&message.to_object()).await.body["id"].as_str().unwrap().to_owned();
        let followers = format!("{}/followers", ada.actor());
        let note = json!({"type": "Note", "content": "for friends", "to": [followers]});
        let sent = place.publish(&ada.person, json!({"type": "Create", "object": note})).await;
        let path = |id: &str| id.strip_prefix(&place.url("")).unwrap().to_owned();
        let post = [path(sent.id.as_str()), path(sent.document["object"]["id"].as_str().unwrap())];
        let second = Desk::of(&place, ada.person.clone(), &SCOPES.join(" ")).await;
        let registered: Value = second.post(path::DEVICES, &second.as_device()).await.read(201);
        let device = registered["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let commitment = json!({"commitment": base64::encode(&[7; 32])});
        let pairing: Value = second.post(path::PAIRINGS, &commitment).await.read(201);
        let pairing = pairing["name"].as_str().unwrap().to_owned();
        let sessions: Value = ada.get(path::SESSIONS).await.read(200);
        let session = sessions.as_array().unwrap().last().unwrap()["id"].to_string().replace('"', "");
        let file = file(&place, &ada.person).await;
        let eve = place.person("eve").await.actor;
        let letter = NewCorrespondence { people: vec![eve.clone()], text: "hello".into() };
        let letter = ada.post(path::LETTERS, &letter).await.read(201);
        let sealed = path(&sealed);
        Self { ada, conversation, sealed, post, device, pairing, session, file, eve, letter, place }
    }

    /// For each route, what is asked: of Ada's where there is something. What ends tokens stands last.
    fn asked(&self) -> Vec<(&'static str, Ask)> {
        [
            self.found(),
            self.served(),
            self.posts(),
            self.devices(),
            self.pairings(),
            self.sealed(),
            self.files(),
            self.invitations(),
            self.blobs(),
            self.letters(),
            self.people(),
        ]
        .into_iter()
        .flatten()
        .chain(oauth())
        .chain(self.endings())
        .collect()
    }

    /// A part of Ada's actor.
    fn of(&self, part: &str) -> String {
        self.ada.part(part)
    }

    fn found(&self) -> Vec<(&'static str, Ask)> {
        let resource = format!("/.well-known/webfinger?resource={}", self.ada.actor());
        vec![
            ("get \"/.well-known/webfinger\"", ask("read", resource)),
            ("get \"/.well-known/host-meta\"", ask("read", "/.well-known/host-meta")),
            ("get \"/.well-known/host-meta.json\"", ask("read", "/.well-known/host-meta.json")),
            ("get \"/.well-known/nodeinfo\"", ask("read", "/.well-known/nodeinfo")),
            ("get \"/nodeinfo/{version}\"", ask("read", "/nodeinfo/2.1")),
            ("get \"/actor\"", ask("read", "/actor")),
            ("post \"/actor/inbox\"", says("/actor/inbox")),
            ("get \"/actor/outbox\"", ask("read", "/actor/outbox")),
            ("post \"/inbox\"", says("/inbox")),
            ("get \"/@{name}.rss\"", ask("read", "/@ada.rss")),
            ("get \"/@{name}.atom\"", ask("read", "/@ada.atom")),
        ]
    }

    fn served(&self) -> Vec<(&'static str, Ask)> {
        let home = self.conversation.as_str().strip_prefix(&self.place.url("")).unwrap();
        vec![
            ("get \"/a/{name}\"", ask("read", self.post[0].clone())),
            ("get \"/o/{name}\"", ask("read", self.post[1].clone())),
            ("get \"/o/{name}/{part}\"", ask("read", format!("{}/replies", self.post[1]))),
            ("get \"/conversations/{name}\"", ask("messages", home)),
            ("post \"/conversations/{name}\"", says(home)),
            ("get \"/users/{account}\"", ask("read", format!("/users/{}", self.ada.person.id))),
            ("post \"/users/{account}/inbox\"", says(self.of("inbox"))),
            ("get \"/users/{account}/followers\"", ask("read", self.of("followers"))),
            ("get \"/users/{account}/following\"", ask("read", self.of("following"))),
            ("get \"/users/{account}/featured\"", ask("read", self.of("featured"))),
        ]
    }

    fn posts(&self) -> Vec<(&'static str, Ask)> {
        vec![
            ("post \"/users/{account}/outbox\"", says(self.of("outbox"))),
            ("get \"/users/{account}/outbox\"", ask("read", self.of("outbox"))),
            ("get \"/users/{account}/inbox\"", ask("read", self.of("inbox"))),
            ("get \"/users/{account}/inbox/stream\"", ask("read", self.of("inbox/stream"))),
            ("get \"/users/{account}/messages\"", ask("messages", self.of("messages"))),
            ("get \"/users/{account}/messages/stream\"", ask("messages", self.of("messages/stream"))),
            ("get \"/users/{account}/keyPackages\"", ask("devices", self.of("keyPackages"))),
            ("get \"/users/{account}/keyPackages/{name}\"", ask("devices", self.of("keyPackages/none"))),
            ("post own::path::PROXY", form("/api/proxy", "id=http%3A%2F%2F10.0.0.1%2Fo")),
        ]
    }

    fn devices(&self) -> Vec<(&'static str, Ask)> {
        let bytes = base64::encode(&[7; 32]);
        let device = json!({"title": "t", "signature_key": bytes, "proof": bytes});
        let join = json!({
            "invitation": "none", "name": "zed", "password": "correct horse battery", "client_name": "a test",
        });
        let sign_in = json!({"name": "zed", "password": "wrong", "client_name": "a test"});
        // Nobody in these tests has a password, which is no hash: what gets that far fails (500).
        let change = json!({"current": "wrong", "new": "correct horse battery"});
        let removed = format!("{}/{}", path::DEVICES, self.device);
        vec![
            ("post path::JOIN", with("read", path::JOIN, join)),
            ("post path::TOKENS", with("read", path::TOKENS, sign_in)),
            ("get path::SESSIONS", ask("devices", path::SESSIONS)),
            ("post path::PASSWORD", with("devices", path::PASSWORD, change)),
            ("get path::DEVICES", ask("devices", path::DEVICES)),
            ("post path::DEVICES", with("devices", path::DEVICES, device)),
            (
                "patch &format!(\"{}/{{name}}\", path::DEVICES)",
                with("devices", removed.clone(), json!({"title": "t"})),
            ),
            ("delete &format!(\"{}/{{name}}\", path::DEVICES)", ask("devices", removed)),
        ]
    }

    fn pairings(&self) -> Vec<(&'static str, Ask)> {
        let bytes = base64::encode(&[7; 32]);
        let step = |part: &str, body: Value| {
            with("devices", format!("{}/{}/{part}", path::PAIRINGS, self.pairing), body)
        };
        let (answer, reveal) =
            (json!({"identity_key": bytes, "nonce": bytes}), json!({"device_key": bytes, "nonce": bytes}));
        vec![
            ("get path::PAIRINGS", ask("devices", path::PAIRINGS)),
            ("post path::PAIRINGS", with("devices", path::PAIRINGS, json!({"commitment": bytes}))),
            ("put &format!(\"{}/{{name}}/answer\", path::PAIRINGS)", step("answer", answer)),
            ("put &format!(\"{}/{{name}}/reveal\", path::PAIRINGS)", step("reveal", reveal)),
            ("put &format!(\"{}/{{name}}/verdict\", path::PAIRINGS)", step("verdict", json!("refused"))),
        ]
    }

    fn sealed(&self) -> Vec<(&'static str, Ask)> {
        let (actor, sent) = (self.ada.actor(), self.place.url(&self.sealed));
        let change = commit(&self.conversation, 0, "c", &[], &[actor]);
        let group = json!({"group": GroupId::from_random([9; 16])});
        let past = format!("{}?conversation={}&after=0", path::PAST_COMMITS, self.conversation);
        let (items, cursor) = (format!("{}?after=0", path::ITEMS), format!("{}/cursor", path::ITEMS));
        let of_actor = |path: &str| ask("messages", format!("{path}?actor={actor}"));
        vec![
            ("post path::CONVERSATIONS", with("messages", path::CONVERSATIONS, group)),
            ("post path::COMMITS", with("messages", path::COMMITS, json!(change))),
            ("get path::PAST_COMMITS", ask("messages", past)),
            ("get path::DELIVERIES", ask("messages", format!("{}?activity={sent}", path::DELIVERIES))),
            ("get path::ITEMS", ask("messages", items)),
            (
                "put &format!(\"{}/cursor\", path::ITEMS)",
                with("messages", cursor, json!({"incarnation": 0, "position": 0})),
            ),
            ("get path::FIND", of_actor(path::FIND)),
            ("get path::KEY_PACKAGES", of_actor(path::KEY_PACKAGES)),
        ]
    }

    fn files(&self) -> Vec<(&'static str, Ask)> {
        let (own, remote, none) = (
            format!("/api/v1/media/{}", self.file),
            "/media/remote/aHR0cDovL2E/AAAA",
            "/media/none/original.png",
        );
        vec![
            ("post \"/api/v2/media\"", with("write", "/api/v2/media", json!({}))),
            ("post \"/api/v1/media\"", with("write", "/api/v1/media", json!({}))),
            ("get \"/api/v1/media/{id}\"", ask("write", own.clone())),
            ("put \"/api/v1/media/{id}\"", with("write", own, json!({"description": "a cat"}))),
            ("get \"/blobs/{name}\"", ask("read", "/blobs/none")),
            ("head \"/blobs/{name}\"", ask("read", "/blobs/none")),
            ("get \"/media/remote/{url}/{proof}\"", ask("read", remote)),
            ("head \"/media/remote/{url}/{proof}\"", ask("read", remote)),
            ("get \"/media/{name}/{file}\"", ask("read", none)),
            ("head \"/media/{name}/{file}\"", ask("read", none)),
        ]
    }

    fn endings(&self) -> Vec<(&'static str, Ask)> {
        let session = format!("{}/{}", path::SESSIONS, self.session);
        vec![
            ("delete &format!(\"{}/{{id}}\", path::SESSIONS)", ask("devices", session)),
            ("delete path::TOKENS", ask("read", path::TOKENS)),
        ]
    }
}

fn oauth() -> Vec<(&'static str, Ask)> {
    vec![
        ("get METADATA", ask("read", "/.well-known/oauth-authorization-server")),
        ("post REGISTER", with("read", "/oauth/register", json!({}))),
        ("get path::AUTHORIZE", ask("read", "/oauth/authorize")),
        ("post path::AUTHORIZE", form("/oauth/authorize", "x=y")),
        ("post path::TOKEN", form("/oauth/token", "x=y")),
        ("post REVOKE", form("/oauth/revoke", "x=y")),
    ]
}

/// A file that somebody has given, ready to be used.
async fn file(place: &Place, owner: &Person) -> i64 {
    let moment = place.app().moment();
    let row = MediaRow {
        id: moment.id(),
        name: moment.name(),
        account_id: owner.id,
        post_id: None,
        position: 0,
        shape: alcove_server::media::picture::Shape::Whole.as_str().into(),
        content_type: "image/png".into(),
        state: media::State::Ready.as_str().into(),
        problem: None,
        bytes: 1,
        width: Some(1),
        height: Some(1),
        blurhash: None,
        description: String::new(),
        focus: None,
        created_at: moment.now.0,
    };
    let id = row.id;
    place.write(move |transaction| media::insert(transaction, &row)).await;
    id
}

/// Somebody's token with every scope, or with all but one.
async fn token(place: &Place, person: &Person, without: Option<&str>) -> String {
    let scopes: Vec<&str> = SCOPES.into_iter().filter(|scope| Some(*scope) != without).collect();
    place.token(person, &scopes.join(" ")).await
}

/// What somebody is answered; of a stream the head is enough.
async fn status(place: &Place, method: &str, asked: &Ask, token: Option<String>) -> u16 {
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let method: Method = method.to_uppercase().parse().unwrap();
    let request =
        client.request(method, place.url(&asked.path)).header("accept", "application/activity+json");
    let request = token.iter().fold(request, |request, token| request.bearer_auth(token));
    let request = match &asked.body {
        Body::None => request,
        Body::Json(body) => request.header("content-type", "application/json").body(body.to_string()),
        Body::Activity(body) => {
            request.header("content-type", "application/activity+json").body(body.to_string())
        }
        Body::Form(body) => request.header("content-type", "application/x-www-form-urlencoded").body(*body),
    };
    request.send().await.unwrap().status().as_u16()
}

/// S-24: the owner stands last in each row, so that nobody before has changed anything.
#[tokio::test]
async fn everybody_gets_what_is_theirs_and_nothing_else() {
    let things = Things::new().await;
    let place = &things.place;
    let (other, blocked, admin) =
        (place.person("bob").await, place.person("cleo").await, place.person("dan").await);
    place.publish(&things.ada.person, json!({"type": "Block", "object": blocked.actor})).await;
    let order = Order::AccountRole { name: "dan".into(), role: "admin".into() };
    assert_eq!(control::perform(place.app(), order).await.unwrap(), control::Answer::Done);
    let asked = things.asked();
    let (mut rows, mut expected): (Vec<&str>, _) =
        (asked.iter().map(|(route, _)| *route).collect(), routes());
    rows.sort_unstable();
    expected.sort_unstable();
    assert_eq!(rows, expected, "every route has one row");
    let mut table = String::from(
        "nobody; another, somebody blocked, an admin, the owner: each without the scope and with it\n",
    );
    for (route, asked) in &asked {
        let method = route.split(' ').next().unwrap();
        write!(table, "{}", status(place, method, asked, None).await).unwrap();
        for person in [&other, &blocked, &admin, &things.ada.person] {
            for without in [Some(asked.scope), None] {
                let token = Some(token(place, person, without).await);
                let status = status(place, method, asked, token).await;
                write!(table, "{}{status}", if without.is_some() { "  " } else { " " }).unwrap();
            }
        }
        writeln!(table, "  {}  {route}", asked.scope).unwrap();
    }
    insta::assert_snapshot!(table);
}
