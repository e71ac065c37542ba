//! A post: any object that is shown as one. Notes and questions are native; articles, pages, pictures, sounds, videos and
//! events are shown with title and link (ActivityStreams Vocabulary, FEDERATION.md 1.1). One value for all of them, read
//! from every form that others use and written in one. Content is HTML of a stranger until whoever shows it has
//! sanitised it (S-43); nothing here does, and nothing here is fetched.

mod attachment;
mod author;
mod poll;
mod read;
mod tags;
mod tombstone;
mod visibility;
mod vote;
mod write;

pub use attachment::{Attachment, AttachmentKind, MAX_ATTACHMENTS};
pub(crate) use author::same_author;
pub use poll::{Choice, MAX_OPTIONS, Poll, PollOption};
pub use tags::{Emoji, Hashtag, MAX_TAGS, Mention};
pub use tombstone::Tombstone;
pub use visibility::Visibility;
pub use vote::Vote;

use crate::{
    activity::create::ObjectId,
    id::{ActorId, Link},
    time::Timestamp,
};

/// The most bytes of content, and of a summary (S-51).
pub const MAX_CONTENT: usize = 256 * 1024;
/// The most addresses in `to` and `cc` together, and the most mentions (S-51, S-54).
pub const MAX_RECIPIENTS: usize = 1_000;
/// The longest title, in characters; longer ones are cut (S-51).
pub const MAX_TITLE: usize = 500;

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostKind {
    /// A short text.
    Note,
    /// A short text that asks, with answers to choose from.
    Question,
    /// A long text (WordPress, Friendica).
    Article,
    /// A link or a thread with a title (Lemmy).
    Page,
    /// A picture.
    Image,
    /// A sound.
    Audio,
    /// A video (PeerTube).
    Video,
    /// Something to go to (Mobilizon, Gancio).
    Event,
}

impl PostKind {
    const ALL: [Self; 8] = [
        Self::Note,
        Self::Question,
        Self::Article,
        Self::Page,
        Self::Image,
        Self::Audio,
        Self::Video,
        Self::Event,
    ];

    /// The plain name, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Question => "Question",
            Self::Article => "Article",
            Self::Page => "Page",
            Self::Image => "Image",
            Self::Audio => "Audio",
            Self::Video => "Video",
            Self::Event => "Event",
        }
    }

    /// The kind of that name; `None` for what is not shown.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Says whether posts of this kind have a title and are shown with a link to their page.
    pub fn has_title(self) -> bool {
        !matches!(self, Self::Note | Self::Question)
    }
}

/// Something that was posted by one author.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// Its id, of the author's origin.
    pub id: ObjectId,
    /// What it is.
    pub kind: PostKind,
    /// The author.
    pub attributed_to: ActorId,
    /// The title of kinds that have one, one line of plain text.
    pub title: Option<String>,
    /// Of notes and questions the warning shown in their place until they are opened, as plain text; of kinds that have
    /// a title what they are about (WordPress).
    pub summary: Option<String>,
    /// Whether its pictures are hidden until they are asked for.
    pub sensitive: bool,
    /// The text, as HTML; empty where there is none.
    pub content: String,
    /// The language of the text, a tag of BCP 47.
    pub language: Option<String>,
    /// When it was published; never changes between versions, or GoToSocial refuses the post.
    pub published: Option<Timestamp>,
    /// When it was edited last.
    pub updated: Option<Timestamp>,
    /// Whom it is for. The public is always written [`crate::context::PUBLIC`] here.
    pub to: Vec<String>,
    /// Who gets it as well.
    pub cc: Vec<String>,
    /// Who is named in it: for a direct message everybody in `to`, or Mastodon shows it without notifying.
    pub mentions: Vec<Mention>,
    /// What it is filed under.
    pub hashtags: Vec<Hashtag>,
    /// Pictures for the shortcodes in its text.
    pub emojis: Vec<Emoji>,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
    /// What it answers.
    pub in_reply_to: Option<ObjectId>,
    /// Its page for people, on the origin of its id (Misskey insists).
    pub url: Option<Link>,
    /// The thread it belongs to (FEP-7888): a collection of the thread's owner, or any name.
    pub context: Option<String>,
    /// An older name of the thread, as Mastodon and Misskey know it.
    pub conversation: Option<String>,
    /// The collection of its answers, of its own origin.
    pub replies: Option<ObjectId>,
    /// The collection of who likes it, of its own origin.
    pub likes: Option<ObjectId>,
    /// The collection of its announces, of its own origin.
    pub shares: Option<ObjectId>,
    /// What a question asks.
    pub poll: Option<Poll>,
}

impl Post {
    /// A post of nothing but its text, for nobody yet.
    pub fn new(id: ObjectId, kind: PostKind, attributed_to: ActorId, content: String) -> Self {
        Self {
            id,
            kind,
            attributed_to,
            title: None,
            summary: None,
            sensitive: false,
            content,
            language: None,
            published: None,
            updated: None,
            to: Vec::new(),
            cc: Vec::new(),
            mentions: Vec::new(),
            hashtags: Vec::new(),
            emojis: Vec::new(),
            attachments: Vec::new(),
            in_reply_to: None,
            url: None,
            context: None,
            conversation: None,
            replies: None,
            likes: None,
            shares: None,
            poll: None,
        }
    }

    /// Who may see it; `followers` is the collection that the author's actor document names.
    pub fn visibility(&self, followers: Option<&str>) -> Visibility {
        Visibility::of(&self.to, &self.cc, followers)
    }
}

#[cfg(test)]
mod tests;
