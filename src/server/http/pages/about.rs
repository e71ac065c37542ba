//! `/about`: who runs this place, what it does with private messages and since when, and with what software. It names the
//! people who run it and nobody else.

use actix_web::{HttpResponse, http::StatusCode};
use alcove_protocol::Timestamp;
use serde_json::{Value, json};

use super::{settings::day, views::load, visitor::Visitor};
use crate::{
    actions::policy,
    config::Policy,
    db::{accounts, policy_changes},
    error::Result,
};

/// `GET /about`
pub async fn show(visitor: Visitor) -> Result<HttpResponse> {
    let reader = visitor.reader();
    let (people, policy, changes) = visitor
        .app
        .db
        .read(move |transaction| {
            let ids = accounts::operators(transaction)?;
            let people = load::people(transaction, &reader, &ids)?;
            Ok((people, policy::current(transaction)?, policy_changes::all(transaction)?))
        })
        .await?;
    let changes: Vec<Value> = changes.iter().map(|(policy, at)| change(policy, *at)).collect();
    let context = json!({
        "people": people,
        "policy": sentence(policy),
        "changes": changes,
        "version": env!("CARGO_PKG_VERSION"),
    });
    visitor.page(StatusCode::OK, "about.html", context)
}

fn change(policy: &str, at: Timestamp) -> Value {
    let sentence = match Policy::parse(policy) {
        Some(known) => sentence(known),
        None => policy,
    };
    json!({"time": at, "day": day(at), "sentence": sentence})
}

/// The policy for private messages in one sentence (EXPERIENCE.md section 2).
fn sentence(policy: Policy) -> &'static str {
    match policy {
        Policy::Off => {
            "Private messages are not encrypted: the operators of the servers involved can read them."
        }
        Policy::Allowed => "Private messages can be end-to-end encrypted; whatever is not says so.",
        Policy::Default => {
            "Private messages are end-to-end encrypted where everybody concerned can have them so; whatever is not says so."
        }
        Policy::Required => "Private messages are end-to-end encrypted, or not sent at all.",
    }
}
