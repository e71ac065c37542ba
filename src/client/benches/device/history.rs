//! Search in a long history, without case and accents, beside the plainest search there is: `contains` over the same texts. And
//! what it costs to build the history from its records.

use std::time::{Duration, Instant};

use alcove_client::{Content, Message, history::History};
use alcove_protocol::{ActorId, GroupId, Timestamp};

use crate::{Result, milliseconds, tell};

/// How many messages.
const COUNT: usize = 50_000;
/// How often each search is made; the best counts.
const ROUNDS: usize = 10;

/// Texts of the usual length, some of them with accents.
fn texts() -> Vec<String> {
    let words =
        ["Treffen", "wir", "uns", "morgen", "um", "sechs", "an", "der", "Mühle", "São", "the", "old", "mill"];
    let word = |at: usize| words.get(at % words.len()).copied().unwrap_or_default();
    let text = |number: usize| (0..14).map(|at| word(number * 7 + at * at)).collect::<Vec<_>>().join(" ");
    (0..COUNT).map(|number| format!("{} {number}", text(number))).collect()
}

/// Measures and tells.
pub fn measure() -> Result<()> {
    let (sender, conversation) = (ActorId::parse("https://h.example/users/1")?, GroupId::parse("g")?);
    let texts = texts();
    let began = Instant::now();
    let mut history = History::default();
    for (number, text) in texts.iter().enumerate() {
        let position = i64::try_from(number)?;
        history.insert(Message {
            conversation: conversation.clone(),
            position,
            sender: sender.clone(),
            id: format!("urn:uuid:{number}"),
            sent_at: Timestamp(position),
            content: Content::text(text),
        });
    }
    tell("build a history", &format!("{:.0} ms for {COUNT} messages", milliseconds(began.elapsed())));
    for (what, words, plain) in [
        ("search, nothing found", "muhlenbach", "Mühlenbach"),
        ("search, one found", "31415", " 31415"),
        ("search, two words", "mühle 49999", "49999"),
        ("search, everything found", "TREFFEN", "Treffen"),
    ] {
        let ours = best(|| history.search(words, None, 50).len());
        let bare = best(|| texts.iter().filter(|text| text.contains(plain)).count());
        tell(
            what,
            &format!("{:.2} ms; beside it `contains`: {:.2} ms", milliseconds(ours), milliseconds(bare)),
        );
    }
    Ok(())
}

fn best(search: impl Fn() -> usize) -> Duration {
    let round = || {
        let began = Instant::now();
        std::hint::black_box(search());
        began.elapsed()
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}
