//! What arrived: pages, the device on one's own copies, cursors; and how long it is kept (`retention.rs`).

use alcove_protocol::{ActorId, activity::Activity, actor::ActorKind, time::HOUR};
use serde_json::json;

use super::*;
use crate::{
    actions::{
        arrive,
        retention::{LONGEST, REPEATABLE},
        testing::{Owner, Place, outgoing, stranger},
    },
    db::actors,
    mls::Content,
};

fn far() -> ActorId {
    ActorId::parse("https://far.example/users/1").unwrap()
}

/// A sealed activity of somebody elsewhere.
fn foreign(place: &Place, body: &str) -> Activity {
    let conversation = "https://far.example/conversations/x".parse().unwrap();
    let outgoing = outgoing(&conversation, 0, Content::Application, body, &[&far()]);
    let ids = alcove_protocol::mls::OutgoingIds {
        activity: format!("https://far.example/a/{body}").parse().unwrap(),
        object: format!("https://far.example/o/{body}"),
    };
    let mut create = outgoing.to_create(&far(), &ids, place.now);
    create["mlsSignerKeyId"] = json!("kept");
    Activity::parse(create).unwrap()
}

async fn deliver(place: &Place, owner: &Owner, activity: Activity) -> Result<()> {
    let account = owner.sender.account;
    place.write(move |transaction, _, moment| arrive::mls(transaction, moment, &activity, &[account])).await
}

async fn items_after(place: &Place, owner: &Owner, position: i64) -> Items {
    let (site, account) = (place.site.clone(), owner.sender.account);
    place.db.read(move |transaction| next(transaction, &site, account, position)).await.unwrap()
}

async fn save(place: &Place, owner: &Owner, incarnation: i64, position: i64) -> Result<()> {
    let sender = owner.sender;
    let cursor = Cursor { incarnation, position };
    place.write(move |transaction, _, moment| acknowledge(transaction, moment, sender, cursor)).await
}

/// Traps T9 and T12, P17: in order of arrival, as it came, once.
#[tokio::test]
async fn what_arrives_is_numbered_and_given_once() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    for body in ["m1", "m2", "m1", "m3", "m2"] {
        deliver(&place, &ana, foreign(&place, body)).await.unwrap();
    }
    let items = items_after(&place, &ana, 0).await;
    assert_eq!(items.items.iter().map(|item| item.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(items.items[0].activity, foreign(&place, "m1").document);
    assert!(!items.more && items.incarnation == 1);
    assert_eq!(items_after(&place, &ana, 2).await.items.len(), 1);
}

/// ENCRYPTION.md 1.3: nobody floods others with Welcomes; it is trouble that passes, so that none is lost.
#[tokio::test]
async fn welcomes_of_one_sender_are_bounded() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let account = ana.sender.account;
    let template = foreign(&place, "m").document;
    let (taken, refused) = place
        .write(move |transaction, _, moment| {
            let mut taken = 0;
            loop {
                let mut welcome = template.clone();
                let bytes = crate::mls::testing::welcome(format!("{taken}").as_bytes());
                welcome["id"] = json!(format!("https://far.example/a/w{taken}"));
                welcome["object"]["content"] = json!(alcove_protocol::base64::encode(&bytes));
                let welcome = Activity::parse(welcome).unwrap();
                match arrive::mls(transaction, moment, &welcome, &[account]) {
                    Ok(()) => taken += 1,
                    Err(error) => return Ok((taken, error)),
                }
            }
        })
        .await
        .unwrap();
    assert_eq!(taken, crate::actions::sealed::MAX_WELCOMES_PER_HOUR);
    assert!(matches!(refused, Error::TooMany(_)));
    deliver(&place, &ana, foreign(&place, "m")).await.unwrap();
}

#[tokio::test]
async fn an_id_stays_with_its_author() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    deliver(&place, &ana, foreign(&place, "m1")).await.unwrap();
    let mut forged = foreign(&place, "m1").document;
    forged["actor"] = json!("https://far.example/users/2");
    forged["object"]["attributedTo"] = json!("https://far.example/users/2");
    let refused = deliver(&place, &ana, Activity::parse(forged).unwrap()).await.unwrap_err();
    assert!(refused.is_refusal("not-the-author"), "S-04: {refused}");
}

/// S-04: only the server of a conversation says which commit won.
#[tokio::test]
async fn a_sequencers_word_about_a_conversation_of_somebody_else_is_refused() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let word = |target: &str| {
        Activity::parse(json!({
            "id": "https://far.example/a/1", "type": "Add", "actor": "https://far.example/actor",
            "object": "https://far.example/a/0", "target": target, "context": "urn:uuid:1", "epoch": 0,
            "digest": "AAAA", "incarnation": 1,
        }))
        .unwrap()
    };
    let account = ana.sender.account;
    let announcer = "https://far.example/actor".parse().unwrap();
    let row = stranger(&place, &announcer, ActorKind::Application);
    place.write(move |transaction, _, _| actors::insert(transaction, &row)).await.unwrap();
    for (target, fits) in [
        ("https://other.example/conversations/x", false),
        ("https://here.example/conversations/x", false),
        ("https://far.example/conversations/x", true),
    ] {
        let activity = word(target);
        let taken = place
            .write(move |transaction, _, moment| {
                let add = alcove_protocol::mls::SequencerAdd::parse(&activity.document).unwrap();
                arrive::sequencer(transaction, moment, &activity, &add, &[account])
            })
            .await;
        assert_eq!(taken.is_ok(), fits, "{target}");
    }
    assert_eq!(items_after(&place, &ana, 0).await.items.len(), 1);
}

/// S-61: the page that follows the end of a token is not shown any more.
#[tokio::test]
async fn a_reader_who_is_behind_stops_with_its_token() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    for body in ["m1", "m2"] {
        deliver(&place, &ana, foreign(&place, body)).await.unwrap();
    }
    let (site, sender) = (place.site.clone(), ana.sender);
    let look = |position| {
        let site = site.clone();
        place
            .db
            .read(move |transaction| page_for(transaction, &site, sender, Selection::Everything, position))
    };
    assert_eq!(look(0).await.unwrap().0.len(), 2);
    place
        .write(move |transaction, _, moment| {
            tokens::revoke(transaction, sender.account, sender.token, moment.now)
        })
        .await
        .unwrap();
    assert!(matches!(look(1).await, Err(Error::NotSignedIn)));
}

#[tokio::test]
async fn a_page_ends_at_its_size_and_says_that_more_is_waiting() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    for number in 0..101 {
        deliver(&place, &ana, foreign(&place, &format!("m{number}"))).await.unwrap();
    }
    let items = items_after(&place, &ana, 0).await;
    assert!(items.items.len() == 100 && items.more);
    let rest = items_after(&place, &ana, 100).await;
    assert!(rest.items.len() == 1 && !rest.more);
}

/// ENCRYPTION.md 1.2: `instrument` stands on copies to oneself and nowhere else.
#[tokio::test]
async fn own_copies_name_the_device_that_sent_them() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let conversation = "https://far.example/conversations/x".parse().unwrap();
    let object = outgoing(&conversation, 0, Content::Application, "m", &[&ana.actor, &bob.actor]).to_object();
    let sender = ana.sender;
    place
        .write(move |transaction, site, moment| {
            let create = json!({"type": "Create", "object": object});
            crate::actions::outbox::send(transaction, site, moment, sender, create)
        })
        .await
        .unwrap();
    let own = items_after(&place, &ana, 0).await;
    assert_eq!(own.items[0].activity["instrument"], ana.device.id.as_str());
    assert!(items_after(&place, &bob, 0).await.items[0].activity.get("instrument").is_none());
}

#[tokio::test]
async fn a_cursor_of_another_incarnation_or_of_the_future_is_refused() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    deliver(&place, &ana, foreign(&place, "m1")).await.unwrap();
    assert!(save(&place, &ana, 2, 1).await.unwrap_err().is_refusal("wrong-incarnation"));
    assert!(save(&place, &ana, 1, 2).await.unwrap_err().is_refusal("wrong-position"));
    save(&place, &ana, 1, 1).await.unwrap();
    save(&place, &ana, 1, 0).await.unwrap();
    let id = ana.sender.device.unwrap();
    let device = place.db.read(move |transaction| devices::find(transaction, id)).await.unwrap().unwrap();
    assert_eq!(device.cursor_position, 1, "a cursor never goes back");
    let app = Owner { sender: place.token(ana.sender.account).await, ..ana };
    assert!(save(&place, &app, 1, 1).await.unwrap_err().is_refusal("no-device"));
}

/// ENCRYPTION.md 1.8: kept until every device has saved it; what is forgotten is still known as met before (P17).
#[tokio::test]
async fn ciphertext_is_forgotten_once_every_device_has_it() {
    let mut place = Place::new().await;
    let ana = place.person("ana").await;
    let second = place.device(ana.sender.account).await;
    deliver(&place, &ana, foreign(&place, "m1")).await.unwrap();
    save(&place, &ana, 1, 1).await.unwrap();
    place.now = place.now.plus(REPEATABLE + HOUR);
    place.forget().await;
    assert_eq!(items_after(&place, &ana, 0).await.items.len(), 1, "the second device has not saved it");
    save(&place, &second, 1, 1).await.unwrap();
    place.forget().await;
    assert!(items_after(&place, &ana, 0).await.items.is_empty());
    let id = "https://far.example/a/m1".parse().unwrap();
    let row = place.db.read(move |transaction| envelopes::by_activity(transaction, &id)).await.unwrap();
    assert_eq!(row.unwrap().document, "", "no ciphertext is left");
    let bob = place.person("bob").await;
    for owner in [&ana, &bob] {
        deliver(&place, owner, foreign(&place, "m1")).await.unwrap();
        let again = items_after(&place, owner, 0).await.items;
        assert_eq!(again[0].activity, foreign(&place, "m1").document, "a repeat can be read");
    }
    place.forget().await;
    assert_eq!(items_after(&place, &bob, 0).await.items.len(), 1, "what was given again is kept again");
}

/// An empty envelope in an inbox would stop its reader for ever.
#[tokio::test]
async fn what_has_no_content_any_more_is_passed_over() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    for body in ["m1", "m2"] {
        deliver(&place, &ana, foreign(&place, body)).await.unwrap();
    }
    let id = "https://far.example/a/m1".parse().unwrap();
    place
        .write(move |transaction, _, _| {
            let row = envelopes::by_activity(transaction, &id)?.unwrap();
            envelopes::empty_finished(transaction, &[row.id])?;
            assert_ne!(envelopes::find(transaction, row.id)?.unwrap().document, "", "it is in an inbox");
            envelopes::empty(transaction, row.id)
        })
        .await
        .unwrap();
    let items = items_after(&place, &ana, 0).await;
    assert_eq!(items.items.iter().map(|item| item.position).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn nothing_sealed_is_kept_for_more_than_thirty_days() {
    let mut place = Place::new().await;
    let ana = place.person("ana").await;
    deliver(&place, &ana, foreign(&place, "m1")).await.unwrap();
    place.now = place.now.plus(LONGEST - HOUR);
    place.forget().await;
    assert_eq!(items_after(&place, &ana, 0).await.items.len(), 1);
    place.now = place.now.plus(2 * HOUR);
    place.forget().await;
    assert!(items_after(&place, &ana, 0).await.items.is_empty());
    let id = "https://far.example/a/m1".parse().unwrap();
    let row = place.db.read(move |transaction| envelopes::by_activity(transaction, &id)).await.unwrap();
    assert_eq!(row, None);
}
