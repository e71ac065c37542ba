//! A `Like` arrives, or a reaction with an emoji, which is read as one.

use alcove_protocol::activity::like::Like;

use super::{Intake, understood};
use crate::{actions::posts::reactions, db::Transaction, error::Result};

/// Notes it of posts of people here.
pub(super) fn receive(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    let Some(like) = understood(Like::parse(intake.activity))? else { return Ok(()) };
    let liker = intake.actor(transaction)?;
    reactions::liked(transaction, intake.moment, &liker, &like)
}
