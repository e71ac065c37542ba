//! The data key of the device as it is handed to JavaScript, which wraps it once more with a key that the browser does not
//! give out: bare, or under the person's passphrase.

use alcove_client::seal::{Cost, DataKey, Wrapped};
use rand::rngs::OsRng;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::Failure;

const BARE: u8 = 0;
const UNDER_PASSPHRASE: u8 = 1;

/// Writes the key; with a passphrase it takes as long as trying one is meant to take.
pub fn write(key: &DataKey, passphrase: Option<&str>) -> Result<Vec<u8>, Failure> {
    let Some(passphrase) = passphrase else {
        return Ok([&[BARE], key.to_bytes().as_slice()].concat());
    };
    let wrapped = key.wrap(passphrase, Cost::STANDARD, &mut OsRng);
    let wrapped = wrapped.ok_or_else(|| Failure::new("encryption"))?;
    Ok([&[UNDER_PASSPHRASE], serde_json::to_vec(&wrapped)?.as_slice()].concat())
}

/// Reads the key.
pub fn read(slot: &[u8], passphrase: Option<&str>) -> Result<DataKey, Failure> {
    match slot.split_first() {
        Some((&BARE, key)) => DataKey::from_bytes(key).ok_or(Failure::DAMAGED),
        Some((&UNDER_PASSPHRASE, wrapped)) => {
            let wrapped: Wrapped = serde_json::from_slice(wrapped).map_err(|_| Failure::DAMAGED)?;
            let passphrase = passphrase.ok_or_else(|| Failure::new("locked"))?;
            DataKey::unwrap(passphrase, &wrapped).ok_or_else(|| Failure::new("wrong-passphrase"))
        }
        _ => Err(Failure::DAMAGED),
    }
}

/// Whether a passphrase has to be asked for.
#[wasm_bindgen(js_name = needsPassphrase)]
pub fn needs_passphrase(slot: &[u8]) -> bool {
    slot.first() == Some(&UNDER_PASSPHRASE)
}

/// Whether this is the passphrase of the slot, or, without one, whether the slot needs none.
#[wasm_bindgen]
pub fn opens(slot: &[u8], passphrase: Option<String>) -> bool {
    read(slot, passphrase.as_deref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_with_its_passphrase_only() {
        let key = DataKey::generate(&mut OsRng);
        let bare = write(&key, None).unwrap();
        assert!(!needs_passphrase(&bare));
        assert_eq!(read(&bare, None).unwrap().to_bytes(), key.to_bytes());
        let slot = write(&key, Some("a quiet place")).unwrap();
        assert!(needs_passphrase(&slot));
        assert_eq!(read(&slot, Some("a quiet place")).unwrap().to_bytes(), key.to_bytes());
        let code = |passphrase| read(&slot, passphrase).err().unwrap().code;
        assert_eq!((code(None), code(Some("another"))), ("locked", "wrong-passphrase"));
    }
}
