//! What pages and API do alike with conversations that are not encrypted.

use alcove_protocol::{ActorId, post::Visibility};

use crate::{
    actions::{
        desk::Desk,
        writing::{self, Body, Draft},
    },
    app::App,
    db::{Transaction, letters},
    error::Result,
    federation::mentions,
    site::Site,
};

/// How many conversations, and letters of one, are shown at once.
pub const PER_PAGE: usize = 30;

/// Everybody but the account that has a part in a conversation.
///
/// # Errors
/// When the database fails.
pub fn others(
    transaction: &mut Transaction<'_>,
    site: &Site,
    account: i64,
    conversation: i64,
) -> Result<Vec<ActorId>> {
    let own = site.actor(account);
    let mut others = letters::members(transaction, conversation)?;
    others.retain(|id| *id != own);
    Ok(others)
}

/// Says something to people, in answer to a post or not; the row id of what was said.
///
/// # Errors
/// As [`mentions::resolve`] and [`writing::publish`], `plain-refused` among them.
pub async fn say(
    app: &App,
    account: i64,
    text: &str,
    recipients: Vec<ActorId>,
    in_reply_to: Option<i64>,
) -> Result<i64> {
    let mentions = mentions::resolve(app, text).await?;
    let draft = Draft {
        body: Body::Typed(text.to_owned(), mentions),
        recipients,
        in_reply_to,
        ..Draft::of_text("", Visibility::Direct)
    };
    let (site, moment) = (app.site.clone(), app.moment());
    let written = app
        .db
        .write(move |transaction| writing::publish(transaction, &Desk::new(&site, &moment, account), &draft));
    Ok(written.await?.post)
}
