//! Bytes read from front to back, never beyond their end.

use super::rebuilt::Broken;

/// A place in some bytes.
pub struct Reader<'b> {
    bytes: &'b [u8],
    position: usize,
}

impl<'b> Reader<'b> {
    /// The beginning of some bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// The next bytes.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn take(&mut self, count: usize) -> Result<&'b [u8], Broken> {
        let taken = self.bytes.get(self.position..).and_then(|rest| rest.get(..count)).ok_or(Broken)?;
        self.position += count;
        Ok(taken)
    }

    /// The next byte.
    ///
    /// # Errors
    /// At the end.
    pub fn byte(&mut self) -> Result<u8, Broken> {
        self.take(1).map(|byte| byte[0])
    }

    /// How many bytes were taken.
    pub fn position(&self) -> usize {
        self.position
    }

    /// What was taken since a position.
    pub fn since(&self, start: usize) -> &'b [u8] {
        self.bytes.get(start..self.position).unwrap_or_default()
    }

    /// Whether everything was taken.
    pub fn is_at_end(&self) -> bool {
        self.position == self.bytes.len()
    }
}
