//! cargo task.
fn main() {}
