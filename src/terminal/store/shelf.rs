//! Which records lie on a shelf: the device's cold ones, those of messages. Everything else is hot.

/// The shelf of a record and its place on it; `None` for hot records. A message's name ends in its position.
pub(super) fn place(name: &str) -> Option<(&str, i64)> {
    let end = name.rfind('/')? + 1;
    name.starts_with("message/").then_some(())?;
    Some((name.get(..end)?, name.get(end..)?.parse().ok()?))
}
