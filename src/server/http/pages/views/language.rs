//! The languages that posts can be written in here, each by its own name. Not what other servers may send: any BCP 47 tag.

use serde::Serialize;

/// A language that can be chosen.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Language {
    /// The BCP 47 tag; empty for none.
    pub value: &'static str,
    /// Its own name.
    pub text: &'static str,
}

/// All of them, in the order of their tags.
pub const ALL: &[Language] = &[
    Language { value: "", text: "Not said" },
    Language { value: "ar", text: "العربية" },
    Language { value: "bg", text: "български" },
    Language { value: "bn", text: "বাংলা" },
    Language { value: "ca", text: "català" },
    Language { value: "cs", text: "čeština" },
    Language { value: "cy", text: "Cymraeg" },
    Language { value: "da", text: "dansk" },
    Language { value: "de", text: "Deutsch" },
    Language { value: "el", text: "Ελληνικά" },
    Language { value: "en", text: "English" },
    Language { value: "eo", text: "Esperanto" },
    Language { value: "es", text: "español" },
    Language { value: "et", text: "eesti" },
    Language { value: "eu", text: "euskara" },
    Language { value: "fa", text: "فارسی" },
    Language { value: "fi", text: "suomi" },
    Language { value: "fr", text: "français" },
    Language { value: "ga", text: "Gaeilge" },
    Language { value: "gl", text: "galego" },
    Language { value: "he", text: "עברית" },
    Language { value: "hi", text: "हिन्दी" },
    Language { value: "hr", text: "hrvatski" },
    Language { value: "hu", text: "magyar" },
    Language { value: "id", text: "Bahasa Indonesia" },
    Language { value: "is", text: "íslenska" },
    Language { value: "it", text: "italiano" },
    Language { value: "ja", text: "日本語" },
    Language { value: "ko", text: "한국어" },
    Language { value: "lt", text: "lietuvių" },
    Language { value: "lv", text: "latviešu" },
    Language { value: "nb", text: "norsk bokmål" },
    Language { value: "nl", text: "Nederlands" },
    Language { value: "pl", text: "polski" },
    Language { value: "pt", text: "português" },
    Language { value: "ro", text: "română" },
    Language { value: "ru", text: "русский" },
    Language { value: "sk", text: "slovenčina" },
    Language { value: "sl", text: "slovenščina" },
    Language { value: "sr", text: "српски" },
    Language { value: "sv", text: "svenska" },
    Language { value: "ta", text: "தமிழ்" },
    Language { value: "th", text: "ไทย" },
    Language { value: "tr", text: "Türkçe" },
    Language { value: "uk", text: "українська" },
    Language { value: "vi", text: "Tiếng Việt" },
    Language { value: "zh", text: "中文" },
];

/// The tag if it is one of ours.
pub fn known(tag: &str) -> Option<String> {
    ALL.iter()
        .find(|language| language.value == tag && !tag.is_empty())
        .map(|language| language.value.to_owned())
}
