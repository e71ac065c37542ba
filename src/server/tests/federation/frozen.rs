//! What somebody has begun, and what becomes of it when their account is frozen or closed before it is done.

use alcove_server::{
    actions::{
        accounts as closing,
        desk::Desk,
        freeze,
        lists::{self, IMPORT, Mode},
        writing::{
            typed::Typed,
            waiting::{self, PUBLISH},
        },
    },
    db::{
        Transaction, accounts,
        accounts::AccountRow,
        follows, imports, jobs,
        waiting::{self as table, WaitingRow},
    },
    error::Result,
    jobs as workers,
    text::lists::{List, Read},
};

use super::world::{Person, Place, Time};

/// Ana lets a post wait and imports a list with somebody on it, and her account ends at once, so that no worker can be faster;
/// the row id of the post.
async fn begin(
    place: &Place,
    ana: &Person,
    name: &str,
    end: impl FnOnce(&mut Transaction<'_>, &AccountRow) -> Result<()> + Send + 'static,
) -> i64 {
    let (site, moment, account) = (place.app().site.clone(), place.app().moment(), ana.id);
    let read = Read { handles: vec![site.handle(name)], ..Read::default() };
    let typed = Typed { text: "hello".into(), visibility: "public".into(), ..Typed::default() };
    let begun = place.write(move |transaction| {
        let desk = Desk::new(&site, &moment, account);
        let row = waiting::store(transaction, &moment, account, &typed)?;
        lists::begin(transaction, &desk, List::Following, Mode::Merge, &read)?;
        let account = accounts::find(transaction, account)?.unwrap();
        end(transaction, &account)?;
        Ok(row)
    });
    begun.await
}

async fn left(place: &Place) -> i64 {
    workers::drain(place.app()).await.unwrap();
    place.read(|transaction| jobs::count(transaction, &[PUBLISH, IMPORT])).await
}

/// Does all that waits, with the workers of the place.
async fn finish(place: &Place) {
    while left(place).await > 0 {
        tokio::task::yield_now().await;
    }
}

async fn row(place: &Place, id: i64) -> WaitingRow {
    place.read(move |transaction| table::find(transaction, id)).await.unwrap()
}

async fn follows(place: &Place, ana: &Person, other: &Person) -> bool {
    let (ana, other) = (ana.actor.clone(), other.actor.clone());
    place.read(move |transaction| follows::state(transaction, &ana, &other)).await.is_some()
}

/// It waits for as long as the account is frozen.
#[tokio::test]
async fn nothing_that_was_begun_goes_on_while_an_account_is_frozen() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let moment = place.app().moment();
    let post =
        begin(&place, &ana, "bob", move |transaction, row| freeze::freeze(transaction, &moment, row)).await;
    assert_eq!(left(&place).await, 2);
    assert!(row(&place, post).await.is_open() && !follows(&place, &ana, &bob).await);
    let (moment, account) = (place.app().moment(), ana.id);
    place
        .write(move |transaction| {
            let row = accounts::find(transaction, account)?.unwrap();
            freeze::unfreeze(transaction, &moment, &row)
        })
        .await;
    finish(&place).await;
    assert!(row(&place, post).await.post_id.is_some() && follows(&place, &ana, &bob).await);
}

#[tokio::test]
async fn what_a_closed_account_had_begun_is_given_back() {
    let place = Place::open(&Time::default()).await;
    let (ana, bob) = (place.person("ana").await, place.person("bob").await);
    let moment = place.app().moment();
    let post =
        begin(&place, &ana, "bob", move |transaction, _| closing::disable(transaction, &moment, "ana")).await;
    finish(&place).await;
    assert_eq!(row(&place, post).await.problem.as_deref(), Some("This account is closed."));
    assert!(!follows(&place, &ana, &bob).await);
    let account = ana.id;
    let import = place.read(move |transaction| imports::latest(transaction, account, 1)).await.remove(0);
    assert_eq!((import.done, import.failed), (0, 1));
}
