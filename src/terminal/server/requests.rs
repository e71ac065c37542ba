//! The requests that the terminal makes beside the courier's: of the client API, and documents that the server has named.

use alcove_client::courier::{Body, Reply};
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use super::{Answered, NoAnswer, Server};

impl Server {
    /// Any request without a body.
    pub(crate) async fn request(&self, method: Method, url: Url) -> Result<Answered, NoAnswer> {
        self.exchange(method, url, None).await.map_err(NoAnswer::Unreachable).and_then(Reply::judge)
    }

    /// `GET` of the client API.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, NoAnswer> {
        self.request(Method::GET, self.api(path, query)).await?.json()
    }

    /// `POST` of the client API, for an answer.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, NoAnswer> {
        self.send(path, body).await?.json()
    }

    /// `POST` of the client API.
    pub(crate) async fn send(&self, path: &str, body: &impl Serialize) -> Result<Answered, NoAnswer> {
        let bytes = serde_json::to_vec(body).map_err(|error| NoAnswer::Unknown(error.to_string()))?;
        let body = Body { media_type: "application/json", bytes };
        let reply = self.exchange(Method::POST, self.api(path, &[]), Some(&body)).await;
        reply.map_err(NoAnswer::Unreachable).and_then(Reply::judge)
    }

    /// `GET` of an ActivityStreams document that this server named.
    pub(crate) async fn document<T: DeserializeOwned>(&self, address: &str) -> Result<T, NoAnswer> {
        self.request(Method::GET, self.own(address).map_err(NoAnswer::Unknown)?).await?.json()
    }
}
