//! Whose accounts are, as relationships between a registry's accounts and the people of a directory.

use std::collections::{BTreeMap, HashMap};

use rolecall_graph::{Across, NodeId, PropertyValue};
use rolecall_model::person::{LinkState, PERSON, PersonKey};
use rolecall_store::{AccountNamed, IdentityLinkRow, Store, StoreError};

use crate::world::WorldView;

/// What was written down about whose accounts are, at the moment of a view: `Account IS Person`, and `Person OWNS Account`
/// where somebody answers for a service. Whoever is in several directories is each of their entities. `O(accounts)`.
///
/// # Errors
/// As of any reading: the file may be damaged or busy.
pub(crate) async fn identity_relationships(store: &Store, view: &WorldView) -> Result<Vec<Across>, StoreError> {
    if view.world.nodes_of(PERSON).next().is_none() {
        return Ok(Vec::new());
    }
    let rows = links_of(store, view).await?;
    let segments: HashMap<_, _> =
        view.connectors.iter().zip(0_u32..).map(|(connector, index)| (connector.record.id, index)).collect();
    let account = |named: &AccountNamed| {
        view.world.resource(*segments.get(&named.connector)?, named.resource.kind.as_str(), &named.resource.id)
    };
    let of_row = |row: &IdentityLinkRow| account(&row.account).map(|account| relationships(view, account, &row.state));
    Ok(rows.iter().filter_map(of_row).flatten().collect())
}

/// What was written down, now or at the past moment of a view.
pub(super) async fn links_of(store: &Store, view: &WorldView) -> Result<Vec<IdentityLinkRow>, StoreError> {
    match &view.past {
        None => store.identity_link_list().await,
        Some(past) => store.identity_link_list_at(past.at).await,
    }
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
