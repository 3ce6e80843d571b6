//! What is gone, in the graph view.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::support::{resource, world};
use crate::{Besides, ConnectorLabel, EntityGraph, Gone, History, PropertyValue, ValueRef};

fn gone(what: &str) -> Gone {
    let properties = BTreeMap::from([("shade".to_owned(), PropertyValue::Text("blue".into()))]);
    Gone { segment: 0, resource: resource(what), ended: 1_700_000_000_000, properties }
}

#[test]
fn what_is_gone_is_marked_and_what_is_there_is_not_doubled() {
    let world = Arc::new(world(
        "alice holds developer on organization:acme
         package:a in organization:acme
         collaborators says bob has read-only on package:a",
    ));
    let label =
        ConnectorLabel { account_name: "acme".to_owned(), instance_id: "1".to_owned(), ..ConnectorLabel::default() };
    let besides = Besides { labels: &[label], ..Besides::default() };
    let gone = ["zoe", "alice", "bob", "package:b", "aaron"].map(gone).to_vec();
    let history = History { gone, changed: HashMap::from([((0, resource("alice")), BTreeSet::from([5, 9]))]) };
    let (graph, entities) = EntityGraph::of_world_with_history(Arc::clone(&world), &besides, &history);
    let there: Vec<bool> = entities.iter().map(Option::is_some).collect();
    assert_eq!(there, [true, false, false, true, true], "alice is there, and bob is referred to");
    let [zoe, aaron] = [entities[0].unwrap(), entities[4].unwrap()];
    assert!(graph.shape_is_deleted(graph.shape_of(zoe)) && graph.key(aaron) < graph.key(zoe) && aaron < zoe);
    for (entity, id) in [(zoe, "zoe"), (aaron, "aaron")] {
        assert_eq!(graph.property(entity, "id"), Some(ValueRef::Text(id)));
        assert_eq!(graph.property(entity, "_deleted"), Some(ValueRef::Flag(true)));
        assert_eq!(graph.property(entity, "_endOn"), Some(ValueRef::Number(1_700_000_000_000.0)));
        assert_eq!(graph.property(entity, "shade"), Some(ValueRef::Text("blue")));
        assert_eq!(graph.property(entity, "tag.AccountName"), Some(ValueRef::Text("acme")));
        assert_eq!((graph.leaving(entity).len(), graph.access().node(entity)), (0, None));
    }
    let version = |id: &str| {
        let of_id = |entity: &crate::EntityId| graph.property(*entity, "id") == Some(ValueRef::Text(id));
        graph.property(graph.entities().find(of_id).unwrap(), "_version")
    };
    assert_eq!(version("alice"), Some(ValueRef::Number(3.0)), "she changed twice");
    assert_eq!(version("acme"), Some(ValueRef::Number(1.0)));
    let alive = graph.entities().filter(|entity| graph.property(*entity, "_deleted") == Some(ValueRef::Flag(false)));
    let plain = EntityGraph::of_world(world, &besides);
    assert_eq!(alive.count(), plain.len() as usize);
    assert_eq!(plain.len() + 3, graph.len());
    assert_eq!(plain.relationship_count(), graph.relationship_count());
    assert!(plain.entities().all(|entity| plain.property(entity, "_deleted").is_none()));
}
