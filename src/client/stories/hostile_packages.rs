//! Key packages that cannot be added (ENCRYPTION.md 1.3, traps T4, T5, T26, T38, T39): each is left out by itself, the person
//! hears which and why, and everybody else is added.

use alcove_protocol::{ActorId, DeviceId, base64};
use openmls::prelude::{
    tls_codec::{DeserializeBytes, Serialize},
    *,
};
use openmls_rust_crypto::OpenMlsRustCrypto;
use serde_json::{Value, json};

use crate::{Command, Event, identity::SecretKey, mls::SUITE, testing::World};

/// How a package is made.
struct Recipe {
    name: &'static str,
    suites: Option<Vec<Ciphersuite>>,
    lifetime: Lifetime,
}

impl Recipe {
    fn good(name: &'static str) -> Self {
        Self { name, suites: None, lifetime: Lifetime::new(80 * 24 * 3_600) }
    }

    /// The bytes, for a device of this number.
    fn make(&self, device: u8) -> Vec<u8> {
        let key = SecretKey::from_bytes([device; 32]);
        let credential = CredentialWithKey {
            credential: BasicCredential::new(World::actor(self.name).as_str().as_bytes().to_vec()).into(),
            signature_key: key.public().to_vec().into(),
        };
        let capabilities = Capabilities::new(None, self.suites.as_deref(), None, None, None);
        let bundle = KeyPackage::builder()
            .leaf_node_capabilities(capabilities)
            .key_package_lifetime(self.lifetime)
            .build(SUITE, &OpenMlsRustCrypto::default(), &key, credential)
            .unwrap();
        bundle.key_package().tls_serialize_detached().unwrap()
    }
}

fn device(actor: &ActorId, number: u8) -> DeviceId {
    DeviceId::parse(&format!("{}/devices/{number}", actor.origin().as_str())).unwrap()
}

fn publish(world: &mut World, name: &str, number: u8, content: &[u8]) -> Value {
    let actor = World::actor(name);
    let id = device(&actor, number);
    let object = json!({
        "type": "KeyPackage", "id": format!("{actor}/keyPackages/{number}"), "attributedTo": actor,
        "mediaType": "message/mls", "encoding": "base64", "generator": {"type": "Application", "id": id},
        "content": base64::encode(content),
    });
    world.service.key_packages.entry(actor).or_default().insert(id, object.clone());
    object
}

fn left_out(world: &World, name: &str) -> Vec<(String, String)> {
    let actor = World::actor(name);
    let told = world.hosts[0].shown.iter().filter_map(|event| match event {
        Event::DeviceLeftOut { actor: whose, device, reason, .. } if *whose == actor => {
            Some((device.clone(), reason.clone()))
        }
        _ => None,
    });
    told.collect()
}

/// Traps T4, T38 and T39: one person with one good device and one bad one of each kind; another person is added in the same
/// commit.
#[test]
fn a_bad_package_keeps_nobody_else_out() {
    let expired = Lifetime::init(1_000_000_000, 1_000_086_400);
    let endless = Lifetime::init(1_700_000_000, 9_700_000_000);
    let good = || Recipe::good("dee@two");
    let of_another = Recipe::good("cy@three").make(7);
    let mut broken = good().make(7);
    *broken.last_mut().unwrap() ^= 1;
    let bad: Vec<(&str, Vec<u8>, &str)> = vec![
        ("no package at all", b"rubbish".to_vec(), "not valid"),
        ("a broken signature", broken, "not valid"),
        ("over-long", vec![7; 9_000], "too long"),
        ("run out", Recipe { lifetime: expired, ..good() }.make(7), "run out"),
        ("lasting for ever", Recipe { lifetime: endless, ..good() }.make(7), "lasts too long"),
        ("in another name", of_another, "names somebody else"),
        (
            "not for the suite of any group of ours",
            Recipe { suites: Some(vec![Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256]), ..good() }
                .make(7),
            "does not fit",
        ),
    ];
    for (what, content, expected) in bad {
        let mut world = World::with(1, &["ana@one", "bob@two"]);
        publish(&mut world, "dee@two", 1, &good().make(1));
        publish(&mut world, "dee@two", 7, &content);
        let group = world.start(0, &["bob@two", "dee@two"]);
        let view = world.view(0, &group);
        assert_eq!(view.people.len(), 3, "{what}");
        assert_eq!(view.leaves.len(), 3, "{what}");
        assert!(!view.waiting, "{what}");
        let told = left_out(&world, "dee@two");
        assert_eq!(told.len(), 1, "{what}: {told:?}");
        assert!(told[0].1.contains(expected), "{what}: {told:?}");
        world.send(0, &group, "all the same");
        world.settle();
        assert_eq!(world.hosts[1].texts(&group), ["all the same"], "{what}");
    }
}

/// Somebody of whom nothing can be added is named, the others are added, and nothing waits for ever.
#[test]
fn a_person_with_bad_packages_alone_is_named_and_the_others_are_added() {
    let mut world = World::with(2, &["ana@one", "bob@two"]);
    let suites = Some(vec![Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256]);
    let unfit = Recipe { suites, ..Recipe::good("dee@two") }.make(7);
    publish(&mut world, "dee@two", 7, &unfit);
    let group = world.start(0, &["bob@two", "dee@two"]);
    assert_eq!(world.view(0, &group).people.len(), 2);
    let dee = World::actor("dee@two");
    let named = |event: &Event| matches!(event, Event::CannotEncrypt { actor, .. } if *actor == dee);
    assert_eq!(world.hosts[0].shown.iter().filter(|event| named(event)).count(), 1);
    assert!(!world.view(0, &group).waiting);
    world.assert_agreed(&[0, 1], &group);
}

/// Alone with such a person there is no conversation.
#[test]
fn a_conversation_with_nobody_who_can_be_added_ends() {
    let mut world = World::with(3, &["ana@one"]);
    let suites = Some(vec![Ciphersuite::MLS_128_DHKEMP256_AES128GCM_SHA256_P256]);
    publish(&mut world, "dee@two", 7, &Recipe { suites, ..Recipe::good("dee@two") }.make(7));
    let people = vec![World::actor("dee@two")];
    world.command(0, Command::StartConversation { people, name: None });
    world.settle();
    let group = world.groups(0)[0].clone();
    assert_eq!(world.view(0, &group).standing, crate::Standing::Over);
}

/// Trap T26: a device's key that stands in the group under another name is not added a second time.
#[test]
fn a_key_that_somebody_else_uses_is_left_out() {
    let mut world = World::with(4, &["ana@one", "bob@two"]);
    publish(&mut world, "dee@two", 1, &Recipe::good("dee@two").make(1));
    let group = world.start(0, &["bob@two", "dee@two"]);
    publish(&mut world, "eve@two", 1, &Recipe::good("eve@two").make(1));
    publish(&mut world, "eve@two", 2, &Recipe::good("eve@two").make(2));
    world.command(0, Command::Add { conversation: group.clone(), actor: World::actor("eve@two") });
    for _ in 0..20 {
        world.pass(alcove_protocol::time::SECOND);
    }
    assert_eq!(world.view(0, &group).leaves.len(), 4);
    let told = left_out(&world, "eve@two");
    assert!(told.len() == 1 && told[0].1.contains("uses its key"), "{told:?}");
}

/// Whoever shows fifty devices is added with the first twenty, and the commit has room for the others.
#[test]
fn many_devices_of_one_person_keep_nobody_out() {
    let mut world = World::with(5, &["ana@one", "bob@two"]);
    for number in 1..=50 {
        publish(&mut world, "dee@two", number, &Recipe::good("dee@two").make(number));
    }
    let group = world.start(0, &["bob@two", "dee@two"]);
    let view = world.view(0, &group);
    assert_eq!((view.people.len(), view.leaves.len()), (3, 22));
    assert_eq!(left_out(&world, "dee@two").len(), 30);
}

/// Traps T5 and T40: a package for other algorithms, such as the suites against quantum computers that no two libraries
/// number alike, is left out by its name.
#[test]
fn packages_for_other_algorithms_are_left_out() {
    let mut world = World::with(6, &["ana@one", "bob@two"]);
    publish(&mut world, "dee@two", 1, &Recipe::good("dee@two").make(1));
    let mut object = publish(&mut world, "dee@two", 2, &Recipe::good("dee@two").make(2));
    object["ciphersuite"] = "MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519".into();
    let dee = World::actor("dee@two");
    world.service.key_packages.entry(dee.clone()).or_default().insert(device(&dee, 2), object);
    let group = world.start(0, &["dee@two"]);
    assert_eq!(world.view(0, &group).leaves.len(), 2);
    let told = left_out(&world, "dee@two");
    assert!(told.len() == 1 && told[0].1.contains("other algorithms"), "{told:?}");
}

/// Trap T39: of two packages of one device the one that was published last is used.
#[test]
fn the_newest_package_of_a_device_is_used() {
    let mut world = World::with(7, &["ana@one"]);
    let dee = World::actor("dee@two");
    let contents = [1, 1, 1].map(|key| Recipe::good("dee@two").make(key));
    for (number, (content, published)) in contents
        .iter()
        .zip(["2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "2026-09-01T00:00:00Z"])
        .enumerate()
    {
        let number = u8::try_from(number).unwrap();
        let mut object = publish(&mut world, "dee@two", number, content);
        object["published"] = published.into();
        world.service.key_packages.entry(dee.clone()).or_default().insert(device(&dee, number), object);
    }
    let group = world.start(0, &["dee@two"]);
    let store = crate::mls::Store::open(world.hosts[0].disk.clone());
    let provider = crate::mls::Provider { store, ..crate::mls::Provider::default() };
    let loaded = crate::mls::load(&provider, &group).unwrap();
    let added = loaded.members().find(|member| member.index.u32() == 1).unwrap();
    let newest = KeyPackageIn::tls_deserialize_exact_bytes(&contents[1]).unwrap();
    let newest = newest.validate(provider.crypto(), ProtocolVersion::Mls10).unwrap();
    let key = newest.leaf_node().encryption_key().tls_serialize_detached().unwrap();
    assert_eq!(added.encryption_key, key[1..], "behind its length");
}
