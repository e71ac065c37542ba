//! A conversation of Ana, who uses our device, with guests who use other software on servers of their own. What a guest
//! sends is put into the documents that Emissary and Bonfire would put it into; what a guest reads is what stands in its
//! mailbox.

use alcove_client::{ConversationView, Event, Standing};
use alcove_protocol::{ActorId, GroupId, activity::Activity, api::Item, base64, mls};
use serde_json::{Value, json};

use crate::{
    peer::{
        Peer, Received, actor,
        mls_rs::MlsRs,
        openmls::{OpenMls, Setup},
    },
    world::{HostId, World},
};

/// Ana's device.
pub const ANA: HostId = 0;

const HOME: &str = "https://h.example";

/// Guests on independent software, in documents as Emissary's, with names such as `bo`; the same name twice is one person
/// with two devices.
pub fn emissaries(names: &[&str]) -> Vec<(Box<dyn Peer>, Style)> {
    names.iter().map(|name| (Box::new(MlsRs::new(actor(name))) as Box<dyn Peer>, Style::Emissary)).collect()
}

/// Guests on OpenMLS with its defaults, in documents as Bonfire's.
pub fn bonfires(names: &[&str]) -> Vec<(Box<dyn Peer>, Style)> {
    on_openmls(names, Setup::Bonfire)
}

/// Guests whose handshakes travel in clear framing.
pub fn in_clear(names: &[&str]) -> Vec<(Box<dyn Peer>, Style)> {
    on_openmls(names, Setup::Clear)
}

fn on_openmls(names: &[&str], setup: Setup) -> Vec<(Box<dyn Peer>, Style)> {
    let client = |name: &&str| Box::new(OpenMls::new(actor(name), setup)) as Box<dyn Peer>;
    names.iter().map(|name| (client(name), Style::Bonfire)).collect()
}

/// A note inside a `Create`, as the draft has it.
pub fn note(author: &ActorId, id: &str, text: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{id}#create"), "type": "Create", "actor": author,
        "object": {"id": id, "type": "Note", "attributedTo": author, "content": format!("<p>{text}</p>")},
    })
}

/// The text that a guest found in what Ana wrote.
pub fn text_of(received: &Received) -> Option<String> {
    let Received::Application { data, .. } = received else { return None };
    let inner: Value = serde_json::from_slice(data).unwrap();
    inner["object"]["content"].as_str().map(str::to_owned)
}

/// Whose documents a guest's look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Types in arrays and with prefixes, no ids in objects, commits as `GroupInfo`, Welcomes without `context`.
    Emissary,
    /// Plain or full types, ids everywhere, `context` on everything.
    Bonfire,
}

/// What a guest sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Welcome,
    Commit,
    Message,
}

/// A guest: one device of other software.
pub struct Guest {
    pub client: Box<dyn Peer>,
    style: Style,
    read: usize,
    /// What it sent, to know its echoes by.
    sent: Vec<Vec<u8>>,
}

/// Ana, the guests, and the world around them.
pub struct Meeting {
    pub world: World,
    pub guests: Vec<Guest>,
    sent: u64,
}

impl Meeting {
    /// Ana with one device, and these guests with accounts and no key packages yet.
    pub fn new(guests: Vec<(Box<dyn Peer>, Style)>) -> Self {
        let mut origins = vec![HOME.to_owned()];
        origins.extend(guests.iter().map(|(client, _)| client.actor().origin().to_string()));
        let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
        let mut world = World::new(7, &origins);
        let ana = world.sign_up(HOME, "ana");
        world.install(&ana);
        for (client, _) in &guests {
            world.server_of(client.actor()).accounts.entry(client.actor().clone()).or_default();
        }
        let guests = guests
            .into_iter()
            .map(|(client, style)| Guest { client, style, read: 0, sent: Vec::new() })
            .collect();
        Self { world, guests, sent: 0 }
    }

    /// The actor of a guest.
    pub fn actor(&self, guest: usize) -> ActorId {
        self.guests[guest].client.actor().clone()
    }

    /// Ana's actor.
    pub fn ana(&self) -> ActorId {
        self.world.hosts[ANA].device.actor().clone()
    }

    /// A guest publishes a key package, in the shape of its software: traps T4, T5, T6.
    pub fn publish(&mut self, guest: usize) {
        let (actor, wrapped) = (self.actor(guest), self.guests[guest].client.key_package());
        let (sample, content) = match self.guests[guest].style {
            Style::Emissary => {
                (include_str!("../../../../protocol/samples/emissary/key_package.json"), &wrapped[..])
            }
            Style::Bonfire => {
                (include_str!("../../../../protocol/samples/bonfire/key_package.json"), &wrapped[4..])
            }
        };
        let mut object: Value = serde_json::from_str(sample).unwrap();
        object["attributedTo"] = json!(actor);
        object["id"] = json!(format!("{actor}/keyPackages/{guest}"));
        object["content"] = json!(base64::encode(content));
        self.world.server_of(&actor).account(&actor).foreign_packages.push(object);
    }

    /// Ana starts a conversation with these guests, who publish and join.
    pub fn ana_starts(&mut self, guests: &[usize]) -> GroupId {
        guests.iter().for_each(|guest| self.publish(*guest));
        let people: Vec<ActorId> = guests.iter().map(|guest| self.actor(*guest)).collect();
        let group = self.world.start(ANA, &people.iter().collect::<Vec<_>>());
        for guest in guests {
            self.read(*guest, &group);
        }
        self.agree(&group, guests);
        group
    }

    /// A guest sends something to everybody who is in its group, itself among them, and to these.
    pub fn post(
        &mut self,
        guest: usize,
        group: &GroupId,
        what: What,
        content: &[u8],
        and_to: &[ActorId],
    ) -> Value {
        let mut to: Vec<ActorId> =
            self.guests[guest].client.roster(group).into_iter().map(|(_, actor)| actor).collect();
        to.extend(and_to.iter().cloned());
        self.post_to(guest, group, what, content, to)
    }

    /// The same, to nobody else.
    pub fn post_to(
        &mut self,
        guest: usize,
        group: &GroupId,
        what: What,
        content: &[u8],
        mut to: Vec<ActorId>,
    ) -> Value {
        to.sort();
        to.dedup();
        self.sent += 1;
        self.guests[guest].sent.push(content.to_vec());
        let actor = self.actor(guest);
        let mut activity = envelope(self.guests[guest].style, what);
        activity["id"] = json!(format!("{}/sent/{}", actor.origin(), self.sent));
        activity["actor"] = json!(actor);
        activity["object"]["attributedTo"] = json!(actor);
        activity["object"]["content"] = json!(base64::encode(content));
        activity["to"] = json!(to);
        activity["object"]["to"] = json!(to);
        if activity["object"].get("id").is_some() {
            activity["object"]["id"] = json!(format!("{}/objects/{}", actor.origin(), self.sent));
            activity["object"]["actor"] = json!(actor);
            activity["context"] = json!(group);
        }
        if activity["object"].get("context").is_some() {
            activity["object"]["context"] = json!(group);
        }
        let origin = actor.origin();
        self.world.send(origin.as_str(), &to.into_iter().collect(), &activity);
        activity
    }

    /// A guest merges what it has staged and sends it.
    pub fn commit(
        &mut self,
        guest: usize,
        group: &GroupId,
        staged: &crate::peer::Staged,
        newcomers: &[ActorId],
    ) {
        let before: Vec<ActorId> =
            self.guests[guest].client.roster(group).into_iter().map(|(_, actor)| actor).collect();
        self.guests[guest].client.merge(group).unwrap();
        self.post(guest, group, What::Commit, &staged.commit, &before);
        if let Some(welcome) = &staged.welcome {
            self.post_to(guest, group, What::Welcome, welcome, newcomers.to_vec());
        }
    }

    /// A guest writes, in the inner document given.
    pub fn write(&mut self, guest: usize, group: &GroupId, inner: &Value) {
        let sealed = self.guests[guest].client.encrypt(group, inner.to_string().as_bytes(), b"").unwrap();
        self.post(guest, group, What::Message, &sealed, &[]);
    }

    fn mailbox(&self, guest: usize) -> &[Item] {
        let actor = self.guests[guest].client.actor();
        &self.world.servers[actor.origin().as_str()].accounts[actor].mailbox
    }

    /// A guest reads what is new in its mailbox: joins by Welcomes, takes the rest, skips its own echoes.
    pub fn read(&mut self, guest: usize, group: &GroupId) -> Vec<Result<Received, String>> {
        let new = self.mailbox(guest)[self.guests[guest].read..].to_vec();
        self.guests[guest].read += new.len();
        let mut received = Vec::new();
        for item in new {
            let activity = Activity::parse(item.activity).unwrap();
            let Ok(object) = mls::parse_object(activity.object()) else { continue };
            let Guest { client, sent, .. } = &mut self.guests[guest];
            if object.content[2..4] == [0, 3] {
                // A Welcome may be for another device of the same person (trap T35).
                drop(client.join(&object.content, None));
            } else if !sent.contains(&object.content) && client.is_in(group) {
                received.push(client.receive(group, &object.content));
            }
        }
        received
    }

    /// The MLS bytes of everything of a group that came to a guest.
    pub fn ciphertexts_of(&self, guest: usize, group: &GroupId) -> Vec<Vec<u8>> {
        let mailbox = self.mailbox(guest).iter().map(|item| &item.activity);
        let in_group = mailbox.filter(|activity| activity["context"] == json!(group));
        in_group
            .filter_map(|activity| mls::parse_object(&activity["object"]).ok())
            .map(|object| object.content)
            .collect()
    }

    /// Everything settles; every guest reads.
    pub fn settle(&mut self, group: &GroupId) {
        self.world.settle();
        for guest in 0..self.guests.len() {
            self.read(guest, group);
        }
    }

    /// The conversation on Ana's device.
    pub fn view(&self, group: &GroupId) -> ConversationView {
        self.world.hosts[ANA].device.conversation(group).unwrap()
    }

    /// Ana and these guests are in the same epoch of the same history with the same members: promise P3.
    pub fn agree(&self, group: &GroupId, guests: &[usize]) {
        let view = self.view(group);
        for guest in guests {
            let client = &self.guests[*guest].client;
            assert_eq!(client.epoch(group), view.epoch, "guest {guest}");
            assert_eq!(client.authenticator(group), view.epoch_authenticator, "guest {guest}");
            let leaves: Vec<Option<ActorId>> = view.leaves.iter().map(|leaf| leaf.actor.clone()).collect();
            let theirs: Vec<Option<ActorId>> =
                client.roster(group).into_iter().map(|(_, actor)| Some(actor)).collect();
            assert_eq!(theirs, leaves, "guest {guest}");
        }
    }

    /// Ana accepts a conversation that a guest has started.
    pub fn accept(&mut self, group: &GroupId) {
        self.world.settle();
        assert_eq!(self.view(group).standing, Standing::Request);
        self.world.accept_requests();
        assert_eq!(self.view(group).standing, Standing::Active);
    }

    /// Ana's key package, as an `MLSMessage`: ours are published raw (trap T4).
    pub fn package_of_ana(&mut self) -> Vec<u8> {
        let ana = self.ana();
        let packages = &self.world.server_of(&ana).account(&ana).packages;
        [&[0, 1, 0, 5][..], &packages.values().next().unwrap().content].concat()
    }

    /// What Ana was shown that fits.
    pub fn shown(&self, pick: impl Fn(&Event) -> bool) -> usize {
        self.world.hosts[ANA].shown.iter().filter(|event| pick(event)).count()
    }
}

/// The sample that this is put into.
fn envelope(style: Style, what: What) -> Value {
    let sample = match (style, what) {
        (Style::Emissary, What::Welcome) => {
            include_str!("../../../../protocol/samples/emissary/welcome.json")
        }
        (Style::Emissary, What::Commit) => include_str!("../../../../protocol/samples/emissary/commit.json"),
        (Style::Emissary, What::Message) => {
            include_str!("../../../../protocol/samples/emissary/message.json")
        }
        (Style::Bonfire, What::Welcome) => include_str!("../../../../protocol/samples/bonfire/welcome.json"),
        (Style::Bonfire, _) => include_str!("../../../../protocol/samples/bonfire/message.json"),
    };
    serde_json::from_str(sample).unwrap()
}
