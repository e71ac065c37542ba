//! Who looks at a page: a browser, with a session or without. Every form carries a token that only this browser's cookie
//! leads to (HMAC-SHA256 under the cookie's secret), from the first form on; [`Form`] refuses what comes without it. Not
//! for programs: those have `http/authentication.rs`.

use std::collections::BTreeMap;

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    dev::Payload,
    http::StatusCode,
    web,
};
use alcove_protocol::{base64, time::MINUTE};
use aws_lc_rs::hmac;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    navigation::{self, MAX_COUNTED},
    templates::Templates,
    views::Reader,
};
use crate::{
    actions::{redirects::with_parameters, sessions::BROWSER_LASTS},
    app::App,
    db::{
        markers::{self, Read},
        notifications, sessions,
    },
    error::{Error, Result},
    http::client_address,
    secret::SecretHash,
    throttle::Network,
};

/// How far `last_seen_at` lies behind, in milliseconds.
const LAST_SEEN_STEP: i64 = 5 * MINUTE;
/// How long browsers keep the cookie; the server ends sessions long before.
const COOKIE_DAYS: i64 = 400;
/// The largest form, in bytes.
const MAX_FORM: usize = 64 * 1_024;

/// A browser.
pub struct Visitor {
    /// What the server has at hand.
    pub app: web::Data<App>,
    /// Who is signed in.
    pub session: Option<Session>,
    /// Where it comes from.
    pub network: Network,
    /// The path and query that were asked for.
    here: String,
    templates: web::Data<Templates>,
    cookie: FormCookie,
}

/// A browser that is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its row.
    pub id: i64,
    /// Who it is.
    pub account: i64,
    /// The name of the handle.
    pub name: String,
    /// How many notifications are new, counted a little further than they are shown.
    pub unread: i64,
}

/// The secret that form tokens hang on.
struct FormCookie {
    secret: String,
    origin: CookieOrigin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CookieOrigin {
    Request,
    MadeNow,
}

/// Which of the two cookies.
#[derive(Clone, Copy)]
enum Purpose {
    /// Of somebody who is signed in.
    Session,
    /// Of everybody else, for the first forms.
    Before,
}

impl Visitor {
    /// Who is signed in.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub fn signed_in(&self) -> Result<&Session> {
        self.session.as_ref().ok_or(Error::NotSignedIn)
    }

    /// Whoever looks, for what is shown.
    pub fn reader(&self) -> Reader {
        Reader::new(&self.app, self.session.as_ref().map(|session| session.account))
    }

    /// Sends a browser that is not signed in to sign in, and back here afterwards.
    pub fn sign_in_first(&self) -> HttpResponse {
        self.redirect(&with_parameters("/signin", &[("next", &self.here)]))
    }

    /// Sends the browser back to a page of this server that a form has named, or to the front page.
    pub fn back(&self, to: &str) -> HttpResponse {
        self.redirect(local(to))
    }

    /// The token for forms on the page that is being written.
    pub fn form_token(&self) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.cookie.secret.as_bytes());
        base64::encode_url(hmac::sign(&key, b"form").as_ref())
    }

    /// Refuses a form with another token than this browser was given.
    pub(super) fn expect_made(&self, token: &str) -> Result<()> {
        use subtle::ConstantTimeEq;
        let is_made = self.form_token().as_bytes().ct_eq(token.as_bytes());
        if self.cookie.origin == CookieOrigin::Request && bool::from(is_made) {
            return Ok(());
        }
        Err(Error::refused(
            "form-expired",
            403,
            "This form is no longer valid. Please go back, load the page again, and send it once more.",
        ))
    }

    /// A page for this browser; `context` is an object.
    ///
    /// # Errors
    /// A template that does not fit.
    pub fn page(&self, status: StatusCode, name: &str, context: Value) -> Result<HttpResponse> {
        self.page_with_form_to(status, name, context, None)
    }

    /// The same, with a form whose answer may lead to one more address.
    ///
    /// # Errors
    /// As [`Visitor::page`].
    pub fn page_with_form_to(
        &self,
        status: StatusCode,
        name: &str,
        context: Value,
        target: Option<&str>,
    ) -> Result<HttpResponse> {
        let handle = self.session.as_ref().map(|session| self.app.site.handle(&session.name).to_string());
        let path = self.here.split('?').next().unwrap_or_default();
        let navigation =
            self.session.as_ref().map(|session| navigation::shown(path, &session.name, session.unread));
        let mut all = json!({
            "csrf": self.form_token(),
            "visitor": handle,
            "here": self.here,
            "navigation": navigation,
        });
        if let (Value::Object(all), Value::Object(context)) = (&mut all, context) {
            all.extend(context);
        }
        let mut answer = self.templates.page_with_form_to(&self.app, status, name, all, target)?;
        if self.cookie.origin == CookieOrigin::MadeNow {
            set_cookie(&mut answer, cookie(&self.app, Purpose::Before, self.cookie.secret.clone()))?;
        }
        Ok(answer)
    }

    /// A page that says one thing.
    ///
    /// # Errors
    /// As [`Visitor::page`].
    pub fn said(&self, heading: &str, sentence: &str, (href, text): (&str, &str)) -> Result<HttpResponse> {
        let link = json!({"href": href, "text": text});
        let context = json!({"heading": heading, "sentence": sentence, "link": link});
        self.page(StatusCode::OK, "said.html", context)
    }

    /// Sends the browser elsewhere with `GET`.
    pub fn redirect(&self, to: &str) -> HttpResponse {
        HttpResponse::SeeOther().insert_header(("Location", to)).finish()
    }

    /// The same, with the cookie of a session that was opened just now.
    ///
    /// # Errors
    /// Never in practice: the secret is base64.
    pub fn redirect_signed_in(&self, to: &str, secret: String) -> Result<HttpResponse> {
        let mut answer = self.redirect(to);
        set_cookie(&mut answer, cookie(&self.app, Purpose::Session, secret))?;
        Ok(answer)
    }

    /// The same, with the session's cookie taken away.
    ///
    /// # Errors
    /// Never in practice.
    pub fn redirect_signed_out(&self, to: &str) -> Result<HttpResponse> {
        let mut answer = self.redirect(to);
        let mut gone = cookie(&self.app, Purpose::Session, String::new());
        gone.make_removal();
        set_cookie(&mut answer, gone)?;
        Ok(answer)
    }
}

fn set_cookie(answer: &mut HttpResponse, cookie: Cookie<'_>) -> Result<()> {
    answer.add_cookie(&cookie).map_err(|error| Error::Unknown(error.to_string().into()))
}

/// The prefix binds a cookie to this very host, so that no neighbour under the same domain can set it.
fn cookie_name(app: &App, purpose: Purpose) -> &'static str {
    match (is_https(app), purpose) {
        (true, Purpose::Session) => "__Host-alcove",
        (true, Purpose::Before) => "__Host-alcove-form",
        (false, Purpose::Session) => "alcove",
        (false, Purpose::Before) => "alcove-form",
    }
}

fn cookie(app: &App, purpose: Purpose, secret: String) -> Cookie<'static> {
    let cookie = Cookie::build(cookie_name(app, purpose), secret)
        .path("/")
        .http_only(true)
        .secure(is_https(app))
        .same_site(SameSite::Lax);
    match purpose {
        Purpose::Session => cookie.max_age(Duration::days(COOKIE_DAYS)).finish(),
        Purpose::Before => cookie.finish(),
    }
}

fn is_https(app: &App) -> bool {
    app.site.origin().as_str().starts_with("https://")
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { of(&request).await })
    }
}

/// Who sent a request.
pub(super) async fn of(request: &HttpRequest) -> Result<Visitor> {
    let app = request.app_data::<web::Data<App>>().cloned().ok_or(Error::Busy)?;
    let templates = request.app_data::<web::Data<Templates>>().cloned().ok_or(Error::Busy)?;
    let value = |purpose| request.cookie(cookie_name(&app, purpose)).map(|cookie| cookie.value().to_owned());
    let network = client_address::network(request, &app.config);
    let here = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
    if let Some(secret) = value(Purpose::Session)
        && let Some(session) = find_session(&app, &secret).await?
    {
        let cookie = FormCookie { secret, origin: CookieOrigin::Request };
        return Ok(Visitor { session: Some(session), network, here, templates, cookie, app });
    }
    let cookie = match value(Purpose::Before).filter(|secret| secret.len() >= 22) {
        Some(secret) => FormCookie { secret, origin: CookieOrigin::Request },
        None => FormCookie { secret: app.moment().secret(), origin: CookieOrigin::MadeNow },
    };
    Ok(Visitor { session: None, network, here, templates, cookie, app })
}

async fn find_session(app: &App, secret: &str) -> Result<Option<Session>> {
    let (hash, now) = (SecretHash::of(secret), app.clock.now());
    let found = app.db.read(move |transaction| {
        let Some((row, name)) = sessions::live_by_hash(transaction, &hash, now)? else { return Ok(None) };
        let read = markers::of(transaction, row.account_id, Read::Notifications)?;
        let unread = notifications::count_after(transaction, row.account_id, read, MAX_COUNTED + 1)?;
        Ok(Some((row, name, i64::try_from(unread).unwrap_or(MAX_COUNTED))))
    });
    let Some((row, name, unread)) = found.await? else { return Ok(None) };
    if now.0 - row.last_seen_at >= LAST_SEEN_STEP {
        let until = now.plus(BROWSER_LASTS);
        app.db.write(move |transaction| sessions::touch(transaction, row.id, now, until)).await?;
    }
    Ok(Some(Session { id: row.id, account: row.account_id, name, unread }))
}

/// A form that this browser was given by us, with its fields.
pub struct Form<T> {
    /// Who sent it.
    pub visitor: Visitor,
    /// What was typed.
    pub fields: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = web::Bytes::from_request(&request, payload);
        Box::pin(async move {
            let body = body.await.map_err(|_| Error::invalid("expected a form"))?;
            if body.len() > MAX_FORM {
                return Err(Error::refused("too-large", 413, "This form is too large."));
            }
            let visitor = of(&request).await?;
            let mut fields: BTreeMap<String, String> =
                url::form_urlencoded::parse(&body).into_owned().collect();
            let token = fields.remove("csrf").unwrap_or_default();
            visitor.expect_made(&token)?;
            Ok(Self { visitor, fields: self::fields(fields)? })
        })
    }
}

/// The fields of a form, as the type that a page expects.
pub(super) fn fields<T: DeserializeOwned>(fields: BTreeMap<String, String>) -> Result<T> {
    let fields = serde_json::to_value(fields).and_then(serde_json::from_value);
    fields.map_err(|error| Error::invalid(format!("the form: {error}")))
}

/// A path on this server, or the front page (S-64): what begins with two slashes, or a slash and a backslash, is another
/// host to browsers, and so is one with characters that they leave out.
pub fn local(next: &str) -> &str {
    let inside = next.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    if inside && next.bytes().all(|byte| byte.is_ascii_graphic()) { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-64: signing in leads nowhere else.
    #[test]
    fn only_paths_of_this_server_are_next() {
        assert_eq!(local("/oauth/authorize?client_id=1&state=%2F"), "/oauth/authorize?client_id=1&state=%2F");
        for hostile in
            ["", "https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "evil"]
        {
            assert_eq!(local(hostile), "/", "{hostile:?}");
        }
    }
}
