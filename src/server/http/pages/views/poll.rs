//! A question as somebody sees it: to be answered, or with what others have chosen. Pure.

use alcove_protocol::Timestamp;
use serde::Serialize;

use super::words;
use crate::{
    actions::posts::details::PollOption,
    db::polls::{Mode, PollRow},
    text,
};

/// A question of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PollView {
    /// Whether the reader may choose now.
    pub may_vote: bool,
    /// Whether one may choose several.
    pub is_multiple: bool,
    /// How many have chosen, and until when one can, in words.
    pub summary: String,
    /// What can be chosen, in its order.
    pub options: Vec<OptionView>,
}

/// An answer that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionView {
    /// The answer as HTML: text, and pictures of custom emoji.
    pub text_html: String,
    /// How many of those who took part have chosen it, of a hundred.
    pub percent: i64,
    /// Whether the reader has.
    pub is_chosen: bool,
}

/// What somebody who looks has to do with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Nothing: a visitor, or whoever asks.
    None,
    /// May choose, or has chosen these.
    Voter(&'a [i64]),
}

impl PollView {
    /// A question with its votes, `voters` being how many people have taken part, if that is known.
    pub fn new(
        row: &PollRow,
        options: &[PollOption],
        voters: Option<i64>,
        part: Part<'_>,
        now: Timestamp,
    ) -> Self {
        let votes = options.iter().fold(0_i64, |sum, option| sum.saturating_add(option.votes.max(0)));
        let people = voters.unwrap_or(votes).max(0);
        let chosen = if let Part::Voter(chosen) = part { chosen } else { &[] };
        let shown = |(position, option): (i64, &PollOption)| OptionView {
            text_html: text::escape(&option.name).into_owned(),
            percent: option.votes.max(0).saturating_mul(100).checked_div(people).unwrap_or_default().min(100),
            is_chosen: chosen.contains(&position),
        };
        Self {
            may_vote: matches!(part, Part::Voter([])) && row.is_open(now),
            is_multiple: row.mode() == Mode::Any,
            summary: summary(row, people, now),
            options: (0..).zip(options).map(shown).collect(),
        }
    }
}

impl PollView {
    /// The same with the pictures of custom emoji in its options.
    pub fn with_emoji(mut self, emoji: &text::Emoji) -> Self {
        for option in &mut self.options {
            option.text_html = text::emojify(&option.text_html, emoji);
        }
        self
    }
}

fn summary(row: &PollRow, people: i64, now: Timestamp) -> String {
    let people = words::count(people, "person has voted", "people have voted");
    match (row.is_open(now), row.closes_at.or(row.closed_at)) {
        (true, Some(at)) => format!("{people}. Open until {}.", words::full(Timestamp(at))),
        (true, None) => format!("{people}."),
        (false, Some(at)) => format!("{people}. Ended {}.", words::full(Timestamp(at))),
        (false, None) => format!("{people}. Ended."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(mode: Mode, closes_at: i64) -> PollRow {
        let mode = mode.as_str().to_owned();
        PollRow {
            post_id: 1,
            mode,
            options: String::new(),
            voters: None,
            closes_at: Some(closes_at),
            closed_at: None,
        }
    }

    fn options(votes: [i64; 2]) -> [PollOption; 2] {
        [("yes", votes[0]), ("no", votes[1])].map(|(name, votes)| PollOption { name: name.into(), votes })
    }

    #[test]
    fn a_question_can_be_answered_once_and_while_it_is_open() {
        let may = |part, now| {
            PollView::new(&row(Mode::One, 9), &options([1, 2]), None, part, Timestamp(now)).may_vote
        };
        assert!(may(Part::Voter(&[]), 8));
        assert!(!may(Part::Voter(&[1]), 8) && !may(Part::None, 8) && !may(Part::Voter(&[]), 9));
    }

    /// Counts of strangers are taken for what they are.
    #[test]
    fn shares_are_of_people_and_never_more_than_all() {
        let percents = |votes, voters| {
            let view = PollView::new(&row(Mode::Any, 9), &options(votes), voters, Part::None, Timestamp(0));
            view.options.iter().map(|option| option.percent).collect::<Vec<_>>()
        };
        assert_eq!(percents([1, 2], Some(2)), [50, 100]);
        assert_eq!(percents([1, 1], None), [50, 50]);
        assert_eq!(percents([0, 0], None), [0, 0]);
        assert_eq!(percents([i64::MAX, -5], Some(-1)), [0, 0]);
    }
}
