//! Pictures that are made here: what is in them is known, and so is what must not be left.

use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

const BOUNDS: Bounds = Bounds { pixels: 4_000_000, frames: 3 };
const PLACE: &[u8] = b"N 48.2082 E 16.3738";

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Red at the left, blue at the right.
fn two_halves(width: u32, height: u32) -> RgbImage {
    let color = |x: u32| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    RgbImage::from_fn(width, height, |x, _| color(x))
}

/// EXIF (TIFF, little endian) that says how the camera was held, and where.
fn exif(orientation: u16) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    exif.extend(entry(0x0112, 3, 1, orientation.into()));
    exif.extend(entry(0x8825, 4, 1, 38));
    exif.extend([0; 4]);
    // The place, as text where its directory would be.
    exif.extend(PLACE);
    exif
}

/// A photograph as a camera writes it: EXIF, XMP and a comment in front of the picture.
fn photograph(image: RgbImage, orientation: u16) -> Vec<u8> {
    let plain = encoded(image, ImageFormat::Jpeg);
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    };
    let exif = segment(0xE1, &[b"Exif\0\0", exif(orientation).as_slice()].concat());
    let xmp = segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", PLACE].concat());
    [&plain[..2], &exif, &xmp, &segment(0xFE, PLACE), &plain[2..]].concat()
}

fn pixels(written: &Written) -> DynamicImage {
    assert_eq!(FileType::of(&written.bytes), Some(written.kind));
    image::load_from_memory(&written.bytes).unwrap()
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// S-44: the place is gone, and the picture stands upright without the note that said how.
#[test]
fn photographs_lose_where_they_were_taken_and_are_turned_upright() {
    let file = photograph(two_halves(64, 32), 6);
    assert!(holds(&file, PLACE));
    let picture = prepare(&file, FileType::Jpeg, Shape::Whole, BOUNDS).unwrap();
    assert_eq!((picture.width, picture.height), (32, 64), "a quarter turn to the right");
    for written in [&picture.original, &picture.preview] {
        assert!(
            !holds(&written.bytes, PLACE)
                && !holds(&written.bytes, b"Exif")
                && !holds(&written.bytes, b"xap")
        );
        let shown = pixels(written).to_rgb8();
        assert!(shown[(16, 4)][0] > 200 && shown[(16, 60)][2] > 200, "what was left is above");
    }
    assert!(!picture.blurhash.is_empty());
}

/// S-42: what stands behind the end of a picture, for those who read it as something else, is gone.
#[test]
fn polyglots_become_pictures_only() {
    let page = b"<script>alert(1)</script>PK\x03\x04".as_slice();
    for (format, kind) in [
        (ImageFormat::Jpeg, FileType::Jpeg),
        (ImageFormat::Png, FileType::Png),
        (ImageFormat::WebP, FileType::WebP),
    ] {
        let file = [encoded(two_halves(8, 8), format).as_slice(), page].concat();
        let picture = prepare(&file, kind, Shape::Whole, BOUNDS).unwrap();
        assert!(!holds(&picture.original.bytes, b"script"), "{kind:?}");
    }
}

#[test]
fn large_pictures_become_smaller_and_small_ones_stay() {
    let large =
        prepare(&encoded(two_halves(3_000, 1_000), ImageFormat::Png), FileType::Png, Shape::Whole, BOUNDS);
    let large = large.unwrap();
    assert_eq!((large.width, large.height), (1_920, 640));
    let preview = pixels(&large.preview);
    assert_eq!((preview.width(), preview.height()), (480, 160));
    let small =
        prepare(&encoded(two_halves(7, 5), ImageFormat::Png), FileType::Png, Shape::Whole, BOUNDS).unwrap();
    assert_eq!(pixels(&small.original).to_rgb8(), two_halves(7, 5), "not a pixel is lost");
}

#[test]
fn profiles_get_a_square_and_a_strip_out_of_the_middle() {
    let file = encoded(two_halves(1_000, 600), ImageFormat::Jpeg);
    let of = |shape| prepare(&file, FileType::Jpeg, shape, BOUNDS).unwrap();
    let (avatar, header) = (of(Shape::Avatar), of(Shape::Header));
    assert_eq!((avatar.width, avatar.height), (400, 400));
    let shown = pixels(&avatar.original).to_rgb8();
    assert!(shown[(20, 200)][0] > 200 && shown[(380, 200)][2] > 200);
    assert_eq!((header.width, header.height), (1_000, 333));
}

#[test]
fn transparency_is_kept() {
    let glass = RgbaImage::from_pixel(8, 8, Rgba([10, 20, 30, 40]));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let kind = if format == ImageFormat::Png { FileType::Png } else { FileType::WebP };
        let picture = prepare(&encoded(glass.clone(), format), kind, Shape::Whole, BOUNDS).unwrap();
        assert_eq!(picture.original.kind, FileType::Png);
        assert_eq!(pixels(&picture.original).to_rgba8(), glass);
    }
}

/// A picture of one colour and any size, in few bytes: the bomb.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    encoded(image::GrayImage::new(width, height), ImageFormat::Png)
}

/// S-42: few bytes that would become many are refused by their head, before any pixel is decoded.
#[test]
fn bombs_are_refused_by_what_they_announce() {
    let png = bomb(2_001, 2_000);
    assert!(png.len() < 100_000, "a fortieth of its pixels");
    assert_eq!(prepare(&png, FileType::Png, Shape::Whole, BOUNDS).unwrap_err(), Unusable::TooManyPixels(4));
    let mut webp = encoded(RgbImage::new(16, 16), ImageFormat::WebP);
    // Lossless: fourteen bits each of width and height follow the signature.
    webp[21..25].copy_from_slice(&(0x1FFF_u32 | 0x1FFF << 14).to_le_bytes());
    assert_eq!(prepare(&webp, FileType::WebP, Shape::Whole, BOUNDS).unwrap_err(), Unusable::TooManyPixels(3));
    let mut gif = encoded(RgbImage::new(4, 4), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xFF; 4]);
    assert_eq!(prepare(&gif, FileType::Gif, Shape::Whole, BOUNDS).unwrap_err(), Unusable::TooManyPixels(4));
    let deep = encoded(DynamicImage::new_rgba16(1_800, 1_800), ImageFormat::Png);
    assert_eq!(prepare(&deep, FileType::Png, Shape::Whole, BOUNDS).unwrap_err(), Unusable::TooManyPixels(3));
}

/// S-42: compressed text in a PNG that would become gigabytes.
#[test]
fn a_bomb_in_a_note_is_not_unpacked() {
    let png = bomb(8, 8);
    // A profile that claims to be compressed and is rubbish: whoever does not look at it does not mind.
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], name, content, &[0; 4]].concat()
    };
    let note = chunk(b"zTXt", &[b"a\0\0", [0xFF; 64].as_slice()].concat());
    let file = [&png[..33], &note, &png[33..]].concat();
    let picture = prepare(&file, FileType::Png, Shape::Whole, BOUNDS);
    assert!(picture.is_ok_and(|picture| !holds(&picture.original.bytes, b"zTXt")));
}

#[test]
fn what_is_cut_off_anywhere_is_refused_and_never_panics() {
    for (format, kind) in [
        (ImageFormat::Jpeg, FileType::Jpeg),
        (ImageFormat::Png, FileType::Png),
        (ImageFormat::WebP, FileType::WebP),
        (ImageFormat::Gif, FileType::Gif),
    ] {
        let whole = encoded(two_halves(40, 30), format);
        for length in (0..whole.len()).step_by(7) {
            let prepared = prepare(&whole[..length], kind, Shape::Whole, BOUNDS);
            // The last twelve bytes of a PNG say nothing but that it ends.
            let ends = kind == FileType::Png && length + 12 >= whole.len();
            assert!(prepared.is_err() || ends, "{kind:?} {length} of {}", whole.len());
        }
    }
}

/// S-41: a file that begins as one thing and is another.
#[test]
fn whatever_is_not_what_it_begins_as_is_refused() {
    for (kind, head) in [
        (FileType::Jpeg, b"\xFF\xD8\xFF\xE0".as_slice()),
        (FileType::Png, b"\x89PNG\r\n\x1A\n"),
        (FileType::Gif, b"GIF89a"),
        (FileType::WebP, b"RIFF\xFF\0\0\0WEBPVP8X"),
    ] {
        let file = [head, b"<svg onload=alert(1)>", &[0; 300]].concat();
        assert_eq!(prepare(&file, kind, Shape::Whole, BOUNDS).unwrap_err(), Unusable::Broken, "{kind:?}");
    }
}

fn moving_gif(frames: usize, side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut file);
    for number in 0..frames {
        let shade = u8::try_from(number * 40).unwrap();
        encoder
            .encode_frame(image::Frame::new(RgbaImage::from_pixel(side, side, Rgba([shade, 0, 0, 255]))))
            .unwrap();
    }
    drop(encoder);
    file
}

#[test]
fn moving_pictures_move_within_bounds_and_stand_still_beyond() {
    let of = |file: &[u8], shape| prepare(file, FileType::Gif, shape, BOUNDS).unwrap();
    let moving = of(&moving_gif(3, 20), Shape::Whole);
    assert_eq!((moving.original.kind, moving.preview.kind), (FileType::Gif, FileType::Png));
    assert_eq!(gif::rebuild(&moving.original.bytes).unwrap().frames, 3);
    pixels(&moving.original);
    assert_eq!(of(&moving_gif(4, 20), Shape::Whole).original.kind, FileType::Png, "too many pictures");
    assert_eq!(of(&moving_gif(2, 20), Shape::Avatar).original.kind, FileType::Png);
    assert_eq!(of(&moving_gif(1, 20), Shape::Whole).original.kind, FileType::Png);
    let large = of(&moving_gif(2, 1_930), Shape::Whole);
    assert_eq!((large.original.kind, large.width), (FileType::Png, 1_920));
}
