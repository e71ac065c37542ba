//! The account that a device belongs to: where, with which token. Joining, signing in, finding the server of a handle.

use alcove_client::{Command, InvitationLink};
use alcove_protocol::{
    ActorId, Handle,
    api::{self, TokenDigest, path},
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    Error, Link, link,
    server::{BUSY, Network, NoAnswer, Server},
    texts,
};

/// The account's record in the device's file.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The address of the server.
    pub(crate) server: String,
    /// Goes into `Authorization` and nowhere else.
    pub(crate) token: String,
    /// Whose account it is.
    pub(crate) actor: ActorId,
    /// Their handle.
    pub(crate) handle: String,
    /// What the person calls this device.
    pub(crate) title: String,
}

/// What somebody who joins chooses.
#[derive(Clone)]
pub struct Newcomer {
    /// The name of the handle.
    pub name: String,
    /// What people are shown; the handle's name if missing.
    pub display_name: Option<String>,
    /// At least 12 characters.
    pub password: String,
}

/// An invitation by which somebody joins, and what the server says of it.
pub(crate) struct TakenUp {
    link: InvitationLink,
    offer: api::OpenInvitation,
}

impl TakenUp {
    /// What the new device is told.
    pub(crate) fn command(self) -> Command {
        Command::TakeUpInvitation { link: self.link, offer: Box::new(self.offer) }
    }
}

impl Account {
    /// The name of the record.
    pub(crate) const RECORD: &'static str = "terminal/account";

    /// Takes up an invitation.
    pub(crate) async fn join(
        link: &Link,
        newcomer: &Newcomer,
        title: &str,
        network: &Network,
    ) -> Result<Self, Error> {
        let server = Server::new(&link.server, network)?;
        let proof = match &link.made_by_device {
            Some(link) => link.signature(&newcomer.name)?,
            None => None,
        };
        let join = api::Join {
            invitation: link.invitation.clone(),
            proof,
            name: newcomer.name.clone(),
            display_name: newcomer.display_name.clone(),
            password: newcomer.password.clone(),
            client_name: client_name(title),
        };
        let token = server.post(path::JOIN, &join).await.map_err(|no_answer| match no_answer {
            // Nobody knows whether the invitation is used up now.
            NoAnswer::Unreachable(reason) | NoAnswer::Unknown(reason) => {
                Error::Expected(texts::join_unknown(&server.host(), &reason))
            }
            other => server.error(other),
        })?;
        Ok(Self::new(&link.server, token, title))
    }

    /// What the server says of an invitation that a device made, asked before anything is used up.
    pub(crate) async fn look_at(link: &Link, network: &Network) -> Result<Option<TakenUp>, Error> {
        let Some(made) = &link.made_by_device else { return Ok(None) };
        let server = Server::new(&link.server, network)?;
        let offer = server.get(&format!("{}/{}", path::INVITATION, made.id()), &[]).await;
        let offer = offer.map_err(|no_answer| server.error(no_answer))?;
        Ok(Some(TakenUp { link: made.clone(), offer }))
    }

    /// Signs in with handle and password.
    pub(crate) async fn sign_in(
        handle: &Handle,
        password: &str,
        title: &str,
        network: &Network,
    ) -> Result<Self, Error> {
        let address = find_server(handle, network).await?;
        let server = Server::new(&address, network)?;
        Ok(Self::new(&address, request_token(&server, handle, password, title).await?, title))
    }

    /// The same account with a new token, by its password.
    pub(crate) async fn renewed(&self, server: &Server, password: &str) -> Result<Self, Error> {
        let handle =
            Handle::parse(&self.handle).map_err(|_| Error::Expected(texts::HANDLE_EXPECTED.to_owned()))?;
        let token = request_token(server, &handle, password, &self.title).await?;
        Ok(Self { token: token.access_token, ..self.clone() })
    }

    /// What the device is told of the token: enough to register with it.
    pub(crate) fn token_digest(&self) -> TokenDigest {
        Sha256::digest(&self.token).into()
    }

    fn new(server: &Url, token: api::Token, title: &str) -> Self {
        Self {
            server: server.to_string(),
            token: token.access_token,
            actor: token.activitypub_actor_id,
            handle: token.handle,
            title: title.to_owned(),
        }
    }

    /// The server, signed in to.
    pub(crate) fn connect(&self, network: &Network) -> Result<Server, Error> {
        let address =
            Url::parse(&self.server).map_err(|_| Error::Expected(texts::HTTPS_EXPECTED.to_owned()))?;
        Ok(Server::new(&address, network)?.signed_in(&self.token))
    }
}

/// A token for whoever knows the password.
async fn request_token(
    server: &Server,
    handle: &Handle,
    password: &str,
    title: &str,
) -> Result<api::Token, Error> {
    let sign_in = api::SignIn {
        name: handle.name.clone(),
        password: password.to_owned(),
        client_name: client_name(title),
    };
    server.post(path::TOKENS, &sign_in).await.map_err(|no_answer| server.error(no_answer))
}

/// Finds the server of a handle by WebFinger (RFC 7033): the domain of handles may be another than the server's.
async fn find_server(handle: &Handle, network: &Network) -> Result<Url, Error> {
    let mut last = Error::Expected(texts::no_server(&handle.domain));
    for address in link::servers_of(handle) {
        let server = Server::new(&address, network)?;
        let url = server.api("/.well-known/webfinger", &[("resource", &handle.to_acct())]);
        match server.request(Method::GET, url).await.and_then(|answered| answered.json::<Value>()) {
            Ok(found) => {
                let actor =
                    actor_link(&found).ok_or_else(|| Error::Expected(texts::no_server(&handle.domain)))?;
                return link::server_of(&actor);
            }
            Err(NoAnswer::Patience(_)) => {
                last = Error::Unreachable { host: server.host(), reason: BUSY.to_owned() }
            }
            Err(NoAnswer::Unreachable(reason) | NoAnswer::Unknown(reason)) => {
                last = Error::Unreachable { host: server.host(), reason }
            }
            Err(_) => return Err(Error::Expected(texts::no_server(&handle.domain))),
        }
    }
    Err(last)
}

/// The actor's address in a WebFinger answer.
fn actor_link(found: &Value) -> Option<Url> {
    let links = found.get("links")?.as_array()?;
    let is_actor = |link: &&Value| {
        let kind = link.get("type").and_then(Value::as_str).unwrap_or_default();
        link.get("rel").and_then(Value::as_str) == Some("self")
            && (kind == alcove_protocol::context::ACTIVITY_JSON || kind.starts_with("application/ld+json"))
    };
    Url::parse(links.iter().find(is_actor)?.get("href")?.as_str()?).ok()
}

/// What the list of sessions shows.
fn client_name(title: &str) -> String {
    format!("alcove-chat on {title}")
}
