//! What correlation sees of the accounts that are recorded.

use rolecall_graph::NodeId;
use rolecall_model::Value;
use rolecall_model::person::{AccountAddress, AccountFacts, AccountKey, Trust};

use crate::world::WorldView;

/// Properties that are a name which an account shows.
const NAMES: [&str; 3] = ["displayName", "fullName", "name"];

/// What is known of an account's address.
const EMAIL: &str = "email";

/// Whether a property of accounts tells anything about whose they are.
pub(super) fn is_read(property: &str) -> bool {
    property == EMAIL || NAMES.contains(&property)
}

/// Every account of every connector in view, by connector, type and id. One that two connectors show is there twice.
/// `O(accounts)`.
#[must_use]
pub fn account_facts(view: &WorldView) -> Vec<AccountFacts> {
    let nodes = (0..).zip(&view.connectors).flat_map(|(segment, _)| view.world.nodes(segment));
    nodes.filter(|node| view.world.is_account(*node)).filter_map(|node| view.account_facts(node)).collect()
}

impl WorldView {
    pub(super) fn account_facts(&self, node: NodeId) -> Option<AccountFacts> {
        let connector = self.connector(node)?;
        let resource = self.world.reference(node);
        let is_service = resource.kind != connector.declaration.account_type;
        let text = |name: &str| self.world.property(node, name).and_then(|json| Value::from_json_text(json).to_text());
        let username = Some(resource.id.to_string());
        let key = AccountKey::new(connector.title(), resource);
        // What somebody signs up with, or is shown with, they wrote themselves.
        let address = |address| AccountAddress { address, trust: Trust::SelfSet };
        Some(AccountFacts {
            username,
            display_name: NAMES.iter().find_map(|name| text(name)),
            addresses: text(EMAIL).map(address).into_iter().collect(),
            is_service,
            ..AccountFacts::new(key, connector.declaration.name)
        })
    }
}
