//! How an npm connector is configured and built.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use rolecall_connect::npm::{
    Attestation, FoundToken, NpmConnector, NpmOptions, TOKEN_VARIABLE, TYPE, TokenChoice, organization_parse,
    public_registry, registry_parse, token_find,
};
use rolecall_connect::{ConnectorType, Person};
use rolecall_http::Credential;
use rolecall_store::NewConnector;
use serde_json::Value as Json;
use url::Url;

use super::place::TokenPlace;
use super::settings::{CA_FILE, Kind as SettingKind, PROXY, RATE, Setting, TIMEOUT};
use super::{Built, Kind, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};

pub(crate) static ATTEST_USER: Setting = Setting {
    name: "attest_user",
    kind: SettingKind::Text,
    what: "the account the token belongs to, if npm does not say; goes with attest_members",
};
pub(crate) static ATTEST_MEMBERS: Setting = Setting {
    name: "attest_members",
    kind: SettingKind::Count,
    what: "how many members the organisation has, as its web page shows; goes with attest_user",
};

/// What can be set on an npm connector only, as flags.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct NpmSettingArgs {
    /// Take the token from your .npmrc only, even when NPM_TOKEN is set
    #[arg(long, conflicts_with_all = ["token_env", "token_file"])]
    token_npmrc: bool,
    /// The account the token belongs to, if npm does not say
    #[arg(long, value_name = "USER")]
    attest_user: Option<String>,
    /// How many members the organisation has, as its web page shows
    #[arg(long, value_name = "NUMBER")]
    attest_members: Option<usize>,
}

impl NpmSettingArgs {
    /// What was said.
    pub(crate) fn said(&self) -> Vec<(&'static Setting, Json)> {
        let user = self.attest_user.as_deref().map(|user| (&ATTEST_USER, Json::from(user)));
        let members = self.attest_members.map(|members| (&ATTEST_MEMBERS, Json::from(members)));
        user.into_iter().chain(members).collect()
    }

    /// The place of the token that only npm has.
    pub(crate) fn place(&self) -> Option<TokenPlace> {
        self.token_npmrc.then_some(TokenPlace::Npmrc)
    }
}

/// The npm connector type.
pub(crate) struct Npm;

impl Kind for Npm {
    fn connector_type(&self) -> &'static ConnectorType {
        &TYPE
    }

    fn own_settings(&self) -> &'static [&'static Setting] {
        static OWN: &[&Setting] = &[&ATTEST_USER, &ATTEST_MEMBERS];
        OWN
    }

    fn root_key(&self) -> &'static str {
        "org"
    }

    fn base_key(&self) -> &'static str {
        "registry"
    }

    fn root(&self, text: &str) -> Result<String, Failure> {
        Ok(organization_parse(text)?)
    }

    fn base(&self, text: Option<&str>) -> Result<String, Failure> {
        Ok(registry_parse(text.unwrap_or(&public_registry()))?.to_string())
    }

    fn usual_variable(&self) -> &'static str {
        TOKEN_VARIABLE
    }

    fn usual_places(&self) -> &'static str {
        "NPM_TOKEN, then the user's .npmrc in the entry keyed to the registry's host"
    }

    fn has_place(&self, _place: &TokenPlace) -> bool {
        true
    }

    fn check(&self, config: &NewConnector) -> Result<(), Failure> {
        let placeholder = FoundToken { credential: Credential::bearer("not looked for yet"), source: String::new() };
        connector(config, placeholder, None).map(drop)
    }

    fn build(
        &self,
        config: &NewConnector,
        place: &TokenPlace,
        person: Option<Arc<dyn Person>>,
    ) -> Result<Built, Failure> {
        let choice = match place {
            TokenPlace::Usual => TokenChoice::Usual,
            TokenPlace::Variable(name) => TokenChoice::Variable(name.clone()),
            TokenPlace::File(path) => TokenChoice::File(path.clone()),
            TokenPlace::Npmrc => TokenChoice::Npmrc,
            TokenPlace::StandardInput => TokenChoice::StandardInput,
        };
        let variable = std::env::var(choice.variable()).ok();
        let found = token_find(&choice, &registry_parse(&config.base_url)?, variable, &environment::npmrc())?;
        let token = format!("token {} from {}", found.credential.masked_tail(), found.source);
        Ok(Built { connector: Box::new(connector(config, found, person)?), token })
    }
}

fn connector(
    config: &NewConnector,
    token: FoundToken,
    person: Option<Arc<dyn Person>>,
) -> Result<NpmConnector, Failure> {
    let settings = settings_of(config);
    let npmrc = environment::npmrc();
    let ca_file = settings.text(&CA_FILE).map(Into::into).or_else(|| npmrc.ca_file.as_ref().map(Into::into));
    Ok(NpmConnector::new(NpmOptions {
        attestation: attestation(config)?,
        requests_per_second: settings.number(&RATE),
        timeout: settings.count(&TIMEOUT).map(Duration::from_secs),
        ca_file,
        proxy: proxy(settings.text(&PROXY).or(npmrc.proxy.as_deref()))?,
        person,
        ..NpmOptions::new(&config.root, registry_parse(&config.base_url)?, Some(token.credential))
    })?)
}

fn attestation(config: &NewConnector) -> Result<Option<Attestation>, Failure> {
    let settings = settings_of(config);
    match (settings.text(&ATTEST_USER), settings.count(&ATTEST_MEMBERS)) {
        (Some(user), Some(members)) => {
            let members = usize::try_from(members).unwrap_or(usize::MAX);
            Ok(Some(Attestation { user: user.to_owned(), members }))
        }
        (None, None) => Ok(None),
        _ => Err(Failure::new(Exit::Usage, "attest_user and attest_members go together: one proves nothing alone")),
    }
}

/// A proxy's address, from wherever it was given.
pub(crate) fn proxy(text: Option<&str>) -> Result<Option<Url>, Failure> {
    text.map(Url::parse)
        .transpose()
        .map_err(|error| Failure::new(Exit::Usage, format!("the proxy's address cannot be used: {error}")))
}
