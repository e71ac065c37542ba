//! What somebody has typed into the form of a post, as it goes back and forth until it is sent: nothing of it is kept here
//! in between but files, and nothing of it is lost.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::views::{Reader, post};
use crate::{
    actions::{media::MOST_ATTACHED, posts::details::PostDetails},
    db::{
        Transaction,
        media::{self, MediaRow, State},
        posts::{PostRow, word},
        preferences::{Pictures, Preferences},
    },
    error::Result,
};

/// How many answers a question can have.
const OPTIONS: usize = 8;
/// How many fields for answers there are at first.
const OPTIONS_SHOWN: usize = 4;
/// How long votes are taken unless somebody chooses, in milliseconds.
const USUAL_END: &str = "86400000";

/// The form of a post as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Typed {
    /// The row id of the post that it answers.
    pub to: String,
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
    /// Files by row id, with what they show in words.
    #[serde(skip)]
    pub files: Vec<(i64, String)>,
    /// Whether the form was sent to come back with another file, or one less.
    #[serde(skip)]
    pub adds: bool,
}

impl Typed {
    /// The form before anything is typed.
    pub fn new(preferences: &Preferences) -> Self {
        Self {
            visibility: word(preferences.visibility).to_owned(),
            language: preferences.language.clone(),
            is_sensitive: preferences.pictures == Pictures::Hidden,
            options: vec![String::new(); OPTIONS_SHOWN],
            ends: USUAL_END.to_owned(),
            ..Self::default()
        }
    }

    /// What was typed. Files that are to be taken away are left out.
    pub fn of_form(fields: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let is = |name: &str| fields.contains_key(name);
        let file = |place: usize| {
            let id = fields.get(&format!("file_{place}"))?.parse().ok()?;
            (!is(&format!("remove_{place}"))).then(|| (id, get(&format!("description_{place}"))))
        };
        let mut options: Vec<String> = (0..OPTIONS).map(|place| get(&format!("option_{place}"))).collect();
        let has_poll = options.iter().any(|option| !option.trim().is_empty());
        let filled = options.iter().rposition(|option| !option.is_empty()).map_or(0, |last| last + 2);
        options.truncate(filled.clamp(OPTIONS_SHOWN, OPTIONS));
        Self {
            to: get("to"),
            text: get("text").replace("\r\n", "\n"),
            visibility: get("visibility"),
            warning: get("warning"),
            language: get("language"),
            is_sensitive: is("sensitive"),
            has_poll,
            options,
            is_multiple: is("multiple"),
            ends: get("ends"),
            files: (0..MOST_ATTACHED).filter_map(file).collect(),
            adds: get("do") == "add",
        }
    }

    /// The row ids of the files.
    pub fn kept(&self) -> Vec<i64> {
        self.files.iter().map(|(id, _)| *id).collect()
    }

    /// What the files show, in words.
    pub fn descriptions(&self) -> Vec<(i64, String)> {
        self.files.clone()
    }
}

/// The form of a post that is there already.
///
/// # Errors
/// When the database fails.
pub fn of_post(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<Typed> {
    let details = PostDetails::of_column(row.details.as_deref())?;
    let files = media::of_posts(transaction, &[row.id])?.remove(&row.id).unwrap_or_default();
    Ok(Typed {
        text: row.source.clone().unwrap_or_default(),
        visibility: row.visibility.clone(),
        warning: row.summary.clone().unwrap_or_default(),
        language: details.language.unwrap_or_default(),
        is_sensitive: details.sensitive,
        files: files.into_iter().map(|file| (file.id, file.description)).collect(),
        ..Typed::default()
    })
}

/// The files of a form as they are shown in it: those that are the account's own.
///
/// # Errors
/// When the database fails.
pub fn files(
    transaction: &mut Transaction<'_>,
    reader: &Reader,
    account: i64,
    typed: &Typed,
) -> Result<Vec<Value>> {
    let rows = media::of_account(transaction, account, &typed.kept())?;
    let shown = |(id, description): &(i64, String)| {
        let row = rows.iter().find(|row| row.id == *id)?;
        let view = post::own_file(reader, row).filter(|_| row.is(State::Ready));
        Some(json!({
            "id": id.to_string(),
            "preview": view.and_then(|view| view.preview),
            "state": state(row),
            "description": description,
        }))
    };
    Ok(typed.files.iter().filter_map(shown).collect())
}

fn state(row: &MediaRow) -> String {
    if row.is(State::Failed) {
        return row.problem.clone().unwrap_or_else(|| "This file cannot be used.".to_owned());
    }
    let what = match row.kind.as_str() {
        "image" => "A picture",
        "video" => "A video",
        _ => "A recording",
    };
    if row.is(State::Ready) { what.to_owned() } else { format!("{what} that is being prepared.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Typed {
        Typed::of_form(
            &fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        )
    }

    #[test]
    fn nothing_that_was_typed_is_lost() {
        let typed = form(&[
            ("text", "a\r\nb"),
            ("file_0", "7"),
            ("description_0", "a cat"),
            ("file_1", "8"),
            ("remove_1", "yes"),
            ("option_0", "yes"),
            ("option_4", "no"),
            ("do", "add"),
        ]);
        assert_eq!(typed.text, "a\nb");
        assert_eq!(typed.files, [(7, "a cat".to_owned())]);
        assert_eq!(typed.options, ["yes", "", "", "", "no", ""]);
        assert!(typed.adds && typed.has_poll && !typed.is_multiple);
    }

    #[test]
    fn there_are_never_more_answers_than_a_question_can_have() {
        assert_eq!(form(&[("option_7", "x")]).options.len(), OPTIONS);
        assert_eq!(form(&[]).options.len(), OPTIONS_SHOWN);
    }
}
