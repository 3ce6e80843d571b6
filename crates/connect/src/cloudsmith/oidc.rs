//! A service's short-lived token for an identity provider's, so that no key has to be kept (`cloudsmith-api.md` §1).

use rolecall_http::{Call, Client, ClientError, Credential, Pace, RequestError};
use rolecall_model::Reason;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::requests;
use crate::Network;

/// What is exchanged, and where.
#[derive(Debug)]
pub struct Exchange {
    /// The organisation's slug.
    pub organization: String,
    /// The service to act as.
    pub service: String,
    /// The identity provider's token, as a CI job is given one.
    pub identity_token: SecretString,
    /// The API's address.
    pub api: Url,
    /// How the request travels; one request has no pace.
    pub network: Network,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The options make no usable client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Cloudsmith refused, or could not be reached.
    #[error("the identity token was not exchanged for one of the service {service}: {source}")]
    Request {
        /// The service.
        service: String,
        /// Why.
        source: RequestError,
    },
    /// It answered without a token.
    #[error("Cloudsmith answered the exchange without a token")]
    NoToken,
}

impl ExchangeError {
    /// The reason as a reading would have it; nothing when the options are at fault.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Client(_) => None,
            Self::Request { source, .. } => Some(super::failure::reason(source)),
            Self::NoToken => Some(Reason::new("malformed", self.to_string())),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Client(error) => error.hint(),
            Self::Request { source, .. } if super::failure::is_refused(source) => Some(
                "Cloudsmith does not say what is wrong: check that the token is fresh, that the workspace has an OIDC \
                 provider for its issuer, that the claims agree, and that the provider names this service"
                    .to_owned(),
            ),
            Self::Request { source, .. } => source.hint(),
            Self::NoToken => None,
        }
    }
}

#[derive(Deserialize)]
struct Answered {
    #[serde(default)]
    token: Option<String>,
}

/// Exchanges the identity token. What comes back is good for about two hours.
///
/// # Errors
/// When Cloudsmith gives none.
pub async fn exchange(exchange: Exchange) -> Result<Credential, ExchangeError> {
    let network = Network { requests_per_second: None, ..exchange.network };
    let mut options = network.client_options(exchange.api, &[], Pace::Unlimited);
    options.exchanges = EXCHANGES;
    options.source = super::declaration::DECLARATION.name;
    let client = Client::new(options)?;
    let call = Call::new()
        .path("org", exchange.organization)
        .field("service_slug", &exchange.service)
        .secret_field("oidc_token", &exchange.identity_token);
    let failed = |source| ExchangeError::Request { service: exchange.service.clone(), source };
    let body = client.exchange(&requests::EXCHANGE, call).await.map_err(failed)?.fresh();
    let answered: Answered = body.ok_or(ExchangeError::NoToken)?.json().map_err(failed)?;
    answered.token.filter(|token| !token.is_empty()).map(Credential::bearer).ok_or(ExchangeError::NoToken)
}

static EXCHANGES: &[rolecall_http::RequestTemplate] = &[requests::EXCHANGE];
