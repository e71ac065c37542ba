//! The form of a post as browsers send it and as it is shown again: what was typed, and a few places for files. What becomes of
//! it is `write.rs`; nothing of it is kept here in between but files, and nothing of it is lost.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{
    views::{Reader, language, post},
    visitor::Visitor,
};
use crate::{
    actions::{
        media::{Description, Focus, MOST_ATTACHED},
        posts::details::PostDetails,
        writing::typed::{Typed, TypedFile},
    },
    db::{
        Transaction,
        media::{self, MediaRow, State},
        posts::{PostRow, word},
        preferences::{Pictures, Preferences},
    },
    error::{Error, Result},
    http::media::parts::Given,
    media::{arrival, kind::FileType, picture::Shape, settled},
    text::{display_name, plain},
};

/// How many answers a question can have.
const OPTIONS: usize = 8;
/// How many fields for answers there are at first.
const OPTIONS_SHOWN: usize = 4;
/// How long votes are taken unless somebody chooses, in milliseconds.
const USUAL_END: &str = "86400000";
/// How long a form that comes back waits for the pictures in it.
const GLANCE: Duration = Duration::from_secs(2);
/// What of a picture stays in sight when it is cut, and how that is said.
const FOCUSES: [(&str, &str); 9] = [
    ("", "The middle"),
    ("0,0.7", "Above"),
    ("0,-0.7", "Below"),
    ("-0.7,0", "On the left"),
    ("0.7,0", "On the right"),
    ("-0.7,0.7", "Above on the left"),
    ("0.7,0.7", "Above on the right"),
    ("-0.7,-0.7", "Below on the left"),
    ("0.7,-0.7", "Below on the right"),
];

/// The form before anything is typed.
pub fn new(preferences: &Preferences) -> Typed {
    Typed {
        visibility: word(preferences.visibility).to_owned(),
        language: preferences.language.clone(),
        is_sensitive: preferences.pictures == Pictures::Hidden,
        options: vec![String::new(); OPTIONS_SHOWN],
        ends: USUAL_END.to_owned(),
        ..Typed::default()
    }
}

/// What was typed. Files that are to be taken away are left out.
pub fn of_form(fields: &BTreeMap<String, String>) -> Typed {
    let get = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let is = |name: &str| fields.contains_key(name);
    let file = |place: usize| {
        if is(&format!("remove_{place}")) {
            return TypedFile::default();
        }
        TypedFile {
            id: get(&format!("file_{place}")).parse().ok(),
            description: get(&format!("description_{place}")).replace("\r\n", "\n"),
            focus: get(&format!("focus_{place}")),
        }
    };
    let mut options: Vec<String> = (0..OPTIONS).map(|place| get(&format!("option_{place}"))).collect();
    let has_poll = options.iter().any(|option| !option.trim().is_empty());
    let filled = options.iter().rposition(|option| !option.is_empty()).map_or(0, |last| last + 2);
    options.truncate(filled.clamp(OPTIONS_SHOWN, OPTIONS));
    Typed {
        edits: None,
        to: get("to").parse().ok(),
        text: get("text").replace("\r\n", "\n"),
        visibility: get("visibility"),
        warning: get("warning"),
        language: language::known(&get("language")).unwrap_or_default(),
        is_sensitive: is("sensitive"),
        has_poll,
        options,
        is_multiple: is("multiple"),
        ends: get("ends"),
        files: (0..MOST_ATTACHED).map(file).collect(),
    }
}

/// The form of a post that is there already.
///
/// # Errors
/// When the database fails.
pub fn of_post(transaction: &mut Transaction<'_>, row: &PostRow) -> Result<Typed> {
    let details = PostDetails::of_column(row.details.as_deref())?;
    let files = media::of_posts(transaction, &[row.id])?.remove(&row.id).unwrap_or_default();
    let file = |file: MediaRow| TypedFile {
        id: Some(file.id),
        description: file.description,
        focus: file.focus.unwrap_or_default(),
    };
    Ok(Typed {
        edits: Some(row.id),
        // What an app has written as HTML is edited as the text that it says.
        text: row.source.clone().unwrap_or_else(|| plain(&row.content)),
        visibility: row.visibility.clone(),
        warning: row.summary.clone().unwrap_or_default(),
        language: details.language.unwrap_or_default(),
        is_sensitive: details.sensitive,
        files: files.into_iter().map(file).collect(),
        ..Typed::default()
    })
}

/// Takes the files that came with a form, each into the place where it was chosen. What is wrong with those that are not
/// taken, each by its name.
///
/// # Errors
/// When the database or the storage fails.
pub async fn take(
    visitor: &Visitor,
    typed: &mut Typed,
    files: Vec<(String, Given)>,
) -> Result<Option<Error>> {
    let account = visitor.signed_in()?.account;
    let mut problems = Vec::new();
    for (field, given) in files {
        let place = field.strip_prefix("new_").and_then(|place| place.parse::<usize>().ok());
        let Some(place) = place.and_then(|place| typed.files.get_mut(place)) else { continue };
        let said = Description { text: place.description.clone(), focus: Focus::parse(&place.focus).ok() };
        let taken = match given.file {
            Ok(arrived) => arrival::take(&visitor.app, account, arrived, said, Shape::Whole).await,
            Err(error) => Err(error),
        };
        match taken {
            Ok(row) => place.id = Some(row.id),
            Err(error @ (Error::Refused(_) | Error::TooMany(_))) => {
                problems.push(of_file(&given.name, &error))
            }
            Err(error) => return Err(error),
        }
    }
    // Those with a file come first, so that the numbers of files are those of places.
    typed.files.sort_by_key(|file| file.id.is_none());
    let problem = (!problems.is_empty()).then(|| Error::refused("files", 422, problems.join(" ")));
    Ok(problem)
}

/// What is wrong with a file, as a sentence that names it.
pub fn of_file(name: &str, error: &Error) -> String {
    let name: String = display_name(name).chars().take(60).collect();
    format!("“{name}” was not taken. {error}")
}

/// The places for files of a form as they are shown in it, with those files that are the account's own. Pictures that are
/// ready in a moment are waited for.
///
/// # Errors
/// When the database fails.
pub async fn files(visitor: &Visitor, typed: &Typed) -> Result<Vec<Value>> {
    let account = visitor.signed_in()?.account;
    let (reader, ids) = (visitor.reader(), typed.kept());
    settled(&visitor.app, account, &ids, GLANCE).await?;
    let rows = visitor.app.db.read(move |transaction| media::of_account(transaction, account, &ids)).await?;
    let empty = std::iter::repeat_with(TypedFile::default);
    let places = typed.files.iter().cloned().chain(empty).take(MOST_ATTACHED);
    Ok(places.map(|place| shown(&reader, &rows, &place)).collect())
}

fn shown(reader: &Reader, rows: &[MediaRow], place: &TypedFile) -> Value {
    let row = rows.iter().find(|row| Some(row.id) == place.id);
    let view = row.filter(|row| row.is(State::Ready)).and_then(|row| post::own_file(reader, row));
    // An app may have chosen any other point.
    let other =
        FOCUSES.iter().all(|(value, _)| *value != place.focus).then_some((place.focus.as_str(), "As it is"));
    let focuses = FOCUSES.into_iter().chain(other);
    json!({
        "id": row.map(|row| row.id.to_string()),
        "is_picture": row.is_some_and(|row| row.kind() == "image" && !row.is(State::Failed)),
        "preview": view.and_then(|view| view.preview),
        "state": row.map(state),
        "has_failed": row.is_some_and(|row| row.is(State::Failed)),
        "notice": row.and_then(|row| FileType::of_media_type(&row.content_type)).and_then(FileType::notice),
        "description": place.description,
        "focus": place.focus,
        "focuses": focuses.map(|(value, text)| json!({"value": value, "text": text})).collect::<Vec<_>>(),
    })
}

/// How far a file is, in words.
pub fn state(row: &MediaRow) -> String {
    if row.is(State::Failed) {
        return row.problem.clone().unwrap_or_else(|| "This file cannot be used.".to_owned());
    }
    let what = match row.kind() {
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
        of_form(&fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn nothing_that_was_typed_is_lost() {
        let typed = form(&[
            ("text", "a\r\nb"),
            ("file_0", "7"),
            ("description_0", "a cat"),
            ("focus_0", "0,0.7"),
            ("file_1", "8"),
            ("remove_1", "yes"),
            ("description_2", "to be chosen again"),
            ("option_0", "yes"),
            ("option_4", "no"),
        ]);
        assert_eq!(typed.text, "a\nb");
        assert_eq!((typed.kept(), typed.files[0].description.as_str()), (vec![7], "a cat"));
        assert_eq!(typed.files[0].focus, "0,0.7");
        assert_eq!(typed.files[1], TypedFile::default());
        assert_eq!(typed.files[2].description, "to be chosen again");
        assert_eq!(typed.options, ["yes", "", "", "", "no", ""]);
        assert!(typed.has_poll && !typed.is_multiple);
    }

    #[test]
    fn there_are_never_more_answers_than_a_question_can_have() {
        assert_eq!(form(&[("option_7", "x")]).options.len(), OPTIONS);
        assert_eq!(form(&[]).options.len(), OPTIONS_SHOWN);
    }

    #[test]
    fn every_focus_that_can_be_chosen_is_one() {
        assert!(FOCUSES.iter().skip(1).all(|(value, _)| Focus::parse(value).is_ok()));
    }
}
