//! Under whose name a server stands, for limits that hold for all servers of one owner. A guess by names: no list of domains and
//! no question to anybody.

use std::net::Ipv4Addr;

use alcove_protocol::Origin;

/// Below which names of their own many countries let people have domains.
const DIVISIONS: [&str; 18] = [
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "ltd", "mil", "ne", "net", "nom", "or",
    "org", "plc", "sch",
];

/// Under whose name a server stands: whoever has a domain can have any number of servers below it, and they share one
/// allowance (S-54). Without a list of the domains under which anybody can have a name this is a guess; where it is wrong, a few
/// servers share one that need not.
pub fn household(server: &Origin) -> String {
    let authority = server.authority();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    if authority.starts_with('[') || host.parse::<Ipv4Addr>().is_ok() {
        return authority.to_owned();
    }
    let labels: Vec<&str> = host.split('.').collect();
    // As `example.co.uk`.
    let is_divided =
        matches!(labels[..], [_, .., second, top] if top.len() == 2 && DIVISIONS.contains(&second));
    labels[labels.len().saturating_sub(if is_divided { 3 } else { 2 })..].join(".")
}

#[cfg(test)]
mod tests {
    use alcove_protocol::ActorId;

    use super::*;

    /// S-54: any number of names below one domain share its allowance; addresses and ports stand for themselves.
    #[test]
    fn servers_below_one_domain_are_one_household() {
        let of = |url: &str| household(&ActorId::parse(url).unwrap().origin());
        for url in ["https://example.org/u", "https://a.b.example.org/u", "https://x.example.org:8443/u"] {
            assert_eq!(of(url), "example.org", "{url}");
        }
        assert_eq!(of("https://a.b.example.co.uk/u"), "example.co.uk");
        for url in ["https://abc.social/u", "https://r1.abc.social/u", "https://x.r2.abc.social/u"] {
            assert_eq!(of(url), "abc.social", "short names are no divisions: {url}");
        }
        assert_eq!(
            (of("https://r1.abc.de/u"), of("https://r1.com.social/u")),
            ("abc.de".into(), "com.social".into())
        );
        assert_eq!(of("http://127.0.0.1:8440/u"), "127.0.0.1:8440");
        assert_eq!(of("http://[::1]:8440/u"), "[::1]:8440");
    }
}
