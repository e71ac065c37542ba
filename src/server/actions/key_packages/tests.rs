//! Key packages: each check refuses by its name, one package per device, shown and never used up.

use alcove_protocol::{base64, context};
use serde_json::{Value, json};

use super::*;
use crate::{
    actions::testing::{Owner, Place},
    mls::testing::Signer,
};

fn object(content: &[u8]) -> Value {
    json!({
        "type": "KeyPackage", "to": [context::PUBLIC], "mediaType": "message/mls",
        "content": base64::encode(content), "x-kept": {"as": "it was"},
    })
}

async fn post(place: &Place, sender: Sender, object: Value) -> Result<Value> {
    place.write(move |transaction, site, moment| publish(transaction, site, moment, sender, &object)).await
}

async fn seen(place: &Place, account: i64, viewer: Viewer) -> Vec<Value> {
    let now = place.now;
    place.db.read(move |transaction| collection(transaction, account, viewer, now)).await.unwrap()
}

fn check_of(error: &Error) -> String {
    let Error::Refused(problem) = error else { panic!("{error}") };
    assert!(problem.is("key-package") && problem.detail.is_some() && problem.status == 422);
    problem.members["check"].as_str().unwrap().to_owned()
}

fn usual(place: &Place, owner: &Owner) -> Vec<u8> {
    owner.signer.usual_package(&owner.actor, place.now)
}

/// Traps T4, T5, T6, T9: what is served is complete, whatever was posted, and keeps what we do not know.
#[tokio::test]
async fn a_package_is_served_as_everybody_needs_it() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let raw = usual(&place, &ana);
    let mut posted = object(&[&[0, 1, 0, 5], &raw[..]].concat());
    posted["content"] = json!(posted["content"].as_str().unwrap().trim_end_matches('='));
    let stored = post(&place, ana.sender, posted).await.unwrap();
    assert_eq!(stored["content"], base64::encode(&raw));
    assert_eq!(stored["ciphersuite"], context::CIPHERSUITE);
    assert_eq!(stored["generator"]["id"], ana.device.id.as_str());
    assert_eq!(stored["attributedTo"], ana.actor.as_str());
    assert_eq!(stored["x-kept"], json!({"as": "it was"}));
    assert_eq!(seen(&place, ana.sender.account, Viewer::Anybody).await, [stored]);
}

/// Traps T8c and T14, P16: looking uses nothing up; a newer package takes the place of the older one at once.
#[tokio::test]
async fn a_device_has_one_package_which_the_next_one_replaces() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let first = object(&usual(&place, &ana));
    let one = post(&place, ana.sender, first.clone()).await.unwrap();
    assert_eq!(post(&place, ana.sender, first).await.unwrap(), one, "the same bytes again");
    for _ in 0..3 {
        assert_eq!(seen(&place, ana.sender.account, Viewer::Anybody).await.len(), 1);
    }
    let two = post(&place, ana.sender, object(&usual(&place, &ana))).await.unwrap();
    assert_eq!(seen(&place, ana.sender.account, Viewer::Anybody).await, [two]);
}

#[tokio::test]
async fn each_failing_check_is_named() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let good = usual(&place, &ana);
    let mut other_suite = object(&good);
    other_suite["ciphersuite"] = json!("MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448");
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    let mut not_base64 = object(&good);
    not_base64["content"] = json!("%%%");
    let mut of_bob = object(&good);
    of_bob["attributedTo"] = json!(bob.actor);
    let old = ana.signer.package(ana.actor.as_str(), place.now, 9 * 86_400, -86_400);
    let cases = [
        ("size", object(&vec![0; 9_000])),
        ("parse", object(b"nonsense")),
        ("parse", not_base64),
        ("parse", json!({"type": "KeyPackage"})),
        ("suite", other_suite),
        ("identity", object(&ana.signer.usual_package(&bob.actor, place.now))),
        ("identity", of_bob),
        ("signature", object(&forged)),
        ("lifetime", object(&old)),
        ("other-key", object(&Signer::new().usual_package(&ana.actor, place.now))),
        ("key-in-use", object(&bob.signer.usual_package(&ana.actor, place.now))),
    ];
    for (expected, object) in cases {
        let refused = post(&place, ana.sender, object).await.unwrap_err();
        assert_eq!(check_of(&refused), expected);
    }
    assert_eq!(
        seen(&place, ana.sender.account, Viewer::Owner).await,
        Vec::<Value>::new(),
        "nothing was stored"
    );
}

/// ENCRYPTION.md 1.4: until it is approved, a device is nobody.
#[tokio::test]
async fn the_package_of_a_pending_device_is_seen_by_its_owner_only() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let second = place.device(ana.sender.account).await;
    let stored = post(&place, second.sender, object(&usual(&place, &second))).await.unwrap();
    assert_eq!(stored["to"], json!([ana.actor]));
    let account = ana.sender.account;
    assert!(seen(&place, account, Viewer::Anybody).await.is_empty());
    assert_eq!(seen(&place, account, Viewer::Owner).await, std::slice::from_ref(&stored));
    let name = stored["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let hidden = place.db.read(move |transaction| show(transaction, account, &name, Viewer::Anybody)).await;
    assert!(matches!(hidden, Err(Error::NotFound)));
}

/// What is done to a package by its address.
type Change = fn(&mut Transaction<'_>, &Site, Sender, &str) -> Result<()>;

async fn change(place: &Place, change: Change, by: Sender, package: &Value) -> Result<()> {
    let id = package["id"].as_str().unwrap().to_owned();
    place.write(move |transaction, site, _| change(transaction, site, by, &id)).await
}

#[tokio::test]
async fn packages_are_taken_out_put_back_and_deleted_by_their_account_only() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let stored = post(&place, ana.sender, object(&usual(&place, &ana))).await.unwrap();
    let account = ana.sender.account;
    let refused = change(&place, delete, bob.sender, &stored).await;
    assert!(matches!(refused, Err(Error::NotFound)));
    change(&place, take_out, ana.sender, &stored).await.unwrap();
    assert!(seen(&place, account, Viewer::Owner).await.is_empty());
    change(&place, add, ana.sender, &stored).await.unwrap();
    assert_eq!(seen(&place, account, Viewer::Anybody).await, std::slice::from_ref(&stored));
    change(&place, delete, ana.sender, &stored).await.unwrap();
    assert!(seen(&place, account, Viewer::Owner).await.is_empty());
}

/// A stolen password is a token without an approved device: it takes no approved device out of reach.
#[tokio::test]
async fn the_package_of_a_device_is_changed_by_itself_or_by_an_approved_one() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let account = ana.sender.account;
    let (waiting, app) = (place.device(account).await, place.token(account).await);
    let hers = post(&place, ana.sender, object(&usual(&place, &ana))).await.unwrap();
    let waits = post(&place, waiting.sender, object(&usual(&place, &waiting))).await.unwrap();
    for act in [add as Change, take_out, delete] {
        for (by, package) in [(waiting.sender, &hers), (app, &hers), (app, &waits)] {
            let refused = change(&place, act, by, package).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        }
    }
    change(&place, take_out, waiting.sender, &waits).await.unwrap();
    change(&place, delete, ana.sender, &waits).await.unwrap();
    assert_eq!(seen(&place, account, Viewer::Owner).await, [hers]);
}

/// The same bytes again are the same package, shown to whom the newer object says: nothing more is promised to anybody
/// than what was asked for last.
#[tokio::test]
async fn the_same_bytes_follow_their_newer_audience() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let account = ana.sender.account;
    let public = object(&usual(&place, &ana));
    let mut private = public.clone();
    private["to"] = json!([ana.actor]);
    let first = post(&place, ana.sender, public.clone()).await.unwrap();
    let hidden = post(&place, ana.sender, private).await.unwrap();
    assert_eq!((&hidden["id"], &hidden["to"]), (&first["id"], &json!([ana.actor])));
    assert!(seen(&place, account, Viewer::Anybody).await.is_empty());
    assert_eq!(seen(&place, account, Viewer::Owner).await, [hidden]);
    assert_eq!(post(&place, ana.sender, public).await.unwrap(), first);
    assert_eq!(seen(&place, account, Viewer::Anybody).await, [first]);
}

/// With the first approved device of an account an app, which a stolen password is enough for, speaks for it no longer.
#[tokio::test]
async fn the_first_device_hides_what_apps_have_published() {
    let place = Place::new().await;
    let account = place.account("ana").await;
    let (app, actor) = (place.token(account).await, place.site.actor(account));
    let package = object(&Signer::new().usual_package(&actor, place.now));
    let stored = post(&place, app, package).await.unwrap();
    assert_eq!(seen(&place, account, Viewer::Anybody).await, std::slice::from_ref(&stored));
    place.device(account).await;
    assert!(seen(&place, account, Viewer::Anybody).await.is_empty());
    assert_eq!(seen(&place, account, Viewer::Owner).await[0]["to"], json!([actor]));
}

#[tokio::test]
async fn the_apps_of_others_publish_without_a_device_and_with_keys_of_their_own() {
    let place = Place::new().await;
    let account = place.account("ana").await;
    let (app, actor) = (place.token(account).await, place.site.actor(account));
    let mut last = Value::Null;
    for _ in 0..2 {
        last = post(&place, app, object(&Signer::new().usual_package(&actor, place.now))).await.unwrap();
    }
    assert_eq!(seen(&place, account, Viewer::Anybody).await.len(), 2);
    change(&place, take_out, app, &last).await.unwrap();
    change(&place, add, app, &last).await.unwrap();
    assert_eq!(seen(&place, account, Viewer::Anybody).await.len(), 2);
    change(&place, delete, app, &last).await.unwrap();
    assert_eq!(seen(&place, account, Viewer::Anybody).await.len(), 1);
}

/// Beside a device that its person approved, a password alone adds nobody to conversations.
#[tokio::test]
async fn beside_an_approved_device_the_packages_of_apps_are_seen_by_their_owner_only() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let account = ana.sender.account;
    let app = place.token(account).await;
    let package = object(&Signer::new().usual_package(&ana.actor, place.now));
    let stored = post(&place, app, package).await.unwrap();
    assert_eq!(stored["to"], json!([ana.actor]));
    change(&place, take_out, app, &stored).await.unwrap();
    change(&place, add, app, &stored).await.unwrap();
    assert!(seen(&place, account, Viewer::Anybody).await.is_empty());
    assert_eq!(seen(&place, account, Viewer::Owner).await, [stored]);
    let stolen = post(&place, app, object(&usual(&place, &ana))).await.unwrap_err();
    assert_eq!(check_of(&stolen), "key-in-use");
}
