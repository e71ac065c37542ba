//! Invitations that devices make: who may, who gets in by one, and what the server ferries without understanding it. What the
//! devices make of it is told in `stories/`.

use alcove_protocol::api::{Join, JoinAnswer, JoinProof, NewInvitation, Token, join_statement, path};
use alcove_server::config::Inviters;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use reqwest::{Method, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

use crate::world::{PASSWORD, World, json, problem};

/// The key of a link.
fn key(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

impl World {
    async fn send(&self, method: Method, path: &str, token: &str, body: &impl Serialize) -> Response {
        let request =
            self.request(method, path).bearer_auth(token).header("content-type", "application/json");
        request.body(serde_json::to_vec(body).unwrap()).send().await.unwrap()
    }

    fn new_invitation(&self, key: &Ed25519KeyPair) -> NewInvitation {
        NewInvitation {
            public_key: key.public_key().as_ref().to_vec(),
            identity_key: vec![9; 32],
            expires_at: self.server.app.clock.now().plus(7 * alcove_protocol::time::DAY),
            name: Some("Grandma".into()),
        }
    }

    /// An invitation by somebody whose device is approved.
    async fn invite(&self, by: &Token, key: &Ed25519KeyPair) -> String {
        let answer =
            self.send(Method::POST, path::INVITATIONS, &by.access_token, &self.new_invitation(key)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        json(answer).await["id"].as_str().unwrap().to_owned()
    }

    async fn join_by(&self, id: &str, key: &Ed25519KeyPair, name: &str) -> Response {
        let statement = join_statement(id, &self.server.app.site.origin(), name);
        let signature = key.sign(&statement).as_ref().to_vec();
        let join = Join {
            invitation: id.into(),
            proof: Some(alcove_protocol::api::InvitationSignature { signature }),
            name: name.into(),
            display_name: None,
            password: PASSWORD.into(),
            client_name: "a story".into(),
        };
        self.post(path::JOIN, &join).await
    }

    async fn open_invitation(&self, id: &str) -> Value {
        json(self.request(Method::GET, &format!("{}/{id}", path::INVITATION)).send().await.unwrap()).await
    }

    /// Somebody of that role whose first device has signed up.
    async fn with_device(&self, name: &str, role: &str) -> Token {
        let token = self.person(name, role).await;
        self.sign_up(&token, "desk").await;
        token
    }
}

#[tokio::test]
async fn whoever_knows_the_secret_joins_once() {
    let world = World::start().await;
    let ana = world.with_device("ana", "owner").await;
    let id = world.invite(&ana, &key(1)).await;
    assert_eq!(world.invite(&ana, &key(1)).await, id, "asked for again, it is the same");
    let open = world.open_invitation(&id).await;
    assert_eq!((open["state"].as_str(), open["suggested_name"].as_str()), (Some("open"), Some("Grandma")));
    assert_eq!(open["inviter"]["actor"], ana.activitypub_actor_id.as_str());
    let said = ["domain", "policy", "operator"].map(|what| open["server"][what].as_str());
    assert_eq!(said, [Some("localhost:8440"), Some("default"), Some("ana")]);
    // A stranger with only the id, in every way that comes to mind.
    let (kind, _) = problem(world.join_by(&id, &key(2), "eve").await).await;
    assert_eq!(kind, "invitation-wrong-secret");
    let (kind, _) = problem(world.try_join(&id, "eve").await).await;
    assert_eq!(kind, "invitation-unknown", "an id is no token");
    let statement = join_statement(&id, &world.server.app.site.origin(), "ben");
    let signature = key(1).sign(&statement).as_ref().to_vec();
    let join = Join {
        invitation: id.clone(),
        proof: Some(alcove_protocol::api::InvitationSignature { signature }),
        name: "eve".into(),
        display_name: None,
        password: PASSWORD.into(),
        client_name: "a story".into(),
    };
    let (kind, _) = problem(world.post(path::JOIN, &join).await).await;
    assert_eq!(kind, "invitation-wrong-secret", "a signature is for one name");
    assert_eq!(world.open_invitation(&id).await["state"], "open", "nothing was used up");

    // Two at the same moment: one gets in.
    let (one, key_one) = (key(1), key(1));
    let (first, second) = tokio::join!(world.join_by(&id, &one, "ben"), world.join_by(&id, &key_one, "cy"));
    let mut statuses = [first.status(), second.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::CREATED, StatusCode::GONE]);
    assert_eq!(world.people().await, 2);
    assert_eq!(world.open_invitation(&id).await["state"], "used");
}

#[tokio::test]
async fn the_server_ferries_one_proof_and_one_answer() {
    let world = World::start().await;
    let ana = world.with_device("ana", "owner").await;
    let id = world.invite(&ana, &key(1)).await;
    let ben: Token = serde_json::from_value(json(world.join_by(&id, &key(1), "ben").await).await).unwrap();
    let eve = world.person("eve", "member").await;
    let (proofs, answers) =
        (format!("{}/{id}/proof", path::INVITATIONS), format!("{}/{id}/answer", path::INVITATIONS));
    let proof = |statement: &[u8], key: &Ed25519KeyPair| JoinProof {
        statement: statement.to_vec(),
        signature: key.sign(&[b"join", statement].concat()).as_ref().to_vec(),
        mac: vec![5; 32],
    };
    let accepted = JoinAnswer::Accepted { nonce: vec![1; 16], mac: vec![2; 32] };
    let early = world.send(Method::PUT, &answers, &ana.access_token, &accepted).await;
    assert_eq!(problem(early).await.0, "too-early");
    let put = async |token: &Token, proof: &JoinProof| {
        world.send(Method::PUT, &proofs, &token.access_token, proof).await.status()
    };
    assert_eq!(put(&eve, &proof(b"T", &key(1))).await, StatusCode::NOT_FOUND, "she came by another way");
    assert_eq!(put(&ben, &proof(b"T", &key(2))).await, StatusCode::FORBIDDEN);
    assert_eq!(put(&ben, &proof(&[0; 9_000], &key(1))).await, StatusCode::BAD_REQUEST);
    assert_eq!(put(&ben, &proof(b"T", &key(1))).await, StatusCode::OK);
    assert_eq!(put(&ben, &proof(b"T", &key(1))).await, StatusCode::OK, "the same again");
    assert_eq!(put(&ben, &proof(b"U", &key(1))).await, StatusCode::GONE, "the first one wins");
    let listed = json(world.with_token(Method::GET, path::INVITATIONS, &ana.access_token).await).await;
    assert_eq!(listed[0]["newcomer"], ben.activitypub_actor_id.as_str());
    assert_eq!(listed[0]["proof"]["statement"], alcove_protocol::base64::encode(b"T"));
    let others = json(world.with_token(Method::GET, path::INVITATIONS, &eve.access_token).await).await;
    assert_eq!(others, Value::Array(Vec::new()));

    let answer = async |token: &Token, answer: &JoinAnswer| {
        world.send(Method::PUT, &answers, &token.access_token, answer).await.status()
    };
    assert_eq!(answer(&ben, &accepted).await, StatusCode::NOT_FOUND);
    assert_eq!(answer(&ana, &accepted).await, StatusCode::NO_CONTENT);
    assert_eq!(answer(&ana, &JoinAnswer::Refused { reason: "used".into() }).await, StatusCode::NO_CONTENT);
    let heard = json(world.with_token(Method::GET, &proofs, &ben.access_token).await).await;
    assert_eq!(heard["answer"], serde_json::to_value(&accepted).unwrap(), "the first answer stays");
    assert_eq!(
        world.with_token(Method::GET, &proofs, &eve.access_token).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn only_those_invite_who_may() {
    let world = World::start().await;
    let ana = world.with_device("ana", "owner").await;
    let admin = world.with_device("ada", "admin").await;
    let member = world.with_device("ben", "member").await;
    let no_device = world.person("cy", "admin").await;
    let make = async |by: &Token, seed: u8| {
        let new = world.new_invitation(&key(seed));
        world.send(Method::POST, path::INVITATIONS, &by.access_token, &new).await.status()
    };
    assert_eq!(make(&ana, 1).await, StatusCode::CREATED);
    assert_eq!(make(&admin, 2).await, StatusCode::CREATED);
    assert_eq!(make(&admin, 1).await, StatusCode::CONFLICT, "somebody else's key");
    assert_eq!(make(&member, 3).await, StatusCode::FORBIDDEN);
    assert_eq!(make(&no_device, 4).await, StatusCode::FORBIDDEN, "an approved device makes the link");
    let id = world.invite(&ana, &key(5)).await;
    let one = format!("{}/{id}", path::INVITATIONS);
    assert_eq!(
        world.with_token(Method::DELETE, &one, &admin.access_token).await.status(),
        StatusCode::NOT_FOUND
    );
    for _ in 0..2 {
        assert_eq!(
            world.with_token(Method::DELETE, &one, &ana.access_token).await.status(),
            StatusCode::NO_CONTENT
        );
    }
    assert_eq!(problem(world.join_by(&id, &key(5), "dan").await).await.0, "invitation-revoked");
    let id = world.invite(&admin, &key(7)).await;
    world.order(alcove_server::control::Order::AccountDisable { name: "ada".into() }).await;
    assert_eq!(problem(world.join_by(&id, &key(7), "dan").await).await.0, "invitation-revoked");
    let mut new = world.new_invitation(&key(6));
    for (what, change) in [
        ("a short key", (|new| new.public_key.truncate(31)) as fn(&mut NewInvitation)),
        ("the past", |new| new.expires_at = alcove_protocol::Timestamp(1)),
        ("for ever", |new| new.expires_at = alcove_protocol::Timestamp::LAST),
        ("two lines", |new| new.name = Some("a\nb".into())),
    ] {
        change(&mut new);
        let answer = world.send(Method::POST, path::INVITATIONS, &ana.access_token, &new).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{what}");
        new = world.new_invitation(&key(6));
    }
}

#[tokio::test]
async fn members_invite_where_the_configuration_says_so() {
    let world = World::start_with(|config, _| config.invitations.by = Inviters::Members).await;
    let ben = world.with_device("ben", "member").await;
    let id = world.invite(&ben, &key(1)).await;
    assert_eq!(world.join_by(&id, &key(1), "cy").await.status(), StatusCode::CREATED);
}

/// The ids are random; whoever tries many is slowed down.
#[tokio::test]
async fn looking_at_invitations_is_limited() {
    let world = World::start().await;
    let mut statuses = Vec::new();
    for number in 0..100 {
        let path = format!("{}/{number}", path::INVITATION);
        statuses.push(world.request(Method::GET, &path).send().await.unwrap().status());
    }
    assert_eq!(statuses[0], StatusCode::NOT_FOUND);
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS));
}
