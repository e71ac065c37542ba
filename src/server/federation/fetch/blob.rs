//! Sealed files of other servers, passed on as they come and not kept: through the same client and the same vetting as everything
//! foreign, without redirects, within a bound that holds for the whole file, and no slower than a line that is alive.

use std::{io, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use reqwest::{
    Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_RANGE},
};

use super::{FetchError, Fetcher, exchange, parse_url};

/// How long nothing may come.
const SILENCE: Duration = Duration::from_secs(30);

/// A file, or a part of one, on its way.
pub struct Passing {
    /// Which part it is, as its server says; none for the whole file.
    pub range: Option<String>,
    /// How many bytes come.
    pub length: u64,
    /// The bytes: no more than that, and an error where there are less.
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

impl Fetcher {
    /// Asks for a file of at most so many bytes, or for a part of it.
    ///
    /// # Errors
    /// [`FetchError`]; only [`FetchError::is_passing`] is worth another try.
    pub async fn get_blob(&self, url: &str, range: Option<&str>, most: u64) -> Result<Passing, FetchError> {
        let url = parse_url(url).map_err(FetchError::Refused)?;
        let asked = self.exchange_part(&url, range);
        let response = self.within_deadline(exchange::name(&url), asked).await?;
        if response.status() == StatusCode::PARTIAL_CONTENT && range.is_none() {
            return Err(FetchError::Invalid("expected the whole file"));
        }
        passing(response, most)
    }
}

fn passing(response: Response, most: u64) -> Result<Passing, FetchError> {
    let status = response.status();
    if status != StatusCode::PARTIAL_CONTENT {
        exchange::expect_status(&response)?;
    }
    if response.headers().get_all(CONTENT_ENCODING).iter().any(|coding| coding != "identity") {
        return Err(FetchError::Invalid("expected a file that is not compressed on its way"));
    }
    let length = response.content_length().ok_or(FetchError::Invalid("expected a file of a known length"))?;
    let range = match status {
        StatusCode::PARTIAL_CONTENT => Some(content_range(&response, length, most)?),
        _ => None,
    };
    if length > most {
        return Err(FetchError::Invalid("expected a file within our bound"));
    }
    let stream = Box::pin(response.bytes_stream());
    let bytes = futures_util::stream::try_unfold(stream, |mut stream| async {
        let next = tokio::time::timeout(SILENCE, stream.next()).await;
        let next = next.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        Ok(next.transpose().map_err(io::Error::other)?.map(|bytes| (bytes, stream)))
    });
    Ok(Passing { range, length, bytes: bytes.boxed() })
}

/// `Content-Range` written anew, if it says what comes: a part of that length, of a file within the bound.
fn content_range(response: &Response, length: u64, most: u64) -> Result<String, FetchError> {
    let said = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let (first, last, whole) =
        said.and_then(parts).ok_or(FetchError::Invalid("expected to be told which part of a file comes"))?;
    let fits = first <= last && last < whole && last - first + 1 == length && whole <= most;
    fits.then(|| format!("bytes {first}-{last}/{whole}"))
        .ok_or(FetchError::Invalid("expected the part of a file that was asked for"))
}

fn parts(text: &str) -> Option<(u64, u64, u64)> {
    let (range, whole) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?, whole.parse().ok()?))
}
