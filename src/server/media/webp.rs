//! Moving WebP (RFC 9649) taken apart and put together again without decoding: frames and their timing are kept; EXIF, XMP,
//! colour profiles, unknown chunks and whatever follows the end are not (S-42, S-44). Still ones are decoded and written
//! anew by `picture.rs`.

use super::{
    reader::Reader,
    rebuilt::{Broken, Rebuilt},
};

/// The flags of `VP8X` that stay: transparency and animation.
const KEPT_FLAGS: u8 = 0x12;
const ANIMATION: u8 = 0x02;

/// The same file without what is not picture; `None` when it does not move.
///
/// # Errors
/// When it is not whole.
pub fn rebuild(file: &[u8]) -> Result<Option<Rebuilt>, Broken> {
    let mut outer = Reader::new(file);
    outer.take(4)?;
    let length = little_endian(outer.take(4)?);
    let mut from = Reader::new(outer.take(length)?);
    from.take(4)?;
    let (name, extended) = chunk(&mut from)?;
    if name != b"VP8X" || extended.first().is_none_or(|flags| flags & ANIMATION == 0) {
        return Ok(None);
    }
    let (mut body, mut frames) = (b"WEBP".to_vec(), 0);
    let mut kept = extended.get(..10).ok_or(Broken)?.to_vec();
    kept[0] &= KEPT_FLAGS;
    append(&mut body, b"VP8X", &kept);
    while !from.is_at_end() {
        match chunk(&mut from)? {
            (b"ANIM", data) => append(&mut body, b"ANIM", data.get(..6).ok_or(Broken)?),
            (b"ANMF", data) => {
                frames += 1;
                append(&mut body, b"ANMF", &frame(data)?);
            }
            _ => {}
        }
    }
    let mut bytes = b"RIFF".to_vec();
    bytes.extend_from_slice(&u32::try_from(body.len()).map_err(|_| Broken)?.to_le_bytes());
    bytes.extend_from_slice(&body);
    Ok(Some(Rebuilt { bytes, frames }))
}

/// A frame with its picture and transparency alone.
fn frame(data: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut from = Reader::new(data);
    let mut kept = from.take(16)?.to_vec();
    while !from.is_at_end() {
        if let (name @ (b"ALPH" | b"VP8 " | b"VP8L"), picture) = chunk(&mut from)? {
            append(&mut kept, name, picture);
        }
    }
    Ok(kept)
}

/// The name and the data of the next chunk; its padding is passed over.
fn chunk<'f>(from: &mut Reader<'f>) -> Result<(&'f [u8; 4], &'f [u8]), Broken> {
    let name = from.take(4)?.try_into().map_err(|_| Broken)?;
    let length = little_endian(from.take(4)?);
    let data = from.take(length)?;
    // The last chunk's padding is missing in some files.
    if length % 2 == 1 && !from.is_at_end() {
        from.byte()?;
    }
    Ok((name, data))
}

fn append(to: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    to.extend_from_slice(name);
    // Part of a file of bounded length.
    to.extend_from_slice(&u32::try_from(data.len()).unwrap_or_default().to_le_bytes());
    to.extend_from_slice(data);
    if data.len() % 2 == 1 {
        to.push(0);
    }
}

fn little_endian(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (name, data) in chunks {
            append(&mut body, name, data);
        }
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        [b"RIFF".as_slice(), &length, &body].concat()
    }

    fn moving(flags: u8, extra: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut inner = vec![0; 16];
        append(&mut inner, b"VP8L", b"odd");
        let frame: &[u8] = &inner;
        let extended = [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let chunks = [
            (b"VP8X", extended.as_slice()),
            (b"ANIM", [0; 6].as_slice()),
            (b"ANMF", frame),
            (b"ANMF", frame),
        ];
        file(&[chunks.as_slice(), extra].concat())
    }

    /// S-42, S-44: EXIF, XMP, a stranger's chunk and a page behind the end are gone.
    #[test]
    fn only_frames_are_left() {
        let with = moving(0x2E, &[(b"EXIF", b"gps"), (b"XMP ", b"gps"), (b"EVIL", b"<script>")]);
        let rebuilt = rebuild(&[with.as_slice(), b"<script>"].concat()).unwrap().unwrap();
        assert_eq!(rebuilt, Rebuilt { bytes: moving(0x02, &[]), frames: 2 });
    }

    #[test]
    fn still_ones_are_left_to_the_decoder_and_broken_ones_refused() {
        assert_eq!(rebuild(&file(&[(b"VP8L", b"picture")])), Ok(None));
        let whole = moving(0x02, &[]);
        for length in 0..whole.len() {
            assert!(rebuild(&whole[..length]).is_err(), "{length}");
        }
    }
}
