//! S-24: who gets what. Every route of the API, taken from the tables of the routers themselves, is asked by its object's owner,
//! by somebody else, by somebody whom the owner has blocked, by an admin, each with the scope that it needs and with every
//! scope but that, and by nobody in particular. The statuses are a snapshot, to be read by people. A new route without a
//! row here fails. Pages have cookies and no scopes; theirs are in `tests/pages/forms/privacy.rs`.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use alcove_protocol::{ConversationId, GroupId, api::path, base64};
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

/// The scopes of all routes.
const SCOPES: [&str; 7] = ["profile", "read", "write", "follow", "push", "devices", "messages"];
/// The folders of `http/` whose routes are asked, and the one whose are not.
const AREAS: [&str; 6] = ["api", "c2s", "federation", "feeds", "media", "oauth"];
const NO_SCOPES: &str = "pages";

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

/// Every route of the areas, as `get path::ITEMS`: the method, and the address as the router's source has it.
fn routes() -> Vec<String> {
    let http = Path::new(env!("CARGO_MANIFEST_DIR")).join("http");
    let is_area = |entry: &fs::DirEntry| {
        let source = fs::read_to_string(entry.path().join("mod.rs")).unwrap_or_default();
        source.contains(".route(").then(|| (entry.file_name().into_string().unwrap(), source))
    };
    let found: BTreeMap<String, String> =
        fs::read_dir(http).unwrap().filter_map(|entry| is_area(&entry.unwrap())).collect();
    let known: Vec<&str> = found.keys().map(String::as_str).filter(|area| *area != NO_SCOPES).collect();
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

/// What there is of Ada's: a post for her followers, a conversation, a device that waits to be approved, a file, an app.
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
        let pairing = pairing["name"].as_str().or(pairing["id"].as_str()).unwrap();
        let pairing = pairing.rsplit('/').next().unwrap().to_owned();
        let sessions: Value = ada.get(path::SESSIONS).await.read(200);
        let session = sessions.as_array().unwrap().last().unwrap()["id"].to_string().replace('"', "");
        let file = file(&place, &ada.person).await;
        let sealed = path(&sealed);
        Self { ada, conversation, sealed, post, device, pairing, session, file, place }
    }

    /// For each route, what is asked: of Ada's where there is something.
    fn asked(&self) -> Vec<(&'static str, Ask)> {
        let (id, actor) = (self.ada.person.id, self.ada.actor().to_string());
        let of = |part: &str| format!("/users/{id}/{part}");
        let home = self.conversation.as_str().strip_prefix(&self.place.url("")).unwrap().to_owned();
        let sealed = self.place.url(&self.sealed);
        let note =
            json!({"type": "Note", "content": "x", "to": ["https://www.w3.org/ns/activitystreams#Public"]});
        let change = commit(&self.conversation, 0, "c", &[], &[self.ada.actor()]);
        let activity = |path: String, body: Value| Ask { scope: "write", path, body: Body::Activity(body) };
        let form = |path: &str, body| Ask { scope: "messages", path: path.into(), body: Body::Form(body) };
        let step = |part: &str, body: Value| {
            with("devices", format!("{}/{}/{part}", path::PAIRINGS, self.pairing), body)
        };
        let bytes = base64::encode(&[7; 32]);
        vec![
            (
                "get \"/.well-known/webfinger\"",
                ask("read", format!("/.well-known/webfinger?resource={actor}")),
            ),
            ("get \"/.well-known/host-meta\"", ask("read", "/.well-known/host-meta")),
            ("get \"/.well-known/host-meta.json\"", ask("read", "/.well-known/host-meta.json")),
            ("get \"/.well-known/nodeinfo\"", ask("read", "/.well-known/nodeinfo")),
            ("get \"/nodeinfo/{version}\"", ask("read", "/nodeinfo/2.1")),
            ("get \"/actor\"", ask("read", "/actor")),
            ("post \"/actor/inbox\"", activity("/actor/inbox".into(), note.clone())),
            ("get \"/actor/outbox\"", ask("read", "/actor/outbox")),
            ("post \"/inbox\"", activity("/inbox".into(), note.clone())),
            ("get \"/a/{name}\"", ask("read", self.post[0].clone())),
            ("get \"/o/{name}\"", ask("read", self.post[1].clone())),
            ("get \"/o/{name}/{part}\"", ask("read", format!("{}/replies", self.post[1]))),
            ("get \"/conversations/{name}\"", ask("messages", home.clone())),
            ("post \"/conversations/{name}\"", activity(home, note.clone())),
            ("get \"/users/{account}\"", ask("read", format!("/users/{id}"))),
            ("post \"/users/{account}/inbox\"", activity(of("inbox"), note.clone())),
            ("get \"/users/{account}/followers\"", ask("read", of("followers"))),
            ("get \"/users/{account}/following\"", ask("read", of("following"))),
            ("get \"/users/{account}/featured\"", ask("read", of("featured"))),
            ("post \"/users/{account}/outbox\"", activity(of("outbox"), note)),
            ("get \"/users/{account}/outbox\"", ask("read", of("outbox"))),
            ("get \"/users/{account}/inbox\"", ask("read", of("inbox"))),
            ("get \"/users/{account}/inbox/stream\"", ask("read", of("inbox/stream"))),
            ("get \"/users/{account}/messages\"", ask("messages", of("messages"))),
            ("get \"/users/{account}/messages/stream\"", ask("messages", of("messages/stream"))),
            ("get \"/users/{account}/keyPackages\"", ask("devices", of("keyPackages"))),
            ("get \"/users/{account}/keyPackages/{name}\"", ask("devices", of("keyPackages/none"))),
            ("post own::path::PROXY", form("/api/proxy", "id=http%3A%2F%2F10.0.0.1%2Fo")),
            (
                "post path::JOIN",
                with(
                    "read",
                    path::JOIN,
                    json!({
                        "invitation": "none", "name": "zed", "password": "correct horse battery", "client_name": "a test",
                    }),
                ),
            ),
            (
                "post path::TOKENS",
                with(
                    "read",
                    path::TOKENS,
                    json!({"name": "zed", "password": "wrong", "client_name": "a test"}),
                ),
            ),
            ("get path::SESSIONS", ask("devices", path::SESSIONS)),
            (
                "post path::PASSWORD",
                with("devices", path::PASSWORD, json!({"current": "wrong", "new": "correct horse battery"})),
            ),
            ("get path::DEVICES", ask("devices", path::DEVICES)),
            (
                "post path::DEVICES",
                with("devices", path::DEVICES, json!({"title": "t", "signature_key": bytes, "proof": bytes})),
            ),
            ("get path::PAIRINGS", ask("devices", path::PAIRINGS)),
            ("post path::PAIRINGS", with("devices", path::PAIRINGS, json!({"commitment": bytes}))),
            (
                "put &format!(\"{}/{{name}}/answer\", path::PAIRINGS)",
                step("answer", json!({"identity_key": bytes, "nonce": bytes})),
            ),
            (
                "put &format!(\"{}/{{name}}/reveal\", path::PAIRINGS)",
                step("reveal", json!({"device_key": bytes, "nonce": bytes})),
            ),
            ("put &format!(\"{}/{{name}}/verdict\", path::PAIRINGS)", step("verdict", json!("refused"))),
            (
                "delete &format!(\"{}/{{name}}\", path::DEVICES)",
                ask("devices", format!("{}/{}", path::DEVICES, self.device)),
            ),
            (
                "post path::CONVERSATIONS",
                with("messages", path::CONVERSATIONS, json!({"group": GroupId::from_random([9; 16])})),
            ),
            ("post path::COMMITS", with("messages", path::COMMITS, json!(change))),
            (
                "get path::PAST_COMMITS",
                ask("messages", format!("{}?conversation={}&after=0", path::PAST_COMMITS, self.conversation)),
            ),
            ("get path::DELIVERIES", ask("messages", format!("{}?activity={sealed}", path::DELIVERIES))),
            ("get path::ITEMS", ask("messages", format!("{}?after=0", path::ITEMS))),
            (
                "put &format!(\"{}/cursor\", path::ITEMS)",
                with("messages", format!("{}/cursor", path::ITEMS), json!({"incarnation": 0, "position": 0})),
            ),
            ("get path::FIND", ask("messages", format!("{}?actor={actor}", path::FIND))),
            ("get path::KEY_PACKAGES", ask("messages", format!("{}?actor={actor}", path::KEY_PACKAGES))),
            ("get \"/@{name}.rss\"", ask("read", "/@ada.rss")),
            ("get \"/@{name}.atom\"", ask("read", "/@ada.atom")),
            ("post \"/api/v2/media\"", with("write", "/api/v2/media", json!({}))),
            ("post \"/api/v1/media\"", with("write", "/api/v1/media", json!({}))),
            ("get \"/api/v1/media/{id}\"", ask("write", format!("/api/v1/media/{}", self.file))),
            (
                "put \"/api/v1/media/{id}\"",
                with("write", format!("/api/v1/media/{}", self.file), json!({"description": "a cat"})),
            ),
            ("get \"/media/remote/{url}/{proof}\"", ask("read", "/media/remote/aHR0cDovL2E/AAAA")),
            ("head \"/media/remote/{url}/{proof}\"", ask("read", "/media/remote/aHR0cDovL2E/AAAA")),
            ("get \"/media/{name}/{file}\"", ask("read", "/media/none/original.png")),
            ("head \"/media/{name}/{file}\"", ask("read", "/media/none/original.png")),
            ("get METADATA", ask("read", "/.well-known/oauth-authorization-server")),
            ("post REGISTER", with("read", "/oauth/register", json!({}))),
            ("get path::AUTHORIZE", ask("read", "/oauth/authorize")),
            ("post path::AUTHORIZE", form("/oauth/authorize", "x=y")),
            ("post path::TOKEN", form("/oauth/token", "x=y")),
            ("post REVOKE", form("/oauth/revoke", "x=y")),
            // These two end tokens, and stand last for that.
            (
                "delete &format!(\"{}/{{id}}\", path::SESSIONS)",
                ask("devices", format!("{}/{}", path::SESSIONS, self.session)),
            ),
            ("delete path::TOKENS", ask("read", path::TOKENS)),
        ]
    }
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
        kind: "image".into(),
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
