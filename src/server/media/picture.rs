//! Pictures made ready: decoded within hard limits, turned the way they were held, made smaller, and written anew, so that
//! nothing is left of what cameras and programs write into them (S-42, S-44). Moving ones stay as they are but for that
//! (`gif.rs`, `webp.rs`), unless they are too large: then the first picture stands for all. Colour profiles are not
//! applied. Runs for up to some seconds: on a thread of its own, one at a time.
//!
//! # Memory
//!
//! While it is decoded a picture takes [`MEMORY_OF_PIXEL`] bytes at most for each pixel that is allowed, its file aside: what
//! takes more for each of its own may have fewer. By default that is 240 MB, and with all that follows the largest of every
//! kind stay below 280 MB of resident memory: 143 MB for a JPEG of 40 megapixels from a camera, 188 MB for such a PNG, 246 MB
//! for a progressive JPEG of 26 and a moving WebP of 20, 266 MB for a GIF that fills half of 40, 279 MB for a PNG of 30 with
//! sixteen bits. `cargo task bench pictures` measures them.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageResult, Limits,
    codecs::{gif::GifDecoder, jpeg, png, webp::WebPDecoder},
    imageops::FilterType,
};

use super::{
    gif, jpeg as jpeg_file,
    kind::FileType,
    rebuilt::{Broken, Rebuilt},
    webp,
};

/// The longer side of the file that is given out, in pixels.
const LONGEST_SIDE: u32 = 1_920;
/// The longer side of the preview.
const PREVIEW_SIDE: u32 = 480;
/// The side of a profile's picture.
const AVATAR_SIDE: u32 = 400;
/// The sides of the wide picture of a profile.
const HEADER: (u32, u32) = (1_500, 500);
/// The longer side of an emoji: twice the height of large letters on a fine screen.
const EMOJI_SIDE: u32 = 128;
/// Enough for four channels of eight bits, and for a progressive JPEG with its coefficients.
const MEMORY_OF_PIXEL: u64 = 6;
/// What is lost of a photograph is not seen.
const JPEG_QUALITY: u8 = 85;
/// What a picture is made of until it is there: so many waves across and down.
const BLURHASH: (u32, u32) = (4, 3);
/// So large a picture tells as much about its colours.
const BLURHASH_SIDE: u32 = 32;

/// What is decoded at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The pixels of a picture.
    pub pixels: u64,
    /// The pictures of a moving one.
    pub frames: usize,
}

impl Bounds {
    fn memory(self) -> u64 {
        self.pixels * MEMORY_OF_PIXEL
    }
}

/// What a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// To be looked at as it is.
    Whole,
    /// A square out of its middle.
    Avatar,
    /// A strip out of its middle.
    Header,
    /// As small as a letter.
    Emoji,
}

impl Shape {
    const ALL: [Self; 4] = [Self::Whole, Self::Avatar, Self::Header, Self::Emoji];

    /// The word in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Avatar => "avatar",
            Self::Header => "header",
            Self::Emoji => "emoji",
        }
    }

    /// The shape of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.as_str() == word)
    }
}

/// A picture that is ready.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What is given out.
    pub original: Written,
    /// A small one.
    pub preview: Written,
    /// Of the original, in pixels.
    pub width: u32,
    /// Of the original, in pixels.
    pub height: u32,
    /// A handful of colours.
    pub blurhash: String,
}

/// A file that we wrote.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its type.
    pub kind: FileType,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Why a picture cannot be used, for whoever gave it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Not whole, or not what it begins as.
    #[error("This picture is damaged, or its end is missing. Expected a whole JPEG, PNG, GIF or WebP file.")]
    Broken,
    /// More than is decoded.
    #[error("This picture is too large. For its kind, expected at most {0} megapixels.")]
    TooManyPixels(u64),
    /// It could not be written anew.
    #[error("This picture could not be prepared.")]
    NotWritten,
}

impl From<Broken> for Unusable {
    fn from(Broken: Broken) -> Self {
        Self::Broken
    }
}

/// Makes a picture ready.
///
/// # Errors
/// [`Unusable`].
pub fn prepare(file: &[u8], kind: FileType, shape: Shape, bounds: Bounds) -> Result<Picture, Unusable> {
    let moving = match kind {
        FileType::Gif => Some(gif::rebuild(file)?),
        FileType::WebP => webp::rebuild(file)?,
        _ => None,
    };
    let given = Given { file, kind, moving: moving.as_ref(), bounds };
    let shown = shaped(given.decode()?, shape);
    let (width, height) = (shown.width(), shown.height());
    let preview = fit(shown.clone(), PREVIEW_SIDE, PREVIEW_SIDE);
    let colors = preview.thumbnail(BLURHASH_SIDE, BLURHASH_SIDE).into_rgba8();
    let blurhash = blurhash::encode(BLURHASH.0, BLURHASH.1, colors.width(), colors.height(), &colors);
    let blurhash = blurhash.map_err(|_| Unusable::NotWritten)?;
    let stays = |moving: &Rebuilt| {
        (2..=bounds.frames).contains(&moving.frames)
            && matches!(shape, Shape::Whole | Shape::Emoji)
            && was_not_shrunk(&shown, file, kind)
    };
    let written_as = if kind == FileType::Jpeg || (kind == FileType::WebP && !is_transparent(&shown)) {
        FileType::Jpeg
    } else {
        FileType::Png
    };
    match moving.filter(stays) {
        Some(moving) => {
            let original = Written { kind, bytes: moving.bytes };
            Ok(Picture { original, preview: write(&preview, FileType::Png)?, width, height, blurhash })
        }
        None => {
            let (original, preview) = (write(&shown, written_as)?, write(&preview, written_as)?);
            Ok(Picture { original, preview, width, height, blurhash })
        }
    }
}

/// A picture as it was given.
struct Given<'f> {
    file: &'f [u8],
    kind: FileType,
    /// What it is rebuilt as where it may move.
    moving: Option<&'f Rebuilt>,
    bounds: Bounds,
}

impl Given<'_> {
    /// The pixels, turned the way they were held.
    fn decode(&self) -> Result<DynamicImage, Unusable> {
        let from = Cursor::new(self.file);
        match self.kind {
            FileType::Jpeg if !jpeg_file::is_whole(self.file) => Err(Unusable::Broken),
            FileType::Jpeg => self.read(jpeg::JpegDecoder::new(from)),
            FileType::Png => {
                let mut limits = Limits::no_limits();
                limits.max_alloc = Some(self.bounds.memory());
                self.read(png::PngDecoder::with_limits(from, limits))
            }
            FileType::Gif => self.read(GifDecoder::new(from)),
            FileType::WebP => self.read(WebPDecoder::new(from)),
            _ => Err(Unusable::Broken),
        }
    }

    fn read(&self, decoder: ImageResult<impl ImageDecoder>) -> Result<DynamicImage, Unusable> {
        let mut decoder = decoder.map_err(|_| Unusable::Broken)?;
        let (width, height) = decoder.dimensions();
        if width == 0 || height == 0 {
            return Err(Unusable::Broken);
        }
        let pixels = u64::from(width) * u64::from(height);
        let memory = decoder.total_bytes().saturating_add(self.beside(pixels, &decoder));
        let each = memory.div_ceil(pixels);
        if pixels > self.bounds.pixels || memory > self.bounds.memory() {
            return Err(self.too_large(each));
        }
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(self.bounds.memory() - decoder.total_bytes());
        let too_large = |error: ImageError| match error {
            // A picture within the picture.
            ImageError::Limits(_) => self.too_large(2 * each),
            _ => Unusable::Broken,
        };
        decoder.set_limits(limits).map_err(too_large)?;
        let orientation = decoder.orientation().map_err(|_| Unusable::Broken)?;
        let mut image = DynamicImage::from_decoder(decoder).map_err(too_large)?;
        // Smaller first: a picture is copied to be turned.
        if image.width().max(image.height()) > LONGEST_SIDE {
            image = fit(image, LONGEST_SIDE, LONGEST_SIDE);
        }
        image.apply_orientation(orientation);
        Ok(image)
    }

    /// What the decoder keeps beside the picture that comes of it, in bytes, where it keeps to no limit itself.
    fn beside(&self, pixels: u64, decoder: &impl ImageDecoder) -> u64 {
        match (self.kind, self.moving) {
            (FileType::Jpeg, _) => jpeg_file::coefficients(self.file),
            // The whole, and the first picture of it.
            (FileType::WebP, Some(_)) => 8 * pixels,
            // Brightness and colours, and the transparency as a picture of its own.
            (FileType::WebP, None) if decoder.color_type().has_alpha() => 7 * pixels,
            (FileType::WebP, None) => 4 * pixels,
            _ => 0,
        }
    }

    /// The refusal of what takes so many bytes for each pixel.
    fn too_large(&self, each: u64) -> Unusable {
        let pixels = self.bounds.pixels.min(self.bounds.memory() / each);
        Unusable::TooManyPixels((pixels / 1_000_000).max(1))
    }
}

/// Only a moving picture that nobody makes smaller can stay as it is.
fn was_not_shrunk(shown: &DynamicImage, file: &[u8], kind: FileType) -> bool {
    let size = match kind {
        FileType::Gif => GifDecoder::new(Cursor::new(file)).map(|decoder| decoder.dimensions()),
        _ => WebPDecoder::new(Cursor::new(file)).map(|decoder| decoder.dimensions()),
    };
    size.is_ok_and(|size| size == (shown.width(), shown.height()))
}

fn shaped(image: DynamicImage, shape: Shape) -> DynamicImage {
    let (width, height) = match shape {
        Shape::Whole => return image,
        Shape::Emoji => return fit(image, EMOJI_SIDE, EMOJI_SIDE),
        Shape::Avatar => (AVATAR_SIDE, AVATAR_SIDE),
        Shape::Header => HEADER,
    };
    // The largest part of that proportion out of the middle.
    let by_height = u64::from(image.height()) * u64::from(width) / u64::from(height);
    let by_width = u64::from(image.width()) * u64::from(height) / u64::from(width);
    let side = |whole: u32, part: u64| u32::try_from(part).unwrap_or(whole).clamp(1, whole);
    let (wide, high) = (side(image.width(), by_height), side(image.height(), by_width));
    let part = image.crop_imm((image.width() - wide) / 2, (image.height() - high) / 2, wide, high);
    fit(part, width, height)
}

/// Made smaller, if it has to be. What is much larger first roughly, whole pixels at a time, and is let go then: the fine way
/// holds sixteen bytes for each pixel of a picture that is smaller on one side only.
fn fit(mut image: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if image.width() <= width && image.height() <= height {
        return image;
    }
    if image.width() > width * 2 || image.height() > height * 2 {
        image = image.thumbnail(width + width / 2, height + height / 2);
    }
    image.resize(width, height, FilterType::CatmullRom)
}

fn is_transparent(image: &DynamicImage) -> bool {
    image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

/// Writes pixels and nothing else.
fn write(image: &DynamicImage, kind: FileType) -> Result<Written, Unusable> {
    let mut bytes = Vec::new();
    let written = if kind == FileType::Jpeg {
        jpeg::JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&image.to_rgb8())
    } else {
        let encoder = png::PngEncoder::new_with_quality(
            &mut bytes,
            png::CompressionType::Default,
            png::FilterType::Adaptive,
        );
        if is_transparent(image) {
            let pixels = image.to_rgba8();
            encoder.write_image(&pixels, pixels.width(), pixels.height(), image::ExtendedColorType::Rgba8)
        } else {
            let pixels = image.to_rgb8();
            encoder.write_image(&pixels, pixels.width(), pixels.height(), image::ExtendedColorType::Rgb8)
        }
    };
    written.map_err(|_| Unusable::NotWritten)?;
    Ok(Written { kind, bytes })
}

#[cfg(test)]
mod tests;
