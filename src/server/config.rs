//! The configuration: `config/alcove.toml`, then the environment (`ALCOVE_SECTION__KEY`), then files for secrets
//! (`ALCOVE_SECTION__KEY_FILE`). Unknown keys are refused; errors name the place and what was expected. A test reads the
//! example file with every option uncommented and compares it with [`Config::default`].

mod content;
mod media;

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::{Table, Value};
use url::Url;

pub use content::{Invitations, Inviters, Messages, Policy, Retention};
pub use media::{Media, S3};

use crate::error::{Error, Result};

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Who this server is and where it listens.
    pub server: Server,
    /// TLS without a proxy in front.
    pub tls: Tls,
    /// Where everything is kept.
    pub database: Database,
    /// Several nodes.
    pub redis: Redis,
    /// What this server may connect to.
    pub outgoing: Outgoing,
    /// Who may invite.
    pub invitations: Invitations,
    /// Private messages.
    pub messages: Messages,
    /// What is kept for how long.
    pub retention: Retention,
    /// Files of people here and of other servers.
    pub media: Media,
    /// The log.
    pub log: Log,
}

/// Who this server is and where it listens.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The address that people and servers reach it by; fixed at first start.
    pub public_url: String,
    /// The domain of handles; the host of `public_url` if empty. Fixed at first start.
    pub handle_domain: String,
    /// What people see as the name of this place.
    pub name: String,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The folder of the control socket and of what is not in the database.
    pub data: PathBuf,
    /// A folder whose templates replace those of the same name; empty for none.
    pub templates: PathBuf,
    /// A folder with the browser app, in the place of the one that is built in; empty for that one.
    pub app: PathBuf,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// TLS from certificate files; plain HTTP if both are empty.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// The certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// Where everything is kept.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: Secret,
    /// The most connections at once.
    pub connections: u32,
}

/// The kind of database that a URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(String),
}

/// Several nodes on one PostgreSQL wake each other through Redis.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Redis {
    /// `redis://…`; empty for a single node.
    pub url: Secret,
}

/// What this server may connect to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outgoing {
    /// Private addresses that may be reached all the same, as `10.1.2.3` or `10.1.0.0/16`; plain HTTP is allowed to these.
    pub allow_addresses: Vec<String>,
    /// PEM files of further root certificates, for an organisation's own CA.
    pub root_certificates: Vec<PathBuf>,
    /// Seconds in which another server must have answered whole, redirects included.
    pub timeout_seconds: u64,
}

impl Default for Outgoing {
    fn default() -> Self {
        Self { allow_addresses: Vec::new(), root_certificates: Vec::new(), timeout_seconds: 10 }
    }
}

/// The log.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// What is written: a level, or directives as `info,alcove_server=debug`. The default leaves out what the HTTP library
    /// says about itself.
    pub level: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// A value that is never printed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:8440".into(),
            handle_domain: String::new(),
            name: "Alcove".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8440)),
            data: "data".into(),
            templates: PathBuf::new(),
            app: PathBuf::new(),
            trusted_proxies: Vec::new(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: Secret("sqlite:data/alcove.db".into()), connections: 10 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info,actix_server=warn".into(), format: LogFormat::Text }
    }
}

impl Database {
    /// What the URL names.
    ///
    /// # Errors
    /// When it is neither SQLite nor PostgreSQL.
    pub fn backend(&self) -> Result<DatabaseUrl> {
        let url = self.url.0.as_str();
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(DatabaseUrl::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Ok(DatabaseUrl::Postgres(url.to_owned())),
            _ => Err(Error::invalid(
                "database.url: expected sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
            )),
        }
    }
}

impl Config {
    /// Reads a file, if there is one, then the environment.
    ///
    /// # Errors
    /// A file that cannot be read or understood, with its line; an unknown key; a value that makes no sense.
    pub fn load(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Self> {
        let text = match file {
            Some(path) => std::fs::read_to_string(path).map_err(|error| {
                Error::invalid(format!("{}: expected a readable file: {error}", path.display()))
            })?,
            None => String::new(),
        };
        let name = file.map_or_else(|| "the configuration".into(), |path| path.display().to_string());
        Self::parse(&text, &name, environment)
    }

    /// Reads the text of a file, then the environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str, name: &str, environment: &BTreeMap<String, String>) -> Result<Self> {
        // Read alone first: only the file's own errors have a line to name.
        toml::from_str::<Self>(text)
            .map_err(|error| Error::invalid(format!("{name}: {}", error.to_string().trim())))?;
        let mut table: Table =
            toml::from_str(text).map_err(|error| Error::invalid(format!("{name}: {error}")))?;
        for (key, value) in environment {
            override_from(&mut table, key, value)?;
        }
        let config: Self = table.try_into().map_err(|error: toml::de::Error| {
            Error::invalid(format!("the environment: {}", error.message()))
        })?;
        config.check(name)?;
        Ok(config)
    }

    fn check(&self, name: &str) -> Result<()> {
        let url = Url::parse(&self.server.public_url).ok();
        let sound = url.is_some_and(|url| {
            matches!(url.scheme(), "https" | "http")
                && url.host_str().is_some()
                && url.path() == "/"
                && url.query().is_none()
        });
        if !sound {
            return Err(Error::invalid(format!(
                "{name}: server.public_url: expected an address as https://chat.example.org"
            )));
        }
        if self.tls.certificate.as_os_str().is_empty() != self.tls.key.as_os_str().is_empty() {
            return Err(Error::invalid(format!(
                "{name}: tls: expected both certificate and key, or neither"
            )));
        }
        if self.database.connections == 0 {
            return Err(Error::invalid(format!("{name}: database.connections: expected at least 1")));
        }
        self.media.check(name)?;
        self.database.backend().map(drop)
    }
}

/// Puts `ALCOVE_SECTION__KEY` into the table, and `ALCOVE_SECTION__SECTION__KEY` into a section within a section; with
/// `_FILE` at the end, what the named file holds.
fn override_from(table: &mut Table, variable: &str, value: &str) -> Result<()> {
    let Some((sections, key)) = variable.strip_prefix("ALCOVE_").and_then(|name| name.rsplit_once("__"))
    else {
        return Ok(());
    };
    let (key, value) = match key.strip_suffix("_FILE") {
        Some(key) => {
            let secret = std::fs::read_to_string(value).map_err(|error| {
                Error::invalid(format!("{variable}: expected a readable file at {value}: {error}"))
            })?;
            (key, secret.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => (key, value.to_owned()),
    };
    let mut within = table;
    for section in sections.split("__") {
        let inner = within.entry(section.to_lowercase()).or_insert_with(|| Value::Table(Table::new()));
        within =
            inner.as_table_mut().ok_or_else(|| Error::invalid(format!("{variable}: expected a section")))?;
    }
    within.insert(key.to_lowercase(), typed(value));
    Ok(())
}

/// Lists, numbers and truth values as TOML writes them; everything else is text.
fn typed(text: String) -> Value {
    let read = format!("value = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("value"));
    match read {
        Some(value @ (Value::Array(_) | Value::Integer(_) | Value::Boolean(_))) => value,
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn refusal(text: &str, pairs: &[(&str, &str)]) -> String {
        Config::parse(text, "alcove.toml", &environment(pairs)).expect_err("refused").to_string()
    }

    #[test]
    fn the_example_file_lists_every_option_at_its_default() {
        let example = include_str!("../../config/alcove.toml");
        let uncommented: String = example
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(Config::parse(&uncommented, "example", &BTreeMap::new()).unwrap(), Config::default());
        assert_eq!(Config::parse(example, "example", &BTreeMap::new()).unwrap(), Config::default());
        for option in [
            "public_url",
            "handle_domain",
            "trusted_proxies",
            "certificate",
            "connections",
            "allow_addresses",
            "blob_quota_bytes",
            "by",
            "cache_days",
            "secret_key",
            "format",
        ] {
            assert!(
                uncommented.lines().any(|line| line.starts_with(option)),
                "{option} is not in the example"
            );
        }
    }

    #[test]
    fn an_unknown_key_names_its_line() {
        let sentence = refusal("[server]\nname = \"x\"\nnmae = \"y\"\n", &[]);
        assert!(
            sentence.contains("line 3") && sentence.contains("nmae") && sentence.contains("expected"),
            "{sentence}"
        );
        assert!(refusal("", &[("ALCOVE_SERVER__NMAE", "x")]).contains("nmae"));
    }

    #[test]
    fn what_makes_no_sense_says_what_was_expected() {
        assert!(refusal("[server]\npublic_url = \"chat\"", &[]).contains("https://chat.example.org"));
        assert!(refusal("[tls]\nkey = \"k.pem\"", &[]).contains("both certificate and key"));
        assert!(refusal("[database]\nurl = \"mysql://x\"", &[]).contains("sqlite:PATH"));
        assert!(refusal("[media.s3]\nbucket = \"b\"", &[]).contains("access_key"));
        assert!(refusal("[server]\nlisten = 3", &[]).contains("line 2"));
    }

    #[test]
    fn the_environment_overrides_and_files_hold_secrets() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "postgres://u:p@h/d\n").unwrap();
        let variables = environment(&[
            ("ALCOVE_SERVER__NAME", "Number 7"),
            ("ALCOVE_DATABASE__CONNECTIONS", "3"),
            ("ALCOVE_OUTGOING__ALLOW_ADDRESSES", "[\"127.0.0.1\"]"),
            ("ALCOVE_DATABASE__URL_FILE", file.path().to_str().unwrap()),
            ("ALCOVE_MEDIA__S3__SECRET_KEY_FILE", file.path().to_str().unwrap()),
            ("ALCOVE_MEDIA__FRAMES", "7"),
            ("OTHER", "ignored"),
        ]);
        let config = Config::parse("[server]\nname = \"file\"", "alcove.toml", &variables).unwrap();
        assert_eq!(config.server.name, "Number 7");
        assert_eq!(config.database.connections, 3);
        assert_eq!(config.outgoing.allow_addresses, ["127.0.0.1"]);
        assert_eq!(config.database.backend().unwrap(), DatabaseUrl::Postgres("postgres://u:p@h/d".into()));
        assert_eq!((config.media.frames, config.media.s3.secret_key.0.as_str()), (7, "postgres://u:p@h/d"));
        assert!(!format!("{config:?}").contains("u:p"), "secrets print as ***");
    }
}
