//! A file of a message: what is said about it, and where its bytes are. Whatever a stranger says of it is made harmless
//! here, once, before it is stored: no media type that a browser executes, no name that hides what it is.

use alcove_protocol::ActorId;
use serde::{Deserialize, Serialize, Serializer};

use crate::blob::{self, BlobKey, SealedBlob};

/// The longest name of a file and the longest description, in characters.
const LONGEST_NAME: usize = 200;
const LONGEST_ALT: usize = 2_000;
/// The largest width and height, and the longest duration in seconds, that is believed.
const WIDEST: u32 = 100_000;
const LONGEST: u32 = 30 * 24 * 3_600;
/// The media type of everything that is only kept.
const OPAQUE: &str = "application/octet-stream";
/// What a browser shows and never executes. SVG, HTML, XML and PDF are not among it.
const HARMLESS: [&str; 20] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/x-wav",
    "audio/webm",
    "audio/mp4",
    "audio/aac",
    "audio/flac",
    "video/mp4",
    "video/webm",
    "video/ogg",
    "video/quicktime",
    "text/plain",
    OPAQUE,
];

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// What it is called; a voice note has no name.
    pub name: Option<String>,
    /// One that a browser shows and does not execute; `application/octet-stream` for everything else.
    pub media_type: String,
    /// Its length in bytes, once it is open.
    pub size: u64,
    /// What there is to see or to hear, for those who cannot.
    pub alt: Option<String>,
    /// Of pictures and moving pictures, in pixels.
    pub width: Option<u32>,
    /// The same.
    pub height: Option<u32>,
    /// Of sound and moving pictures.
    pub seconds: Option<u32>,
    /// A small picture of it.
    pub thumbnail: Option<Thumbnail>,
    /// Where its bytes are.
    pub place: Place,
}

/// A small picture of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// As that of the file.
    pub media_type: String,
    /// The picture.
    pub bytes: Bytes,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In the message.
    Inline(Bytes),
    /// Sealed at an address of the sender's server (ENCRYPTION.md 1.10).
    Blob {
        /// Where.
        url: String,
        /// The key that opens it, 32 bytes.
        key: Bytes,
        /// The length of what lies there.
        size: u64,
        /// The SHA-256 of what lies there.
        sha256: [u8; 32],
    },
    /// Nowhere: the message does not hold them, or names an address at which they must not be looked for.
    Missing,
}

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// As a picture.
    Picture,
    /// As a voice note: sound without a name.
    Voice,
    /// By its name.
    File,
}

/// Bytes that are printed by their number only, in logs and in JSON.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Bytes(pub Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&format!("{self:?}"))
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl File {
    /// How it is shown.
    pub fn kind(&self) -> FileKind {
        match self.media_type.split('/').next() {
            Some("image") => FileKind::Picture,
            Some("audio") if self.name.is_none() => FileKind::Voice,
            _ => FileKind::File,
        }
    }

    /// The file with everything in it that must not be believed taken out. Sealed files are fetched from the sender's own
    /// server only.
    pub(crate) fn harmless(mut self, sender: &ActorId) -> Self {
        self.media_type = harmless(&self.media_type);
        self.name =
            self.name.as_deref().and_then(|name| visible(&name.replace(['/', '\\'], "_"), LONGEST_NAME));
        self.alt = self.alt.as_deref().and_then(|alt| visible(alt, LONGEST_ALT));
        let believed = |number: u32, most: u32| (1..=most).contains(&number).then_some(number);
        self.width = self.width.and_then(|width| believed(width, WIDEST));
        self.height = self.height.and_then(|height| believed(height, WIDEST));
        self.seconds = self.seconds.and_then(|seconds| believed(seconds, LONGEST));
        self.thumbnail = self.thumbnail.filter(|small| harmless(&small.media_type).starts_with("image/"));
        if !self.can_be_had(sender) {
            self.place = Place::Missing;
        }
        self
    }

    /// Whether what is said of a sealed file can be true: a key, a length that files of this size have once they are sealed, and
    /// a place that may be asked.
    fn can_be_had(&self, sender: &ActorId) -> bool {
        let Place::Blob { url, size, .. } = &self.place else { return true };
        let fits = self.size <= blob::MOST_BYTES && *size == blob::sealed_length(self.size);
        fits && self.sealed().is_some() && blob::is_of(url, sender)
    }

    /// Where its bytes are and what opens them, if they are sealed.
    pub fn sealed(&self) -> Option<(&str, SealedBlob)> {
        let Place::Blob { url, key, sha256, .. } = &self.place else { return None };
        let key = BlobKey::from_bytes(key.0.as_slice().try_into().ok()?);
        Some((url, SealedBlob { key, size: self.size, digest: *sha256 }))
    }
}

impl Place {
    /// That of a file which was sealed.
    pub fn of_blob(blob: &SealedBlob, url: &str) -> Self {
        Self::Blob {
            url: url.to_owned(),
            key: Bytes(blob.key.as_bytes().to_vec()),
            size: blob::sealed_length(blob.size),
            sha256: blob.digest,
        }
    }
}

/// A media type that a browser does not execute.
pub(crate) fn harmless(media_type: &str) -> String {
    let plain = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    HARMLESS.iter().find(|known| **known == plain).unwrap_or(&OPAQUE).to_string()
}

/// One line of visible text of at most so many characters, without those that turn the direction of what stands beside it.
pub(crate) fn visible(text: &str, limit: usize) -> Option<String> {
    let turns = |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line: String =
        text.trim().chars().filter(|letter| !letter.is_control() && !turns(*letter)).take(limit).collect();
    Some(line).filter(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, media_type: &str, place: Place) -> File {
        File {
            name: Some(name.to_owned()),
            media_type: media_type.to_owned(),
            size: 1,
            alt: None,
            width: Some(0),
            height: Some(7),
            seconds: Some(u32::MAX),
            thumbnail: None,
            place,
        }
    }

    /// Trap T43: what a stranger says of a file is made harmless.
    #[test]
    fn nothing_that_a_browser_executes_is_left() {
        let ana = ActorId::parse("https://h.example/users/1").unwrap();
        for bad in
            ["text/html", "image/svg+xml", "application/xhtml+xml; charset=x", "TEXT/JavaScript", "x", ""]
        {
            assert_eq!(file("a", bad, Place::Missing).harmless(&ana).media_type, OPAQUE, "{bad}");
        }
        let good = file("../\u{202e}gpj.exe\n", "IMAGE/PNG; x=y", Place::Missing).harmless(&ana);
        assert_eq!(good.media_type, "image/png");
        assert_eq!(good.name.as_deref(), Some(".._gpj.exe"));
        assert_eq!((good.width, good.height, good.seconds), (None, Some(7), None));
        assert_eq!(good.kind(), FileKind::Picture);
    }

    /// ENCRYPTION.md 1.10: only from the sender's origin.
    #[test]
    fn sealed_files_lie_on_the_sender_s_server() {
        let ana = ActorId::parse("https://h.example/users/1").unwrap();
        let sealed = |url: &str, key: usize, size: u64, sealed: u64| {
            let place =
                Place::Blob { url: url.into(), key: Bytes(vec![7; key]), size: sealed, sha256: [0; 32] };
            File { size, ..file("a", "video/mp4", place) }.harmless(&ana).place
        };
        let blob = |url: &str, key: usize| sealed(url, key, 1, 17);
        assert_ne!(blob("https://h.example/blobs/1", 32), Place::Missing);
        assert_eq!(blob("https://h.example/blobs/1", 31), Place::Missing);
        // Lengths that do not belong together, and those that nobody could count.
        for (size, length) in [(1, 18), (0, 17), (u64::MAX, 17), (u64::MAX, u64::MAX), (17, u64::MAX)] {
            assert_eq!(
                sealed("https://h.example/blobs/1", 32, size, length),
                Place::Missing,
                "{size} {length}"
            );
        }
        for elsewhere in
            ["https://h.example:444/b", "http://h.example/b", "https://evil.example/b", "data:,x", ""]
        {
            assert_eq!(blob(elsewhere, 32), Place::Missing, "{elsewhere}");
        }
    }

    #[test]
    fn bytes_are_not_printed() {
        let bytes = Bytes(vec![171; 3]);
        assert_eq!(format!("{bytes:?}"), "3 bytes");
        assert_eq!(serde_json::to_string(&bytes).unwrap(), "\"3 bytes\"");
        let packed = postcard::to_extend(&bytes, Vec::new()).unwrap();
        assert_eq!(postcard::from_bytes::<Bytes>(&packed).unwrap(), bytes);
    }
}
