//! What can go wrong, in the words that a person reads. Variants are named by what can be done about them.

use std::{io, path::PathBuf};

use alcove_protocol::Problem;

/// Why a command of the terminal, or a step of its device, did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody typed the wrong passphrase.
    #[error("This is not the passphrase of this device.")]
    WrongPassphrase,
    /// Another process has the device.
    #[error(
        "This device is in use by {holder}. Close it first: only one program at a time may hold its keys."
    )]
    InUse {
        /// As `process 4711`.
        holder: String,
    },
    /// The folder holds no device yet.
    #[error(
        "There is no device in {}. Begin with `alcove-chat join LINK` or `alcove-chat login @name@server`.",
        folder.display()
    )]
    NoDevice {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The folder holds a device already.
    #[error("There is already a device in {}. Choose another folder with --home.", folder.display())]
    DeviceExists {
        /// Where it is.
        folder: PathBuf,
    },
    /// The file was changed by something else, or the disk failed.
    #[error(
        "The file of this device, {}, is damaged: {what}. It cannot be used any more. Sign in again in another folder \
         with `alcove-chat --home DIR login`; your other devices are not affected.",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What gave it away.
        what: &'static str,
    },
    /// A newer program wrote the file.
    #[error(
        "The file of this device, {}, was written by a newer alcove-chat (layout {found}, this one knows {known}). \
         Install the newer alcove-chat.",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The layout that it has.
        found: i64,
        /// The newest layout that this program knows.
        known: i64,
    },
    /// The disk did not do what it should.
    #[error("The file of this device, {}, could not be read or written: {source}.", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file or folder beside the records could not be used.
    #[error("{} could not be used: {source}.", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record could not be sealed: too long a name, or parameters that the algorithms do not take.
    #[error("A record of this device could not be sealed. Nothing was changed.")]
    Sealing,
    /// A step could not be saved: the device in memory is ahead of its file and does nothing more.
    #[error(
        "What this device did could not be written to its file, so it has stopped; nothing more is sent. Make room on the \
         disk if it is full, and start alcove-chat again."
    )]
    Unsaved,
    /// The server said no.
    #[error("{}", .0.sentence())]
    Refused(Box<Problem>),
    /// The server cannot be reached, or is busy. Trying again later is right.
    #[error("{host} cannot be reached just now: {reason}. Try again later.")]
    Unreachable {
        /// Its name.
        host: String,
        /// Why.
        reason: String,
    },
    /// The token is not good any more: the device was removed, or the password changed.
    #[error("You are signed out of {host}: {} Sign in again with `alcove-chat login`.", problem.sentence())]
    SignedOut {
        /// The server.
        host: String,
        /// What it said.
        problem: Box<Problem>,
    },
    /// The device would not do it.
    #[error("{}", crate::texts::sentence(&.0.to_string()))]
    Device(#[from] alcove_client::Error),
    /// What somebody typed does not fit; the text says what was expected.
    #[error("{0}")]
    Expected(String),
}

impl Error {
    /// A word for scripts, in `--json`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::WrongPassphrase => "wrong-passphrase",
            Self::InUse { .. } => "in-use",
            Self::NoDevice { .. } => "no-device",
            Self::DeviceExists { .. } => "device-exists",
            Self::Damaged { .. } => "damaged",
            Self::Newer { .. } => "newer",
            Self::Disk { .. } | Self::Folder { .. } | Self::Sealing | Self::Unsaved => "disk",
            Self::Refused(_) => "refused",
            Self::Unreachable { .. } => "unreachable",
            Self::SignedOut { .. } => "signed-out",
            Self::Device(_) => "not-possible",
            Self::Expected(_) => "expected",
        }
    }
}
