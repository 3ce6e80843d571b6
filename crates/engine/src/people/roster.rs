//! A roster that somebody brings: what it would change, and how it becomes current, whole or not at all.

use std::collections::{BTreeMap, HashSet};

use rolecall_connect::roster::text::{
    DateOrder, Problems, Roster, RosterMapping, RosterRefused, RosterTarget, mapping_guessed, read,
};
use rolecall_connect::roster::{DECLARATION, DIRECTORY, RosterConnector};
use rolecall_model::person::{PERSON, Person, PersonKey, person_facts};
use rolecall_model::{Fact, ResourceRef};
use rolecall_store::{Connector, NewConnector, Store, StoreError};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::directory::directory_people;
use crate::work::{Doer, sync_inline};
use crate::world::{WorldView, connector_title};
use crate::{Context, SyncError, SyncOptions, SyncReport, world_load};

/// What of a roster's mapping is remembered, among the settings of its connector.
const MAPPING: &str = "mapping";

/// A roster that is to be read.
#[derive(Clone, Debug)]
pub struct RosterWish {
    /// The directory whose people it lists.
    pub directory: String,
    /// All of its text.
    pub text: String,
    /// Columns that are something else than the last time, or than their names say.
    pub columns: Vec<(String, RosterTarget)>,
    /// How dates are meant that could be either.
    pub date_order: Option<DateOrder>,
    /// Whether to forget what the columns were the last time.
    pub is_anew: bool,
}

/// What a roster would change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RosterPreview {
    /// The directory.
    pub directory: String,
    /// How many people are in the roster.
    pub people: usize,
    /// How many of them are new.
    pub added: usize,
    /// How many of them are told otherwise than before.
    pub changed: usize,
    /// How many are in the directory and not in the roster.
    pub gone: usize,
    /// Everybody who is new, other or gone, by key.
    pub differences: Vec<PersonDifference>,
    /// Which column is what.
    pub mapping: RosterMapping,
    /// What is odd and was read all the same.
    pub warnings: Problems,
}

/// Somebody of whom a roster says something else than what is current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonDifference {
    /// Who.
    pub key: PersonKey,
    /// How they are called.
    pub display_name: String,
    /// `appeared`, `changed` or `disappeared`.
    pub change: &'static str,
    /// What is other, of somebody who was there.
    pub properties: Vec<PropertyDifference>,
}

/// A property that is told otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyDifference {
    /// Its name.
    pub name: String,
    /// What it was, if anything.
    pub was: Json,
    /// What it would be, if anything.
    pub is: Json,
}

/// Why a roster was not read, or did not become current.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// Something is wrong with it.
    #[error(transparent)]
    Refused(#[from] RosterRefused),
    /// It could not be made current.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a roster would change; everything, where there is no database yet. Nothing is written.
///
/// # Errors
/// When anything is wrong with it, with the lines; or when the database fails.
pub async fn roster_preview(store: Option<&Store>, wish: &RosterWish) -> Result<RosterPreview, RosterError> {
    let current = Current::of(store, &wish.directory).await?;
    let roster = roster_read(wish, current.connector.as_ref())?;
    Ok(compared(&current, &wish.directory, roster).0)
}

/// Makes a roster current, and remembers which column is what. People who are not in it any more wait to be confirmed
/// where they are many, as removals do.
///
/// # Errors
/// As [`roster_preview`], or when the directory is being written by another.
pub async fn roster_import(
    context: &Context,
    wish: &RosterWish,
    doer: &Doer,
    options: SyncOptions,
) -> Result<(RosterPreview, Connector, SyncReport), RosterError> {
    let store = &context.store;
    let current = Current::of(Some(store), &wish.directory).await?;
    let roster = roster_read(wish, current.connector.as_ref())?;
    let (preview, people) = compared(&current, &wish.directory, roster);
    let config = config(&wish.directory, current.connector, &preview.mapping);
    let record = store.connector_put(&config, &doer.asked_by, context.now()).await?;
    // What an import that was killed had read of another text.
    store.staged_purge(record.id, context.now().plus_seconds(1)).await?;
    let connector = RosterConnector::new(&wish.directory, &people);
    let report = sync_inline(context, &connector, &record, options, doer).await?;
    Ok((preview, record, report))
}

/// What is recorded of a directory.
#[derive(Default)]
struct Current {
    connector: Option<Connector>,
    view: Option<WorldView>,
}

impl Current {
    async fn of(store: Option<&Store>, directory: &str) -> Result<Self, StoreError> {
        let Some(store) = store else { return Ok(Self::default()) };
        let known = store.connector_find(DECLARATION.name, directory).await?;
        let Some(known) = known.filter(|known| known.removed_at.is_none()) else { return Ok(Self::default()) };
        let view = world_load(store, Some(&connector_title(&known)), None).await?;
        Ok(Self { connector: Some(known), view: Some(view) })
    }
}

fn roster_read(wish: &RosterWish, known: Option<&Connector>) -> Result<Roster, RosterRefused> {
    let known = known.filter(|_| !wish.is_anew);
    let remembered = known.and_then(|known| known.config.settings.get(MAPPING));
    let remembered: Option<RosterMapping> = remembered.and_then(|mapping| serde_json::from_value(mapping.clone()).ok());
    let mut mapping = remembered.unwrap_or_else(|| mapping_guessed(&wish.text));
    wish.columns.iter().for_each(|(column, target)| mapping.place(column, target.clone()));
    mapping.date_order = wish.date_order.or(mapping.date_order);
    read(&wish.text, &format!("{}:{}", DECLARATION.name, wish.directory), Some(&mapping))
}

/// The connector of the directory, with the mapping remembered.
fn config(directory: &str, known: Option<Connector>, mapping: &RosterMapping) -> NewConnector {
    let mut config = known.map_or_else(
        || NewConnector {
            connector_type: DECLARATION.name.to_owned(),
            name: directory.to_owned(),
            description: "People, from rosters that were brought".to_owned(),
            owners: Vec::new(),
            root: directory.to_owned(),
            base_url: String::new(),
            settings: json!({}),
            secret_source: None,
        },
        |known| known.config,
    );
    if let (Some(settings), Ok(mapping)) = (config.settings.as_object_mut(), serde_json::to_value(mapping)) {
        settings.insert(MAPPING.to_owned(), mapping);
    }
    config
}

/// What is other than what is current.
fn compared(current: &Current, directory: &str, roster: Roster) -> (RosterPreview, Vec<Person>) {
    let view = current.view.as_ref();
    let root = ResourceRef::new(DIRECTORY, directory);
    let mut differences: Vec<PersonDifference> =
        roster.people.iter().filter_map(|person| difference(view, person, &root)).collect();
    let listed: HashSet<&PersonKey> = roster.people.iter().map(|person| &person.key).collect();
    let current = view.into_iter().flat_map(|view| directory_people(view).into_values());
    let gone = current.filter(|person| !listed.contains(&person.key)).map(|person| PersonDifference {
        key: person.key,
        display_name: person.display_name,
        change: "disappeared",
        properties: Vec::new(),
    });
    differences.extend(gone);
    differences.sort_by(|left, right| left.key.cmp(&right.key));
    let count = |change: &str| differences.iter().filter(|difference| difference.change == change).count();
    let preview = RosterPreview {
        directory: directory.to_owned(),
        people: roster.people.len(),
        added: count("appeared"),
        changed: count("changed"),
        gone: count("disappeared"),
        mapping: roster.mapping,
        warnings: roster.warnings,
        differences,
    };
    (preview, roster.people)
}

/// What the roster says otherwise of somebody; `None` where it says the same.
fn difference(view: Option<&WorldView>, person: &Person, directory: &ResourceRef) -> Option<PersonDifference> {
    let node = view.and_then(|view| Some((view, view.world.resource(0, PERSON, person.key.as_str())?)));
    let facts = person_facts(person, directory, |_| false);
    let is: BTreeMap<&str, Json> = facts.iter().filter_map(property).collect();
    let was: BTreeMap<&str, Json> = node
        .iter()
        .flat_map(|(view, node)| view.world.properties(*node))
        .map(|(name, json)| (name, serde_json::from_str(json).unwrap_or_default()))
        .collect();
    let names: std::collections::BTreeSet<&str> = is.keys().chain(was.keys()).copied().collect();
    let value = |of: &BTreeMap<&str, Json>, name| of.get(name).cloned().unwrap_or_default();
    let properties = names.into_iter().filter(|name| is.get(name) != was.get(name));
    let properties: Vec<PropertyDifference> = match node {
        Some(_) => properties
            .map(|name| PropertyDifference { name: name.to_owned(), was: value(&was, name), is: value(&is, name) })
            .collect(),
        None => Vec::new(),
    };
    let change = if node.is_none() { "appeared" } else { "changed" };
    (node.is_none() || !properties.is_empty()).then(|| PersonDifference {
        key: person.key.clone(),
        display_name: person.display_name.clone(),
        change,
        properties,
    })
}

fn property(fact: &Fact) -> Option<(&str, Json)> {
    match fact {
        Fact::Property { name, value, .. } => Some((name.as_str(), value.to_json())),
        _ => None,
    }
}
