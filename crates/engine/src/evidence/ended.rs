//! When each fact came or went: between which two readings, and who did it where that is told.

use std::collections::HashMap;

use rolecall_graph::{Origin, Path};
use rolecall_model::{EntitlementRef, Fact, ResourceRef, Timestamp};
use rolecall_store::{Change, ChangeFilter, ChangeKind, ConnectorId, StoreError};

use super::scope::Scope;
use crate::author::Authors;
use crate::people::is_directory_view;
use crate::world::WorldView;

/// Between which two readings something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Between {
    /// It was as before at this moment, where that is known.
    pub(super) not_before: Option<Timestamp>,
    /// It was as after at this moment.
    pub(super) not_after: Timestamp,
    /// Who did it, where that is told.
    pub(super) actor: Option<String>,
}

/// What came or went.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Thing {
    Held(ResourceRef, EntitlementRef),
    There(ResourceRef),
}

/// When facts came, each time and in any listing, and when they went last, in a period.
#[derive(Debug, Default)]
pub(super) struct Turns {
    came: HashMap<(ConnectorId, Thing), Vec<Between>>,
    went: HashMap<(ConnectorId, Thing), Between>,
}

impl Turns {
    /// Reads what changed since a moment. `O(changes since then)`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>, since: Timestamp) -> Result<Self, StoreError> {
        let mut turns = Self::default();
        for connector in scope.view.connectors.iter().filter(|connector| !is_directory_view(connector)) {
            let filter = ChangeFilter {
                connector: Some(connector.record.id),
                since: Some(since),
                until: Some(scope.at),
                known_at: Some(scope.at),
                ..ChangeFilter::default()
            };
            let changes = scope.store.changes(&filter).await?;
            let authors = Authors::load(scope.store, connector, &changes).await?;
            for mut change in changes {
                let actor = authors.narrow(&mut change);
                turns.add(change, actor);
            }
        }
        Ok(turns)
    }

    /// They come newest first.
    fn add(&mut self, change: Change, actor: Option<String>) {
        let between = Between { not_before: change.not_before, not_after: change.not_after, actor };
        let (came, went) = match change.kind {
            ChangeKind::Appeared => (Some(change.fact), None),
            ChangeKind::Disappeared => (None, Some(change.fact)),
            ChangeKind::Replaced { old } => (Some(change.fact), Some(old)),
        };
        let key = |fact| Some((change.connector, thing(fact)?));
        if let Some(key) = came.and_then(key) {
            self.came.entry(key).or_default().push(between.clone());
        }
        if let Some(key) = went.and_then(key) {
            self.went.entry(key).or_insert(between);
        }
    }

    /// When the first step of a path was gone. Something that is there still has only left a listing.
    pub(super) fn path_went(&self, view: &WorldView, path: &Path<'_>, now: &WorldView) -> Option<Between> {
        let ends = path.steps.iter().flat_map(|step| keys(view, step)).filter(|(connector, thing)| match thing {
            Thing::Held(..) => true,
            Thing::There(resource) => now.node_in(*connector, resource).is_none(),
        });
        let ends = ends.filter_map(|key| self.went.get(&key).filter(|went| !self.came_back(&key, went)));
        ends.min_by_key(|between| between.not_after).cloned()
    }

    /// Whether something came again after it had gone.
    fn came_back(&self, key: &(ConnectorId, Thing), went: &Between) -> bool {
        self.came.get(key).into_iter().flatten().any(|came| came.not_after > went.not_after)
    }

    /// When the last step of a path had come; nothing where all of it was there when it was first read. What comes into one
    /// more listing later was there before.
    pub(super) fn path_came(&self, view: &WorldView, path: &Path<'_>) -> Option<Between> {
        let (appeared, step) =
            path.steps.iter().filter_map(|step| Some((view.appeared(step)?, step))).max_by_key(|it| it.0)?;
        // When a setting changed that gives it is not among these.
        if matches!(step.origin, Origin::Setting { .. }) {
            return None;
        }
        let begins = keys(view, step).filter_map(|key| self.came.get(&key)).flatten();
        begins.filter(|between| between.not_after <= appeared).max_by_key(|between| between.not_after).cloned()
    }
}

fn thing(fact: Fact) -> Option<Thing> {
    match fact {
        Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement } => {
            Some(Thing::Held(principal, entitlement))
        }
        Fact::Resource { resource, .. } => Some(Thing::There(resource)),
        Fact::Property { .. } | Fact::Link { .. } => None,
    }
}

/// What a step of a path rests on: that it is held, and that it is there.
fn keys(view: &WorldView, step: &rolecall_graph::Step<'_>) -> impl Iterator<Item = (ConnectorId, Thing)> + use<> {
    let resource = view.world.reference(step.resource);
    let held = Thing::Held(view.world.reference(step.principal), resource.entitlement(step.slug.to_owned()));
    let connector = view.connector(step.resource).map(|connector| connector.record.id);
    let things = [held, Thing::There(resource)].into_iter();
    things.filter_map(move |thing| Some((connector?, thing)))
}
