//! How a Cloudsmith connector is configured and built.

mod args;
mod words;

use std::path::PathBuf;

use async_trait::async_trait;
use rolecall_connect::cloudsmith::{
    CREDENTIALS_FILE, CloudsmithConnector, CloudsmithOptions, Exchange, ExchangeError, IDENTITY_TOKENS, KEYS,
    PROFILE_VARIABLE, TYPE, api_parse, credentials_key, credentials_paths, exchange, is_public, organization_parse,
    public_api,
};
use rolecall_connect::{
    ConnectorType, Examine, FoundToken, OwnPlace, OwnToken, ReadError, TokenDeclaration, TokenPlace, TokenSurroundings,
};
use rolecall_http::Credential;
use rolecall_store::NewConnector;
use url::Url;

use super::catalog::CardWords;
use super::form::{Form, Purpose};
use super::reach::Reach;
use super::settings::{Kind as SettingKind, Setting};
use super::{Kind, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};

static DEFAULT_PRIVILEGE: Setting = Setting {
    name: "default_privilege",
    kind: SettingKind::Choice(&["none", "read", "write", "admin"]),
    what: "the workspace's default object privilege: what every member may do in every repository; Cloudsmith shows it on \
           its settings page only",
};
static OIDC_SERVICE: Setting = Setting {
    name: "oidc_service",
    kind: SettingKind::Text,
    what: "the slug of a service; the token's place then holds an identity token, which is exchanged for one of that \
           service at every sync",
};

/// The Cloudsmith connector type.
pub(crate) struct Cloudsmith;

#[async_trait]
impl Kind for Cloudsmith {
    fn connector_type(&self) -> &'static ConnectorType {
        &TYPE
    }

    fn own_settings(&self) -> &'static [&'static Setting] {
        static OWN: &[&Setting] = &[&DEFAULT_PRIVILEGE, &OIDC_SERVICE];
        OWN
    }

    fn root_key(&self) -> &'static str {
        "org"
    }

    fn base_key(&self) -> &'static str {
        "api"
    }

    fn root(&self, text: &str) -> Result<String, Failure> {
        organization_parse(text).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
    }

    fn base(&self, text: Option<&str>) -> Result<String, Failure> {
        Ok(api(text.unwrap_or(&public_api()))?.to_string())
    }

    fn form(&self, purpose: Purpose) -> Form {
        args::form(purpose)
    }

    fn tokens(&self, config: &NewConnector) -> &'static TokenDeclaration {
        if service(config).is_some() { &IDENTITY_TOKENS } else { &KEYS }
    }

    fn token(&self, config: &NewConnector, place: &TokenPlace) -> Result<FoundToken, Failure> {
        let api = api(&config.base_url)?;
        // The file is not kept for one host, as the entries of others' clients are, so its key is not taken elsewhere
        // unless somebody says so.
        let is_looked_at = is_public(&api) || matches!(place, TokenPlace::Own(_));
        let own = |own: &'static OwnPlace| if is_looked_at { in_file(own) } else { None };
        let host = api.host_str().unwrap_or_default();
        let around = TokenSurroundings { host, variable: &environment::variable, own: &own };
        let found = self.tokens(config).find(place, around)?;
        Ok(match service(config) {
            Some(service) => FoundToken {
                source: format!("{}, to be exchanged for one of service {service}", found.source),
                ..found
            },
            None => found,
        })
    }

    async fn credential(&self, config: &NewConnector, found: FoundToken, reach: &Reach) -> Result<Credential, Failure> {
        let Some(service) = service(config) else { return Ok(found.credential) };
        let exchanged = exchange(Exchange {
            organization: config.root.clone(),
            service,
            identity_token: found.secret,
            api: api(&config.base_url)?,
            network: reach.network.clone(),
        });
        exchanged.await.map_err(|error| refused(&error))
    }

    fn words(&self) -> &'static CardWords {
        &words::WORDS
    }

    fn connector(&self, config: &NewConnector, reach: Reach) -> Result<Box<dyn Examine>, Failure> {
        Ok(Box::new(CloudsmithConnector::new(CloudsmithOptions {
            default_privilege: settings_of(config).text(&DEFAULT_PRIVILEGE).map(str::to_owned),
            network: reach.network,
            observer: reach.observer,
            ..CloudsmithOptions::new(&config.root, api(&config.base_url)?, reach.credential)
        })?))
    }
}

fn api(text: &str) -> Result<Url, Failure> {
    api_parse(text).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
}

/// The service that the identity token is exchanged for, of a connector without a key.
fn service(config: &NewConnector) -> Option<String> {
    settings_of(config).text(&OIDC_SERVICE).map(str::to_owned)
}

/// The key in the user's own credentials file; one in a project's folder is never looked at.
fn in_file(own: &'static OwnPlace) -> Option<OwnToken> {
    if own.name != CREDENTIALS_FILE {
        return None;
    }
    let config_home = environment::variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let profile = environment::variable(PROFILE_VARIABLE).filter(|name| !name.is_empty());
    let paths = credentials_paths(environment::home().as_deref(), config_home.as_deref());
    let (path, secret) = paths.iter().find_map(|path| {
        let text = std::fs::read_to_string(path).ok()?;
        Some((path, credentials_key(&text, profile.as_deref())?))
    })?;
    Some(OwnToken { secret, source: path.display().to_string() })
}

/// A refused exchange is a refused credential; anything else is the source's.
fn refused(error: &ExchangeError) -> Failure {
    let (message, hint) = (error.to_string(), error.hint());
    match error.reason() {
        Some(reason) => Failure { message, hint, ..Failure::from(ReadError { reason, hint: None }) },
        None => Failure { exit: Exit::Usage, message, hint },
    }
}
