//! Files that are too large to lie inside a message (ENCRYPTION.md 1.10): sealed chunk by chunk, laid on a server that can do
//! nothing with them, opened chunk by chunk. XChaCha20-Poly1305 in the STREAM construction (Hoang, Reyhanitabar, Rogaway and
//! Vizár 2015): chunks of 64 KiB, their number and whether it is the last in the nonce, so that none can be left out,
//! exchanged or added. Not the message that carries key and address, and not the way to the server.
//!
//! A key is for one sealing of one file and never used again, not even for a second attempt with the same file: it may have
//! been written to in between. Whoever wants to go on after an interruption keeps the sealed bytes.

use std::fmt;

use alcove_protocol::{ActorId, Link};
use chacha20poly1305::{AeadInPlace, KeyInit, XChaCha20Poly1305, aead::generic_array::GenericArray};
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of a file in one chunk; only the last may have less.
pub const CHUNK: usize = 64 * 1_024;
/// Bytes that sealing adds to a chunk.
const TAG: usize = 16;
/// A sealed chunk.
const SEALED: usize = CHUNK + TAG;
/// The largest file, in bytes: its chunks can be numbered, and every length fits into a JavaScript number.
pub const MOST_BYTES: u64 = 1 << 40;

/// Why a sealed file is not opened. Whatever came out of it before must be thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// It is larger than can be sealed.
    #[error("expected a file of at most 1 TiB")]
    TooLarge,
    /// More or less came than was announced.
    #[error("expected a file of the length that was announced")]
    Length,
    /// A chunk is not what was sealed with this key at this place.
    #[error("expected a file as it was sealed, with the key that belongs to it")]
    Damaged,
}

/// The key of one sealing. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobKey([u8; 32]);

impl BlobKey {
    /// The key of these bytes, as a message carries it.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a message.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for BlobKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BlobKey(***)")
    }
}

/// All that is needed to open a sealed file, beside where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedBlob {
    /// Its key.
    pub key: BlobKey,
    /// The length of the file itself, in bytes.
    pub size: u64,
    /// SHA-256 of the sealed bytes.
    pub digest: [u8; 32],
}

/// The length that a file is filled up to, so that its own shows less (Padmé, Nikitin and others 2019): at most 12 % more,
/// for large files much less.
pub fn padded_length(size: u64) -> u64 {
    if size < 2 {
        return size;
    }
    let exponent = size.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1u64 << exponent.saturating_sub(kept)) - 1;
    (size + mask) & !mask
}

/// The length of a file once it is sealed: what a server is told.
pub fn sealed_length(size: u64) -> u64 {
    let padded = padded_length(size);
    padded + padded.div_ceil(CHUNK as u64).max(1) * TAG as u64
}

/// The length of the longest file that is at most this long once it is sealed.
pub fn longest_within(sealed: u64) -> u64 {
    let (mut fits, mut too_long) = (0, sealed.min(MOST_BYTES) + 1);
    while too_long - fits > 1 {
        let size = fits + (too_long - fits) / 2;
        if sealed_length(size) <= sealed {
            fits = size;
        } else {
            too_long = size;
        }
    }
    fits
}

/// Whether a sealed file lies where its sender's server is: nothing else is fetched, because whoever is asked for a file
/// learns that it is read.
pub fn is_of(url: &str, sender: &ActorId) -> bool {
    Link::parse(url).is_ok_and(|link| link.same_origin(sender))
}

/// The cipher and where it stands.
struct Stream {
    cipher: XChaCha20Poly1305,
    number: u32,
}

/// Whether a chunk is the last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Within,
    Last,
}

impl Stream {
    fn new(key: &BlobKey) -> Self {
        Self { cipher: XChaCha20Poly1305::new(GenericArray::from_slice(&key.0)), number: 0 }
    }

    /// 19 bytes of zero, because the key is new; the chunk's number, big-endian; whether it is the last.
    fn nonce(&mut self, place: Place) -> [u8; 24] {
        let mut nonce = [0; 24];
        nonce[19..23].copy_from_slice(&self.number.to_be_bytes());
        nonce[23] = u8::from(place == Place::Last);
        // `MOST_BYTES` is less than this counts.
        self.number = self.number.saturating_add(1);
        nonce
    }

    fn seal(&mut self, chunk: &mut Vec<u8>, place: Place) -> Result<(), BlobError> {
        let nonce = self.nonce(place);
        let sealed = self.cipher.encrypt_in_place(GenericArray::from_slice(&nonce), b"", chunk);
        sealed.map_err(|_| BlobError::TooLarge)
    }

    fn open(&mut self, chunk: &mut Vec<u8>, place: Place) -> Result<(), BlobError> {
        let nonce = self.nonce(place);
        let opened = self.cipher.decrypt_in_place(GenericArray::from_slice(&nonce), b"", chunk);
        opened.map_err(|_| BlobError::Damaged)
    }
}

/// Seals a file that comes in slices of any length.
pub struct Sealer {
    key: BlobKey,
    size: u64,
    come: u64,
    stream: Stream,
    chunk: Zeroizing<Vec<u8>>,
    digest: Sha256,
}

impl Sealer {
    /// Begins with a fresh key, for a file of this length in bytes.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`].
    pub fn new(size: u64, rng: &mut (impl RngCore + CryptoRng)) -> Result<Self, BlobError> {
        let mut key = BlobKey([0; 32]);
        rng.fill_bytes(&mut key.0);
        Self::with_key(size, key)
    }

    fn with_key(size: u64, key: BlobKey) -> Result<Self, BlobError> {
        if size > MOST_BYTES {
            return Err(BlobError::TooLarge);
        }
        let stream = Stream::new(&key);
        let chunk = Zeroizing::new(Vec::with_capacity(SEALED));
        Ok(Self { key, size, come: 0, stream, chunk, digest: Sha256::new() })
    }

    /// Takes the next bytes of the file; answers the sealed bytes that follow those of before.
    ///
    /// # Errors
    /// [`BlobError::Length`] when the file is longer than it was said to be: it has been written to, and another attempt with
    /// another key may do better.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, BlobError> {
        self.come += bytes.len() as u64;
        if self.come > self.size {
            return Err(BlobError::Length);
        }
        self.take(bytes)
    }

    /// There is no more: answers the last sealed bytes, and what opens the file.
    ///
    /// # Errors
    /// [`BlobError::Length`] when the file is shorter than it was said to be.
    pub fn finish(mut self) -> Result<(Vec<u8>, SealedBlob), BlobError> {
        if self.come != self.size {
            return Err(BlobError::Length);
        }
        let zeros = vec![0; CHUNK];
        let mut sealed = Vec::new();
        let mut padding = padded_length(self.size) - self.size;
        while padding > 0 {
            let some = padding.min(CHUNK as u64);
            padding -= some;
            sealed
                .extend(self.take(zeros.get(..usize::try_from(some).unwrap_or(CHUNK)).unwrap_or_default())?);
        }
        sealed.extend(self.seal(Place::Last)?);
        let blob = SealedBlob { key: self.key, size: self.size, digest: self.digest.finalize().into() };
        Ok((sealed, blob))
    }

    /// A full chunk is sealed when something comes behind it: the last one is known only at the end.
    fn take(&mut self, mut bytes: &[u8]) -> Result<Vec<u8>, BlobError> {
        let mut sealed = Vec::new();
        while !bytes.is_empty() {
            if self.chunk.len() == CHUNK {
                sealed.extend(self.seal(Place::Within)?);
            }
            let (some, rest) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(some);
            bytes = rest;
        }
        Ok(sealed)
    }

    fn seal(&mut self, place: Place) -> Result<Vec<u8>, BlobError> {
        let mut chunk = std::mem::replace(&mut *self.chunk, Vec::with_capacity(SEALED));
        self.stream.seal(&mut chunk, place)?;
        self.digest.update(&chunk);
        Ok(chunk)
    }
}

/// Opens a sealed file that comes in slices of any length. Nothing of it counts before [`Opener::finish`] has agreed.
pub struct Opener {
    blob: SealedBlob,
    /// How much of the file, and of the sealed bytes, is still to come.
    file_left: u64,
    sealed_left: u64,
    stream: Stream,
    chunk: Vec<u8>,
    digest: Sha256,
}

impl Opener {
    /// Begins at the first sealed byte.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`].
    pub fn new(blob: SealedBlob) -> Result<Self, BlobError> {
        if blob.size > MOST_BYTES {
            return Err(BlobError::TooLarge);
        }
        let (file_left, sealed_left) = (blob.size, sealed_length(blob.size));
        let stream = Stream::new(&blob.key);
        let chunk = Vec::with_capacity(SEALED);
        Ok(Self { blob, file_left, sealed_left, stream, chunk, digest: Sha256::new() })
    }

    /// Takes the next sealed bytes; answers the bytes of the file that follow those of before.
    ///
    /// # Errors
    /// [`BlobError::Damaged`]; [`BlobError::Length`] for more than was announced.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, BlobError> {
        let left = self.sealed_left.checked_sub(bytes.len() as u64);
        self.sealed_left = left.ok_or(BlobError::Length)?;
        self.digest.update(bytes);
        let (mut file, mut bytes) = (Vec::new(), bytes);
        while !bytes.is_empty() {
            let (some, rest) = bytes.split_at(bytes.len().min(SEALED - self.chunk.len()));
            self.chunk.extend_from_slice(some);
            bytes = rest;
            let last = self.sealed_left == 0 && bytes.is_empty();
            if self.chunk.len() == SEALED || last {
                file.extend(self.open(if last { Place::Last } else { Place::Within })?);
            }
        }
        Ok(file)
    }

    /// There is no more: only now what came out of it is the file.
    ///
    /// # Errors
    /// [`BlobError::Length`] when it was cut off; [`BlobError::Damaged`] when it is not the file whose digest was said.
    pub fn finish(self) -> Result<(), BlobError> {
        if self.sealed_left > 0 {
            return Err(BlobError::Length);
        }
        let digest: [u8; 32] = self.digest.finalize().into();
        if digest == self.blob.digest { Ok(()) } else { Err(BlobError::Damaged) }
    }

    /// The part of a chunk that belongs to the file. What fills it up is zero, or somebody has hidden something there.
    fn open(&mut self, place: Place) -> Result<Vec<u8>, BlobError> {
        let mut chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(SEALED));
        self.stream.open(&mut chunk, place)?;
        let of_file = usize::try_from(self.file_left).unwrap_or(usize::MAX).min(chunk.len());
        self.file_left -= of_file as u64;
        if chunk.split_off(of_file).iter().any(|byte| *byte != 0) {
            return Err(BlobError::Damaged);
        }
        Ok(chunk)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sealer {{ {} of {} bytes }}", self.come, self.size)
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Opener {{ {} sealed bytes to come }}", self.sealed_left)
    }
}

#[cfg(test)]
mod tests;
