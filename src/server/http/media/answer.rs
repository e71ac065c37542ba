//! The one way in which bytes of a file are answered: streamed from the storage, whole or a part (RFC 9110 section 14), for
//! ever the same under one address, and with everything that keeps a browser from seeing more in them than a picture, a
//! film or a sound (S-40).

use std::ops::Range;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    http::{
        StatusCode,
        header::{self, ContentRange, ContentRangeSpec, HeaderValue},
    },
};
use futures_util::StreamExt;

use crate::{
    app::App,
    error::{Error, Result},
    http::{client_address, headers::FILE_POLICY},
    media::{
        kind::FileType,
        storage::{Place, Reading, Storage},
    },
};

/// A file to be answered.
pub struct File<'f> {
    /// Where it is.
    pub source: Source<'f>,
    /// What it is.
    pub kind: Kind,
    /// What it is called when it is saved, without its extension.
    pub title: &'f str,
    /// How long it stays the same: the value of `Cache-Control`.
    pub cache: &'static str,
}

/// Where the bytes of a file are.
#[derive(Clone, Copy)]
pub enum Source<'f> {
    /// In one piece.
    Whole(Place<'f>),
    /// In parts, of a blob of that name and length.
    Parts {
        /// The random name.
        name: &'f str,
        /// The length of the whole.
        length: u64,
    },
}

impl Source<'_> {
    async fn length(self, storage: &Storage) -> Result<u64> {
        match self {
            Self::Whole(place) => storage.length(place).await,
            Self::Parts { length, .. } => Ok(length),
        }
    }

    async fn read(self, storage: &Storage, range: Option<Range<u64>>) -> Result<Reading> {
        match self {
            Self::Whole(place) => storage.read(place, range).await,
            Self::Parts { name, length } => Ok(storage.read_blob(name, length, range)),
        }
    }
}

/// What a browser is told of a file.
#[derive(Clone, Copy)]
pub enum Kind {
    /// It is shown.
    Shown(FileType),
    /// It means nothing to whoever has not the key, and is saved at most.
    Sealed,
}

impl Kind {
    /// The value of `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Shown(kind) => kind.media_type(),
            Self::Sealed => "application/octet-stream",
        }
    }

    fn disposition(self, title: &str) -> String {
        match self {
            Self::Shown(kind) => format!("inline; filename=\"{title}.{}\"", kind.extension()),
            Self::Sealed => format!("attachment; filename=\"{title}.bin\""),
        }
    }
}

/// Answers a file, or the part that was asked for, or that it has not changed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Busy`] when too many files are on their way to where this request comes from.
pub async fn file(app: &App, request: &HttpRequest, file: File<'_>) -> Result<HttpResponse> {
    let etag = format!("\"{}\"", file.title);
    if is_known(request, &etag) {
        return Ok(headed(StatusCode::NOT_MODIFIED, &file, &etag).finish());
    }
    let network = client_address::network(request, &app.config);
    let place = app.media.readers.enter(&network).ok_or(Error::Busy)?;
    let range = match asked_range(request, &etag) {
        Some(asked) => {
            let length = file.source.length(&app.media.storage).await?;
            match asked.within(length) {
                Some(range) => Some(range),
                None => return Ok(not_satisfiable(&file, &etag, length)),
            }
        }
        None => None,
    };
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let reading = file.source.read(&app.media.storage, range).await?;
    let mut answer = headed(status, &file, &etag);
    if status == StatusCode::PARTIAL_CONTENT {
        let last = reading.range.end.saturating_sub(1);
        let range = Some((reading.range.start, last));
        let range = ContentRangeSpec::Bytes { range, instance_length: Some(reading.length) };
        answer.insert_header(ContentRange(range));
    }
    let size = reading.range.end - reading.range.start;
    // The place in the room is kept until the last byte has gone.
    let bytes = reading.bytes.map(move |bytes| {
        let _kept = &place;
        bytes
    });
    Ok(answer.body(SizedStream::new(size, bytes)))
}

fn headed(status: StatusCode, file: &File<'_>, etag: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    let name = file.kind.disposition(file.title);
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, file.cache))
        .insert_header((header::CONTENT_SECURITY_POLICY, FILE_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
        .insert_header((header::ACCEPT_RANGES, "bytes"));
    if status != StatusCode::NOT_MODIFIED {
        answer.insert_header((header::CONTENT_TYPE, file.kind.media_type()));
    }
    answer
}

fn not_satisfiable(file: &File<'_>, etag: &str, length: u64) -> HttpResponse {
    let range = ContentRangeSpec::Bytes { range: None, instance_length: Some(length) };
    headed(StatusCode::RANGE_NOT_SATISFIABLE, file, etag)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(ContentRange(range))
        .finish()
}

fn text(request: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name).map(HeaderValue::to_str)?.ok()
}

fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let tags = text(request, header::IF_NONE_MATCH).unwrap_or_default();
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// One part of a file, as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// From one byte to another, that one included.
    Between(u64, u64),
    /// From one byte on.
    From(u64),
    /// So many at the end.
    Last(u64),
}

/// The part that was asked for. Several at once, and what is no range, count as if the whole file had been asked for; so
/// does a part of a file that has another name now.
fn asked_range(request: &HttpRequest, etag: &str) -> Option<Asked> {
    if text(request, header::IF_RANGE).is_some_and(|tag| tag != etag) {
        return None;
    }
    Asked::parse(text(request, header::RANGE)?)
}

impl Asked {
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
        // Digits only: to a number there may belong a sign, to a position none.
        let position = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits)
        };
        match (first.trim(), last.trim()) {
            ("", last) => position(last).map(Self::Last),
            (first, "") => position(first).map(Self::From),
            (first, last) => {
                let (first, last) = (position(first)?, position(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    /// The bytes that are meant, in a file of that length; `None` when there are none.
    fn within(self, length: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::Between(first, last) => first..last.saturating_add(1).min(length),
            Self::From(first) => first..length,
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (range.start < range.end).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_one_part_of_what_is_there() {
        let within = |text: &str| Asked::parse(text).map(|asked| asked.within(100));
        assert_eq!(within("bytes=0-9"), Some(Some(0..10)));
        assert_eq!(within("bytes=90-"), Some(Some(90..100)));
        assert_eq!(within("bytes=-10"), Some(Some(90..100)));
        assert_eq!(within("bytes=-1000"), Some(Some(0..100)));
        assert_eq!(within("bytes=50-18446744073709551615"), Some(Some(50..100)));
        for beyond in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(within(beyond), Some(None), "{beyond}");
        }
        for whole in
            ["", "bytes=", "bytes=-", "bytes=9-0", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=+1-"]
        {
            assert_eq!(within(whole), None, "{whole}");
        }
    }
}
