//! What is sent for, and how much of it waits.

use super::*;
use crate::actions::testing::Place;

/// S-54, S-56: the posts of one household's servers do not crowd out those of others, however many somebody names.
#[tokio::test]
async fn of_one_server_only_so_much_is_sent_for() {
    let place = Place::new().await;
    let most = i64::try_from(MAX_WAITING_OF_ONE).unwrap();
    let waiting = place
        .write(move |transaction, _, moment| {
            let mut want = |host: &str, number: i64| {
                let post = ObjectId::parse(&format!("https://{host}/o/{number}")).map_err(Error::unknown)?;
                send(transaction, moment, &Errand::Post { post, depth: 0 }, Haste::Soon)
            };
            for number in 0..most + 100 {
                want(&format!("{}.many.example", number % 7), number)?;
            }
            want("other.example", 1)?;
            want("many.example.org", 1)?;
            jobs::count(transaction, &KINDS)
        })
        .await;
    assert_eq!(waiting.unwrap(), most + 2);
}

/// S-54: whoever names posts of ever so many servers leaves room for what would be lost.
#[tokio::test]
async fn posts_leave_room_for_boosts_and_actors() {
    let place = Place::new().await;
    let found = place.write(|transaction, _, moment| {
        for number in 0..MAX_WAITING - RESERVED {
            let subject = format!("https://{number}.example/o/1");
            jobs::put(transaction, &JobRow::new(moment, "fetch-post", &subject))?;
        }
        let post = ObjectId::parse("https://far.example/o/1").map_err(Error::unknown)?;
        let actor = ActorId::parse("https://far.example/users/1").map_err(Error::unknown)?;
        let id = "https://far.example/a/1".to_owned();
        let visibility = "public".to_owned();
        let boosted = Boosted { id, actor: actor.clone(), post: post.clone(), visibility };
        let mut is_sent = |errand: Errand| {
            send(transaction, moment, &errand, Haste::Soon)?;
            let (kind, subject) = errand.key();
            Ok::<_, Error>(jobs::find(transaction, kind, &subject)?.is_some())
        };
        let post = is_sent(Errand::Post { post, depth: 0 })?;
        Ok((post, is_sent(Errand::Boost(boosted))?, is_sent(Errand::Actor { actor })?))
    });
    assert_eq!(found.await.unwrap(), (false, true, true));
}
