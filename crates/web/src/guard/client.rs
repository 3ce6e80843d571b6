//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::site::Site;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of whoever asks, through proxies that are trusted to say it.
pub(crate) fn client_address(site: &Site, parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    Some(behind_proxies(peer, &parts.headers, |address| site.trusts(address)))
}

/// Goes back along the proxies as long as each is trusted; what a stranger wrote is not believed.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let told = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let told: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = peer;
    for hop in told.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let is_trusted = |ip: IpAddr| ip == address("10.0.0.1") || ip == address("10.0.0.2");
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, "6.6.6.6, 203.0.113.9, 10.0.0.2".parse().expect("a value"));
        assert_eq!(behind_proxies(address("10.0.0.1"), &headers, is_trusted), address("203.0.113.9"));
        assert_eq!(behind_proxies(address("198.51.100.7"), &headers, is_trusted), address("198.51.100.7"));
        headers.append(FORWARDED_FOR, "nonsense".parse().expect("a value"));
        assert_eq!(behind_proxies(address("10.0.0.1"), &headers, is_trusted), address("10.0.0.1"));
    }
}
