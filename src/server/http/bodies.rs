//! Bodies: each is read here, whole and within bounds of size and time, before any route looks at its request (S-50); but for
//! forms with files, which are bounded in time here and written to disk by the routes that take them. What stands in bodies
//! is the routes' business.

use std::time::Duration;

use actix_web::{
    HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::{Bytes, BytesMut},
};
use futures_util::{StreamExt, stream};

use crate::error::{Error, Result};

/// The largest body that is taken, in bytes: 1 MiB; more is answered 413.
pub const MAX_BODY: usize = 1 << 20;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a form with files may take: a film over a slow line.
const PATIENCE_WITH_FILES: Duration = Duration::from_secs(600);

/// Hands requests on with their whole body.
///
/// # Errors
/// Those of the inner service: a body that is refused is answered here.
pub async fn whole<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let payload = request.take_payload();
    if has_files(&request) {
        let payload = Box::pin(payload.take_until(tokio::time::sleep(PATIENCE_WITH_FILES)));
        request.set_payload(Payload::Stream { payload });
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse().ok()).unwrap_or_default();
    match read(payload, announced, PATIENCE).await {
        Ok(body) => {
            if !body.is_empty() {
                request.set_payload(of(body));
            }
            next.call(request).await.map(ServiceResponse::map_into_left_body)
        }
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

/// Forms with files are not read here: `media/parts.rs` writes the files to disk as they come. Any other route that reads
/// such a body gets no more of it than of others, by its own limit.
fn has_files(request: &ServiceRequest) -> bool {
    request.content_type().eq_ignore_ascii_case("multipart/form-data")
}

/// A body that is here, for those who read one.
fn of(body: Bytes) -> Payload {
    Payload::Stream { payload: Box::pin(stream::once(std::future::ready(Ok(body)))) }
}

/// Reads a body of a length that was announced, rightly or not.
///
/// # Errors
/// `too-large` (413); [`Error::Busy`] and not 408 for one that comes too slowly, because a slow line is trouble that passes;
/// 400 for one that ends too early.
async fn read(mut payload: Payload, announced: usize, patience: Duration) -> Result<Bytes> {
    if matches!(payload, Payload::None) {
        return Ok(Bytes::new());
    }
    if announced > MAX_BODY {
        return Err(too_large());
    }
    let whole = async {
        let mut body = BytesMut::with_capacity(announced);
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Error::invalid("Expected a whole body: it ended too early."))?;
            if body.len() + chunk.len() > MAX_BODY {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(patience, whole).await.map_err(|_| Error::Busy)?
}

fn too_large() -> Error {
    Error::refused("too-large", 413, format!("Expected a body of at most {MAX_BODY} bytes."))
}

#[cfg(test)]
mod tests {
    use actix_web::error::PayloadError;
    use futures_util::Stream;

    use super::*;

    fn body(chunks: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
        Payload::Stream { payload: Box::pin(chunks) }
    }

    async fn read_now(payload: Payload, announced: usize) -> Result<Bytes> {
        read(payload, announced, Duration::from_secs(3_600)).await
    }

    #[tokio::test]
    async fn a_body_is_read_whole_however_it_comes() {
        let chunks = ["one ", "", "two"].map(|chunk| Ok(Bytes::from_static(chunk.as_bytes())));
        assert_eq!(read_now(body(stream::iter(chunks)), 7).await.unwrap(), "one two");
        assert!(read_now(Payload::None, 0).await.unwrap().is_empty());
        let early = [Ok(Bytes::from_static(b"one")), Err(PayloadError::Incomplete(None))];
        assert!(read_now(body(stream::iter(early)), 7).await.unwrap_err().is_refusal("invalid"));
    }

    /// S-50: by its own word, or as it comes.
    #[tokio::test]
    async fn a_body_that_is_too_large_is_not_read_to_its_end() {
        assert!(read_now(body(stream::pending()), MAX_BODY + 1).await.unwrap_err().is_refusal("too-large"));
        let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[b' '; 4_096])));
        assert!(read_now(body(endless), 0).await.unwrap_err().is_refusal("too-large"));
    }

    /// S-50: whoever sends a byte now and then holds nothing up; to a server it is trouble that passes.
    #[tokio::test]
    async fn a_body_that_does_not_come_is_given_up() {
        assert!(matches!(read(body(stream::pending()), 7, Duration::ZERO).await, Err(Error::Busy)));
    }
}
