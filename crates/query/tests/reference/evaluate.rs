//! What a query answers.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_query::ast::{Item, Query, Returns};

use super::aggregate::{grouped, has_aggregates};
use super::check::{Fault, check};
use super::condition::holds;
use super::expression::moment;
use super::fixture::{Fixture, Properties, Value};
use super::order::{sort, window};
use super::paths::{Path, paths};
use super::project::{Row, column_name, look_up, rows};
use super::scope::{Scope, scope};

/// The answer to a query. Indexes are those of what was known at the moment that is asked about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// Without `RETURN`: entities of the beginning (8).
    List(Vec<usize>),
    /// With `RETURN` and columns.
    Table {
        /// What the columns are called.
        columns: Vec<String>,
        /// As many cells as there are columns.
        rows: Vec<Vec<Cell>>,
    },
    /// `RETURN TREE`: everything on any path.
    Tree {
        /// Indexes of entities.
        entities: BTreeSet<usize>,
        /// Indexes of relationships.
        relationships: BTreeSet<usize>,
    },
    /// `RETURN PATH` (32), but for the grants behind each `CAN`.
    Paths(Vec<Shown>),
}

/// One path as it is shown, from its beginning to its end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    /// Those that are bound.
    pub(crate) entities: Vec<usize>,
    /// One for each but the first.
    pub(crate) relationships: Vec<usize>,
}

/// One cell of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// Nothing (13).
    Undefined,
    /// A value; a date is its number.
    Value(Value),
    /// A whole entity, by its index.
    Entity(usize),
    /// A whole relationship, by its index.
    Relationship(usize),
    /// A whole change, by its index.
    Change(usize),
    /// `u.*`.
    Properties(Properties),
}

/// What the caller gives with a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parameters {
    /// By name; `None` is `null` (23).
    pub(crate) values: BTreeMap<String, Option<Value>>,
    /// Whether what is gone is found as well (4).
    pub(crate) include_deleted: bool,
}

impl Parameters {
    /// The value of a parameter.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        self.values.get(name).cloned().flatten()
    }
}

/// What a query is asked about.
pub(crate) struct World<'a> {
    /// What is known.
    pub(crate) fixture: &'a Fixture,
    /// What the caller gives.
    pub(crate) parameters: &'a Parameters,
    /// When the query is run.
    pub(crate) now: f64,
    /// The query as written, for the names of columns.
    pub(crate) text: &'a str,
}

/// The answer to a query, or why it has none.
pub(crate) fn evaluate(
    query: &Query,
    text: &str,
    fixture: &Fixture,
    parameters: &Parameters,
    now_ms: i64,
) -> Result<Answer, Fault> {
    let world = World { fixture, parameters, now: now_ms as f64, text };
    check(&world, query)?;
    Ok(answer(&world, query))
}

/// The answer to a query in which nothing is wrong.
fn answer(world: &World<'_>, query: &Query) -> Answer {
    // `AS OF` asks what was known at a moment (33).
    let moment = query.as_of.as_ref().and_then(|moment_of| moment(world, moment_of));
    let fixture = moment.map_or(world.fixture, |moment| world.fixture.at(moment));
    let world = &World { fixture, ..*world };
    let scope = scope(query);
    let mut paths = paths(world, query);
    if let Some(filter) = &query.filter {
        // `WHERE` is about whole paths (5).
        paths.retain(|path| holds(world, filter, &|expression| look_up(world, &scope, path, expression)));
    }
    match &query.returns {
        None => list(world, query, &scope, paths),
        Some(Returns::Tree(_)) => tree(&ordered_paths(world, query, &scope, paths)),
        Some(Returns::Path(_)) => shown(query, &ordered_paths(world, query, &scope, paths)),
        Some(Returns::Items(items)) => table(world, query, &scope, items, paths),
    }
}

/// Each entity of the beginning that has a path, once (8).
fn list(world: &World<'_>, query: &Query, scope: &Scope, paths: Vec<Path>) -> Answer {
    let mut rows: Vec<Row> = Vec::new();
    for path in paths {
        let beginning = vec![path.entities[0].map_or(Cell::Undefined, Cell::Entity)];
        if rows.iter().all(|row| row.cells != beginning) {
            rows.push(Row { cells: beginning, path: Some(path) });
        }
    }
    sort(world, query, scope, &[], &mut rows);
    let paths = window(query, rows).into_iter().filter_map(|row| row.path);
    Answer::List(paths.filter_map(|path| path.entities[0]).collect())
}

/// The paths in the order wanted, each a row of its own.
fn ordered_paths(world: &World<'_>, query: &Query, scope: &Scope, paths: Vec<Path>) -> Vec<Path> {
    let mut rows: Vec<Row> = paths.into_iter().map(|path| Row { cells: Vec::new(), path: Some(path) }).collect();
    sort(world, query, scope, &[], &mut rows);
    window(query, rows).into_iter().filter_map(|row| row.path).collect()
}

/// Everything on any path.
fn tree(paths: &[Path]) -> Answer {
    let entities = paths.iter().flat_map(|path| path.entities.iter().flatten().copied()).collect();
    let relationships = paths.iter().flat_map(|path| path.relationships.iter().flatten().copied()).collect();
    Answer::Tree { entities, relationships }
}

/// Each path with all its entities and relationships (32).
fn shown(query: &Query, paths: &[Path]) -> Answer {
    let mut all = Vec::new();
    for path in paths {
        let shown = Shown {
            entities: path.entities.iter().flatten().copied().collect(),
            relationships: path.relationships.iter().flatten().copied().collect(),
        };
        if !query.unique || !all.contains(&shown) {
            all.push(shown);
        }
    }
    Answer::Paths(all)
}

/// One row for each path (8), or one for each group (28).
fn table(world: &World<'_>, query: &Query, scope: &Scope, items: &[Item], paths: Vec<Path>) -> Answer {
    let mut rows = if items.iter().any(has_aggregates) {
        grouped(world, scope, items, &paths)
    } else {
        rows(world, scope, items, paths)
    };
    if let Some(having) = &query.having {
        rows.retain(|row| holds(world, having, &|expression| row.column(world, items, expression)));
    }
    if query.unique {
        // Each different row once (8): the first of equal ones stands for them.
        let mut different: Vec<Row> = Vec::new();
        for row in rows {
            if different.iter().all(|other| other.cells != row.cells) {
                different.push(row);
            }
        }
        rows = different;
    }
    sort(world, query, scope, items, &mut rows);
    let columns = once_each(items.iter().map(|item| column_name(world, item)));
    Answer::Table { columns, rows: window(query, rows).into_iter().map(|row| row.cells).collect() }
}

/// The values of the one column of a query in parentheses; what has none is left out, and so are whole entities (26).
pub(crate) fn column_of(world: &World<'_>, query: &Query) -> Vec<Value> {
    let Answer::Table { rows, .. } = answer(world, query) else { return Vec::new() };
    let cells = rows.into_iter().flatten();
    cells.filter_map(|cell| if let Cell::Value(value) = cell { Some(value) } else { None }).collect()
}

/// Each column has a name of its own (12).
fn once_each(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for name in names {
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|candidate| !columns.contains(candidate));
        columns.extend(free);
    }
    columns
}
