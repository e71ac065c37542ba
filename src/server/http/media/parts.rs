//! Forms with files (RFC 7578), read as they come: pictures, films and sounds go to disk, texts are few and short, and nothing
//! more is taken than is asked for (S-50). Not who may send one: whoever calls this has asked that first.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{dev::Payload, http::header::HeaderMap};
use futures_util::{StreamExt, TryStreamExt};

use crate::{
    app::App,
    error::{Error, Result},
    media::arrival::{Arrived, Arriving},
};

/// The most bytes of all texts together.
const MAX_TEXTS: usize = 64 * 1_024;
/// The most parts of a form.
const MOST_PARTS: usize = 200;
/// How long a whole form may take: a film over a slow line.
const PATIENCE: Duration = Duration::from_secs(600);
/// The most bytes of refused files that are passed over, so that what stands behind them in the form is read as well.
const MOST_PASSED_OVER: usize = 256 << 20;
/// How long nothing may come.
const SILENCE: Duration = Duration::from_secs(30);

/// A form that has arrived.
#[derive(Default)]
pub struct Parts {
    /// Names and texts, as they came.
    pub texts: Vec<(String, String)>,
    /// Names and files, as they came, of [`Taken::Media`].
    pub files: Vec<(String, Given)>,
    /// Names and contents of files, as they came, of [`Taken::Lists`].
    pub lists: Vec<(String, Vec<u8>)>,
}

/// Which files of a form are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// So many pictures, films and sounds.
    Media(usize),
    /// Lists, as programs write and read them, of so many bytes together.
    Lists(usize),
}

/// A file of a form.
pub struct Given {
    /// What it is called where it comes from; nothing else is believed of it.
    pub name: String,
    /// The file; or why it is not taken, which leaves the rest of the form as it is.
    pub file: Result<Arrived>,
}

/// Who looks at a form while it comes.
pub struct Reader<'a> {
    /// What the server has at hand.
    pub app: &'a App,
    /// Who sends it.
    pub account: i64,
    /// Which files.
    pub taken: Taken,
}

impl Reader<'_> {
    /// Reads a form; `check` sees the texts before each file, and may end it.
    ///
    /// # Errors
    /// What `check` says; a form that is not one. A file that is not taken (`media/arrival.rs`) stands in the answer as such.
    pub async fn read(
        &self,
        headers: &HeaderMap,
        payload: Payload,
        check: impl Fn(&[(String, String)]) -> Result<()>,
    ) -> Result<Parts> {
        let place = self.app.media.arriving.enter(&self.account).ok_or(Error::Busy)?;
        let read = self.parts(Multipart::new(headers, payload), check);
        let parts = tokio::time::timeout(PATIENCE, read).await.map_err(|_| Error::Busy)?;
        drop(place);
        parts
    }

    async fn parts(
        &self,
        mut form: Multipart,
        check: impl Fn(&[(String, String)]) -> Result<()>,
    ) -> Result<Parts> {
        let (mut parts, mut left, mut left_to_pass) = (Parts::default(), MAX_TEXTS, MOST_PASSED_OVER);
        let mut left_of_lists = if let Taken::Lists(most) = self.taken { most } else { 0 };
        for _ in 0..MOST_PARTS {
            let next = tokio::time::timeout(SILENCE, form.try_next()).await.map_err(|_| Error::Busy)?;
            let Some(mut field) = next.map_err(|_| not_a_form())? else { return Ok(parts) };
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.content_disposition().and_then(|about| about.get_filename());
            match (file_name.map(str::to_owned), self.taken) {
                (None, _) => {
                    let text = text(&mut field, left).await?;
                    left -= text.len();
                    parts.texts.push((name, text));
                }
                (Some(_), Taken::Lists(_)) => {
                    check(&parts.texts)?;
                    let list = content(&mut field, left_of_lists).await?;
                    left_of_lists -= list.len();
                    parts.lists.push((name, list));
                }
                (Some(file_name), Taken::Media(most)) => {
                    check(&parts.texts)?;
                    let place = (parts.files.len() + 1, most);
                    if let Some(file) = self.file(&mut field, &file_name, place, &mut left_to_pass).await? {
                        parts.files.push((name, Given { name: file_name, file }));
                    }
                }
            }
        }
        Err(not_a_form())
    }

    /// A file, the one of that number of so many; `None` where a browser sends an empty one because nobody has chosen any. One
    /// that is refused is read to its end all the same, so that what stands behind it can be read: so much of all of them.
    async fn file(
        &self,
        field: &mut Field,
        name: &str,
        (number, most): (usize, usize),
        left: &mut usize,
    ) -> Result<Option<Result<Arrived>>> {
        let mut file = None;
        while let Some(bytes) = next(field).await? {
            let arriving = match file.take() {
                Some(arriving) => arriving,
                None if number > most => Err(too_many(most)),
                None => Arriving::new(&self.app.config).await,
            };
            file = Some(match arriving {
                Ok(mut arriving) => arriving.write(&bytes).await.map(|()| arriving),
                Err(refusal) => {
                    *left = left.checked_sub(bytes.len()).ok_or_else(too_large)?;
                    Err(refusal)
                }
            });
        }
        let arrived = match file {
            Some(Ok(arriving)) => arriving.end().await,
            Some(Err(refusal)) => Err(refusal),
            None if name.is_empty() => return Ok(None),
            None => Err(Error::refused("file-empty", 422, "Expected a file with something in it.")),
        };
        match arrived {
            Ok(_) | Err(Error::Refused(_)) => Ok(Some(arrived)),
            Err(error) => Err(error),
        }
    }
}

fn too_many(most: usize) -> Error {
    Error::refused("too-many-files", 422, format!("Expected at most {most} files."))
}

fn too_large() -> Error {
    Error::refused("too-large", 413, "This form is too large.")
}

async fn text(field: &mut Field, most: usize) -> Result<String> {
    let text = content(field, most).await?;
    String::from_utf8(text).map_err(|_| Error::invalid("expected a form in UTF-8"))
}

async fn content(field: &mut Field, most: usize) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    while let Some(bytes) = next(field).await? {
        if content.len() + bytes.len() > most {
            return Err(too_large());
        }
        content.extend_from_slice(&bytes);
    }
    Ok(content)
}

async fn next(field: &mut Field) -> Result<Option<bytes::Bytes>> {
    let next = tokio::time::timeout(SILENCE, field.next()).await.map_err(|_| Error::Busy)?;
    next.transpose().map_err(|_| not_a_form())
}

fn not_a_form() -> Error {
    Error::invalid("expected a whole form (multipart/form-data)")
}
