//! Authors on servers of their own: an id, an RSA key, and a document that is served over loopback HTTP, so that whoever
//! is sent something can fetch the key. What is sent to them is taken and forgotten.

use std::{net::SocketAddr, sync::Arc};

use alcove_protocol::{
    ActorId, Handle,
    actor::{
        KeyId, KeyMaterial, Profile, PublicKey,
        own::{Person, Reader},
    },
    context::ACTIVITY_JSON,
};
use alcove_server::{
    cryptography::{NewKey, SigningKey, VerificationKey},
    federation::signatures::Signer,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    error::{Result, While},
    http,
};

/// Somebody who writes.
pub struct Author {
    /// The id.
    pub actor: ActorId,
    handle: Handle,
    key_id: KeyId,
    key: SigningKey,
    public_pem: String,
}

/// All of them; their servers run as long as this process.
pub struct Authors {
    /// In turn one of each server.
    pub list: Vec<Author>,
}

impl Authors {
    /// Makes keys, which takes a tenth of a second and more for each author, and serves documents.
    pub async fn open(servers: usize, of_each: usize) -> Result<Self> {
        let mut listeners = Vec::new();
        for _ in 0..servers {
            listeners.push(TcpListener::bind(("127.0.0.1", 0)).await.while_("serve authors")?);
        }
        let addresses: std::io::Result<Vec<_>> = listeners.iter().map(TcpListener::local_addr).collect();
        let addresses = addresses.while_("serve authors")?;
        let author = |number: usize| Author::new(addresses[number % servers], number);
        let list: Vec<Author> = (0..servers * of_each).map(author).collect::<Result<_>>()?;
        let documents: Arc<Vec<String>> = Arc::new(list.iter().map(Author::document).collect());
        for listener in listeners {
            tokio::spawn(serve(listener, documents.clone()));
        }
        Ok(Self { list })
    }

    /// The author of this number, in turn.
    pub fn of(&self, number: usize) -> &Author {
        &self.list[number % self.list.len()]
    }
}

impl Author {
    fn new(server: SocketAddr, number: usize) -> Result<Self> {
        let actor = ActorId::parse(&format!("http://{server}/users/{number}")).while_("name an author")?;
        let key_id = KeyId::parse(&format!("{actor}#main-key")).while_("name a key")?;
        let new = NewKey::rsa().while_("make a key")?;
        let key = SigningKey::read(&new.private_pem).while_("read a key")?;
        let handle = Handle { name: format!("author{number}"), domain: server.to_string() };
        Ok(Self { actor, handle, key_id, key, public_pem: new.public })
    }

    /// What signs for the author.
    pub fn signer(&self) -> Signer<'_> {
        Signer { key_id: &self.key_id, key: &self.key }
    }

    /// What verifies the author's signatures.
    pub fn verifier(&self) -> Result<VerificationKey> {
        VerificationKey::read(&KeyMaterial::Pem(self.public_pem.clone())).while_("read a public key")
    }

    fn document(&self) -> String {
        let material = KeyMaterial::Pem(self.public_pem.clone());
        let rsa_key = PublicKey { id: self.key_id.clone(), owner: self.actor.clone(), material };
        let person = Person {
            id: &self.actor,
            handle: &self.handle,
            name: &self.handle.name,
            profile: &Profile::default(),
            rsa_key: &rsa_key,
            assertion_keys: &[],
        };
        person.to_value(Reader::Public).to_string()
    }
}

async fn serve(listener: TcpListener, documents: Arc<Vec<String>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let documents = documents.clone();
        tokio::spawn(async move {
            // Whoever asked and went away misses the answer; the measurement will say so.
            drop(answer(stream, &documents).await);
        });
    }
}

/// Answers what comes by one connection, until the other side closes it.
async fn answer(mut stream: TcpStream, documents: &[String]) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        if let Some(length) = http::whole(&bytes) {
            let request: Vec<u8> = bytes.drain(..length).collect();
            stream.write_all(&answer_to(&String::from_utf8_lossy(&request), documents)).await?;
        } else if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
}

fn answer_to(request: &str, documents: &[String]) -> Vec<u8> {
    if request.starts_with("POST ") {
        return http::TAKEN.to_vec();
    }
    let number = request.split(' ').nth(1).and_then(|path| path.strip_prefix("/users/")?.parse().ok());
    match number.and_then(|number: usize| documents.get(number)) {
        Some(document) => {
            let (kind, length) = (ACTIVITY_JSON, document.len());
            format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{document}")
                .into()
        }
        None => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
    }
}
