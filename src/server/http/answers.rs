//! What is true of every answer: headers that take from browsers what we never need, errors as pages for those who ask for
//! pages, and one line in the log, in which whatever can hold a secret is left out.

use actix_web::{
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::{DefaultHeaders, Next},
    web,
};

use super::{headers::EVERY, pages::templates::Templates};
use crate::{app::App, error::Error};

/// Paths whose last part is a secret.
const SECRET_PATHS: [&str; 3] = ["/i/", "/join/", "/reset/"];

/// The headers of every answer that does not set its own.
pub fn default_headers(app: &App) -> DefaultHeaders {
    let headers = EVERY.into_iter().fold(DefaultHeaders::new(), |headers, header| headers.add(header));
    if app.site.origin().as_str().starts_with("https://") {
        headers.add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
    } else {
        headers
    }
}

/// Writes one line about each request and turns errors into pages for browsers.
///
/// # Errors
/// Those of the inner service.
pub async fn around<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let response = next.call(request).await?;
    tracing::debug!(
        method = %response.request().method(),
        path = redacted(response.request().path()),
        status = response.status().as_u16(),
        "answered"
    );
    let page = wants_page(&response).then(|| error_page(&response)).flatten();
    Ok(match page {
        Some(page) => response.into_response(page).map_into_right_body(),
        None => response.map_into_left_body(),
    })
}

/// The path without what can hold a secret; queries are never written at all.
pub fn redacted(path: &str) -> &str {
    SECRET_PATHS.into_iter().find(|secret| path.starts_with(secret)).unwrap_or(path)
}

fn wants_page<B>(response: &ServiceResponse<B>) -> bool {
    let accept = response.request().headers().get(header::ACCEPT);
    accept.and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("text/html"))
}

fn error_page<B>(response: &ServiceResponse<B>) -> Option<actix_web::HttpResponse> {
    let error = response.response().error()?.as_error::<Error>()?;
    let request = response.request();
    let (app, templates) =
        (request.app_data::<web::Data<App>>()?, request.app_data::<web::Data<Templates>>()?);
    let heading = match response.status().as_u16() {
        401 => "Sign in first",
        403 => "This is not allowed",
        404 => "Nothing here",
        410 => "Not any more",
        429 | 503 => "Not just now",
        500.. => "Something went wrong",
        _ => "That did not work",
    };
    let link = match error {
        Error::NotSignedIn => Some(("/signin", "Sign in")),
        _ => Some(("/", "To the front page")),
    };
    let mut page = templates.said(app, response.status(), heading, &error.to_string(), link).ok()?;
    if let Some(after) = response.headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    Some(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_paths_are_not_logged() {
        assert_eq!(redacted("/join/c2VjcmV0"), "/join/");
        assert_eq!(redacted("/reset/c2VjcmV0"), "/reset/");
        assert_eq!(redacted("/i/c2VjcmV0"), "/i/");
        assert_eq!(redacted("/users/1/inbox"), "/users/1/inbox");
    }
}
