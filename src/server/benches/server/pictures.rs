//! What preparing a picture takes of memory and time, for the largest of each kind that is taken by default: each in a
//! process of its own that does nothing else. Their files are made before that. A picture of one colour takes as much as any
//! other, because decoders make room for every pixel.

use std::{
    fs,
    time::{Duration, Instant},
};

use alcove_server::{
    config,
    media::{
        kind::FileType,
        picture::{self, Bounds, Shape},
    },
};
use image::{DynamicImage, ImageFormat};
use tokio::process::Command;

use crate::{
    PICTURE,
    error::{Error, Result, While},
    machine,
    memory::megabytes,
    place, tell,
};

/// The width of all of them.
const WIDTH: u32 = 8_000;

/// A kind of picture that decoders treat in a way of its own.
struct Form {
    name: &'static str,
    kind: FileType,
    height: u32,
    make: fn(u32) -> Result<Vec<u8>>,
}

/// Each as high as it may be by default.
const FORMS: [Form; 7] = [
    Form { name: "JPEG", kind: FileType::Jpeg, height: 5_000, make: photograph },
    Form { name: "JPEG, progressive", kind: FileType::Jpeg, height: 3_328, make: progressive },
    Form { name: "PNG", kind: FileType::Png, height: 5_000, make: drawing },
    Form { name: "PNG, 16 bits", kind: FileType::Png, height: 3_750, make: deep },
    Form { name: "GIF, smaller than its screen", kind: FileType::Gif, height: 5_000, make: small_on_large },
    Form { name: "WebP", kind: FileType::WebP, height: 2_720, make: glass },
    Form { name: "WebP, moving", kind: FileType::WebP, height: 2_500, make: moving },
];

/// Measures and tells.
pub async fn measure() -> Result<()> {
    let folder = tempfile::tempdir_in(place::ROOM).while_("make a folder")?;
    let path = folder.path().join("picture");
    for form in FORMS {
        let file = (form.make)(form.height)?;
        fs::write(&path, &file).while_("write a picture")?;
        let program = std::env::current_exe().while_("find this program")?;
        let mut command = Command::new(program);
        let output = command.arg(PICTURE).arg(&path).arg(form.kind.media_type()).output().await;
        let output = output.while_("start a process for a picture")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let mut numbers = said.split_whitespace().map(str::parse::<u64>);
        let (Some(Ok(peak)), Some(Ok(milliseconds))) = (numbers.next(), numbers.next()) else {
            return Err(Error::new("prepare a picture", String::from_utf8_lossy(&output.stderr)));
        };
        let pixels = u64::from(WIDTH) * u64::from(form.height);
        let size = format!("{} megapixels, a file of {}", pixels / 1_000_000, megabytes(file.len() as u64));
        tell(form.name, &format!("{} at the peak, {milliseconds} ms; {size}", megabytes(peak)));
    }
    Ok(())
}

/// What the process does: prepares one picture and says its peak in bytes and its milliseconds.
pub fn run(path: &str, media_type: &str) -> Result<()> {
    let file = fs::read(path).while_("read a picture")?;
    let kind = FileType::of_media_type(media_type);
    let kind = kind.ok_or_else(|| Error::new("read a picture", "it is of no known type"))?;
    let media = config::Media::default();
    let bounds = Bounds { pixels: media.megapixels * 1_000_000, frames: media.frames };
    let began = Instant::now();
    picture::prepare(&file, kind, Shape::Whole, bounds).while_("prepare a picture")?;
    let took: Duration = began.elapsed();
    println!("{} {}", machine::memory(std::process::id())?.peak, took.as_millis());
    Ok(())
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Result<Vec<u8>> {
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, format).while_("write a picture")?;
    Ok(file.into_inner())
}

fn photograph(height: u32) -> Result<Vec<u8>> {
    encoded(&DynamicImage::new_rgb8(WIDTH, height), ImageFormat::Jpeg)
}

fn drawing(height: u32) -> Result<Vec<u8>> {
    encoded(&DynamicImage::new_rgba8(WIDTH, height), ImageFormat::Png)
}

fn deep(height: u32) -> Result<Vec<u8>> {
    encoded(&DynamicImage::new_rgba16(WIDTH, height), ImageFormat::Png)
}

fn glass(height: u32) -> Result<Vec<u8>> {
    encoded(&DynamicImage::new_rgba8(WIDTH, height), ImageFormat::WebP)
}

/// Three components in full, of one grey: the first scan says the same of each block in one bit, and nothing more follows.
fn progressive(height: u32) -> Result<Vec<u8>> {
    let side = |side: u32| u16::try_from(side).while_("write a picture").map(u16::to_be_bytes);
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap_or_default().to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    };
    let quantization = segment(0xDB, &[&[0][..], &[1; 64]].concat());
    let components = [1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
    let frame = segment(0xC2, &[&[8][..], &side(height)?, &side(WIDTH)?, &[3], &components].concat());
    // One code of one bit: no difference from the block before.
    let codes = segment(0xC4, &[&[0, 1][..], &[0; 15], &[0]].concat());
    let scan = segment(0xDA, &[3, 1, 0, 2, 0, 3, 0, 0, 0, 0]);
    let blocks = (WIDTH.div_ceil(8) * height.div_ceil(8)) as usize;
    let bits = vec![0; (3 * blocks).div_ceil(8)];
    Ok([&[0xFF, 0xD8][..], &quantization, &frame, &codes, &scan, &bits, &[0xFF, 0xD9]].concat())
}

/// A picture that fills the left half of the screen that it announces, so that it is decoded apart.
fn small_on_large(height: u32) -> Result<Vec<u8>> {
    let mut file = encoded(&DynamicImage::new_rgb8(WIDTH / 2, height), ImageFormat::Gif)?;
    let width = u16::try_from(WIDTH).while_("write a picture")?.to_le_bytes();
    file[6..8].copy_from_slice(&width);
    Ok(file)
}

/// One picture of a moving WebP (RFC 9649), which fills all of it.
fn moving(height: u32) -> Result<Vec<u8>> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap_or_default().to_le_bytes();
        [name, &length[..], content].concat()
    };
    let size = [WIDTH - 1, height - 1].map(|side| side.to_le_bytes());
    let size = [&size[0][..3], &size[1][..3]].concat();
    let still = glass(height)?;
    let extended = chunk(b"VP8X", &[&[0x12, 0, 0, 0][..], &size].concat());
    let frame = chunk(b"ANMF", &[&[0; 6][..], &size, &[0; 4], &still[12..]].concat());
    let body = [b"WEBP", &extended[..], &chunk(b"ANIM", &[0; 6]), &frame].concat();
    Ok(chunk(b"RIFF", &body))
}
