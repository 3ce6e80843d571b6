//! What an account keeps when it leaves: removal from an organisation is not complete offboarding.

use rolecall_model::AccessRule;

use crate::access::{AccountAccess, Reach};
use crate::derived::own_evidence;
use crate::downstream::{Departure, Downstream};
use crate::edge::Basis;
use crate::hash::IdSet;
use crate::world::{NodeId, World};

impl World {
    /// What an account still holds once it has lost everything on `root` and on the groups inside it: all that has a
    /// path through neither. Nothing on these resources themselves remains.
    ///
    /// Evidence is weighed anew. A statement about the account that its observed grants did not explain counts once
    /// the account is an outsider: the maintainer of an unscoped package stays its maintainer.
    ///
    /// Costs what [`World::access`] costs, about three times.
    #[must_use]
    pub fn remains_after_leaving(&self, account: NodeId, root: NodeId) -> AccountAccess<'_> {
        let mut lost = self.with_child_groups(root);
        lost.extend(self.children_for_members(root).map(|child| self.representative(child)));
        let observed = Departure::new(account, Basis::Observed);
        let now = Downstream::of(self, observed);
        let remaining = Downstream::of(self, Departure { blocked: Some(&lost), ..observed });
        let own = own_evidence(self, account, &now, &remaining);
        let departure = Departure { blocked: Some(&lost), own: Some(&own), ..Departure::new(account, Basis::All) };
        self.access_by(&Reach::of(self, departure))
    }

    /// The children on which only members hold anything.
    fn children_for_members(&self, root: NodeId) -> impl Iterator<Item = NodeId> + use<'_> {
        self.same_account(root).flat_map(|equal| self.children(equal)).filter(|child| {
            let rules = self.segment(*child).map_or(&[][..], |segment| segment.declaration.rules);
            let kind = self.kind(*child);
            rules.iter().any(|rule| matches!(rule, AccessRule::MembersOnly { resource_type } if *resource_type == kind))
        })
    }

    /// A resource and the groups inside it, to any depth, as representatives.
    fn with_child_groups(&self, root: NodeId) -> IdSet<NodeId> {
        let mut found = IdSet::default();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if found.insert(self.representative(node)) {
                let children = self.same_account(node).flat_map(|equal| self.children(equal));
                open.extend(children.filter(|child| self.is_group(*child)));
            }
        }
        found
    }
}
