//! Points in time: milliseconds since 1970-01-01T00:00:00Z, as every table and record stores them. Not a clock: the
//! present is always an argument.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::{
    OffsetDateTime,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::format_description,
};

/// A point in time in milliseconds since the Unix epoch, UTC. In JSON: an RFC 3339 string with milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const MILLISECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// A second, in milliseconds.
pub const SECOND: i64 = 1_000;
/// A minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    /// This point, later by so many milliseconds (earlier if negative); saturates at the ends of time.
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this point; negative if `earlier` lies after it.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same point, cut to the whole minute: what envelopes of messages show (ENCRYPTION.md 1.2).
    #[must_use]
    pub fn whole_minute(self) -> Self {
        Self(self.0.div_euclid(MINUTE) * MINUTE)
    }

    /// The same point, cut to the whole day: when an actor has come, which need not be known more exactly.
    #[must_use]
    pub fn whole_day(self) -> Self {
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// Whole seconds since the Unix epoch.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// RFC 3339 with milliseconds, as `2026-01-02T03:04:05.678Z`.
    pub fn to_rfc3339(self) -> String {
        self.format(MILLISECONDS)
    }

    /// RFC 3339 with whole seconds, as `2026-01-02T03:04:05Z`: the one form that everybody writes in the same way.
    pub fn to_rfc3339_seconds(self) -> String {
        self.format(SECONDS)
    }

    /// The date format of HTTP headers (RFC 9110 section 5.6.7), as `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn to_http_date(self) -> String {
        self.format(HTTP_DATE)
    }

    /// The last point that RFC 3339 can tell, in the year 9999. Later ones are told as this one.
    pub const LAST: Self = Self(253_402_300_799_999);

    /// Reads RFC 3339 with any offset and precision; `None` when it is not that.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text, &Rfc3339).ok().and_then(Self::from_offset)
    }

    /// Reads the date format of HTTP headers; `None` when it is not that.
    pub fn from_http_date(text: &str) -> Option<Self> {
        time::PrimitiveDateTime::parse(text, HTTP_DATE)
            .ok()
            .and_then(|date| Self::from_offset(date.assume_utc()))
    }

    fn from_offset(date: OffsetDateTime) -> Option<Self> {
        i64::try_from(date.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Self)
    }

    fn format(self, format: &[BorrowedFormatItem<'_>]) -> String {
        let told = self.min(Self::LAST);
        let date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(told.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        date.format(format).unwrap_or_default()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_rfc3339(&text)
            .ok_or_else(|| D::Error::custom("expected a time as 2026-01-02T03:04:05.678Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_read_back() {
        let point = Timestamp(1_767_323_045_678);
        assert_eq!(point.to_rfc3339(), "2026-01-02T03:04:05.678Z");
        assert_eq!(Timestamp::from_rfc3339("2026-01-02T04:04:05.678+01:00"), Some(point));
        assert_eq!(point.to_http_date(), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(
            Timestamp::from_http_date("Fri, 02 Jan 2026 03:04:05 GMT"),
            Some(Timestamp(1_767_323_045_000))
        );
        assert_eq!(point.whole_minute().to_rfc3339(), "2026-01-02T03:04:00.000Z");
        assert_eq!(point.whole_day().to_rfc3339(), "2026-01-02T00:00:00.000Z");
        assert_eq!(Timestamp::from_rfc3339("yesterday"), None);
        assert_eq!(Timestamp(i64::MAX).to_rfc3339(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from_rfc3339(&Timestamp::LAST.to_rfc3339()), Some(Timestamp::LAST));
    }
}
