//! How a connector's requests travel, whatever its type.

use std::path::PathBuf;
use std::time::Duration;

use rolecall_http::{ClientOptions, Pace, RequestTemplate};
use url::Url;

/// Requests in flight at the same time; the pace limits how many a second.
const CONCURRENCY: usize = 8;

/// How fast and which way requests leave. Each `None` is the usual.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Requests per second; `None` takes the connector type's own pace.
    pub requests_per_second: Option<f64>,
    /// The longest one attempt may take; `None` takes the HTTP kit's minute.
    pub timeout: Option<Duration>,
    /// Certificates to trust in addition to the system's.
    pub ca_file: Option<PathBuf>,
    /// A proxy to use instead of the environment's.
    pub proxy: Option<Url>,
    /// Hosts that a person named who may reach nothing but the internet.
    pub public_hosts: Vec<String>,
}

impl Network {
    /// A client's options towards `base`, at the `usual` pace unless a person says otherwise; without a credential.
    pub(crate) fn client_options(self, base: Url, declared: &'static [RequestTemplate], usual: Pace) -> ClientOptions {
        let mut options = ClientOptions::new(base, declared);
        options.pace = self.requests_per_second.map_or(usual, Pace::PerSecond);
        options.concurrency = CONCURRENCY;
        options.attempt_timeout = self.timeout.unwrap_or(options.attempt_timeout);
        options.ca_file = self.ca_file;
        options.proxy = self.proxy;
        options.public_hosts = self.public_hosts;
        options
    }
}
