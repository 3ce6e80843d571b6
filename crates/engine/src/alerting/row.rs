//! What a rule's queries found, row by row, each with a key by which it is the same row the next time.

use std::collections::{BTreeMap, HashMap};

use rolecall_graph::{EntityGraph, EntityId};
use rolecall_query::{Found, Table, TableRow};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use super::Trigger;
use crate::query::{Shown, json};

/// One row of what a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleRow {
    /// What makes it the same row at the next evaluation.
    pub key: String,
    /// It in a few words.
    pub title: String,
    /// What templates call `item`, and what is told.
    pub data: Json,
    /// Its properties or columns, as they are compared.
    pub values: BTreeMap<String, Json>,
}

/// What one query of a rule found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryFound {
    /// How the rule calls the query.
    pub name: String,
    /// Its rows, by key.
    pub rows: BTreeMap<String, RuleRow>,
    /// Whether everything behind the answer was read in full.
    pub is_complete: bool,
    /// What the answer says besides.
    pub besides: Json,
}

impl QueryFound {
    /// The rows of an answer, in which `place` says which resource an entity is made of. `O(rows · their properties)`.
    #[must_use]
    pub(crate) fn of(
        name: &str,
        shown: &Shown<'_>,
        trigger: &Trigger,
        place: &dyn Fn(EntityId) -> Option<Json>,
    ) -> Self {
        let graph = shown.answer.graph;
        let mut numbered = Numbered { query: name, seen: HashMap::new(), rows: BTreeMap::new() };
        match &shown.answer.found {
            Found::List(entities) => {
                for entity in entities {
                    numbered.entity(&json::entity(graph, *entity), place(*entity));
                }
            }
            Found::Tree(tree) => {
                for entity in &tree.entities {
                    numbered.entity(&json::entity(graph, *entity), place(*entity));
                }
            }
            Found::Table(table) => {
                for row in table.rows() {
                    numbered.table_row(graph, table, row, trigger);
                }
            }
            Found::Paths(paths) => {
                for path in paths {
                    let data = json::path(shown, path);
                    numbered.add(&digest(&data), title_of(&data), data, BTreeMap::new());
                }
            }
        }
        let besides = Json::Object(json::besides(shown));
        Self { name: name.to_owned(), rows: numbered.rows, is_complete: shown.is_complete(), besides }
    }
}

/// Rows, of which several may have the same key to begin with.
struct Numbered<'q> {
    query: &'q str,
    seen: HashMap<String, usize>,
    rows: BTreeMap<String, RuleRow>,
}

impl Numbered<'_> {
    /// An entity, with its properties also where templates of JupiterOne's rules look for them.
    fn entity(&mut self, entity: &Json, place: Option<Json>) {
        let part = |name: &str| entity.get(name).and_then(Json::as_object).cloned().unwrap_or_default();
        let (common, own) = (part("entity"), part("properties"));
        let title = common.get("displayName").map(text_of).unwrap_or_default();
        let id = entity.get("id").map(text_of).unwrap_or_default();
        let mut values: BTreeMap<String, Json> = own.clone().into_iter().collect();
        values.extend(common.get("displayName").map(|name| ("displayName".to_owned(), name.clone())));
        let mut data = common;
        data.extend(own);
        data.extend(entity.as_object().cloned().unwrap_or_default());
        data.extend(place.map(|place| ("_rolecall".to_owned(), place)));
        self.add(&id, title, Json::Object(data), values);
    }

    fn table_row(&mut self, graph: &EntityGraph, table: &Table<'_>, row: TableRow<'_>, trigger: &Trigger) {
        let cells: Vec<(&String, Json)> =
            table.columns.iter().zip(row.cells()).map(|(name, cell)| (name, json::cell(graph, cell))).collect();
        // Of a row that may change, the columns that are watched do not say which row it is.
        let is_identity = |place: usize, name: &String| match trigger {
            Trigger::PropertyChanged { properties, .. } if properties.is_empty() => place == 0,
            Trigger::PropertyChanged { properties, .. } => !properties.contains(name),
            _ => true,
        };
        let named = cells.iter().enumerate().filter(|(place, (name, _))| is_identity(*place, name));
        let identity: Json = named.map(|(_, (_, cell))| identity_of(cell)).collect();
        let title: Vec<String> = cells.iter().map(|(_, cell)| title_of(cell)).filter(|text| !text.is_empty()).collect();
        let values = cells.iter().map(|(name, cell)| ((*name).clone(), cell.clone())).collect();
        let data: Map<String, Json> = cells.into_iter().map(|(name, cell)| (name.clone(), cell)).collect();
        self.add(&identity.to_string(), title.join(" · "), Json::Object(data), values);
    }

    fn add(&mut self, key: &str, title: String, data: Json, values: BTreeMap<String, Json>) {
        let count = self.seen.entry(key.to_owned()).or_default();
        *count += 1;
        let place = if *count > 1 { format!(" #{count}") } else { String::new() };
        let key = bounded(format!("{} {key}{place}", self.query));
        self.rows.insert(key.clone(), RuleRow { key, title, data, values });
    }
}

/// The longest key that is kept as it is.
const LONGEST: usize = 300;

/// A key as it is kept: a long one is its digest.
fn bounded(key: String) -> String {
    if key.len() <= LONGEST { key } else { digest(&Json::String(key)) }
}

/// What makes a cell the same cell: an entity's id, and anything else as it is.
fn identity_of(cell: &Json) -> Json {
    cell.get("entity").and(cell.get("id")).cloned().unwrap_or_else(|| cell.clone())
}

fn title_of(data: &Json) -> String {
    match data {
        Json::Null => String::new(),
        Json::Object(fields) => {
            let named = fields.get("entity").and_then(|entity| entity.get("displayName"));
            named.or_else(|| fields.get("displayName")).map_or_else(|| Json::from(fields.clone()).to_string(), text_of)
        }
        other => text_of(other),
    }
}

/// A value as people read it.
pub(super) fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Array(all) => all.iter().map(text_of).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A digest of a value, the same whatever made it.
pub(super) fn digest(value: &Json) -> String {
    let digest = Sha256::digest(value.to_string().as_bytes());
    digest.iter().take(16).fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    })
}
