//! Paths as answers show them.

use rolecall_graph::{Path, Step};
use serde::Serialize;

use crate::moment::moment_text;
use crate::name::Candidate;
use crate::world::WorldView;

/// One way in which an account comes to a right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathAnswer {
    /// In words: `team acme/developers`.
    pub text: String,
    /// From the account to the resource.
    pub steps: Vec<StepAnswer>,
    /// Since when this path is known to exist: when its youngest step was first observed.
    pub since: String,
    /// Whether it may be older: all of it was there when it was first read.
    pub or_earlier: bool,
    /// Whether one of its steps was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
    /// Whether the registry says that the account has the right, but nothing shows by which path.
    pub path_unknown: bool,
}

/// One step of a path: a principal holds an entitlement on a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepAnswer {
    /// Who holds it.
    pub principal: Candidate,
    /// What is held, as baton spells it: `team:acme/developers:member`.
    pub entitlement: String,
    /// `observed`, `rule` or `setting` for a right that the registry's rules give to holders of something on what the
    /// resource belongs to, or `path-unknown` for one that only a second source states.
    pub origin: &'static str,
    /// When it was first observed.
    pub since: String,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

impl WorldView {
    pub(crate) fn path_answer(&self, path: &Path<'_>) -> PathAnswer {
        PathAnswer {
            text: self.path_text(path),
            steps: path.steps.iter().map(|step| self.step_answer(step)).collect(),
            since: moment_text(path.steps.iter().map(|step| self.since(step)).max().unwrap_or_default()),
            or_earlier: path.steps.iter().all(|step| self.appeared(step).is_none()),
            removal_unconfirmed: path.unconfirmed(),
            path_unknown: path.path_unknown(),
        }
    }

    fn step_answer(&self, step: &Step<'_>) -> StepAnswer {
        StepAnswer {
            principal: self.candidate(step.principal),
            entitlement: self.world.reference(step.resource).entitlement(step.slug.to_owned()).to_string(),
            origin: step.origin.word(),
            since: moment_text(self.since(step)),
            removal_unconfirmed: step.unconfirmed,
        }
    }

    /// The groups on the way, or what a direct right rests on.
    pub(crate) fn path_text(&self, path: &Path<'_>) -> String {
        if path.path_unknown() {
            return "collaborator, path unknown".to_owned();
        }
        let groups: Vec<String> = path
            .steps
            .iter()
            .skip(1)
            .map(|step| format!("{} {}", self.world.kind(step.principal), self.world.id(step.principal)))
            .collect();
        match (groups.is_empty(), path.steps.last()) {
            (false, _) => groups.join(" in "),
            (true, Some(step)) => format!("{} of the {}", step.slug, self.world.kind(step.resource)),
            (true, None) => String::new(),
        }
    }
}
