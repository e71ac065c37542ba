//! People with the app in browsers, driven by `node/app/main.js` through the border between interface and worker.

use std::time::{Duration, Instant};

use alcove_server::{
    config::Inviters,
    control::{self, Answer, Order},
};
use serde_json::{Value, json};

use super::{
    process::Script,
    world::{Place, Time},
};

/// Everybody's.
const PASSWORD: &str = "correct horse battery";
/// How long somebody waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What a story runs in.
#[derive(Clone, Copy, Debug)]
pub enum Browser {
    Chromium,
    Firefox,
}

impl Browser {
    /// Starts a script that drives it, as `app/main.js`.
    pub fn start(self, script: &str) -> Script {
        let name = match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        };
        Script::start(script, &[("ALCOVE_TEST_BROWSER", name)])
    }
}

/// All browsers of a story.
pub struct Browsers(Script);

/// Somebody with the app open.
pub struct Person<'a> {
    browsers: &'a Browsers,
    name: &'static str,
}

impl Browsers {
    pub fn start() -> Self {
        Self::of(Browser::Chromium)
    }

    pub fn of(browser: Browser) -> Self {
        Self(browser.start("app/main.js"))
    }

    /// Somebody opens the app of a server for the first time, and takes up an invitation.
    pub async fn join(&self, place: &Place, name: &'static str) -> Person<'_> {
        self.join_with(place, name, json!({})).await
    }

    /// The same, by the link that somebody's device has made.
    pub async fn join_by(&self, place: &Place, name: &'static str, link: &Value) -> Person<'_> {
        self.join_with(place, name, json!({"link": link})).await
    }

    /// The same, with a passphrase for this browser.
    pub async fn join_with(&self, place: &Place, name: &'static str, more: Value) -> Person<'_> {
        let person = Person { browsers: self, name };
        assert_eq!(person.open(place).await["state"], "nobody");
        let mut args = json!({
            "link": invitation(place).await, "name": name, "displayName": name.to_uppercase(),
            "password": PASSWORD, "title": "browser",
        });
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        person.call("join", args).await;
        person.expect("start", json!({}), "ready").await;
        person
    }

    /// Somebody signs in with the password of an account in another browser, which is called by its title: a device that
    /// waits to be approved.
    pub async fn sign_in(&self, place: &Place, title: &'static str, account: &str) -> Person<'_> {
        let person = Person { browsers: self, name: title };
        assert_eq!(person.open(place).await["state"], "nobody");
        person.sign_in(account, title).await;
        person
    }

    /// Nobody's browser complained about a policy, or asked anybody else for anything.
    pub async fn found_nothing_wrong(&self) {
        assert_eq!(self.problems().await, json!([]));
    }

    /// What went wrong in anybody's browser.
    pub async fn problems(&self) -> Value {
        self.0.order(json!({"order": "problems"})).await
    }
}

impl<'a> Person<'a> {
    /// Opens the app with a worker that runs this JavaScript besides.
    pub async fn open_with(browsers: &'a Browsers, name: &'static str, place: &Place, planted: &str) -> Self {
        let person = Person { browsers, name };
        person.order("open", json!({"url": place.url(""), "planted": planted})).await;
        person
    }

    /// Opens the app, anew if it was open.
    pub async fn open(&self, place: &Place) -> Value {
        self.order("open", json!({"url": place.url("")})).await
    }

    pub async fn call(&self, method: &str, args: Value) -> Value {
        self.order("call", json!({"method": method, "args": args})).await
    }

    /// The code with which a method refuses.
    pub async fn refusal(&self, method: &str, args: Value) -> String {
        let order = json!({"order": "call", "name": self.name, "method": method, "args": args});
        let answer = self.browsers.0.try_order(&order).await;
        answer["error"].as_str().expect("a refusal").to_owned()
    }

    /// Waits until a method answers something with this text in it.
    pub async fn expect(&self, method: &str, args: Value, text: &str) -> Value {
        self.order("expect", json!({"method": method, "args": args, "text": text})).await
    }

    pub async fn actor(&self) -> Value {
        self.call("start", json!({})).await["me"]["actor"].clone()
    }

    /// Waits until a chat is there, and gives its id.
    pub async fn chat(&self) -> Value {
        self.expect("chats", json!({}), "\"chat\":").await[0]["chat"].clone()
    }

    pub async fn send(&self, chat: &Value, text: &str) {
        self.call("send", json!({"chat": chat, "text": text})).await;
    }

    /// Waits until this text has arrived.
    pub async fn reads(&self, chat: &Value, text: &str) {
        self.expect("messages", json!({"chat": chat, "limit": 100}), &format!("{text}\"")).await;
    }

    /// Every text of a chat.
    pub async fn texts(&self, chat: &Value) -> Vec<String> {
        let page = self.call("messages", json!({"chat": chat, "limit": 200})).await;
        let texts = page["messages"].as_array().unwrap().iter();
        texts.filter_map(|message| Some(message["body"]["text"].as_str()?.to_owned())).collect()
    }

    /// The process of the page is killed after so many milliseconds, and the app opened again.
    pub async fn kill(&self, after: u64) -> Value {
        self.order("kill", json!({"after": after})).await
    }

    /// The network goes, or comes back.
    pub async fn network(&self, there: bool) {
        self.order("network", json!({"there": there})).await;
    }

    /// Opens a second tab, as another person to the story, and says how the app begins there.
    pub async fn tab(&self, name: &'static str) -> (Person<'a>, Value) {
        let start = self.order("tab", json!({"as": name})).await;
        (Person { browsers: self.browsers, name }, start)
    }

    /// Chooses a file for a chat, under this number; what the worker says of it, with `digest`.
    pub async fn attach(&self, chat: &Value, number: u32, file: Value) -> Value {
        let mut given = json!({"chat": chat, "number": number, "file": file});
        if let Some(voice) = given["file"].as_object_mut().and_then(|file| file.remove("voice")) {
            given["voice"] = voice;
        }
        self.order("attach", given).await
    }

    /// Fetches a file of a message: its type, length and digest.
    pub async fn fetched(&self, chat: &Value, message: &Value, index: u32) -> Value {
        self.order("fetched", json!({"args": file_of(chat, message, index)})).await
    }

    /// Lets so many parts of files through to the server, or all of them; how many it were so far.
    pub async fn gate(&self, parts: Option<u32>) -> u64 {
        self.order("gate", json!({"parts": parts})).await.as_u64().unwrap()
    }

    /// Waits until the next part is held at the gate.
    pub async fn is_held(&self) {
        self.order("held", json!({})).await;
    }

    /// The newest message of a chat.
    pub async fn newest(&self, chat: &Value) -> Value {
        self.call("messages", json!({"chat": chat, "limit": 100})).await["messages"]
            .as_array()
            .and_then(|messages| messages.last().cloned())
            .unwrap()
    }

    /// Signs in with the password, as a device that waits to be approved.
    pub async fn sign_in(&self, account: &str, title: &str) {
        let args = json!({"name": account, "password": PASSWORD, "title": title});
        assert_eq!(self.call("signIn", args).await["state"], "waiting");
    }

    /// Waits for news of an approval with these values in it, and gives the newest of them.
    pub async fn hears(&self, wanted: Value) -> Value {
        let script =
            "return app.events.filter(({ event }) => event === 'pairing').map(({ pairing }) => pairing);";
        let begun = Instant::now();
        loop {
            let told = self.meddle(script).await;
            let fits = |news: &&Value| {
                wanted.as_object().unwrap().iter().all(|(name, value)| news.get(name) == Some(value))
            };
            if let Some(news) = told.as_array().unwrap().iter().rfind(fits) {
                return news.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{} waits for {wanted}, and has heard {told}", self.name);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Everything that this browser has asked its server for since this was last said, as `POST /users/*/outbox PrivateMessage`:
    /// names in paths are stars, and what goes into an outbox is named. The first time it is nothing: from then on it is noted.
    pub async fn asked(&self) -> Vec<String> {
        serde_json::from_value(self.order("asked", json!({})).await).unwrap()
    }

    /// The bytes of every address and body that this browser has sent since this was asked for first.
    pub async fn sent(&self) -> Vec<u8> {
        let sent = self.order("sent", json!({})).await;
        alcove_protocol::base64::decode(sent.as_str().unwrap(), usize::MAX).unwrap()
    }

    /// Puts this browser's clock forward, as far as the worker sees it.
    pub async fn later(&self, seconds: u32) {
        self.order("later", json!({"seconds": seconds})).await;
    }

    /// The person has the browser delete everything that it keeps of the app, which is open meanwhile.
    pub async fn forget(&self) {
        self.order("forget", json!({})).await;
    }

    pub async fn close(&self) {
        self.order("close", json!({})).await;
    }

    /// Runs JavaScript where the app's data lies.
    pub async fn meddle(&self, script: &str) -> Value {
        self.order("meddle", json!({"script": script})).await
    }

    async fn order(&self, order: &str, details: Value) -> Value {
        let mut all = json!({"order": order, "name": self.name});
        all.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
        self.browsers.0.order(all).await
    }
}

/// A file of a message, as the contract names it.
pub fn file_of(chat: &Value, message: &Value, index: u32) -> Value {
    let name = json!({"sender": message["sender"], "id": message["id"]});
    json!({"chat": chat, "message": name, "index": index})
}

/// A place where everybody may invite, and not only admins.
pub async fn place_of_inviters(time: &Time) -> Place {
    Place::open_with(time, |config| config.invitations.by = Inviters::Members).await
}

/// A new invitation for one.
pub async fn invitation(place: &Place) -> String {
    let order = Order::InviteCreate { role: "member".into(), uses: 1, days: 7, note: String::new() };
    match control::perform(place.app(), order).await.unwrap() {
        Answer::Link { link, .. } => link,
        _ => panic!("an invitation"),
    }
}
