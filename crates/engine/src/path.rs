//! Paths as answers show them.

use rolecall_graph::{Origin, Path, Step};
use rolecall_model::Timestamp;
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
    /// Whose rule or setting gives it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// When it was first observed.
    pub since: String,
    /// Whether it was missing in the last reading and waits for a person.
    pub removal_unconfirmed: bool,
}

impl WorldView {
    pub(crate) fn path_answer(&self, path: &Path<'_>) -> PathAnswer {
        let known: Vec<(Timestamp, bool)> = path.steps.iter().map(|step| self.since_known(step)).collect();
        let steps = path.steps.iter().zip(&known);
        PathAnswer {
            text: self.path_text(path),
            steps: steps.map(|(step, (since, _))| self.step_answer(step, *since)).collect(),
            since: moment_text(known.iter().map(|(since, _)| *since).max().unwrap_or_default()),
            or_earlier: known.iter().all(|(_, or_earlier)| *or_earlier),
            removal_unconfirmed: path.unconfirmed(),
            path_unknown: path.path_unknown(),
        }
    }

    fn step_answer(&self, step: &Step<'_>, since: Timestamp) -> StepAnswer {
        StepAnswer {
            principal: self.candidate(step.principal),
            entitlement: self.world.reference(step.resource).entitlement(step.slug.to_owned()).to_string(),
            origin: step.origin.word(),
            why: step.origin.why(),
            since: moment_text(since),
            removal_unconfirmed: step.unconfirmed,
        }
    }

    /// The groups on the way, or what a direct right rests on.
    pub(crate) fn path_text(&self, path: &Path<'_>) -> String {
        match path.steps.as_slice() {
            [] => String::new(),
            [direct] => self.direct_text(direct),
            steps => {
                let pairs = steps.iter().zip(steps.iter().skip(1));
                pairs.map(|(before, step)| self.group_text(before, step)).collect::<Vec<_>>().join(" in ")
            }
        }
    }

    fn direct_text(&self, step: &Step<'_>) -> String {
        match (self.listed_in(step), given_by(step)) {
            (Some(listed), _) => listed,
            (None, Some(why)) => why,
            (None, None) => format!("{} of the {}", step.slug, self.world.kind(step.resource)),
        }
    }

    /// The group that holds the right of `step`, and what lets somebody who is in it by `before` have it.
    fn group_text(&self, before: &Step<'_>, step: &Step<'_>) -> String {
        let id = self.world.id(step.principal);
        let group = match given_by(step) {
            Some(why) => format!("{} of {id} ({why})", before.slug),
            None => format!("{} {id}", self.world.kind(step.principal)),
        };
        match self.listed_in(before).or_else(|| self.listed_in(step)) {
            Some(listed) => format!("{group} ({listed})"),
            None => group,
        }
    }

    /// Where it is stated that somebody has a right which nothing explains.
    fn listed_in(&self, step: &Step<'_>) -> Option<String> {
        let Origin::PathUnknown { listing } = step.origin else { return None };
        let declared = self.connector(step.resource).and_then(|connector| connector.declaration.listing(listing));
        let name = declared.map_or_else(|| listing.to_owned(), |declared| declared.name().to_owned());
        Some(format!("listed in {name}, path unknown"))
    }
}

/// Whose rule or setting gives a right. A setting could be another, so it is said what it is set to.
fn given_by(step: &Step<'_>) -> Option<String> {
    match step.origin {
        Origin::Rule { why } => Some(why.to_owned()),
        Origin::Setting { why, .. } => Some(format!("{why}: {}", step.slug)),
        Origin::Observed | Origin::PathUnknown { .. } => None,
    }
}
