//! Everything that the servers know, and what the search finds in it. The control must be found, or the search proves
//! nothing; anything else that is found is a broken promise.

use std::{fs, path::Path};

use super::{
    search::{Hit, Search},
    server::Server,
};
use crate::{
    error::{Error, Result, While},
    services::PostgreSql,
};

/// What no server may know.
#[derive(Debug)]
pub struct Secret {
    /// What it is, for a person.
    pub what: String,
    /// How it is written by who knows it.
    pub bytes: Vec<u8>,
}

impl Secret {
    /// Something that somebody has written.
    pub fn text(text: &str) -> Self {
        Self { what: format!("{text:?}"), bytes: text.as_bytes().to_vec() }
    }
}

/// Bytes to search, and where they are from.
#[derive(Debug)]
pub struct Exhibit {
    /// For a person.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Exhibit {
    fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), bytes }
    }
}

/// A server's memory and all files below its folder: an SQLite database with its write-ahead log, the log, the requests as
/// recorded. The requests are there twice, as they came and with their bodies joined.
pub fn of_server(name: &str, server: &Server) -> Result<Vec<Exhibit>> {
    let mut exhibits = vec![Exhibit::new(format!("{name}: memory"), server.memory()?)];
    files(name, &server.folder, &mut exhibits)?;
    for (_, requests) in server.proxy.recorded()? {
        for request in requests {
            if request.compressed {
                return Err(Error::Demonstration(format!(
                    "`{}` is compressed and cannot be searched",
                    request.line
                )));
            }
            exhibits.push(Exhibit::new(format!("{name}: {}", request.line), request.body));
        }
    }
    Ok(exhibits)
}

/// Everything in a PostgreSQL database, with its binary columns read, and the write-ahead log.
pub async fn of_postgresql(name: &str, server: &PostgreSql, database: &str) -> Result<Vec<Exhibit>> {
    let dump = server.dump(database).await?;
    let binary = super::search::binary_columns(&dump);
    let mut exhibits = vec![
        Exhibit::new(format!("{name}: dump"), dump),
        Exhibit::new(format!("{name}: binary columns"), binary),
    ];
    files(&format!("{name}: write-ahead log"), &server.write_ahead_log(), &mut exhibits)?;
    Ok(exhibits)
}

/// Whether `text` is anywhere in the exhibits.
pub fn holds(exhibits: &[Exhibit], text: &str) -> bool {
    let search = Search::new(&[text]);
    exhibits.iter().any(|exhibit| !search.hits(&exhibit.bytes).is_empty())
}

/// Searches the exhibits for what nobody but the people may know and for the control. Returns where the control was found.
pub fn examine(exhibits: &[Exhibit], secrets: &[Secret], control: &str) -> Result<Vec<String>> {
    let texts = secrets.iter().map(|secret| secret.bytes.as_slice()).chain([control.as_bytes()]);
    let texts = texts.collect::<Vec<_>>();
    let search = Search::new(&texts);
    let (mut found, mut betrayed) = (Vec::new(), Vec::new());
    for exhibit in exhibits {
        let mut times = 0;
        for Hit { text, form, at } in search.hits(&exhibit.bytes) {
            match secrets.get(text) {
                Some(secret) => {
                    betrayed.push(format!("{} in {} ({form}, at byte {at})", secret.what, exhibit.name));
                }
                None => times += 1,
            }
        }
        if times > 0 {
            found.push(format!("{}, times found: {times}", exhibit.name));
        }
    }
    if !betrayed.is_empty() {
        return Err(Error::Demonstration(format!("what should be secret is not:\n{}", betrayed.join("\n"))));
    }
    if found.is_empty() {
        return Err(Error::Demonstration("the control was not found, so the search proves nothing".into()));
    }
    Ok(found)
}

fn files(name: &str, folder: &Path, exhibits: &mut Vec<Exhibit>) -> Result<()> {
    for entry in fs::read_dir(folder).while_("list a server's files")?.flatten() {
        let path = entry.path();
        let name = format!("{name}: {}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            files(&name, &path, exhibits)?;
        } else if path.is_file() {
            // A socket is no file; what vanished meanwhile was a lock.
            exhibits.push(Exhibit::new(name, fs::read(&path).while_(format!("read {}", path.display()))?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exhibit(text: &str) -> Exhibit {
        Exhibit::new("a file", text.as_bytes().to_vec())
    }

    /// P1: the search fails when the control is not found.
    #[test]
    fn no_control_is_a_failure() {
        let error =
            examine(&[exhibit("nothing here")], &[Secret::text("a long secret")], "the control").unwrap_err();
        assert!(error.to_string().contains("proves nothing"), "{error}");
        let found =
            examine(&[exhibit("here is the control")], &[Secret::text("a long secret")], "the control")
                .unwrap();
        assert_eq!(found, ["a file, times found: 1"]);
    }

    /// P1: one secret in one form is enough.
    #[test]
    fn a_secret_that_is_found_is_a_failure() {
        let exhibits = [exhibit("the control"), exhibit("xx YSBsb25nIHNlY3JldA== xx")];
        let error = examine(&exhibits, &[Secret::text("a long secret")], "the control").unwrap_err();
        assert!(error.to_string().contains("\"a long secret\" in a file (base64"), "{error}");
    }
}
