//! What is sealed on its way out: to whom, in which form, once; and commits with their Welcomes (`commits.rs`).

use alcove_protocol::{ConversationId, api::NewCommit, mls::Outgoing};
use serde_json::json;

use super::*;
use crate::{
    actions::{
        commits::{self, Posted},
        retention,
        testing::{Owner, Place, commit, group, outgoing},
    },
    db::{deliveries, items::Selection},
};

fn far() -> ActorId {
    ActorId::parse("https://far.example/users/1").unwrap()
}

async fn begin(place: &Place, owner: &Owner) -> ConversationId {
    let actor = owner.actor.clone();
    place
        .write(move |transaction, site, moment| {
            sequencer::begin(transaction, site, moment, &actor, &group(1))
        })
        .await
        .unwrap()
        .id
}

async fn post(place: &Place, sender: Sender, create: Value) -> Result<Sent> {
    place.write(move |transaction, site, moment| send(transaction, site, moment, sender, create)).await
}

async fn post_commit(place: &Place, sender: Sender, new: &NewCommit) -> Result<Posted> {
    let new = new.clone();
    place.write(move |transaction, site, moment| commits::post(transaction, site, moment, sender, &new)).await
}

fn accepted(posted: Posted) -> alcove_protocol::api::CommitAccepted {
    let Posted::Accepted(accepted) = posted else { panic!("decided here") };
    accepted
}

fn message(conversation: &ConversationId, epoch: u64, body: &str, to: &[&ActorId]) -> Value {
    json!({"type": "Create", "object": outgoing(conversation, epoch, Content::Application, body, to).to_object()})
}

async fn queued(place: &Place, activity: &ActivityId) -> Vec<String> {
    let activity = activity.clone();
    let rows =
        place.db.read(move |transaction| deliveries::of_activity(transaction, &activity)).await.unwrap();
    rows.into_iter().map(|row| row.recipient.to_string()).collect()
}

/// ENCRYPTION.md 1.2, trap T9: ids by the server, unknown properties as they were, stored once for everybody.
#[tokio::test]
async fn a_message_reaches_people_here_and_is_queued_for_those_elsewhere() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let conversation = begin(&place, &ana).await;
    let mut create = message(&conversation, 0, "m", &[&ana.actor, &bob.actor, &far()]);
    create["object"]["mlsSignature"] = json!("kept");
    let sent = post(&place, ana.sender, create).await.unwrap();
    let document = &sent.document;
    assert_eq!(document["object"]["mlsSignature"], "kept");
    assert_eq!(document["context"], document["object"]["context"]);
    assert_eq!(document["conversation"], conversation.as_str());
    assert_eq!(
        (&document["type"], &document["object"]["type"]),
        (&json!("Create"), &json!("PrivateMessage"))
    );
    assert!(document["published"].as_str().unwrap().ends_with(":00.000Z"), "P36: whole minutes");
    assert!(document.get("instrument").is_none(), "the device is not for others");
    for account in [ana.sender.account, bob.sender.account] {
        assert_eq!(place.arrived(account, Selection::Sealed).await, std::slice::from_ref(document));
    }
    assert_eq!(queued(&place, &sent.id).await, [far().as_str()]);
}

/// A lost 201: the same bytes to the same people are the same activity.
#[tokio::test]
async fn the_same_message_again_gets_the_first_answer() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation = begin(&place, &ana).await;
    let create = message(&conversation, 0, "m", &[&ana.actor, &far()]);
    let first = post(&place, ana.sender, create.clone()).await.unwrap();
    assert_eq!(post(&place, ana.sender, create).await.unwrap(), first);
    assert_eq!(place.arrived(ana.sender.account, Selection::Sealed).await.len(), 1);
    assert_eq!(queued(&place, &first.id).await.len(), 1);
    let further = ActorId::parse("https://far.example/users/2").unwrap();
    let other = post(&place, ana.sender, message(&conversation, 0, "m", &[&further])).await.unwrap();
    assert_ne!(other.id, first.id, "the same bytes to somebody else are another activity");
}

#[tokio::test]
async fn only_actors_can_be_written_to() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation = begin(&place, &ana).await;
    let followers = place.site.of_account(ana.sender.account, "followers");
    let messages = place.site.of_account(ana.sender.account, "messages");
    for address in
        ["as:Public", context::PUBLIC, &followers, &messages, "https://far.example/users/1/followers", ""]
    {
        let mut create = message(&conversation, 0, "m", &[&ana.actor]);
        create["cc"] = json!(address);
        let refused = post(&place, ana.sender, create).await.unwrap_err();
        assert!(refused.is_refusal("mls-audience"), "{address}: {refused}");
    }
    let nobody = message(&conversation, 0, "m", &[]);
    assert!(post(&place, ana.sender, nobody).await.unwrap_err().is_refusal("mls-audience"));
    assert!(place.arrived(ana.sender.account, Selection::Everything).await.is_empty(), "nothing was stored");
}

/// Trap T11: hidden recipients get it, nobody sees them.
#[tokio::test]
async fn hidden_recipients_are_delivered_to_and_stripped() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let conversation = begin(&place, &ana).await;
    let mut create = message(&conversation, 0, "m", &[&ana.actor]);
    create["bto"] = json!(bob.actor);
    create["object"]["bcc"] = json!([far()]);
    let sent = post(&place, ana.sender, create).await.unwrap();
    let text = sent.document.to_string();
    assert!(!text.contains(bob.actor.as_str()) && !text.contains("far.example") && !text.contains("\"bto\""));
    assert_eq!(place.arrived(bob.sender.account, Selection::Sealed).await.len(), 1);
    assert_eq!(queued(&place, &sent.id).await, [far().as_str()]);
}

/// Trap T11 again: who was hidden the first time counts among those who have it, who is new does not.
#[tokio::test]
async fn a_repeat_is_told_by_its_hidden_recipients_too() {
    let place = Place::new().await;
    let (ana, bob, eve) = (place.person("ana").await, place.person("bob").await, place.person("eve").await);
    let conversation = begin(&place, &ana).await;
    let hidden = |to: Vec<&ActorId>| {
        let mut create = message(&conversation, 0, "m", &[&ana.actor]);
        create["bto"] = json!(to);
        create
    };
    let first = post(&place, ana.sender, hidden(vec![&bob.actor, &far()])).await.unwrap();
    assert_eq!(post(&place, ana.sender, hidden(vec![&far(), &bob.actor])).await.unwrap(), first);
    let further = post(&place, ana.sender, hidden(vec![&eve.actor])).await.unwrap();
    assert_ne!(further.id, first.id, "the same bytes to somebody else are another activity");
    assert_eq!(place.arrived(eve.sender.account, Selection::Sealed).await.len(), 1);
}

/// Traps T1, T8b and T18: odd types and odd base64 come in, plain ones go out, the bytes stay what they are.
#[tokio::test]
async fn odd_forms_are_taken() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation = begin(&place, &ana).await;
    for (number, kind) in [json!(["Object", "PrivateMessage"]), json!("mls:PrivateMessage"), json!("Note")]
        .into_iter()
        .enumerate()
    {
        let mut create = message(&conversation, 0, &format!("m{number}"), &[&ana.actor]);
        create["object"]["type"] = kind;
        let odd = create["object"]["content"].as_str().unwrap().replace('+', "-").replace('/', "_");
        create["object"]["content"] = json!(format!(" {}\n", odd.trim_end_matches('=')));
        let sent = post(&place, ana.sender, create).await.unwrap();
        assert_eq!(sent.document["object"]["type"], "PrivateMessage");
    }
    let mut broken = message(&conversation, 0, "m", &[&ana.actor]);
    broken["object"]["content"] = json!("%%%");
    assert!(post(&place, ana.sender, broken).await.unwrap_err().is_refusal("mls-object"));
}

/// ENCRYPTION.md 1.8: a message of an epoch that has ended is encrypted again by its device.
#[tokio::test]
async fn a_message_of_an_old_epoch_is_refused_and_one_of_the_current_taken() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation = begin(&place, &ana).await;
    let new = commit(&conversation, 0, "c", &[&ana.actor], &[], &[&ana.actor]);
    accepted(post_commit(&place, ana.sender, &new).await.unwrap());
    let refused =
        post(&place, ana.sender, message(&conversation, 0, "old", &[&ana.actor])).await.unwrap_err();
    let Error::Refused(problem) = refused else { panic!("{refused}") };
    assert!(problem.is("stale-epoch") && problem.status == 409);
    assert_eq!(problem.members["currentEpoch"], 1);
    assert!(post(&place, ana.sender, message(&conversation, 1, "new", &[&ana.actor])).await.is_ok());
}

/// P14, P15: a commit that won goes out with its Welcomes, once, however often it is posted.
#[tokio::test]
async fn a_commit_and_its_welcomes_go_out_once() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let conversation = begin(&place, &ana).await;
    let both = [&ana.actor, &bob.actor];
    let new = commit(&conversation, 0, "c", &both, &[&bob.actor], &both);
    let first = accepted(post_commit(&place, ana.sender, &new).await.unwrap());
    assert_eq!(accepted(post_commit(&place, ana.sender, &new).await.unwrap()), first);
    let bobs = place.arrived(bob.sender.account, Selection::Everything).await;
    let kinds: Vec<&Value> =
        bobs.iter().map(|activity| activity["object"].get("type").unwrap_or(&activity["type"])).collect();
    assert_eq!(kinds, [&json!("Add"), &json!("PrivateMessage"), &json!("Welcome")]);
    assert_eq!(
        place.arrived(ana.sender.account, Selection::Everything).await.len(),
        2,
        "no Welcome to oneself"
    );
    let lost = commit(&conversation, 0, "d", &both, &[&bob.actor], &both);
    assert!(post_commit(&place, ana.sender, &lost).await.unwrap_err().is_refusal("wrong-epoch"));
    assert_eq!(
        place.arrived(bob.sender.account, Selection::Everything).await.len(),
        3,
        "what lost goes nowhere"
    );
}

/// P15: the activity of a commit for a sequencer elsewhere is the same before and after a crash, and completes once.
#[tokio::test]
async fn a_commit_for_a_sequencer_elsewhere_is_completed_by_its_answer() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation: ConversationId = "https://far.example/conversations/x".parse().unwrap();
    let both = [&ana.actor, &far()];
    let new = commit(&conversation, 4, "c", &both, &[&far()], &both);
    let question = |posted| match posted {
        Posted::Elsewhere(question) => question.body,
        Posted::Accepted(_) => panic!("decided elsewhere"),
    };
    let body = question(post_commit(&place, ana.sender, &new).await.unwrap());
    assert_eq!(question(post_commit(&place, ana.sender, &new).await.unwrap()), body);
    assert_eq!(body["members"], json!(both));
    assert!(
        place.arrived(ana.sender.account, Selection::Everything).await.is_empty(),
        "nothing before it won"
    );
    let add = json!({
        "id": "https://far.example/a/add", "type": "Add", "actor": "https://far.example/actor",
        "object": body["id"], "target": conversation, "context": group(1), "epoch": 4, "incarnation": 1,
        "to": both, "digest": alcove_protocol::base64::encode(&crate::secret::sha256(&new.commit.content)),
    });
    let complete = |answer: Value| {
        let (new, sender) = (new.clone(), ana.sender);
        place.write(move |transaction, site, moment| {
            commits::complete(transaction, site, moment, sender, &new, answer)
        })
    };
    let mut foreign = add.clone();
    foreign["object"] = json!("https://far.example/a/other");
    assert!(
        matches!(complete(foreign).await, Err(Error::Busy)),
        "an answer to something else decides nothing"
    );
    let first = complete(add.clone()).await.unwrap();
    assert_eq!(complete(add).await.unwrap(), first);
    assert_eq!(queued(&place, &first.activity).await, [far().as_str()]);
    assert_eq!(
        place.arrived(ana.sender.account, Selection::Everything).await.len(),
        2,
        "the word and the echo"
    );
    let stale = post(&place, ana.sender, message(&conversation, 4, "old", &both)).await.unwrap_err();
    assert!(stale.is_refusal("stale-epoch"), "the epoch elsewhere is known now");
}

/// P15: what a sequencer elsewhere may have let win is kept as long as anything sealed, under its first id.
#[tokio::test]
async fn a_commit_for_a_sequencer_elsewhere_is_completed_days_later() {
    let mut place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation: ConversationId = "https://far.example/conversations/x".parse().unwrap();
    let both = [&ana.actor, &far()];
    let new = commit(&conversation, 4, "c", &both, &[&far()], &both);
    let Posted::Elsewhere(question) = post_commit(&place, ana.sender, &new).await.unwrap() else {
        panic!("decided elsewhere")
    };
    place.now = place.now.plus(retention::LONGEST - retention::REPEATABLE);
    place.forget().await;
    let again = post_commit(&place, ana.sender, &new).await.unwrap();
    assert!(matches!(again, Posted::Elsewhere(again) if again.body == question.body));
    // Addressed to nobody here, as one that took everybody away would be.
    let add = json!({
        "id": "https://far.example/a/add", "type": "Add", "actor": "https://far.example/actor",
        "object": question.body["id"], "target": conversation, "context": group(1), "epoch": 4,
        "incarnation": 1, "to": [far()],
        "digest": alcove_protocol::base64::encode(&crate::secret::sha256(&new.commit.content)),
    });
    let (sender, bob) = (ana.sender, place.person("bob").await.sender);
    let complete = |sender: Sender| {
        let (new, answer) = (new.clone(), add.clone());
        place.write(move |transaction, site, moment| {
            commits::complete(transaction, site, moment, sender, &new, answer)
        })
    };
    assert!(matches!(complete(bob).await, Err(Error::Busy)), "a commit of somebody else");
    assert_eq!(complete(sender).await.unwrap().activity.as_str(), question.body["id"]);
    let stale = post(&place, ana.sender, message(&conversation, 4, "old", &both)).await.unwrap_err();
    assert!(stale.is_refusal("stale-epoch"), "the epoch is known though nobody here was told");
}

#[test]
fn only_what_a_sequencer_decided_is_passed_on() {
    let refusal = |status| commits::refusal(Problem::new("sequencer", "No.", status));
    for status in [403, 404, 409, 410, 413, 422] {
        assert!(matches!(refusal(status), Error::Refused(_)), "{status}");
    }
    for status in [200, 302, 400, 401, 408, 425, 426, 429, 451, 500, 502, 503] {
        assert!(matches!(refusal(status), Error::Busy), "{status}");
    }
}

#[tokio::test]
async fn what_is_no_welcome_does_not_travel_as_one() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation = begin(&place, &ana).await;
    let mut new = commit(&conversation, 0, "c", &[&ana.actor], &[&ana.actor], &[&ana.actor]);
    new.welcomes[0].content = b"rubbish".to_vec();
    assert!(post_commit(&place, ana.sender, &new).await.unwrap_err().is_refusal("not-a-welcome"));
    let mut swapped = commit(&conversation, 0, "c", &[&ana.actor], &[], &[&ana.actor]);
    swapped.commit.content = outgoing(&conversation, 0, Content::Application, "m", &[]).content;
    assert!(post_commit(&place, ana.sender, &swapped).await.unwrap_err().is_refusal("not-a-commit"));
}

/// ENCRYPTION.md 1.3: Welcomes beside commits count like any others; a repeat of what was taken is no new one.
#[tokio::test]
async fn welcomes_beside_commits_are_bounded_too() {
    let place = Place::new().await;
    let ana = place.person("ana").await;
    let conversation = begin(&place, &ana).await;
    let with_welcomes = |epoch: u64| {
        let template = commit(&conversation, epoch, "c", &[&ana.actor], &[&far()], &[&ana.actor]);
        let welcome = |number| Outgoing {
            content: mls::testing::welcome(format!("{epoch} {number}").as_bytes()),
            ..template.welcomes[0].clone()
        };
        NewCommit { welcomes: (0..50).map(welcome).collect(), ..template.clone() }
    };
    let enough = u64::try_from(sealed::MAX_WELCOMES_PER_HOUR).unwrap() / 50;
    for epoch in 0..enough {
        accepted(post_commit(&place, ana.sender, &with_welcomes(epoch)).await.unwrap());
    }
    let refused = post_commit(&place, ana.sender, &with_welcomes(enough)).await;
    assert!(matches!(refused, Err(Error::TooMany(_))), "{refused:?}");
    accepted(post_commit(&place, ana.sender, &with_welcomes(enough - 1)).await.unwrap());
    let without = commit(&conversation, enough, "d", &[&ana.actor], &[], &[&ana.actor]);
    let taken = accepted(post_commit(&place, ana.sender, &without).await.unwrap());
    assert_eq!(taken.add.epoch, enough, "what was refused has taken no epoch");
}
