//! The bare server that figures are compared with: actix-web, as many workers as cores, one document for every path, nothing
//! else. What it reaches is what the machine and the library allow.

use std::{io::Read, net::SocketAddr, process::Stdio, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, rt::System, web};
use alcove_protocol::context::ACTIVITY_JSON;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
    time,
};

use crate::{
    HELLO,
    error::{Error, Result, While},
};

/// How long it may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// A bare server that runs as a process of its own; it ends when dropped.
pub struct Hello {
    /// Where it listens.
    pub address: SocketAddr,
    process: Child,
}

impl Hello {
    /// Starts one that answers with this body.
    pub async fn start(body: &[u8]) -> Result<Self> {
        let program = std::env::current_exe().while_("find this program")?;
        let mut command = Command::new(program);
        command.arg(HELLO).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().while_("start the bare server")?;
        let gone = || Error::new("start the bare server", "it has no pipes");
        let input = process.stdin.as_mut().ok_or_else(gone)?;
        let mut line = serde_json::to_vec(&String::from_utf8_lossy(body)).while_("write a body")?;
        line.push(b'\n');
        input.write_all(&line).await.while_("tell the bare server its body")?;
        let mut lines = BufReader::new(process.stdout.take().ok_or_else(gone)?).lines();
        let said = time::timeout(PATIENCE, lines.next_line()).await.while_("wait for the bare server")?;
        let said = said.while_("hear the bare server")?.unwrap_or_default();
        let address = said.parse().while_("learn where the bare server listens")?;
        Ok(Self { address, process })
    }

    /// Its process.
    pub fn process(&self) -> Result<u32> {
        self.process.id().ok_or_else(|| Error::new("look at the bare server", "it has ended"))
    }
}

/// What the process does: reads a body, says where it listens, and serves until its input ends.
pub fn serve() -> Result<()> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).while_("read a body")?;
    let body: web::Bytes = serde_json::from_str::<String>(&line).while_("read a body")?.into();
    System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let body = body.clone();
            let answer = move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type(ACTIVITY_JSON).body(body) }
            };
            App::new().default_service(web::to(answer))
        });
        let server = server.bind(("127.0.0.1", 0)).while_("listen")?;
        let address = server.addrs().first().copied();
        println!("{}", address.ok_or_else(|| Error::new("listen", "no address"))?);
        let running = server.run();
        let handle = running.handle();
        // Whoever started us holds the other end.
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        let stopping = async move {
            drop(ended.await);
            handle.stop(false).await;
        };
        tokio::join!(running, stopping).0.while_("serve")
    })
}
