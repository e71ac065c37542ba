//! Codes as cameras see them, made from one that the app has drawn (`fixtures/`): small, turned, from the side, in bad
//! light; and pictures that hold no code.

use std::f64::consts::PI;

use proptest::prelude::*;

use super::{LONGEST_SIDE, read};

/// A code of a new device, drawn by `src/web/app/ui/parts/qr.js`.
const DRAWN: &str = include_str!("fixtures/pairing-code.txt");
const SAYS: &str = "alcove:CzBVep/E6Q4zWH2ix+wRNluApcrvFDleg6jN8hc8YYar0PUaP2SJrtP4HUJnjLHWaHR0cHM6Ly9jaGF0LmV4YW1wbGUub3JnL3VzZXJzL3NhbQ==";
/// How wide the code is, in modules.
const SIDE: f64 = 45.0;

/// How a picture is taken.
struct Shot {
    side: usize,
    /// How wide a module is, in pixels.
    scale: f64,
    /// By how much the camera is turned, in radians.
    turn: f64,
    /// How much nearer one side is than the other.
    slant: f64,
    dark: u8,
    light: u8,
    /// The greatest error of a pixel.
    noise: u8,
}

impl Shot {
    const PLAIN: Self = Self { side: 480, scale: 6.0, turn: 0.0, slant: 0.0, dark: 0, light: 255, noise: 0 };

    fn take(&self) -> Vec<u8> {
        let rows: Vec<&[u8]> = DRAWN.lines().map(str::as_bytes).collect();
        let mut random = 0x2545_f491_u32;
        let pixels =
            (0..self.side * self.side).map(|at| self.brightness(&rows, at % self.side, at / self.side));
        pixels.map(|pixel| noisy(pixel, self.noise, &mut random)).collect()
    }

    /// The brightness of a pixel: the mean over nine points in it, as a lens does it.
    fn brightness(&self, rows: &[&[u8]], x: usize, y: usize) -> u8 {
        let points = (0..9).map(|at| (f64::from(at % 3) / 3.0, f64::from(at / 3) / 3.0));
        let dark =
            points.filter(|(right, down)| self.is_dark(rows, x as f64 + right, y as f64 + down)).count();
        let (dark, light) = (dark * usize::from(self.dark), (9 - dark) * usize::from(self.light));
        u8::try_from((dark + light) / 9).unwrap()
    }

    /// Whether a point of the picture lies in a dark module; the code is in the middle.
    fn is_dark(&self, rows: &[&[u8]], x: f64, y: f64) -> bool {
        let (x, y) = (x - self.side as f64 / 2.0, y - self.side as f64 / 2.0);
        let (sin, cos) = self.turn.sin_cos();
        let (x, y) = ((x * cos + y * sin) / self.scale, (y * cos - x * sin) / self.scale);
        let depth = 1.0 + self.slant * x / SIDE;
        let at = |way: f64| (way / depth + SIDE / 2.0).floor();
        let (column, row) = (at(x), at(y));
        let is_inside = (0.0..SIDE).contains(&column) && (0.0..SIDE).contains(&row);
        is_inside && rows[row as usize][column as usize] == b'#'
    }

    fn read(&self) -> Option<String> {
        read(&self.take(), self.side, self.side)
    }
}

/// A pixel with an error; the numbers are those of Marsaglia's xorshift.
fn noisy(pixel: u8, noise: u8, random: &mut u32) -> u8 {
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    let error = (*random >> 8) % (2 * u32::from(noise) + 1);
    let pixel = i64::from(pixel) + i64::from(error) - i64::from(noise);
    u8::try_from(pixel.clamp(0, 255)).unwrap()
}

#[test]
fn a_code_is_read_whatever_its_size() {
    for scale in [3.0, 4.0, 6.0, 8.5] {
        assert_eq!(
            Shot { scale, ..Shot::PLAIN }.read().as_deref(),
            Some(SAYS),
            "{scale} pixels for each module"
        );
    }
}

#[test]
fn a_code_is_read_however_the_camera_is_turned() {
    for degrees in (0..360).step_by(15) {
        let turn = f64::from(degrees) * PI / 180.0;
        assert_eq!(Shot { turn, ..Shot::PLAIN }.read().as_deref(), Some(SAYS), "turned by {degrees} degrees");
    }
}

#[test]
fn a_code_is_read_from_the_side() {
    for slant in [-0.3, -0.15, 0.15, 0.3] {
        assert_eq!(Shot { slant, turn: 0.2, ..Shot::PLAIN }.read().as_deref(), Some(SAYS), "slant {slant}");
    }
}

#[test]
fn a_code_is_read_in_bad_light() {
    let dim = Shot { dark: 40, light: 110, noise: 6, turn: 0.1, ..Shot::PLAIN };
    assert_eq!(dim.read().as_deref(), Some(SAYS));
    let grainy = Shot { noise: 30, turn: 0.1, ..Shot::PLAIN };
    assert_eq!(grainy.read().as_deref(), Some(SAYS));
}

/// Read in a mirror: some cameras give such pictures.
#[test]
fn a_code_is_read_mirrored() {
    let mut picture = Shot::PLAIN.take();
    for row in picture.chunks_mut(Shot::PLAIN.side) {
        row.reverse();
    }
    assert_eq!(read(&picture, 480, 480).as_deref(), Some(SAYS));
}

#[test]
fn where_there_is_no_code_nothing_is_read() {
    assert_eq!(Shot { light: 0, ..Shot::PLAIN }.read(), None, "all dark");
    assert_eq!(Shot { dark: 255, ..Shot::PLAIN }.read(), None, "all light");
    assert_eq!(Shot { scale: 0.7, ..Shot::PLAIN }.read(), None, "too far away");
    let mut half = Shot::PLAIN.take();
    half[..480 * 240].fill(255);
    assert_eq!(read(&half, 480, 480), None, "half of it is covered");
}

#[test]
fn sizes_that_are_not_those_of_the_picture_give_nothing() {
    let picture = Shot::PLAIN.take();
    let most = usize::MAX;
    for (width, height) in
        [(480, 479), (481, 480), (0, 480), (480, 0), (most, most), (most, 1), (1, most), (2, most / 2 + 1)]
    {
        assert_eq!(read(&picture, width, height), None, "{width} by {height}");
    }
    assert_eq!(read(&[], 0, 0), None);
    let row = vec![255; LONGEST_SIDE + 1];
    assert_eq!(read(&row, LONGEST_SIDE + 1, 1), None);
    assert_eq!(read(&row[1..], LONGEST_SIDE, 1), None);
}

/// A picture of anything, in runs, so that shapes come about.
fn anything() -> impl Strategy<Value = (usize, Vec<u8>)> {
    (1..64_usize, prop::collection::vec((any::<u8>(), 1..12_usize), 1..600)).prop_map(|(width, runs)| {
        let mut gray: Vec<u8> = runs.into_iter().flat_map(|(pixel, length)| vec![pixel; length]).collect();
        gray.truncate((gray.len() / width).min(LONGEST_SIDE) * width);
        (width, gray)
    })
}

proptest! {
    #[test]
    fn no_picture_and_no_sizes_end_it(gray in prop::collection::vec(any::<u8>(), 0..4096), width: usize, height: usize) {
        prop_assert_eq!(read(&gray, width, height), None);
    }

    #[test]
    fn no_shapes_end_it((width, gray) in anything()) {
        let _ = read(&gray, width, gray.len() / width);
    }
}

/// Whatever is wrong with a code, it is read as it was drawn or not at all.
#[test]
fn a_code_that_is_damaged_is_never_read_as_another() {
    let drawn = Shot::PLAIN.take();
    proptest!(|(left in 0..480_usize, top in 0..480_usize, width in 1..200_usize, height in 1..200_usize, pixel: u8)| {
        let mut picture = drawn.clone();
        for row in picture.chunks_mut(480).skip(top).take(height) {
            row.iter_mut().skip(left).take(width).for_each(|one| *one = pixel);
        }
        let found = read(&picture, 480, 480);
        prop_assert!(found.is_none() || found.as_deref() == Some(SAYS));
    });
}
