//! A second device: approved with six digits, reading along, removed.

use alcove_client::Removal;

use super::*;

/// A second device of somebody, which waits for approval.
async fn sign_in(ada: &Someone) -> Someone {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(&folder);
    options.title = "desk".to_owned();
    let mut session = Session::sign_in(&ada.handle(), "correct horse battery", &options).await.unwrap();
    session.sync().await.unwrap();
    assert_eq!(session.standing(), DeviceStanding::Waiting);
    Someone { folder, session }
}

/// Takes turns until something was shown on one of the two; each turn is a minute later, so that nothing is waited for.
async fn until(
    devices: [&mut Someone; 2],
    minutes: &Minutes,
    wanted: impl Fn(&Event) -> Option<String>,
) -> String {
    let [one, other] = devices;
    for _ in 0..20 {
        minutes.pass();
        for someone in [&mut *one, &mut *other] {
            let events = someone.session.sync().await.unwrap();
            if let Some(found) = events.iter().find_map(&wanted) {
                return found;
            }
        }
    }
    panic!("it did not happen");
}

/// P28's ground: a second device is nobody until its six digits are typed into the first; then it reads along. Removed, it
/// is gone from every conversation.
#[tokio::test]
async fn a_second_device_is_approved_reads_along_and_is_removed() {
    let (server, _) = village::start().await;
    let (mut ada, mut bob) = (join(&server, "ada").await, join(&server, "bob").await);
    let (group, _) = ada.session.new_conversation(&[bob.handle()], None).await.unwrap();
    bob.session.sync().await.unwrap();
    bob.session.command(Command::Accept { conversation: group.clone() }).await.unwrap();
    let mut desk = sign_in(&ada).await;
    let minutes = Minutes::of(&mut ada, &mut desk);
    let pairing = ada.session.pairings().await.unwrap().remove(0);
    assert_eq!(pairing.title, "desk");
    ada.session.approve(&pairing.name).await.unwrap();
    let digits = until([&mut desk, &mut ada], &minutes, |event| match event {
        Event::PairingDigits { digits } => Some(digits.clone()),
        _ => None,
    })
    .await;
    until([&mut ada, &mut desk], &minutes, |event| {
        matches!(event, Event::PairingDigitsWanted { .. }).then(String::new)
    })
    .await;
    let wrong = if digits == "000000" { "000001" } else { "000000" };
    let events = ada.session.confirm(&pairing.name, wrong).await.unwrap();
    assert!(matches!(events[0], Event::PairingDigitsWrong { attempts_left: 2, .. }), "{events:?}");
    ada.session.confirm(&pairing.name, &digits).await.unwrap();
    until([&mut desk, &mut ada], &minutes, |event| {
        matches!(event, Event::PairingConfirmationWanted { .. }).then(String::new)
    })
    .await;
    assert_eq!(desk.session.standing(), DeviceStanding::Waiting, "nobody before its person has said yes");
    desk.session.accept_approval(&pairing.name).await.unwrap();
    let joined =
        |event: &Event| matches!(event, Event::Joined { conversation, .. } if *conversation == group);
    until([&mut desk, &mut ada], &minutes, |event| joined(event).then(String::new)).await;
    assert_eq!(desk.session.standing(), DeviceStanding::Approved);
    bob.session.sync().await.unwrap();
    assert_eq!(bob.session.conversation(&group).unwrap().leaves.len(), 3);
    bob.session.send(&group, "for both of you").await.unwrap();
    desk.session.sync().await.unwrap();
    assert_eq!(desk.texts(), ["for both of you"]);
    ada.session.sync().await.unwrap();
    let id = desk.session.device().unwrap().clone();
    ada.session.remove_device(&id, Removal::Retired).await.unwrap();
    assert_eq!(ada.session.conversation(&group).unwrap().leaves.len(), 2);
    bob.session.sync().await.unwrap();
    bob.session.send(&group, "for you alone").await.unwrap();
    desk.session.sync().await.unwrap();
    assert_eq!(desk.texts(), ["for both of you"], "P11: removed means removed");
}
