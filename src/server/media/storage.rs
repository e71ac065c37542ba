//! Where files are: in a folder, or in a bucket of an S3-compatible storage, behind the one trait of `object_store`. What
//! was put is there whole or not at all: on disk it gets its name after it was flushed. What a file means is in the
//! database; one that no row knows is nobody's, and swept away. The connection to the bucket is the only outgoing one
//! beside `federation/`: its address is the operator's choice and nobody else's.

use std::{ops::Range, sync::Arc, time::Duration};

use alcove_protocol::api::BLOB_PART;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    Error as Failure, GetOptions, GetRange, ObjectStore, ObjectStoreExt, aws::AmazonS3Builder,
    buffered::BufWriter, client::ClientOptions, local::LocalFileSystem, path::Path,
};
use tokio::io::AsyncWriteExt;

use super::Variant;
use crate::{
    config::{Config, S3},
    error::{Error, Result},
};

/// How much of a file is in memory on its way to the storage: the least part that S3 takes.
const PART: usize = 5 << 20;
/// How long one request to the bucket may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The files of a server.
#[derive(Clone)]
pub struct Storage(Arc<dyn ObjectStore>);

/// Where a file is, by its random name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'n> {
    /// As it was given, until it is prepared.
    Given(&'n str),
    /// A form of a file of ours.
    Own(&'n str, Variant),
    /// Kept of another server.
    Remote(&'n str),
    /// A part of a sealed file, by its number.
    Blob(&'n str, u64),
}

/// The parts of the storage, each with files of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// [`Place::Given`].
    Given,
    /// [`Place::Own`].
    Own,
    /// [`Place::Remote`].
    Remote,
    /// [`Place::Blob`].
    Blobs,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Given, Self::Own, Self::Remote, Self::Blobs];

    fn folder(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Own => "own",
            Self::Remote => "remote",
            Self::Blobs => "blobs",
        }
    }
}

/// A file that is being read.
pub struct Reading {
    /// The bytes that follow.
    pub range: Range<u64>,
    /// The length of the whole file.
    pub length: u64,
    /// The bytes.
    pub bytes: BoxStream<'static, std::io::Result<Bytes>>,
}

/// A file that is there.
#[derive(Clone, Debug)]
pub struct Found {
    /// The random name in it.
    pub name: String,
    /// When it was put there, in milliseconds.
    pub since: i64,
    path: Path,
}

impl Storage {
    /// Opens the folder or the bucket of a configuration.
    ///
    /// # Errors
    /// A folder that cannot be made; an address that makes no sense. Whether the bucket answers shows at the first file.
    pub fn open(config: &Config) -> Result<Self> {
        if !config.media.s3.bucket.is_empty() {
            return Ok(Self(Arc::new(bucket(&config.media.s3)?)));
        }
        let folder = config.server.data.join("media");
        let make = || {
            std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            LocalFileSystem::new_with_prefix(&folder).map_err(|error| error.to_string())
        };
        let files = make().map_err(|error| {
            Error::invalid(format!("server.data: expected a folder at {}: {error}", folder.display()))
        })?;
        Ok(Self(Arc::new(files.with_fsync(true))))
    }

    /// Puts bytes.
    ///
    /// # Errors
    /// When the disk or the bucket fails.
    pub async fn put(&self, place: Place<'_>, bytes: Vec<u8>) -> Result<()> {
        self.0.put(&location(place), bytes.into()).await.map(drop).map_err(failed)
    }

    /// Puts a part of a sealed file.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn put_part(&self, name: &str, number: u64, part: Bytes) -> Result<()> {
        self.0.put(&location(Place::Blob(name, number)), part.into()).await.map(drop).map_err(failed)
    }

    /// Reads a sealed file of that length, or a part of it, from one of its parts to the next.
    pub fn read_blob(&self, name: &str, length: u64, range: Option<Range<u64>>) -> Reading {
        let range = range.unwrap_or(0..length);
        let (storage, name, asked) = (self.clone(), name.to_owned(), range.clone());
        let pieces = futures_util::stream::iter(range.start / BLOB_PART..range.end.div_ceil(BLOB_PART));
        let bytes = pieces.then(move |number| {
            let (storage, name, begins) = (storage.clone(), name.clone(), number * BLOB_PART);
            let within = asked.start.max(begins) - begins..asked.end.min(begins + BLOB_PART) - begins;
            async move {
                let reading = storage.read(Place::Blob(&name, number), Some(within)).await;
                reading.map(|reading| reading.bytes).map_err(std::io::Error::other)
            }
        });
        Reading { range, length, bytes: bytes.try_flatten().boxed() }
    }

    /// Removes all parts of a sealed file of that length.
    ///
    /// # Errors
    /// As [`Storage::remove`].
    pub async fn remove_blob(&self, name: &str, length: u64) -> Result<()> {
        for number in 0..length.div_ceil(BLOB_PART) {
            self.remove(Place::Blob(name, number)).await?;
        }
        Ok(())
    }

    /// Puts a file of the disk, a part at a time.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn put_file(&self, place: Place<'_>, file: &std::path::Path) -> Result<()> {
        let mut from = tokio::fs::File::open(file).await.map_err(Error::unknown)?;
        let mut to = BufWriter::with_capacity(self.0.clone(), location(place), PART).with_max_concurrency(1);
        let put = match tokio::io::copy(&mut from, &mut to).await {
            // What fails from here on ends by itself.
            Ok(_) => to.shutdown().await,
            Err(error) => {
                drop(to.abort().await);
                Err(error)
            }
        };
        put.map_err(|error| {
            tracing::warn!(%error, "the storage of files fails");
            Error::Busy
        })
    }

    /// Reads a file, or a part of it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; when the disk or the bucket fails.
    pub async fn read(&self, place: Place<'_>, range: Option<Range<u64>>) -> Result<Reading> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let got = self.0.get_opts(&location(place), options).await.map_err(failed)?;
        let (range, length) = (got.range.clone(), got.meta.size);
        Ok(Reading { range, length, bytes: got.into_stream().map_err(std::io::Error::other).boxed() })
    }

    /// Reads a whole file of at most so many bytes.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub async fn read_whole(&self, place: Place<'_>, most: u64) -> Result<Vec<u8>> {
        let mut reading = self.read(place, Some(0..most)).await?;
        let mut whole = Vec::with_capacity(usize::try_from(reading.length.min(most)).unwrap_or_default());
        while let Some(some) = reading.bytes.next().await {
            whole.extend_from_slice(&some.map_err(Error::unknown)?);
        }
        Ok(whole)
    }

    /// The length of a file.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub async fn length(&self, place: Place<'_>) -> Result<u64> {
        Ok(self.0.head(&location(place)).await.map_err(failed)?.size)
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// When the disk or the bucket fails.
    pub async fn remove(&self, place: Place<'_>) -> Result<()> {
        self.remove_path(&location(place)).await
    }

    /// Removes a file that was found.
    ///
    /// # Errors
    /// As [`Storage::remove`].
    pub async fn remove_found(&self, found: &Found) -> Result<()> {
        self.remove_path(&found.path).await
    }

    async fn remove_path(&self, path: &Path) -> Result<()> {
        match self.0.delete(path).await {
            Ok(()) | Err(Failure::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Everything in one part of the storage, bit by bit.
    pub fn list(&self, part: Part) -> BoxStream<'static, Result<Found>> {
        let found = |meta: object_store::ObjectMeta| {
            let file = meta.location.filename().unwrap_or_default();
            let name = file.split_once('.').map_or(file, |(name, _)| name).to_owned();
            Found { name, since: meta.last_modified.timestamp_millis(), path: meta.location }
        };
        self.0.list(Some(&Path::from(part.folder()))).map_ok(found).map_err(failed).boxed()
    }
}

/// Folders of the first two characters of a name keep each one short.
fn location(place: Place<'_>) -> Path {
    let (part, name, file) = match place {
        Place::Given(name) => (Part::Given, name, name.to_owned()),
        Place::Own(name, variant) => (Part::Own, name, format!("{name}.{}", variant.as_str())),
        Place::Remote(name) => (Part::Remote, name, name.to_owned()),
        Place::Blob(name, number) => (Part::Blobs, name, format!("{name}.{number}")),
    };
    Path::from_iter([part.folder(), name.get(..2).unwrap_or_default(), &file])
}

fn bucket(s3: &S3) -> Result<object_store::aws::AmazonS3> {
    let options = ClientOptions::new()
        .with_allow_http(s3.endpoint.starts_with("http://"))
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout(PATIENCE);
    let mut builder = AmazonS3Builder::new()
        .with_client_options(options)
        .with_bucket_name(&s3.bucket)
        .with_region(&s3.region)
        .with_access_key_id(&s3.access_key)
        .with_secret_access_key(&s3.secret_key.0);
    if !s3.endpoint.is_empty() {
        builder = builder.with_endpoint(&s3.endpoint);
    }
    builder.build().map_err(|error| Error::invalid(format!("media.s3: {error}")))
}

/// A storage that fails is trouble that passes.
fn failed(error: Failure) -> Error {
    if let Failure::NotFound { .. } = error {
        return Error::NotFound;
    }
    tracing::warn!(%error, "the storage of files fails");
    Error::Busy
}
