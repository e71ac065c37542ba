//! The inboxes: `POST /users/{account}/inbox` and the shared `POST /inbox` (ActivityPub section 7). 202 means that it is on
//! disk and done.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};
use alcove_protocol::{activity::Activity, json};

use super::signed;
use crate::{
    app::App,
    error::{Error, Result},
    federation::{
        receive::{self, Door},
        verify,
    },
    http::client_address::network,
};

/// `POST /users/{account}/inbox`.
pub async fn personal(
    app: Data<App>,
    account: Path<i64>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    take(&app, &request, payload, Door::Personal(account.into_inner())).await
}

/// `POST /inbox`.
pub async fn shared(app: Data<App>, request: HttpRequest, payload: Payload) -> Result<HttpResponse> {
    take(&app, &request, payload, Door::Shared).await
}

/// What is cheap to refuse is refused first: size and type, then the claim of the signature, then the document, and only
/// then is a key looked for.
async fn take(app: &App, request: &HttpRequest, payload: Payload, door: Door) -> Result<HttpResponse> {
    let incoming = signed::read(request, payload.into_inner()).await?;
    let claim = verify::claim(app, &incoming)?;
    let activity = read(&incoming.body)?;
    if receive::is_farewell_of_stranger(app, &activity).await? {
        return Ok(HttpResponse::Accepted().finish());
    }
    let verified = verify::verify(app, &claim, network(request, &app.config)).await?;
    receive::receive(app, verified, activity, door).await?;
    Ok(HttpResponse::Accepted().finish())
}

fn read(body: &[u8]) -> Result<Activity> {
    let document =
        json::parse(body).map_err(|error| Error::refused("json", 400, sentence(&error.to_string())))?;
    Activity::parse(document).map_err(receive::refused)
}

fn sentence(expected: &str) -> String {
    format!("This could not be read: {expected}.")
}
