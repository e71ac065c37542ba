//! The Alcove server.
