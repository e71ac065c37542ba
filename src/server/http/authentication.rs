//! Who calls: the bearer token of a request (RFC 6750 section 2.1), which becomes a [`Caller`] only by naming the scope that
//! the route needs. Not the browser's cookie: pages have `pages/visitor.rs`. Tokens in queries or bodies are not read.

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use alcove_protocol::{ActorId, time::MINUTE};
use futures_util::future::LocalBoxFuture;

use crate::{
    actions::{
        devices::Sender,
        scopes::{Scope, Scopes},
    },
    app::App,
    db::tokens,
    error::{Error, Result},
    secret::SecretHash,
};

/// How far `last_used_at` lies behind, in milliseconds: one write in five minutes, not one per request.
const LAST_USED_STEP: i64 = 5 * MINUTE;

/// Somebody who may do what was asked for.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub account: i64,
    /// The name of its handle.
    pub name: String,
    /// The row id of the token.
    pub token: i64,
    /// What lists of sessions show of it.
    pub client_name: String,
    /// Everything that the token may be used for.
    pub scopes: Scopes,
    /// The device that signed up with this token.
    pub device: Option<i64>,
}

impl Caller {
    /// The actor of the account.
    pub fn actor(&self, app: &App) -> ActorId {
        app.site.actor(self.account)
    }

    /// Who acts, for actions.
    pub fn sender(&self) -> Sender {
        Sender { account: self.account, token: self.token, device: self.device }
    }

    /// Whether the token and the account have not ended meanwhile: what an open stream asks after `Wake::Access` of the
    /// account (S-61).
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn is_still_signed_in(&self, app: &App) -> Result<bool> {
        let token = self.token;
        app.db.read(move |transaction| tokens::is_live(transaction, token)).await
    }
}

/// A live token whose scopes nobody has looked at yet; the extractor of every route that needs one.
#[derive(Debug)]
pub struct Bearer(Caller);

impl Bearer {
    /// The caller, if the token has the scope.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it does not.
    pub fn allowed(self, scope: Scope) -> Result<Caller> {
        let allowed = self.0.scopes.allow(scope);
        self.checked(allowed, scope.as_str())
    }

    /// The caller, if the token has the scope or at least that part of it, as `statuses` of `read`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it has neither.
    pub fn allowed_part(self, scope: Scope, part: &str) -> Result<Caller> {
        let allowed = self.0.scopes.allow_part(scope, part);
        self.checked(allowed, &format!("{}:{part}", scope.as_str()))
    }

    /// The caller, whatever the scopes: for a token to end itself, and to say whose it is.
    pub fn with_any_scope(self) -> Caller {
        self.0
    }

    fn checked(self, allowed: bool, scope: &str) -> Result<Caller> {
        if allowed {
            return Ok(self.0);
        }
        Err(Error::Forbidden(format!("This app was not given the right \"{scope}\".")))
    }
}

/// A token where none is needed: nobody without the header; a header with a token that has ended is refused all the same.
#[derive(Debug)]
pub struct OptionalBearer(pub Option<Bearer>);

impl FromRequest for Bearer {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { find(&request).await?.ok_or(Error::NotSignedIn) })
    }
}

impl FromRequest for OptionalBearer {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { find(&request).await.map(Self) })
    }
}

/// `None` without an `Authorization` header of the scheme `Bearer`: HTTP signatures may stand in that header too.
async fn find(request: &HttpRequest) -> Result<Option<Bearer>> {
    let Some(secret) = bearer_token(request) else { return Ok(None) };
    let app = request.app_data::<web::Data<App>>().ok_or(Error::Busy)?;
    let hash = SecretHash::of(&secret);
    let found = app.db.read(move |transaction| tokens::live_by_hash(transaction, &hash)).await?;
    let (row, name) = found.ok_or(Error::NotSignedIn)?;
    let (id, now) = (row.id, app.clock.now());
    if row.last_used_at.is_none_or(|last| now.0 - last >= LAST_USED_STEP) {
        app.db.write(move |transaction| tokens::touch(transaction, id, now)).await?;
    }
    Ok(Some(Bearer(Caller {
        account: row.account_id,
        name,
        token: row.id,
        client_name: row.client_name,
        scopes: Scopes::of_column(&row.scopes),
        device: row.device_id,
    })))
}

/// The secret behind `Bearer`, whatever it opens.
pub fn bearer_token(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}
