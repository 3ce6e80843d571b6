//! What queries are asked of: graphs and changes, now and of past moments.

use std::ops::ControlFlow;

use rolecall_graph::{EntityGraph, EntityId, PropertyValue, ValueRef};
use rolecall_model::Timestamp;
use rolecall_query::{Change, Changes, Needs, Window};
use rolecall_store::{Decision, RemovalFilter};
use serde_json::{Map, Value as Json, json};

use super::registry::{Event, World, now, package, user};
use crate::query::{QueryLoadError, QueryScope, QueryWorlds, query_load};

const EVER: Window = Window { since: 0, until: i64::MAX / 1000 };

impl World {
    /// Everything that a query can see, gone or not, with all that ever changed.
    pub(super) async fn asked(&self, at: Option<Timestamp>, clock: Timestamp) -> Json {
        let worlds = self.loaded(at, clock).await;
        let worlds = worlds.worlds();
        json!({ "graph": graph_json(worlds.graphs[&None]), "changes": changes_json(worlds.graphs[&None], worlds.changes[&(None, EVER)]) })
    }

    async fn loaded(&self, as_of: Option<Timestamp>, clock: Timestamp) -> QueryWorlds {
        let needs = Needs { moments: [None].into(), windows: [(None, EVER)].into(), deleted: true };
        let scope = QueryScope { as_of, ..QueryScope::default() };
        let mut worlds = QueryWorlds::of(scope).with_images(self.images.clone());
        worlds.load(&self.store, &needs, clock).await.unwrap();
        worlds
    }
}

fn graph_json(graph: &EntityGraph) -> Json {
    let properties = |entity| -> Map<String, Json> {
        graph.properties(entity).map(|(name, value)| (name.to_owned(), value.to_json())).collect()
    };
    let relationships = (0..graph.relationship_count()).map(rolecall_graph::RelationshipId::new);
    let relationship = |one| {
        let all = graph.relationship_properties(one).into_iter();
        Json::Object(all.map(|(name, value)| (name.to_owned(), value.to_json())).collect())
    };
    let mut access = Map::new();
    for action in &graph.vocabulary().actions {
        let index = graph.access().index(action).unwrap();
        let of = |entity| {
            let mut found = Vec::new();
            let _ = index.resources(entity, |resource| {
                found.push(graph.key(resource));
                ControlFlow::Continue(())
            });
            found.sort_unstable();
            found.dedup();
            json!([graph.key(entity), found])
        };
        access.insert(action.to_string(), graph.entities().map(of).collect());
    }
    json!({
        "entities": graph.entities().map(properties).collect::<Vec<_>>(),
        "relationships": relationships.map(relationship).collect::<Vec<_>>(),
        "access": access,
    })
}

fn changes_json(graph: &EntityGraph, changes: &Changes) -> Json {
    let mut of: Vec<(EntityId, &Vec<Change>)> = changes.of.iter().map(|(entity, changes)| (*entity, changes)).collect();
    of.sort_by_key(|(entity, _)| *entity);
    of.into_iter().map(|(entity, changes)| json!([graph.key(entity), format!("{changes:?}")])).collect()
}

/// The changes of one entity, in words.
fn told(worlds: &QueryWorlds, key: &str) -> Vec<String> {
    let worlds = worlds.worlds();
    let graph = worlds.graphs[&None];
    let entity = graph.entities().find(|entity| graph.key(*entity) == key).unwrap();
    let text = |value: &Option<PropertyValue>| value.as_ref().map_or(Json::Null, |value| value.as_ref().to_json());
    let words = |one: &Change| {
        let property = one.property.as_deref().unwrap_or("-");
        format!("{} {property} {} {}", one.kind, text(&one.old), text(&one.new))
    };
    worlds.changes[&(None, EVER)].of.get(&entity).into_iter().flatten().map(words).collect()
}

#[tokio::test]
async fn changes_are_told_of_everything_they_are_changes_of() {
    let world = World::new().await;
    world.sync().await;
    let first = now();
    let happens = |events: &[Event]| {
        let mut truth = world.registry.truth.lock().unwrap();
        events.iter().for_each(|event| truth.apply(event));
    };
    happens(&[Event::Role(2, 2), Event::Role(5, 0), Event::Member(0, 5), Event::Public(0), Event::Held(0, 1, 0)]);
    world.sync().await;
    let between = now();
    happens(&[Event::Leaves(3), Event::Held(0, 0, 0)]);
    world.sync().await;
    let decision = Decision { actor: "mara".to_owned(), reason: "they left".to_owned() };
    world.store.removals_confirm(world.record.id, &decision, now(), RemovalFilter::default()).await.unwrap();
    world.sync().await;

    let worlds = world.loaded(None, now()).await;
    let all = |key: &str| told(&worlds, key).join("\n");
    assert_eq!(
        all("npm-user:user-2"),
        "gained owner on acme \"organization:acme:developer\" \"organization:acme:owner\""
    );
    assert_eq!(told(&worlds, "npm-user:user-5").len(), 3, "{}", all("npm-user:user-5"));
    assert!(all("npm-user:user-5").contains("appeared - null null"));
    assert!(all("npm-user:user-5").contains("gained member on acme/team-0 null \"team:acme/team-0:member\""));
    assert!(all("npm-team:acme/team-0").contains("gained member of user-5 null"));
    assert_eq!(told(&worlds, "npm-package:@acme/package-0").first().unwrap(), "changed public false true");
    assert!(all("npm-package:@acme/package-1").contains("gained read-only of acme/team-0 null"));
    assert!(all("npm-user:user-3").contains("disappeared"), "{}", all("npm-user:user-3"));
    assert!(all("npm-user:user-3").contains("lost member on acme/team-0 \"team:acme/team-0:member\" null"));

    // Who is gone is there, marked, and leads nowhere.
    let graph = worlds.graph().unwrap();
    let gone: Vec<EntityId> = graph.entities().filter(|one| graph.shape_is_deleted(graph.shape_of(*one))).collect();
    assert_eq!(gone.iter().map(|one| graph.key(*one)).collect::<Vec<_>>(), ["npm-user:user-3"]);
    assert_eq!(graph.property(gone[0], "_deleted"), Some(ValueRef::Flag(true)));
    assert!(matches!(graph.property(gone[0], "_endOn"), Some(ValueRef::Number(_))));
    assert_eq!(graph.property(gone[0], "username"), Some(ValueRef::Text(&user(3).id)));
    assert_eq!(graph.leaving(gone[0]).len() + graph.arriving(gone[0]).len(), 0);

    // A window has what became current in it, and a moment what was known then.
    let window = Window { since: first.0.div_euclid(1000), until: between.0.div_euclid(1000) };
    let at = Some(between.0.div_euclid(1000));
    let needs = Needs { moments: [at].into(), windows: [(at, window)].into(), deleted: false };
    let then = query_load(&world.store, &needs, QueryScope::default(), now()).await.unwrap();
    let worlds = then.worlds();
    let keys: Vec<&str> = worlds.graphs[&at].entities().map(|one| worlds.graphs[&at].key(one)).collect();
    assert!(keys.contains(&"npm-user:user-3") && keys.contains(&"npm-user:user-5"), "{keys:?}");
    let of: Vec<&str> = worlds.changes[&(at, window)].of.keys().map(|one| worlds.graphs[&at].key(*one)).collect();
    assert!(of.contains(&"npm-user:user-5") && !of.contains(&"npm-user:user-3"), "{of:?}");

    let future = Needs { moments: [Some(i64::MAX / 2000)].into(), ..Needs::default() };
    let refused = query_load(&world.store, &future, QueryScope::default(), now()).await;
    assert!(matches!(refused, Err(QueryLoadError::Future(_))));
    let reasons = then.reasons();
    let graph = worlds.graphs[&at];
    let entity = |key: &str| graph.entities().find(|one| graph.key(*one) == key).unwrap();
    let (holder, resource) = (entity("npm-user:user-5"), entity(&format!("npm-package:{}", package(0).id)));
    let paths = reasons.of(graph, holder, "publish", resource);
    assert_eq!(paths.iter().map(|path| path.text.as_str()).collect::<Vec<_>>(), ["team acme/team-0"]);
}
