//! Sets the log up: one line per fact on standard error, for people or as JSON. What is never in it: tokens, message text,
//! whole addresses of people; paths are redacted where they are logged (`http/answers.rs`).

use tracing_subscriber::{EnvFilter, fmt};

use crate::{
    config::{Log, LogFormat},
    error::{Error, Result},
};

/// Writes from now on; once in a process.
///
/// # Errors
/// When the level is not one.
pub fn start(settings: &Log) -> Result<()> {
    let log = fmt().with_env_filter(filter(settings)?).with_writer(std::io::stderr).with_ansi(false);
    let started = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    started.map_err(Error::Unknown)
}

/// Reads the level.
///
/// # Errors
/// When it is neither a level nor directives.
pub fn filter(settings: &Log) -> Result<EnvFilter> {
    EnvFilter::try_new(&settings.level).map_err(|error| {
        Error::invalid(format!(
            "log.level: expected a level, or directives as info,alcove_server=debug: {error}"
        ))
    })
}
