//! Posts that wait for their files are neither overlooked nor forgotten.

use std::{thread, time::Duration};

use alcove_protocol::time::DAY;
use tokio::sync::oneshot;

use super::*;
use crate::{
    actions::{media as files, testing::Place, writing::typed::TypedFile},
    media::picture::{Shape, Unusable},
};

/// A file of somebody that is being prepared.
async fn file(place: &Place, account: i64) -> i64 {
    let row = place.picture(account, Shape::Whole, State::Processing);
    let id = row.id;
    place.write(move |transaction, _, moment| files::take(transaction, moment, &row)).await.unwrap();
    id
}

fn with(files: &[i64]) -> Typed {
    let file = |id: &i64| TypedFile { id: Some(*id), ..TypedFile::default() };
    Typed { text: "A wall".into(), files: files.iter().map(file).collect(), ..Typed::default() }
}

async fn settle(place: &Place, account: i64, file: i64) {
    let outcome = Err(Unusable::Broken);
    place
        .act(account, move |transaction, desk| files::settle(transaction, desk, file, &outcome))
        .await
        .unwrap();
}

/// On PostgreSQL neither of two transactions sees what the other one has not committed.
#[tokio::test]
async fn a_file_that_is_settled_while_its_post_begins_to_wait_is_not_overlooked() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let file = file(&place, ana).await;
    let (begun, is_begun) = oneshot::channel();
    let store = place.write(move |transaction, _, moment| {
        let id = store(transaction, moment, ana, &with(&[file]))?;
        begun.send(()).unwrap();
        thread::sleep(Duration::from_millis(500));
        Ok(id)
    });
    let meanwhile = async {
        is_begun.await.unwrap();
        settle(&place, ana, file).await;
    };
    let (stored, ()) = tokio::join!(store, meanwhile);
    let subject = stored.unwrap().to_string();
    let job = place.db.read(move |transaction| jobs::find(transaction, PUBLISH, &subject)).await;
    assert!(job.unwrap().is_some(), "it goes on its way");
}

/// Nobody has what was typed but its row.
#[tokio::test]
async fn what_waits_still_is_kept_however_long() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let file = file(&place, ana).await;
    let before = place.now.plus(DAY);
    let stored = place.write(move |transaction, _, moment| {
        let waits = store(transaction, moment, ana, &with(&[file]))?;
        let returned = store(transaction, moment, ana, &with(&[file]))?;
        let row = own(transaction, ana, returned)?;
        give_back(transaction, &row, "It is damaged.")?;
        assert_eq!(waiting::prune(transaction, before, 10)?, 1);
        Ok((waits, waiting::find(transaction, returned)?))
    });
    let (waits, returned) = stored.await.unwrap();
    let kept = place.db.read(move |transaction| own(transaction, ana, waits)).await;
    assert!(kept.is_ok_and(|row| row.is_open()));
    assert_eq!(returned, None);
}
