//! The demonstration as a test. It runs `alcove` and `alcove-chat` as the same build has left them; `cargo task test`
//! builds the whole workspace.

use std::{collections::BTreeSet, path::Path};

use alcove_terminal::store::Store;
use ed25519_dalek::SigningKey;

use super::*;

/// The bytes of the private keys in a device's records, without knowing what a record looks like: 32 bytes are a key if
/// its public half is in the records, too.
fn private_keys(home: &Path, passphrase: &str) -> Vec<Secret> {
    let records = Store::open(home, passphrase).unwrap().hot().unwrap();
    let windows = || records.iter().flat_map(|(_, record)| record.windows(32));
    let known = windows().collect::<BTreeSet<_>>();
    let is_private = |bytes: &&[u8]| {
        let public = SigningKey::from_bytes(&<[u8; 32]>::try_from(*bytes).unwrap()).verifying_key();
        known.contains(public.as_bytes().as_slice())
    };
    let found = known.iter().copied().filter(is_private);
    found
        .map(|bytes| Secret { what: format!("a key of {}", home.display()), bytes: bytes.to_vec() })
        .collect()
}

/// P1: neither server ever holds the text of an encrypted conversation, its name, a passphrase or a private key of a device:
/// not in its database and write-ahead log, its log at its most talkative, its memory, or any request before TLS. The same
/// search finds the note that was sent in clear, on both.
#[tokio::test]
async fn servers_never_hold_a_message_a_name_a_passphrase_or_a_key() {
    let stage = Stage::start().await.unwrap();
    let people = stage.people().await.unwrap();
    stage.play(&people).await.unwrap();

    let mut secrets = secrets(&people);
    assert!(secrets.len() >= 40, "{} texts", secrets.len());
    for person in &people {
        let keys = private_keys(&person.home, &person.passphrase);
        assert!(keys.len() >= 2, "the identity and the device of {}: {} keys", person.name, keys.len());
        secrets.extend(keys);
    }
    stage.search(&secrets).await.unwrap();
}
