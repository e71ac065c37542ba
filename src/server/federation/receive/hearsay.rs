//! What somebody says that somebody else has done, without a proof: replies that are passed on, relays, and lies. Nothing of it
//! is believed (S-18). It is a hint to look where the thing itself would be: what everybody may read and is said to be deleted is
//! deleted when its own server says that it is not there. Of what only some may read, that would prove nothing (S-23). What is
//! said to be new or changed is fetched a little later from where it belongs, if it would concern somebody here; see
//! `actions/hints.rs`.

use alcove_protocol::{
    ActorId,
    activity::{
        Activity,
        create::ObjectId,
        delete::{self, Delete, Deleted},
    },
};

use super::{Door, Intake, handle};
use crate::{
    actions::{
        errands::{self, Haste},
        hints::{self, Hint},
    },
    app::App,
    db::{actors as table, posts},
    error::{Error, Result},
    federation::{
        actors::{self, Missing},
        retrieve,
        verify::Verified,
    },
};

/// Takes a hint.
///
/// # Errors
/// `signer-not-actor` (403) for what nobody passes on; [`Error::Busy`] and [`Error::TooMany`] when the server concerned could
/// not be asked now.
pub(super) async fn receive(app: &App, verified: Verified, activity: &Activity) -> Result<()> {
    match activity.kind.as_str() {
        "Create" | "Update" => news(app, verified, activity).await,
        "Announce" => taken(app, verified).await,
        "Delete" => deletion(app, verified, activity).await,
        _ => {
            let sentence =
                "Expected an activity whose actor is the one who signed the request, or with its proof.";
            Err(Error::refused("signer-not-actor", 403, sentence))
        }
    }
}

/// Sends for what is said to be there, or to be otherwise than it is here.
async fn news(app: &App, verified: Verified, activity: &Activity) -> Result<()> {
    let Some(hint) = Hint::of(&app.site, activity) else { return taken(app, verified).await };
    let (origin, looked) = (hint.post.origin(), hint);
    let errand = app.db.read(move |transaction| hints::errand(transaction, &looked)).await?;
    let Some(errand) = errand else { return taken(app, verified).await };
    retrieve::expect_allowance(app, &origin, verified.from())?;
    let moment = app.moment();
    let sent = app.db.write(move |transaction| {
        verified.accept(transaction, &moment)?;
        errands::send(transaction, &moment, &errand, Haste::Soon)
    });
    sent.await
}

/// Notes that a request was taken, and nothing else.
pub(super) async fn taken(app: &App, verified: Verified) -> Result<()> {
    let moment = app.moment();
    app.db.write(move |transaction| verified.accept(transaction, &moment)).await
}

async fn deletion(app: &App, verified: Verified, activity: &Activity) -> Result<()> {
    let Ok(Delete { actor, object, .. }) = Delete::parse(activity) else { return taken(app, verified).await };
    if app.site.owns(&actor) {
        return taken(app, verified).await;
    }
    match object {
        Deleted::Actor => farewell(app, &verified, &actor).await?,
        Deleted::Object(object) => {
            if is_public(app, &actor, &object).await? && is_gone(app, &verified, &object).await? {
                return apply(app, verified, actor, object).await;
            }
        }
    }
    taken(app, verified).await
}

/// Looks whether an actor whom we know is gone; the look itself writes that down.
async fn farewell(app: &App, verified: &Verified, actor: &ActorId) -> Result<()> {
    let id = actor.clone();
    let known = app.db.read(move |transaction| table::by_uri(transaction, &id)).await?;
    if known.is_none_or(|row| row.gone_at.is_some())
        || actors::renewed(app, actor).await.is_ok_and(|row| row.is_some())
    {
        return Ok(());
    }
    retrieve::expect_allowance(app, &actor.origin(), verified.from())?;
    match actors::refresh(app, actor).await {
        Err(missing @ (Missing::Unreachable(_) | Missing::Ours(_))) => Err(missing.into()),
        _ => Ok(()),
    }
}

/// Says whether we have a post by that author which everybody may read.
async fn is_public(app: &App, actor: &ActorId, object: &ObjectId) -> Result<bool> {
    let (actor, id) = (actor.clone(), object.clone());
    let row = app.db.read(move |transaction| {
        let Some(author) = table::by_uri(transaction, &actor)? else { return Ok(None) };
        Ok(posts::by_uri(transaction, id.as_str())?.filter(|post| post.actor_id == author.id))
    });
    Ok(row.await?.is_some_and(|post| posts::FOR_EVERYBODY.contains(&post.visibility())))
}

async fn is_gone(app: &App, verified: &Verified, object: &ObjectId) -> Result<bool> {
    retrieve::expect_allowance(app, &object.origin(), verified.from())?;
    match retrieve::document(app, object.as_str()).await {
        Err(Missing::Gone | Missing::Absent) => Ok(true),
        Err(missing @ (Missing::Unreachable(_) | Missing::Ours(_))) => Err(missing.into()),
        Ok(_) | Err(Missing::Denied | Missing::Unusable(_)) => Ok(false),
    }
}

/// Deletes as if the author had said so; of what was said nothing is kept.
async fn apply(app: &App, verified: Verified, actor: ActorId, object: ObjectId) -> Result<()> {
    let (site, moment) = (app.site.clone(), app.moment());
    let id = format!("{object}#delete").parse().map_err(Error::unknown)?;
    let document = delete::build(&id, &actor, &object, &[], moment.now);
    let activity = Activity::parse(document).map_err(Error::unknown)?;
    let deleted = app.db.write(move |transaction| {
        verified.accept(transaction, &moment)?;
        let (moment, door) = (&moment, Door::Shared);
        handle(transaction, &Intake { site: &site, moment, activity: &activity, audience: &[], door })
    });
    deleted.await
}
