//! Groups with somebody whose software is not ours: no marker, no endorsement, not bound by the sequencer (ENCRYPTION.md
//! 1.5 point 8). The foreign member here is OpenMLS with its defaults, which is how Bonfire's is built; an independent
//! implementation stands in `tests`.

use alcove_protocol::{
    ActorId, ConversationId, DeviceId, GroupId, base64,
    mls::{MlsType, Outgoing},
    time::SECOND,
};
use openmls::prelude::{
    tls_codec::{DeserializeBytes, Serialize},
    *,
};
use openmls_rust_crypto::OpenMlsRustCrypto;
use serde_json::json;

use crate::{Call, Command, LeafCheck, Outcome, identity::SecretKey, mls::SUITE, testing::World};

/// A foreign member.
pub(super) struct Foreign {
    actor: ActorId,
    provider: OpenMlsRustCrypto,
    key: SecretKey,
    group: Option<MlsGroup>,
    seen: usize,
    pub(super) read: Vec<String>,
}

impl Foreign {
    /// Publishes a key package as Emissary's client does: wrapped, and without an id in `generator`.
    pub(super) fn publish(world: &mut World, name: &str) -> Self {
        let (actor, provider) = (World::actor(name), OpenMlsRustCrypto::default());
        let key = SecretKey::from_bytes(crate::record::digest(name.as_bytes()));
        let foreign = Self { actor, provider, key, group: None, seen: 0, read: Vec::new() };
        foreign.publish_again(world);
        foreign
    }

    fn credential(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.actor.as_str().as_bytes().to_vec()).into(),
            signature_key: self.key.public().to_vec().into(),
        }
    }

    /// Another key package: the last one is used up.
    pub(super) fn publish_again(&self, world: &mut World) {
        let Self { actor, provider, key, .. } = self;
        let bundle = KeyPackage::builder().build(SUITE, provider, key, self.credential()).unwrap();
        let wrapped = MlsMessageOut::from(bundle.key_package().clone()).tls_serialize_detached().unwrap();
        let object = json!({
            "type": "KeyPackage", "attributedTo": actor, "mediaType": "message/mls", "encoding": "base64",
            "generator": "Emissary", "content": base64::encode(&wrapped),
        });
        let device = DeviceId::parse(&format!("{actor}/device")).unwrap();
        world.service.key_packages.entry(actor.clone()).or_default().insert(device, object);
    }

    /// Takes everything that is new in the mailbox.
    pub(super) fn receive(&mut self, world: &World) {
        let mailbox = world.service.mailboxes.get(&self.actor).cloned().unwrap_or_default();
        for item in mailbox.iter().skip(self.seen) {
            let content = item.activity.pointer("/object/content").and_then(|content| content.as_str());
            let bytes = content.and_then(|content| base64::decode(content, 1 << 20));
            let message = bytes.and_then(|bytes| MlsMessageIn::tls_deserialize_exact_bytes(&bytes).ok());
            message.into_iter().for_each(|message| self.take(message));
        }
        self.seen = mailbox.len();
    }

    fn take(&mut self, message: MlsMessageIn) {
        let message = match message.extract() {
            MlsMessageBodyIn::Welcome(welcome) => {
                let config = MlsGroupJoinConfig::default();
                let staged = StagedWelcome::new_from_welcome(&self.provider, &config, welcome, None);
                self.group = Some(staged.unwrap().into_group(&self.provider).unwrap());
                return;
            }
            MlsMessageBodyIn::PrivateMessage(message) => ProtocolMessage::from(message),
            _ => return,
        };
        let Some(group) = &mut self.group else { return };
        let Ok(processed) = group.process_message(&self.provider, message) else { return };
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => {
                let document: serde_json::Value = serde_json::from_slice(&message.into_bytes()).unwrap();
                self.read.extend(document["object"]["content"].as_str().map(str::to_owned));
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                group.merge_staged_commit(&self.provider, *staged).unwrap();
            }
            _ => {}
        }
    }

    fn post(&self, world: &mut World, content: Vec<u8>, to: &str, conversation: &ConversationId) {
        let group = self.group.as_ref().unwrap().group_id().as_slice().to_vec();
        let outgoing = Outgoing {
            kind: MlsType::PrivateMessage,
            content,
            to: vec![World::actor(to)],
            group: GroupId::parse(&String::from_utf8(group).unwrap()).unwrap(),
            conversation: conversation.clone(),
        };
        let sent = world.service.perform(&self.actor, None, &Call::PostMessage(outgoing), world.now);
        assert!(matches!(sent, Outcome::Accepted(_)));
    }

    /// A bare note, as Bonfire sends it (trap T41).
    pub(super) fn say(&mut self, world: &mut World, text: &str, to: &str, conversation: &ConversationId) {
        let note =
            json!({"type": "Note", "id": "uri:uuid:1", "content": format!("<p>{text}</p>")}).to_string();
        let group = self.group.as_mut().unwrap();
        let message = group.create_message(&self.provider, &self.key, note.as_bytes()).unwrap();
        self.post(world, message.tls_serialize_detached().unwrap(), to, conversation);
    }

    /// An update commit, past the sequencer.
    pub(super) fn commit(&mut self, world: &mut World, to: &str, conversation: &ConversationId) {
        let group = self.group.as_mut().unwrap();
        let bundle = group.self_update(&self.provider, &self.key, LeafNodeParameters::default()).unwrap();
        let (commit, _, _) = bundle.into_contents();
        group.merge_pending_commit(&self.provider).unwrap();
        self.post(world, commit.tls_serialize_detached().unwrap(), to, conversation);
    }

    /// A proposal to renew its own leaf, different every time.
    pub(super) fn propose(&mut self, world: &mut World, to: &str, conversation: &ConversationId) {
        let (group, parameters) = (self.group.as_mut().unwrap(), LeafNodeParameters::default());
        let (message, _) = group.propose_self_update(&self.provider, &self.key, parameters).unwrap();
        self.post(world, message.tls_serialize_detached().unwrap(), to, conversation);
    }

    /// A Welcome into a new group that claims the id of another, for a device of ours.
    pub(super) fn welcome(&mut self, world: &mut World, group: &GroupId, to: &str) -> serde_json::Value {
        let id = openmls::group::GroupId::from_slice(group.as_str().as_bytes());
        let made = MlsGroup::builder().with_group_id(id).ciphersuite(SUITE).use_ratchet_tree_extension(true);
        let mut made = made.build(&self.provider, &self.key, self.credential()).unwrap();
        let package = &world.service.key_packages[&World::actor(to)].values().next().unwrap()["content"];
        let package = base64::decode(package.as_str().unwrap(), 1 << 20).unwrap();
        let package = KeyPackageIn::tls_deserialize_exact_bytes(&package).unwrap();
        let package = package.validate(self.provider.crypto(), ProtocolVersion::Mls10).unwrap();
        let (_, welcome, _) = made.add_members(&self.provider, &self.key, &[package]).unwrap();
        let outgoing = Outgoing {
            kind: MlsType::Welcome,
            content: welcome.tls_serialize_detached().unwrap(),
            to: vec![World::actor(to)],
            group: group.clone(),
            conversation: ConversationId::parse("https://four.example/conversations/1").unwrap(),
        };
        let activity = alcove_protocol::ActivityId::parse("https://four.example/a/1").unwrap();
        let ids = alcove_protocol::mls::OutgoingIds { activity, object: "https://four.example/o/1".into() };
        outgoing.to_create(&self.actor, &ids, world.now)
    }

    pub(super) fn authenticator(&self) -> Vec<u8> {
        self.group.as_ref().unwrap().epoch_authenticator().as_slice().to_vec()
    }
}

pub(super) fn address(world: &World, group: &GroupId) -> ConversationId {
    world.view(0, group).address.unwrap()
}

pub(super) fn pass_seconds(world: &mut World, seconds: usize) {
    for _ in 0..seconds {
        world.pass(SECOND);
    }
}

/// Traps T4, T6, T19, T22, T25, T41: read, write, add and remove with a foreign member in the group.
#[test]
fn a_foreign_member_reads_writes_and_commits() {
    let mut world = World::with(1, &["ana@one", "bob@two"]);
    let mut fay = Foreign::publish(&mut world, "fay@emissary");
    let group = world.start(0, &["fay@emissary"]);
    fay.receive(&world);
    let view = world.view(0, &group);
    assert!(view.mixed && view.unverified.is_empty());
    assert!(view.leaves.iter().any(|leaf| leaf.check == LeafCheck::Vouched && !leaf.ours));
    world.send(0, &group, "hello");
    world.settle();
    fay.receive(&world);
    assert_eq!(fay.read, ["hello"]);
    let conversation = address(&world, &group);
    fay.say(&mut world, "hi Ana", "ana@one", &conversation);
    world.settle();
    assert_eq!(world.hosts[0].texts(&group), ["hello", "hi Ana"]);
    // A foreign commit needs no word of the sequencer, and leaves it behind.
    fay.commit(&mut world, "ana@one", &conversation);
    world.settle();
    assert_eq!(world.view(0, &group).epoch_authenticator, fay.authenticator());
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("bob@two") });
    pass_seconds(&mut world, 20);
    fay.receive(&world);
    world.assert_agreed(&[0, 1], &group);
    assert_eq!(world.view(0, &group).epoch_authenticator, fay.authenticator());
    world.command(0, Command::Remove { conversation: group.clone(), actor: World::actor("fay@emissary") });
    pass_seconds(&mut world, 20);
    world.assert_agreed(&[0, 1], &group);
    assert!(!world.view(0, &group).mixed, "pure again");
    world.send(0, &group, "just us");
    world.settle();
    fay.receive(&world);
    assert_eq!(fay.read, ["hello"]);
    assert_eq!(world.hosts[1].texts(&group), ["just us"]);
}

/// ENCRYPTION.md 1.5 point 8: a foreign commit that arrives while ours waits wins, and ours is done again.
#[test]
fn a_foreign_commit_in_time_wins() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    let mut fay = Foreign::publish(&mut world, "fay@emissary");
    let group = world.start(0, &["fay@emissary"]);
    fay.receive(&world);
    let conversation = address(&world, &group);
    world.now = world.now.plus(3 * SECOND);
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("bob@two") });
    world.settle();
    assert_eq!(world.view(0, &group).epoch, 1, "taken, and still held back");
    fay.commit(&mut world, "ana@one", &conversation);
    world.settle();
    assert_eq!(world.view(0, &group).epoch_authenticator, fay.authenticator());
    pass_seconds(&mut world, 30);
    fay.receive(&world);
    assert_eq!(world.view(0, &group).people.len(), 3);
    assert_eq!(world.view(0, &group).epoch_authenticator, fay.authenticator());
}
