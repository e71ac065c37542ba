//! Conversations that are not encrypted, as the contract has them. Their names at this border cannot be those of encrypted
//! ones, whatever somebody calls a group: what is written in one kind is never taken for the other.

use alcove_client::{
    ChatSetting, Draft, Reference, Section,
    plain::{Answers, Hit, LetterView, News, Outgoing, TalkView},
};
use alcove_protocol::{
    ActorId, Link, Timestamp,
    api::{Letter, LetterFile, path},
    json,
};
use rand::rngs::OsRng;
use serde_json::{Map, Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    core::{Core, limit, time},
    failure::Failure,
    messages::links_of,
    views::server_of,
    work::Work,
};

/// What the names of these chats begin with: no id of an MLS group has a space (`GroupId::parse`).
const MARK: &str = "plain ";

/// How many characters of an answered letter are shown.
const EXCERPT: usize = 120;

/// The name of a conversation that is not encrypted, if the chat is one.
pub fn name_of(chat: &Value) -> Option<&str> {
    chat.as_str()?.strip_prefix(MARK)
}

fn chat_of(name: &str) -> String {
    format!("{MARK}{name}")
}

#[wasm_bindgen]
impl Core {
    /// All cold records were taken up: what letters are here can be told from now on.
    pub fn recalled(&mut self) {
        self.plain.recalled();
    }

    /// Whether older letters are with the server that `{chat, before, limit}` is about: then they are asked for next, and how
    /// many are here is answered.
    #[wasm_bindgen(js_name = wantOlder)]
    pub fn want_older(&mut self, arguments: &str) -> Result<Option<usize>, Failure> {
        let given: Value = json::read(arguments)?;
        let Some(name) = name_of(&given["chat"]) else { return Ok(None) };
        let before = given["before"].as_i64();
        self.courier.try_again();
        if !self.plain.want_older(name, before, limit(&given))? {
            return Ok(None);
        }
        Ok(Some(self.plain.page(name, before, usize::MAX)?.letters.len()))
    }
}

impl Core {
    /// Does what a method of the contract says, if it is about a conversation that is not encrypted.
    pub(crate) fn obey_in_letters(
        &mut self,
        method: &str,
        given: &Value,
        now: f64,
    ) -> Result<Option<Work>, Failure> {
        let now = time(now);
        if method == "newChat" && given["encrypted"] == false {
            let people: Vec<ActorId> = serde_json::from_value(given["people"].clone())?;
            let (name, step) = self.plain.begin(people, now, &mut OsRng)?;
            return self.carry_out_letters(step, chat_of(&name).into()).map(Some);
        }
        let Some(name) = name_of(&given["chat"]) else { return Ok(None) };
        let id = || given["id"].as_str().ok_or_else(|| Failure::expected("a message"));
        let step = match method {
            // Without its files a letter would say something else.
            "send" if given["files"].as_array().is_some_and(|files| !files.is_empty()) => {
                return Err(Failure::new("not-yet"));
            }
            "send" => {
                let answered = given["inReplyTo"]["id"].as_str().map(str::to_owned);
                self.plain.send(name, text(given)?, answered, now, &mut OsRng)?
            }
            "retry" => self.plain.retry(name, id()?)?,
            "discard" => self.plain.discard(name, id()?)?,
            "setDraft" => {
                let in_reply_to: Option<Reference> = serde_json::from_value(given["inReplyTo"].clone())?;
                self.plain.set_draft(name, Some(Draft { text: text(given)?, in_reply_to }))?
            }
            "markRead" => self.plain.mark_read(name, given["upTo"].as_i64().unwrap_or_default())?,
            "setChat" => self.plain.set(name, setting(given)?)?,
            _ => return Err(Failure::new("not-yet")),
        };
        self.carry_out_letters(step, Value::Null).map(Some)
    }

    /// What a method of the contract asks of such a conversation.
    pub(crate) fn look_in_letters(
        &self,
        name: &str,
        method: &str,
        given: &Value,
    ) -> Result<Option<Value>, Failure> {
        Ok(Some(match method {
            "chat" => self.letter_chat(name)?,
            "messages" => self.letter_page(name, given["before"].as_i64(), limit(given))?,
            "search" => {
                let text = given["text"].as_str().unwrap_or_default();
                self.search_letters(text, Some(name), limit(given)).into()
            }
            "readers" => self.letter_readers(name)?,
            "fate" => self.letter_fate(name, given)?,
            "letterFile" => self.letter_file(name, given)?,
            _ => return Ok(None),
        }))
    }

    /// The events of the contract.
    pub(crate) fn tell_of_letters(&self, news: &News) -> Vec<Value> {
        let list = json!({"event": "chats"});
        let changed = |name: &str| json!({"event": "chat", "chat": chat_of(name)});
        match news {
            News::Everything => vec![list],
            News::Changed(name) => vec![changed(name), list],
            News::Arrived(name, letter) => {
                let view = self.plain.letter(name, &letter.id).ok().flatten();
                let arrived = view.map(|view| {
                    json!({"event": "arrived", "chat": chat_of(name), "message": show(view, self.me())})
                });
                arrived.into_iter().chain([changed(name), list]).collect()
            }
        }
    }

    /// Their lines in the list.
    pub(crate) fn letter_rows(&self) -> Vec<Value> {
        self.plain.list().iter().map(|view| self.letter_row(view)).collect()
    }

    fn letter_row(&self, view: &TalkView<'_>) -> Value {
        let names: Vec<String> = view.people.iter().map(|actor| self.people.name(actor)).collect();
        let everybody: Vec<&ActorId> = [self.me()].into_iter().chain(view.people).collect();
        let section = match view.section {
            Section::Pinned => "pinned",
            Section::Archived => "archived",
            _ => "all",
        };
        let mut row = json!({
            "chat": chat_of(view.name), "title": names.join(", "), "section": section, "at": view.at.0,
            "protection": {"kind": "plain", "servers": self.servers(view)}, "unread": view.unread,
            "people": everybody, "mentioned": false,
            "failed": view.outgoing.iter().any(|letter| letter.failed.is_some()),
        });
        if let Some(preview) = preview(view, self.me()) {
            row["preview"] = preview;
        }
        if let Some(draft) = view.draft.filter(|draft| !draft.text.is_empty()) {
            row["draft"] = draft.text.as_str().into();
        }
        if let Some(until) = view.muted_until {
            row["mutedUntil"] = until.0.into();
        }
        row
    }

    /// The servers whose operators can read it: as our server says, and before the first letter those of its people.
    fn servers(&self, view: &TalkView<'_>) -> Vec<String> {
        if !view.servers.is_empty() {
            return view.servers.to_vec();
        }
        let mut servers = vec![server_of(self.me())];
        for server in view.people.iter().map(server_of) {
            if !servers.contains(&server) {
                servers.push(server);
            }
        }
        servers
    }

    fn letter_chat(&self, name: &str) -> Result<Value, Failure> {
        let view = self.plain.view(name)?;
        let mut chat = self.letter_row(&view);
        let everybody = view.people.iter().chain([self.me()]);
        // Whatever is known of somebody's keys protects nothing here.
        let named = |actor: &ActorId| {
            let (name, handle) = (self.people.name(actor), self.people.handle(actor));
            (actor.to_string(), json!({"name": name, "handle": handle, "trust": {"kind": "none"}}))
        };
        chat["names"] = everybody.map(named).collect::<Map<String, Value>>().into();
        chat["standing"] = "active".into();
        chat["me"] = self.me().as_str().into();
        chat["readUpTo"] = view.read_up_to.into();
        chat["mixed"] = false.into();
        chat["can"] = json!([]);
        chat["limits"] = json!({"inlineBytes": 0, "fileBytes": 0});
        if let Some(longest) = self.plain.longest() {
            chat["limits"]["characters"] = longest.into();
        }
        if let Some(policy) = self.plain.forbidden() {
            chat["obstacle"] = json!({"kind": "policy", "policy": policy});
        }
        let answered = view.draft.and_then(|draft| draft.in_reply_to.as_ref());
        if let Some(answered) = answered.and_then(|answered| self.plain.letter(name, &answered.id).ok()?) {
            chat["answering"] = show(answered, self.me());
        }
        Ok(chat)
    }

    fn letter_page(&self, name: &str, before: Option<i64>, limit: usize) -> Result<Value, Failure> {
        let page = self.plain.page(name, before, limit)?;
        let letters = page.letters.iter().map(|view| show(*view, self.me()));
        let waiting = page.outgoing.iter().map(|letter| self.waiting(name, letter));
        Ok(json!({"messages": letters.chain(waiting).collect::<Vec<Value>>(), "more": page.more}))
    }

    /// A letter that is not sent.
    fn waiting(&self, name: &str, letter: &Outgoing) -> Value {
        let state = match &letter.failed {
            Some(reason) => json!({"kind": "failed", "detail": reason}),
            None => json!({"kind": "waiting"}),
        };
        let mut shown = json!({
            "sender": self.me(), "id": letter.id, "position": null, "sentAt": letter.written_at.0, "own": true,
            "body": body(&letter.text, None, Vec::new()), "reactions": [], "state": state,
        });
        let answered = letter.in_reply_to.as_deref();
        if let Some(answered) = answered.and_then(|id| self.plain.letter(name, id).ok()?) {
            shown["inReplyTo"] = quote(answered.letter);
        }
        shown
    }

    /// What a search finds among them.
    pub(crate) fn search_letters(&self, text: &str, only: Option<&str>, limit: usize) -> Vec<Value> {
        let show = |hit: &Hit<'_>| {
            let count =
                |bytes: usize| hit.excerpt.get(..bytes).map_or(0, |before| before.encode_utf16().count());
            json!({
                "chat": chat_of(hit.talk), "message": show(hit.view, self.me()), "excerpt": hit.excerpt,
                "start": count(hit.start), "end": count(hit.end),
            })
        };
        self.plain.search(text, only, limit).iter().map(show).collect()
    }

    fn letter_readers(&self, name: &str) -> Result<Value, Failure> {
        let view = self.plain.view(name)?;
        let person = |actor: &ActorId| {
            json!({
                "actor": actor, "name": self.people.name(actor), "handle": self.people.handle(actor),
                "trust": {"kind": "none"}, "devices": 0, "leaves": [],
            })
        };
        let people: Vec<Value> = [self.me()].into_iter().chain(view.people).map(person).collect();
        let servers = self.servers(&view);
        let protection = json!({"kind": "plain", "servers": servers});
        Ok(json!({"protection": protection, "servers": servers, "mixed": false, "people": people}))
    }

    /// Where the server is asked what became of an own letter.
    fn letter_fate(&self, name: &str, given: &Value) -> Result<Value, Failure> {
        let letter = given["message"]["id"].as_str().unwrap_or_default();
        let known = self.plain.letter(name, letter)?;
        let id = self.plain.id_of(name)?.filter(|_| known.is_some());
        let path = id.map(|id| format!("{}/{id}/deliveries?letter={letter}", path::LETTERS));
        Ok(json!({"path": path, "readBy": []}))
    }

    /// Where the bytes of a file of a letter are, on the own server.
    fn letter_file(&self, name: &str, given: &Value) -> Result<Value, Failure> {
        let view = self.plain.letter(name, given["message"]["id"].as_str().unwrap_or_default())?;
        let index = given["index"].as_u64().and_then(|index| usize::try_from(index).ok());
        let file = view.zip(index).and_then(|(view, index)| view.letter.files.get(index));
        Ok(file.filter(|file| is_here(file, self.me())).map(|file| file.url.clone()).into())
    }
}

fn text(given: &Value) -> Result<String, Failure> {
    let text = given["text"].as_str().ok_or_else(|| Failure::expected("a text"))?;
    Ok(text.to_owned())
}

fn setting(given: &Value) -> Result<ChatSetting, Failure> {
    let flag = |name: &str| given[name].as_bool();
    let muted = || Some(ChatSetting::MutedUntil(given.get("mutedUntil")?.as_i64().map(Timestamp)));
    let pinned = flag("pinned").map(ChatSetting::Pinned);
    let setting = pinned.or_else(|| flag("archived").map(ChatSetting::Archived)).or_else(muted);
    setting.ok_or_else(|| Failure::expected("a setting"))
}

fn show(view: LetterView<'_>, me: &ActorId) -> Value {
    let letter = view.letter;
    let is_held = !view.is_acquainted && letter.author != *me;
    let files = letter.files.iter().enumerate().map(|(index, each)| file(index, each, me, is_held)).collect();
    let mut shown = json!({
        "sender": letter.author, "id": letter.id, "position": view.place, "sentAt": letter.sent_at.0,
        "own": letter.author == *me, "body": body(&letter.text, letter.warning.as_deref(), files),
        "reactions": [],
    });
    // Links of strangers are text, and their files stay behind a button.
    shown["body"]["inert"] = is_held.into();
    if let Some(at) = letter.edited_at {
        shown["editedAt"] = at.0.into();
    }
    match view.answers {
        Answers::Nothing => {}
        Answers::Letter(answered) => shown["inReplyTo"] = quote(answered),
        Answers::Missing => shown["inReplyTo"] = json!({"missing": true}),
    }
    if letter.author == *me {
        shown["state"] = json!({"kind": "sent"});
    }
    shown
}

fn body(text: &str, warning: Option<&str>, files: Vec<Value>) -> Value {
    let mut body = json!({
        "kind": "text", "text": text, "mentions": [], "links": links_of(text), "files": files, "inert": false,
    });
    if let Some(warning) = warning {
        body["warning"] = warning.into();
    }
    body
}

fn quote(letter: &Letter) -> Value {
    let excerpt: String = letter.warning.as_ref().unwrap_or(&letter.text).chars().take(EXCERPT).collect();
    json!({"name": {"sender": letter.author, "id": letter.id}, "excerpt": excerpt, "by": letter.author})
}

fn preview(view: &TalkView<'_>, me: &ActorId) -> Option<Value> {
    if let Some(letter) = view.outgoing.last() {
        return Some(json!({"by": me, "kind": "text", "text": start(&letter.text)}));
    }
    let letter = view.last?;
    let words = letter.warning.as_ref().unwrap_or(&letter.text);
    let (kind, words) = match letter.files.first() {
        Some(file) if words.trim().is_empty() => (kind_of(file), file.description.as_str()),
        _ => ("text", words.as_str()),
    };
    Some(json!({"by": letter.author, "kind": kind, "text": start(words)}))
}

/// The begin of a text, in one line.
fn start(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().take(EXCERPT).collect();
    line.join(" ").chars().take(EXCERPT).collect()
}

fn file(index: usize, file: &LetterFile, me: &ActorId, is_held: bool) -> Value {
    let name = file.url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let mut shown = json!({
        "index": index, "name": name, "mediaType": file.media_type, "bytes": file.bytes.unwrap_or_default(),
        "kind": kind_of(file), "inline": false, "held": is_held,
    });
    if let Some(preview) = file.preview.as_ref().filter(|preview| is_at_home(preview, me)) {
        shown["preview"] = preview.as_str().into();
    }
    if !file.description.is_empty() {
        shown["alt"] = file.description.as_str().into();
    }
    for (name, number) in [("width", file.width), ("height", file.height)] {
        if let Some(number) = number {
            shown[name] = number.into();
        }
    }
    if !is_here(file, me) {
        // Only as a way there, if it is one: nothing of another server is fetched.
        shown["kind"] = "file".into();
        shown["elsewhere"] =
            Link::parse_link(&file.url).map(|link| link.to_string()).unwrap_or_default().into();
    }
    shown
}

fn is_here(file: &LetterFile, me: &ActorId) -> bool {
    is_at_home(&file.url, me)
}

fn is_at_home(address: &str, me: &ActorId) -> bool {
    Link::parse_link(address).is_ok_and(|link| link.same_origin(me))
}

fn kind_of(file: &LetterFile) -> &'static str {
    if file.media_type.starts_with("image/") { "picture" } else { "file" }
}
