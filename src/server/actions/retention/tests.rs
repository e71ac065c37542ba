//! What has ended is forgotten in batches, what lives is not. How long sealed things are kept is tried in `received/tests.rs`.

use alcove_protocol::time::{DAY, MINUTE, SECOND};

use super::*;
use crate::{
    actions::{
        devices::Sender,
        oauth::{self as actions, Consent, Exchange, Exchanged, Registration, Secrecy},
        passwords,
        scopes::Scopes,
        sessions::{self as browsers, BROWSER_LASTS},
        testing::Place,
    },
    app::Moment,
    db::oauth::ClientRow,
    secret::SecretHash,
    site::Site,
};

/// One batch of a kind; how many rows it deleted.
async fn batch(place: &Place, forget: Forget, limit: i64) -> usize {
    let now = place.now;
    place.write(move |transaction, _, _| forget(transaction, now, limit)).await.unwrap()
}

async fn sign_in(place: &Place, account: i64) -> String {
    place
        .write(move |transaction, _, moment| browsers::open(transaction, moment, account, "a browser"))
        .await
        .unwrap()
}

async fn is_in(place: &Place, secret: &str) -> bool {
    let (hash, now) = (SecretHash::of(secret), place.now);
    place.db.read(move |transaction| sessions::live_by_hash(transaction, &hash, now)).await.unwrap().is_some()
}

/// Others wait for a transaction: each takes no more than it was told to.
#[tokio::test]
async fn sessions_that_have_ended_go_batch_by_batch() {
    let mut place = Place::new().await;
    let account = place.account("ana").await;
    for _ in 0..3 {
        sign_in(&place, account).await;
    }
    place.now = place.now.plus(BROWSER_LASTS);
    let late = sign_in(&place, account).await;
    assert_eq!(batch(&place, sessions::prune, 2).await, 2);
    assert_eq!(batch(&place, sessions::prune, 2).await, 1);
    assert_eq!(batch(&place, sessions::prune, 2).await, 0);
    assert!(is_in(&place, &late).await);
    place
        .write(move |transaction, _, moment| {
            browsers::end_all(transaction, moment, account, browsers::Keep::Nothing)
        })
        .await
        .unwrap();
    assert_eq!(batch(&place, sessions::prune, 2).await, 1, "one that was ended goes before its time");
}

async fn make_link(place: &Place) -> String {
    let make = |transaction: &mut Transaction<'_>, _: &Site, moment: &Moment| {
        passwords::make_reset_link(transaction, moment, "ana")
    };
    place.write(make).await.unwrap()
}

#[tokio::test]
async fn links_for_a_password_go_once_they_are_used_or_have_expired() {
    let mut place = Place::new().await;
    place.account("ana").await;
    make_link(&place).await;
    let open = make_link(&place).await;
    assert_eq!(batch(&place, accounts::prune_reset_links, BATCH).await, 1, "the newer one ended the older");
    place.now = place.now.plus(passwords::RESET_LASTS - SECOND);
    assert_eq!(batch(&place, accounts::prune_reset_links, BATCH).await, 0);
    let link = SecretHash::of(&open);
    let account =
        place.write(move |transaction, _, moment| passwords::reset_account(transaction, moment, &link)).await;
    assert!(account.is_ok(), "it is still open");
    place.now = place.now.plus(SECOND);
    assert_eq!(batch(&place, accounts::prune_reset_links, BATCH).await, 1);
}

async fn register(place: &Place) -> ClientRow {
    let new = Registration {
        name: "an app".into(),
        redirect_uris: vec!["https://app.example/".into()],
        scopes: Scopes::all(),
        website: None,
        secrecy: Secrecy::Public,
    };
    place.write(move |transaction, _, moment| actions::register(transaction, moment, new)).await.unwrap().0
}

async fn is_known(place: &Place, client: &ClientRow) -> bool {
    let id = client.client_id.clone();
    place.db.read(move |transaction| actions::client(transaction, &id)).await.is_ok()
}

/// The verifier and challenge of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn consent(place: &Place, account: i64, client: &ClientRow) -> String {
    let consent = Consent {
        client: client.id,
        redirect_uri: client.redirect_uris.clone(),
        scopes: Scopes::all(),
        challenge: CHALLENGE.into(),
    };
    place
        .write(move |transaction, _, moment| actions::consent(transaction, moment, account, &consent))
        .await
        .unwrap()
}

async fn exchange(place: &Place, client: &ClientRow, code: &str) -> Exchanged {
    let exchange = Exchange {
        client: client.clone(),
        code: code.into(),
        redirect_uri: client.redirect_uris.clone(),
        verifier: VERIFIER.into(),
    };
    place
        .write(move |transaction, site, moment| actions::exchange(transaction, moment, site, exchange))
        .await
        .unwrap()
}

/// S-65: a code is remembered while its second use can still be noticed, a client as long as somebody has let it in.
#[tokio::test]
async fn codes_tokens_and_clients_go_one_after_the_other() {
    let mut place = Place::new().await;
    let account = place.account("ana").await;
    let (unused, client) = (register(&place).await, register(&place).await);
    let code = consent(&place, account, &client).await;
    assert!(matches!(exchange(&place, &client, &code).await, Exchanged::Token(_)));
    place.now = place.now.plus(CODES);
    place.forget().await;
    assert!(matches!(exchange(&place, &client, &code).await, Exchanged::Reused), "its token has ended");
    place.now = place.now.plus(2 * MINUTE);
    place.forget().await;
    assert!(matches!(exchange(&place, &client, &code).await, Exchanged::Refused(_)), "nobody knows it now");
    assert!(is_known(&place, &unused).await);
    place.now = place.now.plus(UNUSED_CLIENTS);
    place.forget().await;
    assert!(!is_known(&place, &unused).await && is_known(&place, &client).await);
    place.now = place.now.plus(TOKENS - UNUSED_CLIENTS);
    place.forget().await;
    assert!(!is_known(&place, &client).await, "its only token ended a month ago");
}

#[tokio::test]
async fn tokens_that_live_stay() {
    let mut place = Place::new().await;
    let ana = place.person("ana").await;
    let ended = place.token(ana.sender.account).await;
    place
        .write(move |transaction, _, moment| {
            tokens::revoke(transaction, ended.account, ended.token, moment.now)
        })
        .await
        .unwrap();
    place.now = place.now.plus(TOKENS + DAY);
    place.forget().await;
    let left = |sender: Sender| place.db.read(move |transaction| tokens::digest(transaction, sender.token));
    assert!(left(ana.sender).await.is_ok() && left(ended).await.is_err());
}
