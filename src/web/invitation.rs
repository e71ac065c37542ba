//! The link of an invitation, as somebody opened it in the browser: what the server may know of it, and what shows that its
//! secret is known. What the two devices prove to each other is the business of `alcove_client`.

use alcove_client::{Command, InvitationLink};
use alcove_protocol::{api::OpenInvitation, json};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;

/// `{id, proves}` of a link, as JSON.
#[wasm_bindgen(js_name = readLink)]
pub fn read_link(link: &str) -> Result<String, Failure> {
    let link = parse(link)?;
    Ok(json!({"id": link.id(), "proves": link.proves()}).to_string())
}

/// What lets somebody of this name join by the link, as JSON; nothing if it has no secret.
#[wasm_bindgen(js_name = joinProof)]
pub fn join_proof(link: &str, name: &str) -> Result<Option<String>, Failure> {
    let proof = parse(link)?.signature(name)?;
    Ok(proof.map(|proof| serde_json::to_string(&proof)).transpose()?)
}

/// The link, and what the server said of it before it was used up.
#[derive(Deserialize)]
struct TakenUp {
    link: String,
    offer: OpenInvitation,
}

/// What a new device is told before anything else.
pub fn take_up(arguments: &str) -> Result<Command, Failure> {
    let TakenUp { link, offer } = json::read(arguments)?;
    Ok(Command::TakeUpInvitation { link: parse(&link)?, offer: Box::new(offer) })
}

fn parse(link: &str) -> Result<InvitationLink, Failure> {
    InvitationLink::parse(link).map_err(|_| Failure::new("no-invitation"))
}
