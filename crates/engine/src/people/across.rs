//! Whose accounts are and who answers for what, as relationships to the people of a directory.

use std::collections::{BTreeMap, HashMap};

use rolecall_graph::{Across, NodeId, PropertyValue};
use rolecall_model::person::{AccountKey, LinkState, PERSON, PersonKey};
use rolecall_store::{Store, StoreError};

use super::Identities;
use crate::owners::OwnerBook;
use crate::world::WorldView;

/// What was written down of people, at the moment of a view: `Account IS Person`, and `Person OWNS` an account of a service, a
/// package or a repository that they answer for. Whoever is in several directories is each of their entities. Who answered
/// for packages at a past moment is not asked. `O(accounts + people + owners)`.
///
/// # Errors
/// As of any reading: the file may be damaged or busy.
pub(crate) async fn people_relationships(store: &Store, view: &WorldView) -> Result<Vec<Across>, StoreError> {
    if view.world.nodes_of(PERSON).next().is_none() {
        return Ok(Vec::new());
    }
    let identities = Identities::recorded(store, view).await?;
    let segments: HashMap<String, u32> =
        view.connectors.iter().zip(0..).map(|(connector, segment)| (connector.title(), segment)).collect();
    let node = |key: &AccountKey| {
        view.world.resource(*segments.get(&*key.connector)?, key.resource.kind.as_str(), &key.resource.id)
    };
    let states = identities.correlation.states.iter();
    let accounts = states.filter_map(|(key, state)| Some((node(key)?, state)));
    let mut found: Vec<Across> = accounts.flat_map(|(account, state)| relationships(view, account, state)).collect();
    if view.past.is_none() {
        found.extend(OwnerBook::load(store, view, &identities).await?.relationships());
    }
    Ok(found)
}

fn relationships(view: &WorldView, account: NodeId, state: &LinkState) -> Vec<Across> {
    let people = |person: &PersonKey| view.world.find(PERSON, person.as_str());
    if let Some(link) = state.link() {
        let rule = PropertyValue::Text(link.rule.id().into());
        let confidence = PropertyValue::Number(f64::from(link.confidence.0) / 1000.0);
        let properties = BTreeMap::from([("rule".into(), rule), ("confidence".into(), confidence)]);
        let is = |person| Across { from: account, to: person, class: "IS", properties: properties.clone() };
        return people(&link.person).into_iter().map(is).collect();
    }
    let owns = |person| Across { from: person, to: account, class: "OWNS", properties: BTreeMap::new() };
    state.owner().map(people).unwrap_or_default().into_iter().map(owns).collect()
}
