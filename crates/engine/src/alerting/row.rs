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
    /// What templates call `item`, and what is told; null of a row that nobody asks for.
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

/// What is wanted of the rows of an answer. Whoever lists everybody is asked for who is new among them, and not for all that
/// is known of each.
pub(crate) struct Wanted<'w> {
    pub(crate) trigger: &'w Trigger,
    /// Whether the data of a row with this key and these values are.
    pub(crate) data: &'w dyn Fn(&str, &BTreeMap<String, Json>) -> bool,
    /// Which resource an entity is made of.
    pub(crate) place: &'w dyn Fn(EntityId) -> Option<Json>,
}

/// Of so many rows the data are wanted whatever the trigger, for people who look at the rule.
const SAMPLE: usize = 50;

impl QueryFound {
    /// The rows of an answer. `O(rows · the properties that are compared)`.
    #[must_use]
    pub(crate) fn of(name: &str, shown: &Shown<'_>, wanted: &Wanted<'_>) -> Self {
        let graph = shown.answer.graph;
        let mut numbered = Numbered { query: name, wanted, seen: HashMap::new(), rows: BTreeMap::new() };
        match &shown.answer.found {
            Found::List(entities) => entities.iter().for_each(|entity| numbered.entity(graph, *entity)),
            Found::Tree(tree) => tree.entities.iter().for_each(|entity| numbered.entity(graph, *entity)),
            Found::Table(table) => table.rows().for_each(|row| numbered.table_row(graph, table, row)),
            Found::Paths(paths) => {
                for path in paths {
                    let data = json::path(shown, path);
                    numbered.add(&digest(&data), title_of(&data), BTreeMap::new(), || data.clone());
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
    wanted: &'q Wanted<'q>,
    seen: HashMap<String, usize>,
    rows: BTreeMap<String, RuleRow>,
}

impl Numbered<'_> {
    fn entity(&mut self, graph: &EntityGraph, entity: EntityId) {
        let values = match self.wanted.trigger {
            Trigger::NewRows { .. } | Trigger::CountChanged => BTreeMap::new(),
            Trigger::PropertyChanged { properties, .. } if !properties.is_empty() => {
                let value = |name: &String| Some((name.clone(), graph.property(entity, name)?.to_json()));
                properties.iter().filter_map(value).collect()
            }
            Trigger::PropertyChanged { .. } | Trigger::Result { .. } => {
                let is_own = |name: &str| !name.starts_with('_');
                graph
                    .properties(entity)
                    .filter(|(name, _)| is_own(name))
                    .map(|(name, value)| (name.to_owned(), value.to_json()))
                    .collect()
            }
        };
        let place = self.wanted.place;
        let (id, title) = (json::entity_id(graph, entity), graph.display_name(entity).to_owned());
        self.add(&id, title, values, || entity_data(&json::entity(graph, entity), place(entity)));
    }

    fn table_row(&mut self, graph: &EntityGraph, table: &Table<'_>, row: TableRow<'_>) {
        let cells: Vec<(&String, Json)> =
            table.columns.iter().zip(row.cells()).map(|(name, cell)| (name, json::cell(graph, cell))).collect();
        // Of a row that may change, the columns that are watched do not say which row it is.
        let is_identity = |place: usize, name: &String| match self.wanted.trigger {
            Trigger::PropertyChanged { properties, .. } if properties.is_empty() => place == 0,
            Trigger::PropertyChanged { properties, .. } => !properties.contains(name),
            _ => true,
        };
        let named = cells.iter().enumerate().filter(|(place, (name, _))| is_identity(*place, name));
        let identity: Json = named.map(|(_, (_, cell))| identity_of(cell)).collect();
        let title: Vec<String> = cells.iter().map(|(_, cell)| title_of(cell)).filter(|text| !text.is_empty()).collect();
        let is_compared = !matches!(self.wanted.trigger, Trigger::NewRows { .. } | Trigger::CountChanged);
        let compared = cells.iter().filter(|_| is_compared);
        let values = compared.map(|(name, cell)| ((*name).clone(), cell.clone())).collect();
        self.add(&identity.to_string(), title.join(" · "), values, || {
            cells.into_iter().map(|(name, cell)| (name.clone(), cell)).collect::<Map<String, Json>>().into()
        });
    }

    fn add(&mut self, key: &str, title: String, values: BTreeMap<String, Json>, data: impl FnOnce() -> Json) {
        let count = self.seen.entry(key.to_owned()).or_default();
        *count += 1;
        let place = if *count > 1 { format!(" #{count}") } else { String::new() };
        let key = bounded(format!("{} {key}{place}", self.query));
        let is_wanted = self.rows.len() < SAMPLE || (self.wanted.data)(&key, &values);
        let data = if is_wanted { data() } else { Json::Null };
        self.rows.insert(key.clone(), RuleRow { key, title, data, values });
    }
}

/// An entity, with its properties also where templates of JupiterOne's rules look for them.
fn entity_data(entity: &Json, place: Option<Json>) -> Json {
    let part = |name: &str| entity.get(name).and_then(Json::as_object).cloned().unwrap_or_default();
    let mut data = part("entity");
    data.extend(part("properties"));
    data.extend(entity.as_object().cloned().unwrap_or_default());
    data.extend(place.map(|place| ("_rolecall".to_owned(), place)));
    Json::Object(data)
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
