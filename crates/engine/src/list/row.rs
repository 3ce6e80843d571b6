//! The rows of lists, as they are printed and documented.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

/// The place of a resource in the graph view (`reference/jupiterone.md` §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntityKeys {
    /// `_type`.
    #[serde(rename = "_type")]
    pub type_: String,
    /// `_class`.
    #[serde(rename = "_class")]
    pub class: Vec<String>,
    /// `_key`.
    #[serde(rename = "_key")]
    pub key: String,
}

/// A row of `list users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The account.
    pub account: String,
    /// Its role in the organisation; empty for an outsider.
    pub roles: Vec<String>,
    /// Teams it is a member of.
    pub teams: usize,
    /// Packages it can publish.
    pub publishes: usize,
    /// When it last published any of the organisation's packages, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_published: Option<String>,
    /// Whether it is suspended; absent where the source does not say so of accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<bool>,
    /// Whether it is a new account with a name that was used before; absent where it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub name_used_before: bool,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A row of `list teams`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The team.
    pub team: String,
    /// How many members it has.
    pub members: usize,
    /// Packages it can publish.
    pub writes: usize,
    /// Packages it can only read.
    pub reads: usize,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A row of `list packages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The package.
    pub package: String,
    /// Accounts that can publish it.
    pub publishers: usize,
    /// `true`, `false`, or absent when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// The latest version, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When it was last published, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_published: Option<String>,
    /// The source repository it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

/// A row of `list grants`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantRow {
    /// The connector.
    pub connector: String,
    /// Who holds it, `user:alice` or `team:acme/developers`.
    pub principal: String,
    /// What is held, as baton spells it.
    pub entitlement: String,
    /// `observed`, `rule` or `setting` for what the registry's rules give, or `path-unknown` for a right that only a second
    /// source states.
    pub origin: &'static str,
    /// When it was first observed.
    pub since: String,
    /// Whether it may be older: it was there when it was first read.
    pub or_earlier: bool,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
    /// The relationship of the graph view it becomes, such as `npm_team_has_user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relationship: Option<&'static str>,
}

/// A row of `list tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// The token's key, which is no secret.
    pub token: String,
    /// What it belongs to, where that is not the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The name its owner gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The account it belongs to, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Whether it can only read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readonly: Option<bool>,
    /// Whether it bypasses two-factor authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bypass2fa: Option<bool>,
    /// Whether it is switched on; absent where the source does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<String>,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// A row of a list of any other type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRow {
    /// Its place in the graph view.
    #[serde(flatten)]
    pub entity: EntityKeys,
    /// The connector.
    pub connector: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its wire id.
    pub id: String,
    /// Accounts that can write it, where that can be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writers: Option<usize>,
    /// What it is linked with, either way: `TRUSTS service:ci`, `service:ci TRUSTS`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// What is recorded of it.
    pub properties: BTreeMap<String, Json>,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}
