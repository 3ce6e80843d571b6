//! Configured connectors: what a person says of one, and the connector that is built from it.
//!
//! A connector type has one file here, which says what can be set on it and how it is built. Everything else (command
//! line, file, plan, description) asks [`Kind`] and knows no type, but for the flags of `connectors add TYPE`.

pub(crate) mod check;
pub(crate) mod describe;
pub(crate) mod difference;
pub(crate) mod expiry;
pub(crate) mod file;
pub(crate) mod npm;
pub(crate) mod place;
pub(crate) mod plan;
pub(crate) mod settings;

use std::sync::Arc;

use rolecall_connect::{Connector, ConnectorType, Person};
use rolecall_engine::connector_title;
use rolecall_store::{Connector as ConnectorRecord, ConnectorId, NewConnector};

use crate::exit::{Exit, Failure};
use place::TokenPlace;
use settings::{COMMON, Setting, Settings};

/// What this program knows of a connector type beside what the type declares.
pub(crate) trait Kind: Sync {
    /// What it declares.
    fn connector_type(&self) -> &'static ConnectorType;

    /// What can be set on it beside [`COMMON`].
    fn own_settings(&self) -> &'static [&'static Setting];

    /// What the file calls the resource that a connector is configured for: `org`.
    fn root_key(&self) -> &'static str;

    /// What the file calls the address it is read from: `registry`.
    fn base_key(&self) -> &'static str;

    /// The wire id of the root, from what a person typed.
    fn root(&self, text: &str) -> Result<String, Failure>;

    /// The address it is read from, from what a person typed, or the type's own.
    fn base(&self, text: Option<&str>) -> Result<String, Failure>;

    /// The environment variable among the usual places of its token.
    fn usual_variable(&self) -> &'static str;

    /// The usual places of its token, in words.
    fn usual_places(&self) -> &'static str;

    /// Whether it knows this place.
    fn has_place(&self, place: &TokenPlace) -> bool;

    /// Checks what can be checked without the token and without the network.
    fn check(&self, config: &NewConnector) -> Result<(), Failure>;

    /// Finds the token and builds the connector, which may ask `person` where the registry wants one.
    fn build(
        &self,
        config: &NewConnector,
        place: &TokenPlace,
        person: Option<Arc<dyn Person>>,
    ) -> Result<Built, Failure>;
}

/// A connector that is ready to be read.
pub(crate) struct Built {
    pub(crate) connector: Box<dyn Connector>,
    /// Which token was found, and where: `token …7890 from file /run/secrets/npm`.
    pub(crate) token: String,
}

/// Every connector type that can be configured.
static KINDS: &[&dyn Kind] = &[&npm::Npm];

/// What is known of the connector type `name`.
pub(crate) fn kind(name: &str) -> Result<&'static dyn Kind, Failure> {
    let known = || KINDS.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    KINDS
        .iter()
        .copied()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| Failure::new(Exit::Name, format!("there is no connector type {name:?}; there is {}", known())))
}

impl dyn Kind + '_ {
    /// Its name: `npm`.
    pub(crate) fn name(&self) -> &'static str {
        self.connector_type().declaration.name
    }

    /// Everything that can be set on it.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'static Setting> {
        COMMON.iter().chain(self.own_settings()).copied()
    }
}

/// Connectors of one run that would all take the token which one environment variable holds to different hosts. A
/// token belongs to one host (*Architecture Invariant* 6), and nothing says to which of them.
pub(crate) fn token_contested(records: &[ConnectorRecord]) -> Vec<(ConnectorId, Failure)> {
    let usual: Vec<(&ConnectorRecord, &'static str)> = records
        .iter()
        .filter(|record| record.paused_at.is_none() && record.config.secret_source.is_none())
        .filter_map(|record| Some((record, kind(&record.config.connector_type).ok()?.usual_variable())))
        .filter(|(_, variable)| std::env::var_os(variable).is_some_and(|value| !value.is_empty()))
        .collect();
    let is_contested = |(record, variable): &(&ConnectorRecord, &'static str)| {
        usual.iter().any(|(other, name)| name == variable && other.config.base_url != record.config.base_url)
    };
    let failure = |(record, variable): &(&ConnectorRecord, &'static str)| {
        let why = format!("{variable} is set, and connectors at other addresses would take the same token there");
        let hint = format!("say whose it is: rolecall connectors edit {} --token-env NAME", connector_title(record));
        (record.id, Failure::new(Exit::Credential, why).hint(hint))
    };
    usual.iter().filter(|one| is_contested(one)).map(failure).collect()
}

/// Builds the connector that a record describes, with the token from where the record says.
pub(crate) fn connector_build(config: &NewConnector) -> Result<Built, Failure> {
    kind(&config.connector_type)?.build(config, &place_of(config)?, None)
}

/// Where a connector's token is found.
pub(crate) fn place_of(config: &NewConnector) -> Result<TokenPlace, Failure> {
    TokenPlace::stored(config.secret_source.as_deref()).map_err(|why| {
        Failure::new(Exit::Credential, format!("{}:{}: {why}", config.connector_type, config.name))
            .hint("see: rolecall connectors edit --help")
    })
}

/// What is set on a connector.
pub(crate) fn settings_of(config: &NewConnector) -> Settings {
    Settings::read(&config.settings)
}

/// The connector that a person calls `npm:acme`, or `acme` where that is clear.
pub(crate) fn connector_named<'c>(records: &'c [ConnectorRecord], name: &str) -> Result<&'c ConnectorRecord, Failure> {
    let titles = |records: &[&ConnectorRecord]| {
        records.iter().map(|record| connector_title(record)).collect::<Vec<_>>().join(", ")
    };
    if let Some(exact) = records.iter().find(|record| connector_title(record) == name) {
        return Ok(exact);
    }
    let found: Vec<&ConnectorRecord> = records.iter().filter(|record| record.config.name == name).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] if records.is_empty() => Err(Failure::new(Exit::Name, "no connector is configured yet")
            .hint("add one with: rolecall connectors add npm --org NAME")),
        [] => {
            let known = titles(&records.iter().collect::<Vec<_>>());
            Err(Failure::new(Exit::Name, format!("no connector is called {name:?}; there is {known}")))
        }
        several => Err(Failure::new(Exit::Name, format!("{name:?} is ambiguous: {}", titles(several)))),
    }
}

/// A name can be typed, and does not read like a connector of another type.
pub(crate) fn name_check(name: &str) -> Result<(), String> {
    let is_name = !name.is_empty()
        && name.len() <= 100
        && name.trim() == name
        && !name.contains(':')
        && !name.chars().any(char::is_control);
    if is_name { Ok(()) } else { Err(format!("{name:?} is no connector's name: up to 100 characters, no colon")) }
}
