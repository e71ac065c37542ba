//! GIF (GIF89a) taken apart and put together again without decoding: pictures and their timing are kept, comments, plain
//! text, data of applications and whatever follows the end are not (S-42, S-44). Not a decoder: what the pictures hold is
//! the business of `picture.rs`.

use super::{
    reader::Reader,
    rebuilt::{Broken, Rebuilt},
};

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2C;
const END: u8 = 0x3B;
const CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// The same file without what is not picture.
///
/// # Errors
/// When it is not whole.
pub fn rebuild(file: &[u8]) -> Result<Rebuilt, Broken> {
    let mut from = Reader::new(file);
    let mut to = from.take(6)?.to_vec();
    let screen = from.take(7)?;
    to.extend_from_slice(screen);
    to.extend_from_slice(from.take(color_table(screen[4]))?);
    let mut frames = 0;
    loop {
        match from.byte()? {
            EXTENSION => extension(&mut from, &mut to)?,
            PICTURE => {
                frames += 1;
                to.push(PICTURE);
                picture(&mut from, &mut to)?;
            }
            END => break,
            _ => return Err(Broken),
        }
    }
    to.push(END);
    Ok(Rebuilt { bytes: to, frames })
}

/// The length of a table of colours, by the flags that announce it.
fn color_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn extension(from: &mut Reader<'_>, to: &mut Vec<u8>) -> Result<(), Broken> {
    let label = from.byte()?;
    let data = blocks(from)?;
    // Of the data of applications only the number of repetitions is kept.
    let repeats = || data.starts_with(b"\x0BNETSCAPE2.0\x03\x01") && data.len() == 17;
    if label == CONTROL || (label == APPLICATION && repeats()) {
        to.extend_from_slice(&[EXTENSION, label]);
        to.extend_from_slice(data);
    }
    Ok(())
}

fn picture(from: &mut Reader<'_>, to: &mut Vec<u8>) -> Result<(), Broken> {
    let place = from.take(9)?;
    to.extend_from_slice(place);
    to.extend_from_slice(from.take(color_table(place[8]))?);
    to.push(from.byte()?);
    to.extend_from_slice(blocks(from)?);
    Ok(())
}

/// Blocks of up to 255 bytes, each after its length, with the empty one at their end.
fn blocks<'f>(from: &mut Reader<'f>) -> Result<&'f [u8], Broken> {
    let start = from.position();
    loop {
        let length = from.byte()?;
        from.take(length.into())?;
        if length == 0 {
            return Ok(from.since(start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
    const FRAME: &[u8] = b"\x21\xF9\x04\0\x0A\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    const LOOP: &[u8] = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";

    /// S-42, S-44: a comment, XMP, and a page behind the end are gone; the frames are as they were.
    #[test]
    fn only_pictures_and_their_timing_are_left() {
        let (comment, xmp) =
            (b"\x21\xFE\x04here\0".as_slice(), b"\x21\xFF\x0BXMP DataXMP\x03gps\0".as_slice());
        let after = b"<script>alert(1)</script>".as_slice();
        let file = [HEAD, LOOP, comment, FRAME, xmp, FRAME, &[END], after].concat();
        let rebuilt = rebuild(&file).unwrap();
        assert_eq!(rebuilt.bytes, [HEAD, LOOP, FRAME, FRAME, &[END]].concat());
        assert_eq!(rebuilt.frames, 2);
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let file = [HEAD, LOOP, FRAME, FRAME, &[END]].concat();
        for length in 0..file.len() {
            assert!(rebuild(&file[..length]).is_err(), "{length}");
        }
        assert!(rebuild(&[HEAD, b"x"].concat()).is_err());
    }
}
