//! What the tests of endpoints share.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_notify::{DeliveryError, EndpointSettings, Notice, Reach, Receipt, SettingProblem, deliver};
use secrecy::SecretString;
use serde_json::{Value, json};

/// In every secret of these tests, and nowhere else.
pub(crate) const CANARY: &str = "canary0123456789canary";

/// The moment of every attempt.
pub(crate) const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

pub(crate) fn read(kind: &str, settings: &[(&str, &str)]) -> Result<EndpointSettings, Vec<SettingProblem>> {
    let settings = settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    EndpointSettings::read(kind, &settings.collect())
}

pub(crate) fn endpoint(kind: &str, settings: &[(&str, &str)]) -> EndpointSettings {
    read(kind, settings).unwrap()
}

pub(crate) fn notice(id: &str) -> Notice {
    Notice {
        id: id.to_owned(),
        kind: "alert".to_owned(),
        at: Timestamp(1_699_999_000_000_000),
        subject: "New owner of acme".to_owned(),
        text: "eve became an owner of acme.\nSee https://hub.test/alerts/1".to_owned(),
        json: json!({"id": id, "type": "alert"}).to_string(),
        group: "rule-1".to_owned(),
        is_resolved: false,
        recipients: Vec::new(),
        settings: BTreeMap::new(),
    }
}

/// That it is over, where the action wants tickets closed.
pub(crate) fn resolved(id: &str) -> Notice {
    with(Notice { is_resolved: true, subject: "Over: new owner of acme".to_owned(), ..notice(id) }, "autoResolve", true)
}

pub(crate) fn with(mut notice: Notice, name: &str, value: impl Into<Value>) -> Notice {
    notice.settings.insert(name.to_owned(), value.into());
    notice
}

/// An attempt inside one's own network.
pub(crate) async fn tell(endpoint: &EndpointSettings, secret: &str, notice: &Notice) -> Result<Receipt, DeliveryError> {
    attempt(endpoint, secret, notice, Reach::Internal).await
}

/// An attempt; an empty secret is none.
pub(crate) async fn attempt(
    endpoint: &EndpointSettings,
    secret: &str,
    notice: &Notice,
    reach: Reach,
) -> Result<Receipt, DeliveryError> {
    let secret = (!secret.is_empty()).then(|| SecretString::from(secret));
    movable(deliver(endpoint, secret.as_ref(), notice, reach, NOW)).await
}

/// Workers run attempts on any thread.
const fn movable<F: Send>(future: F) -> F {
    future
}

/// Every text that an error has.
pub(crate) fn texts(error: &DeliveryError) -> String {
    let sources = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let sources: Vec<String> = sources.map(|source| format!("{source} {source:?} {source:#?}")).collect();
    format!("{} {:?} {:?}", sources.join(" "), error.hint(), error.said())
}
