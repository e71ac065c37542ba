//! Which media types are taken for what (S-03).

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

use crate::federation::media_type;

/// What is being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An actor, an object, a collection.
    ActivityStreams,
    /// The answer to a WebFinger query (RFC 7033).
    WebFinger,
    /// A picture, a film or a sound.
    Media,
}

impl Expected {
    /// The value of `Accept`.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::ActivityStreams => {
                r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#
            }
            Self::WebFinger => "application/jrd+json, application/json",
            Self::Media => "image/*, video/*, audio/*",
        }
    }

    /// Says whether an answer is of this type. Whoever compresses without being asked is refused: we read what was sent.
    pub(super) fn fits(self, headers: &HeaderMap) -> bool {
        let plain = headers.get_all(CONTENT_ENCODING).iter().all(|coding| coding == "identity");
        if self == Self::Media {
            // Its first bytes say what it is.
            return plain;
        }
        let mut types = headers.get_all(CONTENT_TYPE).iter();
        let (Some(Ok(first)), None) = (types.next().map(|value| value.to_str()), types.next()) else {
            return false;
        };
        plain && self.takes(first)
    }

    fn takes(self, content_type: &str) -> bool {
        match self {
            Self::ActivityStreams => media_type::is_activity(content_type),
            Self::WebFinger => ["application/jrd+json", "application/json"]
                .contains(&media_type::essence(content_type).as_str()),
            Self::Media => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-03: what is an activity is no answer about a handle, and the other way round.
    #[test]
    fn types_are_told_apart() {
        let activity = |text: &str| Expected::ActivityStreams.takes(text);
        assert!(activity("application/activity+json; charset=utf-8") && !activity("application/jrd+json"));
        let finger = |text: &str| Expected::WebFinger.takes(text);
        assert!(finger("application/jrd+json; charset=utf-8") && finger("application/json"));
        assert!(!finger("text/html") && !finger("application/activity+json"));
    }
}
