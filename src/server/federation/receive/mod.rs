//! What is done with the activities that arrive, one file for each type. Everything happens in one transaction before the
//! answer: what was answered 202 is on disk, what failed left nothing. Unknown activities are taken and forgotten;
//! properties that we do not know are kept (trap T9).

mod accept;
mod add;
mod announce;
mod block;
mod create;
mod delete;
mod flag;
mod follow;
mod hearsay;
mod like;
mod moved;
mod reject;
mod remove;
mod undo;
mod update;

use std::collections::BTreeSet;

use alcove_protocol::{
    ActorId,
    activity::{Activity, InvalidActivity, delete::Delete, delete::Deleted},
    post::Post,
};

use super::{authority, verify::Verified};
use crate::{
    actions::{
        hidden,
        posts::arrive::{self, Arrival, Reason},
    },
    app::{App, Moment},
    db::{
        Transaction, accounts,
        actors::{self, ActorRow},
    },
    error::{Error, Result},
    fail_point::{self, FailPoint},
    site::Site,
};

/// The most addresses that one activity may name (S-54).
const MAX_AUDIENCE: usize = 1_000;

/// By which inbox something came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// That of one account: it is for that account, whether `to` says so or not (trap T11).
    Personal(i64),
    /// The shared one: it is for whoever of ours is named.
    Shared,
}

/// An activity under way, with all that handling it needs.
struct Intake<'a> {
    site: &'a Site,
    moment: &'a Moment,
    activity: &'a Activity,
    /// Everybody to whom it or what it creates is addressed, hidden recipients included.
    audience: &'a [String],
    door: Door,
}

/// Takes an activity in.
///
/// # Errors
/// When nothing but the sender's word says that it is its actor's, and it is of a kind that nobody passes on; when it acts on
/// what is somebody else's (S-04); when it cannot be read.
pub async fn receive(app: &App, verified: Verified, mut activity: Activity, door: Door) -> Result<()> {
    if app.federation.blocked.cover_id(&activity.actor) {
        // Whoever passes it on is not blocked, and has nothing to learn from it.
        return hearsay::taken(app, verified).await;
    }
    let audience: Vec<String> = activity.audience_with_object().into_iter().map(str::to_owned).collect();
    if audience.len() > MAX_AUDIENCE {
        return Err(refused(InvalidActivity::Limit));
    }
    let Some(authority) = authority::of(app, &verified, &activity).await? else {
        return hearsay::receive(app, verified, &activity).await;
    };
    hidden::strip(&mut activity.document);
    fail_point::reach(FailPoint::ReceivedBeforeProcessing);
    let (site, moment) = (app.site.clone(), app.moment());
    let received = app.db.write(move |transaction| {
        verified.accept(transaction, &moment)?;
        if authority.is_repeat(transaction, &activity, moment.now)? {
            return Ok(());
        }
        let intake = Intake { site: &site, moment: &moment, activity: &activity, audience: &audience, door };
        handle(transaction, &intake)
    });
    received.await
}

fn handle(transaction: &mut Transaction<'_>, intake: &Intake<'_>) -> Result<()> {
    if let Door::Personal(account) = intake.door {
        accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
    }
    match intake.activity.kind.as_str() {
        "Follow" => follow::receive(transaction, intake),
        "Accept" => accept::receive(transaction, intake),
        "Reject" => reject::receive(transaction, intake),
        "Undo" => undo::receive(transaction, intake),
        "Create" => create::receive(transaction, intake),
        "Delete" => delete::receive(transaction, intake),
        "Update" => update::receive(transaction, intake),
        "Announce" => announce::receive(transaction, intake),
        "Like" | "EmojiReact" => like::receive(transaction, intake),
        "Block" => block::receive(transaction, intake),
        "Flag" => flag::receive(transaction, intake),
        "Move" => moved::receive(transaction, intake),
        "Add" => add::receive(transaction, intake),
        "Remove" => remove::receive(transaction, intake),
        _ => Ok(()),
    }
}

/// Says whether an activity is the farewell of an actor whom we never met. It is answered 202 without a look at the
/// signature: the key is often gone already, and others send such a Delete to everybody (FEDERATION.md 1.1).
///
/// # Errors
/// When the database cannot be asked.
pub async fn is_farewell_of_stranger(app: &App, activity: &Activity) -> Result<bool> {
    let farewell = Delete::parse(activity).is_ok_and(|delete| delete.object == Deleted::Actor);
    if !farewell {
        return Ok(false);
    }
    let actor = activity.actor.clone();
    Ok(app.db.read(move |transaction| actors::by_uri(transaction, &actor)).await?.is_none())
}

impl Intake<'_> {
    /// The accounts that the activity is for. That of a personal inbox is known to be there.
    fn receivers(&self, transaction: &mut Transaction<'_>) -> Result<Vec<i64>> {
        if let Door::Personal(account) = self.door {
            return Ok(vec![account]);
        }
        Ok(self.named(transaction)?.into_iter().collect())
    }

    /// The accounts here that stand in its addresses.
    fn named(&self, transaction: &mut Transaction<'_>) -> Result<BTreeSet<i64>> {
        let named = self.audience.iter().filter_map(|id| self.site.account_of(&ActorId::parse(id).ok()?));
        accounts::among(transaction, &named.collect::<Vec<i64>>())
    }

    /// Takes in a post that its author has sent.
    fn post(&self, transaction: &mut Transaction<'_>, author: &ActorRow, post: &Post) -> Result<()> {
        let named = self.named(transaction)?;
        let door = match self.door {
            Door::Personal(account) => Some(account),
            Door::Shared => None,
        };
        let reason = Reason::Sent { named: &named, door };
        let arrival = Arrival { site: self.site, moment: self.moment, author, post, reason };
        arrive::arrive(transaction, &arrival).map(drop)
    }

    /// Who acts, as known here. Whoever has signed is: their key was looked up.
    fn actor(&self, transaction: &mut Transaction<'_>) -> Result<ActorRow> {
        actors::by_uri(transaction, &self.activity.actor)?.ok_or(Error::Busy)
    }
}

/// Goes on with what could be read. What does not fit its type is not ours to understand and is forgotten like an unknown
/// activity; what claims the things of others (S-04), and what is too much, is refused.
fn understood<T>(parsed: Result<T, InvalidActivity>) -> Result<Option<T>> {
    match parsed {
        Ok(value) => Ok(Some(value)),
        Err(InvalidActivity::Object | InvalidActivity::Type) => Ok(None),
        Err(invalid) => Err(refused(invalid)),
    }
}

/// The refusal of an activity that cannot be handled.
pub fn refused(invalid: InvalidActivity) -> Error {
    let status = if invalid == InvalidActivity::Owner { 403 } else { 400 };
    Error::refused("activity", status, format!("This activity was not taken: {invalid}."))
}
