//! What answers tell browsers not to do, in one place (EXPERIENCE.md section 7; P19): four kinds of answers, and no route has
//! a policy of its own. A test looks at every route.

use actix_web::{
    HttpResponseBuilder,
    http::header::{
        CONTENT_SECURITY_POLICY, CROSS_ORIGIN_OPENER_POLICY, CROSS_ORIGIN_RESOURCE_POLICY, HeaderName,
        PERMISSIONS_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    },
};

/// Every answer that says nothing else: documents for programs, which a browser is to show as nothing.
pub const EVERY: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// What pages may do in a browser: show themselves, look as we say, send their forms back. Nothing else, and no scripts.
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; \
                               media-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// What a browser may do with a file that somebody gave and that it shows by itself: nothing.
pub const FILE_POLICY: &str = "sandbox; default-src 'none'";

/// What the browser app may do: run the files of its own set, and ask this server. The policy is what WEBCAT's rules allow,
/// with Trusted Types besides. A camera reads the code of another device, a microphone takes voice messages.
const APP: [(HeaderName, &str); 6] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; \
         img-src 'self' blob: data:; media-src blob:; style-src 'self'; font-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; child-src 'none'; \
         require-trusted-types-for 'script'; trusted-types app",
    ),
    (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (
        PERMISSIONS_POLICY,
        "accelerometer=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
         microphone=(self), midi=(), payment=(), usb=()",
    ),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// The headers of everything at an address of the browser app, whatever is answered there.
pub fn of_app(answer: &mut HttpResponseBuilder) {
    for (name, value) in APP {
        answer.insert_header((name, value));
    }
}
