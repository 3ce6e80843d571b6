//! The npm connector: one npm organisation, read listing by listing.
//!
//! What npm's interface does and does not show is in `reference/npm-api.md`; each request's section is named in
//! `requests.rs`. Parsing lives in one file per listing and knows nothing of HTTP.

mod answer;
mod credential;
mod declaration;
mod doctor;
mod failure;
mod host;
mod npmrc;
mod organization;
mod packages;
mod packument;
mod pseudonym;
mod redact;
mod repository;
mod request_list;
mod requests;
mod roster;
mod second_factor;
mod teams;
mod tokens;
mod transcript;
mod trust;

use std::sync::Arc;

use async_trait::async_trait;
use rolecall_http::{
    Answer, Call, Client, ClientError, Credential, Observer, Pace, RequestError, RequestTemplate, Validator,
};
use rolecall_model::{ConnectorDeclaration, Fact, Fingerprint, ListingKey, Outcome, Reading, Reason, ResourceRef};
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, OnceCell};
use url::Url;

pub use credential::{TOKENS, token_find};
pub use declaration::DECLARATION;
pub use host::{is_public, public_registry};
pub use npmrc::{Environment, Npmrc, setting_of_variable};
pub use organization::{OrganizationError, organization_parse};
pub use repository::repository_id as source_repository;
pub use roster::Attestation;

use crate::{Connector, ConnectorType, Network, Person, ReadError, ReadRequest};
use answer::Pairs;
use failure::{is_fatal, is_refused};
use roster::Identity;
use second_factor::{Refusal, SecondFactor};
use tokens::TokenPage;

/// The npm connector type.
pub static TYPE: ConnectorType = ConnectorType {
    declaration: &DECLARATION,
    requests: requests::DECLARED,
    request_list: request_list::request_list,
    tokens: &TOKENS,
    credential: "a granular access token of an owner or admin of the organisation: read-only, with the organisation \
                 selected, and read-only for the scope's packages if private packages are to be read closely",
};

/// Requests per second towards npm's public host unless a person says otherwise (`npm-api.md` §7).
pub const PUBLIC_PACE: f64 = 2.0;

/// npm lists at most this many tokens on a page, and one account holds at most 1,000 (`npm-api.md` §5).
const TOKEN_PAGE: usize = 100;
const TOKEN_PAGES: usize = 20;

/// How to reach one npm organisation.
#[derive(Debug)]
pub struct NpmOptions {
    /// The organisation's name.
    pub organization: String,
    /// Where to send requests.
    pub registry: Url,
    /// The token; without one, what anyone may see is read.
    pub credential: Option<Credential>,
    /// What a person stated, where npm does not tell whose token it is.
    pub attestation: Option<Attestation>,
    /// How requests travel; the usual pace is [`PUBLIC_PACE`] towards npm's public host and no limit elsewhere.
    pub network: Network,
    /// Who is asked for one-time passwords. Without anybody, what needs them cannot be read.
    pub person: Option<Arc<dyn Person>>,
    /// Told of every answer as it was on the wire.
    pub observer: Option<Arc<dyn Observer>>,
}

impl NpmOptions {
    /// The organisation at this registry, read with this token; everything else as usual.
    #[must_use]
    pub fn new(organization: impl Into<String>, registry: Url, credential: Option<Credential>) -> Self {
        Self {
            organization: organization.into(),
            registry,
            credential,
            attestation: None,
            network: Network::default(),
            person: None,
            observer: None,
        }
    }
}

/// One npm organisation, ready to be read.
#[derive(Debug)]
pub struct NpmConnector {
    client: Client,
    registry: Url,
    root: ResourceRef,
    attestation: Option<Attestation>,
    identity: OnceCell<Identity>,
    person: Option<Arc<dyn Person>>,
    second_factor: Mutex<SecondFactor>,
}

impl NpmConnector {
    /// A connector for the organisation.
    ///
    /// # Errors
    /// When the options make no usable client, for example a token for a plain-text host that is not this machine.
    pub fn new(options: NpmOptions) -> Result<Self, ClientError> {
        let pace = if is_public(&options.registry) { Pace::PerSecond(PUBLIC_PACE) } else { Pace::Unlimited };
        let registry = options.registry.clone();
        let mut client = options.network.client_options(options.registry, requests::DECLARED, pace);
        client.credential = options.credential;
        client.observer = options.observer;
        client.source = declaration::DECLARATION.name;
        Ok(Self {
            client: Client::new(client)?,
            registry,
            root: ResourceRef::new(declaration::ORGANIZATION, options.organization),
            attestation: options.attestation,
            identity: OnceCell::new(),
            person: options.person,
            second_factor: Mutex::default(),
        })
    }

    fn organization(&self) -> &str {
        &self.root.id
    }

    /// Whose token this is. Asked once: a failure is remembered too, for the roster can still be attested.
    async fn identity(&self) -> &Identity {
        self.identity
            .get_or_init(|| async {
                #[derive(serde::Deserialize)]
                struct Whoami {
                    username: String,
                }
                match self.client.get(&requests::WHOAMI, Call::new()).await {
                    Ok(Answer::Fresh(body)) => match body.json::<Whoami>() {
                        Ok(whoami) => Identity::Known(whoami.username),
                        Err(error) => Identity::Unknown(error.to_string()),
                    },
                    Ok(Answer::NotModified) => Identity::Unknown("npm answered nothing".to_owned()),
                    Err(error) => Identity::Unknown(error.to_string()),
                }
            })
            .await
    }

    async fn roster(&self) -> Result<Reading, ReadError> {
        let identity = self.identity().await;
        let call = Call::new().path("org", self.organization());
        match self.client.get(&requests::ROSTER, call).await {
            Ok(answer) => Ok(parsed(answer, |pairs: Pairs| {
                roster::reading(&self.root, pairs, identity, self.attestation.as_ref())
            })),
            Err(error) if is_fatal(&error) => Err(failure::fatal(&error, self.organization())),
            Err(error) => Ok(Reading::unavailable(failure::reason(&error))),
        }
    }

    async fn tokens(&self) -> Result<Reading, RequestError> {
        let identity = self.identity().await;
        let (mut listed, mut total) = (Vec::new(), None);
        for page in 0..TOKEN_PAGES {
            let (page, size) = (page.to_string(), TOKEN_PAGE.to_string());
            let call = Call::new().query("page", &page).query("perPage", &size);
            let Answer::Fresh(body) = self.client.get(&requests::TOKENS, call).await? else {
                break;
            };
            let answer: TokenPage = body.json()?;
            let is_last = answer.objects.is_empty() || answer.urls.next.is_none();
            total = answer.total.or(total);
            listed.extend(answer.objects);
            if is_last {
                break;
            }
        }
        Ok(tokens::reading(identity, &listed, total))
    }

    async fn trust(&self, package: &ResourceRef) -> Result<Reading, Refusal> {
        let answer = self.trust_answer(&package.id).await?;
        Ok(parsed(answer, |trusted: Vec<trust::Trusted>| trust::reading(package, &trusted)))
    }

    /// Sends the one request of a listing and reads its body with `read`.
    async fn single<T: DeserializeOwned>(
        &self,
        template: &'static RequestTemplate,
        call: Call<'_>,
        request: ReadRequest<'_>,
        read: impl FnOnce(T) -> Reading,
    ) -> Result<Reading, RequestError> {
        let validator = request.validator.and_then(|text| serde_json::from_str::<Validator>(text).ok());
        Ok(parsed(self.client.get(template, call.validator(&validator)).await?, read))
    }

    async fn listing(&self, listing: &ListingKey, request: ReadRequest<'_>) -> Result<Reading, RequestError> {
        let subject = &listing.subject;
        let of_organization = || Call::new().path("org", self.organization());
        let of_team = || {
            let (organization, team) = teams::team_path(subject);
            Call::new().path("org", organization).path("team", team).query(requests::FORMAT, requests::CLI)
        };
        let of_package = || Call::new().path("package", &*subject.id);
        match listing.kind.as_str() {
            declaration::TEAMS => {
                let call = of_organization().query(requests::FORMAT, requests::CLI);
                self.single(&requests::TEAMS, call, request, |names| teams::teams(subject, names)).await
            }
            declaration::PACKAGES => {
                let call = of_organization().query(requests::FORMAT, requests::CLI);
                self.single(&requests::PACKAGES, call, request, |pairs| packages::organization_packages(subject, pairs))
                    .await
            }
            declaration::TEAM_MEMBERS => {
                self.single(&requests::TEAM_MEMBERS, of_team(), request, |names| teams::members(subject, names)).await
            }
            declaration::TEAM_PACKAGES => {
                let read = |pairs| teams::packages(subject, &self.root, pairs);
                self.single(&requests::TEAM_PACKAGES, of_team(), request, read).await
            }
            declaration::COLLABORATORS => {
                let call = of_package().query(requests::FORMAT, requests::CLI);
                self.single(&requests::COLLABORATORS, call, request, |pairs| packages::collaborators(subject, pairs))
                    .await
            }
            declaration::VISIBILITY => {
                let read = |pairs| packages::visibility(subject, &pairs);
                self.single(&requests::VISIBILITY, of_package(), request, read).await
            }
            declaration::PACKUMENT => {
                let read = |document| packument::reading(subject, &document);
                self.single(&requests::PACKUMENT, of_package(), request, read).await
            }
            declaration::TOKENS => self.tokens().await,
            other => Ok(Reading::unavailable(Reason::new("undeclared", format!("npm has no listing called {other}")))),
        }
    }
}

#[async_trait]
impl Connector for NpmConnector {
    fn declaration(&self) -> &'static ConnectorDeclaration {
        &DECLARATION
    }

    fn root(&self) -> ResourceRef {
        self.root.clone()
    }

    fn host(&self) -> &str {
        self.client.host()
    }

    fn requests_sent(&self) -> u64 {
        self.client.requests_sent()
    }

    fn fingerprint(&self, sight: &[Fact]) -> Option<Fingerprint> {
        roster::fingerprint(&self.root, sight, self.identity.get()?, self.attestation.as_ref())
    }

    async fn read(&self, listing: &ListingKey, request: ReadRequest<'_>) -> Result<Reading, ReadError> {
        let read = match listing.kind.as_str() {
            declaration::ROSTER => return self.roster().await,
            declaration::TRUST => match self.trust(&listing.subject).await {
                Err(Refusal::Person(error)) => return Err(error),
                Err(Refusal::Request(error)) => Err(error),
                Ok(reading) => Ok(reading),
            },
            _ => self.listing(listing, request).await,
        };
        match read {
            Ok(reading) => Ok(reading),
            Err(error) if is_refused(&error) => self.refusal(&error).await,
            Err(error) => Ok(Reading::unavailable(failure::reason(&error))),
        }
    }
}

impl NpmConnector {
    /// A 401 about one listing may be about that listing, or the token may just have been revoked: the roster tells.
    async fn refusal(&self, error: &RequestError) -> Result<Reading, ReadError> {
        let call = Call::new().path("org", self.organization());
        match self.client.get(&requests::ROSTER, call).await {
            Err(roster) if is_refused(&roster) => Err(failure::fatal(&roster, self.organization())),
            _ => Ok(Reading::unavailable(failure::reason(error))),
        }
    }
}

/// Reads an answer's body, keeping its validator for the next time.
fn parsed<T: DeserializeOwned>(answer: Answer, read: impl FnOnce(T) -> Reading) -> Reading {
    let body = match answer {
        Answer::Fresh(body) => body,
        Answer::NotModified => {
            return Reading {
                outcome: Outcome::NotModified,
                facts: Vec::new(),
                diagnostics: Vec::new(),
                validator: None,
            };
        }
    };
    match body.json::<T>() {
        Ok(value) => {
            let validator = body.validator.as_ref().and_then(|validator| serde_json::to_string(validator).ok());
            Reading { validator, ..read(value) }
        }
        Err(error) => Reading::unavailable(failure::reason(&error)),
    }
}
