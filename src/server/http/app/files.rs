//! Files of the browser app as answers: their type, how long they are kept, compressed for those who take it. What is there
//! and what is not has the same headers (P19).

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};

use crate::{
    bundle::{File, Lasts},
    http::headers,
};

/// Media types by the ends of names.
const TYPES: [(&str, &str); 12] = [
    ("css", "text/css; charset=utf-8"),
    ("ftl", "text/plain; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("woff2", "font/woff2"),
];

/// A file, or that it has not changed. The index has no name.
pub fn answer(request: &HttpRequest, name: &str, file: &File) -> HttpResponse {
    let brotli = file.brotli.as_ref().filter(|_| takes_brotli(request));
    let etag =
        if brotli.is_some() { format!("\"{}-br\"", file.digest) } else { format!("\"{}\"", file.digest) };
    let is_known = is_known(request, &etag);
    let mut answer = begun(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, kept(file.lasts)));
    if is_known {
        return answer.finish();
    }
    answer.content_type(media_type(name));
    match brotli {
        Some(brotli) => answer.insert_header((header::CONTENT_ENCODING, "br")).body(brotli.clone()),
        None => answer.body(file.bytes.clone()),
    }
}

/// What is not in the set.
pub fn nothing() -> HttpResponse {
    refused(StatusCode::NOT_FOUND).body("There is nothing at this address.\n")
}

/// What is not asked for by reading.
pub fn not_allowed() -> HttpResponse {
    refused(StatusCode::METHOD_NOT_ALLOWED)
        .insert_header((header::ALLOW, "GET, HEAD"))
        .body("Files of the app can only be read.\n")
}

fn refused(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = begun(status);
    answer.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/plain; charset=utf-8");
    answer
}

fn begun(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    headers::of_app(&mut answer);
    answer
}

fn kept(lasts: Lasts) -> &'static str {
    match lasts {
        Lasts::Forever => "public, max-age=31536000, immutable",
        Lasts::UntilTheNextSet => "no-cache",
    }
}

fn media_type(name: &str) -> &'static str {
    let end = if name.is_empty() { "html" } else { name.rsplit('.').next().unwrap_or_default() };
    let known = TYPES.iter().find(|(known, _)| *known == end);
    known.map_or("application/octet-stream", |(_, media_type)| media_type)
}

fn text(request: &HttpRequest, name: header::HeaderName) -> &str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let mut tags = text(request, header::IF_NONE_MATCH).split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// Whether `br` is among the encodings that are taken (RFC 9110 section 12.5.3), and not with a weight of nothing.
fn takes_brotli(request: &HttpRequest) -> bool {
    text(request, header::ACCEPT_ENCODING).split(',').any(|part| {
        let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        coding.trim().eq_ignore_ascii_case("br") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn brotli_is_for_those_who_take_it() {
        let takes = |value: &str| {
            takes_brotli(
                &TestRequest::get().insert_header((header::ACCEPT_ENCODING, value)).to_http_request(),
            )
        };
        for taken in ["br", "gzip, deflate, br, zstd", "gzip;q=1.0, BR;q=0.5", "br; q=0.001"] {
            assert!(takes(taken), "{taken}");
        }
        for not_taken in ["", "gzip", "br;q=0", "br; q=0.000", "brotli", "br;q=x"] {
            assert!(!takes(not_taken), "{not_taken}");
        }
    }

    #[test]
    fn types_are_those_that_browsers_insist_on() {
        assert_eq!(media_type(""), "text/html; charset=utf-8");
        assert_eq!(media_type("0123/core.wasm"), "application/wasm");
        assert_eq!(media_type("0123/app.webmanifest"), "application/manifest+json");
        assert_eq!(media_type("worker.js"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("0123/unknown.xyz"), "application/octet-stream");
    }
}
