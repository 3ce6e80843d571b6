//! Who holds a right on a resource, and by every path.

use rolecall_model::AccessRule;

use crate::edge::Basis;
use crate::hash::IdSet;
use crate::might::Might;
use crate::path::{Path, sort_paths};
use crate::take::{Chance, Take};
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

/// The answer to *who can*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhoCan<'w> {
    /// The accounts that hold the right and can use it, by type and id. Exact, whatever became of the paths.
    pub holders: Vec<Holder<'w>>,
    /// The accounts that hold it and are suspended where the resource is, by type and id: they could use it if they were
    /// made active.
    pub suspended: Vec<Holder<'w>>,
    /// What else holds it, being neither account nor group: a source repository whose workflow may publish, a
    /// credential with rights of its own. Whoever controls one of these has the right too, and no account stands for
    /// them, so they are told apart from accounts and never left out.
    pub others: Vec<Holder<'w>>,
    /// The rule by which everybody holds it.
    pub anyone: Option<&'static AccessRule>,
    /// Who could take it and does not hold it, by type and id. Empty when everybody holds it.
    pub can_take: Vec<Take>,
    /// Who may hold it, because the registry does not say whether they do, and is not known to hold it, by type and id.
    /// Empty when everybody holds it.
    pub might: Vec<Might>,
    /// Whether some holder has more paths than are listed.
    pub truncated: bool,
}

/// Someone who holds a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder<'w> {
    /// The account, or among [`WhoCan::others`] the other principal, as the resource's segment knows it where it does;
    /// [`World::same_account`] gives its other nodes.
    pub account: NodeId,
    /// The paths, shortest first. Never empty.
    pub paths: Vec<Path<'w>>,
    /// Whether there may be more paths than these.
    pub truncated: bool,
    /// Whether every path, listed or not, rests on a grant whose removal is unconfirmed.
    pub unconfirmed: bool,
}

impl<'w> WhoCan<'w> {
    /// Everyone and everything that holds the right and can use it: first the accounts, then what is none.
    pub fn all(&self) -> impl Iterator<Item = &Holder<'w>> {
        self.holders.iter().chain(&self.others)
    }
}

impl World {
    /// Who holds any of `slugs` on a resource, or something that includes one of them.
    ///
    /// Finding the holders is `O(V + E)` over what leads to the resource; each holder's paths are bounded to
    /// 64 and a fixed amount of work. Use [`World::slugs_of_action`] for the slugs of an action word.
    #[must_use]
    pub fn who_can<'w>(&'w self, node: NodeId, slugs: &[&str]) -> WhoCan<'w> {
        let (mut answer, seen) = self.holding_seen(node, slugs);
        if answer.anyone.is_none() {
            answer.can_take = self.takes_on(Chance::Take, node, slugs, &seen);
        }
        answer
    }

    /// The same without who could take the right, at the cost of what leads to the resource and no more, unless a rule
    /// says that somebody may hold it.
    #[must_use]
    pub fn holding<'w>(&'w self, node: NodeId, slugs: &[&str]) -> WhoCan<'w> {
        self.holding_seen(node, slugs).0
    }

    fn holding_seen<'w>(&'w self, node: NodeId, slugs: &[&str]) -> (WhoCan<'w>, IdSet<NodeId>) {
        let (mut answer, seen) = self.holders_seen(node, slugs);
        answer.anyone = self.anyone(node, slugs);
        if answer.anyone.is_none() {
            answer.might = self.might_on(node, slugs, &seen);
        }
        (answer, seen)
    }

    /// Only the holders that [`World::who_can`] gives, at the cost of what leads to the resource and no more.
    #[must_use]
    pub fn holders<'w>(&'w self, node: NodeId, slugs: &[&str]) -> Vec<Holder<'w>> {
        self.holders_seen(node, slugs).0.holders
    }

    /// The holders with their paths, and the same as representatives.
    fn holders_seen<'w>(&'w self, node: NodeId, slugs: &[&str]) -> (WhoCan<'w>, IdSet<NodeId>) {
        let computed = Upstream::of(self, node, Goal::Slugs(slugs), Basis::Observed);
        let confirmed = self.confirmed_upstream(node, slugs);
        let mut answer = WhoCan::default();
        let mut seen = IdSet::default();
        self.add_holders(node, &computed, confirmed.as_ref(), &mut seen, &mut answer);
        if !self.derived().is_empty() {
            let all = Upstream::of(self, node, Goal::Slugs(slugs), Basis::All);
            self.add_holders(node, &all, confirmed.as_ref(), &mut seen, &mut answer);
        }
        for list in [&mut answer.holders, &mut answer.suspended, &mut answer.others] {
            list.sort_by(|left, right| self.order(left.account, right.account));
        }
        (answer, seen)
    }

    /// Adds the holders that were not seen yet.
    fn add_holders<'w>(
        &'w self,
        node: NodeId,
        upstream: &Upstream,
        confirmed: Option<&Upstream>,
        seen: &mut IdSet<NodeId>,
        answer: &mut WhoCan<'w>,
    ) {
        for (principal, starts) in upstream.principals() {
            if !self.is_holder(principal) || !seen.insert(principal) {
                continue;
            }
            let walks = upstream.routes.walks(principal, &starts);
            let path = |walk: &Vec<u32>| upstream.routes.edges(walk).map(|edge| self.step(edge)).collect();
            let mut paths: Vec<_> = walks.found.iter().map(|walk| Path { steps: path(walk) }).collect();
            sort_paths(&mut paths);
            answer.truncated |= walks.truncated;
            let list = match (self.is_account(principal), self.is_suspended_in(node.segment(), principal)) {
                (true, false) => &mut answer.holders,
                (true, true) => &mut answer.suspended,
                (false, _) => &mut answer.others,
            };
            list.push(Holder {
                account: self.nearest(principal, node.segment()),
                paths,
                truncated: walks.truncated,
                unconfirmed: confirmed.is_some_and(|confirmed| !confirmed.contains(principal)),
            });
        }
    }
}
