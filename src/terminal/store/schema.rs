//! The tables of the device's file and how the file is opened. Not what stands in them.
//!
//! `salt` holds what a record's key is made from, in rows that are only ever added at the end and overwritten in place:
//! SQLite zeroes what it deletes (`secure_delete`) but not what it leaves behind when it moves a row to another page, so
//! that a record is made unreadable where nothing moves.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};

use super::failure::Failure;

/// The layout that this program writes; an older program refuses a newer one.
pub(super) const SCHEMA: i64 = 1;
/// Tells a device's file from other SQLite files: "Alco".
const APPLICATION: i64 = 0x416c_636f;

const TABLES: &str = "
    CREATE TABLE store (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        name BLOB NOT NULL,
        memory INTEGER NOT NULL,
        passes INTEGER NOT NULL,
        salt BLOB NOT NULL,
        nonce BLOB NOT NULL,
        data_key BLOB NOT NULL,
        root BLOB NOT NULL
    ) STRICT;
    CREATE TABLE salt (slot INTEGER PRIMARY KEY, used INTEGER NOT NULL, salt BLOB NOT NULL) STRICT;
    CREATE INDEX salt_free ON salt (used) WHERE used = 0;
    CREATE TABLE record (
        slot INTEGER PRIMARY KEY,
        key BLOB NOT NULL,
        counter INTEGER NOT NULL,
        shelf BLOB,
        place INTEGER,
        sealed BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX record_key ON record (key, counter);
    CREATE INDEX record_hot ON record (slot) WHERE shelf IS NULL;
    CREATE INDEX record_shelf ON record (shelf, place) WHERE shelf IS NOT NULL;
";

/// Makes an empty file with its tables.
pub(super) fn create(path: &Path) -> Result<Connection, Failure> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", SCHEMA)?;
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

/// Opens a file that exists and has a layout that we know.
pub(super) fn open(path: &Path) -> Result<Connection, Failure> {
    let connection = connect(path, OpenFlags::empty())?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if number("application_id")? != APPLICATION {
        return Err(Failure::Damaged("it is not the file of a device"));
    }
    match number("user_version")? {
        SCHEMA => Ok(connection),
        found if found > SCHEMA => Err(Failure::Newer { found }),
        _ => Err(Failure::Damaged("its layout has no known number")),
    }
}

/// Every setting that durability and erasure rest on; each differs from SQLite's default.
fn connect(path: &Path, create: OpenFlags) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // DELETE and not WAL: what was overwritten is gone from every file once a save has returned. EXTRA: and it stays
    // so, and saved, when the power fails right after.
    for (name, value) in [
        ("journal_mode", "DELETE"),
        ("synchronous", "EXTRA"),
        ("secure_delete", "ON"),
        ("temp_store", "MEMORY"),
    ] {
        connection.pragma_update(None, name, value)?;
    }
    Ok(connection)
}
