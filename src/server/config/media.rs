//! The section `[media]`: how large files may be, how long those of other servers are kept, and where all of them are.

use serde::Deserialize;

use super::Secret;
use crate::error::{Error, Result};

/// Files of people here and of other servers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// The largest picture, in bytes.
    pub image_bytes: u64,
    /// The largest film, in bytes.
    pub video_bytes: u64,
    /// The longest sound, in bytes.
    pub audio_bytes: u64,
    /// The most pixels of a picture, in millions; six bytes of memory for each are the most that one takes.
    pub megapixels: u64,
    /// The most pictures of a moving one; one with more stands still.
    pub frames: usize,
    /// The largest sealed file of a conversation, in bytes.
    pub blob_bytes: u64,
    /// How much of an account's sealed files is kept, in bytes.
    pub blob_quota_bytes: u64,
    /// How much of other servers' files is kept, in bytes.
    pub cache_bytes: i64,
    /// How long, in days.
    pub cache_days: i64,
    /// Where files are, if not on disk.
    pub s3: S3,
}

/// A bucket of an S3-compatible storage.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct S3 {
    /// Its address, as `https://s3.example.org`; empty for Amazon's own.
    pub endpoint: String,
    /// The bucket, which must exist; empty for files on disk.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// Who we are there.
    pub access_key: String,
    /// And the proof of it.
    pub secret_key: Secret,
}

impl Default for Media {
    fn default() -> Self {
        Self {
            image_bytes: 10 << 20,
            video_bytes: 40 << 20,
            audio_bytes: 40 << 20,
            megapixels: 40,
            frames: 500,
            blob_bytes: 100 << 20,
            blob_quota_bytes: 2 << 30,
            cache_bytes: 1 << 30,
            cache_days: 30,
            s3: S3::default(),
        }
    }
}

impl Default for S3 {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            bucket: String::new(),
            region: "us-east-1".into(),
            access_key: String::new(),
            secret_key: Secret::default(),
        }
    }
}

impl Media {
    /// Refuses what makes no sense.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        let s3 = &self.s3;
        let incomplete = s3.access_key.is_empty() || s3.secret_key.0.is_empty();
        if !s3.bucket.is_empty() && incomplete {
            return Err(Error::invalid(format!(
                "{name}: media.s3: expected access_key and secret_key with the bucket"
            )));
        }
        if self.megapixels == 0 || self.cache_bytes < 0 || self.cache_days < 0 {
            return Err(Error::invalid(format!(
                "{name}: media: expected at least 1 for megapixels, and nothing below 0"
            )));
        }
        Ok(())
    }
}
