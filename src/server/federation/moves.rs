//! Moving elsewhere, as far as it needs the network: the other account is fetched just now, so that what it says of this
//! one is not old (S-17). What a move does is decided in `actions/moves.rs`.

use super::{
    actors,
    lookup::{self, Sought},
};
use crate::{
    actions::{desk::Desk, moves, outbox::Sent},
    app::App,
    error::Result,
};

/// Moves an account of ours to another one. The person has proved to be the owner by password; that is for the caller.
///
/// # Errors
/// Those of looking the other one up, and of [`moves::go`].
pub async fn go(app: &App, account: i64, target: Sought) -> Result<Sent> {
    let target = lookup::find(app, target).await?.id;
    if !app.site.owns(&target) {
        actors::refresh(app, &target).await?;
    }
    let (site, moment) = (app.site.clone(), app.moment());
    app.db
        .write(move |transaction| moves::go(transaction, &Desk::new(&site, &moment, account), &target))
        .await
}
