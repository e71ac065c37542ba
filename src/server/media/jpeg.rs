//! JPEG (ITU-T T.81) looked at without decoding: whether it is whole, and how much of it a decoder must keep before it has
//! the first pixel. Not a decoder: that is the library's, in `picture.rs`.

const START_OF_SCAN: u8 = 0xDA;
const END: [u8; 2] = [0xFF, 0xD9];
/// A frame whose coefficients come in several scans, each finer than the one before.
const PROGRESSIVE: u8 = 0xC2;
/// A decoder keeps each coefficient as so many bytes; there is one for each sample.
const BYTES_OF_COEFFICIENT: u64 = 2;

/// A part of the head, up to the first scan.
struct Segment<'f> {
    marker: u8,
    content: &'f [u8],
    /// The file from this segment on.
    rest: &'f [u8],
}

/// Whether the end is there: the decoder makes up what is missing. Within the data two such bytes stand for the end only;
/// the small picture in the head, which has an end too, is passed over with it.
pub fn is_whole(file: &[u8]) -> bool {
    let scan = segments(file).find(|segment| segment.marker == START_OF_SCAN);
    scan.is_some_and(|scan| scan.rest.windows(2).any(|two| two == END))
}

/// How many bytes of coefficients a decoder keeps until the last scan has come: none where the first scan has everything.
pub fn coefficients(file: &[u8]) -> u64 {
    let mut frame = None;
    for segment in segments(file) {
        match segment.marker {
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => frame = Some((segment.marker, segment.content)),
            START_OF_SCAN => {
                let Some((marker, frame)) = frame else { return 0 };
                let in_one_scan = segment.content.first() == frame.get(5);
                return if in_one_scan && marker != PROGRESSIVE {
                    0
                } else {
                    samples(frame) * BYTES_OF_COEFFICIENT
                };
            }
            _ => {}
        }
    }
    0
}

/// The samples of all components of a frame, which come in blocks of eight by eight.
fn samples(frame: &[u8]) -> u64 {
    let [_, high, low, left, right, _, components @ ..] = frame else { return 0 };
    let (height, width) = (u16::from_be_bytes([*high, *low]), u16::from_be_bytes([*left, *right]));
    let factors: Vec<(u64, u64)> = components
        .chunks_exact(3)
        .map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)))
        .collect();
    let across = factors.iter().map(|factor| factor.0).max().unwrap_or(1).max(1);
    let down = factors.iter().map(|factor| factor.1).max().unwrap_or(1).max(1);
    let units = u64::from(width).div_ceil(8 * across) * u64::from(height).div_ceil(8 * down);
    units * factors.iter().map(|(across, down)| across * down * 64).sum::<u64>()
}

fn segments(file: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut at = 2;
    std::iter::from_fn(move || {
        // Filling before a marker.
        while file.get(at..at + 2)? == [0xFF, 0xFF] {
            at += 1;
        }
        let rest = file.get(at..)?;
        let [0xFF, marker, high, low, ..] = *rest else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        at += 2 + length;
        Some(Segment { marker, content: rest.get(4..2 + length).unwrap_or_default(), rest })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A head: a frame of that kind with components of those factors, and a scan of so many.
    fn head(marker: u8, (width, height): (u16, u16), factors: &[u8], in_scan: u8) -> Vec<u8> {
        let count = u8::try_from(factors.len()).unwrap();
        let mut frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[count]].concat();
        frame.extend(factors.iter().flat_map(|factor| [1, *factor, 0]));
        let segment = |marker: u8, content: &[u8]| {
            let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
            [&[0xFF, marker], &length[..], content].concat()
        };
        let note = segment(0xFE, b"a note");
        [&[0xFF, 0xD8][..], &note, &[0xFF], &segment(marker, &frame), &segment(0xDA, &[in_scan])].concat()
    }

    #[test]
    fn what_comes_in_several_scans_is_kept() {
        let size = (160, 80);
        let pixels = 160 * 80;
        assert_eq!(coefficients(&head(0xC0, size, &[0x11, 0x11, 0x11], 3)), 0, "all in one scan");
        assert_eq!(
            coefficients(&head(0xC0, size, &[0x11, 0x11, 0x11], 1)),
            pixels * 6,
            "one after the other"
        );
        assert_eq!(coefficients(&head(PROGRESSIVE, size, &[0x11, 0x11, 0x11], 3)), pixels * 6);
        assert_eq!(
            coefficients(&head(PROGRESSIVE, size, &[0x22, 0x11, 0x11], 3)),
            pixels * 3,
            "fewer colours"
        );
        assert_eq!(coefficients(&head(PROGRESSIVE, size, &[0x11; 4], 1)), pixels * 8, "for print");
        assert_eq!(coefficients(&head(PROGRESSIVE, (1, 1), &[0x11], 1)), 64 * 2, "whole blocks");
    }

    #[test]
    fn rubbish_is_not_whole_and_keeps_nothing() {
        let whole = head(PROGRESSIVE, (8, 8), &[0x11], 1);
        for length in 0..whole.len() {
            assert!(!is_whole(&whole[..length]), "{length}");
            assert!(coefficients(&whole[..length]) <= 128, "{length}");
        }
        assert!(is_whole(&[&whole[..], &END].concat()));
        assert_eq!(coefficients(b"\xFF\xD8\xFF\xC2\0\x02\xFF\xDA\0\x02"), 0);
    }
}
