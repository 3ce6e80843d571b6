//! The guard against addresses that a person gave: nobody may use us to reach what only this machine can reach.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Why a name is not looked up any further. Searched for in the sources of an error.
#[derive(Debug)]
pub(crate) struct Internal;

impl fmt::Display for Internal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is an internal address")
    }
}

impl std::error::Error for Internal {}

/// Looks names up, and gives no internal address for the guarded ones. Whoever answers for such a name may answer
/// differently the next time, so that it is checked here, where the connection is made, and not before. Other names are
/// those that the operator chose, such as a proxy's.
pub(crate) struct PublicOnly {
    pub(crate) hosts: Vec<String>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_guarded = self.hosts.iter().any(|host| name.as_str().eq_ignore_ascii_case(host));
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<_> =
                found.iter().copied().filter(|address| !is_guarded || !is_internal(address.ip())).collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Internal.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address that a person gave leads to this machine or to its own network: as it is written, or by what its
/// name stands for now. A name that stands for nothing does not.
///
/// To tell the person early. What counts is looked at where the connection is made: see
/// [`crate::ClientOptions::public_hosts`].
pub async fn leads_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_internal(address.into()),
        Some(Host::Ipv6(address)) => is_internal(address.into()),
        Some(Host::Domain(name)) => match tokio::net::lookup_host((name, 0)).await {
            Ok(found) => found.into_iter().any(|address| is_internal(address.ip())),
            Err(_) => false,
        },
        None => false,
    }
}

/// Whether a guarded host is written as an address that is internal, which is never looked up.
pub(crate) fn is_internal_literal(url: &Url, guarded: &[String]) -> bool {
    let is_guarded = url.host_str().is_some_and(|host| guarded.iter().any(|known| known.eq_ignore_ascii_case(host)));
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) | None => None,
    };
    is_guarded && literal.is_some_and(is_internal)
}

/// Whether an address leads to this machine, to its own network or to nowhere in particular.
#[must_use]
pub fn is_internal(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_internal_v4(address),
        IpAddr::V6(address) => is_internal_v6(address),
    }
}

fn is_internal_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // This network, shared address space, protocol assignments, benchmarks; multicast and what is reserved.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 224
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_internal_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // 6to4 and NAT64 carry an address of the old kind.
        [0x2002, high, low, ..] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        // What is handed out to the internet begins with 001; documentation is cut out of it.
        [0x2001, 0xdb8, ..] => true,
        [first, ..] => first & 0xe000 != 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_internet_is_internal() {
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(is_internal(text.parse().unwrap()), "{text}");
        }
        for text in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "198.20.0.1", "2606:4700::1", "64:ff9b::101:101", "::ffff:8.8.8.8"]
        {
            assert!(!is_internal(text.parse().unwrap()), "{text}");
        }
    }
}
