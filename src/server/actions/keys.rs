//! Replacing the key that signs for a local actor. Making a key takes a tenth of a second, so it is made before the
//! transaction; the first one comes with joining.

use super::{
    join::{self, NewActorKey},
    profiles,
};
use crate::{
    app::Moment,
    db::{
        Transaction,
        actors::{self, KeyRow},
    },
    error::{Error, Result},
    site::Site,
};

/// Puts a new key in the place of a local actor's present one. It gets an id of its own: whoever has the old key in a
/// cache meets an unknown id and fetches the actor again, whoever looks keys up by actor refetches when the old one fails,
/// and all are told.
///
/// # Errors
/// [`Error::NotFound`] when there is no such actor here.
pub fn rotate(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    actor_id: i64,
    key: NewActorKey,
) -> Result<()> {
    let actor = actors::find(transaction, actor_id)?.ok_or(Error::NotFound)?;
    let former = actors::keys_of(transaction, actor_id)?;
    if !actor.uri.starts_with(site.origin().as_str()) || former.is_empty() {
        return Err(Error::NotFound);
    }
    for key in former {
        actors::retire_key(transaction, key.id, moment.now)?;
    }
    let row = join::main_key(actor_id, moment, &actor.uri, key);
    let uri = format!("{}#key-{}", actor.uri, moment.name());
    actors::insert_key(transaction, &KeyRow { uri, ..row })?;
    profiles::changed(transaction, site, moment, actor_id)
}
