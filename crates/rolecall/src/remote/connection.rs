//! A hub that is asked.

use std::time::Duration;

use rolecall_http::{Service, ServiceAnswer, ServiceError, ServiceStream, TlsIssue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;

use super::HubAddress;
use crate::exit::{Exit, Failure};

/// How long a hub may be silent while a command runs. It says something every quarter of a minute.
const SILENCE: Duration = Duration::from_secs(90);

/// A hub, and what opens it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) address: HubAddress,
    service: Service,
    token: Option<SecretString>,
}

impl Connection {
    /// To this hub, with a token or as nobody. Nothing is sent.
    pub(crate) fn new(address: HubAddress, token: Option<SecretString>) -> Result<Self, Failure> {
        let service = Service::patient(address.url().clone(), SILENCE)?;
        Ok(Self { address, service, token })
    }

    /// Sends JSON, and reads the whole answer.
    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<&Json>) -> Result<ServiceAnswer, Failure> {
        let (headers, body) = self.said(body);
        let sent = self.service.send(method, &self.address.at(path), &headers, body).await;
        sent.map_err(|error| self.unanswered(&error))
    }

    /// Posts JSON, and reads no more of the answer than its head.
    pub(super) async fn open(&self, path: &str, body: &Json) -> Result<ServiceStream, Failure> {
        let (headers, body) = self.said(Some(body));
        let sent = self.service.open("POST", &self.address.at(path), &headers, body).await;
        sent.map_err(|error| self.unanswered(&error))
    }

    fn said(&self, body: Option<&Json>) -> (Vec<(String, String)>, Vec<u8>) {
        let mut headers = Vec::new();
        if body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        if let Some(token) = &self.token {
            headers.push(("authorization".to_owned(), format!("Bearer {}", token.expose_secret())));
        }
        (headers, body.map(|body| body.to_string().into_bytes()).unwrap_or_default())
    }

    /// Why there is no answer.
    pub(super) fn unanswered(&self, error: &ServiceError) -> Failure {
        let failure = Failure::new(Exit::Source, format!("the hub {} gave no answer: {error}", self.address));
        let host = self.address.url().host_str().unwrap_or_default();
        match error {
            ServiceError::Unreachable { tls: Some(issue), .. } => failure.hint(tls(*issue)),
            ServiceError::Unreachable { .. } => failure.hint(format!(
                "check that it runs, that {host} is reachable from here, and HTTPS_PROXY and NO_PROXY if there is a proxy"
            )),
            ServiceError::Client(_) | ServiceError::Elsewhere { .. } | ServiceError::Large { .. } => {
                failure.hint("check that there is a Rolecall hub at this address")
            }
        }
    }
}

const fn tls(issue: TlsIssue) -> &'static str {
    match issue {
        TlsIssue::UnknownIssuer | TlsIssue::Certificate => {
            "its certificate is of an authority that this machine does not know: set SSL_CERT_FILE to a PEM file with it"
        }
        TlsIssue::NotCurrent => "check this machine's clock; if it is right, the hub's certificate must be renewed",
        TlsIssue::WrongName => "check the address: the hub's certificate is for another name",
        TlsIssue::Handshake => {
            "check that the address speaks https on this port, and that no proxy in between blocks it"
        }
    }
}
