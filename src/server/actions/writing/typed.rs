//! A post as it was typed into a form: what goes back and forth between a browser and us until it is published, and what
//! waits for its files meanwhile (`waiting.rs`). Nothing of it is lost on the way. What an app posts is read in `publish/`.

use alcove_protocol::{
    post::{Choice, Visibility},
    time::DAY,
};
use serde::{Deserialize, Serialize};

use super::{Body, Draft, NewPoll, Written, edit};
use crate::{
    actions::{
        desk::Desk,
        media::{self, Description, Focus},
    },
    db::{Transaction, posts::word, preferences::OFFERED},
    error::{Error, Result},
    text::Mentions,
};

/// The form of a post as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// The row id of the post that is changed; none for a new one.
    pub edits: Option<i64>,
    /// The row id of the post that it answers.
    pub to: Option<i64>,
    /// The text.
    pub text: String,
    /// Who can see it, as `posts::word` has it.
    pub visibility: String,
    /// The warning.
    pub warning: String,
    /// The language.
    pub language: String,
    /// Whether files are hidden at first.
    pub is_sensitive: bool,
    /// Whether a question was begun.
    pub has_poll: bool,
    /// Its answers, empty ones as well.
    pub options: Vec<String>,
    /// Whether several can be chosen.
    pub is_multiple: bool,
    /// For how many milliseconds.
    pub ends: String,
    /// Its files.
    pub files: Vec<TypedFile>,
}

/// A place for a file in a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedFile {
    /// The row id of the file, once there is one.
    pub id: Option<i64>,
    /// What it shows in words.
    pub description: String,
    /// What matters in it, as [`Focus`] is written; empty for its middle.
    pub focus: String,
}

impl Typed {
    /// The row ids of the files.
    pub fn kept(&self) -> Vec<i64> {
        self.files.iter().filter_map(|file| file.id).collect()
    }

    fn draft(&self, mentions: Mentions) -> Result<Draft> {
        let visibility = OFFERED.into_iter().find(|one| word(*one) == self.visibility);
        Ok(Draft {
            body: Body::Typed(self.text.clone(), mentions),
            visibility: visibility.ok_or_else(|| Error::invalid("Choose who can see it."))?,
            warning: self.warning.clone(),
            sensitive: self.hides_files(),
            language: self.language(),
            in_reply_to: self.to,
            media: self.kept(),
            poll: self.poll(),
            ..Draft::of_text("", Visibility::Public)
        })
    }

    fn change(&self, mentions: Mentions) -> edit::Change {
        edit::Change {
            body: Body::Typed(self.text.clone(), mentions),
            warning: self.warning.clone(),
            sensitive: self.hides_files(),
            language: self.language(),
            media: self.kept(),
        }
    }

    /// Without files there is nothing to hide.
    fn hides_files(&self) -> bool {
        self.is_sensitive && !self.kept().is_empty()
    }

    fn language(&self) -> Option<String> {
        Some(self.language.clone()).filter(|language| !language.is_empty())
    }

    fn poll(&self) -> Option<NewPoll> {
        let options = self.options.iter().map(|option| option.trim().to_owned());
        let options: Vec<String> = options.filter(|option| !option.is_empty()).collect();
        (!options.is_empty()).then(|| NewPoll {
            options,
            choice: if self.is_multiple { Choice::Multiple } else { Choice::Single },
            duration: self.ends.parse().unwrap_or(DAY),
        })
    }
}

/// Publishes what was typed, or changes the post that it is about.
///
/// # Errors
/// As [`super::publish`] and [`edit::edit`]; `file-not-ready` when all is well but that.
pub fn send(
    transaction: &mut Transaction<'_>,
    desk: &Desk<'_>,
    typed: &Typed,
    mentions: Mentions,
) -> Result<Written> {
    for file in &typed.files {
        let Some(id) = file.id else { continue };
        let focus = Some(&file.focus).filter(|focus| !focus.is_empty());
        let focus = focus.map(|focus| Focus::parse(focus)).transpose()?;
        let description = Description { text: file.description.clone(), focus };
        media::describe(transaction, desk.account, id, &description)?;
    }
    match typed.edits {
        Some(post) => edit::edit(transaction, desk, post, &typed.change(mentions)),
        None => super::publish(transaction, desk, &typed.draft(mentions)?),
    }
}
