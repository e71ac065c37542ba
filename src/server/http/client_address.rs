//! Where a request comes from: the peer, or behind proxies that the configuration trusts the address that the last of
//! them saw (S-62). Never logged whole.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;

use crate::{config::Config, throttle::Network};

/// The network of whoever sent a request.
pub fn network(request: &HttpRequest, config: &Config) -> Network {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
    Network::of(client(peer, &hops, &config.server.trusted_proxies))
}

/// Walks back from the peer for as long as the hop is a trusted proxy: what stands further left, anybody can have written.
fn client(peer: IpAddr, hops: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer.to_canonical();
    for hop in hops.iter().rev() {
        if !trusted.contains(&client) {
            break;
        }
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-62: only what a trusted proxy has seen is believed.
    #[test]
    fn a_header_that_no_trusted_proxy_wrote_is_not_believed() {
        let [peer, proxy, ana, liar]: [IpAddr; 4] =
            ["192.0.2.1", "10.0.0.1", "198.51.100.7", "203.0.113.9"].map(|text| text.parse().unwrap());
        assert_eq!(client(peer, &["198.51.100.7"], &[]), peer);
        assert_eq!(client(peer, &["198.51.100.7"], &[proxy]), peer);
        assert_eq!(client(proxy, &["203.0.113.9", " 198.51.100.7"], &[proxy]), ana);
        assert_eq!(client(proxy, &["203.0.113.9", "10.0.0.1"], &[proxy]), liar);
        assert_eq!(client(proxy, &["nonsense"], &[proxy]), proxy);
        assert_eq!(client(proxy, &[], &[proxy]), proxy);
    }
}
