//! Which files are taken, told by their first bytes alone and before any decoder sees them (S-41): what a name or a header
//! calls a file counts for nothing. What is not on this list, as SVG, HTML and PDF, is refused; so are HEIC and AVIF, which
//! have no decoder in Rust (S-40).

/// How many bytes of a file are enough to tell what it is.
pub const HEAD: usize = 64;

/// A type of file that is taken and given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileType {
    /// A photograph.
    Jpeg,
    /// A picture, perhaps with transparency.
    Png,
    /// A picture, perhaps moving.
    Gif,
    /// A picture, perhaps moving.
    WebP,
    /// A film of the ISO base media family (ISO 14496-12).
    Mp4,
    /// The same, as Apple's cameras write it.
    QuickTime,
    /// A film in Matroska's subset for browsers.
    WebM,
    /// Sound in the ISO base media family.
    M4a,
    /// MPEG-1 or 2, layer III.
    Mp3,
    /// Vorbis or Opus.
    Ogg,
    /// Lossless sound.
    Flac,
}

/// What a file is to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Something to look at.
    Image,
    /// Something that moves and sounds.
    Video,
    /// Something to listen to.
    Audio,
}

const ALL: [FileType; 11] = [
    FileType::Jpeg,
    FileType::Png,
    FileType::Gif,
    FileType::WebP,
    FileType::Mp4,
    FileType::QuickTime,
    FileType::WebM,
    FileType::M4a,
    FileType::Mp3,
    FileType::Ogg,
    FileType::Flac,
];

impl FileType {
    /// What a file is that begins so; `None` when it is nothing that is taken.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] => base_media(rest.get(..4)?),
            [0x1A, 0x45, 0xDF, 0xA3, rest @ ..] => {
                rest.windows(4).take(HEAD).any(|window| window == b"webm").then_some(Self::WebM)
            }
            [b'O', b'g', b'g', b'S', 0, ..] => Some(Self::Ogg),
            [b'f', b'L', b'a', b'C', ..] => Some(Self::Flac),
            [b'I', b'D', b'3', 2..=4, ..] => Some(Self::Mp3),
            // A frame's first eleven bits are set; then a version that exists, and layer III.
            [0xFF, second, ..] if second & 0xE6 == 0xE2 && second & 0x18 != 0x08 => Some(Self::Mp3),
            _ => None,
        }
    }

    /// What browsers are told; each is shown or played by them, and none executed.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::QuickTime => "video/quicktime",
            Self::WebM => "video/webm",
            Self::M4a => "audio/mp4",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::Flac => "audio/flac",
        }
    }

    /// The type of one of those media types.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        ALL.into_iter().find(|kind| kind.media_type() == media_type)
    }

    /// How its names end in our addresses.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Mp4 => "mp4",
            Self::QuickTime => "mov",
            Self::WebM => "webm",
            Self::M4a => "m4a",
            Self::Mp3 => "mp3",
            Self::Ogg => "ogg",
            Self::Flac => "flac",
        }
    }

    /// What it is to people.
    pub fn class(self) -> Class {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::WebP => Class::Image,
            Self::Mp4 | Self::QuickTime | Self::WebM => Class::Video,
            Self::M4a | Self::Mp3 | Self::Ogg | Self::Flac => Class::Audio,
        }
    }

    /// What a person is told about whatever cannot be taken out of such a file soundly.
    pub fn notice(self) -> Option<&'static str> {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::WebP => None,
            Self::Mp4 | Self::QuickTime | Self::M4a => Some(
                "The place and the notes in this file are removed. A track with positions, as action cameras \
                 record it, would stay.",
            ),
            Self::WebM | Self::Mp3 | Self::Ogg | Self::Flac => {
                Some("Titles, comments and pictures inside this file stay as they are.")
            }
        }
    }
}

impl Class {
    /// Mastodon's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }
}

/// The major brand says what a file of the ISO base media family is for; the brands of still pictures are not on the list.
fn base_media(brand: &[u8]) -> Option<FileType> {
    match brand {
        b"M4A " | b"M4B " => Some(FileType::M4a),
        b"qt  " => Some(FileType::QuickTime),
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"iso7" | b"iso8" | b"iso9" | b"mp41"
        | b"mp42" | b"avc1" | b"dash" | b"M4V " | b"MSNV" | b"3gp4" | b"3gp5" | b"3gp6" => {
            Some(FileType::Mp4)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-40, S-41: what a browser might execute has no type, whatever it is called.
    #[test]
    fn only_the_list_is_taken() {
        for head in [
            b"<svg xmlns=\"http://www.w3.org/2000/svg\">".as_slice(),
            b"<?xml version=\"1.0\"?><svg/>",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"%PDF-1.7",
            b"PK\x03\x04",
            b"\0\0\0\x18ftypavif",
            b"\0\0\0\x18ftypheic",
            b"{\"@context\":\"https://www.w3.org/ns/activitystreams\"}",
            b"RIFF\0\0\0\0WAVE",
            b"\x1A\x45\xDF\xA3\x93\x42\x82\x88matroska",
            b"II*\0",
            b"BM",
            b"\xFF\xFE<\0h\0t\0m\0l\0",
            b"GIF",
            b"",
        ] {
            assert_eq!(FileType::of(head), None, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (head, kind) in [
            (b"\xFF\xD8\xFF\xE0".as_slice(), FileType::Jpeg),
            (b"\x89PNG\r\n\x1A\n", FileType::Png),
            (b"GIF89a", FileType::Gif),
            (b"RIFF\x10\0\0\0WEBPVP8 ", FileType::WebP),
            (b"\0\0\0\x18ftypmp42", FileType::Mp4),
            (b"\0\0\0\x14ftypqt  ", FileType::QuickTime),
            (b"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82\x84webm", FileType::WebM),
            (b"\0\0\0\x18ftypM4A ", FileType::M4a),
            (b"ID3\x04", FileType::Mp3),
            (b"\xFF\xFB\x90\x64", FileType::Mp3),
            (b"OggS\0\x02", FileType::Ogg),
            (b"fLaC\0\0\0\x22", FileType::Flac),
        ] {
            assert_eq!(FileType::of(head), Some(kind));
            assert_eq!(FileType::of_media_type(kind.media_type()), Some(kind));
        }
    }

    /// S-40: nothing that a browser executes, nothing that is ActivityPub.
    #[test]
    fn what_is_said_about_a_file_is_harmless() {
        for kind in ALL {
            let class = kind.class().as_str();
            assert!(kind.media_type().starts_with(&format!("{class}/")), "{kind:?}");
            assert!(!kind.media_type().contains("svg") && !kind.media_type().contains("xml"));
        }
    }
}
