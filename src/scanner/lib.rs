//! What a QR code in a picture says. The app in a browser loads this when somebody opens the camera: it is no part of the
//! core, for which every newcomer waits. The service worker fetches it with the rest of the set, when nobody waits for it.
//!
//! Deliberately absent: the camera, what a code means, and whether it is one of ours. Drawing codes is the interface's.

#[cfg(test)]
mod tests;

use rqrr::PreparedImage;
use wasm_bindgen::prelude::wasm_bindgen;

/// The longest side of a picture, in pixels. What is larger is not looked at: the interface makes pictures smaller.
const LONGEST_SIDE: usize = 1024;

/// The text of a QR code in a picture, given as one byte of brightness for each pixel, row by row from above. Nothing where
/// there is no code, none that can be read, or no such picture. Of several codes it is the first that can be read.
///
/// A code takes a few hundredths of a second. There is no such bound for pictures that somebody has made for it: thousands of
/// corners of codes are tried each with each. It runs in a worker that is ended when it takes too long.
#[wasm_bindgen]
#[must_use]
pub fn read(gray: &[u8], width: usize, height: usize) -> Option<String> {
    let sides = 1..=LONGEST_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) || gray.len() != width * height {
        return None;
    }
    let pixel = |x, y| gray.get(y * width + x).copied().unwrap_or_default();
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, pixel);
    picture.detect_grids().into_iter().find_map(|grid| Some(grid.decode().ok()?.1))
}
