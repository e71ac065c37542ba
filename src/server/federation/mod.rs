//! How this server talks to others: signatures, the only reader of foreign URLs, the only sender to foreign inboxes,
//! and what is done with the activities that arrive.

pub mod signatures;
