//! What time brings: key packages and epochs grow old, approvals are looked at, wishes become due, held messages are
//! dropped. Cheap when nothing is due.

use crate::{
    conversation::{self, Standing, hold},
    error::Error,
    key_packages, pairing,
    turn::Turn,
};

/// One tick.
pub(crate) fn tick(turn: &mut Turn<'_>) -> Result<(), Error> {
    key_packages::upkeep(turn)?;
    pairing::upkeep(turn)?;
    hold::upkeep(turn);
    for mut known in conversation::all(&turn.provider.store)? {
        if known.standing != Standing::Over {
            conversation::tick(turn, &mut known)?;
        }
    }
    Ok(())
}
