//! What we understand of a document, and what we would write if we meant the same.

use alcove_protocol::{
    ActivityId, ActorId, Handle, Id, Timestamp,
    activity::{
        Activity,
        accept::{self, Accept},
        add::{self, Add},
        announce::Announce,
        block::{self, Block},
        create::{self, Create, ObjectId},
        delete::{self, Delete, Deleted},
        flag::{self, Flag},
        follow::{AnsweredFollow, Follow},
        like::{self, Like},
        moved::{self, Move},
        reject::{self, Reject},
        remove::{self, Remove},
        undo::{self, Undo},
        update::{self, Update, Updated},
    },
    actor::{Actor, Profile, PublicKey, own},
    post::{Post, Vote},
};
use serde_json::{Value, json};

use super::samples::ANA;

/// A document as we understand it. Left out is what we read and never write: what is embedded in an `Announce`, and the
/// emoji of a reaction.
#[derive(Debug, PartialEq)]
pub enum Meaning {
    Actor { id: ActorId, name: String, username: String, profile: Box<Profile>, keys: Vec<PublicKey> },
    Post(Box<Post>),
    Create(ActivityId, ActorId, Box<Post>),
    Votes(ActivityId, ActorId, Vec<Vote>),
    Update(ActivityId, ActorId, Box<Meaning>),
    Delete(ActivityId, ActorId, Deleted),
    Follow(Follow),
    Accept(ActivityId, ActorId, AnsweredFollow),
    Reject(ActivityId, ActorId, AnsweredFollow),
    Undo(Undo),
    Announce(Announce),
    Like(Like),
    Block(Block),
    Flag(Flag),
    Move(Move),
    Add(Add),
    Remove(Remove),
}

impl Meaning {
    /// Reads a document as its type has it. An activity without an id is given one, as whoever stores it has to.
    pub fn of(document: &Value) -> Self {
        if let Ok(actor) = Actor::parse(document) {
            return Self::of_actor(actor);
        }
        let mut document = document.clone();
        let Some(actor) = document.get("actor").cloned() else {
            return Self::Post(Box::new(Post::parse_fetched(&document).unwrap()));
        };
        if document.get("id").is_none() {
            document["id"] = json!(format!("{}#nameless", actor.as_str().unwrap()));
        }
        Self::of_activity(&Activity::parse(document).unwrap())
    }

    fn of_actor(actor: Actor) -> Self {
        let published = actor.profile.published.map(Timestamp::whole_day);
        Self::Actor {
            name: actor.display_name().to_owned(),
            username: actor.preferred_username.unwrap().to_lowercase(),
            profile: Box::new(Profile { published, ..actor.profile }),
            keys: actor.keys,
            id: actor.id,
        }
    }

    fn of_activity(activity: &Activity) -> Self {
        let (id, actor) = (activity.id.clone().unwrap(), activity.actor.clone());
        match activity.kind.as_str() {
            "Create" => Self::of_create(activity, id, actor),
            "Update" => Self::Update(id, actor, Box::new(Self::of_update(activity))),
            "Delete" => Self::Delete(id, actor, Delete::parse(activity).unwrap().object),
            "Follow" => Self::Follow(Follow::parse(activity).unwrap()),
            "Accept" => Self::Accept(id, actor, Accept::parse(activity).unwrap().follow),
            "Reject" => Self::Reject(id, actor, Reject::parse(activity).unwrap().follow),
            "Undo" => Self::Undo(Undo::parse(activity).unwrap()),
            "Announce" => {
                Self::Announce(Announce { object_kind: None, ..Announce::parse(activity).unwrap() })
            }
            "Like" | "EmojiReact" => Self::Like(Like { reaction: None, ..Like::parse(activity).unwrap() }),
            "Block" => Self::Block(Block::parse(activity).unwrap()),
            "Flag" => Self::Flag(Flag::parse(activity).unwrap()),
            "Move" => Self::Move(Move::parse(activity).unwrap()),
            "Add" => Self::Add(Add::parse(activity).unwrap()),
            "Remove" => Self::Remove(Remove::parse(activity).unwrap()),
            other => panic!("{other} means nothing to us"),
        }
    }

    fn of_create(activity: &Activity, id: ActivityId, actor: ActorId) -> Self {
        let all = Create::parse_all(activity).unwrap();
        let votes: Vec<Vote> = all.iter().filter_map(|one| Vote::parse(one.object, &actor)).collect();
        if votes.len() == all.len() {
            return Self::Votes(id, actor, votes);
        }
        let post = Post::parse(Create::parse(activity).unwrap().object, &actor).unwrap();
        Self::Create(id, actor, Box::new(post))
    }

    fn of_update(activity: &Activity) -> Self {
        match Update::parse(activity).unwrap().object {
            Updated::Post(post) => Self::Post(post),
            Updated::Actor(actor) => Self::of_actor(*actor.unwrap()),
            Updated::Object(object) => panic!("{object} is not embedded"),
        }
    }

    /// The document that we would write.
    pub fn to_value(&self) -> Value {
        let now = Timestamp(1_767_323_045_678);
        match self {
            Self::Actor { id, name, username, profile, keys } => person(id, name, username, profile, keys),
            Self::Post(post) => post.to_value(),
            Self::Create(id, actor, post) => create::build(id, actor, now, &post.to_value()),
            Self::Votes(id, actor, votes) => {
                let mut all = create::build(id, actor, now, &votes[0].to_value());
                all["object"] = votes.iter().map(Vote::to_value).collect();
                all
            }
            Self::Update(id, actor, object) => match &**object {
                Self::Post(post) => update::build_of_post(id, actor, now, &post.to_value()),
                object => update::build(id, actor, &object.to_value()),
            },
            Self::Delete(id, actor, Deleted::Actor) => delete::build_for_actor(id, actor),
            Self::Delete(id, actor, Deleted::Object(object)) => delete::build(id, actor, object, &[], now),
            Self::Follow(follow) => follow.to_value(),
            Self::Accept(id, actor, answered) => {
                linked(accept::build(id, &follow(actor, answered)), answered)
            }
            Self::Reject(id, actor, answered) => {
                linked(reject::build(id, &follow(actor, answered)), answered)
            }
            Self::Undo(undone) => undo(undone),
            Self::Announce(announce) => announce.to_value(),
            Self::Like(Like { id, actor, object, .. }) => {
                like::build(id.as_ref().unwrap(), actor, object, &ActorId::parse(ANA).unwrap())
            }
            Self::Block(Block { id, actor, object }) => block::build(id.as_ref().unwrap(), actor, object),
            Self::Flag(Flag { id, actor, objects, comment }) => {
                let (reported, posts): (ActorId, &[ObjectId]) =
                    (Id::parse(objects[0].as_str()).unwrap(), &objects[1..]);
                let comment = comment.as_deref().unwrap_or_default();
                flag::build(id.as_ref().unwrap(), actor, &reported, posts, comment)
            }
            Self::Move(Move { id, actor, target }) => {
                moved::build(id.as_ref().unwrap(), actor, target, &format!("{actor}/followers"))
            }
            Self::Add(Add { id, actor, object, target }) => {
                add::build(id.as_ref().unwrap(), actor, object, target)
            }
            Self::Remove(Remove { id, actor, object, target }) => {
                remove::build(id.as_ref().unwrap(), actor, object, target)
            }
        }
    }
}

fn person(id: &ActorId, name: &str, username: &str, profile: &Profile, keys: &[PublicKey]) -> Value {
    let handle = Handle { name: username.to_owned(), domain: id.origin().authority().to_owned() };
    let (rsa_key, assertion_keys) = keys.split_first().unwrap();
    own::Person { id, handle: &handle, name, profile, rsa_key, assertion_keys }.to_value(own::Reader::Public)
}

fn follow(actor: &ActorId, answered: &AnsweredFollow) -> Follow {
    let asked = answered.follower.clone().unwrap_or_else(|| ActorId::parse(ANA).unwrap());
    Follow { id: answered.id.clone().unwrap(), actor: asked, object: actor.clone() }
}

/// The answer with the follow as it was given: embedded, or its bare id.
fn linked(mut answer: Value, answered: &AnsweredFollow) -> Value {
    if answered.follower.is_none() {
        answer["object"] = json!(answered.id);
    }
    answer
}

fn undo(Undo { id, actor, undone, kind, object }: &Undo) -> Value {
    let embedded = json!({"id": undone, "type": kind, "actor": actor, "object": object});
    let undone = if kind.is_some() { embedded } else { json!(undone) };
    undo::build(id.as_ref().unwrap(), actor, &undone)
}
