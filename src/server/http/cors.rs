//! Cross-origin access (the Fetch standard, section 3.3) for browser apps of others: what a token opens, or anybody may read,
//! any page may ask for. Never with cookies, and not the pages, which belong to this origin alone.

use actix_web::{
    HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use alcove_protocol::actor::own::path;

/// What the addresses begin with that are open to every origin.
const OPEN: [&str; 8] =
    ["/.well-known/", "/nodeinfo/", "/api/", "/oauth/", "/users/", "/actor", "/a/", "/o/"];
/// What a person sees, between these.
const PAGES: [&str; 1] = [path::AUTHORIZE];

/// Every answer from an open address may be read.
const ANSWER: [(HeaderName, &str); 2] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Link, Location, Retry-After, WWW-Authenticate, X-Activity-Id"),
];
/// What may be asked, by what a browser asks first.
const PREFLIGHT: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Authorization, Content-Type, Last-Event-ID"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Answers what browsers ask before a request, and opens the answers to requests.
///
/// # Errors
/// Those of the inner service.
pub async fn around<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if !is_open(request.path()) {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    if is_preflight(&request) {
        let mut answer = HttpResponse::NoContent().finish();
        set(answer.headers_mut(), &ANSWER);
        set(answer.headers_mut(), &PREFLIGHT);
        return Ok(request.into_response(answer).map_into_right_body());
    }
    let mut response = next.call(request).await?;
    set(response.headers_mut(), &ANSWER);
    Ok(response.map_into_left_body())
}

fn is_open(path: &str) -> bool {
    OPEN.iter().any(|open| path.starts_with(open)) && !PAGES.contains(&path)
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn set(headers: &mut HeaderMap, values: &[(HeaderName, &'static str)]) {
    for (name, value) in values {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_belong_to_their_own_origin() {
        for path in
            ["/", "/signin", "/settings/devices", "/join/secret", "/oauth/authorize", "/@ana", "/inbox"]
        {
            assert!(!is_open(path), "{path}");
        }
        for path in [
            "/oauth/token",
            "/oauth/register",
            "/.well-known/webfinger",
            "/users/1",
            "/users/1/outbox",
            "/api/alcove/v1/items",
            path::PROXY,
        ] {
            assert!(is_open(path), "{path}");
        }
    }
}
