//! The sequencer: one winner for each epoch, whoever posts what and however often (P14, P17).

use std::collections::BTreeMap;

use alcove_protocol::{activity::Activity, mls::OutgoingIds};
use proptest::prelude::*;

use super::*;
use crate::{
    actions::testing::{Place, group, outgoing},
    db::items::Selection,
    mls::Content,
};

/// Somebody on another server.
fn far(number: usize) -> ActorId {
    ActorId::parse(&format!("https://far.example/users/{number}")).unwrap()
}

fn sealed(place: &Place, conversation: &ConversationId, by: &ActorId, epoch: u64, body: &str) -> Sealed {
    let outgoing = outgoing(conversation, epoch, Content::Commit, body, &[by]);
    let origin = by.origin();
    let ids = OutgoingIds {
        activity: format!("{origin}/a/{body}").parse().unwrap(),
        object: format!("{origin}/o/{body}"),
    };
    Sealed::read(Activity::parse(outgoing.to_create(by, &ids, place.now)).unwrap()).unwrap()
}

async fn start(place: &Place, actor: &ActorId) -> ConversationId {
    let actor = actor.clone();
    place
        .write(move |transaction, site, moment| begin(transaction, site, moment, &actor, &group(1)))
        .await
        .unwrap()
        .id
}

async fn post(
    place: &Place,
    conversation: &ConversationId,
    by: &ActorId,
    epoch: u64,
    body: &str,
    members: &[ActorId],
) -> Result<SequencerAdd> {
    let post =
        Post::new(conversation.clone(), sealed(place, conversation, by, epoch, body), members.to_vec())?;
    place.write(move |transaction, site, moment| take(transaction, site, moment, &post)).await
}

fn problem(error: &Error) -> &Problem {
    let Error::Refused(problem) = error else { panic!("{error}") };
    problem
}

async fn read_past(place: &Place, conversation: &ConversationId, reader: &ActorId) -> Result<PastCommits> {
    let (conversation, reader) = (conversation.clone(), reader.clone());
    place.db.read(move |transaction| past(transaction, &conversation, &reader, 0)).await.map(|(_, past)| past)
}

#[tokio::test]
async fn a_conversation_is_begun_once_for_each_group() {
    let place = Place::new().await;
    let first = start(&place, &far(0)).await;
    assert_eq!(start(&place, &far(0)).await, first);
    assert_ne!(start(&place, &far(1)).await, first, "a group of the same name by somebody else");
}

#[tokio::test]
async fn the_first_commit_of_an_epoch_wins_and_the_others_are_shown_it() {
    let place = Place::new().await;
    let [ana, bob] = [far(0), far(1)];
    let conversation = start(&place, &ana).await;
    let both = [ana.clone(), bob.clone()];
    let add = post(&place, &conversation, &ana, 0, "c0", &both).await.unwrap();
    assert_eq!((add.epoch, add.incarnation, &add.target), (0, 1, &conversation));
    assert!(add.actor.same_origin(&conversation));
    let refused = post(&place, &conversation, &ana, 0, "late", &both).await.unwrap_err();
    let problem = problem(&refused);
    assert!(problem.is("wrong-epoch") && problem.status == 409);
    assert_eq!(problem.members["currentEpoch"], 1);
    assert_eq!(problem.members["winner"]["id"], "https://far.example/a/c0");
    assert_eq!(SequencerAdd::parse(&problem.members["add"]), Some(add.clone()));
    assert_eq!(
        post(&place, &conversation, &ana, 0, "c0", &both).await.unwrap(),
        add,
        "P17: the first answer"
    );
    let future = post(&place, &conversation, &bob, 7, "future", &both).await.unwrap_err();
    assert!(future.is_refusal("wrong-epoch"), "P14: a future epoch");
}

#[tokio::test]
async fn strangers_find_nothing_and_people_who_left_are_told_so() {
    let place = Place::new().await;
    let [ana, bob, eve] = [far(0), far(1), far(2)];
    let conversation = start(&place, &ana).await;
    let stranger = post(&place, &conversation, &eve, 0, "e", std::slice::from_ref(&eve)).await;
    assert!(matches!(stranger, Err(Error::NotFound)));
    post(&place, &conversation, &ana, 0, "c0", &[ana.clone(), bob.clone()]).await.unwrap();
    post(&place, &conversation, &ana, 1, "c1", std::slice::from_ref(&ana)).await.unwrap();
    let raced = post(&place, &conversation, &bob, 1, "b1", &[ana.clone(), bob.clone()]).await.unwrap_err();
    assert_eq!(problem(&raced).members["winner"]["id"], "https://far.example/a/c1", "who removed him");
    let removed = post(&place, &conversation, &bob, 2, "b2", std::slice::from_ref(&bob)).await;
    assert!(matches!(removed, Err(Error::Forbidden(_))), "P14: a removed actor");
    let nowhere = place.site.conversation("unknown");
    assert!(matches!(
        post(&place, &nowhere, &ana, 0, "x", std::slice::from_ref(&ana)).await,
        Err(Error::NotFound)
    ));
}

#[tokio::test]
async fn garbage_and_impossible_rosters_are_refused() {
    let place = Place::new().await;
    let [ana, bob] = [far(0), far(1)];
    let conversation = start(&place, &ana).await;
    let mut not_mls = sealed(&place, &conversation, &ana, 0, "x");
    not_mls.framing = crate::mls::framing(b"garbage");
    let refused = Post::new(conversation.clone(), not_mls, vec![ana.clone()]).unwrap_err();
    assert!(refused.is_refusal("not-a-commit"), "P14: a garbage commit");
    for members in [vec![], vec![bob.clone()], vec![ana.clone(), ana.clone()]] {
        assert!(post(&place, &conversation, &ana, 0, "x", &members).await.unwrap_err().is_refusal("members"));
    }
    let many: Vec<ActorId> = (0..=MAX_RECIPIENTS).map(far).collect();
    assert!(post(&place, &conversation, &ana, 0, "x", &many).await.unwrap_err().is_refusal("members"));
}

#[tokio::test]
async fn an_actor_wins_thirty_commits_in_an_hour_and_no_more() {
    let mut place = Place::new().await;
    let ana = far(0);
    let conversation = start(&place, &ana).await;
    let alone = [ana.clone()];
    for epoch in 0..30 {
        post(&place, &conversation, &ana, epoch, &format!("c{epoch}"), &alone).await.unwrap();
    }
    let Err(Error::TooMany(seconds)) = post(&place, &conversation, &ana, 30, "c30", &alone).await else {
        panic!("the thirty-first commit within an hour");
    };
    assert!((3_590..=3_601).contains(&seconds), "{seconds}");
    assert!(post(&place, &conversation, &ana, 3, "c3", &alone).await.is_ok(), "a repeat is no new commit");
    place.now = place.now.plus(HOUR + 1);
    assert!(post(&place, &conversation, &ana, 30, "c30", &alone).await.is_ok());
}

/// ENCRYPTION.md 1.8: from joining until removal, to everybody else there is nothing.
#[tokio::test]
async fn the_past_is_shown_as_far_as_the_reader_was_there() {
    let place = Place::new().await;
    let [ana, bob, eve] = [far(0), far(1), far(2)];
    let conversation = start(&place, &ana).await;
    let (alone, both) = ([ana.clone()], [ana.clone(), bob.clone()]);
    for (epoch, members) in [&alone[..], &both, &both, &alone, &alone].into_iter().enumerate() {
        post(&place, &conversation, &ana, epoch as u64, &format!("c{epoch}"), members).await.unwrap();
    }
    let epochs = |past: &PastCommits| past.commits.iter().map(|commit| commit.add.epoch).collect::<Vec<_>>();
    let all = read_past(&place, &conversation, &ana).await.unwrap();
    assert_eq!((epochs(&all), all.epoch), (vec![0, 1, 2, 3, 4], 5));
    let bobs = read_past(&place, &conversation, &bob).await.unwrap();
    assert_eq!(
        (epochs(&bobs), bobs.epoch),
        (vec![1, 2, 3], 4),
        "what let him in, what removed him, what lies between"
    );
    assert_eq!(bobs.commits[0].activity["id"], "https://far.example/a/c1");
    assert!(matches!(read_past(&place, &conversation, &eve).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn everybody_on_the_roster_before_or_after_hears_the_sequencers_word() {
    let place = Place::new().await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let conversation = start(&place, &ana.actor).await;
    let both = [ana.actor.clone(), bob.actor.clone()];
    let add = post(&place, &conversation, &ana.actor, 0, "c0", &both).await.unwrap();
    for person in [&ana, &bob] {
        let arrived = place.arrived(person.sender.account, Selection::Everything).await;
        assert_eq!(arrived.len(), 1);
        assert_eq!(SequencerAdd::parse(&arrived[0]), Some(add.clone()));
    }
}

/// P14: at once, on both databases: one wins, its repeats are told the same, all others are shown it.
#[tokio::test(flavor = "multi_thread")]
async fn of_commits_posted_at_once_exactly_one_wins() {
    let place = std::sync::Arc::new(Place::new().await);
    let conversation = start(&place, &far(0)).await;
    let both = vec![far(0), far(1)];
    post(&place, &conversation, &far(0), 0, "c0", &both).await.unwrap();
    for epoch in 1..6 {
        let posts = (0..12).map(|number| {
            let (place, conversation, both) = (place.clone(), conversation.clone(), both.clone());
            let body = format!("e{epoch}m{}", number % 6);
            tokio::spawn(async move {
                let by = far(number % 2);
                (body.clone(), post(&place, &conversation, &by, epoch, &body, &both).await)
            })
        });
        let posts: Vec<_> = posts.collect();
        let mut winners = BTreeMap::new();
        for posted in posts {
            match posted.await.unwrap() {
                (body, Ok(add)) => winners.entry(body).or_insert_with(Vec::new).push(add),
                (_, Err(error)) => assert!(error.is_refusal("wrong-epoch"), "{error}"),
            }
        }
        assert_eq!(winners.len(), 1, "{winners:?}");
        let adds = winners.into_values().next().unwrap();
        assert!(adds.len() == 2 && adds[0] == adds[1], "both posts of the winner get the same answer");
    }
}

/// P14: on both databases nobody wins who was taken off the roster at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_meanwhile_does_not_win() {
    let place = std::sync::Arc::new(Place::new().await);
    let (ana, bob) = (far(0), far(1));
    let conversation = start(&place, &ana).await;
    for round in 0..10 {
        let epoch = 2 * round;
        let both = vec![ana.clone(), bob.clone()];
        post(&place, &conversation, &ana, epoch, &format!("in{round}"), &both).await.unwrap();
        let posts = (0..8).map(|number| {
            let (place, conversation, both) = (place.clone(), conversation.clone(), both.clone());
            tokio::spawn(async move {
                if number == 2 {
                    let removal = format!("out{round}");
                    return post(&place, &conversation, &both[0], epoch + 1, &removal, &both[..1])
                        .await
                        .is_ok();
                }
                let body = format!("b{round}n{number}");
                post(&place, &conversation, &both[1], epoch + 2, &body, &both).await.is_err()
            })
        });
        for posted in posts.collect::<Vec<_>>() {
            assert!(posted.await.unwrap(), "round {round}");
        }
    }
}

/// A page can be read by a server that reads a megabyte, and asking again from its end leads on.
#[tokio::test]
async fn the_past_comes_in_pages_of_less_than_a_megabyte() {
    let place = Place::new().await;
    let ana = far(0);
    let conversation = start(&place, &ana).await;
    for epoch in 0..5_u64 {
        let mut sealed = sealed(&place, &conversation, &ana, epoch, &format!("c{epoch}"));
        let size = if epoch == 4 { 950 << 10 } else { 300 << 10 };
        sealed.activity.document["padding"] = serde_json::json!("x".repeat(size));
        let post = Post::new(conversation.clone(), sealed, vec![ana.clone()]).unwrap();
        place.write(move |transaction, site, moment| take(transaction, site, moment, &post)).await.unwrap();
    }
    let (mut from, mut pages) = (0, Vec::new());
    while from < 5 {
        let (asked, reader) = (conversation.clone(), ana.clone());
        let page =
            place.db.read(move |transaction| past(transaction, &asked, &reader, from)).await.unwrap().1;
        assert_eq!((page.epoch, page.commits[0].add.epoch), (5, from));
        from += page.commits.len() as u64;
        pages.push(page.commits.len());
    }
    assert_eq!(pages, [2, 2, 1]);
}

/// One post of a story: by whom, how far from the current epoch, with whom afterwards, and of which earlier post it is
/// a repeat.
#[derive(Clone, Debug)]
struct Move {
    by: usize,
    offset: i64,
    members: Vec<usize>,
    repeats: Option<prop::sample::Index>,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (
        0usize..4,
        -2i64..=2,
        prop::collection::vec(0usize..4, 0..4),
        prop::option::weighted(0.25, any::<prop::sample::Index>()),
    );
    prop::collection::vec(
        one.prop_map(|(by, offset, members, repeats)| Move { by, offset, members, repeats }),
        1..25,
    )
}

/// What was posted: by whom, in which epoch, with which bytes and roster.
type Posted = (usize, u64, String, Vec<ActorId>);

async fn play(moves: Vec<Move>) -> Result<(), TestCaseError> {
    let place = Place::new().await;
    let conversation = start(&place, &far(0)).await;
    let (mut epoch, mut roster) = (0u64, vec![far(0)]);
    let mut winners: BTreeMap<u64, (usize, String, SequencerAdd)> = BTreeMap::new();
    let mut posted: Vec<Posted> = Vec::new();
    for (number, step) in moves.into_iter().enumerate() {
        let (by, at, body, members) = match &step.repeats {
            Some(index) if !posted.is_empty() => index.get(&posted).clone(),
            _ => {
                let mut members: Vec<ActorId> = step.members.iter().copied().map(far).collect();
                members.push(far(step.by));
                members.sort();
                members.dedup();
                (step.by, epoch.saturating_add_signed(step.offset), format!("m{number}"), members)
            }
        };
        posted.push((by, at, body.clone(), members.clone()));
        let answer = post(&place, &conversation, &far(by), at, &body, &members).await;
        let first = winners.get(&at).filter(|(winner, bytes, _)| (*winner, bytes) == (by, &body));
        if let Some((_, _, add)) = first {
            prop_assert_eq!(&answer.unwrap(), add, "a repeat gets the first answer");
        } else if at == epoch && roster.contains(&far(by)) {
            let add = answer.unwrap();
            prop_assert_eq!(add.epoch, epoch);
            winners.insert(epoch, (by, body, add));
            (epoch, roster) = (epoch + 1, members);
        } else {
            prop_assert!(answer.is_err(), "{by} cannot win epoch {at} in epoch {epoch}");
        }
    }
    let reader = roster[0].clone();
    let row = place.db.read({
        let conversation = conversation.clone();
        move |transaction| here(transaction, &conversation)
    });
    prop_assert_eq!(row.await.unwrap().epoch.unsigned_abs(), epoch);
    for commit in read_past(&place, &conversation, &reader).await.unwrap().commits {
        prop_assert_eq!(&commit.add, &winners[&commit.add.epoch].2);
    }
    prop_assert_eq!(winners.len() as u64, epoch, "exactly one winner for each epoch that ended");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// P14: random posts by members and strangers, at random epochs, new and repeated.
    #[test]
    fn every_epoch_has_exactly_one_winner(moves in moves()) {
        tokio::runtime::Runtime::new().unwrap().block_on(play(moves))?;
    }
}
