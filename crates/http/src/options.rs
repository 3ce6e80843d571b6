//! What a client is made of.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::credential::Credential;
use crate::observer::Observer;
use crate::template::RequestTemplate;

/// How fast requests may leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// As fast as [`ClientOptions::concurrency`] lets them. The server's wish to pause is honoured all the same.
    Unlimited,
    /// At most so many requests a second, evenly spaced. The rate halves when the registry answers 429 or 503 and
    /// climbs back slowly, never above this. It must be positive.
    PerSecond(f64),
}

/// Everything a [`crate::Client`] needs. Start from [`ClientOptions::new`] and change fields.
#[derive(Clone)]
pub struct ClientOptions {
    /// The address all requests go below: scheme, host, port and an optional path prefix.
    pub base: Url,
    /// Sent with every call that is not anonymous; nowhere but to the base.
    pub credential: Option<Credential>,
    /// The only requests the client sends.
    pub declared: &'static [RequestTemplate],
    /// The only requests that [`crate::Client::exchange`] sends. None by default.
    pub exchanges: &'static [RequestTemplate],
    /// How fast requests may leave. One request a second by default, which registries tolerate everywhere.
    pub pace: Pace,
    /// How many calls may be under way at once, their waits included; 0 counts as 1. 4 by default.
    pub concurrency: usize,
    /// The longest one attempt may take, body included. 60 seconds by default.
    pub attempt_timeout: Duration,
    /// The longest a call may take once its turn has come, with all attempts and waits. 5 minutes by default.
    pub total_timeout: Duration,
    /// The longest wait before the second attempt; it doubles for each further one, up to 20 seconds. Half a second by
    /// default; tests shorten it.
    pub retry_base: Duration,
    /// The largest answer accepted, in bytes after decompression. 64 MiB by default.
    pub body_limit: u64,
    /// A PEM file with certificate authorities to trust besides the operating system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy to use. Otherwise `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` apply. Hosts in `NO_PROXY` and this
    /// machine itself are always reached directly.
    pub proxy: Option<Url>,
    /// The `user-agent` header.
    pub user_agent: String,
    /// Headers sent with every request. Those that authenticate or route a request are refused.
    pub headers: &'static [(&'static str, &'static str)],
    /// Hosts that a person named who may reach nothing but the internet: no connection is made to an internal address for
    /// one of them. None by default, because whoever operates Rolecall may read a registry of their own network.
    pub public_hosts: Vec<String>,
    /// Told of every answered attempt. Nobody by default.
    pub observer: Option<Arc<dyn Observer>>,
    /// What kind of source this is, for whoever measures: `npm`. Empty by default.
    pub source: &'static str,
}

impl ClientOptions {
    /// Careful defaults for a registry on the internet, without a credential.
    #[must_use]
    pub fn new(base: Url, declared: &'static [RequestTemplate]) -> Self {
        Self {
            base,
            credential: None,
            declared,
            exchanges: &[],
            pace: Pace::PerSecond(1.0),
            concurrency: 4,
            attempt_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(300),
            retry_base: Duration::from_millis(500),
            body_limit: 64 * 1024 * 1024,
            ca_file: None,
            proxy: None,
            user_agent: concat!("rolecall/", env!("CARGO_PKG_VERSION")).to_owned(),
            headers: &[],
            public_hosts: Vec::new(),
            observer: None,
            source: "",
        }
    }
}

/// Written by hand because the base and the proxy may carry a password.
impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("base", &address(&self.base))
            .field("credential", &self.credential)
            .field("declared", &self.declared.iter().map(|template| template.name).collect::<Vec<_>>())
            .field("pace", &self.pace)
            .field("concurrency", &self.concurrency)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("retry_base", &self.retry_base)
            .field("body_limit", &self.body_limit)
            .field("ca_file", &self.ca_file)
            .field("proxy", &self.proxy.as_ref().map(address))
            .field("user_agent", &self.user_agent)
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("public_hosts", &self.public_hosts)
            .field("observer", &self.observer)
            .field("source", &self.source)
            .finish()
    }
}

/// Scheme, host and port: the part of a URL that is safe to show.
fn address(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}
