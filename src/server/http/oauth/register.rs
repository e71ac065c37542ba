//! `POST /oauth/register` (RFC 7591): any program may register, so it is bounded in size and in number.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::error::Refusal;
use crate::{
    actions::{
        oauth::{self, Registration, Secrecy},
        scopes::Scopes,
    },
    app::App,
    http::client_address,
};

/// The largest registration, in bytes.
const MAX_REGISTRATION: usize = 32 * 1_024;

/// What we read of the metadata; what we do not know is ignored, as section 2 says.
#[derive(Deserialize)]
struct Metadata {
    redirect_uris: Vec<String>,
    #[serde(default)]
    client_name: Option<String>,
    #[serde(default)]
    client_uri: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    grant_types: Option<Vec<String>>,
    #[serde(default)]
    response_types: Option<Vec<String>>,
}

/// 201 with the client's id, and its secret if it asked for one.
pub async fn register(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Refusal> {
    let invalid = |expected: &str| Refusal::new("invalid_client_metadata", expected);
    app.entrance.registrations.take(&client_address::network(&request, &app.config), app.clock.now())?;
    if body.len() > MAX_REGISTRATION {
        return Err(invalid("expected at most 32 KiB"));
    }
    let metadata: Metadata = serde_json::from_slice(&body).map_err(|error| invalid(&error.to_string()))?;
    let (method, secrecy) = match metadata.token_endpoint_auth_method.as_deref() {
        Some("none") => ("none", Secrecy::Public),
        None | Some("client_secret_basic") => ("client_secret_basic", Secrecy::Confidential),
        Some("client_secret_post") => ("client_secret_post", Secrecy::Confidential),
        Some(_) => {
            return Err(invalid(
                "token_endpoint_auth_method: expected none, client_secret_basic or client_secret_post",
            ));
        }
    };
    let is_offered = |list: &Option<Vec<String>>, ours: &str| {
        list.as_ref().is_none_or(|list| list.iter().any(|it| it == ours))
    };
    if !is_offered(&metadata.grant_types, "authorization_code")
        || !is_offered(&metadata.response_types, "code")
    {
        return Err(invalid("expected grant_types with authorization_code and response_types with code"));
    }
    let scopes = Scopes::parse(metadata.scope.as_deref().unwrap_or("read"))?;
    let uris = metadata.redirect_uris.clone();
    let registration = Registration {
        name: metadata.client_name.unwrap_or_else(|| "An app without a name".into()),
        redirect_uris: metadata.redirect_uris,
        scopes,
        website: metadata.client_uri,
        secrecy,
    };
    let moment = app.moment();
    let (row, secret) =
        app.db.write(move |transaction| oauth::register(transaction, &moment, registration)).await?;
    let mut answer = json!({
        "client_id": row.client_id,
        "client_id_issued_at": alcove_protocol::Timestamp(row.created_at).seconds(),
        "client_name": row.name,
        "client_uri": row.website,
        "redirect_uris": uris,
        "scope": row.scopes,
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    });
    if let Some(secret) = secret {
        answer["client_secret"] = secret.into();
        answer["client_secret_expires_at"] = 0.into();
    }
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(answer))
}
