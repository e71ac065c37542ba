//! Devices sign up, are listed and removed.

use alcove_protocol::api::{DeviceState, NewDevice};

use super::*;
use crate::{actions::testing::Place, db::key_packages as packages};

async fn sign_up(place: &Place, sender: Sender, key: Vec<u8>) -> Result<api::Device> {
    let new = NewDevice { title: " desk ".into(), signature_key: key };
    place.write(move |transaction, site, moment| register(transaction, site, moment, sender, &new)).await
}

#[tokio::test]
async fn the_first_device_is_approved_and_a_later_one_waits() {
    let place = Place::new().await;
    let first = place.person("ana").await;
    let second = place.device(first.sender.account).await;
    assert_eq!(first.device.state, DeviceState::Approved);
    assert_eq!(second.device.state, DeviceState::Pending);
    assert_eq!(first.sender.device.is_some(), second.sender.device.is_some());
    let account = first.sender.account;
    let site = place.site.clone();
    let listed = place.db.read(move |transaction| list(transaction, &site, account)).await.unwrap();
    assert_eq!(listed, [first.device, second.device]);
}

/// A lost 201: the same key from the same token is the same device.
#[tokio::test]
async fn signing_up_again_gets_the_same_device() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    assert_eq!(sign_up(&place, ana.sender, ana.signer.public()).await.unwrap(), ana.device);
    let new_token = place.token(ana.sender.account).await;
    assert_eq!(sign_up(&place, new_token, ana.signer.public()).await.unwrap(), ana.device);
}

#[tokio::test]
async fn a_signature_key_belongs_to_one_device_of_the_server_for_ever() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.account("bob").await);
    let token = place.token(bob).await;
    let refused = sign_up(&place, token, ana.signer.public()).await.unwrap_err();
    assert!(refused.is_refusal("key-in-use"), "{refused}");
    let name = ana.device.id.as_str().rsplit('/').next().unwrap().to_owned();
    let account = ana.sender.account;
    place.write(move |transaction, _, moment| remove(transaction, moment, account, &name)).await.unwrap();
    let token = place.token(account).await;
    assert!(sign_up(&place, token, ana.signer.public()).await.unwrap_err().is_refusal("key-in-use"));
    assert!(sign_up(&place, token, vec![1; 31]).await.unwrap_err().is_refusal("invalid"));
}

#[tokio::test]
async fn a_token_is_bound_to_one_device() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let refused = sign_up(&place, ana.sender, vec![9; 32]).await.unwrap_err();
    assert!(refused.is_refusal("token-bound"), "{refused}");
    let account = ana.sender.account;
    let site = place.site.clone();
    let listed = place.db.read(move |transaction| list(transaction, &site, account)).await.unwrap();
    assert_eq!(listed.len(), 1, "nothing is left of the attempt");
}

#[tokio::test]
async fn a_removed_device_loses_its_tokens_and_packages() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let (account, sender) = (ana.sender.account, ana.sender);
    let object = serde_json::json!({
        "type": "KeyPackage", "to": ["as:Public"],
        "content": alcove_protocol::base64::encode(&ana.signer.usual_package(&ana.actor, place.now)),
    });
    place
        .write(move |transaction, site, moment| {
            crate::actions::key_packages::publish(transaction, site, moment, sender, &object)
        })
        .await
        .unwrap();
    let name = ana.device.id.as_str().rsplit('/').next().unwrap().to_owned();
    for _ in 0..2 {
        let name = name.clone();
        place.write(move |transaction, _, moment| remove(transaction, moment, account, &name)).await.unwrap();
    }
    let now = place.now;
    let (live, left) = place
        .db
        .read(move |transaction| {
            let left = packages::live_of_account(transaction, account, now)?.len();
            Ok((tokens::is_live(transaction, sender.token)?, left))
        })
        .await
        .unwrap();
    assert!(!live && left == 0);
    let other = place.account("bob").await;
    let unknown = place.write(move |transaction, _, moment| remove(transaction, moment, other, &name)).await;
    assert!(matches!(unknown, Err(Error::NotFound)), "a device of somebody else is not there");
}
