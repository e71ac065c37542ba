//! What is said on the demonstration's stage: two conversations for people to read, canaries for the search, and the one
//! note that is sent in clear. Each text stands nowhere else, so that wherever it turns up, it comes from here.

/// What Ana calls her conversation with Bob.
pub const GARDEN: &str = "Garden on Saturday";
/// What Cleo calls the one of all three.
pub const PARTY: &str = "Surprise party for grandmother Dora";
/// What Ana calls the first one later on.
pub const RENAMED: &str = "Garden, with a goose in the pump";

/// What is said by whom: 0 is Ana, 1 Bob, 2 Cleo.
pub type Line = (usize, &'static str);

/// Said in the garden.
pub const GARDEN_LINES: [Line; 4] = [
    (0, "Bob, the key of the shed is under the \"third\" flowerpot 🌻"),
    (1, "Found it. The pump makes a noise like a goose, is that normal?"),
    (0, "Only on Saturdays. Kick it <gently> & it sings."),
    (1, "It sings. I am bringing the plum tree at half past nine."),
];
/// Said about the party.
pub const PARTY_LINES: [Line; 5] = [
    (2, "Nobody tells Dora: the party is on the 14th, in the orchard of Ana"),
    (0, "I hide the lanterns in the beehive shed, she never goes there"),
    (1, "My part is the cake. Poppy seed, three storeys, no raisins"),
    (2, "And if she asks what we are whispering about: tax returns"),
    (0, "Tax returns it is. Дора ничего не узнает 🤫"),
];

/// Sent in clear on purpose: the search that does not find this proves nothing.
pub const CONTROL: &str = "This note is not encrypted: whoever runs a server can read about the goose pump";

/// How many canaries are sent beside the lines; with lines, names and passphrases the texts to search for are 40.
const CANARIES: usize = 25;

/// Messages that say nothing and are easy to tell apart: of many lengths, with what JSON, HTML and base64 write otherwise.
pub fn canaries() -> Vec<String> {
    const ODD: [&str; 5] = ["\"quoted\"", "back\\slash", "<tag> & more", "Käfig 🐤", "plain"];
    let canary = |number: usize| {
        let odd = ODD[number % ODD.len()];
        format!("canary {number:02} {odd} {}", "la".repeat(3 + number))
    };
    (1..=CANARIES).map(canary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_part_of_another() {
        let lines = GARDEN_LINES.iter().chain(&PARTY_LINES).map(|(_, line)| (*line).to_owned());
        let names = [GARDEN, PARTY, RENAMED, CONTROL].map(str::to_owned);
        let texts = canaries().into_iter().chain(lines).chain(names).collect::<Vec<_>>();
        for (at, text) in texts.iter().enumerate() {
            let inside = texts.iter().enumerate().filter(|(other, long)| *other != at && long.contains(text));
            assert_eq!(inside.count(), 0, "{text}");
        }
    }
}
