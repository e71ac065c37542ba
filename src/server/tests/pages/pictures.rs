//! Files in a place: pictures of profiles, posts with some, an emoji, and posts that wait for theirs.

use std::{io::Cursor, time::Duration};

use alcove_protocol::post::Visibility;
use alcove_server::{
    actions::{
        desk::Desk,
        emojis,
        media::Description,
        writing::{
            self, Draft,
            typed::{Typed, TypedFile},
            waiting,
        },
    },
    db::media::MediaRow,
    media::{
        self,
        arrival::{self, Arriving},
        picture::Shape,
    },
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use tokio::sync::OwnedSemaphorePermit;

use super::world::{Person, Place};

/// Shows pictures wherever there can be some. Ada runs the place already.
pub async fn fill(place: &Place, ada: &Person) {
    let avatar = give(place, ada, 400, 400, Shape::Avatar).await.id;
    let header = give(place, ada, 1_500, 500, Shape::Header).await.id;
    let tent = give(place, ada, 96, 64, Shape::Emoji).await.id;
    let mut files = Vec::new();
    for (width, height) in [(1_200, 800), (600, 900), (800, 800)] {
        files.push(give(place, ada, width, height, Shape::Whole).await.id);
    }
    ready(place, ada, &[&files[..], &[avatar, header, tent]].concat()).await;
    let (site, moment, ada) = (place.app().site.clone(), place.app().moment(), ada.id);
    place
        .write(move |transaction| {
            let desk = Desk::new(&site, &moment, ada);
            emojis::add(transaction, &desk, "tent", tent)?;
            let single = files.split_off(2);
            for (text, warning, media) in [
                ("Two walls :tent:", "", files),
                ("One that not everybody wants to see", "Walls :tent:", single),
            ] {
                let draft = Draft {
                    warning: warning.into(),
                    sensitive: !warning.is_empty(),
                    media,
                    ..Draft::of_text(text, Visibility::Public)
                };
                writing::publish(transaction, &desk, &draft)?;
            }
            Ok(())
        })
        .await;
}

/// Posts that wait: one whose picture is being prepared, and one that came back with its problem; and a picture of the
/// profile that is on its way. They wait as long as the turn is held.
pub async fn wait(place: &Place, ada: &Person) -> (i64, i64, OwnedSemaphorePermit) {
    let ready = give(place, ada, 900, 600, Shape::Whole).await.id;
    self::ready(place, ada, &[ready]).await;
    let turn = place.app().media.turn.clone().acquire_owned().await.unwrap();
    let file = give(place, ada, 900, 600, Shape::Whole).await.id;
    give(place, ada, 400, 400, Shape::Avatar).await;
    let (moment, ada) = (place.app().moment(), ada.id);
    let typed = move |files: &[i64]| Typed {
        text: "A wall that is on its way".into(),
        visibility: "public".into(),
        language: "en".into(),
        options: vec![String::new(); 4],
        files: files
            .iter()
            .map(|id| TypedFile { id: Some(*id), description: "A red wall".into(), focus: "0,0.7".into() })
            .collect(),
        ..Typed::default()
    };
    let stored = place.write(move |transaction| {
        let waits = waiting::store(transaction, &moment, ada, &typed(&[file]))?;
        let refused = waiting::store(transaction, &moment, ada, &typed(&[ready, file]))?;
        let row = waiting::own(transaction, ada, refused)?;
        waiting::give_back(transaction, &row, "File 2: This picture is damaged, or its end is missing.")?;
        Ok((waits, refused))
    });
    let (waits, refused) = stored.await;
    (waits, refused, turn)
}

/// Waits until pictures are prepared.
async fn ready(place: &Place, person: &Person, files: &[i64]) {
    media::settled(place.app(), person.id, files, Duration::from_secs(60)).await.unwrap();
}

/// A picture of somebody that has arrived.
async fn give(place: &Place, person: &Person, width: u32, height: u32, shape: Shape) -> MediaRow {
    let mut file = Cursor::new(Vec::new());
    let shade = |at: u32, length: u32| u8::try_from(at * 200 / length).unwrap() + 40;
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, width), shade(y, height), 120]));
    DynamicImage::from(picture).write_to(&mut file, ImageFormat::Png).unwrap();
    let app = place.app();
    let mut arriving = Arriving::new(&app.config).await.unwrap();
    arriving.write(file.get_ref()).await.unwrap();
    let text = if shape == Shape::Whole { "A wall in the evening sun" } else { "" };
    let said = Description { text: text.into(), focus: None };
    arrival::take(app, person.id, arriving.end().await.unwrap(), said, shape).await.unwrap()
}
