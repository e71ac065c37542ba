//! Files of messages: those that somebody sends, as JavaScript has prepared them, and those that lie in the records of messages.
//! What of a stranger's file is believed is decided in `alcove_client`.

use alcove_client::{Bytes, Content, File, Message, Place, Thumbnail, blob::SealedBlob};
use alcove_protocol::{base64, json};
use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{core::Core, failure::Failure, letters, messages};

/// The most bytes of a file that travel in a message (ENCRYPTION.md 1.10).
pub const INLINE_BYTES: usize = 256 * 1024;
/// The same where somebody uses other software.
pub const MIXED_INLINE_BYTES: usize = 128 * 1024;

/// A file to be sent: with its bytes in base64, or sealed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Given {
    name: Option<String>,
    media_type: String,
    alt: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    seconds: Option<u32>,
    thumbnail: Option<String>,
    bytes: Option<String>,
    sealed: Option<Sealed>,
}

/// What a file is that was sealed.
#[derive(Deserialize)]
struct Sealed {
    /// The name under which its sealed bytes are kept.
    stored: String,
    seal: SealedBlob,
}

impl Given {
    /// The file as a message carries it, and the name of its bytes if they are sealed.
    pub fn file(self) -> Result<(File, Option<String>), Failure> {
        let (size, place, stored) = match self.sealed {
            Some(Sealed { stored, seal }) => (seal.size, Place::of_blob(&seal, ""), Some(stored)),
            None => {
                let bytes = base64::decode(self.bytes.as_deref().unwrap_or_default(), INLINE_BYTES);
                let bytes = bytes.ok_or_else(|| Failure::new("file-too-large"))?;
                (u64::try_from(bytes.len()).unwrap_or(u64::MAX), Place::Inline(Bytes(bytes)), None)
            }
        };
        let small = self.thumbnail.and_then(|small| base64::decode(&small, INLINE_BYTES));
        let thumbnail = |bytes| Thumbnail { media_type: "image/jpeg".to_owned(), bytes: Bytes(bytes) };
        let file = File {
            name: self.name,
            media_type: self.media_type,
            size,
            alt: self.alt,
            width: self.width,
            height: self.height,
            seconds: self.seconds,
            thumbnail: small.map(thumbnail),
            place,
        };
        Ok((file, stored))
    }
}

/// The bytes of a file, or of its thumbnail.
#[wasm_bindgen]
pub struct Opened {
    media_type: String,
    bytes: Vec<u8>,
}

impl Opened {
    pub(crate) fn new(media_type: String, bytes: Vec<u8>) -> Self {
        Self { media_type, bytes }
    }
}

#[wasm_bindgen]
impl Opened {
    /// One that a browser shows and does not execute.
    #[wasm_bindgen(getter, js_name = mediaType)]
    pub fn media_type(&self) -> String {
        self.media_type.clone()
    }

    /// The bytes.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }
}

#[wasm_bindgen]
impl Core {
    /// The key of the record that holds a message, by `{chat, message}` as JSON; none for what is not encrypted.
    pub fn place(&self, arguments: &str) -> Result<Option<Vec<u8>>, Failure> {
        let given: Value = json::read(arguments)?;
        if letters::name_of(&given["chat"]).is_some() {
            return Ok(None);
        }
        let chat = serde_json::from_value(given["chat"].clone())?;
        let name = messages::reference(&given["message"]).ok_or_else(|| Failure::expected("a message"))?;
        let item = self.history.message(&chat, &name);
        Ok(item.and_then(|item| self.vault.place_of(&item.message.key())))
    }

    /// A file of the message in a record, if its bytes are there.
    pub fn file(&self, key: &[u8], value: &[u8], index: usize) -> Result<Option<Opened>, Failure> {
        let file = self.file_in(key, value, index)?;
        Ok(file.and_then(|file| match file.place {
            Place::Inline(bytes) => Some(Opened { media_type: file.media_type, bytes: bytes.0 }),
            _ => None,
        }))
    }

    /// The thumbnail of a file of the message in a record, if it has one.
    pub fn thumbnail(&self, key: &[u8], value: &[u8], index: usize) -> Result<Option<Opened>, Failure> {
        let small = self.file_in(key, value, index)?.and_then(|file| file.thumbnail);
        Ok(small.map(|small| Opened { media_type: small.media_type, bytes: small.bytes.0 }))
    }
}

impl Core {
    pub(crate) fn file_in(&self, key: &[u8], value: &[u8], index: usize) -> Result<Option<File>, Failure> {
        let (name, value) = self.vault.read(key, value)?;
        match Message::from_record(&name, &value)?.content {
            Content::Text { files, .. } => Ok(files.into_iter().nth(index)),
            _ => Ok(None),
        }
    }
}
