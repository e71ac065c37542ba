//! PEM (RFC 7468) as foreign actors write it: any line length, any line ends, text around it. Reading only; what we write
//! is written by the `rsa` crate.

use alcove_protocol::base64;

/// The most bytes inside: an RSA key of 8192 bits takes under 1,100.
const MAX_DER: usize = 4_096;

/// Label and bytes of the first block; `None` when there is none.
pub(super) fn decode(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, text) = text.split_once("-----BEGIN ")?;
    let (label, text) = text.split_once("-----")?;
    let (body, end) = text.split_once("-----END ")?;
    end.strip_prefix(label)?.strip_prefix("-----")?;
    Some((label, base64::decode(body, MAX_DER)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_read() {
        for text in [
            "-----BEGIN PUBLIC KEY-----\nAQID\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\r\nAQ\r\nID\r\n-----END PUBLIC KEY-----",
            "a key:\n-----BEGIN PUBLIC KEY----- AQID -----END PUBLIC KEY-----",
        ] {
            assert_eq!(decode(text), Some(("PUBLIC KEY", vec![1, 2, 3])), "{text:?}");
        }
        for text in ["", "AQID", "-----BEGIN A-----AQID-----END B-----", "-----BEGIN A-----%-----END A-----"]
        {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
