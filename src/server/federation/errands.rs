//! Errands under way: what is fetched from elsewhere because something has arrived, and what follows from it. Each is one
//! or a few fetches and then one transaction; what is to be done is decided in `actions/errands.rs`.

use alcove_protocol::{ActorId, activity::create::ObjectId, post::Visibility};

use super::{
    actors::{self, Missing},
    posts as foreign,
};
use crate::{
    actions::{
        desk::Desk,
        errands::{Boosted, Errand, Outcome},
        moved,
        posts::{
            arrive::{self, Arrival, MAX_DEPTH, Reason},
            changed, reactions,
        },
        shown_first::{self, MAX_FEATURED},
        writing::edit,
    },
    app::App,
    db::{
        actors::{self as table, ActorRow},
        posts, profiles,
    },
    error::{Error, Result},
};

/// The most answers to one post that are fetched at a time (S-54).
const MAX_REPLIES: usize = 50;

/// Does an errand.
pub async fn run(app: &App, errand: Errand) -> Outcome {
    let done = match errand {
        Errand::Post { post, depth } => post_at(app, &post, depth).await.map(drop),
        Errand::Edit { post } => edited(app, &post).await,
        Errand::Boost(boosted) => boost(app, boosted).await,
        Errand::Replies { collection } => replies(app, &collection).await,
        Errand::Featured { actor } => featured(app, &actor).await,
        Errand::Move { actor, target } => move_to(app, actor, target).await,
        Errand::Actor { actor } => actors::refresh(app, &actor).await.map(drop),
        Errand::Question { post } => question(app, post).await,
    };
    match done {
        Ok(()) => Outcome::Done,
        Err(Missing::Unreachable(_) | Missing::Ours(Error::Busy | Error::Unknown(_))) => Outcome::Later,
        Err(_) => Outcome::DeadEnd,
    }
}

/// Fetches a post unless it is here; its row where it is here then.
async fn post_at(app: &App, id: &ObjectId, depth: u32) -> Result<Option<i64>, Missing> {
    let uri = id.clone();
    let known = app.db.read(move |transaction| posts::by_uri(transaction, uri.as_str()));
    if let Some(known) = known.await.map_err(Missing::Ours)? {
        return Ok(Some(known.id));
    }
    let (post, author) = foreign::fetch(app, id).await?;
    let (site, moment) = (app.site.clone(), app.moment());
    let stored = app.db.write(move |transaction| {
        let reason = Reason::Fetched { depth };
        let (site, moment) = (&site, &moment);
        arrive::arrive(transaction, &Arrival { site, moment, author: &author, post: &post, reason })
    });
    stored.await.map_err(Missing::Ours)
}

async fn edited(app: &App, id: &ObjectId) -> Result<(), Missing> {
    let (post, author) = foreign::fetch(app, id).await?;
    let moment = app.moment();
    let changed = app.db.write(move |transaction| changed::changed(transaction, &moment, &author, &post));
    changed.await.map_err(Missing::Ours)
}

async fn boost(app: &App, boosted: Boosted) -> Result<(), Missing> {
    let Some(post) = post_at(app, &boosted.post, 0).await? else { return Ok(()) };
    let (site, moment) = (app.site.clone(), app.moment());
    let noted = app.db.write(move |transaction| {
        let booster = table::by_uri(transaction, &boosted.actor)?.filter(|row| row.gone_at.is_none());
        let (Some(booster), Some(post)) = (booster, posts::find(transaction, post)?) else { return Ok(()) };
        let visibility = posts::visibility_of(&boosted.visibility);
        reactions::boosted(transaction, &site, &moment, &booster, &boosted.id, visibility, &post)
    });
    noted.await.map_err(Missing::Ours)
}

/// What cannot be had of the answers is no reason to leave out the others.
async fn replies(app: &App, collection: &ObjectId) -> Result<(), Missing> {
    for id in foreign::ids_of(app, collection.as_str(), MAX_REPLIES).await? {
        if let Err(Missing::Ours(error)) = post_at(app, &id, MAX_DEPTH).await {
            tracing::debug!(%error, "an answer was not taken");
        }
    }
    Ok(())
}

async fn featured(app: &App, actor: &ActorId) -> Result<(), Missing> {
    let row = actors::known(app, actor).await?;
    let id = row.id;
    let profile = app.db.read(move |transaction| profiles::find(transaction, id)).await;
    let collection = profile.map_err(Missing::Ours)?.and_then(|profile| profile.featured);
    let Some(collection) = collection else { return Ok(()) };
    let mut shown = Vec::new();
    for id in foreign::ids_of(app, &collection, MAX_FEATURED).await? {
        shown.extend(post_at(app, &id, MAX_DEPTH).await.ok().flatten());
    }
    store_featured(app, row, shown).await.map_err(Missing::Ours)
}

/// Nobody shows the posts of others as their own (S-04).
async fn store_featured(app: &App, actor: ActorRow, shown: Vec<i64>) -> Result<()> {
    let moment = app.moment();
    let stored = app.db.write(move |transaction| {
        let rows = posts::find_many(transaction, &shown)?;
        let is_own = |id: &i64| {
            let visible = |visibility: Visibility| posts::FOR_EVERYBODY.contains(&visibility);
            rows.iter().any(|row| row.id == *id && row.actor_id == actor.id && visible(row.visibility()))
        };
        let own: Vec<i64> = shown.into_iter().filter(is_own).collect();
        shown_first::replace(transaction, &moment, &actor, &own)
    });
    stored.await
}

async fn move_to(app: &App, actor: ActorId, target: ActorId) -> Result<(), Missing> {
    if app.site.owns(&target) {
        actors::known(app, &target).await?;
    } else {
        actors::refresh(app, &target).await?;
    }
    let (site, moment) = (app.site.clone(), app.moment());
    let moved = app.db.write(move |transaction| moved::checked(transaction, &site, &moment, &actor, &target));
    moved.await.map(drop).map_err(Missing::Ours)
}

/// Tells everybody who has one of our questions how it stands.
async fn question(app: &App, post: i64) -> Result<(), Missing> {
    let (site, moment) = (app.site.clone(), app.moment());
    let told = app.db.write(move |transaction| match posts::find(transaction, post)? {
        Some(row) => edit::tell(transaction, &Desk::new(&site, &moment, row.actor_id), &row).map(drop),
        None => Ok(()),
    });
    told.await.map_err(Missing::Ours)
}
