//! How a connector is shown.

use rolecall_connect::is_brought;
use rolecall_engine::status::ConnectorState;
use rolecall_engine::{connector_title, day_text, moment_text, status};
use rolecall_store::{Connector, SEALED, Store};
use serde::Serialize;
use serde_json::Value as Json;

use crate::connectors::settings::TOKEN_EXPIRES;
use crate::connectors::{expiry, place_of, removals, settings_of};
use crate::exit::Failure;
use crate::output::Row;

/// One connector, as it is configured and as it fares.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConnectorView {
    /// `npm:acme`.
    pub(super) connector: String,
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) owners: Vec<String>,
    /// The wire id of what it reads.
    pub(super) root: String,
    /// Where it reads.
    pub(super) source: String,
    /// Where its token is found, in words.
    pub(super) token: String,
    /// The same as `connectors.toml` would say it: `env:NAME`, `file:/path`, `npmrc`, `sealed`; absent for the usual places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token_source: Option<String>,
    /// Since when it is sealed. It is never shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token_sealed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token_expires: Option<String>,
    pub(super) settings: Json,
    /// How many removals pass without a person's word, of all listings and of kinds that have a policy of their own.
    pub(super) removals: Json,
    /// What its credential could see when it was last read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sees: Option<String>,
    /// Whether that is less than what its facts were read with, so that whatever disappears waits.
    pub(super) sees_less: bool,
    #[serde(flatten)]
    pub(super) state: ConnectorState,
    pub(super) created_at: String,
}

impl ConnectorView {
    /// Looks at one connector, without loading what is recorded of it.
    pub(super) async fn load(store: &Store, record: &Connector) -> Result<Self, Failure> {
        let config = &record.config;
        let settings = settings_of(config);
        let sight = store.fingerprints(record.id).await?.latest;
        let is_sealed = config.secret_source.as_deref() == Some(SEALED);
        let sealed = if is_sealed { store.connector_secret(record.id).await? } else { None };
        Ok(Self {
            connector: connector_title(record),
            id: record.uuid.to_string(),
            kind: config.connector_type.clone(),
            name: config.name.clone(),
            description: config.description.clone(),
            owners: config.owners.clone(),
            root: config.root.clone(),
            source: config.base_url.clone(),
            token: match &sealed {
                Some(sealed) => format!("sealed, since {}", moment_text(sealed.created_at)),
                None if is_sealed => "to be sealed in the database, and none is".to_owned(),
                None if config.is_by_runner() => "with its runner".to_owned(),
                None if is_brought(&config.connector_type) => "none".to_owned(),
                None => place_of(config).map_or_else(|failure| failure.message, |place| place.to_string()),
            },
            token_source: config.secret_source.clone(),
            token_sealed_at: sealed.map(|sealed| moment_text(sealed.created_at)),
            token_expires: settings.text(&TOKEN_EXPIRES).map(str::to_owned),
            settings: settings.to_json(),
            removals: removals::to_json(&removals::policies(&settings)),
            sees: sight.as_ref().map(|sight| sight.seen.sentence()),
            sees_less: sight.is_some_and(|sight| !sight.is_reference),
            state: status::connector_state(store, record).await?,
            created_at: moment_text(record.created_at),
        })
    }

    /// When its token expires, with how soon that is.
    pub(super) fn expires(&self) -> String {
        let date = self.token_expires.as_deref().and_then(|date| date.parse().ok());
        date.map(|date| expiry::cell(date, expiry::today())).unwrap_or_default()
    }
}

impl Row for ConnectorView {
    const COLUMNS: &'static [&'static str] =
        &["connector", "state", "last sync", "reads", "source", "token", "token expires", "owners", "description"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.connector.clone(),
            self.state.state.to_owned(),
            self.state.last_sync.as_deref().map(day_text).unwrap_or_default(),
            self.root.clone(),
            self.source.clone(),
            self.token.clone(),
            self.expires(),
            self.owners.join(", "),
            self.description.clone(),
        ]
    }
}
