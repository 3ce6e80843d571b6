//! What is gone, with what was last known of it: made of the facts that disappeared.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rolecall_graph::{ConnectorLabel, EntityGraph, EntityId, Gone, PropertyValue};
use rolecall_model::{ConnectorDeclaration, Fact, ResourceRef, Timestamp};
use rolecall_store::{Change, ChangeFilter, ChangeKind, Store, StoreError};

use crate::world::WorldView;

/// The entities of what is gone, by segment and resource.
pub(super) type Ended = HashMap<(u32, ResourceRef), EntityId>;

/// The graph of a view with everything that is gone. `O(facts that ended)`.
pub(super) async fn ended(
    store: &Store,
    view: &WorldView,
    labels: &[ConnectorLabel],
    known: &[&'static ConnectorDeclaration],
) -> Result<(EntityGraph, Ended), StoreError> {
    let mut gone = Vec::new();
    for (connector, segment) in view.connectors.iter().zip(0_u32..) {
        let filter = ChangeFilter {
            connector: Some(connector.record.id),
            until: view.until(None),
            known_at: view.until(None),
            ..ChangeFilter::default()
        };
        gone.extend(gone_of(segment, &store.changes(&filter).await?));
    }
    let (graph, entities) = EntityGraph::of_world_with_gone(Arc::clone(&view.world), labels, known, &gone);
    let ended = gone.into_iter().zip(entities).filter_map(|(one, entity)| Some(((one.segment, one.resource), entity?)));
    Ok((graph, ended.collect()))
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
