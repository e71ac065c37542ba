//! Files packed by gzip (RFC 1952), as Bonfire sends them. Unpacked is whatever comes; packed is without making anything
//! shorter, which the form allows: what people send is compressed already, and a compressor, like the tables of a fast CRC,
//! is something that every browser would have to download.

use miniz_oxide::inflate::{
    TINFLStatus,
    core::{
        DecompressorOxide, decompress,
        inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF as INTO_ONE_PIECE,
    },
};

/// The mark, deflate, no optional field, no time, no hint about speed, an unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// What the fourth byte of a head says is behind it, besides that the data are text.
const CHECKED: u8 = 0x02;
const EXTRA: u8 = 0x04;
const NAMED: u8 = 0x08;
const COMMENTED: u8 = 0x10;
const RESERVED: u8 = 0xe0;

/// Packs bytes as they are, in stored blocks (RFC 1951 section 3.2.4).
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = HEAD.to_vec();
    for block in bytes.chunks(usize::from(u16::MAX)) {
        packed.extend(block_head(0, block.len()));
        packed.extend(block);
    }
    packed.extend(block_head(1, 0));
    packed.extend(tail(bytes));
    packed
}

/// What stands before a stored block: whether it is the last, its length, and the same inverted.
#[expect(clippy::cast_possible_truncation, reason = "no block is longer")]
fn block_head(last: u8, length: usize) -> [u8; 5] {
    let ([a, b], [c, d]) = ((length as u16).to_le_bytes(), (!(length as u16)).to_le_bytes());
    [last, a, b, c, d]
}

/// What comes out, unless it is more than may be or another than was packed. Only the first part is read, as of one file.
pub(super) fn unpack(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let data = behind_head(packed)?;
    let mut plain = vec![0; limit.saturating_add(1)];
    let mut state = Box::<DecompressorOxide>::default();
    let (status, read, written) = decompress(&mut state, data, &mut plain, 0, INTO_ONE_PIECE);
    if status != TINFLStatus::Done || written > limit {
        return None;
    }
    plain.truncate(written);
    plain.shrink_to_fit();
    data.get(read..)?.starts_with(&tail(&plain)).then_some(plain)
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
    use std::io::{Read as _, Write as _};

    use flate2::{Compression, GzBuilder, read::GzDecoder};
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

    /// Longer than one block.
    #[test]
    fn long_files_are_packed_whole() {
        for length in [65_534, 65_535, 65_536, 200_000] {
            let plain = vec![7; length];
            let mut read = Vec::new();
            GzDecoder::new(&pack(&plain)[..]).read_to_end(&mut read).unwrap();
            assert!(read == plain, "{length}");
            assert!(unpack(&pack(&plain), length).unwrap() == plain, "{length}");
        }
    }

    #[test]
    fn the_check_is_that_of_the_standard() {
        assert_eq!(crc_32(b"123456789"), 0xcbf4_3926);
    }
}
