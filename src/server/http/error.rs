//! The one mapping from [`Error`] to an HTTP answer: a problem document (RFC 9457) for programs. Pages wrap the same
//! sentence. A transient fault of ours is 503 or 429 and never another 4xx: Mastodon drops a delivery for good on those.

use actix_web::{
    HttpRequest, HttpResponse,
    error::{JsonPayloadError, QueryPayloadError},
    http::{StatusCode, header},
};
use alcove_protocol::problem::{PROBLEM_JSON, Problem};

use crate::error::Error;

/// The problem document of an error.
pub fn problem(error: &Error) -> Problem {
    let sentence = error.to_string();
    match error {
        Error::Refused(problem) => (**problem).clone(),
        Error::NotSignedIn => Problem::new("not-signed-in", &sentence, 401),
        Error::Forbidden(_) => Problem::new("forbidden", &sentence, 403),
        Error::NotFound => Problem::new("not-found", &sentence, 404),
        Error::Gone => Problem::new("gone", &sentence, 410),
        Error::TooMany(_) => Problem::new("too-many", &sentence, 429),
        Error::Busy => Problem::new("busy", &sentence, 503),
        Error::Unknown(_) => Problem::new("unknown", &sentence, 500),
    }
}

/// Writes what nobody foresaw into the log, with its chain: once for each answer.
pub fn note(error: &Error) {
    if let Error::Unknown(source) = error {
        tracing::error!(error = &**source as &dyn std::error::Error, "an error that nobody foresaw");
    }
}

/// What is said about a body that is not the JSON that was expected.
pub fn json(error: JsonPayloadError, _request: &HttpRequest) -> actix_web::Error {
    match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            Error::refused("too-large", 413, "expected a body of at most 1 MiB")
        }
        JsonPayloadError::ContentType => Error::refused("not-json", 415, "expected application/json"),
        other => Error::invalid(format!("the body: {other}")),
    }
    .into()
}

/// What is said about a query that is not what was expected.
pub fn query(error: QueryPayloadError, _request: &HttpRequest) -> actix_web::Error {
    Error::invalid(format!("the query: {error}")).into()
}

impl actix_web::ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(problem(self).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        note(self);
        let mut answer = HttpResponse::build(self.status_code());
        match self {
            Self::TooMany(seconds) => drop(answer.insert_header((header::RETRY_AFTER, seconds.to_string()))),
            Self::Busy => drop(answer.insert_header((header::RETRY_AFTER, "5"))),
            Self::NotSignedIn => drop(answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"))),
            _ => {}
        }
        answer.insert_header((header::CONTENT_TYPE, PROBLEM_JSON)).json(problem(self))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use actix_web::ResponseError;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// One line for each fact, however often the answer's status is asked for.
    #[test]
    fn what_nobody_foresaw_is_logged_once() {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt().with_writer(lines.clone()).finish();
        tracing::subscriber::with_default(log, || {
            let error = Error::unknown(std::io::Error::other("the disk is on fire"));
            assert_eq!(error.status_code(), error.error_response().status());
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.matches("the disk is on fire").count(), 1, "{text}");
    }
}
