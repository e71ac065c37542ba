//! The form of gzip (RFC 1952) around deflate, which `flate2` packs and unpacks: a head, and behind the data their CRC-32 and
//! length. Short instead of fast, because the tables of a fast CRC are 16 kB that a browser would have to download, and
//! what is packed here is a file in a message.

use std::io::{Read as _, Write as _};

use flate2::{Compression, bufread::DeflateDecoder, write::DeflateEncoder};

/// The mark, deflate, no optional field, no time, no hint about speed, an unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// What the fourth byte of a head says is behind it, besides that the data are text.
const CHECKED: u8 = 0x02;
const EXTRA: u8 = 0x04;
const NAMED: u8 = 0x08;
const COMMENTED: u8 = 0x10;
const RESERVED: u8 = 0xe0;

/// Packs bytes. Writing into memory does not fail; if it did, the file would arrive empty.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(HEAD.to_vec(), Compression::default());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.map(|packed| [packed, tail(bytes).to_vec()].concat()).unwrap_or_default()
}

/// What comes out, unless it is more than may be or another than was packed. Only the first part is read, as of one file.
pub(super) fn unpack(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let data = behind_head(packed)?;
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut decoder = DeflateDecoder::new(data);
    let mut plain = Vec::new();
    decoder.by_ref().take(most).read_to_end(&mut plain).ok()?;
    if plain.len() > limit {
        return None;
    }
    let end = data.get(usize::try_from(decoder.total_in()).ok()?..)?;
    end.starts_with(&tail(&plain)).then_some(plain)
}

/// CRC-32 and length, which is counted modulo 2^32.
#[expect(clippy::cast_possible_truncation, reason = "so it is defined")]
fn tail(plain: &[u8]) -> [u8; 8] {
    let (crc, length) = (crc_32(plain).to_le_bytes(), (plain.len() as u32).to_le_bytes());
    let mut tail = [0; 8];
    tail[..4].copy_from_slice(&crc);
    tail[4..].copy_from_slice(&length);
    tail
}

/// RFC 1952 section 8, bit by bit.
fn crc_32(bytes: &[u8]) -> u32 {
    let shift = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), shift))
}

/// What is behind the head and its optional fields (RFC 1952 section 2.3).
fn behind_head(packed: &[u8]) -> Option<&[u8]> {
    let (head, mut rest) = packed.split_first_chunk::<10>()?;
    let flags = head[3];
    if head[..3] != HEAD[..3] || flags & RESERVED != 0 {
        return None;
    }
    if flags & EXTRA != 0 {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        rest = behind.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAMED, COMMENTED] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & CHECKED != 0 { rest.get(2..) } else { Some(rest) }
}

#[cfg(test)]
mod tests {
    use flate2::{GzBuilder, read::GzDecoder};
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn others_unpack_what_was_packed(plain in vec(any::<u8>(), 0..2000)) {
            let packed = pack(&plain);
            let mut read = Vec::new();
            GzDecoder::new(&packed[..]).read_to_end(&mut read).unwrap();
            prop_assert_eq!(&read, &plain);
            prop_assert_eq!(unpack(&packed, 2000), Some(plain));
        }

        /// With every optional field, and with something behind the end.
        #[test]
        fn what_others_packed_is_unpacked(
            plain in vec(any::<u8>(), 0..2000), extra in vec(any::<u8>(), 0..40), fields in any::<[bool; 3]>(),
        ) {
            let mut head = GzBuilder::new().mtime(7);
            if fields[0] { head = head.extra(extra); }
            if fields[1] { head = head.filename("map.txt"); }
            if fields[2] { head = head.comment("of the way"); }
            let mut encoder = head.write(Vec::new(), Compression::fast());
            encoder.write_all(&plain).unwrap();
            let packed = [&encoder.finish().unwrap()[..], b"more"].concat();
            prop_assert_eq!(unpack(&packed, plain.len()), Some(plain));
        }

        #[test]
        fn what_is_cut_off_or_changed_is_refused(plain in vec(any::<u8>(), 1..200), at in any::<prop::sample::Index>()) {
            let packed = pack(&plain);
            let at = at.index(packed.len());
            prop_assert_eq!(unpack(&packed[..at], 200), None);
            // The head says when and where as well, which is not looked at.
            let at = at.max(HEAD.len());
            let mut other = packed.clone();
            other[at] ^= 1;
            prop_assert!(unpack(&other, 200).is_none_or(|found| found == plain));
            prop_assert_eq!(unpack(&packed, plain.len() - 1), None);
        }
    }

    #[test]
    fn a_check_of_the_head_is_skipped_and_what_is_reserved_is_refused() {
        let packed = pack(b"hello");
        let mut checked = packed.clone();
        checked[3] = CHECKED;
        checked.splice(10..10, [1, 2]);
        assert_eq!(unpack(&checked, 5).unwrap(), b"hello");
        for (at, byte) in [(0, 0), (1, 0), (2, 7), (3, RESERVED), (3, EXTRA | NAMED)] {
            let mut other = packed.clone();
            other[at] = byte;
            assert_eq!(unpack(&other, 5), None, "{at} {byte}");
        }
    }

    #[test]
    fn the_check_is_that_of_the_standard() {
        assert_eq!(crc_32(b"123456789"), 0xcbf4_3926);
    }
}
