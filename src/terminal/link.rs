//! Where a newcomer or a new device begins: an invitation's link, and the address of the server that a handle belongs to.
//! Not what is then asked of that server.

use std::fmt;

use alcove_client::InvitationLink;
use alcove_protocol::Handle;
use url::{Host, Url};

use crate::{Error, texts};

/// An invitation, as `https://h.example/join/<token>` or `https://h.example/i/<id>#<secret>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// The address of the server, without path.
    pub server: Url,
    /// What the server knows the invitation by.
    pub invitation: String,
    /// The whole link, if a device made it. The secret behind `#` stays here: it is for people, not for servers.
    pub made_by_device: Option<InvitationLink>,
}

impl Link {
    /// Reads a link as somebody pasted it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Expected(texts::LINK_EXPECTED.to_owned());
        let url = Url::parse(text.trim()).map_err(|_| wrong())?;
        let mut segments = url.path_segments().ok_or_else(wrong)?;
        let (kind, name, rest) = (segments.next(), segments.next(), segments.next());
        let name = name.filter(|name| !name.is_empty() && rest.is_none()).ok_or_else(wrong)?;
        match kind {
            Some("join") => {
                Ok(Self { server: server_of(&url)?, invitation: name.to_owned(), made_by_device: None })
            }
            Some("i") => {
                let link =
                    InvitationLink::parse(text).ok().filter(InvitationLink::proves).ok_or_else(wrong)?;
                let invitation = link.id().to_owned();
                Ok(Self { server: server_of(&url)?, invitation, made_by_device: Some(link) })
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Link {{ server: {}, invitation: *** }}", self.server)
    }
}

/// The server of an address. Only `https`, except to this very machine: passwords and tokens travel there.
pub(crate) fn server_of(url: &Url) -> Result<Url, Error> {
    let protected = url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(url));
    if !protected || url.host().is_none() {
        return Err(Error::Expected(texts::HTTPS_EXPECTED.to_owned()));
    }
    let origin = url.origin().ascii_serialization();
    Url::parse(&origin).map_err(|_| Error::Expected(texts::HTTPS_EXPECTED.to_owned()))
}

/// Where the server of a handle may be asked, the protected address first.
pub(crate) fn servers_of(handle: &Handle) -> Vec<Url> {
    ["https", "http"]
        .iter()
        .filter_map(|scheme| Url::parse(&format!("{scheme}://{}", handle.domain)).ok())
        .filter(|url| server_of(url).is_ok())
        .collect()
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_link_are_read() {
        let link = Link::parse(" https://h.example/join/abc\n").unwrap();
        assert_eq!((link.server.as_str(), link.invitation.as_str()), ("https://h.example/", "abc"));
        let link = format!("https://h.example:8443/i/id1#v1{}", "A".repeat(43));
        let link = Link::parse(&link).unwrap();
        assert_eq!((link.server.as_str(), link.invitation.as_str()), ("https://h.example:8443/", "id1"));
        assert!(!format!("{link:?}").contains("id1"));
    }

    #[test]
    fn what_is_no_invitation_is_refused() {
        for text in [
            "",
            "abc",
            "https://h.example/",
            "https://h.example/join/",
            "https://h.example/join/a/b",
            "https://h.example/@ana",
            "https://h.example/i/id1",
            "https://h.example/i/id1#v1secret",
            "ftp://h.example/join/a",
            "mailto:ana@h.example",
        ] {
            assert!(matches!(Link::parse(text), Err(Error::Expected(_))), "{text}");
        }
    }

    /// A password never travels in the clear, except to the machine it is typed on.
    #[test]
    fn unprotected_servers_are_refused_unless_they_are_this_machine() {
        assert!(Link::parse("http://h.example/join/abc").is_err());
        for here in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(Link::parse(&format!("http://{here}/join/abc")).is_ok(), "{here}");
        }
        let remote = Handle::parse("@ana@h.example").unwrap();
        assert_eq!(servers_of(&remote).len(), 1);
        let local = Handle::parse("@ana@localhost:8080").unwrap();
        assert_eq!(servers_of(&local).iter().map(Url::scheme).collect::<Vec<_>>(), ["https", "http"]);
    }
}
