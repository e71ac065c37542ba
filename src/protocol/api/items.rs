//! What arrived for an account, in order of arrival: the source of every device's work. Positions are given by the
//! account's own server, start at 1 and never repeat within an incarnation.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One activity that arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its arrival number for this account; the order on screen.
    pub position: i64,
    /// The activity, with every property that it came with.
    pub activity: Value,
}

/// A page of what arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Items {
    /// How often this server was restored from a backup.
    pub incarnation: i64,
    /// Oldest first, at most 100.
    pub items: Vec<Item>,
    /// Whether more than these are waiting.
    pub more: bool,
}

/// How far a device has come: everything up to this position is saved on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The incarnation that the position belongs to.
    pub incarnation: i64,
    /// The last position that is saved.
    pub position: i64,
}
