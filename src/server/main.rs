//! The server on the command line.
fn main() {}
