//! From what a file declares and what is configured to the changes between them.

use rolecall_engine::connector_title;
use rolecall_store::{Connector, ConnectorChange, NewConnector};
use serde::Serialize;

use super::difference::{Difference, differences};
use super::file::{Declared, Problem};
use super::kind;

/// What happens to one connector.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    /// `npm:acme`.
    pub(crate) connector: String,
    pub(crate) action: Action,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<Difference>,
    #[serde(skip)]
    pub(crate) change: Option<ConnectorChange>,
}

/// Kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    /// It is configured for the first time.
    Create,
    /// It was removed, is configured again, and continues with its history.
    Restore,
    /// It is changed.
    Update,
    /// It is as declared.
    Unchanged,
    /// It is not declared, and goes.
    Remove,
    /// It is not declared, and stays.
    Undeclared,
}

impl Action {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Restore => "restore",
            Self::Update => "update",
            Self::Unchanged => "unchanged",
            Self::Remove => "remove",
            Self::Undeclared => "undeclared",
        }
    }

    /// The sign in front of it, as in a patch.
    pub(crate) const fn sign(self) -> char {
        match self {
            Self::Create | Self::Restore => '+',
            Self::Update => '~',
            Self::Remove => '-',
            Self::Unchanged | Self::Undeclared => ' ',
        }
    }
}

/// What is configured, in use and removed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configured {
    pub(crate) current: Vec<Connector>,
    pub(crate) removed: Vec<Connector>,
}

/// Every step, in the order of the file; what the file does not declare comes last.
pub(crate) fn plan(declared: &[Declared], configured: &Configured, prune: bool) -> Result<Vec<Step>, Vec<Problem>> {
    let (mut steps, mut problems) = (Vec::new(), Vec::new());
    for one in declared {
        match step(one, configured) {
            Ok(step) => steps.push(step),
            Err(problem) => problems.push(problem),
        }
    }
    let is_declared = |known: &&Connector| declared.iter().any(|one| is_same(&one.config, &known.config));
    for known in configured.current.iter().filter(|known| !is_declared(known)) {
        let (action, change) =
            if prune { (Action::Remove, Some(ConnectorChange::Remove(known.id))) } else { (Action::Undeclared, None) };
        steps.push(Step { connector: connector_title(known), action, changes: Vec::new(), change });
    }
    if problems.is_empty() { Ok(steps) } else { Err(problems) }
}

fn step(declared: &Declared, configured: &Configured) -> Result<Step, Problem> {
    let wanted = &declared.config;
    let problem = |text: String| Problem { line: declared.line, text };
    let kind = kind(&wanted.connector_type).map_err(|failure| problem(failure.message))?;
    let find = |records: &[Connector]| records.iter().find(|known| is_same(wanted, &known.config)).cloned();
    let (action, known) = match (find(&configured.current), find(&configured.removed)) {
        (Some(known), _) => (Action::Update, Some(known.config)),
        (None, Some(known)) => (Action::Restore, Some(known.config)),
        (None, None) => (Action::Create, None),
    };
    if let Some(known) = &known {
        let moved = action == Action::Restore && known.base_url != wanted.base_url;
        if known.root != wanted.root || moved {
            return Err(problem(format!(
                "{}:{} is {} at {}, and its history would mix with that of {} at {}: give this one another name",
                wanted.connector_type, wanted.name, known.root, known.base_url, wanted.root, wanted.base_url
            )));
        }
    }
    let before = known.unwrap_or_else(|| NewConnector { name: wanted.name.clone(), ..NewConnector::default() });
    let changes = differences(kind, &before, wanted);
    let action = if action == Action::Update && changes.is_empty() { Action::Unchanged } else { action };
    let change = (action != Action::Unchanged).then(|| ConnectorChange::Put(wanted.clone()));
    Ok(Step { connector: format!("{}:{}", wanted.connector_type, wanted.name), action, changes, change })
}

fn is_same(one: &NewConnector, other: &NewConnector) -> bool {
    one.connector_type == other.connector_type && one.name == other.name
}
