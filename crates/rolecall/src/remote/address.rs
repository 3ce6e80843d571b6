//! The address of a hub.

use std::fmt;

use url::{Host, Url};

use crate::exit::{Exit, Failure};

/// A hub's address: https, or http on this machine; without a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HubAddress(Url);

impl HubAddress {
    /// Reads one.
    ///
    /// # Errors
    /// When a token could be read on its way there, or it is no address of a hub. What stands before an `@` is not told.
    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        let usage = |why: String| Failure::new(Exit::Usage, why);
        let example = "for example: https://rolecall.example.com";
        let url = Url::parse(text.trim()).map_err(|_| usage("the hub's address is none".to_owned()).hint(example))?;
        let Some(host) = url.host_str() else {
            return Err(usage("the hub's address names no host".into()).hint(example));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(usage(format!("the address of the hub {host} contains a name or password"))
                .hint("sign in with: rolecall login, or give a token with --hub-token-file"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(&url) => {}
            "http" => {
                return Err(usage(format!("the hub {host} would be spoken to without encryption"))
                    .hint("its address begins with https://; only a hub on this machine may have http://"));
            }
            _ => return Err(usage(format!("the address of the hub {host} begins with neither https:// nor http://"))),
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(usage(format!("the address of the hub {host} has something behind its host")).hint(example));
        }
        Ok(Self(url))
    }

    /// An address of it. `path` begins with a slash and is ours.
    pub(crate) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    /// It, as whom requests go to.
    pub(crate) const fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for HubAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::HubAddress;

    #[test]
    fn a_hub_is_spoken_to_with_encryption_or_on_this_machine() {
        for good in [
            "https://rolecall.example.com",
            "https://r.example.com:8443/",
            "http://127.0.0.1:8480",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert_eq!(HubAddress::read(good).unwrap().to_string(), good.trim_end_matches('/'), "{good}");
        }
        for bad in [
            "",
            "rolecall.example.com",
            "http://rolecall.example.com",
            "ftp://r.example.com",
            "https://r.example.com/api",
            "https://r.example.com?x",
            "https://r.example.com#x",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
        ] {
            assert!(HubAddress::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_secret_in_an_address_is_not_told() {
        let refused = HubAddress::read("https://ada:hunter2@r.example.com").unwrap_err();
        assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
    }
}
