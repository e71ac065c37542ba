//! What a person may say, before it is written: the limits, each with its sentence, and the files made as harmless as
//! those of strangers. Who may change what is decided where it arrives: what is not one's own has no effect (trap T42).

use alcove_protocol::ActorId;

use crate::{
    error::Error,
    inner::{self, Audience, most_inline},
    message::{Content, File, Place, Reference},
};

/// The most files of a message.
const MOST_FILES: usize = 20;
/// The most people whom a message addresses.
const MOST_MENTIONS: usize = 256;
/// The longest emoji, in characters.
const LONGEST_EMOJI: usize = 16;

/// Who reads what is written.
pub(crate) fn audience(mixed: bool) -> Audience {
    if mixed { Audience::Others } else { Audience::Ours }
}

/// What is said, or why it is not.
pub(crate) fn check(actor: &ActorId, mixed: bool, content: Content) -> Result<Content, Error> {
    let refuse = |sentence| Err(Error::Limit(sentence));
    match &content {
        Content::Text { text, mentions, .. } | Content::Edit { text, mentions, .. } => {
            if text.len() > inner::MOST_TEXT {
                return refuse("a message has at most 64 kB of text");
            }
            if mentions.len() > MOST_MENTIONS {
                return refuse("a message addresses at most 256 people");
            }
        }
        Content::Reaction { emoji, .. }
            if emoji.trim().is_empty() || emoji.chars().count() > LONGEST_EMOJI =>
        {
            return refuse("a reaction is one emoji");
        }
        _ => {}
    }
    match content {
        Content::Text { text, in_reply_to, mentions, files } => {
            let files = check_files(actor, mixed, files)?;
            if text.trim().is_empty() && files.is_empty() {
                return refuse("a message needs some text or a file");
            }
            Ok(Content::Text { text, in_reply_to, mentions, files })
        }
        Content::Edit { ref target, .. } | Content::Deletion { ref target } if target.is_empty() => {
            refuse("this message has no name, so that nobody could know which one is meant")
        }
        Content::Reaction { target: Reference { ref id, .. }, .. } if id.is_empty() => {
            refuse("this message has no name, so that nobody could know which one is meant")
        }
        other => Ok(other),
    }
}

fn check_files(actor: &ActorId, mixed: bool, files: Vec<File>) -> Result<Vec<File>, Error> {
    let refuse = |sentence| Err(Error::Limit(sentence));
    let files: Vec<File> = files.into_iter().map(|file| file.harmless(actor)).collect();
    let bytes = |file: &File| match &file.place {
        Place::Inline(bytes) => bytes.0.len(),
        _ => 0,
    };
    if files.len() > MOST_FILES {
        return refuse("a message has at most 20 files");
    }
    if files.iter().any(|file| file.place == Place::Missing) {
        return refuse("a file needs its bytes, or an address on your own server");
    }
    if mixed && files.iter().any(|file| matches!(file.place, Place::Blob { .. })) {
        return refuse("somebody here uses other software, which takes files of at most 128 kB");
    }
    match files.iter().map(bytes).sum::<usize>() <= most_inline(audience(mixed)) {
        true => Ok(files),
        false if mixed => refuse("somebody here uses other software, which takes files of at most 128 kB"),
        false => refuse("the files in a message have at most 256 kB together; larger ones are sealed first"),
    }
}
