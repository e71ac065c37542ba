//! Files sealed and opened slice by slice, as JavaScript reads and fetches them: never a whole one at once. How they are sealed is
//! `alcove_client::blob`'s business.

use alcove_client::blob::{self, BlobError, Opener, Sealer};
use rand::rngs::OsRng;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{core::Core, failure::Failure};

/// Seals one file once.
#[wasm_bindgen]
pub struct FileSealer(Sealer);

/// The end of a sealed file.
#[wasm_bindgen]
pub struct SealedEnd {
    bytes: Vec<u8>,
    seal: String,
}

#[wasm_bindgen]
impl FileSealer {
    /// Begins, with a fresh key, for a file of so many bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(size: f64) -> Result<FileSealer, Failure> {
        let size = crate::core::whole(size).try_into().map_err(|_| Failure::expected("a length"))?;
        Sealer::new(size, &mut OsRng).map(Self).map_err(sealing)
    }

    /// The next bytes of the file; answers the sealed bytes that follow those of before.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        self.0.push(bytes).map_err(sealing)
    }

    /// There is no more.
    pub fn finish(self) -> Result<SealedEnd, Failure> {
        let (bytes, seal) = self.0.finish().map_err(sealing)?;
        Ok(SealedEnd { bytes, seal: serde_json::to_string(&seal)? })
    }
}

#[wasm_bindgen]
impl SealedEnd {
    /// The last sealed bytes.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// What opens the file, as JSON for a message. Secret.
    #[wasm_bindgen(getter)]
    pub fn seal(&self) -> String {
        self.seal.clone()
    }
}

/// Opens one sealed file of a message. Nothing of it counts before [`FileOpener::finish`] has agreed.
#[wasm_bindgen]
pub struct FileOpener {
    opener: Opener,
    url: String,
    media_type: String,
    total: u64,
}

#[wasm_bindgen]
impl FileOpener {
    /// Where the sealed bytes are: an address for the account's server to fetch from.
    #[wasm_bindgen(getter)]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// One that a browser shows and does not execute.
    #[wasm_bindgen(getter, js_name = mediaType)]
    pub fn media_type(&self) -> String {
        self.media_type.clone()
    }

    /// How many sealed bytes there are.
    #[wasm_bindgen(getter)]
    #[expect(clippy::cast_precision_loss, reason = "files are at most 1 TiB")]
    pub fn total(&self) -> f64 {
        self.total as f64
    }

    /// The next sealed bytes; answers the bytes of the file that follow those of before.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        self.opener.push(bytes).map_err(opening)
    }

    /// There is no more: only now what came out of it is the file.
    pub fn finish(self) -> Result<(), Failure> {
        self.opener.finish().map_err(opening)
    }
}

#[wasm_bindgen]
impl Core {
    /// Opens a sealed file of the message in a record, if it has one.
    pub fn opener(&self, key: &[u8], value: &[u8], index: usize) -> Result<Option<FileOpener>, Failure> {
        let Some(file) = self.file_in(key, value, index)? else { return Ok(None) };
        let Some((url, seal)) = file.sealed() else { return Ok(None) };
        let (url, total) = (url.to_owned(), blob::sealed_length(seal.size));
        let opener = Opener::new(seal).map_err(opening)?;
        Ok(Some(FileOpener { opener, url, media_type: file.media_type, total }))
    }
}

/// A file that has another length than it had when it was chosen cannot be read as one.
fn sealing(error: BlobError) -> Failure {
    match error {
        BlobError::TooLarge => Failure::new("file-too-large"),
        BlobError::Length | BlobError::Damaged => Failure::new("file-unreadable"),
    }
}

fn opening(_: BlobError) -> Failure {
    Failure::new("file-damaged")
}
