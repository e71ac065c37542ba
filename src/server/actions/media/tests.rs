//! Files on their way into posts, and out of them.

use alcove_protocol::{post::Visibility, time::DAY};

use super::*;
use crate::{
    actions::{
        desk::Desk,
        testing::Place,
        writing::{self, Draft},
    },
    db::{
        accounts, media as table,
        profiles::{self, ProfileRow},
    },
};

#[test]
fn a_focus_is_read_as_it_is_written_and_stays_within_the_picture() {
    let focus = Focus::parse(" 0.5,-0.25").unwrap();
    assert_eq!(focus, Focus { x: 0.5, y: -0.25 });
    assert_eq!(Focus::parse(&focus.to_string()).unwrap(), focus);
    for text in ["", "1", "1,2", "a,b", "0.1;0.2", "NaN,0", "0,inf"] {
        assert!(Focus::parse(text).is_err(), "{text}");
    }
}

/// A file of somebody in a state.
async fn file(place: &Place, account: i64, state: State) -> i64 {
    let row = place.picture(account, Shape::Whole, state);
    let id = row.id;
    place.write(move |transaction, _, moment| take(transaction, moment, &row)).await.unwrap();
    id
}

async fn publish(place: &Place, account: i64, media: &[i64]) -> Result<i64> {
    let draft = Draft { media: media.to_vec(), ..Draft::of_text("Look", Visibility::Public) };
    let published = place.write(move |transaction, site, moment| {
        writing::publish(transaction, &Desk::new(site, moment, account), &draft)
    });
    published.await.map(|written| written.post)
}

async fn files_of(place: &Place, post: i64) -> Vec<i64> {
    let files = place.write(move |transaction, _, _| table::of_posts(transaction, &[post])).await.unwrap();
    files.get(&post).into_iter().flatten().map(|row| row.id).collect()
}

#[tokio::test]
async fn posts_show_ready_files_of_their_author_in_order() {
    let place = Place::new().await;
    let (ana, ben) = (place.account("ana").await, place.account("ben").await);
    let ready = [file(&place, ana, State::Ready).await, file(&place, ana, State::Ready).await];
    for (media, kind) in [
        (vec![file(&place, ana, State::Processing).await], "file-not-ready"),
        (vec![file(&place, ana, State::Failed).await], "file-not-usable"),
        (vec![ready[0], file(&place, ben, State::Ready).await], "no-such-file"),
        (vec![7], "no-such-file"),
        (vec![ready[0]; 5], "too-many-files"),
    ] {
        assert!(publish(&place, ana, &media).await.is_err_and(|error| error.is_refusal(kind)), "{kind}");
    }
    let post = publish(&place, ana, &[ready[1], ready[0]]).await.unwrap();
    assert_eq!(files_of(&place, post).await, [ready[1], ready[0]]);
    let again = publish(&place, ana, &ready).await;
    assert!(again.is_err_and(|error| error.is_refusal("no-such-file")), "they belong to a post");
}

#[tokio::test]
async fn files_are_kept_as_long_as_their_post() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let (shown, unused) = (file(&place, ana, State::Ready).await, file(&place, ana, State::Ready).await);
    let post = publish(&place, ana, &[shown]).await.unwrap();
    let gone = async |days: i64| {
        let before = place.now.plus(days * DAY);
        place.write(move |transaction, _, _| table::prune(transaction, before, 10)).await.unwrap().len()
    };
    assert_eq!((gone(0).await, gone(1).await, gone(1).await), (0, 1, 0));
    let left = place.write(move |transaction, _, _| table::find(transaction, unused)).await.unwrap();
    assert_eq!((left, files_of(&place, post).await), (None, vec![shown]));
    place.write(move |transaction, _, _| table::detach(transaction, post)).await.unwrap();
    assert_eq!(gone(1).await, 1);
}

/// What came of preparing a picture of a profile.
fn square() -> Result<Prepared, Unusable> {
    Ok(Prepared {
        content_type: "image/jpeg".into(),
        bytes: 1,
        width: Some(400),
        height: Some(400),
        blurhash: None,
    })
}

/// It is put off: nobody begins it, and whoever has begun it does not end it.
#[tokio::test]
async fn a_picture_of_a_frozen_account_is_not_shown() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let row = place.picture(ana, Shape::Avatar, State::Processing);
    let picture = row.id;
    let claimed = place.write(move |transaction, _, moment| {
        take(transaction, moment, &row)?;
        accounts::set_frozen(transaction, ana, Some(moment.now))?;
        jobs::claim(transaction, &[PREPARE], moment.now, moment.now.plus(DAY), 1)
    });
    assert_eq!(claimed.await.unwrap(), []);
    let show =
        async || place.act(ana, move |transaction, desk| settle(transaction, desk, picture, &square())).await;
    assert!(show().await.is_err_and(|error| error.is_refusal(freeze::FROZEN)));
    let avatar = async || {
        let profile = place.write(move |transaction, _, _| profiles::find(transaction, ana)).await.unwrap();
        profile.and_then(|profile| profile.avatar)
    };
    assert_eq!(avatar().await, None);
    let claimed = place.write(move |transaction, _, moment| {
        accounts::set_frozen(transaction, ana, None)?;
        jobs::claim(transaction, &[PREPARE], moment.now, moment.now.plus(DAY), 1)
    });
    assert_eq!(claimed.await.unwrap().len(), 1);
    place.write(move |transaction, _, moment| accounts::disable(transaction, ana, moment.now)).await.unwrap();
    show().await.unwrap();
    assert_eq!(avatar().await, None, "it is closed");
}

/// Everybody who keeps a copy of the profile is told, and where the picture is.
#[tokio::test]
async fn a_picture_of_the_profile_is_told_once_it_is_ready() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    place.met("https://far.example/users/1").await;
    place.give_keys(ana).await;
    let row = place.picture(ana, Shape::Avatar, State::Processing);
    let picture = row.id;
    place.write(move |transaction, _, moment| take(transaction, moment, &row)).await.unwrap();
    place.act(ana, move |transaction, desk| settle(transaction, desk, picture, &square())).await.unwrap();
    let sent = place.sent().await;
    assert_eq!((sent.len(), &sent[0].1["type"]), (1, &serde_json::json!("Update")));
    let icon = &sent[0].1["object"]["icon"];
    assert_eq!(icon["mediaType"], "image/jpeg");
    assert!(icon["url"].as_str().unwrap().ends_with("/original.jpg"), "{icon}");
}

/// The picture of a profile belongs to no post and is kept all the same.
#[tokio::test]
async fn pictures_of_profiles_are_kept() {
    let place = Place::new().await;
    let ana = place.account("ana").await;
    let picture = file(&place, ana, State::Ready).await;
    let before = place.now.plus(DAY);
    let gone = place.write(move |transaction, _, moment| {
        let row = table::find(transaction, picture)?.ok_or(Error::NotFound)?;
        let profile = ProfileRow { avatar: Some(row.name), ..ProfileRow::empty(ana, moment.now) };
        profiles::put(transaction, &profile)?;
        table::prune(transaction, before, 10)
    });
    assert!(gone.await.unwrap().is_empty());
}
