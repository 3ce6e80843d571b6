//! Where rules tell what they find: mail servers, chats, webhooks, ticket systems, files and logs.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_notify::{EndpointKind, EndpointSettings, SettingProblem};
use rolecall_store::{Decision, Endpoint, NewDelivery, Store, StoreError, Vault};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::NoticeContent;
use crate::moment::moment_text;

/// An endpoint, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointRow {
    /// The id for the outside world.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What kind it is: `email`.
    pub kind: String,
    /// Where it leads, without what may be a secret.
    pub leads_to: String,
    /// How it is reached, setting by setting; its secret is never shown.
    pub settings: BTreeMap<String, String>,
    /// Whether it has a secret.
    pub has_secret: bool,
    /// Since when nothing could be told there.
    pub failing_since: Option<String>,
    /// Since when it is not tried any more, and why.
    pub disabled: Option<(String, String)>,
    /// When it was changed last.
    pub updated_at: String,
}

/// What somebody wants of an endpoint.
#[derive(Clone, Debug)]
pub struct EndpointWish {
    /// What it is to be called.
    pub name: String,
    /// What kind it is.
    pub kind: String,
    /// Its settings, as they were typed.
    pub settings: BTreeMap<String, String>,
    /// Its secret; the one that it has, where none is given.
    pub secret: Option<SecretString>,
    /// Whether it may write to files and sockets of this machine, which is for whoever has a terminal here.
    pub may_be_local: bool,
}

/// Why an endpoint cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Its settings, or its secret, are not as its kind has them.
    #[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Problems {
        /// All that is wrong.
        problems: Vec<SettingProblem>,
    },
    /// It is called like nothing that can be typed.
    #[error("an endpoint's name has 1 to 60 letters, digits, `-`, `_`, `.`, `:` or spaces; {0:?} is none")]
    Name(String),
    /// It would write on this machine.
    #[error("endpoints of kind {0} write on the hub's machine and are added at its terminal: rolecall endpoints add")]
    Local(String),
    /// No endpoint has this name.
    #[error("no endpoint is called {0:?}")]
    Unknown(String),
    /// A secret could not be made.
    #[error("no secret could be made: {0}")]
    Random(#[from] std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Every endpoint, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn endpoint_list(store: &Store) -> Result<Vec<EndpointRow>, StoreError> {
    Ok(store.endpoint_list().await?.into_iter().map(endpoint_row).collect())
}

/// Adds an endpoint, or changes the one with its name. The secret that was made for it, where its kind has one that is made
/// here, is returned: it is shown once.
///
/// # Errors
/// [`EndpointError`]; nothing is kept then.
pub async fn endpoint_put(
    vault: &Vault,
    store: &Store,
    wish: EndpointWish,
    decision: &Decision,
    now: Timestamp,
) -> Result<(EndpointRow, Option<SecretString>), EndpointError> {
    let EndpointWish { name, kind, settings, secret, may_be_local } = wish;
    let given = secret.as_ref().filter(|secret| !secret.expose_secret().trim().is_empty());
    let (name, settings) = match (name_read(&name), EndpointSettings::read(&kind, &settings)) {
        (Ok(name), Ok(settings)) => (name, settings),
        (Err(wrong), Ok(_)) => return Err(wrong),
        (name, Err(problems)) => {
            return Err(EndpointError::Problems { problems: all(name.err(), problems, &kind, given) });
        }
    };
    let known = store.endpoint_list().await?.into_iter().find(|endpoint| endpoint.name == name);
    let kind = settings.kind();
    if is_local(kind) && !may_be_local {
        return Err(EndpointError::Local(kind.word().to_owned()));
    }
    let is_kept = given.is_none() && known.as_ref().is_some_and(|known| known.has_secret);
    let made = if given.is_none() && !is_kept { kind.generate_secret()? } else { None };
    let secret = given.or(made.as_ref());
    if !is_kept {
        settings.check_secret(secret).map_err(|problem| EndpointError::Problems { problems: vec![problem] })?;
    }
    let json = serde_json::to_value(&settings).unwrap_or_default();
    let endpoint = match secret {
        Some(secret) => vault.endpoint_put_sealing((&name, kind.word(), &json), secret, decision, now).await?,
        None => store.endpoint_put((&name, kind.word(), &json), decision, now).await?,
    };
    Ok((endpoint_row(endpoint), made))
}

/// What is wrong with the settings, with what is wrong with the name and with a secret that is given.
fn all(
    name: Option<EndpointError>,
    mut problems: Vec<SettingProblem>,
    kind: &str,
    given: Option<&SecretString>,
) -> Vec<SettingProblem> {
    let name = name.map(|wrong| SettingProblem { field: "name".to_owned(), reason: wrong.to_string() });
    let secret = EndpointKind::read(kind).and_then(|kind| kind.check_secret(Some(given?)).err());
    problems.splice(0..0, name);
    problems.extend(secret);
    problems
}

/// Whether a kind writes on this machine.
const fn is_local(kind: EndpointKind) -> bool {
    matches!(kind, EndpointKind::File | EndpointKind::Syslog)
}

/// Asks for something to be told there, so that somebody sees whether it arrives.
///
/// # Errors
/// When there is none of this name, or the database cannot be written.
pub async fn endpoint_try(store: &Store, name: &str, actor: &str, now: Timestamp) -> Result<Uuid, EndpointError> {
    let endpoint = endpoint_named(store, name).await?;
    let subject = "Rolecall can reach you here".to_owned();
    let content = NoticeContent {
        kind: "endpoint.test".to_owned(),
        text: format!("{actor} tried the endpoint {name:?}. Alerts of rules that tell here will arrive like this one."),
        event: json!({ "type": "endpoint.test", "timestamp": moment_text(now), "data": { "endpoint": name } }),
        group: format!("test of {}", endpoint.uuid),
        subject: subject.clone(),
        ..NoticeContent::default()
    };
    let notice = serde_json::to_value(content).unwrap_or_default();
    Ok(store.delivery_add(&NewDelivery { endpoint: endpoint.id, notice, subject }, now).await?)
}

fn name_read(name: &str) -> Result<String, EndpointError> {
    const LONGEST: usize = 60;
    let name = name.trim();
    let is_fit = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | ':' | ' ');
    let count = name.chars().count();
    let is_name = (1..=LONGEST).contains(&count) && name.chars().all(is_fit);
    if is_name { Ok(name.to_owned()) } else { Err(EndpointError::Name(name.to_owned())) }
}

/// An endpoint by its id, and its form as it was filled in, in which whole addresses are; nothing where there is none.
///
/// # Errors
/// When the database cannot be read.
pub async fn endpoint_show(
    store: &Store,
    id: Uuid,
) -> Result<Option<(EndpointRow, BTreeMap<String, String>)>, StoreError> {
    let known = store.endpoint_list().await?.into_iter().find(|endpoint| endpoint.uuid == id);
    let values = |endpoint: &Endpoint| settings_of(endpoint).map(|settings| settings.values()).unwrap_or_default();
    Ok(known.map(|endpoint| (endpoint_row(endpoint.clone()), values(&endpoint))))
}

/// Stops telling anything at an endpoint, or begins again; whether it was otherwise.
///
/// # Errors
/// When there is none of this name, or the database cannot be written.
pub async fn endpoint_enable(
    store: &Store,
    name: &str,
    is_enabled: bool,
    decision: &Decision,
    now: Timestamp,
) -> Result<bool, EndpointError> {
    endpoint_named(store, name).await?;
    Ok(store.endpoint_enable(name, is_enabled, decision, now).await?)
}

/// Removes an endpoint and its secret. What waits to be told there is not told.
///
/// # Errors
/// When there is none of this name, or the database cannot be written.
pub async fn endpoint_remove(
    store: &Store,
    name: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), EndpointError> {
    let is_removed = store.endpoint_remove(name, decision, now).await?;
    if is_removed { Ok(()) } else { Err(EndpointError::Unknown(name.to_owned())) }
}

pub(super) async fn endpoint_named(store: &Store, name: &str) -> Result<Endpoint, EndpointError> {
    let known = store.endpoint_list().await?.into_iter().find(|endpoint| endpoint.name == name);
    known.ok_or_else(|| EndpointError::Unknown(name.to_owned()))
}

/// Its settings; nothing where a newer program wrote them.
fn settings_of(endpoint: &Endpoint) -> Option<EndpointSettings> {
    serde_json::from_value(endpoint.settings.clone()).ok()
}

fn endpoint_row(endpoint: Endpoint) -> EndpointRow {
    let settings = endpoint.settings.as_object().into_iter().flatten().filter(|(name, _)| *name != "kind");
    let text = |value: &serde_json::Value| super::row::text_of(value);
    EndpointRow {
        settings: settings
            .map(|(name, value)| (name.clone(), text(value)))
            .filter(|(_, text)| !text.is_empty())
            .collect(),
        id: endpoint.uuid.to_string(),
        leads_to: settings_of(&endpoint).map(|settings| settings.to_string()).unwrap_or_default(),
        name: endpoint.name,
        kind: endpoint.kind,
        has_secret: endpoint.has_secret,
        failing_since: endpoint.failing_since.map(moment_text),
        disabled: endpoint.disabled.map(|(at, why)| (moment_text(at), why)),
        updated_at: moment_text(endpoint.updated_at),
    }
}
