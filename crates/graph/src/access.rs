//! What an account holds, and by every path.

use crate::downstream::{Departure, Downstream};
use crate::edge::Basis;
use crate::might::MightGroup;
use crate::path::{Path, sort_paths};
use crate::take::{Chance, TakeGroup};
use crate::world::{NodeId, World};

/// Everything an account holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountAccess<'w> {
    /// What is held, by the resource's type and id, then slug. What everybody holds is not listed.
    pub items: Vec<AccessItem<'w>>,
    /// What could be taken, by parent. Nothing where the account is suspended.
    pub can_take: Vec<TakeGroup>,
    /// What may be held, by parent: the registry does not say whether it is.
    pub might: Vec<MightGroup>,
    /// Whether some item has more paths than are listed.
    pub truncated: bool,
}

/// An entitlement that an account holds, membership of a group included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessItem<'w> {
    /// The resource, as its representative.
    pub resource: NodeId,
    /// The entitlement. Those that it includes are not listed apart; of several that do not include each other, each
    /// is an item.
    pub slug: &'w str,
    /// The paths that give this entitlement, shortest first. Never empty. Other paths may give weaker ones:
    /// [`World::who_can`] with the weaker slug lists them all.
    pub paths: Vec<Path<'w>>,
    /// Whether there may be more paths than these.
    pub truncated: bool,
    /// Whether every path, listed or not, rests on a grant whose removal is unconfirmed.
    pub unconfirmed: bool,
}

/// What an account reaches, on each basis that an answer needs.
pub(crate) struct Reach {
    /// By observed grants and by rules.
    pub(crate) computed: Downstream,
    /// With evidence that counts; `None` when that makes no difference.
    pub(crate) all: Option<Downstream>,
    /// Without unconfirmed grants; `None` when there are none.
    pub(crate) confirmed: Option<Downstream>,
}

impl Reach {
    pub(crate) fn of(world: &World, departure: Departure<'_>) -> Self {
        let has_derived = departure.own.is_some_and(|own| !own.is_empty()) || !world.derived().is_empty();
        let on = |basis| Downstream::of(world, Departure { basis, ..departure });
        let computed = Downstream::of(world, Departure { basis: Basis::Observed, own: None, ..departure });
        Self {
            computed,
            all: has_derived.then(|| on(Basis::All)),
            confirmed: world.has_unconfirmed().then(|| on(Basis::Confirmed)),
        }
    }

    fn widest(&self) -> &Downstream {
        self.all.as_ref().unwrap_or(&self.computed)
    }
}

impl World {
    /// Everything that an account holds. Works for any principal: for a group it is what its members get. A suspended
    /// account holds what it would have if it were active: [`World::is_suspended`] tells.
    ///
    /// `O(V + E)` over what is reached; each item's paths are bounded to 64 and a fixed amount of work.
    #[must_use]
    pub fn access(&self, account: NodeId) -> AccountAccess<'_> {
        self.access_by(&Reach::of(self, Departure::new(account, Basis::All)))
    }

    pub(crate) fn access_by(&self, reach: &Reach) -> AccountAccess<'_> {
        let (widest, confirmed) = (reach.widest(), reach.confirmed.as_ref());
        let mut access = AccountAccess {
            can_take: self.takes_by(Chance::Take, widest, confirmed),
            might: self.might_by(widest, confirmed),
            ..Default::default()
        };
        for (resource, states) in reach.widest().resources() {
            for slug in self.strongest(reach.widest(), states) {
                let item = self.access_item(reach, resource, slug);
                access.truncated |= item.truncated;
                access.items.push(item);
            }
        }
        access
            .items
            .sort_by(|left, right| self.order(left.resource, right.resource).then_with(|| left.slug.cmp(right.slug)));
        access
    }

    /// The slugs among these states that no other includes; of slugs that include each other, the first by name.
    fn strongest(&self, reached: &Downstream, states: &[(NodeId, u32)]) -> Vec<&str> {
        let mut held: Vec<(&str, NodeId)> = states
            .iter()
            .filter_map(|(_, state)| reached.state(*state))
            .map(|(node, word)| (self.word(node.segment(), word), node))
            .collect();
        held.sort_unstable();
        held.dedup_by_key(|(slug, _)| *slug);
        let includes = |(held, node): &(&str, NodeId), wanted: &str| {
            self.segment(*node).is_some_and(|segment| segment.includes(node.node(), held, wanted))
        };
        let outdone = |one: &(&str, NodeId)| {
            held.iter()
                .any(|other| other.0 != one.0 && includes(other, one.0) && (!includes(one, other.0) || other < one))
        };
        held.iter().filter(|one| !outdone(one)).map(|(slug, _)| *slug).collect()
    }

    fn access_item<'w>(&'w self, reach: &Reach, resource: NodeId, slug: &'w str) -> AccessItem<'w> {
        let by = if reach.computed.holds(self, resource, slug) { &reach.computed } else { reach.widest() };
        let giving = by.giving(self, resource, slug);
        let arrivals: Vec<u32> = giving.flat_map(|state| by.routes.onward(state).iter().copied()).collect();
        let walks = by.routes.walks(resource, &arrivals);
        let path = |walk: &Vec<u32>| by.routes.edges(walk).rev().map(|edge| self.step(edge)).collect();
        let mut paths: Vec<_> = walks.found.iter().map(|walk| Path { steps: path(walk) }).collect();
        sort_paths(&mut paths);
        let confirmed = reach.confirmed.as_ref();
        AccessItem {
            resource,
            slug,
            paths,
            truncated: walks.truncated,
            unconfirmed: confirmed.is_some_and(|confirmed| !confirmed.holds(self, resource, slug)),
        }
    }
}
