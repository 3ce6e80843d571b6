//! The identity provider: where it sends people, and what its word says.

use std::pin::Pin;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AsyncHttpClient, AuthenticationFlow, AuthorizationCode, Client, ClientId, ClientSecret,
    CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse as _,
};
use rolecall_engine::hub::{Claims, ExternalIdentity, PendingLogin};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tokio::sync::Mutex;
use url::Url;

use super::{Outbound, SingleSignOn};

/// How long what a provider says of itself is believed. Its keys change now and then.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// Whatever else a token claims.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Further(Map<String, Json>);

impl AdditionalClaims for Further {}

type Fields = IdTokenFields<
    Further,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// A client of a provider that was discovered.
type Discovered = Client<
    Further,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider of a hub.
pub(crate) struct Provider {
    sign_on: SingleSignOn,
    /// Where it sends people back to.
    back: Url,
    /// What it said of itself, and when.
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// Why somebody cannot be signed in by the provider.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider cannot be asked.
    #[error("the identity provider cannot be asked: {0}")]
    Away(String),
    /// What it says is not to be believed.
    #[error("the identity provider's answer is not to be believed: {0}")]
    Unbelievable(String),
}

impl Provider {
    pub(crate) fn new(sign_on: SingleSignOn, back: Url) -> Self {
        Self { sign_on, back, known: Mutex::new(None) }
    }

    /// What people call it.
    pub(crate) fn title(&self) -> &str {
        &self.sign_on.title
    }

    pub(crate) const fn sign_on(&self) -> &SingleSignOn {
        &self.sign_on
    }

    /// Where to send somebody whose log-in begins.
    pub(super) async fn begin(&self, state: &SecretString, login: &PendingLogin) -> Result<Url, ProviderError> {
        let client = self.client().await?;
        let (state, nonce) = (state.expose_secret().to_owned(), login.nonce.expose_secret().to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(login));
        let scopes = self.sign_on.scopes.iter().map(|scope| Scope::new(scope.clone()));
        let (url, _, _) = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        Ok(url)
    }

    /// Who the provider says has come back with this code.
    pub(super) async fn finish(&self, code: String, login: &PendingLogin) -> Result<ExternalIdentity, ProviderError> {
        let client = self.client().await?;
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|error| ProviderError::Away(error.to_string()))?;
        let answer = request.set_pkce_verifier(verifier(login)).request_async(&self.way()).await;
        let answer = answer.map_err(|error| unbelievable(&error))?;
        let token = answer.id_token().ok_or_else(|| ProviderError::Unbelievable("it holds no ID token".to_owned()))?;
        let nonce = Nonce::new(login.nonce.expose_secret().to_owned());
        let claims = token.claims(&client.id_token_verifier(), &nonce).map_err(|error| unbelievable(&error))?;
        let text = |claim: Option<&str>| claim.map(str::to_owned).filter(|text| !text.trim().is_empty());
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str());
        let username = claims.preferred_username().map(|name| name.as_str());
        Ok(ExternalIdentity {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            claims: Claims {
                name: text(name).or_else(|| text(username)),
                email: text(claims.email().map(|email| email.as_str())),
                email_verified: claims.email_verified().unwrap_or(false),
                groups: groups(&claims.additional_claims().0, &self.sign_on.groups_claim),
            },
        })
    }

    async fn client(&self) -> Result<Discovered, ProviderError> {
        let metadata = self.metadata().await?;
        let SingleSignOn { client_id, client_secret, .. } = &self.sign_on;
        let secret = client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let client = Client::from_provider_metadata(metadata, ClientId::new(client_id.clone()), secret);
        Ok(client.set_redirect_uri(RedirectUrl::from_url(self.back.clone())))
    }

    async fn metadata(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = known.as_ref()
            && at.elapsed() < KEPT
        {
            return Ok(metadata.clone());
        }
        let issuer = self.sign_on.issuer.as_str().trim_end_matches('/').to_owned();
        let issuer = IssuerUrl::new(issuer).map_err(|error| ProviderError::Away(error.to_string()))?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.way()).await;
        let metadata = metadata.map_err(|error| ProviderError::Away(chain(&error)))?;
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    fn way(&self) -> Way<'_> {
        Way(self.sign_on.outbound.as_ref())
    }
}

/// The way to the provider, as `openidconnect` wants it.
struct Way<'o>(&'o dyn Outbound);

impl<'c> AsyncHttpClient<'c> for Way<'_> {
    type Error = Unsent;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unsent>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { self.0.send(request).await.map_err(Unsent) })
    }
}

/// Why a request was not answered, in a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unsent(String);

fn verifier(login: &PendingLogin) -> PkceCodeVerifier {
    PkceCodeVerifier::new(login.verifier.expose_secret().to_owned())
}

/// The groups that a claim names: a list of texts, or one text.
fn groups(claims: &Map<String, Json>, name: &str) -> Vec<String> {
    match claims.get(name) {
        Some(Json::Array(groups)) => groups.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        Some(Json::String(group)) => vec![group.clone()],
        _ => Vec::new(),
    }
}

fn unbelievable(error: &dyn std::error::Error) -> ProviderError {
    ProviderError::Unbelievable(chain(error))
}

/// An error with what caused it: the outermost one alone says too little.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
