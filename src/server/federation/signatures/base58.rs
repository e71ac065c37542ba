//! Base58 with Bitcoin's alphabet, as Multikeys use it after their `z`. Reading only, and only short texts: the work grows
//! with the square of the length.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The longest text that is read: an Ed25519 Multikey takes 47 letters.
const MAX_TEXT: usize = 64;

/// Reads base58; `None` when it is not that, or too long.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.bytes() {
        let mut carry = u32::try_from(ALPHABET.iter().position(|other| *other == letter)?).ok()?;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.insert(0, (carry & 0xff) as u8);
            carry >>= 8;
        }
    }
    let zeros = text.bytes().take_while(|letter| *letter == b'1').count();
    Some([vec![0; zeros], bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of draft-msporny-base58.
    #[test]
    fn known_texts_are_read() {
        assert_eq!(decode("2NEpo7TZRRrLZSi2U").unwrap(), b"Hello World!");
        assert_eq!(decode("11233QC4").unwrap(), [0, 0, 0x28, 0x7f, 0xb4, 0xcd]);
        assert!(decode("").unwrap().is_empty());
        for wrong in ["0", "O", "I", "l", "é", &"1".repeat(65)] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }
}
