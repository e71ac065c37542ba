//! Authors on a server of their own: an id, an RSA key, and a document that is served over loopback HTTP, so that whoever
//! is sent something can fetch the key.

use std::sync::Arc;

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

use crate::error::{Result, While};

/// How many authors; making a key takes a tenth of a second and more.
const COUNT: usize = 4;
/// The longest head of a request that is read.
const MAX_HEAD: usize = 16 * 1_024;

/// Somebody who writes.
pub struct Author {
    /// The id.
    pub actor: ActorId,
    key_id: KeyId,
    key: SigningKey,
    public_pem: String,
}

/// All of them, and their server, which runs as long as this process.
pub struct Authors {
    /// Without a slash at its end.
    pub origin: String,
    /// In the order of their numbers.
    pub list: Vec<Author>,
}

impl Authors {
    /// Makes keys and serves documents.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.while_("serve the authors' documents")?;
        let address = listener.local_addr().while_("serve the authors' documents")?;
        let origin = format!("http://{address}");
        let list: Vec<Author> =
            (0..COUNT).map(|number| Author::new(&origin, number)).collect::<Result<_>>()?;
        let domain = address.to_string();
        let documents = list.iter().enumerate();
        let documents = documents.map(|(number, author)| author.document(number, &domain)).collect();
        tokio::spawn(serve(listener, Arc::new(documents)));
        Ok(Self { origin, list })
    }

    /// The author of the letter of this number.
    pub fn of(&self, number: usize) -> &Author {
        &self.list[number % self.list.len()]
    }
}

impl Author {
    fn new(origin: &str, number: usize) -> Result<Self> {
        let actor = ActorId::parse(&format!("{origin}/users/{number}")).while_("name an author")?;
        let key_id = KeyId::parse(&format!("{actor}#main-key")).while_("name a key")?;
        let new = NewKey::rsa(&mut rand::rngs::OsRng).while_("make a key")?;
        let key = SigningKey::read(&new.private_pem).while_("read a key")?;
        Ok(Self { actor, key_id, key, public_pem: new.public })
    }

    /// What signs for the author.
    pub fn signer(&self) -> Signer<'_> {
        Signer { key_id: &self.key_id, key: &self.key }
    }

    /// What verifies the author's signatures.
    pub fn verifier(&self) -> Result<VerificationKey> {
        VerificationKey::read(&KeyMaterial::Pem(self.public_pem.clone())).while_("read a public key")
    }

    fn document(&self, number: usize, domain: &str) -> String {
        let handle = Handle { name: format!("author{number}"), domain: domain.to_owned() };
        let material = KeyMaterial::Pem(self.public_pem.clone());
        let rsa_key = PublicKey { id: self.key_id.clone(), owner: self.actor.clone(), material };
        let person = Person {
            id: &self.actor,
            handle: &handle,
            name: &handle.name,
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

/// Answers one question and closes.
async fn answer(mut stream: TcpStream, documents: &[String]) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_HEAD {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head);
    let number = head.split(' ').nth(1).and_then(|path| path.strip_prefix("/users/")?.parse::<usize>().ok());
    let answer = match number.and_then(|number| documents.get(number)) {
        Some(document) => format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {ACTIVITY_JSON}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{document}",
            document.len()
        ),
        None => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
