//! Which grants are in a campaign.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rolecall_connect::is_directory;
use rolecall_graph::{NodeId, Origin, Step};
use serde::Serialize;

use super::{ReviewError, ReviewScope, ScopeEntity};
use crate::Context;
use crate::world::WorldView;

/// How many grants a campaign is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopeCount {
    /// How many.
    pub grants: usize,
    /// How many accounts and groups hold them.
    pub holders: usize,
    /// How many of each connector.
    pub connectors: BTreeMap<String, usize>,
    /// How many the registries' own rules and settings give: nobody can decide about one of them alone, so they are not in it.
    pub given_by_rule: usize,
    /// How many nothing explains but a second list: they are in it.
    pub path_unknown: usize,
}

/// The connectors that a campaign can be about, by title: directories hold nobody's rights.
#[must_use]
pub fn review_connectors(view: &WorldView) -> Vec<String> {
    let others = view.connectors.iter().filter(|connector| !is_directory(connector.declaration.name));
    others.map(crate::world::ConnectorView::title).collect()
}

/// The grants of a campaign.
pub(super) struct Scoped<'v> {
    pub(super) steps: Vec<Step<'v>>,
    given_by_rule: usize,
}

impl<'v> Scoped<'v> {
    /// `O(grants)`, and what the question costs.
    pub(super) async fn of(context: &Context, view: &'v WorldView, scope: &ReviewScope) -> Result<Self, ReviewError> {
        let found = found(context, view, &scope.question).await?;
        let wanted = Wanted::of(view, scope, found)?;
        let (mut steps, mut given_by_rule) = (Vec::new(), 0);
        for (connector, segment) in view.connectors.iter().zip(0_u32..) {
            let title = connector.title();
            if is_directory(connector.declaration.name) || !wanted.has_connector(&title, &connector.record.config.name)
            {
                continue;
            }
            for step in view.world.grants(segment).filter(|step| wanted.has(view, step)) {
                match step.origin {
                    Origin::Observed | Origin::PathUnknown { .. } => steps.push(step),
                    Origin::Rule { .. } | Origin::Setting { .. } => given_by_rule += 1,
                }
            }
        }
        Ok(Self { steps, given_by_rule })
    }

    pub(super) fn count(&self, view: &WorldView) -> ScopeCount {
        let mut count =
            ScopeCount { grants: self.steps.len(), given_by_rule: self.given_by_rule, ..ScopeCount::default() };
        let mut holders = HashSet::new();
        for step in &self.steps {
            holders.insert(step.principal);
            *count.connectors.entry(view.title(step.resource)).or_default() += 1;
            count.path_unknown += usize::from(matches!(step.origin, Origin::PathUnknown { .. }));
        }
        count.holders = holders.len();
        count
    }
}

/// What a scope wants, as nodes.
struct Wanted<'s> {
    scope: &'s ReviewScope,
    /// Resources, with the groups by which somebody comes to hold something on them.
    resources: Option<HashSet<NodeId>>,
    /// What a question found, and what a rule named.
    things: Option<HashSet<NodeId>>,
}

impl<'s> Wanted<'s> {
    fn of(view: &WorldView, scope: &'s ReviewScope, found: Option<HashSet<NodeId>>) -> Result<Self, ReviewError> {
        for name in &scope.connectors {
            if !view.connectors.iter().any(|one| one.title() == *name || one.record.config.name == *name) {
                return Err(ReviewError::wrong("scope.connectors", format!("no connector is called {name:?}")));
            }
        }
        let mut resources = None;
        for name in &scope.resources {
            let node = resource(view, name)?;
            resources.get_or_insert_with(HashSet::new).extend(with_groups(view, node));
        }
        let named = (!scope.entities.is_empty()).then(|| entities(view, &scope.entities));
        let things = match (found, named) {
            (Some(found), Some(named)) => Some(found.union(&named).copied().collect()),
            (found, named) => found.or(named),
        };
        Ok(Self { scope, resources, things })
    }

    fn has_connector(&self, title: &str, name: &str) -> bool {
        let wanted = &self.scope.connectors;
        wanted.is_empty() || wanted.iter().any(|one| one == title || one == name)
    }

    fn has(&self, view: &WorldView, step: &Step<'_>) -> bool {
        let (principal, resource) =
            (view.world.representative(step.principal), view.world.representative(step.resource));
        let is_of = |wanted: &String| match wanted.split_once(':') {
            Some((kind, slug)) => kind == view.world.kind(step.resource) && slug == step.slug,
            None => wanted == step.slug,
        };
        (self.scope.entitlements.is_empty() || self.scope.entitlements.iter().any(is_of))
            && (!self.scope.accounts_only || view.world.is_account(step.principal))
            && self.resources.as_ref().is_none_or(|resources| resources.contains(&resource))
            && self.things.as_ref().is_none_or(|things| things.contains(&principal) || things.contains(&resource))
    }
}

/// The resource with this name, or in baton's spelling: `team:acme/core`.
fn resource(view: &WorldView, name: &str) -> Result<NodeId, ReviewError> {
    let is_wanted = |node: NodeId| !view.world.is_account(node);
    view.resolve("resource", name, is_wanted).or_else(|error| {
        let found = name.split_once(':').map(|(kind, id)| view.world.find(kind, id)).unwrap_or_default();
        match found.as_slice() {
            [node] if is_wanted(*node) => Ok(*node),
            _ => Err(ReviewError::wrong("scope.resources", error.to_string())),
        }
    })
}

/// A resource and the groups that hold something on it, or on one of these.
fn with_groups(view: &WorldView, resource: NodeId) -> BTreeSet<NodeId> {
    let mut all = BTreeSet::from([view.world.representative(resource)]);
    let mut fresh = vec![resource];
    while let Some(node) = fresh.pop() {
        let twins: Vec<NodeId> = view.world.same_account(node).collect();
        for step in twins.iter().flat_map(|twin| view.world.grants_on(*twin)) {
            if !view.world.is_account(step.principal) && all.insert(view.world.representative(step.principal)) {
                fresh.push(step.principal);
            }
        }
    }
    all
}

fn entities(view: &WorldView, named: &[ScopeEntity]) -> HashSet<NodeId> {
    let node = |entity: &ScopeEntity| {
        let segments = view.connectors.iter().zip(0_u32..);
        let of = |(connector, segment): (&crate::world::ConnectorView, u32)| {
            let is_of = connector.title() == entity.connector || connector.record.uuid.to_string() == entity.connector;
            is_of.then(|| view.world.resource(segment, &entity.kind, &entity.id)).flatten()
        };
        segments.filter_map(of).next().map(|node| view.world.representative(node))
    };
    named.iter().filter_map(node).collect()
}

/// What a question finds; nothing where none is asked.
async fn found(context: &Context, view: &WorldView, question: &str) -> Result<Option<HashSet<NodeId>>, ReviewError> {
    if question.trim().is_empty() {
        return Ok(None);
    }
    let found: Vec<ScopeEntity> = super::question::found(context, question).await?.into_iter().collect();
    Ok(Some(entities(view, &found)))
}
