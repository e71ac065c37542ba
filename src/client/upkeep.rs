//! What time brings: key packages and epochs grow old, approvals are looked at, wishes become due, held messages are
//! dropped. Cheap when nothing is due.

use crate::{
    conversation::{self, Conversation, Standing, hold},
    error::Error,
    invitation, key_packages, pairing,
    turn::Turn,
};

/// One tick.
pub(crate) fn tick(turn: &mut Turn<'_>) -> Result<(), Error> {
    key_packages::upkeep(turn)?;
    pairing::upkeep(turn)?;
    invitation::upkeep(turn)?;
    hold::upkeep(turn);
    // Each is read when its turn comes: the one before may have written into it.
    for key in turn.provider.store.keys(conversation::CONVERSATIONS) {
        let known: Option<Conversation> = turn.provider.store.get(&key)?;
        if let Some(mut known) = known.filter(|known| known.standing != Standing::Over) {
            conversation::tick(turn, &mut known)?;
        }
    }
    Ok(())
}
