//! Foreign files: through the same client and the same vetting as documents, redirects included (S-36), with bounds of
//! their own. What a file is its first bytes say, and how long it may be depends on that (S-41, S-50); what its server calls
//! it counts for nothing. Written to disk as it comes, never whole in memory.

use url::Url;

use super::{
    Expected, FetchError, Fetcher, MAX_REDIRECTS,
    exchange::{self, chunk, expect_status},
    parse_url,
};
use crate::{
    error::Error,
    media::arrival::{Arrived, Arriving},
};

impl Fetcher {
    /// Fetches a file into one that is arriving, unsigned.
    ///
    /// # Errors
    /// [`FetchError`]; only [`FetchError::is_passing`] is worth another try.
    pub async fn get_media(&self, url: &str, to: Arriving<'_>) -> Result<Arrived, FetchError> {
        let url = parse_url(url).map_err(FetchError::Refused)?;
        self.within_deadline(exchange::name(&url), self.media(url, to)).await
    }

    async fn media(&self, mut url: Url, mut to: Arriving<'_>) -> Result<Arrived, FetchError> {
        for _ in 0..=MAX_REDIRECTS {
            url.set_fragment(None);
            let mut response = self.exchange_get(&url, Expected::Media, None).await?;
            if let Some(next) = exchange::redirect_target(&url, &response)? {
                url = next;
                continue;
            }
            expect_status(&response)?;
            if !Expected::Media.fits(response.headers()) {
                return Err(FetchError::Invalid("expected a file that is not compressed on its way"));
            }
            while let Some(bytes) = chunk(&mut response, &url).await? {
                to.write(&bytes).await.map_err(unusable)?;
            }
            return to.end().await.map_err(unusable);
        }
        Err(FetchError::Refused("expected at most three redirects"))
    }
}

/// A file that is not taken, or a disk that fails: only the second passes.
fn unusable(error: Error) -> FetchError {
    match error {
        Error::Refused(_) => FetchError::Invalid("expected a picture, a film or a sound within bounds"),
        _ => FetchError::Unreachable("our disk cannot take it".to_owned()),
    }
}
