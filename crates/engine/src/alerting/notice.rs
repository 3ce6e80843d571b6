//! What is kept of something to be told, until it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What an endpoint is given. It is made when there is something to tell and never again, so that a repeat is the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoticeContent {
    /// What receivers sort by: `alert`, `alert.resolved`, `rule.failed`, `endpoint.test`.
    pub kind: String,
    /// It in a line.
    pub subject: String,
    /// It in words.
    pub text: String,
    /// It as programs read it.
    pub event: Json,
    /// What makes it the same matter as another one: one ticket for all of them.
    pub group: String,
    /// Whether the matter is over.
    pub is_resolved: bool,
    /// Whom it is for; those of the endpoint, where nobody is named.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// What else the endpoint is told.
    #[serde(default)]
    pub settings: BTreeMap<String, Json>,
}
