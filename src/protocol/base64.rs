//! Base64 as MLS objects carry it (trap T18): written in the standard alphabet with padding and no line breaks, read in
//! every form that other software sends: url-safe, without padding, with white space.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const WRITE: GeneralPurpose = base64::engine::general_purpose::STANDARD;
const READ: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Writes bytes in the standard alphabet, padded.
pub fn encode(bytes: &[u8]) -> String {
    WRITE.encode(bytes)
}

/// Writes bytes in the url-safe alphabet without padding, for names in addresses and links.
pub fn encode_url(bytes: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64 in any of its forms; `None` when it is not base64, or longer than `limit` bytes once decoded.
pub fn decode(text: &str, limit: usize) -> Option<Vec<u8>> {
    // Twice the limit leaves room for padding and line breaks, and bounds the work before any of it is done.
    if text.len() > limit.saturating_mul(2).saturating_add(16) {
        return None;
    }
    let plain: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    READ.decode(plain).ok().filter(|bytes| bytes.len() <= limit)
}

/// Base64 bytes inside API documents, for `#[serde(with = "crate::base64::bytes")]`.
pub mod bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    /// Writes the bytes as standard base64.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::encode(bytes))
    }

    /// Reads up to 1 MiB in any form of base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::decode(&text, 1 << 20).ok_or_else(|| D::Error::custom("expected base64 of at most 1 MiB"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Trap T18: every odd form reads as the same bytes.
    #[test]
    fn odd_forms_are_read() {
        let bytes = [0xfb, 0xff, 0xfe, 0x01];
        for form in ["+//+AQ==", "-__-AQ==", "-__-AQ", "+//+AQ", "+//\n +AQ=\r\n=", "\t-__-\nAQ"] {
            assert_eq!(decode(form, 16).as_deref(), Some(&bytes[..]), "{form:?}");
        }
        for nonsense in ["+//+A", "%%%%", "+//+AQ==+", "é"] {
            assert_eq!(decode(nonsense, 16), None, "{nonsense:?}");
        }
        assert_eq!(decode("AAAA", 2), None, "over the limit");
    }

    proptest! {
        #[test]
        fn what_we_write_reads_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes), bytes.len()), Some(bytes.clone()));
            prop_assert_eq!(decode(&encode_url(&bytes), bytes.len()), Some(bytes));
        }
    }
}
