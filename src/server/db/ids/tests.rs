//! Ids that only grow, and node numbers that one process holds at a time.

use super::*;
use crate::{
    bus::Bus,
    db::{Db, schema::envelope, testing::FreshDatabase},
};

const NOW: Timestamp = Timestamp(BEGINNING + 5_000);

fn lease(number: i64) -> Lease {
    Lease { number, holder: "a test".into(), until: NOW }
}

#[test]
fn ids_grow_and_stay_positive_when_the_clock_stands_or_steps_back() {
    let ids = Ids::new(lease(1023), 0);
    let mut last = 0;
    for step in 0..20_000 {
        let id = ids.next(NOW.plus(-step / 100));
        assert!(id > last, "{id} after {last}");
        last = id;
    }
    assert!(ids.next(Timestamp(BEGINNING + (1 << 41) - 1)) > 0);
}

/// A process that starts with a clock behind that of the one before it, or of another node, goes on after what is there.
#[test]
fn ids_are_greater_than_all_that_are_there_whatever_the_clock_says() {
    let ahead = Ids::new(lease(1023), 0);
    let highest = (0..5_000).map(|_| ahead.next(NOW.plus(HOUR))).max().unwrap();
    let behind = Ids::new(lease(0), highest);
    let next = behind.next(NOW);
    assert!(next > highest, "{next} after {highest}");
    assert!(behind.next(NOW) > next);
}

/// Whoever slept through its lease does not keep a number that somebody else has meanwhile.
#[tokio::test]
async fn a_number_that_was_lost_is_not_renewed() {
    let fresh = FreshDatabase::new();
    let db = Db::open(&fresh.settings, Bus::local()).unwrap();
    let later = NOW.plus(2 * LEASE);
    db.write(move |transaction| {
        let slept = lease_node(transaction, "slept", NOW)?;
        assert_eq!(renew_node(transaction, &slept, NOW.plus(1))?.number, slept.number);
        let other = lease_node(transaction, "other", later)?;
        assert_eq!(other.number, slept.number, "its time had run out");
        let awake = renew_node(transaction, &slept, later)?;
        assert_ne!(awake.number, other.number);
        assert_eq!(renew_node(transaction, &other, later)?, other);
        release_node(transaction, &slept)?;
        assert_eq!(renew_node(transaction, &other, later)?, other, "nobody gives back what is another's");
        Ok(())
    })
    .await
    .unwrap();
}

/// What is stored counts, whichever table it is in.
#[tokio::test]
async fn the_highest_id_in_use_is_found() {
    let fresh = FreshDatabase::new();
    let db = Db::open(&fresh.settings, Bus::local()).unwrap();
    let found = db
        .write(|transaction| {
            assert_eq!(highest(transaction)?, 0);
            query!(transaction, connection => diesel::insert_into(envelope::table)
                .values((
                    envelope::id.eq(77),
                    envelope::activity_uri.eq("https://here.example/a/1"),
                    envelope::actor_uri.eq("https://here.example/users/7"),
                    envelope::kind.eq("plain"),
                    envelope::document.eq("{}"),
                    envelope::created_at.eq(0),
                ))
                .execute(connection))?;
            highest(transaction)
        })
        .await
        .unwrap();
    assert_eq!(found, 77);
}
