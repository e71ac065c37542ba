//! How long a signature counts (S-10). Clocks of others are off by up to an hour; replays must not outlive the cache.

use alcove_protocol::{
    Timestamp,
    time::{HOUR, MINUTE, SECOND},
};

use super::SignatureError;

/// How far the clock of a sender may be off, in milliseconds.
pub const SKEW: i64 = HOUR;
/// The longest life that we grant, whatever `expires` says, in milliseconds. Mastodon grants twelve hours; one is enough
/// for whoever signs at the moment of sending, and keeps the replay cache small.
pub const MAX_LIFETIME: i64 = HOUR;
/// The life of a signature that does not say when it expires, in milliseconds.
const LIFETIME: i64 = 5 * MINUTE;

/// The moment after which a signature is stale; an error when it is stale now, or not yet made.
pub(super) fn valid_until(
    created: Timestamp,
    expires: Option<Timestamp>,
    now: Timestamp,
) -> Result<Timestamp, SignatureError> {
    let expires = expires.unwrap_or(created.plus(LIFETIME)).min(created.plus(MAX_LIFETIME));
    let valid_until = expires.plus(SKEW);
    let fresh = created.plus(-SKEW) <= now && now <= valid_until && created <= expires;
    if fresh { Ok(valid_until) } else { Err(SignatureError::Stale) }
}

/// Reads seconds since the epoch.
pub(super) fn from_seconds(seconds: i64) -> Result<Timestamp, SignatureError> {
    seconds.checked_mul(SECOND).map(Timestamp).ok_or(SignatureError::Stale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_767_323_045_000);

    /// S-10: too old, in the future, expired, absurd.
    #[test]
    fn signatures_count_for_a_while() {
        let check = |created: i64, expires: Option<i64>| {
            valid_until(NOW.plus(created), expires.map(|at| NOW.plus(at)), NOW).is_ok()
        };
        assert!(check(0, None) && check(-HOUR, None) && check(HOUR, None));
        assert!(!check(-HOUR - 6 * MINUTE, None), "too old");
        assert!(!check(HOUR + SECOND, None), "in the future");
        assert!(!check(-2 * HOUR, Some(-HOUR - SECOND)), "expired");
        assert!(!check(0, Some(-SECOND)), "expired before it was made");
        assert!(!check(-3 * HOUR, Some(i64::MAX / 4)), "absurd expiry");
        assert!(check(-90 * MINUTE, Some(HOUR)), "capped at an hour, and an hour of skew");
        assert_eq!(from_seconds(i64::MAX), Err(SignatureError::Stale));
    }

    proptest! {
        #[test]
        fn no_signature_outlives_the_cap(created: i64, expires: Option<i64>) {
            let until = valid_until(Timestamp(created), expires.map(Timestamp), NOW);
            if let Ok(until) = until {
                prop_assert!(until >= NOW && until.since(NOW) <= 2 * SKEW + MAX_LIFETIME);
            }
        }
    }
}
