//! Who answers for something by what the registry itself says: managers of the teams that may do most with it.

use rolecall_graph::{NodeId, Origin};
use rolecall_model::Timestamp;

use crate::world::WorldView;

/// An account that manages a group which holds something on a resource.
pub(super) struct Steward {
    pub(super) account: NodeId,
    pub(super) group: NodeId,
    /// What the group holds.
    pub(super) slug: String,
    pub(super) since: Timestamp,
    pub(super) or_earlier: bool,
}

impl WorldView {
    /// The stewards of a resource, as its type declares them; of the groups that hold something on it, those that hold the
    /// most, because everybody's team may read.
    pub(super) fn stewards(&self, node: NodeId) -> Vec<Steward> {
        let declaration = self.connector(node).map(|connector| connector.declaration);
        let declared = declaration.and_then(|declaration| Some((declaration, declaration.write.as_ref()?)));
        let Some((declaration, write)) = declared else { return Vec::new() };
        let mut stewards = Vec::new();
        for (kind, manager) in write.ownership.stewards {
            let observed = |origin: &Origin<'_>| matches!(origin, Origin::Observed);
            let held: Vec<_> = self
                .world
                .grants_on(node)
                .filter(|step| observed(&step.origin) && self.world.kind(step.principal) == *kind)
                .collect();
            let order = |slug: &str| self.entitlement_order(node, slug);
            let most = held.iter().map(|step| order(step.slug)).max();
            for step in held.iter().filter(|step| Some(order(step.slug)) == most) {
                for managing in self.world.grants_on(step.principal).filter(|managing| managing.slug == *manager) {
                    let account = managing.principal;
                    if self.world.kind(account) != declaration.account_type || self.world.is_suspended(account) {
                        continue;
                    }
                    let (since, or_earlier) = self.since_known(step).max(self.since_known(&managing));
                    stewards.push(Steward {
                        account,
                        group: step.principal,
                        slug: step.slug.to_owned(),
                        since,
                        or_earlier,
                    });
                }
            }
        }
        stewards
    }

    fn entitlement_order(&self, node: NodeId, slug: &str) -> u8 {
        let declared = self.declared(node).and_then(|of| of.entitlements.iter().find(|one| one.slug == slug));
        declared.and_then(|declared| declared.exclusive_order).unwrap_or_default()
    }
}
