//! Which records lie on a shelf, so that they are not loaded when the device opens: the device's cold ones, those of
//! messages, and the terminal's own notes about sent messages. Everything else is hot.

/// What the terminal's notes about sent messages begin with.
pub(crate) const SENT: &str = "terminal/sent/";

/// The shelf of a record and its place on it; `None` for hot records. A message's name ends in its position; the notes
/// are only ever asked for by name, so that their place does not matter.
pub(super) fn place(name: &str) -> Option<(&str, i64)> {
    if name.starts_with(SENT) {
        return Some((SENT, 0));
    }
    alcove_client::record::place(name)
}
