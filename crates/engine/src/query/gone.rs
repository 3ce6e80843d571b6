//! What is gone, with what was last known of it, and when the rest changed: made of what ever changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rolecall_graph::{Besides, EntityGraph, EntityId, Gone, History, PropertyValue};
use rolecall_model::{Fact, ResourceRef, Timestamp};
use rolecall_store::{Change, ChangeFilter, ChangeKind, Store, StoreError};

use crate::world::WorldView;

/// The entities of what is gone, by segment and resource.
pub(super) type Ended = HashMap<(u32, ResourceRef), EntityId>;

/// The graph of a view with its history. `O(facts that ever changed)`.
pub(super) async fn ended(
    store: &Store,
    view: &WorldView,
    besides: &Besides<'_>,
) -> Result<(EntityGraph, Ended), StoreError> {
    let mut history = History::default();
    for (connector, segment) in view.connectors.iter().zip(0_u32..) {
        let filter = ChangeFilter {
            connector: Some(connector.record.id),
            until: view.until(None),
            known_at: view.until(None),
            ..ChangeFilter::default()
        };
        let changes = store.changes(&filter).await?;
        history.gone.extend(gone_of(segment, &changes));
        note_moments(segment, &changes, &mut history);
    }
    let (graph, entities) = EntityGraph::of_world_with_history(Arc::clone(&view.world), besides, &history);
    let ended =
        history.gone.into_iter().zip(entities).filter_map(|(one, entity)| Some(((one.segment, one.resource), entity?)));
    Ok((graph, ended.collect()))
}

/// Notes when a resource, or a property of it, was first seen to have changed.
fn note_moments(segment: u32, changes: &[Change], history: &mut History) {
    for change in changes {
        if let Fact::Resource { resource, .. } | Fact::Property { resource, .. } = &change.fact {
            let moments = history.changed.entry((segment, resource.clone())).or_default();
            moments.insert(change.not_after.0.div_euclid(super::MICROSECONDS));
        }
    }
}

/// Whatever existed, or held something, and had a fact of the sort disappear. Whether it is there all the same, the graph
/// knows. The changes come newest first.
fn gone_of(segment: u32, changes: &[Change]) -> impl Iterator<Item = Gone> {
    let mut ended: BTreeMap<&ResourceRef, Timestamp> = BTreeMap::new();
    let mut properties: BTreeMap<&ResourceRef, BTreeMap<String, PropertyValue>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.kind == ChangeKind::Disappeared) {
        match &change.fact {
            Fact::Resource { resource, .. } | Fact::Grant { principal: resource, .. } => {
                let at = ended.entry(resource).or_insert(change.not_after);
                *at = change.not_after.max(*at);
            }
            Fact::Property { resource, name, value } => {
                if let Some(value) = PropertyValue::of_json(&value.to_json()) {
                    properties.entry(resource).or_default().entry(name.to_string()).or_insert(value);
                }
            }
            Fact::Evidence { .. } | Fact::Link { .. } => {}
        }
    }
    ended.into_iter().map(move |(resource, at)| Gone {
        segment,
        resource: resource.clone(),
        ended: at.0.div_euclid(super::MICROSECONDS),
        properties: properties.remove(resource).unwrap_or_default(),
    })
}
