//! `GET /api/alcove/v1/server`: what this server says about itself to everybody, as `/about` does on a page.

use actix_web::{HttpResponse, http::header, web::Data};
use alcove_protocol::{
    api::{INLINE_BYTES, Limits, Server},
    mls::MAX_MLS_BYTES,
};

use super::people::persons;
use crate::{
    actions::{devices::MAX_DEVICES, passwords, policy, writing},
    app::App,
    config::Config,
    db::{accounts, policy_changes, shown},
    error::Result,
    http::pages::views::Reader,
};

/// `GET {SERVER}`
pub async fn show(app: Data<App>) -> Result<HttpResponse> {
    let (reader, config, site) = (Reader::new(&app, None), app.config.clone(), app.site.clone());
    let found = app.db.read(move |transaction| {
        let operators: Vec<i64> = accounts::operators(transaction)?;
        let rows = shown::actors(transaction, &operators)?;
        let changes = policy_changes::all(transaction)?;
        Ok(Server {
            name: config.server.name.clone(),
            domain: site.handle_domain.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            app: reader.app.bundle.hash().map(str::to_owned),
            operators: persons(transaction, &reader, &rows)?,
            policy: policy::current(transaction)?.as_str().to_owned(),
            policy_since: changes.first().map(|(_, since)| *since),
            limits: limits(&config),
        })
    });
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=60")).json(found.await?))
}

fn limits(config: &Config) -> Limits {
    Limits {
        inline_bytes: INLINE_BYTES,
        blob_bytes: Some(config.media.blob_bytes),
        message_bytes: MAX_MLS_BYTES as u64,
        letter_characters: writing::MAX_LENGTH as u64,
        password_characters: passwords::MIN_LENGTH as u64,
        devices: MAX_DEVICES as u64,
    }
}
