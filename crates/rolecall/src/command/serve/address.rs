//! Where the hub listens, and under which address people open it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use url::Url;

use crate::exit::{Exit, Failure};

/// Reads an address, or a network such as `10.0.0.0/8`.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let alone = || text.parse::<IpAddr>().map(IpNet::from).ok();
    let network = text.parse::<IpNet>().ok().or_else(alone);
    network.ok_or_else(|| "it must be an address or a network, such as 10.0.0.2 or 10.0.0.0/8".to_owned())
}

/// Why nothing can be listened to there.
pub(in crate::command) fn unusable(listen: SocketAddr, error: &io::Error) -> Failure {
    let failure = Failure::new(Exit::Failure, format!("cannot listen to {listen}: {error}"));
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            failure.hint("another program listens there: stop it, or say --listen ADDRESS:PORT")
        }
        io::ErrorKind::PermissionDenied => {
            failure.hint("ports below 1024 need a privilege: choose another with --listen")
        }
        _ => failure.hint("say an address of this machine with --listen ADDRESS:PORT"),
    }
}

/// The address that people open: what was said, or that of this machine.
pub(super) fn base_url(said: Option<&Url>, listening: SocketAddr, is_tls: bool) -> Result<Url, Failure> {
    let usage = |why: String| Failure::new(Exit::Usage, why);
    let Some(said) = said else {
        return own(listening, is_tls).ok_or_else(|| {
            usage(format!("{listening} is not this machine alone, and nobody said how people open the hub"))
                .hint("say it with --base-url, such as https://rolecall.example.com")
        });
    };
    let is_bare =
        said.path() == "/" && said.query().is_none() && said.fragment().is_none() && said.username().is_empty();
    match said.scheme() {
        "https" | "http" if is_bare && said.has_host() => Ok(said.clone()),
        _ => Err(usage(format!("the base URL {said} cannot be used"))
            .hint("it is http:// or https:// with a host, without a path: https://rolecall.example.com")),
    }
}

fn own(listening: SocketAddr, is_tls: bool) -> Option<Url> {
    if !listening.ip().is_loopback() {
        return None;
    }
    let host = match listening.ip() {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => "127.0.0.1".to_owned(),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => "[::1]".to_owned(),
        other => other.to_string(),
    };
    let scheme = if is_tls { "https" } else { "http" };
    Url::parse(&format!("{scheme}://{host}:{}", listening.port())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_this_machine_has_an_address_by_itself() {
        let found = |listen, is_tls| base_url(None, address(listen), is_tls).ok().map(|url| url.to_string());
        assert_eq!(found("127.0.0.1:8480", false).as_deref(), Some("http://127.0.0.1:8480/"));
        assert_eq!(found("[::1]:8443", true).as_deref(), Some("https://[::1]:8443/"));
        assert_eq!(found("0.0.0.0:8480", false), None);
    }

    #[test]
    fn a_base_url_is_a_bare_address() {
        let is_taken =
            |text: &str| base_url(Some(&Url::parse(text).expect("a URL")), address("0.0.0.0:1"), false).is_ok();
        assert!(is_taken("https://rolecall.example.com") && is_taken("http://10.0.0.5:8480/"));
        for bad in
            ["https://a.example/hub", "ftp://a.example", "https://me@a.example", "https://a.example/?a", "data:x"]
        {
            assert!(!is_taken(bad), "{bad}");
        }
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        assert_eq!(network("10.0.0.2").map(|network| network.to_string()).as_deref(), Ok("10.0.0.2/32"));
        assert!(network("fd00::/8").is_ok() && network("proxy.example").is_err());
    }
}
