//! The table `preference`: what somebody here has chosen for writing and reading. What is not chosen has a value all the
//! same, and so has what cannot be read.

use std::collections::BTreeMap;

use alcove_protocol::post::Visibility;
use diesel::prelude::*;

use super::{Transaction, posts::word, query, schema::preference};
use crate::error::Result;

/// What somebody has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Who may see new posts.
    pub visibility: Visibility,
    /// The language of new posts, as a BCP 47 tag; empty for none.
    pub language: String,
    /// What happens to the pictures of new posts.
    pub pictures: Pictures,
    /// How posts with a warning are shown.
    pub warnings: Warnings,
}

/// What happens to the pictures of new posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    /// They are shown.
    Shown,
    /// They are hidden until somebody asks for them.
    Hidden,
}

/// How posts with a warning are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warnings {
    /// Closed until they are opened.
    Closed,
    /// Opened.
    Opened,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            visibility: Visibility::Public,
            language: String::new(),
            pictures: Pictures::Shown,
            warnings: Warnings::Closed,
        }
    }
}

/// The visibilities that new posts can have from the first; what is for few is written in conversations.
pub const OFFERED: [Visibility; 3] = [Visibility::Public, Visibility::Unlisted, Visibility::Followers];

impl Preferences {
    /// Whether posts with a warning are shown opened.
    pub fn opens_warnings(&self) -> bool {
        self.warnings == Warnings::Opened
    }

    fn rows(&self) -> [(&'static str, &str); 4] {
        [
            ("visibility", word(self.visibility)),
            ("language", &self.language),
            ("pictures", if self.pictures == Pictures::Hidden { "hidden" } else { "shown" }),
            ("warnings", if self.warnings == Warnings::Opened { "opened" } else { "closed" }),
        ]
    }

    fn of_rows(rows: &BTreeMap<String, String>) -> Self {
        let usual = Self::default();
        let is = |name: &str, value: &str| rows.get(name).is_some_and(|chosen| chosen == value);
        let visibility = OFFERED.into_iter().find(|one| is("visibility", word(*one)));
        Self {
            visibility: visibility.unwrap_or(usual.visibility),
            language: rows.get("language").cloned().unwrap_or(usual.language),
            pictures: if is("pictures", "hidden") { Pictures::Hidden } else { Pictures::Shown },
            warnings: if is("warnings", "opened") { Warnings::Opened } else { Warnings::Closed },
        }
    }
}

/// What an account has chosen.
pub fn of(transaction: &mut Transaction<'_>, account: i64) -> Result<Preferences> {
    let rows: Vec<(String, String)> = query!(transaction, connection => preference::table
        .filter(preference::account_id.eq(account))
        .select((preference::name, preference::value))
        .load(connection))?;
    Ok(Preferences::of_rows(&rows.into_iter().collect()))
}

/// Puts a choice in the place of the one before.
pub fn set(transaction: &mut Transaction<'_>, account: i64, chosen: &Preferences) -> Result<()> {
    for (name, value) in chosen.rows() {
        query!(transaction, connection => diesel::insert_into(preference::table)
            .values((
                preference::account_id.eq(account),
                preference::name.eq(name),
                preference::value.eq(value),
            ))
            .on_conflict((preference::account_id, preference::name))
            .do_update()
            .set(preference::value.eq(value))
            .execute(connection))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_read_back_and_what_is_strange_is_as_usual() {
        let chosen = Preferences {
            visibility: Visibility::Followers,
            language: "pt".into(),
            pictures: Pictures::Hidden,
            warnings: Warnings::Opened,
        };
        let rows = chosen.rows().map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(Preferences::of_rows(&BTreeMap::from(rows)), chosen);
        let strange = BTreeMap::from([("visibility".to_owned(), "direct".to_owned())]);
        assert_eq!(Preferences::of_rows(&strange), Preferences::default());
    }
}
