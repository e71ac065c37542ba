//! The one mapping from [`Error`] to an HTTP answer: a problem document (RFC 9457) for programs. Pages wrap the same
//! sentence. A transient fault of ours is 503 or 429 and never another 4xx: Mastodon drops a delivery for good on those.

use actix_web::{
    HttpRequest, HttpResponse,
    error::{JsonPayloadError, QueryPayloadError},
    http::{StatusCode, header},
};
use alcove_protocol::problem::{PROBLEM_JSON, Problem};

use crate::error::Error;

/// The problem document of an error. What nobody foresaw is logged here, once, with its chain.
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
        Error::Unknown(source) => {
            tracing::error!(error = &**source as &dyn std::error::Error, "an error that nobody foresaw");
            Problem::new("unknown", &sentence, 500)
        }
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
        let problem = problem(self);
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = HttpResponse::build(status);
        match self {
            Self::TooMany(seconds) => drop(answer.insert_header((header::RETRY_AFTER, seconds.to_string()))),
            Self::Busy => drop(answer.insert_header((header::RETRY_AFTER, "5"))),
            Self::NotSignedIn => drop(answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"))),
            _ => {}
        }
        answer.insert_header((header::CONTENT_TYPE, PROBLEM_JSON)).json(problem)
    }
}
