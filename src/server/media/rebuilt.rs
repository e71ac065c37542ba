//! What comes of a moving picture that was taken apart and put together again.

/// The file is not whole, or not what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// A file without what is not picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// How many pictures it shows.
    pub frames: usize,
}
