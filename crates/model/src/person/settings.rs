//! What an organisation says about how its accounts are to be matched.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Confidence, CorrelationRule};
use crate::Term;

/// How accounts are matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CorrelationSettings {
    /// Domains whose addresses the organisation itself gives out. Without any, no address links.
    pub trusted_domains: BTreeSet<String>,
    /// Which attributes of people name accounts.
    pub attributes: Vec<AttributeMapping>,
    /// Rules that are not to be used. Pins cannot be switched off.
    pub rules_off: BTreeSet<CorrelationRule>,
    /// From where a match links by itself, if its rule may.
    pub automatic_from: Confidence,
    /// From where a match is suggested.
    pub suggest_from: Confidence,
    /// At most so many candidates are kept for an account.
    pub candidates: usize,
    /// At most so many people are looked through who share a name, username or address; of a name that more have, those
    /// are found who share another word of it. Time grows with it where many share a name.
    pub crowd: usize,
}

impl Default for CorrelationSettings {
    fn default() -> Self {
        Self {
            trusted_domains: BTreeSet::new(),
            attributes: vec![
                AttributeMapping::new("npmUsername", "npm", AccountField::Username),
                AttributeMapping::new("cloudsmithSlug", "cloudsmith", AccountField::Username),
            ],
            rules_off: BTreeSet::new(),
            automatic_from: Confidence(900),
            suggest_from: Confidence(300),
            candidates: 5,
            crowd: 100,
        }
    }
}

impl CorrelationSettings {
    /// Whether a rule is used.
    pub(super) fn uses(&self, rule: CorrelationRule) -> bool {
        !self.rules_off.contains(&rule)
    }

    /// Whether the organisation gives out the addresses of this one's domain. `address` is normalised.
    pub(super) fn trusts(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.trusted_domains.iter().any(|trusted| trusted.trim().to_lowercase() == domain)
    }
}

/// An attribute of people that names an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeMapping {
    /// The attribute, as the directory spells it.
    pub attribute: String,
    /// Of what connector type the account is.
    pub connector_type: Term,
    /// What of the account the attribute states.
    pub field: AccountField,
    /// Whether people edit the attribute themselves, in which case it is only a suggestion.
    #[serde(default)]
    pub is_editable: bool,
}

impl AttributeMapping {
    /// An attribute that people cannot edit.
    pub fn new(attribute: impl Into<String>, connector_type: impl Into<Term>, field: AccountField) -> Self {
        Self { attribute: attribute.into(), connector_type: connector_type.into(), field, is_editable: false }
    }
}

/// What of an account can be stated elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountField {
    /// Its username.
    Username,
    /// Its id in the source.
    Id,
}
