//! Media types of documents, coming and going (S-03): a file of the right shape on somebody's upload host must not pass for
//! an activity or an actor, so the type that it is given decides. Parameters are written in too many ways to insist on any
//! but the profile.

use alcove_protocol::context::{ACTIVITY_JSON, ACTIVITY_STREAMS};

/// The type without its parameters, in lower case.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether this is one of the two types of ActivityStreams documents; `ld+json` without the profile may be anything.
pub fn is_activity(content_type: &str) -> bool {
    match essence(content_type).as_str() {
        ACTIVITY_JSON => true,
        "application/ld+json" => has_profile(content_type),
        _ => false,
    }
}

/// `profile` may list several addresses.
fn has_profile(content_type: &str) -> bool {
    content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
        let mut profiles = value.trim().trim_matches('"').split_ascii_whitespace();
        name.trim().eq_ignore_ascii_case("profile") && profiles.any(|profile| profile == ACTIVITY_STREAMS)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-03: the types that count, and those that look alike.
    #[test]
    fn only_activities_are_taken() {
        for text in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            "application/ld+json;charset=utf-8;Profile=https://www.w3.org/ns/activitystreams",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams https://w3id.org/security""#,
            r#"application/ld+json;charset=utf-8;profile="https://example.org/x https://www.w3.org/ns/activitystreams""#,
        ] {
            assert!(is_activity(text), "{text}");
        }
        for text in [
            "",
            "text/plain",
            "text/html",
            "application/json",
            "image/png",
            "application/ld+json",
            "application/jrd+json",
            "application/activity",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams#evil""#,
            "application/activity+jsonx",
            "text/plain; application/activity+json",
        ] {
            assert!(!is_activity(text), "{text}");
        }
        assert_eq!(essence(" Application/JRD+json ; charset=utf-8"), "application/jrd+json");
    }
}
