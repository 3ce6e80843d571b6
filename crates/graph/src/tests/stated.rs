//! What is known of entities beside the facts of their source.

use std::sync::Arc;

use super::support::{resource, world};
use crate::{Besides, ConnectorLabel, EntityGraph, PropertyValue, Stated, ValueRef};

#[test]
fn what_is_known_besides_is_a_property_of_its_entity_and_of_no_other() {
    let world = Arc::new(world(
        "alice holds developer on organization:acme
         bob holds developer on organization:acme",
    ));
    let flag = |what: &str, flag: bool| Stated {
        resource: resource(what),
        properties: vec![("stated".into(), PropertyValue::Flag(flag)), ("statedOn".into(), PropertyValue::Number(5.0))],
    };
    let stated = vec![flag("alice", true), flag("organization:acme", false), flag("nobody", true)];
    let label = ConnectorLabel { stated, ..ConnectorLabel::default() };
    let graph = EntityGraph::of_world(Arc::clone(&world), &Besides { labels: &[label], ..Besides::default() });
    let plain = EntityGraph::of_world(world, &Besides { labels: &[ConnectorLabel::default()], ..Besides::default() });
    let value = |graph: &EntityGraph, id: &str, name: &str| {
        let of_id = |entity: &crate::EntityId| graph.property(*entity, "id") == Some(ValueRef::Text(id));
        let entity = graph.entities().find(of_id).unwrap();
        graph.property(entity, name).map(|value| format!("{value:?}"))
    };
    assert_eq!(value(&graph, "alice", "stated").as_deref(), Some("Flag(true)"));
    assert_eq!(value(&graph, "alice", "statedOn").as_deref(), Some("Number(5.0)"));
    assert_eq!(value(&graph, "acme", "stated").as_deref(), Some("Flag(false)"));
    assert_eq!(value(&graph, "bob", "stated"), None);
    assert_eq!((graph.len(), value(&plain, "alice", "stated")), (plain.len(), None));
    assert!(graph.vocabulary().properties.contains("stated") && !plain.vocabulary().properties.contains("stated"));
}
