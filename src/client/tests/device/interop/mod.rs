//! Our device, through its public API, against somebody else's software (ENCRYPTION.md section 5): `mls-rs` as an
//! independent implementation behind documents shaped as Emissary's, and OpenMLS with its defaults behind documents shaped
//! as Bonfire's. Promises P3, P4, P11, P17.

mod commits;
mod documents;
mod joining;
mod libraries;
mod meeting;
mod order;
mod removal;
mod walk;
