//! Who is in the directories.

use std::collections::BTreeMap;

use rolecall_connect::roster::SCIM;
use rolecall_graph::NodeId;
use rolecall_model::Value;
use rolecall_model::person::{PERSON, Person, PersonKey, Standing, person_of};

use crate::world::WorldView;

/// Everybody whom the directories in view list, by key. Whoever is in several of them is one person, of whom the
/// directory speaks first whose addresses are provisioned. `O(people)`.
#[must_use]
pub fn people(view: &WorldView) -> Vec<Person> {
    let mut found: BTreeMap<PersonKey, Person> = BTreeMap::new();
    let mut stated: Vec<Person> = view.world.nodes_of(PERSON).map(|node| view.person(node)).collect();
    stated.sort_by_key(|person| person.addresses.iter().map(|address| address.standing).min());
    for person in stated {
        match found.get_mut(&person.key) {
            Some(known) => known.complete(person),
            None => {
                found.insert(person.key.clone(), person);
            }
        }
    }
    found.into_values().collect()
}

impl WorldView {
    /// The person that this resource of a directory is.
    fn person(&self, node: NodeId) -> Person {
        let properties = self.world.properties(node).map(|(name, json)| (name, Value::from_json_text(json)));
        let is_pushed = self.connector(node).is_some_and(|connector| connector.declaration.name == SCIM.name);
        let standing = if is_pushed { Standing::Provisioned } else { Standing::Roster };
        person_of(PersonKey::from(self.world.id(node)), properties, &self.title(node), standing)
    }
}
