//! `POST /api/alcove/v1/join`: a client takes up an invitation and is signed in by it.

use actix_web::{HttpRequest, HttpResponse, web};
use alcove_protocol::api::{Join, join_statement};

use crate::{
    actions::{invite::Ticket, sessions},
    app::App,
    entrance::{self, JoinForm},
    error::Result,
    http::client_address,
    secret::SecretHash,
};

/// Makes the account; 201 with a token.
pub async fn join(app: web::Data<App>, request: HttpRequest, body: web::Json<Join>) -> Result<HttpResponse> {
    let Join { invitation, proof, name, display_name, password, client_name } = body.into_inner();
    let invitation = match proof {
        Some(proof) => {
            let statement = join_statement(&invitation, &app.site.origin(), &name);
            Ticket::Signed { id: invitation, statement, signature: proof.signature }
        }
        None => Ticket::Token(SecretHash::of(&invitation)),
    };
    let form = JoinForm { invitation, name, display_name, password };
    let site = app.site.clone();
    let network = client_address::network(&request, &app.config);
    let token = entrance::join(&app, network, form, move |transaction, moment, account| {
        sessions::issue_token(transaction, moment, &site, account, &client_name)
    });
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(token.await?))
}
