//! A server in memory, as far as devices see it: accounts and their devices, key packages, a sequencer, mailboxes. It
//! trusts everybody and checks nothing, which is enough to let devices talk.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use alcove_protocol::{
    ActivityId, ActorId, Timestamp,
    api::{self, path},
    json,
    mls::{Outgoing, OutgoingIds, SequencerAdd},
};
use serde_json::{Value, json as object};
use sha2::{Digest, Sha256};
use url::Url;

use super::{Answer, Asked, Fake, json as answer, problem};

/// What a test can do to the village while it runs.
#[derive(Clone, Default)]
pub(crate) struct Weather(Arc<Mutex<Sky>>);

#[derive(Default)]
struct Sky {
    /// How many requests are still handled without the answer ever arriving.
    lost_answers: usize,
    down: bool,
    /// Requests to this path meet a server that cannot reach another one.
    troubled: Option<&'static str>,
    /// Every token given out so far ends with the next request.
    ends_tokens: bool,
    /// Requests to this path are too many.
    limited: Option<&'static str>,
}

#[derive(Default)]
struct Village {
    base: String,
    counter: u64,
    /// Tokens with this number or a smaller one have ended.
    ended: u64,
    items: HashMap<String, Vec<Value>>,
    /// By actor and device.
    packages: BTreeMap<(String, String), Value>,
    /// By token.
    devices: BTreeMap<String, api::Device>,
    pairings: Vec<api::Pairing>,
    /// By conversation, in order.
    commits: HashMap<String, Vec<api::PastCommit>>,
    /// What was answered to a commit or message, by its bytes: the same again gets the same.
    answered: BTreeMap<Vec<u8>, Value>,
}

impl Weather {
    /// The next answers are lost on their way.
    pub(crate) fn lose_answers(&self, count: usize) {
        self.0.lock().unwrap().lost_answers = count;
    }

    /// Another server, which this one needs for a path, cannot be reached.
    pub(crate) fn trouble(&self, path: Option<&'static str>) {
        self.0.lock().unwrap().troubled = path;
    }

    /// Everybody is signed out, as if they had changed their password elsewhere.
    pub(crate) fn end_tokens(&self) {
        self.0.lock().unwrap().ends_tokens = true;
    }

    /// The server asks for patience with requests to a path.
    pub(crate) fn limit(&self, path: Option<&'static str>) {
        self.0.lock().unwrap().limited = path;
    }

    /// Nothing arrives any more, or everything again.
    pub(crate) fn set_down(&self, down: bool) {
        self.0.lock().unwrap().down = down;
    }
}

/// Where the order of commits is kept: another server, which nobody asks directly.
const ELSEWHERE: &str = "https://elsewhere.example";

/// Starts a village.
pub(crate) async fn start() -> (Fake, Weather) {
    let weather = Weather::default();
    let (sky, mut village) = (weather.clone(), Village::default());
    let fake = Fake::start(move |asked, base| {
        village.base = base.to_owned();
        if sky.0.lock().unwrap().down {
            return super::silence();
        }
        if sky.0.lock().unwrap().troubled.is_some_and(|path| asked.line.contains(path)) {
            return problem(503, "unreachable");
        }
        if std::mem::take(&mut sky.0.lock().unwrap().ends_tokens) {
            village.ended = village.counter;
        }
        if sky.0.lock().unwrap().limited.is_some_and(|path| asked.line.contains(path)) {
            return problem(429, "too-many");
        }
        let answer = village.answer(asked);
        let mut sky = sky.0.lock().unwrap();
        if sky.lost_answers > 0 {
            sky.lost_answers -= 1;
            return super::silence();
        }
        answer
    })
    .await;
    (fake, weather)
}

impl Village {
    fn answer(&mut self, asked: &Asked) -> Answer {
        let (method, target) = asked.line.split_once(' ').unwrap();
        let url = Url::parse(&format!("{}{target}", self.base)).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
        let token = asked.headers.iter().find_map(|line| line.strip_prefix("authorization: Bearer token-"));
        match (method, url.path()) {
            ("POST", path::JOIN | path::TOKENS) => return self.new_token(&body),
            ("GET", "/.well-known/webfinger") => return self.webfinger(&query["resource"]),
            _ => {}
        }
        let live = |token: &&str| token.rsplit('-').next().unwrap().parse::<u64>().unwrap() > self.ended;
        let Some(token) = token.filter(live) else { return problem(401, "unauthorized") };
        let name = token.split('-').next().unwrap();
        match (method, url.path()) {
            ("POST", path::DEVICES) => self.register(token, &body),
            ("GET", path::DEVICES) => {
                let own = self.devices.iter().filter(|(other, _)| other.split('-').next() == Some(name));
                answer(200, object!(own.map(|(_, device)| device).collect::<Vec<_>>()))
            }
            ("DELETE", path) => {
                self.devices
                    .retain(|_, device| device.id.as_str().rsplit('/').next() != path.rsplit('/').next());
                answer(204, "")
            }
            ("POST", path::PAIRINGS) => self.start_pairing(token, body),
            ("GET", path::PAIRINGS) => answer(200, object!(self.pairings)),
            ("PUT", path) if path.starts_with(path::PAIRINGS) => self.go_on_pairing(path, body),
            ("GET", path::ITEMS) => self.items(name, query["after"].parse().unwrap()),
            ("PUT", _) => answer(204, ""),
            ("GET", path::FIND) => self.find(&query),
            ("GET", path::KEY_PACKAGES) => {
                let of_actor = self.packages.iter().filter(|((actor, _), _)| *actor == query["actor"]);
                let packages: Vec<_> = of_actor.map(|(_, package)| package).collect();
                answer(200, object!({"actor": query["actor"], "key_packages": packages}))
            }
            ("GET", path::DELIVERIES) => answer(
                200,
                object!([{
                    "recipient": self.actor("bob"), "state": "queued", "reason": "one.example did not answer", "attempts": 1,
                }]),
            ),
            ("POST", path::CONVERSATIONS) => answer(
                201,
                object!({
                    "id": self.elsewhere("conversations"), "group": body["group"], "epoch": 0, "incarnation": 1,
                }),
            ),
            ("GET", path::PAST_COMMITS) => {
                let all = self.commits.get(&query["conversation"]).cloned().unwrap_or_default();
                let (epoch, after) = (all.len() as u64, query["after"].parse().unwrap());
                let commits = all.into_iter().filter(|past| past.add.epoch >= after).collect();
                answer(200, object!(api::PastCommits { epoch, incarnation: 1, commits }))
            }
            ("POST", path::COMMITS) => self.commit(name, serde_json::from_value(body).unwrap()),
            ("POST", path) if path.starts_with("/users/") => self.outbox(name, &body),
            ("GET", path) if path.starts_with("/users/") => self.document(name),
            other => panic!("nobody answers {other:?}"),
        }
    }

    /// A new address at the server that keeps the conversations; it is asked through this one.
    fn elsewhere(&mut self, kind: &str) -> String {
        self.new_id(kind).replace(&self.base, ELSEWHERE)
    }

    fn new_token(&mut self, body: &Value) -> Answer {
        let name = body["name"].as_str().unwrap();
        self.counter += 1;
        answer(
            201,
            object!({
                "access_token": format!("token-{name}-{}", self.counter), "token_type": "Bearer", "scope": "devices",
                "created_at": 1, "activitypub_actor_id": self.actor(name), "handle": self.handle(name),
            }),
        )
    }

    fn webfinger(&self, resource: &str) -> Answer {
        let name = resource.trim_start_matches("acct:").split('@').next().unwrap();
        let link = object!({"rel": "self", "type": "application/activity+json", "href": self.actor(name)});
        answer(200, object!({"subject": resource, "links": [link]}))
    }

    fn register(&mut self, token: &str, body: &Value) -> Answer {
        let name = token.split('-').next().unwrap();
        let is_this = |device: &api::Device| object!(device)["signature_key"] == body["signature_key"];
        if let Some((former, device)) = self.devices.iter().find(|(_, device)| is_this(device)) {
            let (former, device) = (former.clone(), device.clone());
            self.devices.remove(&former);
            self.devices.insert(token.to_owned(), device.clone());
            return answer(201, object!(device));
        }
        let is_first = !self.devices.keys().any(|other| other.split('-').next() == Some(name));
        let device = object!({
            "id": format!("{}/users/{name}/devices/{token}", self.base), "title": body["title"],
            "signature_key": body["signature_key"], "state": if is_first { "approved" } else { "pending" },
            "created_at": Timestamp(1), "last_seen_at": null,
        });
        self.devices.insert(token.to_owned(), serde_json::from_value(device.clone()).unwrap());
        answer(201, device)
    }

    fn start_pairing(&mut self, token: &str, commitment: Value) -> Answer {
        let device = &self.devices[token];
        let pairing = api::Pairing {
            name: format!("pairing-{token}"),
            device: device.id.clone(),
            title: device.title.clone(),
            commitment: serde_json::from_value(commitment).unwrap(),
            answer: None,
            reveal: None,
            verdict: None,
            expires_at: Timestamp(i64::MAX / 1_000_000),
        };
        self.pairings.push(pairing.clone());
        answer(201, object!(pairing))
    }

    fn go_on_pairing(&mut self, path: &str, body: Value) -> Answer {
        let (name, step) = path.trim_start_matches(path::PAIRINGS)[1..].split_once('/').unwrap();
        let pairing = self.pairings.iter_mut().find(|pairing| pairing.name == name).unwrap();
        match step {
            "answer" => pairing.answer = serde_json::from_value(body).unwrap(),
            "reveal" => pairing.reveal = serde_json::from_value(body).unwrap(),
            _ => pairing.verdict = serde_json::from_value(body).unwrap(),
        }
        answer(200, object!(pairing))
    }

    fn document(&self, name: &str) -> Answer {
        let actor = self.actor(name);
        answer(
            200,
            object!({
                "id": actor, "outbox": format!("{actor}/outbox"), "keyPackages": format!("{actor}/keyPackages"),
                "messages": format!("{actor}/messages"),
            }),
        )
    }

    fn items(&self, name: &str, after: usize) -> Answer {
        let all = self.items.get(&self.actor(name).to_string()).cloned().unwrap_or_default();
        let items: Vec<_> = all
            .into_iter()
            .enumerate()
            .map(|(index, activity)| object!({"position": index + 1, "activity": activity}))
            .skip(after)
            .collect();
        answer(200, object!({"incarnation": 1, "items": items, "more": false}))
    }

    fn find(&self, query: &HashMap<String, String>) -> Answer {
        let from_handle =
            query.get("handle").map(|handle| handle.trim_start_matches('@').split('@').next().unwrap());
        let from_actor = query.get("actor").map(|actor| actor.rsplit('/').next().unwrap());
        let name = from_handle.or(from_actor).unwrap();
        let actor = self.actor(name);
        let takes_encrypted = self.packages.keys().any(|(other, _)| other == actor.as_str());
        answer(
            200,
            object!({
                "id": actor, "handle": self.handle(name), "name": name, "takes_encrypted": takes_encrypted,
            }),
        )
    }

    fn outbox(&mut self, name: &str, body: &Value) -> Answer {
        let actor = self.actor(name);
        let id = self.new_id("a");
        match json::text(body, "type").unwrap() {
            "KeyPackage" => {
                let mut package = body.clone();
                package["id"] = object!(self.new_id("keyPackages"));
                let device = json::single_id(body, "generator").unwrap().to_owned();
                self.packages.insert((actor.to_string(), device), package.clone());
                located(package["id"].as_str().unwrap(), &id)
            }
            "Add" => located(&id, &id),
            _ => {
                let key = Sha256::digest(body["content"].as_str().unwrap()).to_vec();
                if let Some(before) = self.answered.get(&key) {
                    let before = before.as_str().unwrap().to_owned();
                    return located(&before, &before);
                }
                self.answered.insert(key, object!(id));
                let recipients: Vec<_> = json::ids(body, "to").into_iter().map(str::to_owned).collect();
                let mut inner = body.clone();
                inner["id"] = object!(self.new_id("o"));
                inner["attributedTo"] = object!(actor);
                let create = object!({
                    "id": id, "type": "Create", "actor": actor, "to": recipients, "context": body["context"],
                    "conversation": body["conversation"], "object": inner,
                });
                self.deliver(&recipients, &create);
                located(&id, &id)
            }
        }
    }

    fn commit(&mut self, name: &str, new: api::NewCommit) -> Answer {
        let digest = Sha256::digest(&new.commit.content).to_vec();
        if let Some(before) = self.answered.get(&digest) {
            return answer(201, before);
        }
        let (conversation, id) =
            (new.commit.conversation.clone(), ActivityId::parse(&self.new_id("a")).unwrap());
        let epoch = self.commits.entry(conversation.to_string()).or_default().len();
        let add = SequencerAdd {
            id: ActivityId::parse(&format!("{}/a/add-{epoch}", self.base)).unwrap(),
            actor: ActorId::parse(&format!("{ELSEWHERE}/actor")).unwrap(),
            object: id.clone(),
            target: conversation.clone(),
            group: new.commit.group.clone(),
            epoch: epoch as u64,
            digest: digest.clone(),
            incarnation: 1,
        };
        let members: Vec<_> = new.commit.to.iter().map(ToString::to_string).collect();
        let activity = self.send(name, &new.commit, id.clone());
        let past = api::PastCommit { add: add.clone(), activity };
        self.commits.get_mut(conversation.as_str()).unwrap().push(past);
        self.deliver(&members, &add.to_value(&new.commit.to));
        for welcome in &new.welcomes {
            let id = ActivityId::parse(&self.new_id("a")).unwrap();
            self.send(name, welcome, id);
        }
        let accepted = serde_json::to_value(api::CommitAccepted { activity: id, add }).unwrap();
        self.answered.insert(digest, accepted.clone());
        answer(201, accepted)
    }

    fn send(&mut self, name: &str, outgoing: &Outgoing, activity: ActivityId) -> Value {
        let ids = OutgoingIds { activity, object: self.new_id("o") };
        let create = outgoing.to_create(&self.actor(name), &ids, Timestamp(60_000));
        let to: Vec<_> = outgoing.to.iter().map(ToString::to_string).collect();
        self.deliver(&to, &create);
        create
    }

    fn deliver(&mut self, to: &[String], activity: &Value) {
        for actor in to {
            self.items.entry(actor.clone()).or_default().push(activity.clone());
        }
    }

    fn actor(&self, name: &str) -> ActorId {
        ActorId::parse(&format!("{}/users/{name}", self.base)).unwrap()
    }

    fn handle(&self, name: &str) -> String {
        format!("@{name}@{}", self.base.trim_start_matches("http://"))
    }

    fn new_id(&mut self, kind: &str) -> String {
        self.counter += 1;
        format!("{}/{kind}/{}", self.base, self.counter)
    }
}

fn located(location: &str, activity: &str) -> Answer {
    let headers = vec![("location", location.to_owned()), ("x-activity-id", activity.to_owned())];
    (201, headers, object!({"id": activity}).to_string())
}
