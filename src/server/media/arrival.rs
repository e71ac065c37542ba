//! Files on their way in: written to disk as they come, known by their first bytes and refused as soon as they are too
//! long (S-41, S-50), then put into the storage. A picture is a row in state `processing` from then on, with work in the
//! table `job`; films and sounds are not decoded and are ready at once.

use std::{io, path::Path};

use alcove_protocol::Timestamp;
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

use super::{
    Variant,
    kind::{Class, FileType, HEAD},
    movie,
    picture::Shape,
    storage::Place,
};
use crate::{
    actions::{
        emojis,
        media::{self as action, Description},
    },
    app::{App, Moment},
    config,
    db::media::{MediaRow, State},
    error::{Error, Result},
};

/// A file that is arriving.
pub struct Arriving<'c> {
    limits: &'c config::Media,
    path: TempPath,
    file: tokio::fs::File,
    head: Vec<u8>,
    kind: Option<FileType>,
    length: u64,
}

/// A file that has arrived; gone when dropped.
pub struct Arrived {
    /// What it is, by its first bytes.
    pub kind: FileType,
    /// In bytes.
    pub length: u64,
    path: TempPath,
}

impl config::Media {
    /// The most bytes of a file of that type.
    pub fn most_bytes(&self, kind: FileType) -> u64 {
        match kind.class() {
            Class::Image => self.image_bytes,
            Class::Video => self.video_bytes,
            Class::Audio => self.audio_bytes,
        }
    }
}

impl<'c> Arriving<'c> {
    /// A file of which nothing has come yet.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn new(config: &'c config::Config) -> Result<Self> {
        let folder = config.server.data.join("arriving");
        let made = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            tempfile::NamedTempFile::new_in(&folder)
        });
        let (file, path) = made.await.map_err(Error::unknown)?.map_err(Error::unknown)?.into_parts();
        let file = tokio::fs::File::from_std(file);
        Ok(Self { limits: &config.media, path, file, head: Vec::new(), kind: None, length: 0 })
    }

    /// Takes some more of it.
    ///
    /// # Errors
    /// A type that is not taken, as soon as it can be told; more bytes than its type may have.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        if self.kind.is_none() {
            let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
            self.head.extend_from_slice(&bytes[..missing]);
            if self.head.len() == HEAD {
                self.kind = Some(known(&self.head)?);
            }
        }
        if let Some(kind) = self.kind {
            within(self.length, self.limits, kind)?;
        }
        self.file.write_all(bytes).await.map_err(Error::unknown)
    }

    /// There is no more.
    ///
    /// # Errors
    /// As [`Arriving::write`].
    pub async fn end(mut self) -> Result<Arrived> {
        let kind = match self.kind {
            Some(kind) => kind,
            None => known(&self.head)?,
        };
        within(self.length, self.limits, kind)?;
        self.file.flush().await.map_err(Error::unknown)?;
        Ok(Arrived { kind, length: self.length, path: self.path })
    }
}

impl Arrived {
    /// Where it is for now.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn known(head: &[u8]) -> Result<FileType> {
    FileType::of(head).ok_or_else(|| {
        Error::refused(
            "file-type",
            422,
            "Expected a picture (JPEG, PNG, GIF or WebP), a film (MP4, MOV or WebM) or a sound (MP3, M4A, Ogg or FLAC). \
             Please convert other types, such as HEIC, AVIF or SVG, first.",
        )
    })
}

fn within(length: u64, limits: &config::Media, kind: FileType) -> Result<()> {
    let most = limits.most_bytes(kind);
    if length <= most {
        return Ok(());
    }
    let (class, megabytes) = (kind.class().as_str(), most >> 20);
    Err(Error::refused("too-large", 413, format!("Expected an {class} file of at most {megabytes} MiB.")))
}

/// Takes a file that has arrived for an account. When this returns it is stored; a picture is prepared from now on.
///
/// # Errors
/// A description that is too long; a film that cannot be read; [`Error::TooMany`].
pub async fn take(
    app: &App,
    account: i64,
    arrived: Arrived,
    description: Description,
    shape: Shape,
) -> Result<MediaRow> {
    action::check(&description)?;
    let moment = app.moment();
    app.media.uploads.take(&account, moment.now)?;
    let class = arrived.kind.class();
    match shape {
        Shape::Emoji => emojis::check_file(arrived.kind, arrived.length)?,
        Shape::Avatar | Shape::Header if class != Class::Image => {
            return Err(Error::refused("file-type", 422, "Expected a picture: JPEG, PNG, GIF or WebP."));
        }
        _ => {}
    }
    let row = row(&moment, account, &arrived, description, shape);
    if class == Class::Image {
        app.media.storage.put_file(Place::Given(&row.name), arrived.path()).await?;
    } else {
        let arrived = stripped(arrived).await?;
        app.media.storage.put_file(Place::Own(&row.name, Variant::Original), arrived.path()).await?;
    }
    let stored = row.clone();
    app.db.write(move |transaction| action::take(transaction, &moment, &stored)).await?;
    Ok(row)
}

fn row(moment: &Moment, account: i64, arrived: &Arrived, description: Description, shape: Shape) -> MediaRow {
    let Timestamp(created_at) = moment.now;
    let class = arrived.kind.class();
    let state = if class == Class::Image { State::Processing } else { State::Ready };
    MediaRow {
        id: moment.id(),
        name: moment.name(),
        account_id: account,
        post_id: None,
        position: 0,
        shape: shape.as_str().to_owned(),
        content_type: arrived.kind.media_type().to_owned(),
        state: state.as_str().to_owned(),
        problem: None,
        bytes: i64::try_from(arrived.length).unwrap_or(i64::MAX),
        width: None,
        height: None,
        blurhash: None,
        description: description.text,
        focus: description.focus.map(|focus| focus.to_string()),
        created_at,
    }
}

/// A film or a sound without the place where it was made, as far as that can be told (S-44).
async fn stripped(arrived: Arrived) -> Result<Arrived> {
    if !matches!(arrived.kind, FileType::Mp4 | FileType::QuickTime | FileType::M4a) {
        return Ok(arrived);
    }
    let strip = move || -> Result<Arrived, movie::NotStripped> {
        let mut file = std::fs::OpenOptions::new().read(true).write(true).open(&arrived.path)?;
        movie::strip(&mut file)?;
        Ok(arrived)
    };
    match tokio::task::spawn_blocking(strip).await.map_err(Error::unknown)? {
        Ok(arrived) => Ok(arrived),
        Err(movie::NotStripped::File(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Err(Error::unknown(error))
        }
        Err(_) => Err(Error::refused(
            "file-damaged",
            422,
            "This film is damaged, or its end is missing. Expected a whole MP4, MOV or M4A file.",
        )),
    }
}
