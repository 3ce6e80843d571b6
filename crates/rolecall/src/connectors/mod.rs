//! Configured connectors: what a person says of one, and the connector that is built from it.
//!
//! A connector type has one module here, which says what can be set on it, what it adds to the command line, and how it
//! is built. Everything else (commands, file, plan, description) asks [`Kind`] and knows no type.

pub(crate) mod catalog;
pub(crate) mod check;
mod cloudsmith;
pub(crate) mod describe;
pub(crate) mod difference;
pub(crate) mod expiry;
pub(crate) mod file;
pub(crate) mod flags;
pub(crate) mod form;
mod npm;
pub(crate) mod plan;
pub(crate) mod reach;
pub(crate) mod removals;
pub(crate) mod sealed;
pub(crate) mod settings;

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use rolecall_connect::{ConnectorType, Examine, FoundToken, Person, TokenDeclaration, TokenPlace, is_brought};
use rolecall_engine::connector_title;
use rolecall_http::{Credential, Observer};
use rolecall_store::{Connector as ConnectorRecord, ConnectorId, NewConnector, Store};

use url::Url;

use crate::exit::{Exit, Failure};
use catalog::CardWords;
use form::{Form, Purpose};
use reach::{ClientNetwork, Reach};
use settings::{COMMON, CRON, EVERY, Setting, Settings};

/// What this program knows of a connector type beside what the type declares.
#[async_trait]
pub(crate) trait Kind: Sync {
    /// What it declares.
    fn connector_type(&self) -> &'static ConnectorType;

    /// What can be set on it beside [`COMMON`].
    fn own_settings(&self) -> &'static [&'static Setting];

    /// What the file and the command line call the resource that a connector is configured for: `org`.
    fn root_key(&self) -> &'static str;

    /// What the file and the command line call the address it is read from: `registry`.
    fn base_key(&self) -> &'static str;

    /// The wire id of the root, from what a person typed.
    fn root(&self, text: &str) -> Result<String, Failure>;

    /// The address it is read from, from what a person typed, or the type's own.
    fn base(&self, text: Option<&str>) -> Result<String, Failure>;

    /// Its own part of a command of this purpose.
    fn form(&self, purpose: Purpose) -> Form;

    /// What its registry's own client has set up on this machine for reaching the network.
    fn client_network(&self) -> ClientNetwork {
        ClientNetwork::default()
    }

    /// What is known of the tokens that a connector configured like this is read with.
    fn tokens(&self, _config: &NewConnector) -> &'static TokenDeclaration {
        self.connector_type().tokens
    }

    /// Looks for the token.
    fn token(&self, config: &NewConnector, place: &TokenPlace) -> Result<FoundToken, Failure>;

    /// The credential that requests are sent with: the token itself, unless the type exchanges it for one.
    async fn credential(
        &self,
        _config: &NewConnector,
        found: FoundToken,
        _reach: &Reach,
    ) -> Result<Credential, Failure> {
        Ok(found.credential)
    }

    /// What it says of itself to whoever connects it on a page.
    fn words(&self) -> &'static CardWords;

    /// Builds the connector. Nothing is sent.
    fn connector(&self, config: &NewConnector, reach: Reach) -> Result<Box<dyn Examine>, Failure>;
}

/// A connector that is ready to be read.
pub(crate) struct Built {
    pub(crate) connector: Box<dyn Examine>,
    /// Which token was found, and where: `token …7890 from file /run/secrets/npm`.
    pub(crate) token: String,
}

/// Every connector type that can be configured.
pub(crate) static KINDS: &[&dyn Kind] = &[&npm::Npm, &cloudsmith::Cloudsmith];

/// What is known of the connector type `name`.
pub(crate) fn kind(name: &str) -> Result<&'static dyn Kind, Failure> {
    KINDS.iter().copied().find(|kind| kind.name() == name).ok_or_else(|| {
        if is_brought(name) {
            return Failure::new(
                Exit::Usage,
                format!("what a {name} directory lists is brought, and read from nowhere"),
            )
            .hint("bring a roster with: rolecall people import FILE");
        }
        Failure::new(Exit::Name, format!("there is no connector type {name:?}; there is {}", kind_names()))
    })
}

/// The names of all of them, in words.
pub(crate) fn kind_names() -> String {
    KINDS.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}

/// The environment variables among the usual places of tokens.
pub(crate) fn token_variables() -> String {
    KINDS.iter().map(|kind| kind.connector_type().tokens.variable).collect::<Vec<_>>().join(" or ")
}

impl dyn Kind + '_ {
    /// Its name: `npm`.
    pub(crate) fn name(&self) -> &'static str {
        self.connector_type().declaration.name
    }

    /// The name people read.
    pub(crate) fn title(&self) -> &'static str {
        self.connector_type().declaration.title
    }

    /// Everything that can be set on it.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'static Setting> {
        COMMON.iter().chain(self.own_settings()).copied()
    }

    /// Checks what can be checked without the token and without the network.
    pub(crate) fn check(&self, config: &NewConnector) -> Result<(), Failure> {
        let settings = settings_of(config);
        removals::check(self.connector_type().declaration, &settings)?;
        if settings.get(&EVERY).is_some() && settings.get(&CRON).is_some() {
            return Err(Failure::new(Exit::Usage, "every and cron exclude each other").hint("unset one of them"));
        }
        let credential = Some(Credential::bearer("not looked for yet".to_owned()));
        let reach = Reach { credential, ..Reach::of(self, config)? };
        self.connector(config, reach).map(drop)
    }

    /// Finds the token, which may be sealed in this database.
    pub(crate) async fn token_find(
        &self,
        config: &NewConnector,
        place: &TokenPlace,
        store: Option<&Store>,
    ) -> Result<FoundToken, Failure> {
        match (place, store) {
            (TokenPlace::Sealed, Some(store)) => sealed::token_open(self, config, store).await,
            _ => self.token(config, place).map_err(|failure| of_this_machine(failure, config)),
        }
    }

    /// Builds the connector with this token. It may ask `person` where the registry wants one.
    pub(crate) async fn build(
        &self,
        config: &NewConnector,
        found: FoundToken,
        person: Option<Arc<dyn Person>>,
    ) -> Result<Built, Failure> {
        self.build_watched(config, found, person, None).await
    }

    /// The same, and `observer` is told of every answer.
    async fn build_watched(
        &self,
        config: &NewConnector,
        found: FoundToken,
        person: Option<Arc<dyn Person>>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Built, Failure> {
        let token = token_text(&found);
        let reach = Reach { person, observer, ..Reach::of(self, config)? };
        let credential = Some(self.credential(config, found, &reach).await?);
        let connector = self.connector(config, Reach { credential, ..reach })?;
        Ok(Built { connector, token: format!("token {token}") })
    }
}

/// The same, where the address is this machine's own: then it is seldom a token that is missing.
fn of_this_machine(failure: Failure, config: &NewConnector) -> Failure {
    let host = Url::parse(&config.base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let is_own = host.is_some_and(|host| {
        let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    });
    match &failure.hint {
        Some(hint) if is_own => {
            let hint = format!("{SIMULATED}; otherwise {hint}");
            failure.hint(hint)
        }
        _ => failure,
    }
}

const SIMULATED: &str = "if this is what rolecall demo kept: its registries were simulated on this machine and ended with \
    it, so that what was read can be asked, and not be read again";

/// Which token was found, and where: `…7890 from file /run/secrets/npm`.
pub(crate) fn token_text(found: &FoundToken) -> String {
    let tail = found.credential.masked_tail();
    // Of a short token nothing can be shown, and a lone ellipsis reads like a word that is missing.
    let shown = if tail == "…" { "(too short to show its end)".to_owned() } else { tail };
    format!("{shown} from {}", found.source)
}

/// Connectors of one run that would all take the token which one environment variable holds to different hosts. A
/// token belongs to one host (*Architecture Invariant* 6), and nothing says to which of them.
pub(crate) fn token_contested(records: &[ConnectorRecord]) -> Vec<(ConnectorId, Failure)> {
    let usual: Vec<(&ConnectorRecord, &'static str)> = records
        .iter()
        .filter(|record| record.paused_at.is_none() && record.config.secret_source.is_none())
        .filter_map(|record| Some((record, kind(&record.config.connector_type).ok()?.tokens(&record.config).variable)))
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
pub(crate) async fn connector_build(config: &NewConnector, store: &Store) -> Result<Built, Failure> {
    connector_build_watched(config, store, None).await
}

/// The same, and `observer` is told of every answer.
pub(crate) async fn connector_build_watched(
    config: &NewConnector,
    store: &Store,
    observer: Option<Arc<dyn Observer>>,
) -> Result<Built, Failure> {
    let kind = kind(&config.connector_type)?;
    let found = kind.token_find(config, &place_of(config)?, Some(store)).await?;
    kind.build_watched(config, found, None, observer).await
}

/// What to do about a connector that a runner reads.
pub(crate) const AT_ITS_RUNNER: &str = "have it read with Sync now on its page of the hub; its runner does the rest";

/// Where a connector's token is found.
pub(crate) fn place_of(config: &NewConnector) -> Result<TokenPlace, Failure> {
    if config.is_by_runner() {
        let why =
            format!("the token of {}:{} is with its runner, and nowhere else", config.connector_type, config.name);
        return Err(Failure::new(Exit::Credential, why).hint(AT_ITS_RUNNER));
    }
    let tokens = kind(&config.connector_type)?.tokens(config);
    TokenPlace::stored(tokens, config.secret_source.as_deref()).map_err(|why| {
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
            .hint(format!("add one with: {}", rolecall_engine::first_steps("connectors add")))),
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
