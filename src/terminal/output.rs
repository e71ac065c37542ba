//! What the program prints, and the only place that prints: lines for people, or one JSON object per line for scripts.
//!
//! Everything that came from others passes [`tame`], so that no message can move the cursor, change colours or turn the
//! direction of writing.

use std::io::{self, IsTerminal};

use alcove_terminal::Error;
use serde::Serialize;
use serde_json::json;

/// For whom is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Sentences.
    People,
    /// JSON, one object per line.
    Scripts,
}

impl Output {
    /// Prints a sentence for people.
    pub fn say(self, sentence: &str) {
        if self == Self::People {
            print(&tame(sentence));
        }
    }

    /// Prints an object for scripts.
    pub fn object(self, object: &impl Serialize) {
        if self == Self::Scripts {
            print(&serde_json::to_string(object).unwrap_or_default());
        }
    }

    /// Prints the same fact in either form.
    pub fn fact(self, sentence: &str, object: &impl Serialize) {
        self.say(sentence);
        self.object(object);
    }

    /// Prints something that must not be overlooked: in words always, in colour where there is any.
    pub fn warn(self, sentence: &str) {
        if self == Self::People {
            let sentence = tame(sentence);
            let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            print(&if colour { format!("\u{1b}[33m{sentence}\u{1b}[0m") } else { sentence });
        }
    }

    /// Prints why a command failed.
    pub fn failed(self, error: &Error) {
        let sentence = error.to_string();
        match self {
            Self::People => print_error(&tame(&sentence)),
            Self::Scripts => print(&json!({"error": error.word(), "sentence": sentence}).to_string()),
        }
    }
}

/// Leaves out what would command the terminal instead of being shown.
pub fn tame(text: &str) -> String {
    let commands = |character: char| {
        let bidirectional = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        (character.is_control() && !matches!(character, '\n' | '\t')) || bidirectional
    };
    text.chars().map(|character| if commands(character) { '\u{fffd}' } else { character }).collect()
}

#[expect(clippy::print_stdout, reason = "the one place that prints")]
fn print(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "the one place that prints errors")]
fn print_error(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message can be read but not obeyed.
    #[test]
    fn messages_cannot_command_the_terminal() {
        assert_eq!(tame("one\ntwo\tthree é 👋"), "one\ntwo\tthree é 👋");
        assert_eq!(
            tame("\u{1b}[2J\u{9b}31m\u{7}\r\u{202e}"),
            "\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}\u{fffd}"
        );
    }
}
