//! alcove-chat.
fn main() {}
