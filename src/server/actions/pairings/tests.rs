//! Approval of a device: each step once, by the right side, in order, in time.

use alcove_protocol::api::{DeviceState, PairingAnswer, PairingCommitment, PairingReveal, PairingVerdict};

use super::*;
use crate::actions::testing::{Owner, Place};

struct Scene {
    place: Place,
    old: Owner,
    new: Owner,
    name: String,
}

impl Scene {
    async fn begin() -> Self {
        let place = Place::new().await;
        let old = place.person("ana").await;
        let new = place.device(old.sender.account).await;
        let sender = new.sender;
        let commitment = PairingCommitment { commitment: vec![1; 32] };
        let start = |commitment: PairingCommitment| {
            place
                .write(move |transaction, site, moment| start(transaction, site, moment, sender, &commitment))
        };
        let pairing = start(commitment.clone()).await.unwrap();
        assert_eq!(start(commitment).await.unwrap(), pairing, "the same commitment again");
        Self { place, old, new, name: pairing.name }
    }

    async fn write(&self, by: &Owner, step: Step) -> Result<api::Pairing> {
        let (sender, name) = (by.sender, self.name.clone());
        self.place
            .write(move |transaction, site, moment| write(transaction, site, moment, sender, &name, &step))
            .await
    }

    async fn state(&self) -> DeviceState {
        let id = self.new.sender.device.unwrap();
        let device = self.place.db.read(move |transaction| devices::find(transaction, id)).await.unwrap();
        device.unwrap().state()
    }
}

fn answer() -> Step {
    Step::Answer(PairingAnswer { identity_key: vec![2; 32], nonce: vec![3; 16] })
}

fn reveal() -> Step {
    Step::Reveal(PairingReveal { device_key: vec![4; 32], nonce: vec![5; 16] })
}

fn approve() -> Step {
    Step::Verdict(PairingVerdict::Approved { endorsement: vec![6; 104] })
}

#[tokio::test]
async fn four_steps_approve_a_device_and_each_may_be_repeated_as_it_was() {
    let scene = Scene::begin().await;
    for step in [answer(), answer()] {
        assert!(scene.write(&scene.old, step).await.unwrap().answer.is_some());
    }
    for step in [reveal(), reveal()] {
        assert!(scene.write(&scene.new, step).await.unwrap().reveal.is_some());
    }
    assert_eq!(scene.state().await, DeviceState::Pending);
    for step in [approve(), approve()] {
        assert!(scene.write(&scene.old, step).await.unwrap().verdict.is_some());
    }
    assert_eq!(scene.state().await, DeviceState::Approved);
    let other = Step::Verdict(PairingVerdict::Refused);
    assert!(scene.write(&scene.old, other).await.unwrap_err().is_refusal("already-written"));
}

#[tokio::test]
async fn steps_out_of_order_or_by_the_wrong_side_are_refused() {
    let scene = Scene::begin().await;
    assert!(scene.write(&scene.new, reveal()).await.unwrap_err().is_refusal("too-early"));
    assert!(scene.write(&scene.old, approve()).await.unwrap_err().is_refusal("too-early"));
    for step in [answer(), approve()] {
        assert!(matches!(scene.write(&scene.new, step).await, Err(Error::Forbidden(_))));
    }
    assert!(matches!(scene.write(&scene.old, reveal()).await, Err(Error::Forbidden(_))));
    let third = scene.place.device(scene.old.sender.account).await;
    assert!(matches!(scene.write(&third, answer()).await, Err(Error::Forbidden(_))), "pending itself");
    assert_eq!(scene.state().await, DeviceState::Pending);
}

#[tokio::test]
async fn nobody_else_sees_an_approval_and_it_ends_by_itself() {
    let mut scene = Scene::begin().await;
    let bob = scene.place.person("bob").await;
    assert!(matches!(scene.write(&bob, answer()).await, Err(Error::NotFound)));
    scene.place.now = scene.place.now.plus(LIFETIME);
    assert!(matches!(scene.write(&scene.old, answer()).await, Err(Error::NotFound)));
    let (site, moment, account) = (scene.place.site.clone(), scene.place.moment(), scene.old.sender.account);
    let left = scene.place.db.read(move |transaction| list(transaction, &site, &moment, account)).await;
    assert_eq!(left.unwrap(), []);
}

/// Two devices decide at once: whoever looked before the other wrote approves nobody.
#[tokio::test]
async fn a_verdict_that_came_second_approves_nobody() {
    let scene = Scene::begin().await;
    scene.write(&scene.old, answer()).await.unwrap();
    scene.write(&scene.new, reveal()).await.unwrap();
    let (account, name) = (scene.old.sender.account, scene.name.clone());
    let late = scene.place.write(move |transaction, _, moment| {
        let seen = pairings::by_name(transaction, account, &name, moment.now)?.unwrap();
        decide(transaction, &seen, &PairingVerdict::Refused)?;
        let refused = decide(transaction, &seen, &PairingVerdict::Approved { endorsement: vec![6; 104] });
        Ok(refused.unwrap_err())
    });
    assert!(late.await.unwrap().is_refusal("already-written"));
    assert_eq!(scene.state().await, DeviceState::Pending);
}

#[tokio::test]
async fn an_approved_device_asks_for_no_approval() {
    let scene = Scene::begin().await;
    let sender = scene.old.sender;
    let commitment = PairingCommitment { commitment: vec![1; 32] };
    let refused = scene
        .place
        .write(move |transaction, site, moment| start(transaction, site, moment, sender, &commitment))
        .await;
    assert!(refused.unwrap_err().is_refusal("already-approved"));
}
