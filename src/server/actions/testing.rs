//! A server's database with people and devices in it, for tests of actions: no HTTP, no clock but the one that a test moves.

use std::sync::Arc;

use alcove_protocol::{
    ActorId, ConversationId, GroupId, Timestamp,
    activity::follow::Follow,
    actor::ActorKind,
    api::{Device, NewCommit},
    mls::{MlsType, Outgoing},
};
use serde_json::Value;

use super::{
    deliver::{self, Outcome},
    desk::Desk,
    devices::{self, Sender},
    keys, retention,
};
use crate::{
    app::Moment,
    bus::Bus,
    cryptography::{NewKey, NewKeys},
    db::{
        Db, Transaction,
        accounts::{self, AccountRow},
        actors::{self, ActorRow},
        facts,
        follows::{self, FollowState},
        ids::Ids,
        items::{self, Selection},
        media::{MediaRow, State},
        testing::{FreshDatabase, ids},
        tokens::{self, TokenRow},
    },
    error::Result,
    media::picture::Shape,
    mls::{
        Content,
        testing::{Signer, message, welcome},
    },
    secret::SecretHash,
    site::Site,
};

/// A place without doors.
pub struct Place {
    pub db: Db,
    pub site: Site,
    pub now: Timestamp,
    ids: Arc<Ids>,
    _fresh: FreshDatabase,
}

/// A device of somebody on a place.
pub struct Owner {
    pub sender: Sender,
    pub actor: ActorId,
    pub signer: Signer,
    pub device: Device,
}

impl Place {
    pub async fn new() -> Self {
        let fresh = FreshDatabase::new();
        let db = Db::open(&fresh.settings, Bus::local()).unwrap();
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let now = Timestamp(i64::try_from(since.as_millis()).unwrap());
        let site = Site::new("https://here.example", "").unwrap();
        let place = Self { db, site, now, ids: Arc::new(ids()), _fresh: fresh };
        let instance = actor_row(place.moment().id(), &place.site.instance_actor(), "here");
        place
            .write(move |transaction, _, _| {
                facts::set_if_missing(transaction, facts::INCARNATION, "1")?;
                actors::insert(transaction, &instance)
            })
            .await
            .unwrap();
        place
    }

    pub fn moment(&self) -> Moment {
        Moment::new(self.now, self.ids.clone())
    }

    /// Runs an action.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>, &Site, &Moment) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (site, moment) = (self.site.clone(), self.moment());
        self.db.write(move |transaction| work(transaction, &site, &moment)).await
    }

    /// Forgets everything that is due, as upkeep does.
    pub async fn forget(&self) {
        let now = self.now;
        for forget in retention::EVERYTHING {
            while self
                .write(move |transaction, _, _| forget(transaction, now, retention::BATCH))
                .await
                .unwrap()
                > 0
            {}
        }
    }

    /// An account with its actor.
    pub async fn account(&self, name: &str) -> i64 {
        let id = self.moment().id();
        let actor = actor_row(id, &self.site.actor(id), name);
        let account = AccountRow {
            id,
            name: name.into(),
            password_hash: "none".into(),
            role: "member".into(),
            invitation_id: None,
            last_position: 0,
            created_at: self.now.0,
            disabled_at: None,
            frozen_at: None,
        };
        self.write(move |transaction, _, _| {
            actors::insert(transaction, &actor)?;
            accounts::insert(transaction, &account)
        })
        .await
        .unwrap();
        id
    }

    /// A token of an account, without a device.
    pub async fn token(&self, account: i64) -> Sender {
        let moment = self.moment();
        let row = TokenRow {
            id: moment.id(),
            account_id: account,
            oauth_client_id: None,
            client_name: "a test".into(),
            scopes: "devices messages".into(),
            device_id: None,
            created_at: self.now.0,
            last_used_at: None,
            revoked_at: None,
        };
        let (id, hash) = (row.id, SecretHash::of(&moment.secret()));
        self.write(move |transaction, _, _| tokens::insert(transaction, &row, &hash)).await.unwrap();
        Sender { account, token: id, device: None }
    }

    /// A further device of an account, signed up with a token of its own.
    pub async fn device(&self, account: i64) -> Owner {
        let (signer, sender) = (Signer::new(), self.token(account).await);
        let device = self.register(sender, &signer).await.unwrap();
        Owner { sender: self.bound(sender).await, actor: self.site.actor(account), signer, device }
    }

    /// Signs a device up, or in again, with a token.
    pub async fn register(&self, sender: Sender, signer: &Signer) -> Result<Device> {
        let digest = self.db.read(move |transaction| tokens::digest(transaction, sender.token)).await?;
        let new = signer.device("desk", &self.site.actor(sender.account), &digest.try_into().unwrap());
        self.write(move |transaction, site, moment| {
            devices::register(transaction, site, moment, sender, &new)
        })
        .await
    }

    /// Whoever acts with a token now: with the device that it is bound to meanwhile.
    pub async fn bound(&self, sender: Sender) -> Sender {
        let (account, token) = (sender.account, sender.token);
        let rows =
            self.db.read(move |transaction| tokens::live_of_account(transaction, account)).await.unwrap();
        Sender { device: rows.into_iter().find(|row| row.id == token).unwrap().device_id, ..sender }
    }

    /// Somebody new with one device.
    pub async fn person(&self, name: &str) -> Owner {
        let account = self.account(name).await;
        self.device(account).await
    }

    /// What somebody here does in the open.
    pub async fn act<T: Send + 'static>(
        &self,
        account: i64,
        work: impl FnOnce(&mut Transaction<'_>, &Desk<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write(move |transaction, site, moment| work(transaction, &Desk::new(site, moment, account)))
            .await
    }

    /// Keys for an account, as it gets them when somebody joins.
    pub async fn give_keys(&self, account: i64) {
        self.write(move |transaction, site, moment| {
            for key in keys::first(account, moment, site.actor(account).as_str(), new_keys("first")) {
                actors::insert_key(transaction, &key)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }

    /// A picture of somebody as a row, in a state and for a purpose; not stored.
    pub fn picture(&self, account: i64, shape: Shape, state: State) -> MediaRow {
        let moment = self.moment();
        MediaRow {
            id: moment.id(),
            name: moment.name(),
            account_id: account,
            post_id: None,
            position: 0,
            shape: shape.as_str().into(),
            content_type: "image/png".into(),
            state: state.as_str().into(),
            problem: (state == State::Failed).then(|| "It is damaged.".into()),
            bytes: 1,
            width: None,
            height: None,
            blurhash: None,
            description: String::new(),
            focus: None,
            created_at: self.now.0,
        }
    }

    /// Somebody of another server, as if fetched; everybody there shares an inbox.
    pub async fn met(&self, uri: &str) -> ActorId {
        let actor = ActorId::parse(uri).unwrap();
        let shared = format!("{}/inbox", actor.origin());
        let row = ActorRow { shared_inbox: Some(shared), ..stranger(self, &actor, ActorKind::Person) };
        self.write(move |transaction, _, _| actors::insert(transaction, &row)).await.unwrap();
        actor
    }

    /// Lets somebody follow somebody, without a word to anybody.
    pub async fn follow(&self, follower: &ActorId, followed: &ActorId) {
        let id = format!("{}/a/{}", follower.origin(), self.moment().name()).parse().unwrap();
        let follow = Follow { id, actor: follower.clone(), object: followed.clone() };
        self.write(move |transaction, _, moment| {
            follows::put(transaction, moment.id(), &follow, FollowState::Accepted, moment.now)
        })
        .await
        .unwrap();
    }

    /// Takes everything out of the queue: to whom it goes, and what it is.
    pub async fn sent(&self) -> Vec<(String, Value)> {
        let mut sent = Vec::new();
        loop {
            let claimed =
                self.write(|transaction, _, moment| deliver::claim(transaction, moment, 64)).await.unwrap();
            if claimed.is_empty() {
                return sent;
            }
            for one in claimed {
                sent.push((one.recipient_uri.clone(), serde_json::from_str(&one.document).unwrap()));
                self.write(move |transaction, _, moment| {
                    deliver::settle(transaction, moment, &one, &Outcome::Delivered)
                })
                .await
                .unwrap();
            }
        }
    }

    /// The types of what is in the queue, with whom each goes to; taken out of it.
    pub async fn kinds_sent(&self) -> Vec<(String, String)> {
        let kind = |document: &Value| document["type"].as_str().unwrap_or_default().to_owned();
        self.sent().await.iter().map(|(to, document)| (to.clone(), kind(document))).collect()
    }

    /// What arrived for an account, oldest first.
    pub async fn arrived(&self, account: i64, selection: Selection) -> Vec<Value> {
        let items = self
            .db
            .read(move |transaction| items::after(transaction, account, selection, 0, 1_000))
            .await
            .unwrap();
        items.iter().map(|item| serde_json::from_str(&item.envelope.document).unwrap()).collect()
    }
}

/// Keys that tell themselves apart; the one for RSA signs nothing.
pub fn new_keys(text: &str) -> NewKeys {
    let ed25519 = NewKey::ed25519(&mut rand::rngs::OsRng).unwrap();
    NewKeys { rsa: NewKey { public: format!("public {text}"), private_pem: "private".into() }, ed25519 }
}

fn actor_row(id: i64, uri: &ActorId, name: &str) -> ActorRow {
    ActorRow {
        id,
        uri: uri.to_string(),
        kind: "Person".into(),
        name: name.into(),
        domain: "here.example".into(),
        display_name: name.into(),
        url: None,
        inbox: format!("{uri}/inbox"),
        shared_inbox: None,
        key_packages: Some(format!("{uri}/keyPackages")),
        document: None,
        fetched_at: None,
        created_at: 0,
        gone_at: None,
    }
}

/// An actor of another server, as if it had been fetched.
pub fn stranger(place: &Place, uri: &ActorId, kind: ActorKind) -> ActorRow {
    let row = actor_row(place.moment().id(), uri, "stranger");
    ActorRow { kind: kind.name().to_owned(), fetched_at: Some(place.now.0), ..row }
}

/// A group id of its own for each number.
pub fn group(number: u8) -> GroupId {
    GroupId::from_random([number; 16])
}

/// A message for the outbox, told apart by its body.
pub fn outgoing(
    conversation: &ConversationId,
    epoch: u64,
    content: Content,
    body: &str,
    to: &[&ActorId],
) -> Outgoing {
    Outgoing {
        kind: MlsType::PrivateMessage,
        content: message(&group(1), epoch, content, body.as_bytes()),
        to: to.iter().copied().cloned().collect(),
        group: group(1),
        conversation: conversation.clone(),
    }
}

/// A commit with one Welcome to whoever is new, told apart by its body.
pub fn commit(
    conversation: &ConversationId,
    epoch: u64,
    body: &str,
    to: &[&ActorId],
    new: &[&ActorId],
    members: &[&ActorId],
) -> NewCommit {
    let welcome = Outgoing {
        kind: MlsType::Welcome,
        content: welcome(body.as_bytes()),
        ..outgoing(conversation, epoch, Content::Commit, body, new)
    };
    NewCommit {
        commit: outgoing(conversation, epoch, Content::Commit, body, to),
        welcomes: if new.is_empty() { Vec::new() } else { vec![welcome] },
        members: members.iter().copied().cloned().collect(),
    }
}
