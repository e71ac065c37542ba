//! Devices sign up, sign in again, are listed and removed.

use alcove_protocol::api::NewDevice;

use super::*;
use crate::{
    actions::testing::{Owner, Place},
    db::key_packages as packages,
    mls::testing::Signer,
};

async fn sign_up(place: &Place, sender: Sender, new: NewDevice) -> Result<api::Device> {
    place.write(move |transaction, site, moment| register(transaction, site, moment, sender, &new)).await
}

async fn new_device(place: &Place, sender: Sender, signer: &Signer) -> NewDevice {
    let digest = place.db.read(move |transaction| tokens::digest(transaction, sender.token)).await.unwrap();
    signer.device(" desk ", &place.site.actor(sender.account), &digest.try_into().unwrap())
}

async fn listed(place: &Place, account: i64) -> Vec<api::Device> {
    let site = place.site.clone();
    place.db.read(move |transaction| list(transaction, &site, account)).await.unwrap()
}

async fn is_live(place: &Place, sender: Sender) -> bool {
    place.db.read(move |transaction| tokens::is_live(transaction, sender.token)).await.unwrap()
}

async fn take_away(place: &Place, by: Sender, device: &api::Device) -> Result<()> {
    let name = device.id.as_str().rsplit('/').next().unwrap().to_owned();
    place.write(move |transaction, _, moment| remove(transaction, moment, by, &name)).await
}

#[tokio::test]
async fn the_first_device_is_approved_and_a_later_one_waits() {
    let place = Place::new().await;
    let first = place.person("ana").await;
    let second = place.device(first.sender.account).await;
    assert_eq!(first.device.state, DeviceState::Approved);
    assert_eq!(second.device.state, DeviceState::Pending);
    assert_eq!(first.sender.device.is_some(), second.sender.device.is_some());
    assert_eq!(listed(&place, first.sender.account).await, [first.device, second.device]);
}

/// A lost 201: the same key from the same token is the same device.
#[tokio::test]
async fn signing_up_again_gets_the_same_device() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    assert_eq!(place.register(ana.sender, &ana.signer).await.unwrap(), ana.device);
    assert!(is_live(&place, ana.sender).await);
}

/// After a change of password a device is who it was, and acts with its new token alone.
#[tokio::test]
async fn a_device_signs_in_again_by_its_key_and_its_former_tokens_end() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let new_token = place.token(ana.sender.account).await;
    assert_eq!(place.register(new_token, &ana.signer).await.unwrap(), ana.device);
    assert_eq!(place.bound(new_token).await.device, ana.sender.device);
    assert!(!is_live(&place, ana.sender).await);
}

/// Keys are public: without their signature for this account and this token, naming one gives a token nothing.
#[tokio::test]
async fn a_key_registers_only_with_its_own_proof() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let token = place.token(ana.sender.account).await;
    let good = new_device(&place, token, &ana.signer).await;
    let mut cut = good.clone();
    cut.proof.pop();
    let forged = NewDevice { proof: new_device(&place, token, &Signer::new()).await.proof, ..good.clone() };
    let replayed = new_device(&place, ana.sender, &ana.signer).await;
    for bad in [cut, forged, replayed] {
        let refused = sign_up(&place, token, bad).await.unwrap_err();
        assert!(refused.is_refusal("device-proof"), "{refused}");
    }
    let elsewhere = place.token(bob.sender.account).await;
    assert!(sign_up(&place, elsewhere, good.clone()).await.unwrap_err().is_refusal("device-proof"));
    assert_eq!(place.bound(token).await.device, None);
    assert!(is_live(&place, ana.sender).await, "nothing has happened to the device");
    assert_eq!(sign_up(&place, token, good).await.unwrap(), ana.device);
}

#[tokio::test]
async fn a_signature_key_belongs_to_one_device_of_the_server_for_ever() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.account("bob").await);
    let token = place.token(bob).await;
    let refused = place.register(token, &ana.signer).await.unwrap_err();
    assert!(refused.is_refusal("key-in-use"), "{refused}");
    take_away(&place, ana.sender, &ana.device).await.unwrap();
    let token = place.token(ana.sender.account).await;
    assert!(place.register(token, &ana.signer).await.unwrap_err().is_refusal("key-in-use"));
    let short = NewDevice { signature_key: vec![1; 31], ..new_device(&place, token, &ana.signer).await };
    assert!(sign_up(&place, token, short).await.unwrap_err().is_refusal("invalid"));
}

#[tokio::test]
async fn a_token_is_bound_to_one_device() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let refused = place.register(ana.sender, &Signer::new()).await.unwrap_err();
    assert!(refused.is_refusal("token-bound"), "{refused}");
    assert_eq!(listed(&place, ana.sender.account).await.len(), 1, "nothing is left of the attempt");
}

/// A stolen password is a token without an approved device: it takes no device away that is approved.
#[tokio::test]
async fn a_device_is_removed_by_itself_or_by_an_approved_one() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let account = ana.sender.account;
    let (one, other) = (place.device(account).await, place.device(account).await);
    let app = place.token(account).await;
    for by in [one.sender, app] {
        for device in [&ana.device, &other.device] {
            let refused = take_away(&place, by, device).await.unwrap_err();
            assert!(matches!(refused, Error::Forbidden(_)), "{refused}");
        }
    }
    take_away(&place, one.sender, &one.device).await.unwrap();
    take_away(&place, ana.sender, &other.device).await.unwrap();
    assert_eq!(listed(&place, account).await, [ana.device]);
}

#[tokio::test]
async fn a_removed_device_loses_its_tokens_and_packages() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let second = place.device(ana.sender.account).await;
    publish(&place, &second).await;
    for _ in 0..2 {
        take_away(&place, ana.sender, &second.device).await.unwrap();
    }
    assert!(!is_live(&place, second.sender).await);
    assert_eq!(packages_of(&place, &second).await, 0);
    let other = place.person("bob").await.sender;
    let unknown = take_away(&place, other, &second.device).await;
    assert!(matches!(unknown, Err(Error::NotFound)), "a device of somebody else is not there");
}

/// The way back for somebody who lost all devices: whatever waits goes too, and the next one is the first.
#[tokio::test]
async fn after_all_devices_are_removed_the_next_is_the_first_again() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let account = ana.sender.account;
    let waiting = place.device(account).await;
    // Whoever has guessed the password: it would be the only one to speak for the account.
    let intruder = place.token(account).await;
    publish(&place, &ana).await;
    place.write(move |transaction, _, moment| remove_all(transaction, moment, account)).await.unwrap();
    assert_eq!(listed(&place, account).await, []);
    assert_eq!(packages_of(&place, &ana).await, 0);
    for ended in [ana.sender, waiting.sender, intruder] {
        assert!(!is_live(&place, ended).await);
    }
    assert_eq!(place.device(account).await.device.state, DeviceState::Approved);
}

async fn publish(place: &Place, owner: &Owner) {
    let object = serde_json::json!({
        "type": "KeyPackage", "to": ["as:Public"],
        "content": alcove_protocol::base64::encode(&owner.signer.usual_package(&owner.actor, place.now)),
    });
    let sender = owner.sender;
    place
        .write(move |transaction, site, moment| {
            crate::actions::key_packages::publish(transaction, site, moment, sender, &object)
        })
        .await
        .unwrap();
}

async fn packages_of(place: &Place, owner: &Owner) -> usize {
    let (account, now) = (owner.sender.account, place.now);
    let live = place.db.read(move |transaction| packages::live_of_account(transaction, account, now));
    live.await.unwrap().len()
}
