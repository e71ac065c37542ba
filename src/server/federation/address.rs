//! Which network addresses this server may connect to. Everything in the special-purpose registries of IANA (RFC 6890
//! and its updates) is refused, unless the configuration lists it: otherwise anybody's URL would be a way into the
//! network that the server stands in (S-30 to S-34). Not a resolver; [`super::fetch`] asks here at the moment of connecting.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// IPv4 blocks that do not belong to somebody on the public internet.
const SPECIAL_V4: [(Ipv4Addr, u8); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The only IPv6 block that is given out to the public; all others are special.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Special blocks inside it. Teredo (in the first) and 6to4 (2002::/16) wrap any IPv4 address; nobody serves from there.
const SPECIAL_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// NAT64 (RFC 6052): an IPv6-only host reaches public IPv4 servers through it, so the address inside decides.
const NAT64: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// One address or a block of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address as 10.1.2.3 or a network as 10.1.0.0/16, found {0:?}")]
pub struct InvalidNetwork(pub String);

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let invalid = || InvalidNetwork(text.to_owned());
        let (address, prefix) =
            text.trim().split_once('/').map_or((text.trim(), None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), str::parse).map_err(|_| invalid())?;
        if prefix <= longest { Ok(Self { address, prefix }) } else { Err(invalid()) }
    }
}

impl Network {
    /// Says whether an address lies inside.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => within_v4(address, (network, self.prefix)),
            (IpAddr::V6(network), IpAddr::V6(address)) => within_v6(address, (network, self.prefix)),
            _ => false,
        }
    }
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// HTTPS.
    Tls,
    /// Plain HTTP, only to addresses that the configuration lists.
    Plain,
}

/// Which addresses may be connected to.
#[derive(Clone, Debug, Default)]
pub struct AddressPolicy {
    allowed: Vec<Network>,
}

impl AddressPolicy {
    /// Public addresses over TLS, and the listed ones in any way.
    pub fn new(allowed: Vec<Network>) -> Self {
        Self { allowed }
    }

    /// Says whether anything may be reached by plain HTTP.
    pub fn allows_plain(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Says whether a connection to this address may be opened.
    pub fn permits(&self, address: IpAddr, protection: Protection) -> bool {
        // An IPv4 address inside an IPv6 one is the IPv4 address (S-31).
        let address = address.to_canonical();
        let listed = self.allowed.iter().any(|network| network.contains(address));
        listed || (protection == Protection::Tls && is_public(address))
    }
}

/// Says whether an address belongs to somebody on the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.into_iter().any(|block| within_v4(address, block)),
        IpAddr::V6(address) if within_v6(address, NAT64) => {
            let [.., a, b, c, d] = address.octets();
            is_public(Ipv4Addr::new(a, b, c, d).into())
        }
        IpAddr::V6(address) => {
            within_v6(address, GLOBAL_V6) && !SPECIAL_V6.into_iter().any(|block| within_v6(address, block))
        }
    }
}

fn within_v4(address: Ipv4Addr, (network, prefix): (Ipv4Addr, u8)) -> bool {
    let shift = 32 - u32::from(prefix);
    let cut = |address: Ipv4Addr| address.to_bits().checked_shr(shift).unwrap_or(0);
    cut(address) == cut(network)
}

fn within_v6(address: Ipv6Addr, (network, prefix): (Ipv6Addr, u8)) -> bool {
    let shift = 128 - u32::from(prefix);
    let cut = |address: Ipv6Addr| address.to_bits().checked_shr(shift).unwrap_or(0);
    cut(address) == cut(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    /// S-30: the special-purpose registries.
    #[test]
    fn special_addresses_are_not_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "3fff::1",
            "5f00::1",
            "4000::1",
        ] {
            assert!(!public(address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a01:4f8::1",
            "2001:200::1",
        ] {
            assert!(public(address), "{address}");
        }
    }

    /// S-31: IPv4 inside IPv6.
    #[test]
    fn wrapped_addresses_are_unwrapped() {
        for address in [
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "::8.8.8.8",
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "2002:7f00:1::",
            "2002:808:808::",
            "2001:0:808:808::1",
        ] {
            assert!(!public(address), "{address}");
        }
        assert!(public("::ffff:8.8.8.8") && public("64:ff9b::8.8.8.8"));
    }

    #[test]
    fn listed_addresses_are_permitted() {
        let networks = ["10.1.0.0/16", "127.0.0.1", "fd00::/8"].map(|text| text.parse().unwrap());
        let policy = AddressPolicy::new(networks.to_vec());
        let permits = |text: &str, protection| policy.permits(text.parse().unwrap(), protection);
        for inside in ["10.1.255.1", "127.0.0.1", "::ffff:127.0.0.1", "fdff::1"] {
            assert!(permits(inside, Protection::Plain) && permits(inside, Protection::Tls), "{inside}");
        }
        for outside in ["10.2.0.1", "127.0.0.2", "::1", "fe80::1"] {
            assert!(!permits(outside, Protection::Tls), "{outside}");
        }
        assert!(permits("1.1.1.1", Protection::Tls) && !permits("1.1.1.1", Protection::Plain));
        assert!(policy.allows_plain() && !AddressPolicy::default().allows_plain());
    }

    #[test]
    fn networks_are_read() {
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("9.9.9.9".parse().unwrap()) && !all.contains("::1".parse().unwrap()));
        for wrong in ["", "10", "10.0.0.0/33", "::/129", "10.0.0.0/", "localhost", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong:?}");
        }
    }
}
