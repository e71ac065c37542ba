//! Pictures that have arrived become ready: one at a time, on a thread beside the event loop, so that what it takes of
//! memory and of the machine is bounded (`picture.rs` says by what). When it is done is `jobs/media.rs`.

use super::{
    Variant,
    kind::FileType,
    picture::{self, Bounds, Picture, Shape, Unusable},
    storage::Place,
};
use crate::{
    app::App,
    db::media::{MediaRow, Prepared},
    error::{Error, Result},
};

/// Prepares a picture and stores its forms; the inner error is for its owner.
///
/// # Errors
/// When the storage fails: another try may help.
pub async fn prepare(app: &App, row: &MediaRow) -> Result<Result<Prepared, Unusable>> {
    let Some(kind) = FileType::of_media_type(&row.content_type) else {
        return Ok(Err(Unusable::Broken));
    };
    let shape = Shape::parse(&row.shape).unwrap_or(Shape::Whole);
    let file = app.media.storage.read_whole(Place::Given(&row.name), app.config.media.image_bytes).await?;
    let bounds = Bounds { pixels: app.config.media.megapixels * 1_000_000, frames: app.config.media.frames };
    let turn = app.media.turn.clone().acquire_owned().await.map_err(Error::unknown)?;
    let prepared = tokio::task::spawn_blocking(move || {
        let prepared = picture::prepare(&file, kind, shape, bounds);
        // Kept until the thread is done, whoever has stopped waiting for it.
        drop(turn);
        prepared
    });
    // A decoder that panics has found a picture that it cannot read.
    match prepared.await.unwrap_or(Err(Unusable::Broken)) {
        Ok(picture) => store(app, &row.name, picture).await.map(Ok),
        Err(unusable) => Ok(Err(unusable)),
    }
}

async fn store(app: &App, name: &str, picture: Picture) -> Result<Prepared> {
    let prepared = Prepared {
        content_type: picture.original.kind.media_type().to_owned(),
        bytes: i64::try_from(picture.original.bytes.len()).unwrap_or(i64::MAX),
        width: Some(picture.width.into()),
        height: Some(picture.height.into()),
        blurhash: Some(picture.blurhash),
    };
    app.media.storage.put(Place::Own(name, Variant::Original), picture.original.bytes).await?;
    app.media.storage.put(Place::Own(name, Variant::Preview), picture.preview.bytes).await?;
    Ok(prepared)
}
