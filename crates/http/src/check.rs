//! What must hold of options before a client is made of them.

use reqwest::header::{HeaderName, HeaderValue};

use crate::client_error::ClientError;
use crate::guard::is_internal_literal;
use crate::options::{ClientOptions, Pace};
use crate::transport;

/// Checks everything that needs no file and no network, and returns the host and the header that authenticates.
pub(crate) fn options(options: &ClientOptions) -> Result<(String, Option<(HeaderName, HeaderValue)>), ClientError> {
    let host = address(options)?;
    public(options)?;
    pace(options.pace)?;
    templates(options)?;
    let header = options.credential.as_ref().map(|credential| credential.to_header()).transpose();
    header.map(|header| (host, header)).map_err(|reason| ClientError::Credential { reason })
}

/// Refuses addresses that would leak or lose something, and returns the host.
fn address(options: &ClientOptions) -> Result<String, ClientError> {
    let base = &options.base;
    let unusable = |reason| ClientError::Address { reason };
    let host = base.host_str().ok_or_else(|| unusable("it names no host"))?.to_owned();
    if !matches!(base.scheme(), "http" | "https") {
        return Err(unusable("it is neither https nor http"));
    }
    if !base.username().is_empty() || base.password().is_some() {
        return Err(unusable("it contains a user name or password"));
    }
    if base.query().is_some() || base.fragment().is_some() {
        return Err(unusable("it contains a query or fragment"));
    }
    let carries_secret = options.credential.is_some() || !options.exchanges.is_empty();
    if carries_secret && base.scheme() == "http" && !transport::is_loopback(base) {
        return Err(ClientError::PlainHttp { host });
    }
    Ok(host)
}

/// Refuses internal addresses where nobody may reach one. What names stand for is looked at as they are looked up.
fn public(options: &ClientOptions) -> Result<(), ClientError> {
    let urls = [Some(&options.base), options.proxy.as_ref()];
    match urls.into_iter().flatten().find(|url| is_internal_literal(url, &options.public_hosts)) {
        Some(url) => Err(ClientError::Internal { host: url.host_str().unwrap_or_default().to_owned() }),
        None => Ok(()),
    }
}

fn pace(pace: Pace) -> Result<(), ClientError> {
    match pace {
        Pace::PerSecond(rate) if !(rate.is_finite() && rate > 0.0) => Err(ClientError::Pace),
        Pace::PerSecond(_) | Pace::Unlimited => Ok(()),
    }
}

fn templates(options: &ClientOptions) -> Result<(), ClientError> {
    for template in options.declared {
        if let Some(reason) = template.fault(&options.base) {
            return Err(ClientError::Template { name: template.name, reason });
        }
    }
    Ok(())
}
