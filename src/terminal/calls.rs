//! Which request each call of a device is (ENCRYPTION.md 1.2, traps T8 and T16). What the answer means is the device's
//! business.

use alcove_client::{Answer, Call, NewKeyPackage};
use alcove_protocol::{ActivityId, DeviceId, KeyPackageId, api, api::path, context};
use reqwest::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::server::{Answered, Body, NoAnswer, Server, to_json};

/// The collections of an account, as its actor document names them to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Collections {
    /// Where activities are posted.
    pub(crate) outbox: String,
    /// Where key packages are added.
    #[serde(rename = "keyPackages")]
    pub(crate) key_packages: String,
    /// What arrived; its event stream says when more does.
    pub(crate) messages: String,
}

/// An account on a server: enough to make any call.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) server: &'a Server,
    pub(crate) collections: &'a Collections,
}

impl Caller<'_> {
    /// Makes one call.
    pub(crate) async fn perform(self, call: &Call) -> Result<Answer, NoAnswer> {
        let server = self.server;
        Ok(match call {
            Call::RegisterDevice(device) => Answer::Device(server.post(path::DEVICES, device).await?),
            Call::RemoveDevice(device) => self.remove_device(device).await?,
            Call::FetchDevices => Answer::Devices(server.get(path::DEVICES, &[]).await?),
            Call::PublishKeyPackage(package) => Answer::KeyPackage(self.publish(package).await?),
            Call::FetchKeyPackages(actor) => {
                Answer::KeyPackages(server.get(path::KEY_PACKAGES, &[("actor", actor.as_str())]).await?)
            }
            Call::CreateConversation(new) => {
                Answer::Conversation(server.post(path::CONVERSATIONS, new).await?)
            }
            Call::PostCommit(commit) => Answer::Commit(server.post(path::COMMITS, commit).await?),
            Call::PostMessage(outgoing) => Answer::Message(self.post_message(&outgoing.to_object()).await?),
            Call::FetchPastCommits { conversation, after } => {
                let query = [("conversation", conversation.as_str()), ("after", &after.to_string())];
                Answer::PastCommits(server.get(path::PAST_COMMITS, &query).await?)
            }
            Call::Acknowledge(cursor) => {
                server.send(Method::PUT, &format!("{}/cursor", path::ITEMS), cursor).await?;
                Answer::Done
            }
            Call::FetchPairings => Answer::Pairings(server.get(path::PAIRINGS, &[]).await?),
            Call::StartPairing(commitment) => Answer::Pairing(server.post(path::PAIRINGS, commitment).await?),
            Call::AnswerPairing { name, answer } => self.pairing(name, "answer", answer).await?,
            Call::RevealPairing { name, reveal } => self.pairing(name, "reveal", reveal).await?,
            Call::DecidePairing { name, verdict } => self.pairing(name, "verdict", verdict).await?,
            Call::Invite(new) => Answer::Invitation(server.post(path::INVITATIONS, new).await?),
            Call::FetchInvitations => Answer::Invitations(server.get(path::INVITATIONS, &[]).await?),
            Call::RevokeInvitation(id) => self.remove(&format!("{}/{id}", path::INVITATIONS)).await?,
            Call::ProveJoin { id, proof } => {
                Answer::Joining(self.to_invitation(id, "proof", proof).await?.json()?)
            }
            Call::FetchJoin(id) => {
                Answer::Joining(server.get(&format!("{}/{id}/proof", path::INVITATIONS), &[]).await?)
            }
            Call::AnswerJoin { id, answer } => {
                self.to_invitation(id, "answer", answer).await?;
                Answer::Done
            }
        })
    }

    async fn to_invitation(self, id: &str, part: &str, body: &impl Serialize) -> Result<Answered, NoAnswer> {
        self.server.send(Method::PUT, &format!("{}/{id}/{part}", path::INVITATIONS), body).await
    }

    async fn remove_device(self, device: &DeviceId) -> Result<Answer, NoAnswer> {
        let name = device.as_str().rsplit('/').next().unwrap_or_default();
        self.remove(&format!("{}/{name}", path::DEVICES)).await
    }

    async fn remove(self, path: &str) -> Result<Answer, NoAnswer> {
        let url = self.server.api(path, &[]);
        match self.server.request(Method::DELETE, url, Body::None).await {
            // Gone is what was asked for: an earlier answer may have been lost.
            Err(NoAnswer::Refused(problem)) if problem.status == 404 || problem.status == 410 => {
                Ok(Answer::Done)
            }
            other => other.map(|_| Answer::Done),
        }
    }

    /// `Create` and `Add`. When the second is lost both are repeated: the newer package replaces the older one.
    async fn publish(self, package: &NewKeyPackage) -> Result<KeyPackageId, NoAnswer> {
        let created = self.to_outbox(&package.object().to_value()).await?;
        let id = created.location.as_deref().and_then(|id| KeyPackageId::parse(id).ok());
        let id = id.ok_or_else(|| NoAnswer::Unknown("it did not say where the key package is".to_owned()))?;
        let add = json!({
            "@context": context::mls(), "type": "Add", "actor": package.actor, "object": id,
            "target": self.collections.key_packages, "to": [context::PUBLIC],
        });
        self.to_outbox(&add).await?;
        Ok(id)
    }

    /// A bare object; the server wraps it and names the activity.
    async fn post_message(self, object: &Value) -> Result<ActivityId, NoAnswer> {
        let answered = self.to_outbox(object).await?;
        let id = answered.activity.or(answered.location).and_then(|id| ActivityId::parse(&id).ok());
        id.ok_or_else(|| NoAnswer::Unknown("it did not name the activity".to_owned()))
    }

    async fn to_outbox(self, document: &Value) -> Result<Answered, NoAnswer> {
        let url = self.server.own(&self.collections.outbox)?;
        self.server.request(Method::POST, url, Body::Activity(&to_json(document)?)).await
    }

    async fn pairing(self, name: &str, step: &str, body: &impl Serialize) -> Result<Answer, NoAnswer> {
        let path = format!("{}/{name}/{step}", path::PAIRINGS);
        Ok(Answer::Pairing(self.server.send(Method::PUT, &path, body).await?.json::<api::Pairing>()?))
    }
}

impl Server {
    /// `GET` of the client API.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, NoAnswer> {
        self.request(Method::GET, self.api(path, query), Body::None).await?.json()
    }

    /// `POST` of the client API, for an answer.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, NoAnswer> {
        self.send(Method::POST, path, body).await?.json()
    }

    /// Any request of the client API with a body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Answered, NoAnswer> {
        self.request(method, self.api(path, &[]), Body::Api(&to_json(body)?)).await
    }

    /// `GET` of an ActivityStreams document that this server named.
    pub(crate) async fn document<T: DeserializeOwned>(&self, address: &str) -> Result<T, NoAnswer> {
        self.request(Method::GET, self.own(address)?, Body::None).await?.json()
    }
}

#[cfg(test)]
mod tests {
    use alcove_protocol::{
        ActorId, ConversationId, GroupId,
        mls::{MlsType, Outgoing},
    };

    use super::*;
    use crate::{
        server::Network,
        testing::{self, Asked, Fake, problem},
    };

    fn actor() -> ActorId {
        ActorId::parse("https://h.example/users/1").unwrap()
    }

    fn created(location: &str, activity: Option<&str>) -> testing::Answer {
        let activity = activity.map(|id| ("x-activity-id", id.to_owned()));
        (201, activity.into_iter().chain([("location", location.to_owned())]).collect(), "{}".to_owned())
    }

    async fn perform(answers: Vec<testing::Answer>, call: Call) -> (Result<Answer, NoAnswer>, Vec<Asked>) {
        let fake = Fake::script(answers).await;
        let server = Server::new(&fake.address, &Network::default()).unwrap().signed_in("secret");
        let collections = Collections {
            outbox: format!("{}users/1/outbox", fake.address),
            key_packages: format!("{}users/1/keyPackages", fake.address),
            messages: String::new(),
        };
        let answer = Caller { server: &server, collections: &collections }.perform(&call).await;
        (answer, fake.asked())
    }

    /// Trap T8: for a key package `Location` is the package, which is then added to the collection.
    #[tokio::test]
    async fn a_key_package_is_created_and_added() {
        let id = "https://h.example/users/1/keyPackages/k";
        let device = DeviceId::parse("https://h.example/users/1/devices/d").unwrap();
        let call = Call::PublishKeyPackage(NewKeyPackage { actor: actor(), device, content: vec![1, 2, 3] });
        let answers =
            vec![created(id, Some("https://h.example/a/1")), created("https://h.example/a/2", None)];
        let (answer, asked) = perform(answers, call).await;
        assert_eq!(answer.unwrap(), Answer::KeyPackage(KeyPackageId::parse(id).unwrap()));
        let bodies: Vec<Value> =
            asked.iter().map(|asked| serde_json::from_str(&asked.body).unwrap()).collect();
        assert_eq!(
            (bodies[0]["type"].as_str(), bodies[1]["type"].as_str()),
            (Some("KeyPackage"), Some("Add"))
        );
        assert_eq!(bodies[1]["object"], id);
        assert!(bodies[1]["target"].as_str().unwrap().ends_with("/keyPackages"));
        assert!(asked[0].headers.contains(&"content-type: application/activity+json".to_owned()));
    }

    /// Traps T8 and T16: a bare object goes out, the activity's id comes back.
    #[tokio::test]
    async fn a_message_is_posted_as_a_bare_object() {
        let message = Outgoing {
            kind: MlsType::PrivateMessage,
            content: vec![1],
            to: vec![actor()],
            group: GroupId::parse("urn:uuid:1").unwrap(),
            conversation: ConversationId::parse("https://h.example/conversations/c").unwrap(),
        };
        for answer in [
            created("https://h.example/o/1", Some("https://h.example/a/1")),
            created("https://h.example/a/1", None),
        ] {
            let (answer, asked) = perform(vec![answer], Call::PostMessage(message.clone())).await;
            assert_eq!(answer.unwrap(), Answer::Message(ActivityId::parse("https://h.example/a/1").unwrap()));
            let body: Value = serde_json::from_str(&asked[0].body).unwrap();
            assert_eq!((asked[0].line.as_str(), &body), ("POST /users/1/outbox", &message.to_object()));
        }
        let (nameless, _) = perform(vec![(201, Vec::new(), String::new())], Call::PostMessage(message)).await;
        assert!(matches!(nameless, Err(NoAnswer::Unknown(_))), "taken, but by what name?");
    }

    /// A repeated removal finds the device gone, which is what was asked for.
    #[tokio::test]
    async fn removing_a_device_can_be_repeated() {
        let device = DeviceId::parse("https://h.example/users/1/devices/d").unwrap();
        for answer in [(204, Vec::new(), String::new()), problem(404, "not-found")] {
            let (answer, asked) = perform(vec![answer], Call::RemoveDevice(device.clone())).await;
            assert_eq!(answer.unwrap(), Answer::Done);
            assert_eq!(asked[0].line, format!("DELETE {}/d", path::DEVICES));
        }
    }
}
