//! A private Redis, which keeps nothing.

use std::path::Path;

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::{append_to, command_as, folder_for, wait_until};
use crate::{
    error::Result,
    process::{self, Ask, Process},
};

/// A running server.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    _process: Process,
    _folder: TempDir,
}

impl Redis {
    /// Whether Redis is installed.
    pub fn is_installed() -> bool {
        process::succeeds("redis-server", &["--version"])
    }

    /// Starts an empty Redis that writes nothing to disk.
    pub async fn start() -> Result<Self> {
        let folder = folder_for(None)?;
        let address = process::free_address()?;
        let port = address.port();
        let log = folder.path().join("redis.log");
        let mut serve = command_as(Path::new("redis-server"), None, folder.path());
        serve.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()]);
        append_to(&mut serve, &log)?;
        let mut process = Process::start(serve, Ask::Terminate)?;
        wait_until("Redis", &mut process, &log, || async move { TcpStream::connect(address).await.is_ok() })
            .await?;
        Ok(Self { port, _process: process, _folder: folder })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_private_redis_answers_and_is_gone_afterwards() {
        let server = Redis::start().await.unwrap();
        let port = server.port;
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
        drop(server);
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    }
}
