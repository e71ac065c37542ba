//! One process at a time: two devices with the same keys would use a key twice. A lock on a file of its own, because
//! SQLite loses its locks when somebody else closes the database; the system gives it back when the process ends.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use crate::Error;

/// The lock, for as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock or says who holds it.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Folder { path: path.to_owned(), source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse { holder: holder(file) }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        write!(file, "process {}", std::process::id()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// What the holder wrote; the words that stand in when it had no time to.
fn holder(file: File) -> String {
    let mut text = String::new();
    let read = file.take(64).read_to_string(&mut text);
    if read.is_ok() && !text.is_empty() { text } else { "another process".to_owned() }
}
