//! What the interface shows, as the contract has it: converted from the device's own views. What is not on the device has no
//! place here.

use alcove_client::{
    ChatView, ConversationView, LeafCheck, LeafView, Obstacle, PreviewKind, Section, Standing, Suspect,
    Trust, blob,
};
use alcove_protocol::{ActorId, GroupId, Timestamp, api, base64};
use serde_json::{Map, Value, json};

use crate::{
    core::Core,
    failure::Failure,
    files::{INLINE_BYTES, MIXED_INLINE_BYTES},
    messages,
};

impl Core {
    /// The list of chats.
    pub(crate) fn rows(&self) -> Result<Value, Failure> {
        let chats = self.device.chats()?;
        let mut rows = chats.iter().map(|chat| self.row(chat)).collect::<Result<Vec<_>, _>>()?;
        rows.extend(self.letter_rows());
        rows.sort_by_key(|row| std::cmp::Reverse(row["at"].as_i64()));
        Ok(rows.into())
    }

    fn row(&self, chat: &ChatView) -> Result<Value, Failure> {
        let section = match chat.section {
            Section::Request => "request",
            Section::Pinned => "pinned",
            Section::All => "all",
            Section::Archived => "archived",
        };
        let mut row = json!({
            "chat": chat.conversation, "protection": {"kind": "mls"}, "title": self.called(chat),
            "people": chat.people, "section": section, "at": chat.at.0, "unread": chat.unread,
            "mentioned": chat.mentioned,
            "failed": chat.failed || self.freight.has_failed(&self.device, &chat.conversation)?,
        });
        if let Some(preview) = &chat.preview {
            let kind = preview_word(preview.kind);
            let text = match preview.what {
                Some(what) => messages::word(what),
                None => preview.text.as_str(),
            };
            row["preview"] = json!({"by": preview.by, "kind": kind, "text": text});
        }
        if let Some(draft) = chat.draft.as_ref().filter(|draft| !draft.text.is_empty()) {
            row["draft"] = draft.text.as_str().into();
        }
        if let Some(until) = chat.muted_until {
            row["mutedUntil"] = until.0.into();
        }
        Ok(row)
    }

    /// How large a file may be that travels in a message, and one that is kept beside it: none where somebody uses other software.
    fn limits_in(&self, mixed: bool) -> Value {
        if mixed {
            return json!({"inlineBytes": MIXED_INLINE_BYTES, "fileBytes": MIXED_INLINE_BYTES});
        }
        let sealed = self.limits.and_then(|limits| limits.blob_bytes).map(blob::longest_within);
        json!({"inlineBytes": INLINE_BYTES, "fileBytes": sealed.unwrap_or_default().max(INLINE_BYTES as u64)})
    }

    /// What a chat is called: its name, or the people in it but me.
    fn called(&self, chat: &ChatView) -> String {
        let others = || chat.people.iter().filter(|actor| *actor != self.me());
        chat.name
            .clone()
            .unwrap_or_else(|| others().map(|actor| self.people.name(actor)).collect::<Vec<_>>().join(", "))
    }

    /// A chat.
    pub(crate) fn chat(&self, group: &GroupId) -> Result<Value, Failure> {
        let view = self.device.conversation(group)?;
        let listed = self.device.chats()?.into_iter().find(|chat| chat.conversation == *group);
        let listed = listed.ok_or_else(|| Failure::new("unknown-chat"))?;
        let mut chat = self.row(&listed)?;
        let standing = match view.standing {
            Standing::Starting | Standing::Active => "active",
            Standing::Request => "request",
            Standing::WantsToLeave | Standing::Leaving => "leaving",
            Standing::Over => "over",
            Standing::Continued => "read-only",
        };
        chat["standing"] = standing.into();
        chat["names"] = self.names(&listed, &view)?.into();
        chat["me"] = self.me().as_str().into();
        chat["readUpTo"] = listed.read_up_to.into();
        chat["mixed"] = view.mixed.into();
        chat["can"] = json!(["attach", "edit", "react", "remove"]);
        let answered = listed.draft.as_ref().and_then(|draft| draft.in_reply_to.as_ref());
        if let Some(item) = answered.and_then(|answered| self.history.message(group, answered)) {
            chat["answering"] = messages::show(&item, self.me(), 0);
        }
        chat["limits"] = self.limits_in(view.mixed);
        if let Some(obstacle) = self.obstacle(&view)? {
            chat["obstacle"] = obstacle;
        }
        if let (Standing::Request, Some(by)) = (view.standing, self.first_other(&view)) {
            chat["requestFrom"] = by.as_str().into();
        }
        Ok(chat)
    }

    /// The names of everybody in a chat, and of those who were.
    fn names(&self, chat: &ChatView, view: &ConversationView) -> Result<Map<String, Value>, Failure> {
        let named = |actor: &ActorId| {
            let (name, handle) = (self.people.name(actor), self.people.handle(actor));
            let trust = self.trust(actor, view)?;
            Ok((actor.to_string(), json!({"name": name, "handle": handle, "trust": trust})))
        };
        chat.people.iter().map(named).collect()
    }

    /// How far somebody's identity key was checked, as far as a chat shows it.
    fn trust(&self, actor: &ActorId, view: &ConversationView) -> Result<Value, Failure> {
        let vouched = leaves_of(actor, view).any(|leaf| leaf.check == LeafCheck::Vouched);
        let trust = self.device.trust_of(actor)?;
        Ok(if vouched && trust == Trust::None {
            json!({"kind": "vouched-for-by-server"})
        } else {
            show_trust(&trust)
        })
    }

    fn first_other<'a>(&self, view: &'a ConversationView) -> Option<&'a ActorId> {
        view.people.iter().find(|actor| *actor != self.me())
    }

    /// A page of messages; the newest one has those behind it that are still on this device.
    pub(crate) fn page(&self, group: &GroupId, before: Option<i64>, limit: usize) -> Result<Value, Failure> {
        let readers = self.device.conversation(group)?.people.len().saturating_sub(1);
        let page = self.history.page(group, before, limit);
        let mut shown: Vec<Value> =
            page.items.iter().map(|item| messages::show(item, self.me(), readers)).collect();
        if before.is_none() {
            let known = |id: &str| page.items.iter().any(|item| item.message.id == id);
            let outgoing = self.outgoing(group)?;
            let waiting = outgoing.iter().filter(|waiting| !known(&waiting.id));
            shown.extend(waiting.filter_map(|waiting| messages::waiting(waiting, self.me())));
        }
        Ok(json!({"messages": shown, "more": page.more}))
    }

    /// What a search finds.
    pub(crate) fn search(&self, text: &str, group: Option<&GroupId>, limit: usize) -> Value {
        let hits = self.history.search(text, group, limit).into_iter();
        let show = |hit: alcove_client::history::Hit| {
            let count =
                |bytes: usize| hit.excerpt.get(..bytes).map_or(0, |before| before.encode_utf16().count());
            json!({
                "chat": hit.conversation, "message": messages::show(&hit.item, self.me(), 0),
                "start": count(hit.start), "end": count(hit.end), "excerpt": hit.excerpt,
            })
        };
        let mut found: Vec<Value> = hits.map(show).collect();
        if group.is_none() {
            found.extend(self.search_letters(text, None, limit));
            found.sort_by_key(|hit| std::cmp::Reverse(hit["message"]["sentAt"].as_i64()));
            found.truncate(limit);
        }
        found.into()
    }

    /// Where the server is asked what became of an own message, as far as it was sent, and who has read it.
    pub(crate) fn fate(&self, group: &GroupId, given: &Value) -> Result<Value, Failure> {
        let name = messages::reference(&given["message"]).ok_or_else(|| Failure::expected("a message"))?;
        let activity = self.device.activity_of(group, &name.id)?;
        let read_by = self.history.message(group, &name).map(|item| item.read_by).unwrap_or_default();
        let query = activity.map(|activity| String::from(js_sys::encode_uri_component(activity.as_str())));
        let path = query.map(|query| format!("{}?activity={query}", api::path::DELIVERIES));
        Ok(json!({"path": path, "readBy": read_by}))
    }

    /// The invitations of this device.
    pub(crate) fn show_invitations(&self, now: Timestamp) -> Result<Value, Failure> {
        let show = |own: &alcove_client::OwnInvitation| {
            let mut shown = json!({"id": own.id, "expiresAt": own.expires_at.0, "state": own.state});
            if let Some(name) = &own.name {
                shown["name"] = name.as_str().into();
            }
            if let Some(newcomer) = &own.newcomer {
                shown["newcomer"] = newcomer.as_str().into();
            }
            shown
        };
        Ok(self.device.invitations(now)?.iter().map(show).collect())
    }

    /// What is in the way of writing, worst first.
    fn obstacle(&self, view: &ConversationView) -> Result<Option<Value>, Failure> {
        for actor in &view.people {
            if let Trust::Changed { identity, was_verified: true } = self.device.trust_of(actor)? {
                let identity = base64::encode(&identity);
                return Ok(Some(json!({"kind": "identity-changed", "actor": actor, "identity": identity})));
            }
        }
        Ok(obstacle(view))
    }

    /// Who can read a chat.
    pub(crate) fn readers(&self, group: &GroupId) -> Result<Value, Failure> {
        let view = self.device.conversation(group)?;
        let mut servers: Vec<String> = view.people.iter().map(server_of).collect();
        servers.sort_unstable();
        servers.dedup();
        let people = view.people.iter().map(|actor| self.reader(actor, &view));
        let people = people.collect::<Result<Vec<Value>, Failure>>()?;
        Ok(json!({"protection": {"kind": "mls"}, "servers": servers, "mixed": view.mixed, "people": people}))
    }

    fn reader(&self, actor: &ActorId, view: &ConversationView) -> Result<Value, Failure> {
        let leaves: Vec<Value> = leaves_of(actor, view)
            .map(|leaf| json!({"leaf": base64::encode(&leaf.signature_key), "ok": leaf.check != LeafCheck::Failed}))
            .collect();
        Ok(json!({
            "actor": actor, "name": self.people.name(actor), "handle": self.people.handle(actor),
            "trust": self.trust(actor, view)?, "devices": leaves.len(), "leaves": leaves,
        }))
    }

    /// Somebody.
    pub(crate) fn person(&self, actor: &ActorId) -> Result<Value, Failure> {
        let known = self.people.get(actor);
        let encrypted = if known.is_none_or(|person| person.takes_encrypted) { "yes" } else { "no" };
        let mut person = json!({
            "actor": actor, "handle": self.people.handle(actor), "name": self.people.name(actor),
            "server": server_of(actor), "encrypted": encrypted, "blocked": false,
            "trust": show_trust(&self.device.trust_of(actor)?),
        });
        if let Some(identity) = self.device.identity_of(actor)? {
            person["identity"] = base64::encode(&identity).into();
        }
        if let Some(number) = self.device.safety_number(actor)? {
            person["safetyNumber"] = number.into();
        }
        Ok(person)
    }

    /// The devices of the account, as they were last listed.
    pub(crate) fn show_devices(&self) -> Value {
        let show = |device: &api::Device| {
            let mut shown = json!({
                "device": device.id, "title": device.title, "current": self.device.id() == Some(&device.id),
                "state": device.state, "createdAt": device.created_at.0,
            });
            if let Some(at) = device.last_seen_at {
                shown["lastSeenAt"] = at.0.into();
            }
            shown
        };
        self.devices.iter().map(show).collect()
    }
}

fn leaves_of<'a>(actor: &'a ActorId, view: &'a ConversationView) -> impl Iterator<Item = &'a LeafView> {
    view.leaves.iter().filter(move |leaf| leaf.actor.as_ref() == Some(actor))
}

fn show_trust(trust: &Trust) -> Value {
    match trust {
        Trust::None => json!({"kind": "none"}),
        Trust::FirstContact => json!({"kind": "first-contact"}),
        Trust::VouchedForByServer => json!({"kind": "vouched-for-by-server"}),
        Trust::Invited => json!({"kind": "invited"}),
        Trust::Verified { by, at } => json!({"kind": "verified", "by": by, "at": at.0}),
        Trust::Changed { identity, was_verified } => {
            let was = if *was_verified { "verified" } else { "first-contact" };
            json!({"kind": "changed", "identity": base64::encode(identity), "was": was})
        }
    }
}

pub(crate) fn preview_word(kind: PreviewKind) -> &'static str {
    match kind {
        PreviewKind::Text => "text",
        PreviewKind::File => "file",
        PreviewKind::Picture => "picture",
        PreviewKind::Voice => "voice",
        PreviewKind::Deleted => "deleted",
        PreviewKind::Happening => "event",
        PreviewKind::Unsupported => "unsupported",
    }
}

pub(crate) fn server_of(actor: &ActorId) -> String {
    let origin = actor.origin();
    origin.authority().to_owned()
}

/// What is in the way of writing, whoever is in the chat.
fn obstacle(view: &ConversationView) -> Option<Value> {
    if !view.unverified.is_empty() {
        let suspect = |suspect: &Suspect| json!({"leaf": base64::encode(&suspect.signature_key), "actor": suspect.actor});
        let suspects: Vec<Value> = view.unverified.iter().map(suspect).collect();
        return Some(json!({"kind": "unverified", "suspects": suspects}));
    }
    let why = match view.obstacle.as_ref()? {
        Obstacle::Silent => "silent",
        Obstacle::Apart { .. } => "apart",
        Obstacle::Unappliable { .. } => "unappliable",
        Obstacle::Forgotten => "forgotten",
        Obstacle::Lost => "lost",
        Obstacle::Forked => "forked",
    };
    Some(json!({"kind": "cannot-go-on", "why": why}))
}
