//! `GET` and `POST /oauth/authorize`: a person is asked whether an app may act for them (RFC 6749 section 4.1.1, PKCE
//! required, RFC 9207 `iss`). Until the address that answers go to is known to be the client's, no answer leaves for it:
//! the person sees a page instead.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    actions::{
        oauth::{self, Consent},
        redirects,
        scopes::{Scope, Scopes},
    },
    db::oauth::ClientRow,
    error::{Error, Result},
    http::pages::visitor::{Form, Visitor},
};

/// The longest `state` that is echoed, in bytes.
const MAX_STATE: usize = 2_000;

/// The request, in the query and again in the form.
#[derive(Clone, Deserialize, Serialize)]
pub struct Request {
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    code_challenge: String,
    #[serde(default)]
    code_challenge_method: String,
}

/// The form: the request, and what the person said to it.
#[derive(Deserialize)]
pub struct Decision {
    #[serde(flatten)]
    request: Request,
    #[serde(default)]
    decision: String,
}

/// A refusal that the client is told, with its word.
struct Refused(&'static str, String);

/// Asks, after signing in if need be.
pub async fn show(
    visitor: Visitor,
    request: HttpRequest,
    query: web::Query<Request>,
) -> Result<HttpResponse> {
    let asked = query.into_inner();
    let client = client(&visitor, &asked).await?;
    let consent = match consent(&client, &asked) {
        Ok(consent) => consent,
        Err(refused) => return refuse(&visitor, &asked, &refused),
    };
    if visitor.session.is_none() {
        let here = format!("{}?{}", request.path(), request.query_string());
        return Ok(visitor.redirect(&redirects::with_parameters("/signin", &[("next", &here)])));
    }
    page(&visitor, &client, &asked, &consent)
}

/// Takes the answer: a code, or a refusal, to the address of the client.
pub async fn decide(form: Form<Decision>) -> Result<HttpResponse> {
    let Form { visitor, fields } = form;
    let account = visitor.signed_in()?.account;
    let asked = fields.request;
    let client = client(&visitor, &asked).await?;
    let consent = match consent(&client, &asked) {
        Ok(consent) => consent,
        Err(refused) => return refuse(&visitor, &asked, &refused),
    };
    if fields.decision != "allow" {
        let refused = Refused("access_denied", "The person did not allow it.".into());
        return refuse(&visitor, &asked, &refused);
    }
    let moment = visitor.app.moment();
    let given =
        visitor.app.db.write(move |transaction| oauth::consent(transaction, &moment, account, &consent));
    let code = given.await?;
    if asked.redirect_uri == redirects::OUT_OF_BAND {
        return visitor.page(StatusCode::OK, "code.html", json!({"client": client.name, "code": code}));
    }
    Ok(answer(&visitor, &asked, &[("code", &code)]))
}

/// The client, whose address is known to be its own.
async fn client(visitor: &Visitor, asked: &Request) -> Result<ClientRow> {
    let client_id = asked.client_id.clone();
    let client = visitor.app.db.read(move |transaction| oauth::client(transaction, &client_id)).await?;
    if redirects::is_registered(&client.redirect_uris, &asked.redirect_uri) {
        return Ok(client);
    }
    Err(Error::refused(
        "invalid-redirect-uri",
        400,
        "This app asks for an answer to an address that it has not registered. Nothing was sent there.",
    ))
}

fn consent(client: &ClientRow, asked: &Request) -> std::result::Result<Consent, Refused> {
    let refused = |word, sentence: &str| Err(Refused(word, sentence.to_owned()));
    if asked.response_type != "code" {
        return refused("unsupported_response_type", "expected response_type=code");
    }
    if asked.state.len() > MAX_STATE {
        return refused("invalid_request", "state: expected at most 2000 bytes");
    }
    let is_digest = asked.code_challenge.len() == 43
        && asked
            .code_challenge
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if asked.code_challenge_method != "S256" || !is_digest {
        return refused("invalid_request", "expected a code_challenge with code_challenge_method=S256");
    }
    let words = if asked.scope.trim().is_empty() { "read" } else { &asked.scope };
    let scopes = Scopes::parse(words).map_err(|error| Refused("invalid_scope", error.to_string()))?;
    if !Scopes::of_column(&client.scopes).cover(&scopes) {
        return refused("invalid_scope", "expected no more scopes than the app has registered");
    }
    Ok(Consent {
        client: client.id,
        redirect_uri: asked.redirect_uri.clone(),
        scopes,
        challenge: asked.code_challenge.clone(),
    })
}

fn page(visitor: &Visitor, client: &ClientRow, asked: &Request, consent: &Consent) -> Result<HttpResponse> {
    let sentences: Vec<String> = consent.scopes.words().iter().map(|word| sentence(word)).collect();
    let fields: Vec<Value> = match serde_json::to_value(asked).map_err(Error::unknown)? {
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
        }
        _ => Vec::new(),
    };
    let target = redirects::form_target(&asked.redirect_uri);
    let shown = target.clone().unwrap_or_else(|| "a page that shows you a code".into());
    let context = json!({
        "client": client.name,
        "website": client.website,
        "sentences": sentences,
        "sealed": consent.scopes.allow(Scope::Messages) || consent.scopes.allow(Scope::Devices),
        "target": shown,
        "fields": fields,
    });
    visitor.page_with_form_to(StatusCode::OK, "authorize.html", context, target.as_deref())
}

fn sentence(word: &str) -> String {
    match word.split_once(':') {
        Some(("read", part)) => format!("Read your {part}."),
        Some((_, part)) => format!("Change your {part}."),
        None => Scope::parse(word).map_or_else(String::new, |scope| scope.sentence().to_owned()),
    }
}

fn refuse(visitor: &Visitor, asked: &Request, Refused(word, sentence): &Refused) -> Result<HttpResponse> {
    if asked.redirect_uri == redirects::OUT_OF_BAND {
        return Err(Error::invalid(sentence));
    }
    Ok(answer(visitor, asked, &[("error", word), ("error_description", sentence)]))
}

fn answer(visitor: &Visitor, asked: &Request, parameters: &[(&str, &str)]) -> HttpResponse {
    let issuer = visitor.app.site.url("");
    let mut all = parameters.to_vec();
    if !asked.state.is_empty() && asked.state.len() <= MAX_STATE {
        all.push(("state", &asked.state));
    }
    all.push(("iss", &issuer));
    visitor.redirect(&redirects::with_parameters(&asked.redirect_uri, &all))
}
