//! Forms with files (RFC 7578), read as they come: files go to disk, texts are few and short, and nothing more is taken
//! than is asked for (S-50). Not who may send one: whoever calls this has asked that first.

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

const TOO_LARGE: &str = "This form is too large.";

/// A form that has arrived.
#[derive(Default)]
pub struct Parts {
    /// Names and texts, as they came.
    pub texts: Vec<(String, String)>,
    /// Names and files, as they came.
    pub files: Vec<(String, Given)>,
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
    /// The most files.
    pub most_files: usize,
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
        for _ in 0..MOST_PARTS {
            let next = tokio::time::timeout(SILENCE, form.try_next()).await.map_err(|_| Error::Busy)?;
            let Some(mut field) = next.map_err(|_| not_a_form())? else { return Ok(parts) };
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.content_disposition().and_then(|about| about.get_filename());
            match file_name.map(str::to_owned) {
                None => {
                    let text = text(&mut field, left).await?;
                    left -= text.len();
                    parts.texts.push((name, text));
                }
                Some(file_name) => {
                    check(&parts.texts)?;
                    let file = match self.file(&mut field, &file_name, parts.files.len()).await {
                        Ok(None) => continue,
                        Ok(Some(file)) => Ok(file),
                        Err(error @ Error::Refused(_)) => Err(error),
                        Err(error) => return Err(error),
                    };
                    if file.is_err() {
                        pass_over(&mut field, &mut left_to_pass).await?;
                    }
                    parts.files.push((name, Given { name: file_name, file }));
                }
            }
        }
        Err(not_a_form())
    }

    /// A file; `None` where a browser sends an empty one because nobody has chosen any.
    async fn file(&self, field: &mut Field, name: &str, before: usize) -> Result<Option<Arrived>> {
        let mut file = None;
        while let Some(bytes) = next(field).await? {
            if before >= self.most_files {
                let most = self.most_files;
                return Err(Error::refused("too-many-files", 422, format!("Expected at most {most} files.")));
            }
            let arriving = match &mut file {
                Some(arriving) => arriving,
                None => file.insert(Arriving::new(&self.app.config).await?),
            };
            arriving.write(&bytes).await?;
        }
        match file {
            Some(arriving) => arriving.end().await.map(Some),
            None if name.is_empty() => Ok(None),
            None => Err(Error::refused("file-empty", 422, "Expected a file with something in it.")),
        }
    }
}

/// Reads what is left of a file that is not taken.
async fn pass_over(field: &mut Field, left: &mut usize) -> Result<()> {
    while let Some(bytes) = next(field).await? {
        *left = left.checked_sub(bytes.len()).ok_or_else(|| Error::refused("too-large", 413, TOO_LARGE))?;
    }
    Ok(())
}

async fn text(field: &mut Field, most: usize) -> Result<String> {
    let mut text = Vec::new();
    while let Some(bytes) = next(field).await? {
        if text.len() + bytes.len() > most {
            return Err(Error::refused("too-large", 413, TOO_LARGE));
        }
        text.extend_from_slice(&bytes);
    }
    String::from_utf8(text).map_err(|_| Error::invalid("expected a form in UTF-8"))
}

async fn next(field: &mut Field) -> Result<Option<bytes::Bytes>> {
    let next = tokio::time::timeout(SILENCE, field.next()).await.map_err(|_| Error::Busy)?;
    next.transpose().map_err(|_| not_a_form())
}

fn not_a_form() -> Error {
    Error::invalid("expected a whole form (multipart/form-data)")
}
