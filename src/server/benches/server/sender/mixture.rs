//! The activities of `mixed.rs`, in rounds: an author does everything of a round, and of an earlier round of its own it
//! changes, deletes or takes back what it did then.

use alcove_protocol::{
    ActivityId, ActorId, Timestamp,
    activity::{announce::Announce, create, create::ObjectId, delete, follow::Follow, like, undo, update},
    context,
    post::{Mention, Post, PostKind},
};
use serde_json::Value;

use super::{
    authors::{Author, Authors},
    letters::Draft,
};
use crate::{
    error::{Result, While},
    mixed::{Kind, LAG, ROUND, kind_of},
};

/// Everything that the activities are made from.
pub struct Mixture<'a> {
    /// Who does it.
    pub authors: &'a Authors,
    /// Whom it is done to.
    pub recipients: &'a [ActorId],
    /// What of theirs is liked and shared.
    pub posts: &'a [ObjectId],
    /// Part of every id.
    pub run: &'a str,
    /// When everything was published.
    pub now: Timestamp,
}

impl<'a> Mixture<'a> {
    /// The activity of a number.
    pub fn draft(&self, number: usize) -> Result<Draft<'a>> {
        let (round, _) = kind_of(number);
        let (author, recipient) = (self.authors.of(round), &self.recipients[round % self.recipients.len()]);
        Ok(Draft { author, recipient, document: self.document(author, recipient, number)? })
    }

    fn document(&self, author: &Author, recipient: &ActorId, number: usize) -> Result<Value> {
        let (round, kind) = kind_of(number);
        let (id, actor) = (self.activity(author, number)?, &author.actor);
        // Each author goes through the posts.
        let liked = &self.posts[round / self.authors.list.len() % self.posts.len()];
        let earlier = |place: usize| (round - LAG) * ROUND + place;
        Ok(match kind {
            Kind::Create => create::build(&id, actor, self.now, &self.note(author, recipient, number, "")?),
            Kind::Update => {
                let note = self.note(author, recipient, earlier(0), " It is seven now.")?;
                update::build_of_post(&id, actor, self.now, &note)
            }
            Kind::Delete => {
                let to = [context::PUBLIC.to_owned()];
                delete::build(&id, actor, &self.object(author, earlier(1))?, &to, self.now)
            }
            Kind::Follow => Follow { id, actor: actor.clone(), object: recipient.clone() }.to_value(),
            Kind::Like => like::build(&id, actor, liked, recipient),
            Kind::Announce => self.announce(id, author, liked).to_value(),
            Kind::Undo(place) => undo::build(
                &id,
                actor,
                &self.document(author, self.recipient(earlier(place)), earlier(place))?,
            ),
        })
    }

    fn recipient(&self, number: usize) -> &'a ActorId {
        &self.recipients[kind_of(number).0 % self.recipients.len()]
    }

    fn announce(&self, id: ActivityId, author: &Author, object: &ObjectId) -> Announce {
        Announce {
            id,
            actor: author.actor.clone(),
            object: object.clone(),
            object_kind: None,
            published: Some(self.now),
            to: vec![context::PUBLIC.to_owned()],
            cc: Vec::new(),
        }
    }

    /// What a note of that number says, with a word more where it was edited.
    fn note(&self, author: &Author, recipient: &ActorId, number: usize, more: &str) -> Result<Value> {
        let text =
            format!("<p>Shall we meet at six at the old mill, and bring the children along?{more}</p>");
        let note = Post {
            published: Some(self.now),
            updated: Some(self.now).filter(|_| !more.is_empty()),
            to: vec![context::PUBLIC.to_owned()],
            cc: vec![recipient.to_string()],
            mentions: vec![Mention { href: recipient.clone(), name: "@somebody".to_owned() }],
            ..Post::new(self.object(author, number)?, PostKind::Note, author.actor.clone(), text)
        };
        Ok(note.to_value())
    }

    fn activity(&self, author: &Author, number: usize) -> Result<ActivityId> {
        format!("{}/a/{}-{number}", author.actor.origin(), self.run).parse().while_("name an activity")
    }

    fn object(&self, author: &Author, number: usize) -> Result<ObjectId> {
        format!("{}/o/{}-{number}", author.actor.origin(), self.run).parse().while_("name a note")
    }
}
