//! The lines of an export. Field names are a promise; a new meaning is a new [`VERSION`].

use rolecall_model::{Fact, Reason, ResourceRef, Term, Value};
use serde::{Deserialize, Serialize};

/// What the header says it is.
pub const FORMAT: &str = "rolecall-export";

/// The version of the format that this build writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "lowercase")]
pub(crate) enum Line {
    Header(ExportHeader),
    Listing(ListingLine),
    Fact(FactLine),
}

/// The first line: what this is, of when, and how many lines follow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportHeader {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// The version of Rolecall that wrote it.
    pub tool: String,
    /// When.
    pub exported_at: String,
    /// The past moment that it is of: what was known then. Absent when it is of what was current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What is in it.
    pub connectors: Vec<ConnectorLine>,
}

/// A connector, in the header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorLine {
    /// How people name it: `npm:acme`.
    pub connector: String,
    /// Its type: `npm`.
    #[serde(rename = "type")]
    pub connector_type: String,
    /// The resource it reads: an organisation.
    pub root: Named,
    /// Where it reads.
    pub source: String,
    /// When a snapshot last became current.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_since: Option<String>,
    /// What its source consists of, where that is not known from its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<serde_json::Value>,
    /// How many of its listings follow.
    pub listings: u64,
    /// How many of its facts follow.
    pub facts: u64,
}

/// A resource: its type and its wire id.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named {
    /// Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Wire id.
    pub id: String,
}

/// A listing: what was read, how completely and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListingLine {
    /// The connector.
    pub connector: String,
    /// The name by which facts refer to it: `roster of organization:acme`.
    pub listing: String,
    /// Its kind: `roster`.
    pub kind: String,
    /// The resource whose listing it is.
    pub subject: Named,
    /// `proven`, `attested`, `unproven`, `partial`, `unavailable`, or `unread` when it never was.
    pub verdict: String,
    /// Why it is neither proven nor attested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When it was last read, however that ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<String>,
    /// When it was last read completely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete_at: Option<String>,
}

/// A fact that a listing states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FactLine {
    /// The connector.
    pub connector: String,
    /// The listing that states it, as its line names it.
    pub listing: String,
    /// What it states.
    #[serde(flatten)]
    pub stated: StatedFact,
    /// When it was first observed; absent when it was there as its listing was first read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Whether its removal waits for a person.
    #[serde(default, skip_serializing_if = "is_false")]
    pub removal_unconfirmed: bool,
    /// Of evidence: whether a right that may explain it has ended since its listing was read.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outdated: bool,
}

/// What a fact states, spelled out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "lowercase")]
pub enum StatedFact {
    /// It exists.
    Resource {
        /// What exists.
        resource: Named,
        /// What it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Named>,
    },
    /// It has a property.
    Property {
        /// Whose property.
        resource: Named,
        /// Its name.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A principal holds an entitlement.
    Grant {
        /// Who.
        principal: Named,
        /// What.
        entitlement: String,
        /// On what.
        resource: Named,
    },
    /// A second source says so. Never itself a grant.
    Evidence {
        /// Who.
        principal: Named,
        /// What.
        entitlement: String,
        /// On what.
        resource: Named,
    },
    /// Another relationship.
    Link {
        /// Start.
        from: Named,
        /// Verb.
        class: String,
        /// End.
        to: Named,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl From<&ResourceRef> for Named {
    fn from(resource: &ResourceRef) -> Self {
        Self { kind: resource.kind.to_string(), id: resource.id.to_string() }
    }
}

impl From<Named> for ResourceRef {
    fn from(named: Named) -> Self {
        Self::new(named.kind, named.id)
    }
}

impl From<&Fact> for StatedFact {
    fn from(fact: &Fact) -> Self {
        match fact {
            Fact::Resource { resource, parent } => {
                Self::Resource { resource: resource.into(), parent: parent.as_ref().map(Named::from) }
            }
            Fact::Property { resource, name, value } => {
                Self::Property { resource: resource.into(), name: name.to_string(), value: value.clone() }
            }
            Fact::Grant { principal, entitlement } => Self::Grant {
                principal: principal.into(),
                entitlement: entitlement.slug.to_string(),
                resource: (&entitlement.resource).into(),
            },
            Fact::Evidence { principal, entitlement } => Self::Evidence {
                principal: principal.into(),
                entitlement: entitlement.slug.to_string(),
                resource: (&entitlement.resource).into(),
            },
            Fact::Link { from, class, to } => Self::Link { from: from.into(), class: class.to_string(), to: to.into() },
        }
    }
}

impl From<StatedFact> for Fact {
    fn from(stated: StatedFact) -> Self {
        match stated {
            StatedFact::Resource { resource, parent } => {
                Self::Resource { resource: resource.into(), parent: parent.map(ResourceRef::from) }
            }
            StatedFact::Property { resource, name, value } => {
                Self::Property { resource: resource.into(), name: name.into(), value }
            }
            StatedFact::Grant { principal, entitlement, resource } => Self::Grant {
                principal: principal.into(),
                entitlement: ResourceRef::from(resource).entitlement(Term::from(entitlement)),
            },
            StatedFact::Evidence { principal, entitlement, resource } => Self::Evidence {
                principal: principal.into(),
                entitlement: ResourceRef::from(resource).entitlement(Term::from(entitlement)),
            },
            StatedFact::Link { from, class, to } => {
                Self::Link { from: from.into(), class: class.into(), to: to.into() }
            }
        }
    }
}
