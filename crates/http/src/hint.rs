//! What a person can do about an error. Separate from the errors, so that the advice can be read in one place.

use std::net::IpAddr;

use crate::client_error::ClientError;
use crate::error::{Challenge, ErrorKind, RequestError, TlsIssue, seconds};

const INSPECTED: &str = "the connection may be inspected by a company proxy: give its certificate authority with \
    `--ca-file`, or set SSL_CERT_FILE; if npm works here, npm's `cafile` setting names the file";

impl RequestError {
    /// What to do about it, as one sentence without a full stop, if there is anything to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match &self.kind {
            ErrorKind::Tls { issue, .. } => tls(*issue).to_owned(),
            ErrorKind::Unauthorised { challenge, .. } => unauthorised(*challenge).to_owned(),
            ErrorKind::Connect { .. } if is_this_machine(&self.host) => {
                "nothing listens there on this machine: a simulated registry, such as those of rolecall demo, ends with \
                 what started it"
                    .to_owned()
            }
            ErrorKind::Connect { .. } | ErrorKind::Dns => {
                let host = &self.host;
                format!("check that {host} is reachable from here, and HTTPS_PROXY and NO_PROXY if there is a proxy")
            }
            ErrorKind::Redirect { .. } => {
                "a token is never sent to another host: if the registry moved, configure its new address; a redirect \
                 to a sign-in page means that a proxy stands in between"
                    .to_owned()
            }
            ErrorKind::Forbidden { .. } => "check that the token covers this organisation and may read it".to_owned(),
            ErrorKind::NotFound { .. } => {
                "check the spelling; registries also answer 404 for what a token is not allowed to see".to_owned()
            }
            ErrorKind::PaymentRequired { .. } => "check the organisation's plan and its payment".to_owned(),
            ErrorKind::RateLimited { retry_after: Some(wait), .. } => {
                format!("wait {} before the next run, or lower the request rate", seconds(*wait))
            }
            ErrorKind::RateLimited { retry_after: None, .. } => "lower the request rate, or wait a while".to_owned(),
            ErrorKind::Timeout { .. } | ErrorKind::CutOff { .. } => {
                "try again later; if it stays, a proxy in between may be cutting long answers".to_owned()
            }
            ErrorKind::GaveUp { .. } | ErrorKind::Server { .. } => {
                "try again later; the registry's status page may say more".to_owned()
            }
            ErrorKind::NotJson { .. } => {
                "check the configured address; a web page often comes from a proxy or a sign-in page".to_owned()
            }
            ErrorKind::TooLarge { .. } => "raise the limit if the organisation is really that large".to_owned(),
            ErrorKind::Undeclared
            | ErrorKind::BadValue { .. }
            | ErrorKind::Status { .. }
            | ErrorKind::Malformed { .. }
            | ErrorKind::ErrorBody { .. } => return None,
        };
        Some(hint)
    }
}

fn is_this_machine(host: &str) -> bool {
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

const fn tls(issue: TlsIssue) -> &'static str {
    match issue {
        TlsIssue::UnknownIssuer | TlsIssue::Certificate => INSPECTED,
        TlsIssue::NotCurrent => "check this machine's clock; if it is right, the server's certificate must be renewed",
        TlsIssue::WrongName => "check the configured address: the server's certificate is for another name",
        TlsIssue::Handshake => {
            "check that the address speaks https on this port, and that no proxy in between blocks it"
        }
    }
}

const fn unauthorised(challenge: Challenge) -> &'static str {
    match challenge {
        Challenge::Otp => "the registry wants a one-time password: use a read-only token, which needs none",
        Challenge::IpAddress => "the token only works from certain addresses: add this machine's to its list",
        Challenge::None | Challenge::Bearer | Challenge::Other => {
            "check that a token is configured, and that it is not expired or revoked"
        }
    }
}

impl ClientError {
    /// What to do about it, as one sentence without a full stop, if there is anything to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Internal { .. } => {
                "give an address on the internet; whoever operates Rolecall allows internal ones with \
                 ROLECALL_ALLOW_INTERNAL=1"
            }
            Self::PlainHttp { host } => {
                return Some(format!(
                    "use https://{host}; plain http is only accepted for this machine, or without a token"
                ));
            }
            Self::Address { .. } => "write it like https://registry.example.com, with the token configured apart",
            Self::Credential { .. } => "store the token again, exactly as the registry showed it",
            Self::CaFile { .. } => "give a PEM file with one or more `BEGIN CERTIFICATE` blocks",
            Self::Proxy { .. } => "write it like http://proxy.example.com:3128",
            Self::Tls { .. } => {
                "install the system's certificate authorities (often the package `ca-certificates`), or name a PEM \
                 file with `--ca-file` or SSL_CERT_FILE"
            }
            Self::Pace | Self::Template { .. } | Self::Header { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
