//! The Cloudsmith connector: one organisation, read listing by listing.
//!
//! What Cloudsmith's interface does and does not show is in `reference/cloudsmith-api.md`; each request's section is
//! named in `requests.rs`. Parsing lives in one file per listing and knows nothing of HTTP.

mod credential;
mod credentials_file;
mod declaration;
mod doctor;
mod entitlements;
mod events;
mod failure;
mod governance;
mod host;
mod oidc;
mod organization;
mod page;
mod redact;
mod relationships;
mod repositories;
mod request_list;
mod requests;
mod roster;
mod row;
mod services;
mod sight;
mod slug;
mod surroundings;
mod teams;
mod transcript;

use std::sync::Arc;

use async_trait::async_trait;
use rolecall_http::{Call, Client, ClientError, Credential, Observer, Pace, RequestError, RequestTemplate};
use rolecall_model::{
    ConnectorDeclaration, Fact, Fingerprint, ListingKey, Reading, Reason, ResourceRef, SourceEvent, Timestamp,
};
use tokio::sync::OnceCell;
use url::Url;

pub use credential::{CREDENTIALS_FILE, IDENTITY_TOKENS, KEYS};
pub use credentials_file::{PROFILE_VARIABLE, credentials_key, credentials_paths};
pub use declaration::DECLARATION;
pub use host::{api_parse, is_public, public_api};
pub use oidc::{Exchange, ExchangeError, exchange};
pub use organization::{OrganizationError, organization_parse};

use crate::{Connector, ConnectorType, Network, ReadError, ReadRequest};
use failure::{is_fatal, is_hidden, is_refused, is_withheld};
use page::{List, Paged};
use row::Row;
use sight::{Blind, Sight};
use slug::{last_part, slug_checked};

/// The Cloudsmith connector type.
pub static TYPE: ConnectorType = ConnectorType {
    declaration: &DECLARATION,
    requests: requests::DECLARED,
    request_list: request_list::request_list,
    tokens: &KEYS,
    credential: "the API key of an owner, who alone sees every repository; or of a service that is a manager, which sees \
                 every member and team, and those repositories on which one of its teams has admin",
};

/// The header that takes an API key (`cloudsmith-api.md` §1).
pub const KEY_HEADER: &str = "x-api-key";

/// Requests per second towards Cloudsmith's public host unless a person says otherwise: a little less than the 5,400 an hour
/// that the smallest plan allows (`cloudsmith-api.md` §1).
pub const PUBLIC_PACE: f64 = 1.4;

/// How to reach one Cloudsmith organisation.
#[derive(Debug)]
pub struct CloudsmithOptions {
    /// The organisation's slug.
    pub organization: String,
    /// Where to send requests.
    pub api: Url,
    /// The key; without one, what anyone may see is read, which is nothing of an organisation.
    pub credential: Option<Credential>,
    /// What the workspace gives every member on every repository, as a person stated it: `none`, `read`, `write` or
    /// `admin`. It is in no API.
    pub default_privilege: Option<String>,
    /// How requests travel; the usual pace is [`PUBLIC_PACE`] towards Cloudsmith's public host and no limit elsewhere.
    pub network: Network,
    /// Told of every answer as it was on the wire.
    pub observer: Option<Arc<dyn Observer>>,
}

impl CloudsmithOptions {
    /// The organisation at this address, read with this key; everything else as usual.
    #[must_use]
    pub fn new(organization: impl Into<String>, api: Url, credential: Option<Credential>) -> Self {
        Self {
            organization: organization.into(),
            api,
            credential,
            default_privilege: None,
            network: Network::default(),
            observer: None,
        }
    }
}

/// One Cloudsmith organisation, ready to be read.
#[derive(Debug)]
pub struct CloudsmithConnector {
    client: Client,
    api: Url,
    root: ResourceRef,
    default_privilege: Option<String>,
    /// Asked once: a key does not change hands while it is in use.
    sight: OnceCell<Sight>,
}

impl CloudsmithConnector {
    /// A connector for the organisation.
    ///
    /// # Errors
    /// When the options make no usable client, for example a key for a plain-text host that is not this machine.
    pub fn new(options: CloudsmithOptions) -> Result<Self, ClientError> {
        let pace = if is_public(&options.api) { Pace::PerSecond(PUBLIC_PACE) } else { Pace::Unlimited };
        let api = options.api.clone();
        let mut client = options.network.client_options(options.api, requests::DECLARED, pace);
        client.credential = options.credential;
        client.observer = options.observer;
        client.source = declaration::DECLARATION.name;
        Ok(Self {
            client: Client::new(client)?,
            api,
            root: ResourceRef::new(declaration::ORGANIZATION, options.organization),
            default_privilege: options.default_privilege,
            sight: OnceCell::new(),
        })
    }

    fn organization(&self) -> &str {
        &self.root.id
    }

    async fn sight(&self) -> Result<&Sight, Blind> {
        self.sight.get_or_try_init(|| Sight::find(&self.client, self.organization())).await
    }

    fn of_organization(&self) -> Call<'_> {
        Call::new().path("org", self.organization())
    }

    async fn pages<'c>(
        &self,
        template: &'static RequestTemplate,
        id: &'static str,
        call: impl Fn() -> Call<'c>,
    ) -> Result<List, RequestError> {
        Paged { client: &self.client, template, id }.read(call).await
    }

    async fn row(&self, template: &'static RequestTemplate, call: Call<'_>) -> Result<Row, RequestError> {
        page::row(&self.client, template, call).await
    }

    /// A row that a plan may lack or a role may not see, or why there is none.
    async fn row_if_shown(&self, template: &'static RequestTemplate) -> Result<Result<Row, Reason>, RequestError> {
        match self.row(template, self.of_organization()).await {
            Ok(row) => Ok(Ok(row)),
            Err(error) if is_withheld(&error) => Ok(Err(failure::reason(&error))),
            Err(error) => Err(error),
        }
    }

    async fn roster(&self, sight: &Sight) -> Result<Reading, RequestError> {
        let members = |active: &'static str| {
            let call = move || self.of_organization().query(requests::IS_ACTIVE, active);
            self.pages(&requests::MEMBERS, "user_id", call)
        };
        let members = roster::Members { active: members("true").await?, inactive: members("false").await? };
        Ok(roster::reading(&self.root, members, sight))
    }

    async fn team_members(&self, team: &ResourceRef) -> Result<Reading, RequestError> {
        let slug = match last_part(&team.id) {
            Ok(slug) => slug,
            Err(reason) => return Ok(Reading::unavailable(reason)),
        };
        let call = |kind: &'static str| self.of_organization().path("team", slug).query(requests::USER_KIND, kind);
        let users = self.row(&requests::TEAM_MEMBERS, call("user")).await?;
        let services = self.row(&requests::TEAM_MEMBERS, call("service")).await?;
        Ok(teams::members(team, &users, &services))
    }

    async fn settings(&self) -> Result<Reading, RequestError> {
        let organization = self.row(&requests::ORGANIZATION, self.of_organization()).await?;
        let saml_login = self.row_if_shown(&requests::SAML_LOGIN).await?;
        let saml_status = self.row_if_shown(&requests::SAML_STATUS).await?;
        let told = surroundings::Settings { organization: &organization, saml_login, saml_status };
        Ok(surroundings::settings(&self.root, &told))
    }

    async fn of_repository(&self, listing: &ListingKey) -> Result<Reading, RequestError> {
        let repository = &listing.subject;
        let slug = match last_part(&repository.id) {
            Ok(slug) => slug,
            Err(reason) => return Ok(Reading::unavailable(reason)),
        };
        let call = || self.of_organization().path("repository", slug);
        if listing.kind == declaration::PRIVILEGES {
            let answer = self.row(&requests::PRIVILEGES, call()).await?;
            return Ok(repositories::privileges(repository, &self.root, &answer));
        }
        let call = || call().query(requests::SHOW_TOKENS, "false");
        let list = self.pages(&requests::ENTITLEMENTS, "slug_perm", call).await?;
        Ok(entitlements::reading(repository, &list, jiff::Timestamp::now()))
    }

    async fn listing(&self, listing: &ListingKey, sight: &Sight) -> Result<Reading, RequestError> {
        let narrow = sight.narrow();
        let of_organization = || self.of_organization();
        let list = |template, id| self.pages(template, id, of_organization);
        match listing.kind.as_str() {
            declaration::ROSTER => self.roster(sight).await,
            declaration::TEAM_MEMBERS => self.team_members(&listing.subject).await,
            declaration::PRIVILEGES | declaration::ENTITLEMENTS => self.of_repository(listing).await,
            declaration::SETTINGS => self.settings().await,
            declaration::SERVICES => {
                Ok(services::reading(&self.root, list(&requests::SERVICES, "slug").await?, narrow))
            }
            declaration::TEAMS => Ok(teams::reading(&self.root, list(&requests::TEAMS, "slug").await?, narrow)),
            declaration::REPOSITORIES => {
                let repositories = list(&requests::REPOSITORIES, "slug").await?;
                Ok(repositories::reading(&self.root, repositories, sight.narrow_repositories()))
            }
            declaration::INVITATIONS => {
                let invitations = list(&requests::INVITATIONS, "slug_perm").await?;
                Ok(surroundings::invitations(&self.root, &invitations, narrow))
            }
            declaration::OIDC_PROVIDERS => {
                let providers = list(&requests::OIDC_PROVIDERS, "slug_perm").await?;
                Ok(surroundings::oidc_providers(&self.root, &providers, narrow))
            }
            declaration::OIDC_MAPPINGS => {
                let slug = match slug_checked(&listing.subject.id) {
                    Ok(slug) => slug,
                    Err(reason) => return Ok(Reading::unavailable(reason)),
                };
                let call = || self.of_organization().path("provider", slug);
                let mappings = self.pages(&requests::OIDC_MAPPINGS, "claim_value", call).await?;
                Ok(surroundings::oidc_mappings(&listing.subject, &mappings))
            }
            declaration::SAML_MAPPINGS => {
                let mappings = list(&requests::SAML_MAPPINGS, "slug_perm").await?;
                Ok(surroundings::saml_mappings(&self.root, &mappings, narrow))
            }
            declaration::API_KEY_RULES => {
                let rules = self.unpaged(&requests::API_KEY_RULES).await?;
                Ok(surroundings::api_key_rules(&self.root, &rules, narrow))
            }
            declaration::DOMAINS => {
                let domains = list(&requests::DOMAINS, "slug_perm").await?;
                Ok(surroundings::domains(&self.root, &domains, narrow))
            }
            other => {
                let text = format!("Cloudsmith has no listing called {other}");
                Ok(Reading::unavailable(Reason::new("undeclared", text)))
            }
        }
    }

    /// A list that comes in one answer, without a count (`cloudsmith-api.md` §1).
    async fn unpaged(&self, template: &'static RequestTemplate) -> Result<List, RequestError> {
        let Some(body) = self.client.get(template, self.of_organization()).await?.fresh() else {
            return Ok(List::default());
        };
        Ok(List { rows: body.json()?, doubt: None })
    }

    /// A 401 about one listing may be about that listing, or the key may just have been revoked: its own account tells.
    async fn refusal(&self, error: &RequestError) -> Result<Reading, ReadError> {
        match self.row(&requests::SELF, Call::new()).await {
            Err(own) if is_refused(&own) => Err(failure::fatal(&own, self.organization())),
            Ok(own) if own.flag("authenticated") != Some(true) => Err(failure::anonymous()),
            _ => Ok(Reading::unavailable(failure::reason(error))),
        }
    }
}

#[async_trait]
impl Connector for CloudsmithConnector {
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

    fn fingerprint(&self, _sight: &[Fact]) -> Option<Fingerprint> {
        self.sight.get().map(Sight::fingerprint)
    }

    async fn events(&self, since: Option<Timestamp>) -> Result<Vec<SourceEvent>, Reason> {
        events::read(&self.client, self.organization(), since).await.map_err(|error| failure::reason(&error))
    }

    async fn read(&self, listing: &ListingKey, _request: ReadRequest<'_>) -> Result<Reading, ReadError> {
        if listing.kind == declaration::STATED {
            return Ok(surroundings::stated(&self.root, self.default_privilege.as_deref()));
        }
        let sight = match self.sight().await {
            Ok(sight) => sight,
            Err(Blind::Anonymous) => return Err(failure::anonymous()),
            Err(Blind::Request(error)) if is_fatal(&error) => return Err(failure::fatal(&error, self.organization())),
            Err(Blind::Request(error)) => return Ok(Reading::unavailable(failure::reason(&error))),
        };
        match self.listing(listing, sight).await {
            Ok(reading) => Ok(reading),
            Err(error) if is_refused(&error) => self.refusal(&error).await,
            // Whoever may not even see the members sees nothing of the organisation.
            Err(error) if listing.kind == declaration::ROSTER && (is_fatal(&error) || is_hidden(&error)) => {
                Err(failure::fatal(&error, self.organization()))
            }
            Err(error) => Ok(Reading::unavailable(failure::reason(&error))),
        }
    }
}
