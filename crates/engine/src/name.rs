//! From what a person typed to the resource they mean.

use std::fmt::Write as _;

use rolecall_graph::NodeId;
use rolecall_model::{Trait, TypeDeclaration};
use serde::{Deserialize, Serialize};

use crate::world::{ConnectorView, WorldView};

/// Something a name could mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The connector instance, `npm:acme`.
    pub connector: String,
    /// Resource type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Wire id.
    pub id: String,
}

/// Why a name means nothing, or too much.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// Nothing is called that.
    #[error("{what} {name:?} is not recorded")]
    Unknown {
        /// What was looked for: `account`, `package`, …
        what: String,
        /// What was typed.
        name: String,
        /// Similar names.
        similar: Vec<Candidate>,
        /// Whether anything is recorded at all.
        is_empty: bool,
    },
    /// Several things are.
    #[error("{name:?} is ambiguous: {}", listed(.candidates))]
    Ambiguous {
        /// What was typed.
        name: String,
        /// What it could mean.
        candidates: Vec<Candidate>,
    },
    /// The resource's type knows no such action.
    #[error("{action:?} is no action on a {kind}; there is {}", .known.join(", "))]
    Action {
        /// What was typed.
        action: String,
        /// The type of the resource.
        kind: String,
        /// The actions there are.
        known: Vec<String>,
    },
    /// No connector is called that.
    #[error("no connector is called {name:?}; there is {}", .known.join(", "))]
    Connector {
        /// What was typed.
        name: String,
        /// The connectors there are.
        known: Vec<String>,
    },
    /// No rule is called that.
    #[error("no rule is called {name:?}; there is {}", .known.join(", "))]
    Rule {
        /// What was typed.
        name: String,
        /// The rules there are.
        known: Vec<String>,
    },
}

/// How a command that takes a connector type begins, for each type that this build knows: `rolecall sync npm --org NAME`.
#[must_use]
pub fn first_steps(command: &str) -> String {
    let each = rolecall_connect::TYPES.iter().map(|known| known.declaration.name);
    let steps: Vec<String> = each.map(|name| format!("rolecall {command} {name} --org NAME")).collect();
    steps.join(", or: ")
}

impl NameError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { is_empty: true, .. } => {
                Some(format!("nothing was read yet; start with: {}", first_steps("sync")))
            }
            Self::Unknown { similar, .. } if !similar.is_empty() => Some(format!("did you mean {}?", listed(similar))),
            Self::Unknown { what, .. } => Some(format!("see what there is with: {}", lists_of(what))),
            Self::Ambiguous { .. } => Some("choose one with --connector NAME".to_owned()),
            Self::Rule { .. } => Some("see what each rule means with: rolecall check --list".to_owned()),
            Self::Action { .. } | Self::Connector { .. } => None,
        }
    }
}

/// The lists that a name would be in. What is asked about is a thing that something can be done to, or whoever does it.
fn lists_of(what: &str) -> String {
    let types = rolecall_connect::TYPES.iter().flat_map(|known| known.declaration.types);
    let is_in = |declared: &&TypeDeclaration| match what {
        "account" => declared.trait_ == Some(Trait::User),
        "resource" => !declared.actions.is_empty(),
        "group" => declared.trait_ == Some(Trait::Group) && !declared.entitlements.is_empty(),
        name => declared.name == name,
    };
    let mut lists: Vec<String> = Vec::new();
    for declared in types.filter(is_in) {
        let list = format!("rolecall list {}", declared.plural);
        if !lists.contains(&list) {
            lists.push(list);
        }
    }
    lists.push("another of: rolecall list --help".to_owned());
    lists.join(", or ")
}

fn listed(candidates: &[Candidate]) -> String {
    let mut text = String::new();
    for (index, candidate) in candidates.iter().take(8).enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}{} ({} of {})", candidate.id, candidate.kind, candidate.connector);
    }
    if candidates.len() > 8 {
        let _ = write!(text, " and {} more", candidates.len() - 8);
    }
    text
}

/// The name without its connector, in each way in which it can be read.
pub(crate) fn ids_meant<'n>(connector: &ConnectorView, name: &'n str) -> Vec<&'n str> {
    let title = connector.title();
    let prefixes = [title.as_str(), connector.declaration.name];
    prefixes.iter().filter_map(|prefix| name.strip_prefix(prefix)?.strip_prefix(':')).chain([name]).collect()
}

impl WorldView {
    /// The resource called `name` among those that `fits` accepts; source-wide twins count as one. A name may be
    /// prefixed with a connector type or a connector: `npm:alice`, `npm:acme:alice`.
    ///
    /// # Errors
    /// When nothing or more than one thing is called that.
    pub(crate) fn resolve(&self, what: &str, name: &str, fits: impl Fn(NodeId) -> bool) -> Result<NodeId, NameError> {
        let mut found: Vec<NodeId> = Vec::new();
        for node in self.named(name).into_iter().filter(|node| fits(*node)) {
            let node = self.world.representative(node);
            if !found.contains(&node) {
                found.push(node);
            }
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.unknown(what, name, fits)),
            several => Err(NameError::Ambiguous {
                name: name.to_owned(),
                candidates: several.iter().map(|node| self.candidate(*node)).collect(),
            }),
        }
    }

    /// That nothing is called `name`, with what is called nearly so.
    pub(crate) fn unknown(&self, what: &str, name: &str, fits: impl Fn(NodeId) -> bool) -> NameError {
        NameError::Unknown {
            what: what.to_owned(),
            name: name.to_owned(),
            similar: self.similar(name, fits),
            is_empty: self.connectors.is_empty(),
        }
    }

    /// Every resource that `name` spells exactly, with or without a connector's prefix.
    pub(crate) fn named(&self, name: &str) -> Vec<NodeId> {
        let mut found = Vec::new();
        for (index, connector) in self.connectors.iter().enumerate() {
            let segment = u32::try_from(index).unwrap_or(u32::MAX);
            for id in ids_meant(connector, name) {
                for declared in connector.declaration.types {
                    found.extend(self.world.resource(segment, declared.name, id));
                }
            }
        }
        found
    }

    /// Names that differ in case only, or contain what was typed.
    fn similar(&self, name: &str, fits: impl Fn(NodeId) -> bool) -> Vec<Candidate> {
        let wanted = name.rsplit_once(':').map_or(name, |(_, rest)| rest).to_lowercase();
        if wanted.is_empty() {
            return Vec::new();
        }
        let segments = 0..u32::try_from(self.connectors.len()).unwrap_or(0);
        let mut similar: Vec<Candidate> = segments
            .flat_map(|segment| self.world.nodes(segment))
            .filter(|node| fits(*node) && self.world.id(*node).to_lowercase().contains(&wanted))
            .map(|node| self.candidate(node))
            .collect();
        similar.sort_by_key(|candidate| (candidate.id.len(), candidate.id.clone()));
        similar.truncate(5);
        similar
    }

    /// The node of something that an answer names.
    pub(crate) fn node_of(&self, candidate: &Candidate) -> Option<NodeId> {
        let place = self.connectors.iter().position(|connector| connector.title() == candidate.connector)?;
        self.world.resource(u32::try_from(place).ok()?, &candidate.kind, &candidate.id)
    }

    pub(crate) fn candidate(&self, node: NodeId) -> Candidate {
        Candidate {
            connector: self.title(node),
            kind: self.world.kind(node).to_owned(),
            id: self.world.id(node).to_owned(),
        }
    }
}
