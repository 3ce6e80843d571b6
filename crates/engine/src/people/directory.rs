//! Who is in the directories, and who was.

use std::collections::BTreeMap;

use rolecall_connect::is_directory;
use rolecall_connect::roster::SCIM;
use rolecall_graph::NodeId;
use rolecall_model::person::{Employment, PERSON, Person, PersonKey, Standing, person_of};
use rolecall_model::{Fact, ResourceRef, Timestamp, Value};
use rolecall_store::{Change, ChangeFilter, ChangeKind, SnapshotId, Store, StoreError};

use crate::world::{ConnectorView, WorldView};

/// Everybody who is or was in a directory, at the moment of a view.
#[derive(Debug, Default)]
pub struct Directory {
    /// By key. Whoever is in several directories is one person, of whom that directory speaks first whose addresses are
    /// provisioned.
    pub people: BTreeMap<PersonKey, Person>,
    /// Since when no directory lists those whom none lists. They count as departed: nobody becomes unknown by being
    /// left out of a list, and access that returns is theirs.
    pub unlisted: BTreeMap<PersonKey, Timestamp>,
}

impl Directory {
    /// Reads it. `O(people + changes of directories)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn load(store: &Store, view: &WorldView) -> Result<Self, StoreError> {
        let mut directory = Self { people: directory_people(view), unlisted: BTreeMap::new() };
        for connector in view.connectors.iter().filter(|connector| is_directory(connector.declaration.name)) {
            let filter = ChangeFilter {
                connector: Some(connector.record.id),
                until: view.until(None),
                known_at: view.until(None),
                ..ChangeFilter::default()
            };
            for (person, since) in gone(connector, &store.changes(&filter).await?) {
                directory.add_gone(person, since);
            }
        }
        Ok(directory)
    }

    /// Of somebody whom several directories listed, that speaks which listed them last.
    fn add_gone(&mut self, person: Person, since: Timestamp) {
        let known = self.unlisted.get(&person.key);
        if known.map_or(self.people.contains_key(&person.key), |known| *known >= since) {
            return;
        }
        self.unlisted.insert(person.key.clone(), since);
        self.people.insert(person.key.clone(), person);
    }
}

/// Whether a connector is a directory of people, and no registry.
pub(crate) fn is_directory_view(connector: &ConnectorView) -> bool {
    is_directory(connector.declaration.name)
}

/// Everybody whom the directories in view list. `O(people)`.
pub(super) fn directory_people(view: &WorldView) -> BTreeMap<PersonKey, Person> {
    let mut stated: Vec<(Option<Standing>, String, Person)> = Vec::new();
    for node in view.world.nodes_of(PERSON).filter(|node| view.world.is_stated(*node)) {
        let person = view.person(node);
        stated.push((person.addresses.iter().map(|address| address.standing).min(), view.title(node), person));
    }
    // By name and not by age, so that it does not matter which directory came first.
    stated.sort();
    let mut found: BTreeMap<PersonKey, Person> = BTreeMap::new();
    for (_, _, person) in stated {
        match found.get_mut(&person.key) {
            Some(known) => known.complete(person),
            None => {
                found.insert(person.key.clone(), person);
            }
        }
    }
    found
}

/// Whoever disappeared from a directory, as it last knew them, and when. The changes come newest first.
fn gone(connector: &ConnectorView, changes: &[Change]) -> Vec<(Person, Timestamp)> {
    let mut last: BTreeMap<&ResourceRef, (SnapshotId, Timestamp)> = BTreeMap::new();
    let mut properties: BTreeMap<&ResourceRef, Vec<(&str, Value)>> = BTreeMap::new();
    let ended = || changes.iter().filter(|change| change.kind == ChangeKind::Disappeared);
    for change in ended() {
        if let Fact::Resource { resource, .. } = &change.fact
            && resource.kind.as_str() == PERSON
        {
            last.entry(resource).or_insert((change.snapshot, change.not_after));
        }
    }
    for change in ended() {
        // What had disappeared of them before was not known of them at the end.
        if let Fact::Property { resource, name, value } = &change.fact
            && last.get(resource).is_some_and(|(snapshot, _)| *snapshot == change.snapshot)
        {
            properties.entry(resource).or_default().push((name.as_str(), value.clone()));
        }
    }
    let standing = standing(connector);
    let person = |(resource, (_, since)): (&ResourceRef, (SnapshotId, Timestamp))| {
        let known = properties.remove(resource).unwrap_or_default();
        let person = person_of(PersonKey::from(&*resource.id), known, &connector.title(), standing);
        (Person { employment: Employment::Departed, ..person }, since)
    };
    last.into_iter().map(person).collect()
}

/// What a directory's word on addresses is worth.
fn standing(connector: &ConnectorView) -> Standing {
    if connector.declaration.name == SCIM.name { Standing::Provisioned } else { Standing::Roster }
}

impl WorldView {
    /// The person that this resource of a directory is.
    fn person(&self, node: NodeId) -> Person {
        let properties = self.world.properties(node).map(|(name, json)| (name, Value::from_json_text(json)));
        let standing = self.connector(node).map_or(Standing::Roster, standing);
        person_of(PersonKey::from(self.world.id(node)), properties, &self.title(node), standing)
    }
}
