//! What the interface shows, as the contract has it: converted from the device's own views. What is not on the device has no
//! place here.

use alcove_client::{ConversationView, LeafCheck, LeafView, Obstacle, Standing, Suspect};
use alcove_protocol::{ActorId, GroupId, api, base64};
use serde_json::{Map, Value, json};

use crate::{core::Core, failure::Failure, messages};

/// Files of more bytes than this do not travel in a message (ENCRYPTION.md 1.10).
const INLINE_BYTES: usize = 256 * 1024;

impl Core {
    /// A row of the list of chats.
    pub(crate) fn row(&self, view: &ConversationView) -> Value {
        let last = self.messages.last(&view.group);
        let section = match view.standing {
            Standing::Request => "request",
            Standing::Over => "archived",
            _ => "all",
        };
        let mut row = json!({
            "chat": view.group, "protection": {"kind": "mls"}, "title": self.called(view),
            "people": view.people, "section": section, "at": last.map_or(0, |message| message.sent_at.0),
            "unread": 0, "mentioned": false, "failed": false,
        });
        if let Some(message) = last {
            let body = &messages::show(message, self.me())["body"];
            row["preview"] = json!({"by": message.sender, "kind": body["kind"], "text": body["text"]});
        }
        row
    }

    /// What a chat is called: its name, or the people in it but me.
    fn called(&self, view: &ConversationView) -> String {
        let others = || view.people.iter().filter(|actor| *actor != self.me());
        view.name
            .clone()
            .unwrap_or_else(|| others().map(|actor| self.people.name(actor)).collect::<Vec<_>>().join(", "))
    }

    /// A chat.
    pub(crate) fn chat(&self, group: &GroupId) -> Result<Value, Failure> {
        let view = self.device.conversation(group)?;
        let mut chat = self.row(&view);
        let names: Map<String, Value> = view.people.iter().map(|actor| self.named(actor, &view)).collect();
        let standing = match view.standing {
            Standing::Starting | Standing::Active => "active",
            Standing::Request => "request",
            Standing::WantsToLeave | Standing::Leaving => "leaving",
            Standing::Over => "over",
            Standing::Continued => "read-only",
        };
        chat["standing"] = standing.into();
        chat["names"] = names.into();
        chat["me"] = self.me().as_str().into();
        chat["readUpTo"] = 0.into();
        chat["mixed"] = view.mixed.into();
        chat["limits"] = json!({"inlineBytes": INLINE_BYTES, "fileBytes": INLINE_BYTES});
        if let Some(obstacle) = obstacle(&view) {
            chat["obstacle"] = obstacle;
        }
        if let (Standing::Request, Some(by)) = (view.standing, self.first_other(&view)) {
            chat["requestFrom"] = by.as_str().into();
        }
        Ok(chat)
    }

    fn first_other<'a>(&self, view: &'a ConversationView) -> Option<&'a ActorId> {
        view.people.iter().find(|actor| *actor != self.me())
    }

    fn named(&self, actor: &ActorId, view: &ConversationView) -> (String, Value) {
        let (name, handle) = (self.people.name(actor), self.people.handle(actor));
        (actor.to_string(), json!({"name": name, "handle": handle, "trust": trust(actor, view)}))
    }

    /// A page of messages.
    pub(crate) fn page(&self, group: &GroupId, before: Option<i64>, limit: usize) -> Result<Value, Failure> {
        let mut groups = vec![group.clone()];
        while let Some(older) = groups
            .last()
            .map(|last| self.device.conversation(last))
            .transpose()?
            .and_then(|view| view.continues)
        {
            groups.push(older);
        }
        let (page, more) = self.messages.page(&groups, before.unwrap_or(i64::MAX), limit);
        let page: Vec<Value> = page.into_iter().map(|message| messages::show(message, self.me())).collect();
        Ok(json!({"messages": page, "more": more}))
    }

    /// Who can read a chat.
    pub(crate) fn readers(&self, group: &GroupId) -> Result<Value, Failure> {
        let view = self.device.conversation(group)?;
        let mut servers: Vec<String> = view.people.iter().map(server_of).collect();
        servers.sort_unstable();
        servers.dedup();
        let people: Vec<Value> = view.people.iter().map(|actor| self.reader(actor, &view)).collect();
        Ok(json!({"protection": {"kind": "mls"}, "servers": servers, "mixed": view.mixed, "people": people}))
    }

    fn reader(&self, actor: &ActorId, view: &ConversationView) -> Value {
        let leaves: Vec<Value> = leaves_of(actor, view)
            .map(|leaf| json!({"leaf": base64::encode(&leaf.signature_key), "ok": leaf.check != LeafCheck::Failed}))
            .collect();
        json!({
            "actor": actor, "name": self.people.name(actor), "handle": self.people.handle(actor),
            "trust": trust(actor, view), "devices": leaves.len(), "leaves": leaves,
        })
    }

    /// Somebody.
    pub(crate) fn person(&self, actor: &ActorId) -> Result<Value, Failure> {
        let known = self.people.get(actor);
        let encrypted = if known.is_none_or(|person| person.takes_encrypted) { "yes" } else { "no" };
        let mut person = json!({
            "actor": actor, "handle": self.people.handle(actor), "name": self.people.name(actor),
            "server": server_of(actor), "encrypted": encrypted, "trust": {"kind": "none"}, "blocked": false,
        });
        if let Some(identity) = self.device.identity_of(actor)? {
            person["identity"] = base64::encode(&identity).into();
            person["trust"] = json!({"kind": "first-contact"});
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

/// How far the leaves of somebody were checked: the worst of them counts.
fn trust(actor: &ActorId, view: &ConversationView) -> Value {
    let checks: Vec<LeafCheck> = leaves_of(actor, view).map(|leaf| leaf.check).collect();
    let kind = if checks.is_empty() || checks.contains(&LeafCheck::Failed) {
        "none"
    } else if checks.contains(&LeafCheck::Vouched) {
        "vouched-for-by-server"
    } else {
        "first-contact"
    };
    json!({"kind": kind})
}

fn server_of(actor: &ActorId) -> String {
    let origin = actor.origin();
    origin.authority().to_owned()
}

/// What is in the way of writing, worst first.
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
