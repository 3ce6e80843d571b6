//! Who answers for what, as relationships between people of a directory and what they answer for.

use std::collections::BTreeMap;

use rolecall_graph::{Across, PropertyValue};
use rolecall_model::person::PERSON;

use super::OwnerBook;

impl OwnerBook<'_> {
    /// `Person OWNS` whatever they answer for. Whoever is in several directories is each of their entities.
    pub(crate) fn relationships(&self) -> Vec<Across> {
        let mut found = Vec::new();
        for node in self.nodes().filter(|node| self.is_claimed(*node)) {
            for owner in self.row(node).owners {
                let properties = BTreeMap::from([("source".into(), PropertyValue::Text(owner.source.into()))]);
                let people = owner.person.iter().flat_map(|person| self.view.world.find(PERSON, person.as_str()));
                let owns = |from| Across { from, to: node, class: "OWNS", properties: properties.clone() };
                found.extend(people.map(owns));
            }
        }
        found
    }
}
