//! Where an OAuth client may have codes sent (RFC 6749 section 3.1.2, RFC 8252): `https`, loopback `http`, schemes of apps,
//! and the page that shows the code to a person. S-64, S-65.

use url::{Host, Url};

use crate::error::{Error, Result};

/// Shows the code on a page instead of sending it: terminals and bots.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The most addresses of one client.
const MAX_COUNT: usize = 10;
/// The longest address, in bytes.
const MAX_LENGTH: usize = 2_000;
/// Schemes with a meaning of their own in browsers: they would run, show or fetch something instead of opening an app.
const FORBIDDEN: [&str; 14] = [
    "about",
    "blob",
    "cid",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "javascript",
    "mailto",
    "vbscript",
    "view-source",
    "ws",
];

/// Looks at the addresses of a client that registers.
///
/// # Errors
/// `invalid-redirect-uri`, with what was expected.
pub fn check(uris: &[String]) -> Result<()> {
    if uris.is_empty() || uris.len() > MAX_COUNT {
        return Err(refused(format!("redirect_uris: expected 1 to {MAX_COUNT} addresses")));
    }
    uris.iter().try_for_each(|uri| check_one(uri))
}

fn check_one(uri: &str) -> Result<()> {
    if uri == OUT_OF_BAND {
        return Ok(());
    }
    let exact = uri.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let url = Url::parse(uri).ok().filter(|_| exact && uri.len() <= MAX_LENGTH);
    let url = url.ok_or_else(|| refused("redirect_uris: expected whole addresses of printable ASCII"))?;
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(refused("redirect_uris: expected addresses without a fragment and without a user name"));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(refused("redirect_uris: expected https, or http on the loopback interface")),
        "wss" | "urn" => Err(refused("redirect_uris: expected a scheme that opens an app")),
        scheme if FORBIDDEN.contains(&scheme) => {
            Err(refused("redirect_uris: expected a scheme that opens an app"))
        }
        _ => Ok(()),
    }
}

/// Says whether an address that a request names is one that was registered: byte for byte, except that a program on this
/// machine may listen on any port (RFC 8252 section 7.3).
pub fn is_registered(registered: &str, asked: &str) -> bool {
    registered.lines().any(|uri| uri == asked || same_but_port(uri, asked))
}

fn same_but_port(registered: &str, asked: &str) -> bool {
    let parse = |text| Url::parse(text).ok().filter(|url| url.scheme() == "http" && is_loopback_address(url));
    let (Some(mut registered), Some(mut asked)) = (parse(registered), parse(asked)) else { return false };
    let alike = asked.fragment().is_none() && asked.username().is_empty() && asked.password().is_none();
    alike
        && registered.set_port(None).is_ok()
        && asked.set_port(None).is_ok()
        && registered.as_str() == asked.as_str()
}

fn is_loopback(url: &Url) -> bool {
    is_loopback_address(url) || url.host_str() == Some("localhost")
}

fn is_loopback_address(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

/// The address with more query parameters, those that it has kept.
pub fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{query}")
}

/// What a page's policy must name so that a form on it may lead to the address.
pub fn form_target(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    match url.scheme() {
        "https" | "http" => Some(url.origin().ascii_serialization()),
        "urn" => None,
        scheme => Some(format!("{scheme}:")),
    }
}

fn refused(expected: impl Into<String>) -> Error {
    Error::refused("invalid-redirect-uri", 400, expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(uri: &str) -> bool {
        check(&[uri.to_owned()]).is_ok()
    }

    /// S-65: no fragment, nothing that a browser would run.
    #[test]
    fn only_addresses_that_lead_to_the_client_are_registered() {
        for uri in [
            "https://app.example/back?keep=1",
            "http://127.0.0.1:8080/back",
            "http://[::1]/back",
            "http://localhost:3000/",
            "icecubesapp://",
            "oauth2redirect://com.keylesspalace.tusky/",
            "com.example.app:/callback",
            OUT_OF_BAND,
        ] {
            assert!(is_taken(uri), "{uri}");
        }
        for uri in [
            "",
            "/back",
            "https://app.example/#here",
            "https://user@app.example/",
            "http://app.example/",
            "http://127.0.0.1.evil.example/",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "urn:something:else",
            "https://app.example/\nhttps://evil.example/",
        ] {
            assert!(!is_taken(uri), "{uri:?}");
        }
        assert!(check(&[]).is_err() && check(&vec!["https://a.example/".to_owned(); 11]).is_err());
        assert!(!is_taken(&format!("https://a.example/{}", "a".repeat(2_000))));
    }

    #[test]
    fn an_address_is_registered_byte_for_byte_but_for_a_loopback_port() {
        let registered = "https://app.example/back\nhttp://127.0.0.1/back";
        assert!(is_registered(registered, "https://app.example/back"));
        assert!(is_registered(registered, "http://127.0.0.1:49152/back"));
        for asked in [
            "https://app.example/back/",
            "https://app.example:444/back",
            "http://127.0.0.1:49152/other",
            "http://127.0.0.2:49152/back",
            "http://localhost/back",
            "http://127.0.0.1/back#x",
            "",
        ] {
            assert!(!is_registered(registered, asked), "{asked}");
        }
    }

    #[test]
    fn parameters_of_the_client_are_kept() {
        assert_eq!(
            with_parameters("https://a.example/b?c=d", &[("code", "e&f")]),
            "https://a.example/b?c=d&code=e%26f"
        );
        assert_eq!(with_parameters("app://", &[("code", "e")]), "app://?code=e");
    }
}
