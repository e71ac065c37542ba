//! A proxy that writes down every request before TLS: it ends the TLS of whoever connects, opens its own to the server
//! behind it, and keeps a copy of what goes that way. It changes nothing and understands nothing; it offers HTTP/1.1 only,
//! so that a body is never cut into frames. For the demonstration, and for nothing that is not thrown away afterwards.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{
    http1::{self, Request},
    tls,
};
use crate::{
    authority::Authority,
    error::{Result, While},
};

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct Proxy {
    folder: PathBuf,
    task: JoinHandle<()>,
}

/// What every connection needs.
#[derive(Clone)]
struct Ends {
    acceptor: TlsAcceptor,
    connector: TlsConnector,
    server: SocketAddr,
}

impl Proxy {
    /// Listens on `address` as `localhost` and hands on to `server`; writes one file per connection into `folder`.
    pub async fn start(
        address: SocketAddr,
        server: SocketAddr,
        authority: &Authority,
        folder: &Path,
    ) -> Result<Self> {
        fs::create_dir_all(folder).while_("make a folder for what is recorded")?;
        let acceptor = tls::acceptor(&authority.certify("localhost")?)?;
        let connector = tls::connector(&authority.root)?;
        let listener = TcpListener::bind(address).await.while_("listen for the recording proxy")?;
        let task = tokio::spawn(serve(listener, Ends { acceptor, connector, server }, folder.to_owned()));
        Ok(Self { folder: folder.to_owned(), task })
    }

    /// Every request recorded so far, and the raw bytes that they came in.
    pub fn recorded(&self) -> Result<Vec<(Vec<u8>, Vec<Request>)>> {
        let entries = fs::read_dir(&self.folder).while_("list what was recorded")?.flatten();
        let read = |path: PathBuf| fs::read(path).while_("read what was recorded");
        let streams = entries.map(|entry| read(entry.path()));
        streams.map(|stream| stream.map(|stream| (stream.clone(), http1::requests(&stream)))).collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, ends: Ends, folder: PathBuf) {
    // Dropping the set ends every connection.
    let mut connections = JoinSet::new();
    let mut number = 0_u32;
    while let Ok((client, _)) = listener.accept().await {
        number += 1;
        let record = folder.join(format!("{number:05}.requests"));
        // A connection that breaks is the client's to notice, as without a proxy.
        connections.spawn(pass_on(client, ends.clone(), record));
        while connections.try_join_next().is_some() {}
    }
}

async fn pass_on(client: TcpStream, ends: Ends, record: PathBuf) -> io::Result<()> {
    let client = ends.acceptor.accept(client).await?;
    let server = TcpStream::connect(ends.server).await?;
    let server = ends.connector.connect(tls::localhost()?, server).await?;
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let requests = async {
        let mut record = File::create(record)?;
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let count = from_client.read(&mut bytes).await?;
            if count == 0 {
                return to_server.shutdown().await;
            }
            record.write_all(&bytes[..count])?;
            to_server.write_all(&bytes[..count]).await?;
            to_server.flush().await?;
        }
    };
    let answers = async {
        tokio::io::copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await
    };
    tokio::try_join!(requests, answers).map(|((), ())| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::free_address;

    /// A server that answers one request with what it was sent.
    async fn echo(listener: TcpListener, acceptor: TlsAcceptor, length: usize) {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        let mut bytes = vec![0; length];
        stream.read_exact(&mut bytes).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        stream.shutdown().await.unwrap();
    }

    /// P1: what is recorded is what was sent, whole, and the answer comes back.
    #[tokio::test]
    async fn a_request_is_recorded_and_handed_on_unchanged() {
        let request = b"POST /inbox HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
        let authority = Authority::new().unwrap();
        let acceptor = tls::acceptor(&authority.certify("localhost").unwrap()).unwrap();
        let connector = tls::connector(&authority.root).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        let echoing = tokio::spawn(echo(listener, acceptor, request.len()));

        let folder = tempfile::tempdir().unwrap();
        let address = free_address().unwrap();
        let proxy = Proxy::start(address, server, &authority, folder.path()).await.unwrap();
        let client = TcpStream::connect(address).await.unwrap();
        let mut client = connector.connect(tls::localhost().unwrap(), client).await.unwrap();
        client.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        echoing.await.unwrap();

        assert_eq!(answer, request);
        let recorded = proxy.recorded().unwrap();
        assert_eq!(recorded[0].0, request);
        assert_eq!(recorded[0].1[0].body, b"hello");
    }
}
