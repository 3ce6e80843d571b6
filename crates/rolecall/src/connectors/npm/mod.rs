//! How an npm connector is configured and built.

mod args;
mod words;

use std::path::PathBuf;

use rolecall_connect::npm::{
    Attestation, NpmConnector, NpmOptions, Npmrc, TYPE, organization_parse, public_registry, setting_of_variable,
    token_find,
};
use rolecall_connect::{ConnectorType, Examine, FoundToken, TokenPlace, address_parse};
use rolecall_store::NewConnector;
use url::Url;

use super::catalog::CardWords;
use super::form::{Form, Purpose};
use super::reach::{ClientNetwork, Reach};
use super::settings::{Kind as SettingKind, Setting};
use super::{Kind, settings_of};
use crate::environment;
use crate::exit::{Exit, Failure};

static ATTEST_USER: Setting = Setting {
    name: "attest_user",
    kind: SettingKind::Text,
    what: "the account the token belongs to, if npm does not say; goes with attest_members",
};
static ATTEST_MEMBERS: Setting = Setting {
    name: "attest_members",
    kind: SettingKind::Count,
    what: "how many members the organisation has, as its web page shows; goes with attest_user",
};

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
        organization_parse(text).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
    }

    fn base(&self, text: Option<&str>) -> Result<String, Failure> {
        Ok(registry(text.unwrap_or(&public_registry()))?.to_string())
    }

    fn form(&self, purpose: Purpose) -> Form {
        args::form(purpose)
    }

    fn client_network(&self) -> ClientNetwork {
        let Npmrc { ca_file, proxy, .. } = npmrc();
        ClientNetwork { from: "your .npmrc", ca_file: ca_file.map(PathBuf::from), proxy }
    }

    fn token(&self, config: &NewConnector, place: &TokenPlace) -> Result<FoundToken, Failure> {
        Ok(token_find(place, &registry(&config.base_url)?, &environment::variable, &npmrc())?)
    }

    fn words(&self) -> &'static CardWords {
        &words::WORDS
    }

    fn connector(&self, config: &NewConnector, reach: Reach) -> Result<Box<dyn Examine>, Failure> {
        Ok(Box::new(NpmConnector::new(NpmOptions {
            attestation: attestation(config)?,
            network: reach.network,
            person: reach.person,
            observer: reach.observer,
            ..NpmOptions::new(&config.root, registry(&config.base_url)?, reach.credential)
        })?))
    }
}

fn registry(text: &str) -> Result<Url, Failure> {
    address_parse(text).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
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

/// The user's own `.npmrc`, and what npm's variables say instead; an absent or unreadable file is an empty one. A project's
/// `.npmrc` is never looked at.
fn npmrc() -> Npmrc {
    let variables: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| setting_of_variable(name).is_some() && !value.is_empty())
        .collect();
    let named = variables.iter().find(|(name, _)| setting_of_variable(name).is_some_and(|key| key == "userconfig"));
    let path =
        named.map(|(_, path)| PathBuf::from(path)).or_else(|| environment::home().map(|home| home.join(".npmrc")));
    let text = path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    Npmrc::parse(&text, &environment::variable).with_variables(variables)
}
