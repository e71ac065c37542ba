//! Addresses, read as the WHATWG URL Standard says. A browser has that reader, with its tables of every script: the app would
//! carry a tenth of its size for them, so there the browser's own is asked. Every other program takes the crate `url`. Not
//! what may be an id or a handle.

/// An address that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Scheme, host and port of an address of the web; `null` of all others.
    pub(crate) origin: String,
    /// The whole as everybody would write it: the host in lower case and without other scripts, the rest escaped.
    pub(crate) href: String,
}

impl Address {
    /// Path, query and fragment; `None` of what is no address of the web, and where a name stands before the host. Nor can a
    /// host hold an escape: Chromium leaves one for what no host can hold, where the standard refuses the whole.
    pub(crate) fn below_origin(&self) -> Option<&str> {
        let below = self.href.strip_prefix(&self.origin).filter(|below| below.starts_with('/'));
        let of_the_web = ["https://", "http://"].iter().any(|scheme| self.origin.starts_with(scheme));
        below.filter(|_| of_the_web && !self.origin.contains('%'))
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        Some(Self { origin: url.origin().ascii_serialization(), href: url.into() })
    }

    #[cfg(target_arch = "wasm32")]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let url = web_sys::Url::new(text).ok()?;
        Some(Self { origin: url.origin(), href: url.href() })
    }
}

/// Host and, unless it is the default of the scheme, port, of an origin.
pub(crate) fn authority(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, authority)| authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_below_the_origin() {
        for (text, origin, below) in [
            ("https://h.example", "https://h.example", Some("/")),
            ("HTTPS://H.Example:443/ä?b#c", "https://h.example", Some("/%C3%A4?b#c")),
            ("http://[::1]:8440/a", "http://[::1]:8440", Some("/a")),
            ("https://bücher.example/", "https://xn--bcher-kva.example", Some("/")),
            ("https://ana@h.example/", "https://h.example", None),
            ("https://:secret@h.example/", "https://h.example", None),
            ("blob:https://h.example/a", "https://h.example", None),
            ("ftp://h.example/a", "ftp://h.example", None),
            ("file:///a", "null", None),
            ("acct:ana@h.example", "null", None),
        ] {
            let address = Address::read(text).unwrap();
            assert_eq!((address.origin.as_str(), address.below_origin()), (origin, below), "{text}");
        }
        for text in ["", "/a", "https://", "https://h h.example", "https://h.example:99999/"] {
            assert_eq!(Address::read(text), None, "{text}");
        }
    }
}
