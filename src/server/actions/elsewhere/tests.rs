//! Who may say how far a conversation of another server has come, and how much of that is remembered.

use alcove_protocol::{ActorId, ConversationId};

use super::*;
use crate::actions::testing::{Place, group, stranger};

fn conversation(number: usize) -> ConversationId {
    format!("https://far.example/conversations/{number}").parse().unwrap()
}

fn word(by: &str, target: ConversationId, epoch: u64) -> SequencerAdd {
    SequencerAdd {
        id: "https://far.example/a/add".parse().unwrap(),
        actor: by.parse().unwrap(),
        object: "https://far.example/a/commit".parse().unwrap(),
        target,
        group: group(1),
        epoch,
        digest: vec![0; 32],
        incarnation: 1,
    }
}

async fn know(place: &Place, uri: &str, kind: ActorKind) {
    let row = stranger(place, &ActorId::parse(uri).unwrap(), kind);
    place.write(move |transaction, _, _| actors::insert(transaction, &row)).await.unwrap();
}

async fn say(place: &Place, add: SequencerAdd) -> Result<()> {
    place.write(move |transaction, _, moment| hear(transaction, moment, &add)).await
}

async fn epoch(place: &Place, number: usize) -> Option<i64> {
    let uri = conversation(number);
    let row =
        place.db.read(move |transaction| conversations::by_uri(transaction, uri.as_str())).await.unwrap();
    row.map(|row| row.epoch)
}

const SERVER: &str = "https://far.example/actor";
const OTHER: &str = "https://far.example/other";
const PERSON: &str = "https://far.example/users/1";

/// S-04: a server's own actor announces what its sequencer decides, and no other actor of the same origin after it.
#[tokio::test]
async fn only_the_sequencers_own_actor_is_heard() {
    let place = Place::new().await;
    know(&place, SERVER, ActorKind::Application).await;
    know(&place, OTHER, ActorKind::Application).await;
    know(&place, PERSON, ActorKind::Person).await;
    for by in [PERSON, "https://far.example/unknown", "https://else.example/actor"] {
        let refused = say(&place, word(by, conversation(1), 9)).await.unwrap_err();
        assert!(refused.is_refusal("not-the-sequencer"), "{by}: {refused}");
    }
    assert_eq!(epoch(&place, 1).await, None, "nothing was stored");
    say(&place, word(SERVER, conversation(1), 0)).await.unwrap();
    for by in [PERSON, OTHER] {
        let refused = say(&place, word(by, conversation(1), 9)).await.unwrap_err();
        assert!(refused.is_refusal("not-the-sequencer"), "{by}: {refused}");
    }
    assert_eq!(epoch(&place, 1).await, Some(1));
    say(&place, word(SERVER, conversation(1), 4)).await.unwrap();
    say(&place, word(SERVER, conversation(1), 2)).await.unwrap();
    assert_eq!(epoch(&place, 1).await, Some(5), "and it never goes back");
}

/// What the conversation itself has answered says who speaks for it.
#[tokio::test]
async fn the_conversations_own_answer_names_its_speaker() {
    let place = Place::new().await;
    know(&place, SERVER, ActorKind::Application).await;
    say(&place, word(SERVER, conversation(1), 0)).await.unwrap();
    let answer = word(OTHER, conversation(1), 1);
    place.write(move |transaction, _, moment| learn(transaction, moment, &answer)).await.unwrap();
    say(&place, word(OTHER, conversation(1), 2)).await.unwrap();
    assert!(say(&place, word(SERVER, conversation(1), 3)).await.is_err());
    assert_eq!(epoch(&place, 1).await, Some(3));
}

/// S-54: one server makes us remember so many conversations, and none of those of others.
#[tokio::test]
async fn of_one_server_the_newest_conversations_are_remembered() {
    let place = Place::new().await;
    know(&place, SERVER, ActorKind::Application).await;
    know(&place, "https://else.example/actor", ActorKind::Application).await;
    let elsewhere = word("https://else.example/actor", "https://else.example/c/1".parse().unwrap(), 0);
    say(&place, elsewhere).await.unwrap();
    let count = usize::try_from(MAX_OF_ONE_HOST).unwrap() + 3;
    place
        .write(move |transaction, _, moment| {
            (0..count)
                .try_for_each(|number| hear(transaction, moment, &word(SERVER, conversation(number), 0)))
        })
        .await
        .unwrap();
    for (number, known) in [(0, false), (2, false), (3, true), (count - 1, true)] {
        assert_eq!(epoch(&place, number).await.is_some(), known, "{number}");
    }
    let other =
        place.db.read(|transaction| conversations::by_uri(transaction, "https://else.example/c/1")).await;
    assert!(other.unwrap().is_some());
}
