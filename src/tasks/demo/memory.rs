//! What a running process has in its memory, as a core dump would hold it, without stopping it: Linux shows it under
//! `/proc`. What changes while it is read is read as it happens to be, which is enough for a search.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
};

use crate::error::{Result, While};

/// Everything that the process has written to its memory.
pub fn of_process(id: u32) -> Result<Vec<u8>> {
    let maps = fs::read_to_string(format!("/proc/{id}/maps")).while_("read where a server's memory is")?;
    let memory = File::open(format!("/proc/{id}/mem")).while_("read a server's memory")?;
    let mut bytes = Vec::new();
    for (begin, end) in maps.lines().filter_map(writable) {
        let at = bytes.len();
        bytes.resize(at + usize::try_from(end - begin).unwrap_or(0), 0);
        // What has just been given back, and what belongs to a device, does not answer.
        if memory.read_exact_at(&mut bytes[at..], begin).is_err() {
            bytes.truncate(at);
        }
    }
    Ok(bytes)
}

/// The addresses of a line of `maps` such as `7f00-7f10 rw-p ...`, if what is there may be written to.
fn writable(line: &str) -> Option<(u64, u64)> {
    let (range, rest) = line.split_once(' ')?;
    let (begin, end) = range.split_once('-')?;
    let address = |digits| u64::from_str_radix(digits, 16).ok();
    rest.starts_with("rw").then_some((address(begin)?, address(end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_written_is_read() {
        assert_eq!(writable("7f00-7f10 rw-p 00000000 00:00 0"), Some((0x7f00, 0x7f10)));
        assert_eq!(writable("7f00-7f10 r-xp 00000000 fe:00 12 /usr/lib/libc.so"), None);
        assert_eq!(writable(""), None);
    }

    /// P1: what a process holds only in its memory is found there.
    #[test]
    fn a_text_in_memory_is_found() {
        let text = std::hint::black_box(["seen only", " in memory"]).concat();
        let memory = of_process(std::process::id()).unwrap();
        assert!(memory.windows(text.len()).any(|window| window == text.as_bytes()));
    }
}
