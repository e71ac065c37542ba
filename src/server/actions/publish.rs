//! What people here do in the open through their outbox (ActivityPub section 6): notes, follows, their answers and their
//! ends. Sealed things are in `outbox.rs`, key packages in `key_packages.rs`. Each activity is stored as it is sent.

use alcove_protocol::{
    ActivityId, ActorId,
    activity::{
        self, Activity, InvalidActivity, accept,
        create::ObjectId,
        delete,
        follow::{AnsweredFollow, Follow},
        reject,
        undo::{self, Undo},
    },
    context, json as read,
    post::{Post, PostKind},
};
use serde_json::{Map, Value, json};

use super::outbox::{self, Sent};
use crate::{
    app::Moment,
    db::{
        Transaction, accounts, actors,
        envelopes::{self, Audience, Kind, NewEnvelope},
        follows::{self, FollowState},
        objects::{self, Known},
    },
    error::{Error, Result},
    site::Site,
};

/// What is sent, and to whom.
struct Outgoing {
    id: ActivityId,
    document: Value,
    kind: Kind,
    recipients: Vec<ActorId>,
}

/// Everything that doing something in the open needs.
struct Desk<'a> {
    site: &'a Site,
    moment: &'a Moment,
    account: i64,
    actor: ActorId,
    id: ActivityId,
}

/// Does what an activity says, stores it, and sends it to whom it concerns.
///
/// # Errors
/// `unsupported-activity`; `activity` with what was expected of one that is supported; [`Error::NotFound`] when it is
/// about something that is not there.
pub fn publish(
    transaction: &mut Transaction<'_>,
    site: &Site,
    moment: &Moment,
    account: i64,
    document: Value,
) -> Result<Sent> {
    let (actor, id) = (site.actor(account), site.activity(&moment.name()));
    let desk = Desk { site, moment, account, actor, id };
    let activity = desk.stamped(document)?;
    let outgoing = match activity.kind.as_str() {
        "Create" => desk.create(transaction, activity)?,
        "Delete" => desk.delete(transaction, &activity)?,
        "Follow" => desk.follow(transaction, &activity)?,
        "Undo" => desk.undo(transaction, &activity)?,
        "Accept" | "Reject" => desk.answer(transaction, &activity)?,
        _ => {
            let expected = "Expected Create, Delete, Follow, Undo, Accept or Reject.";
            return Err(Error::refused("unsupported-activity", 422, expected));
        }
    };
    desk.send(transaction, outgoing)
}

fn refused(invalid: InvalidActivity) -> Error {
    Error::refused("activity", 422, format!("This was not taken: {invalid}."))
}

/// The most posts on one page of an outbox.
const PAGE: i64 = 20;
/// Once a page holds so many bytes it ends, unless it is empty.
const PAGE_BYTES: usize = 1 << 20;

/// The public posts of an account before a row of its outbox, newest first, each with its row. Everybody may ask, so a page
/// costs what it shows, however much was sent to certain people only.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub fn public_posts(
    transaction: &mut Transaction<'_>,
    account: i64,
    before: i64,
) -> Result<Vec<(i64, Value)>> {
    accounts::find(transaction, account)?.ok_or(Error::NotFound)?;
    let (mut posts, mut bytes) = (Vec::new(), 0);
    for (row, document) in envelopes::sent_publicly(transaction, account, before, PAGE)? {
        bytes += document.len();
        if bytes > PAGE_BYTES && !posts.is_empty() {
            break;
        }
        posts.push((row, serde_json::from_str(&document).map_err(Error::unknown)?));
    }
    Ok(posts)
}

impl Desk<'_> {
    /// The activity with our id, actor and time.
    fn stamped(&self, document: Value) -> Result<Activity> {
        let Value::Object(mut members) = document else { return Err(refused(InvalidActivity::Type)) };
        members.entry("@context").or_insert_with(context::plain);
        members.insert("id".into(), json!(self.id));
        members.insert("actor".into(), json!(self.actor));
        members.insert("published".into(), json!(self.moment.now));
        Activity::parse(Value::Object(members)).map_err(refused)
    }

    fn create(&self, transaction: &mut Transaction<'_>, activity: Activity) -> Result<Outgoing> {
        let mut document = activity.document;
        let Some(Value::Object(mut object)) = document.get("object").cloned() else {
            return Err(refused(InvalidActivity::Object));
        };
        object.insert("id".into(), json!(self.site.object(&self.moment.name())));
        object.insert("published".into(), document["published"].clone());
        object.entry("attributedTo").or_insert_with(|| json!(self.actor));
        let addresses = audience(&mut document, &mut object);
        document["object"] = Value::Object(object);
        let post = Post::parse(&document["object"], &self.actor).map_err(refused)?;
        if post.kind != PostKind::Note {
            return Err(refused(InvalidActivity::Object));
        }
        let recipients = self.readers(transaction, &addresses)?;
        let outgoing = Outgoing { id: self.id.clone(), document, kind: Kind::Plain, recipients };
        let envelope = self.store(transaction, &outgoing)?;
        objects::insert(transaction, &post.id, &self.actor, envelope)?;
        Ok(outgoing)
    }

    fn delete(&self, transaction: &mut Transaction<'_>, activity: &Activity) -> Result<Outgoing> {
        let object = activity.object_id().and_then(|id| ObjectId::parse(id).ok());
        let object = object.ok_or_else(|| refused(InvalidActivity::Object))?;
        let envelope = match objects::find(transaction, &object)? {
            Some(Known::There { envelope, author }) if author == self.actor.as_str() => envelope,
            _ => return Err(Error::NotFound),
        };
        let row = envelopes::find(transaction, envelope)?.ok_or(Error::NotFound)?;
        let post: Value = serde_json::from_str(&row.document).map_err(Error::unknown)?;
        let to: Vec<String> =
            ["to", "cc"].iter().flat_map(|name| read::ids(&post, name)).map(str::to_owned).collect();
        let recipients = self.readers(transaction, &to)?;
        objects::delete(transaction, &object, envelope, self.moment.now)?;
        let document = delete::build(&self.id, &self.actor, &object, &to, self.moment.now);
        Ok(Outgoing { id: self.id.clone(), document, kind: Kind::Plain, recipients })
    }

    fn follow(&self, transaction: &mut Transaction<'_>, activity: &Activity) -> Result<Outgoing> {
        let follow = Follow::parse(activity).map_err(refused)?;
        // Whoever is here accepts at once, as `follow::asked` has it for those who ask from elsewhere.
        let here = self.site.owns(&follow.object);
        let followed = actors::by_uri(transaction, &follow.object)?;
        if here && followed.is_none_or(|actor| actor.gone_at.is_some()) {
            return Err(Error::NotFound);
        }
        let known = follows::state(transaction, &follow.actor, &follow.object)?;
        let state = if here { FollowState::Accepted } else { known.unwrap_or(FollowState::Pending) };
        follows::put(transaction, self.moment.id(), &follow, state, self.moment.now)?;
        Ok(self.social(follow.to_value(), follow.object))
    }

    fn undo(&self, transaction: &mut Transaction<'_>, activity: &Activity) -> Result<Outgoing> {
        let undo = Undo::parse(activity).map_err(refused)?;
        let known = match &undo.undone {
            Some(id) => follows::by_activity(transaction, id)?,
            None => None,
        };
        let followed = known.filter(|pair| pair.follower == self.actor).map(|pair| pair.followed);
        let named = || undo.object.as_deref().and_then(|id| ActorId::parse(id).ok());
        let followed = followed.or_else(named).ok_or(Error::NotFound)?;
        let id = follows::activity_of(transaction, &self.actor, &followed)?.ok_or(Error::NotFound)?;
        follows::remove(transaction, &self.actor, &followed)?;
        let follow = Follow { id, actor: self.actor.clone(), object: followed };
        Ok(self.social(undo::build(&self.id, &self.actor, &follow.to_value()), follow.object))
    }

    /// Follows are accepted when they come; an `Accept` says so again, a `Reject` ends one.
    fn answer(&self, transaction: &mut Transaction<'_>, activity: &Activity) -> Result<Outgoing> {
        let parsed = match activity.kind.as_str() {
            "Accept" => accept::Accept::parse(activity).map(|accept| accept.follow),
            _ => reject::Reject::parse(activity).map(|reject| reject.follow),
        };
        let follow = self.asked(transaction, &parsed.map_err(refused)?)?;
        let document = match activity.kind.as_str() {
            "Accept" => accept::build(&self.id, &follow),
            _ => {
                follows::remove(transaction, &follow.actor, &self.actor)?;
                reject::build(&self.id, &follow)
            }
        };
        Ok(self.social(document, follow.actor))
    }

    /// The follow that somebody asked this person for.
    fn asked(&self, transaction: &mut Transaction<'_>, answered: &AnsweredFollow) -> Result<Follow> {
        let known = match &answered.id {
            Some(id) => follows::by_activity(transaction, id)?.map(|pair| (pair.follower, pair.followed)),
            None => None,
        };
        let pair = known.or_else(|| Some((answered.follower.clone()?, self.actor.clone())));
        let (follower, followed) =
            pair.filter(|(_, followed)| *followed == self.actor).ok_or(Error::NotFound)?;
        let id = follows::activity_of(transaction, &follower, &followed)?.ok_or(Error::NotFound)?;
        Ok(Follow { id, actor: follower, object: followed })
    }

    fn social(&self, document: Value, to: ActorId) -> Outgoing {
        Outgoing { id: self.id.clone(), document, kind: Kind::Social, recipients: vec![to] }
    }

    /// Whom a post goes to: the actors that it names, and followers where it is for them or for everybody.
    fn readers(&self, transaction: &mut Transaction<'_>, addresses: &[String]) -> Result<Vec<ActorId>> {
        let followers = self.site.of_account(self.account, "followers");
        let mut readers: Vec<ActorId> = Vec::new();
        if addresses.iter().any(|address| *address == followers || context::is_public(address)) {
            readers.extend(follows::followers(transaction, &self.actor)?);
        }
        for address in
            addresses.iter().filter(|address| **address != followers && !context::is_public(address))
        {
            readers.extend(ActorId::parse(address).ok());
        }
        readers.sort();
        readers.dedup();
        Ok(readers)
    }

    fn store(&self, transaction: &mut Transaction<'_>, outgoing: &Outgoing) -> Result<i64> {
        let Outgoing { id, document, kind, .. } = outgoing;
        let row = NewEnvelope::new(self.moment, *kind, id, &self.actor, document);
        Ok(envelopes::store(transaction, &row)?.id())
    }

    fn send(&self, transaction: &mut Transaction<'_>, outgoing: Outgoing) -> Result<Sent> {
        let id = self.store(transaction, &outgoing)?;
        let row = envelopes::find(transaction, id)?.ok_or(Error::Busy)?;
        let is_public = activity::audience(&[&outgoing.document]).into_iter().any(context::is_public);
        let audience = if is_public { Audience::Public } else { Audience::Named };
        envelopes::send(transaction, self.moment.id(), self.account, &row, audience)?;
        outbox::fan_out(transaction, self.site, self.moment, self.account, id, &outgoing.recipients)?;
        Ok(Sent { id: outgoing.id, document: outgoing.document })
    }
}

/// Everybody to whom a post or its activity is addressed; both end with the same `to` and `cc`, and without the hidden
/// recipients (trap T11).
fn audience(document: &mut Value, object: &mut Map<String, Value>) -> Vec<String> {
    let mut visible: Vec<(&str, Vec<String>)> = Vec::new();
    let mut all = Vec::new();
    for name in ["to", "cc", "bto", "bcc"] {
        let inner = object.remove(name).map(|value| json!({ name: value })).unwrap_or_default();
        let mut list: Vec<String> = read::ids(document, name).into_iter().map(str::to_owned).collect();
        list.extend(read::ids(&inner, name).into_iter().map(str::to_owned));
        list.sort();
        list.dedup();
        all.extend(list.iter().cloned());
        if let Some(members) = document.as_object_mut() {
            members.remove(name);
        }
        if ["to", "cc"].contains(&name) {
            visible.push((name, list));
        }
    }
    for (name, list) in visible {
        document[name] = json!(list);
        object.insert(name.into(), json!(list));
    }
    all
}

#[cfg(test)]
mod tests;
