//! What is sent for, and how much of it waits.

use super::*;
use crate::actions::testing::Place;

/// S-54, S-56: one server's posts do not crowd out those of others, however many somebody names.
#[tokio::test]
async fn of_one_server_only_so_much_is_sent_for() {
    let place = Place::new().await;
    let waiting = place
        .write(|transaction, _, moment| {
            let mut want = |host: &str, number: i64| {
                let post = ObjectId::parse(&format!("https://{host}/o/{number}")).map_err(Error::unknown)?;
                send(transaction, moment, &Errand::Post { post, depth: 0 }, Haste::Soon)
            };
            for number in 0..MAX_WAITING_OF_ONE + 100 {
                want("many.example", number)?;
            }
            want("other.example", 1)?;
            want("many.example.org", 1)?;
            jobs::count(transaction, &KINDS)
        })
        .await;
    assert_eq!(waiting.unwrap(), MAX_WAITING_OF_ONE + 2);
}
