//! The terminal client, as a library for its binary and for stories.
