//! The way around for people who are signed in: the same few places at the head of every page, the present one marked.
//! Not for visitors: they see a way in and nothing else.

use serde_json::{Value, json};

/// The places; `@` stands for the profile of whoever looks.
const PLACES: [(&str, &str); 7] = [
    ("/home", "Home"),
    ("/notifications", "Notifications"),
    ("/messages", "Messages"),
    ("/write", "Write"),
    ("/search", "Search"),
    ("@", "Profile"),
    ("/settings", "Settings"),
];
/// More than this many notifications are not counted.
pub const MAX_COUNTED: i64 = 99;

/// The places as the page at `path` shows them to `name`, with how many notifications are new.
pub fn shown(path: &str, name: &str, unread: i64) -> Vec<Value> {
    let profile = format!("/@{name}");
    PLACES
        .iter()
        .map(|(place, text)| {
            let href = if *place == "@" { profile.as_str() } else { place };
            json!({
                "href": href,
                "text": text,
                "current": is_within(path, href),
                "count": (href == "/notifications").then(|| counted(unread)).flatten(),
            })
        })
        .collect()
}

fn is_within(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn counted(unread: i64) -> Option<String> {
    match unread {
        ..=0 => None,
        1..=MAX_COUNTED => Some(unread.to_string()),
        _ => Some(format!("more than {MAX_COUNTED}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_place_is_marked_and_what_is_new_is_counted() {
        let current = |path: &str| {
            let places = shown(path, "ana", 3);
            let marked = places.into_iter().filter(|place| place["current"] == true);
            marked.map(|place| place["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(current("/settings/blocks"), ["Settings"]);
        assert_eq!(current("/@ana/followers"), ["Profile"]);
        assert!(current("/@anabel").is_empty() && current("/").is_empty());
        assert_eq!(shown("/", "ana", 3)[1]["count"], "3");
        assert_eq!(shown("/", "ana", 0)[1]["count"], Value::Null);
        assert_eq!(shown("/", "ana", 100)[1]["count"], "more than 99");
    }
}
