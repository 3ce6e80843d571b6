//! The connection below a client: whom it trusts, which way it goes, and what it must not do on its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy, redirect, retry};
use url::{Host, Url};

use crate::client_error::ClientError;
use crate::guard::PublicOnly;
use crate::options::ClientOptions;

/// The longest wait for a connection, within an attempt's time.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Headers that prove who asks, route the request or change what an answer means. Only the client sets them.
pub(crate) const RESERVED: &[&str] = &[
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "host",
    "if-modified-since",
    "if-none-match",
    "proxy-authorization",
    "range",
    "transfer-encoding",
    "user-agent",
];

/// Builds the connection pool: no redirects, no hidden retries, no referrer.
pub(crate) fn build(options: &ClientOptions) -> Result<reqwest::Client, ClientError> {
    let mut builder = builder(options)?;
    if !options.public_hosts.is_empty() {
        builder = builder.dns_resolver(Arc::new(PublicOnly { hosts: options.public_hosts.clone() }));
    }
    finish(builder)
}

/// What a pool is built from, to which a caller may add.
pub(crate) fn builder(options: &ClientOptions) -> Result<ClientBuilder, ClientError> {
    crate::provider_install();
    let agent = HeaderValue::from_str(&options.user_agent).map_err(|_| refused("user-agent"))?;
    let builder = reqwest::Client::builder()
        .user_agent(agent)
        .default_headers(headers(options.headers)?)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT.min(options.attempt_timeout));
    let builder = route(builder, options)?;
    trust(builder, options)
}

pub(crate) fn finish(builder: ClientBuilder) -> Result<reqwest::Client, ClientError> {
    builder.build().map_err(|error| ClientError::Tls { reason: cause(&error) })
}

/// Whether a host is this machine, so that nothing leaves it.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

fn headers(given: &[(&'static str, &'static str)]) -> Result<HeaderMap, ClientError> {
    let mut headers = HeaderMap::new();
    for &(name, value) in given {
        let (Ok(header), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
            return Err(refused(name));
        };
        if RESERVED.contains(&header.as_str()) {
            return Err(refused(name));
        }
        headers.append(header, value);
    }
    Ok(headers)
}

fn refused(name: &str) -> ClientError {
    ClientError::Header { name: name.to_owned() }
}

/// Chooses the way: directly to this machine, through the given proxy, or as the environment says.
fn route(builder: ClientBuilder, options: &ClientOptions) -> Result<ClientBuilder, ClientError> {
    if is_loopback(&options.base) {
        return Ok(builder.no_proxy());
    }
    let Some(proxy) = &options.proxy else {
        return Ok(builder);
    };
    if !matches!(proxy.scheme(), "http" | "https") {
        return Err(ClientError::Proxy { reason: "only http and https proxies are known" });
    }
    let proxy = Proxy::all(proxy.clone()).map_err(|_| ClientError::Proxy { reason: "it is not a proxy address" })?;
    Ok(builder.proxy(proxy.no_proxy(NoProxy::from_env())))
}

/// Chooses whom to trust: the operating system's authorities, and those of the given file.
///
/// On Linux the platform's verifier reads `SSL_CERT_FILE` and `SSL_CERT_DIR` in place of the system's files, as
/// OpenSSL does. On macOS it asks the keychain and knows no such variable, so the file is added here.
fn trust(builder: ClientBuilder, options: &ClientOptions) -> Result<ClientBuilder, ClientError> {
    if options.base.scheme() == "http" && is_loopback(&options.base) {
        // Nothing to verify; a minimal container without any authorities must still reach its own simulator.
        return Ok(builder.tls_certs_only([]));
    }
    let named = std::env::var_os("SSL_CERT_FILE").filter(|_| cfg!(target_vendor = "apple")).map(PathBuf::from);
    let mut builder = builder;
    for file in named.iter().chain(&options.ca_file) {
        builder = builder.tls_certs_merge(certificates(file)?);
    }
    Ok(builder)
}

fn certificates(file: &Path) -> Result<Vec<Certificate>, ClientError> {
    let unusable = |reason: String| ClientError::CaFile { path: file.to_owned(), reason };
    let pem = std::fs::read(file).map_err(|error| unusable(error.to_string()))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|_| unusable("it is not a PEM file".to_owned()))?;
    if found.is_empty() {
        return Err(unusable("it contains no certificate".to_owned()));
    }
    Ok(found)
}

pub(crate) fn cause(error: &reqwest::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
