//! What correlation sees of an account.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{PersonKey, Subject};
use crate::{ResourceRef, Term};

/// An account, among those of all connectors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountKey {
    /// The connector's title.
    pub connector: Arc<str>,
    /// The account there.
    pub resource: ResourceRef,
}

impl AccountKey {
    /// The account `resource` of the connector with this title.
    pub fn new(connector: impl Into<Arc<str>>, resource: ResourceRef) -> Self {
        Self { connector: connector.into(), resource }
    }
}

impl AccountKey {
    /// The account as people name it: `npm:acme:ada`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.connector, self.resource.id)
    }
}

/// `acme-npm user:ada`
impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.connector, self.resource)
    }
}

/// Everything about an account that may tell whose it is.
///
/// An account that one source shows in two organisations is two of these, with the same username; whoever tells that
/// they are the same gives both the same pin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountFacts {
    /// Which account.
    pub key: AccountKey,
    /// The connector's type, for example `npm`.
    pub connector_type: Term,
    /// The name it signs in with, or is known by in its source.
    pub username: Option<String>,
    /// The name it shows.
    pub display_name: Option<String>,
    /// Its addresses.
    pub addresses: Vec<AccountAddress>,
    /// As whom an identity provider signs it in.
    pub subject: Option<Subject>,
    /// Who was said to be behind it.
    pub told: Vec<Told>,
    /// Whether the source marks it as a service or a bot.
    pub is_service: bool,
}

impl AccountFacts {
    /// An account of which nothing is known but that it is there.
    #[must_use]
    pub fn new(key: AccountKey, connector_type: impl Into<Term>) -> Self {
        Self {
            key,
            connector_type: connector_type.into(),
            username: None,
            display_name: None,
            addresses: Vec::new(),
            subject: None,
            told: Vec::new(),
            is_service: false,
        }
    }
}

/// An address of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccountAddress {
    /// As the source spells it.
    pub address: String,
    /// How far it can be trusted.
    pub trust: Trust,
}

/// How far an account's address can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Provisioned by an identity provider or SCIM, or what the account signs in with where the source verifies that.
    Verified,
    /// The account's owner wrote it there.
    SelfSet,
    /// Anybody can write it there, such as the address of a package's maintainer.
    Public,
}

/// Somebody said who is behind an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Told {
    /// Who that is.
    pub person: PersonKey,
    /// How it was said.
    pub by: ToldBy,
}

/// How it was said who is behind an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToldBy {
    /// By the person, who signed in here and proved control of the account.
    SelfClaim,
    /// By a list of accounts and people that the organisation gave.
    List,
}
