//! Which media types are taken for what (S-03): a file of the right shape on somebody's upload host must not pass for an
//! actor, so the type that its server gives it decides.

use alcove_protocol::context;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

/// What is being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An actor, an object, a collection.
    ActivityStreams,
    /// The answer to a WebFinger query (RFC 7033).
    WebFinger,
}

impl Expected {
    /// The value of `Accept`.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::ActivityStreams => {
                r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#
            }
            Self::WebFinger => "application/jrd+json, application/json",
        }
    }

    /// Says whether an answer is of this type. Whoever compresses without being asked is refused: we read what was sent.
    pub(super) fn fits(self, headers: &HeaderMap) -> bool {
        let plain = headers.get_all(CONTENT_ENCODING).iter().all(|coding| coding == "identity");
        let mut types = headers.get_all(CONTENT_TYPE).iter();
        let (Some(Ok(first)), None) = (types.next().map(|value| value.to_str()), types.next()) else {
            return false;
        };
        plain && self.takes(first)
    }

    fn takes(self, content_type: &str) -> bool {
        let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        match (self, essence.trim().to_ascii_lowercase().as_str()) {
            (Self::ActivityStreams, "application/activity+json")
            | (Self::WebFinger, "application/jrd+json" | "application/json") => true,
            (Self::ActivityStreams, "application/ld+json") => has_profile(parameters),
            _ => false,
        }
    }
}

/// `profile` may list several addresses.
fn has_profile(parameters: &str) -> bool {
    parameters.split(';').filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
        let mut profiles = value.trim().trim_matches('"').split_ascii_whitespace();
        name.trim().eq_ignore_ascii_case("profile")
            && profiles.any(|profile| profile == context::ACTIVITY_STREAMS)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-03: the types that count, and those that look alike.
    #[test]
    fn types_are_told_apart() {
        let activity = |text: &str| Expected::ActivityStreams.takes(text);
        for text in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json;charset=utf-8;profile="https://example.org/x https://www.w3.org/ns/activitystreams""#,
        ] {
            assert!(activity(text), "{text}");
        }
        for text in [
            "",
            "text/plain",
            "text/html",
            "application/json",
            "image/png",
            "application/ld+json",
            "application/jrd+json",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams#evil""#,
            "application/activity+jsonx",
            "text/plain; application/activity+json",
        ] {
            assert!(!activity(text), "{text}");
        }
        let finger = |text: &str| Expected::WebFinger.takes(text);
        assert!(finger("application/jrd+json; charset=utf-8") && finger("application/json"));
        assert!(!finger("text/html") && !finger("application/activity+json"));
    }
}
