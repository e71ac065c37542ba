//! Films and sound of the ISO base media family (ISO 14496-12; QuickTime): what says where and with what something was
//! recorded is blotted out where it stands, so that nothing else moves (S-44). Boxes of user data (`udta` with `©xyz` and
//! `loci`), metadata (`meta`), extensions (`uuid`, where XMP lives) and free space become empty free space. Not a decoder,
//! and blind to what stands in the samples of a track.

use std::io::{self, Read, Seek, SeekFrom, Write};

/// How deep boxes are looked into: film, track, media.
const DEPTH: u8 = 4;
/// The most boxes of one file.
const MOST_BOXES: u32 = 100_000;

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotStripped {
    /// Its boxes do not fit into each other.
    #[error("the boxes of the file do not fit into each other")]
    Broken,
    /// The disk.
    #[error(transparent)]
    File(#[from] io::Error),
}

/// Blots out what a file says about its making.
///
/// # Errors
/// [`NotStripped`].
pub fn strip(file: &mut (impl Read + Write + Seek)) -> Result<(), NotStripped> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut walk = Walk { file, boxes: 0, films: 0 };
    walk.boxes(0, end, DEPTH)?;
    if walk.films == 1 { Ok(()) } else { Err(NotStripped::Broken) }
}

struct Walk<'f, File> {
    file: &'f mut File,
    boxes: u32,
    films: u32,
}

/// What becomes of a box.
enum Fate {
    Look,
    Blot,
    Keep,
}

fn fate(name: [u8; 4]) -> Fate {
    match &name {
        b"moov" | b"trak" | b"mdia" | b"minf" | b"moof" | b"traf" => Fate::Look,
        b"udta" | b"meta" | b"uuid" | b"free" | b"skip" | b"wide" => Fate::Blot,
        _ => Fate::Keep,
    }
}

impl<File: Read + Write + Seek> Walk<'_, File> {
    fn boxes(&mut self, mut at: u64, end: u64, depth: u8) -> Result<(), NotStripped> {
        while at < end {
            self.boxes += 1;
            // A null of four bytes may close a list in QuickTime.
            if end - at == 4 && depth < DEPTH {
                return Ok(());
            }
            let (name, header, length) = self.header(at, end)?;
            self.films += u32::from(&name == b"moov");
            match fate(name) {
                Fate::Look if depth > 0 => self.boxes(at + header, at + length, depth - 1)?,
                Fate::Look => return Err(NotStripped::Broken),
                Fate::Blot => self.blot(at, header, length)?,
                Fate::Keep => {}
            }
            at += length;
        }
        if self.boxes > MOST_BOXES { Err(NotStripped::Broken) } else { Ok(()) }
    }

    /// The name of the box at a place, the length of its header, and of all of it.
    fn header(&mut self, at: u64, end: u64) -> Result<([u8; 4], u64, u64), NotStripped> {
        let mut start = [0; 8];
        if end - at < 8 || self.boxes > MOST_BOXES {
            return Err(NotStripped::Broken);
        }
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut start)?;
        let [a, b, c, d, name @ ..] = start;
        let (header, length) = match u32::from_be_bytes([a, b, c, d]) {
            // To the end of the file.
            0 => (8, end - at),
            1 if end - at >= 16 => {
                let mut long = [0; 8];
                self.file.read_exact(&mut long)?;
                (16, u64::from_be_bytes(long))
            }
            length => (8, length.into()),
        };
        if length < header || length > end - at {
            Err(NotStripped::Broken)
        } else {
            Ok((name, header, length))
        }
    }

    fn blot(&mut self, at: u64, header: u64, length: u64) -> Result<(), NotStripped> {
        self.file.seek(SeekFrom::Start(at + 4))?;
        self.file.write_all(b"free")?;
        self.file.seek(SeekFrom::Start(at + header))?;
        io::copy(&mut io::repeat(0).take(length - header), self.file)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [length.as_slice(), name, content].concat()
    }

    fn film() -> Vec<u8> {
        let place = boxed(b"udta", &boxed(b"\xA9xyz", b"\0\x12\x15\xC7+48.2082+016.3738/"));
        let track = boxed(b"trak", &[boxed(b"tkhd", b"track"), place.clone()].concat());
        let film =
            boxed(b"moov", &[boxed(b"mvhd", b"head"), track, place, boxed(b"meta", b"keys+48.2")].concat());
        let long = [&1_u32.to_be_bytes(), b"mdat".as_slice(), &20_u64.to_be_bytes(), b"data"].concat();
        [
            boxed(b"ftyp", b"isom\0\0\0\0"),
            film,
            boxed(b"uuid", b"xmp+48.2"),
            long,
            boxed(b"free", b"old+48.2"),
        ]
        .concat()
    }

    /// S-44: the place is gone wherever such files keep it, and nothing else has moved.
    #[test]
    fn the_place_is_blotted_out_where_it_stands() {
        let before = film();
        let mut file = Cursor::new(before.clone());
        strip(&mut file).unwrap();
        let after = file.into_inner();
        assert_eq!(after.len(), before.len());
        assert!(!after.windows(4).any(|window| window == b"48.2" || window == b"udta"));
        for kept in [b"mvhdhead".as_slice(), b"tkhdtrack", b"data"] {
            let find = |bytes: &[u8]| bytes.windows(kept.len()).position(|window| window == kept);
            assert_eq!(find(&after), find(&before));
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let (whole, last) = (film(), boxed(b"free", b"old+48.2").len());
        let xmp = boxed(b"uuid", b"xmp+48.2").len();
        let at_borders = [0, last, last + 20, last + 20 + xmp].map(|behind| whole.len() - behind);
        for length in (0..whole.len()).filter(|length| !at_borders.contains(length)) {
            assert!(strip(&mut Cursor::new(whole[..length].to_vec())).is_err(), "{length}");
        }
        let nested = (0..10).fold(Vec::new(), |inner, _| boxed(b"trak", &inner));
        assert!(strip(&mut Cursor::new(boxed(b"moov", &nested))).is_err());
    }
}
