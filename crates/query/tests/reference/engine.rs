//! The engine's answers in the words of the reference.

use std::collections::HashMap;

use rolecall_graph::{
    AccessInput, EntityGraph, EntityGraphBuilder, EntityId, EntityInput, PropertyValue, RelationshipInput,
};
use rolecall_query::{Asked, Cell as EngineCell, Change, Changes, Diagnostic, Edge, Found, TreeEdge, Window, Worlds};

use super::evaluate::{Answer, Cell, Parameters, Shown};
use super::fixture::{Fixture, Properties, Value};

/// What the engine answers to a query.
pub(crate) fn ask(text: &str, fixture: &Fixture, parameters: &Parameters, now: i64) -> Result<Answer, Vec<Diagnostic>> {
    let prepared = rolecall_query::prepare(text)?;
    let asked = Asked {
        parameters: parameters
            .values
            .iter()
            .map(|(name, value)| (name.clone(), value.as_ref().map(property)))
            .collect(),
        now,
        include_deleted: parameters.include_deleted,
        ..Asked::default()
    };
    let needs = prepared.needs(&asked)?;
    let moments: Vec<(Option<i64>, &Fixture)> =
        needs.moments.iter().map(|moment| (*moment, at(fixture, *moment))).collect();
    let graphs: Vec<(Option<i64>, EntityGraph)> =
        moments.iter().map(|(moment, fixture)| (*moment, graph(fixture))).collect();
    let windows: Vec<((Option<i64>, Window), Changes)> = needs
        .windows
        .iter()
        .map(|(moment, window)| ((*moment, *window), changes(at(fixture, *moment), *window)))
        .collect();
    let worlds = Worlds {
        graphs: graphs.iter().map(|(moment, graph)| (*moment, graph)).collect(),
        changes: windows.iter().map(|(window, changes)| (*window, changes)).collect(),
        smart_classes: fixture.saved.iter().map(|(name, found)| (name.clone(), saved(fixture, found))).collect(),
    };
    let answer = prepared.run(&worlds, &asked)?;
    assert!(answer.limits.is_empty(), "{:?}", answer.limits);
    let (_, of) = moments.iter().find(|(moment, _)| std::ptr::eq(answer.graph, worlds.graphs[moment])).unwrap();
    Ok(Reader { fixture: of, changes: &windows }.answer(&answer.found))
}

#[expect(clippy::cast_precision_loss, reason = "moments are exact")]
fn at(fixture: &Fixture, moment: Option<i64>) -> &Fixture {
    moment.map_or(fixture, |moment| fixture.at(moment as f64))
}

fn property(value: &Value) -> PropertyValue {
    match value {
        Value::Flag(flag) => PropertyValue::Flag(*flag),
        Value::Number(number) => PropertyValue::Number(*number),
        Value::Text(text) => PropertyValue::Text(text.as_str().into()),
        Value::List(items) => PropertyValue::List(items.iter().map(property).collect()),
    }
}

fn value(property: &PropertyValue) -> Value {
    match property {
        PropertyValue::Flag(flag) => Value::Flag(*flag),
        PropertyValue::Number(number) => Value::Number(*number),
        PropertyValue::Text(text) => Value::Text(text.to_string()),
        PropertyValue::List(items) => Value::List(items.iter().map(value).collect()),
    }
}

/// The same graph. Entities and stored relationships keep their numbers, which says that both order them alike.
fn graph(fixture: &Fixture) -> EntityGraph {
    let without = |properties: &Properties, names: &[&str]| {
        let kept = properties.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        kept.map(|(name, value)| (name.clone(), property(value))).collect()
    };
    let entity = |entity: &super::fixture::Entity| EntityInput {
        kind: entity.kind.clone(),
        classes: entity.classes.iter().cloned().collect(),
        key: entity.key.clone(),
        connector: entity.connector,
        deleted: entity.deleted,
        properties: without(&entity.properties, &["_type", "_class", "_key"]),
    };
    let mut builder = EntityGraphBuilder {
        entities: fixture.entities.iter().map(entity).collect(),
        connectors: vec![String::new(); 8],
        ..EntityGraphBuilder::default()
    };
    for one in &fixture.relationships {
        match &one.action {
            None => builder.relationships.push(RelationshipInput {
                from: one.from,
                to: one.to,
                kind: one.kind.clone(),
                class: one.class.clone(),
                properties: without(&one.properties, &["_type", "_class", "_fromEntityKey", "_toEntityKey"]),
            }),
            Some(action) => builder.access.push(AccessInput {
                holder: one.from,
                action: action.clone(),
                resource: one.to,
                unconfirmed: one.properties.contains_key("unconfirmed"),
            }),
        }
    }
    let (graph, numbers) = builder.build();
    assert!(numbers.iter().copied().eq(0..u32::try_from(numbers.len()).unwrap()), "{numbers:?}");
    graph
}

/// A query for each of what a saved question finds, whether or not it is gone.
fn saved(fixture: &Fixture, found: &[usize]) -> Vec<String> {
    let query = |index: &usize| {
        let key = &fixture.entities[*index].key;
        format!("FIND * WITH _key = '{key}' AND _deleted != 'never' LIMIT 1")
    };
    found.iter().map(query).collect()
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "moments are exact")]
fn changes(fixture: &Fixture, window: Window) -> Changes {
    let mut changes = Changes::default();
    for change in &fixture.changes {
        if change.at < window.since as f64 || change.at > window.until as f64 {
            continue;
        }
        let text = |name: &str| match change.properties.get(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let moment = |name: &str| match change.properties.get(name) {
            Some(Value::Number(number)) => Some(*number as i64),
            _ => None,
        };
        let made = Change {
            kind: String::leak(text("kind").unwrap_or_default()),
            property: text("property"),
            old: change.properties.get("old").map(property),
            new: change.properties.get("new").map(property),
            not_before: moment("notBefore"),
            not_after: moment("notAfter"),
            actor: text("actor"),
        };
        let entity = EntityId::new(u32::try_from(change.entity).unwrap());
        changes.of.entry(entity).or_default().push(made);
    }
    changes
}

struct Reader<'a> {
    fixture: &'a Fixture,
    changes: &'a [((Option<i64>, Window), Changes)],
}

impl Reader<'_> {
    fn answer(&self, found: &Found<'_>) -> Answer {
        match found {
            Found::List(list) => Answer::List(list.iter().map(|entity| index(*entity)).collect()),
            Found::Table(table) => Answer::Table {
                columns: table.columns.clone(),
                rows: table.rows().map(|row| row.cells().map(|cell| self.cell(cell)).collect()).collect(),
            },
            Found::Tree(tree) => Answer::Tree {
                entities: tree.entities.iter().map(|entity| index(*entity)).collect(),
                relationships: tree.edges.iter().map(|edge| self.tree_edge(edge)).collect(),
            },
            Found::Paths(paths) => Answer::Paths(paths.iter().map(|path| self.path(path)).collect()),
        }
    }

    fn path(&self, path: &rolecall_query::FoundPath) -> Shown {
        let ends = path.steps.iter().map(|step| index(step.to));
        Shown {
            entities: std::iter::once(index(path.start)).chain(ends).collect(),
            relationships: path.steps.iter().map(|step| self.tree_edge(&step.edge)).collect(),
        }
    }

    fn tree_edge(&self, edge: &TreeEdge) -> usize {
        match edge {
            TreeEdge::Relationship(relationship) => relationship.number() as usize,
            TreeEdge::Access { holder, action, resource } => self.access(*holder, action, *resource),
        }
    }

    fn access(&self, holder: EntityId, action: &str, resource: EntityId) -> usize {
        let wanted = (index(holder), Some(action), index(resource));
        let mut all = self.fixture.relationships.iter();
        all.position(|one| (one.from, one.action.as_deref(), one.to) == wanted).unwrap()
    }

    fn cell(&self, cell: EngineCell<'_>) -> Cell {
        match cell {
            EngineCell::Undefined => Cell::Undefined,
            EngineCell::Value(property) => Cell::Value(value(&property.to_owned())),
            EngineCell::Entity(entity) => Cell::Entity(index(entity)),
            EngineCell::Relationship(Edge::Relationship(relationship)) => {
                Cell::Relationship(relationship.number() as usize)
            }
            EngineCell::Relationship(Edge::Access { holder, action, resource }) => {
                Cell::Relationship(self.access(holder, action, resource))
            }
            EngineCell::Change(change) => Cell::Change(self.change(change)),
            EngineCell::Properties(properties) => {
                Cell::Properties(properties.iter().map(|(name, property)| (name.clone(), value(property))).collect())
            }
        }
    }

    /// The change is one of those that were given: which one is told by where it lies.
    fn change(&self, wanted: &Change) -> usize {
        for ((_, window), changes) in self.changes {
            let mut before: HashMap<EntityId, usize> = HashMap::new();
            for (number, change) in self.fixture.changes.iter().enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "moments are exact")]
                if change.at < window.since as f64 || change.at > window.until as f64 {
                    continue;
                }
                let entity = EntityId::new(u32::try_from(change.entity).unwrap());
                let place = before.entry(entity).or_default();
                if std::ptr::eq(&changes.of[&entity][*place], wanted) {
                    return number;
                }
                *place += 1;
            }
        }
        panic!("no such change");
    }
}

fn index(entity: EntityId) -> usize {
    entity.number() as usize
}
