//! Files in inner documents (trap T43, ENCRYPTION.md 1.10): written by what the group holds, read in every form: bytes in
//! base64, in gzip, in a `data:` address, or sealed at an address of the sender's server. Who may be believed what about a file is
//! decided by `message::File`.

use alcove_protocol::{base64, json as read};
use serde_json::{Value, json};

use super::gzip::{pack, unpack};
use crate::message::{Bytes, File, Place, Thumbnail};

/// The most bytes of all inline files of a message together, as they are read.
const MOST_READ: usize = 512 * 1024;
/// How many files of a message are read.
const MOST_FILES: usize = 20;
/// The largest thumbnail.
const MOST_THUMBNAIL: usize = 32 * 1024;

/// Who reads a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Devices of ours only.
    Ours,
    /// Other software as well. Which it is cannot be told from a leaf, so that both other forms are written.
    Others,
}

/// How many bytes of files a message may hold (1.10); those of others take two forms at once.
pub(crate) fn most_inline(audience: Audience) -> usize {
    match audience {
        Audience::Ours => 256 * 1024,
        Audience::Others => 128 * 1024,
    }
}

/// Writes a file.
pub(super) fn write(file: &File, audience: Audience) -> Value {
    let mut document =
        json!({"type": kind(&file.media_type), "mediaType": file.media_type, "size": file.size});
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            document[name] = value;
        }
    };
    add("name", file.name.as_ref().map(|name| json!(name)));
    add("summary", file.alt.as_ref().map(|alt| json!(alt)));
    add("width", file.width.map(Value::from));
    add("height", file.height.map(Value::from));
    add("duration", file.seconds.map(|seconds| json!(format!("PT{seconds}S"))));
    add("preview", file.thumbnail.as_ref().map(preview));
    write_place(&mut document, file, audience);
    document
}

fn write_place(document: &mut Value, file: &File, audience: Audience) {
    match (&file.place, audience) {
        (Place::Inline(Bytes(bytes)), Audience::Ours) => {
            document["encoding"] = json!("base64");
            document["content"] = json!(base64::encode(bytes));
        }
        (Place::Inline(Bytes(bytes)), Audience::Others) => {
            document["encoding"] = json!("gzip");
            document["content"] = json!(base64::encode(&pack(bytes)));
            document["url"] = json!(format!("data:{};base64,{}", file.media_type, base64::encode(bytes)));
        }
        (Place::Blob { url, key, size, sha256 }, _) => {
            document["url"] = json!(url);
            document["sealed"] =
                json!({"key": base64::encode(&key.0), "size": size, "sha256": base64::encode(sha256)});
        }
        (Place::Missing, _) => {}
    }
}

fn preview(small: &Thumbnail) -> Value {
    json!({
        "type": "Image", "mediaType": small.media_type, "encoding": "base64",
        "content": base64::encode(&small.bytes.0),
    })
}

fn kind(media_type: &str) -> &'static str {
    match media_type.split('/').next() {
        Some("image") => "Image",
        Some("audio") => "Audio",
        Some("video") => "Video",
        _ => "Document",
    }
}

/// Reads the files of a note.
pub(super) fn read_all(note: &Value) -> Vec<File> {
    let mut left = MOST_READ;
    let attachments = read::many(note, "attachment").iter().filter(|value| value.is_object());
    attachments.take(MOST_FILES).map(|document| read_one(document, &mut left)).collect()
}

fn read_one(document: &Value, left: &mut usize) -> File {
    let place = inline(document, *left).unwrap_or_else(|| sealed(document).unwrap_or(Place::Missing));
    let size = match &place {
        Place::Inline(Bytes(bytes)) => bytes.len() as u64,
        _ => document.get("size").and_then(Value::as_u64).unwrap_or_default(),
    };
    if let Place::Inline(Bytes(bytes)) = &place {
        *left = left.saturating_sub(bytes.len());
    }
    let text = |name: &str| read::text(document, name).map(str::to_owned);
    let number =
        |name: &str| document.get(name).and_then(Value::as_u64).and_then(|value| value.try_into().ok());
    File {
        name: text("name"),
        media_type: text("mediaType").unwrap_or_default(),
        size,
        alt: text("summary"),
        width: number("width"),
        height: number("height"),
        seconds: read::text(document, "duration").and_then(seconds),
        thumbnail: document.get("preview").and_then(thumbnail),
        place,
    }
}

/// The bytes, in whichever of the three forms they are.
fn inline(document: &Value, limit: usize) -> Option<Place> {
    let content = read::text(document, "content").and_then(|content| {
        let bytes = base64::decode(content, limit)?;
        match read::text(document, "encoding") {
            Some("base64") => Some(bytes),
            Some("gzip") => unpack(&bytes, limit),
            _ => None,
        }
    });
    let bytes = content.or_else(|| data(document.get("url").and_then(read::link_of)?, limit));
    bytes.map(|bytes| Place::Inline(Bytes(bytes)))
}

/// The bytes of a `data:` address in base64 (RFC 2397).
fn data(url: &str, limit: usize) -> Option<Vec<u8>> {
    let (head, content) = url.strip_prefix("data:")?.split_once(',')?;
    head.ends_with(";base64").then(|| base64::decode(content, limit))?
}

fn sealed(document: &Value) -> Option<Place> {
    let seal = document.get("sealed")?;
    let bytes = |name: &str| base64::decode(read::text(seal, name)?, 32);
    Some(Place::Blob {
        url: document.get("url").and_then(read::link_of)?.to_owned(),
        key: Bytes(bytes("key")?),
        size: seal.get("size").and_then(Value::as_u64)?,
        sha256: bytes("sha256")?.try_into().ok()?,
    })
}

fn thumbnail(document: &Value) -> Option<Thumbnail> {
    let media_type = read::text(document, "mediaType")?.to_owned();
    match inline(document, MOST_THUMBNAIL)? {
        Place::Inline(bytes) => Some(Thumbnail { media_type, bytes }),
        _ => None,
    }
}

/// The whole seconds of a duration such as `PT1M12.5S`.
fn seconds(duration: &str) -> Option<u32> {
    let mut rest = duration.strip_prefix("PT")?;
    let mut seconds: f64 = 0.0;
    while let Some(end) = rest.find(|letter: char| letter.is_ascii_alphabetic()) {
        let number: f64 = rest.get(..end)?.parse().ok().filter(|number: &f64| (0.0..1e9).contains(number))?;
        seconds += match rest.get(end..=end)? {
            "H" => number * 3_600.0,
            "M" => number * 60.0,
            "S" => number,
            _ => return None,
        };
        rest = rest.get(end + 1..)?;
    }
    let whole = seconds.round();
    // Within bounds by the filter above.
    (rest.is_empty() && (0.0..f64::from(u32::MAX)).contains(&whole)).then_some(whole as u32)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn picture(bytes: &[u8]) -> File {
        File {
            name: Some("a map.png".into()),
            media_type: "image/png".into(),
            size: bytes.len() as u64,
            alt: Some("A map".into()),
            width: Some(3),
            height: Some(4),
            seconds: Some(72),
            thumbnail: Some(Thumbnail { media_type: "image/png".into(), bytes: Bytes(vec![1, 2]) }),
            place: Place::Inline(Bytes(bytes.to_vec())),
        }
    }

    #[test]
    fn what_we_write_reads_back_in_every_form() {
        let inline = picture(b"here be dragons");
        let place = Place::Blob {
            url: "https://h.example/blobs/1".into(),
            key: Bytes(vec![7; 32]),
            size: 99,
            sha256: [9; 32],
        };
        let blob = File { place, size: 50, ..inline.clone() };
        for file in [inline, blob] {
            for audience in [Audience::Ours, Audience::Others] {
                let note = json!({"attachment": [write(&file, audience)]});
                assert_eq!(read_all(&note), std::slice::from_ref(&file), "{audience:?}");
            }
        }
    }

    fn compressed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// A kilobyte of gzip that would fill a disk is no file.
    #[test]
    fn packed_floods_are_refused() {
        let bomb = compressed(&vec![0; 4 << 20]);
        assert!(bomb.len() < 8_000);
        let attachment =
            json!({"mediaType": "text/plain", "encoding": "gzip", "content": base64::encode(&bomb)});
        let read = read_all(&json!({"attachment": vec![attachment; 30]}));
        assert_eq!(read.len(), MOST_FILES);
        assert!(read.iter().all(|file| file.place == Place::Missing));
        let half = json!({"encoding": "gzip", "content": base64::encode(&compressed(&vec![0; 300 << 10]))});
        let read = read_all(&json!({"attachment": [half.clone(), half]}));
        assert!(read[1].place == Place::Missing, "together they are too many");
    }

    #[test]
    fn durations_are_read() {
        assert_eq!(seconds("PT1M12.4S"), Some(72));
        assert_eq!(seconds("PT1H"), Some(3_600));
        for bad in ["", "12", "P1D", "PT-1S", "PT1e99S", "PTxS", "PT1"] {
            assert_eq!(seconds(bad).filter(|_| bad != "PT"), None, "{bad}");
        }
    }
}
