//! How OAuth endpoints say no to programs: `error` and `error_description` (RFC 6749 section 5.2, RFC 7591 section 3.2.2).
//! Pages say no as all pages do.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde_json::json;

use crate::error::Error;

/// A refusal with the word that the RFCs give it.
#[derive(Debug)]
pub struct Refusal {
    word: &'static str,
    status: StatusCode,
    description: String,
    retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal with status 400.
    pub fn new(word: &'static str, description: impl Into<String>) -> Self {
        Self { word, status: StatusCode::BAD_REQUEST, description: description.into(), retry_after: None }
    }

    /// A client that did not prove who it is.
    pub fn invalid_client() -> Self {
        let refusal = Self::new("invalid_client", "The client is not known, or its secret is not right.");
        Self { status: StatusCode::UNAUTHORIZED, ..refusal }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let problem = crate::http::error::problem(&error);
        crate::http::error::note(&error);
        let word = match &error {
            Error::TooMany(_) | Error::Busy => "temporarily_unavailable",
            Error::Unknown(_) => "server_error",
            _ if problem.is("unknown-client") => return Self::invalid_client(),
            _ if problem.is("invalid-redirect-uri") => "invalid_redirect_uri",
            _ if problem.is("invalid-client-metadata") => "invalid_client_metadata",
            _ if problem.is("invalid-scope") => "invalid_scope",
            _ => "invalid_request",
        };
        Self {
            word,
            status: StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            description: error.to_string(),
            retry_after: match error {
                Error::TooMany(seconds) => Some(seconds),
                Error::Busy => Some(5),
                _ => None,
            },
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.word, self.description)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"oauth\""));
        }
        answer.json(json!({"error": self.word, "error_description": self.description}))
    }
}
