//! What accounts could give themselves. Shown apart: a right that could be taken is not a right that is held.

use rolecall_model::AccessRule;

use crate::downstream::Downstream;
use crate::edge::Basis;
use crate::hash::IdSet;
use crate::segment::Segment;
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

/// An account that does not hold a right but can give it to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Take {
    /// Who.
    pub account: NodeId,
    /// The entitlement on the parent that allows it; the strongest, if the account holds several.
    pub via: &'static str,
    /// The parent on which they hold it.
    pub parent: NodeId,
    /// The entitlement they can take.
    pub slug: &'static str,
    /// How it is done, in words.
    pub how: &'static str,
    /// Whether they hold `via` only by grants whose removal is unconfirmed.
    pub unconfirmed: bool,
}

/// What one account can give itself on the resources of one parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeGroup {
    /// The parent on which the account holds `via`.
    pub parent: NodeId,
    /// The entitlement on the parent that allows it; the strongest, if the account holds several.
    pub via: &'static str,
    /// The type of the resources.
    pub resource_type: &'static str,
    /// The entitlement that can be taken on each.
    pub slug: &'static str,
    /// How it is done, in words.
    pub how: &'static str,
    /// Whether the account holds `via` only by grants whose removal is unconfirmed.
    pub unconfirmed: bool,
    /// The resources on which it can be taken and is not held, by id. Never empty.
    pub resources: Vec<NodeId>,
}

/// A *CanTake* rule, taken apart.
#[derive(Clone, Copy)]
struct Rule {
    holder_slugs: &'static [&'static str],
    resource_type: &'static str,
    slug: &'static str,
    how: &'static str,
}

impl Rule {
    fn all_of(segment: &Segment) -> impl Iterator<Item = Self> + use<> {
        segment.declaration.rules.iter().filter_map(|rule| match *rule {
            AccessRule::CanTake { holder_slugs, resource_type, slug, how } => {
                Some(Self { holder_slugs, resource_type, slug, how })
            }
            _ => None,
        })
    }

    /// The slugs that allow it, those that include others first, otherwise as declared.
    fn strongest_first(&self, segment: &Segment, parent: u32) -> Vec<&'static str> {
        let mut slugs = self.holder_slugs.to_vec();
        let strength = |slug: &&str| self.holder_slugs.iter().filter(|s| segment.includes(parent, slug, s)).count();
        slugs.sort_by_key(|slug| std::cmp::Reverse(strength(slug)));
        slugs
    }
}

impl World {
    /// Who can take one of `slugs` on a resource and is not among its holders.
    pub(crate) fn takes_on(&self, node: NodeId, slugs: &[&str], holders: &IdSet<NodeId>) -> Vec<Take> {
        let mut takes = Vec::new();
        for equal in self.same_account(node) {
            let Some((segment, parent)) = self.segment(equal).zip(self.parent(equal)) else { continue };
            for rule in Rule::all_of(segment) {
                let gives = slugs.iter().any(|wanted| segment.includes(equal.node(), rule.slug, wanted));
                if rule.resource_type == self.kind(equal) && gives {
                    self.takes_by_rule(rule, segment, parent, holders, &mut takes);
                }
            }
        }
        takes.sort_by(|left, right| {
            self.order(left.account, right.account).then_with(|| self.order(left.parent, right.parent))
        });
        takes
    }

    fn takes_by_rule(
        &self,
        rule: Rule,
        segment: &Segment,
        parent: NodeId,
        holders: &IdSet<NodeId>,
        takes: &mut Vec<Take>,
    ) {
        let mut done = holders.clone();
        for via in rule.strongest_first(segment, parent.node()) {
            let able = Upstream::of(self, parent, Goal::Slugs(&[via]), Basis::All);
            let confirmed = self.confirmed_upstream(parent, &[via]);
            for (principal, _) in able.principals().filter(|(principal, _)| self.is_holder(*principal)) {
                if done.insert(principal) {
                    takes.push(Take {
                        account: self.nearest(principal, parent.segment()),
                        via,
                        parent,
                        slug: rule.slug,
                        how: rule.how,
                        unconfirmed: confirmed.as_ref().is_some_and(|confirmed| !confirmed.contains(principal)),
                    });
                }
            }
        }
    }

    /// Who reaches a resource without unconfirmed grants; `None` when there are no such grants in the world.
    pub(crate) fn confirmed_upstream(&self, node: NodeId, slugs: &[&str]) -> Option<Upstream> {
        self.has_unconfirmed().then(|| Upstream::of(self, node, Goal::Slugs(slugs), Basis::Confirmed))
    }

    /// What an account that holds `held` (and `confirmed` without unconfirmed grants) can take.
    pub(crate) fn takes_by(&self, held: &Downstream, confirmed: Option<&Downstream>) -> Vec<TakeGroup> {
        let mut groups = Vec::new();
        for (resource, _) in held.resources() {
            for parent in self.same_account(resource) {
                let Some(segment) = self.segment(parent) else { continue };
                if self.children(parent).next().is_some() {
                    let rules = Rule::all_of(segment);
                    groups.extend(rules.filter_map(|rule| self.take_group(rule, segment, parent, held, confirmed)));
                }
            }
        }
        groups.sort_by(|left, right| self.order(left.parent, right.parent));
        groups
    }

    fn take_group(
        &self,
        rule: Rule,
        segment: &Segment,
        parent: NodeId,
        held: &Downstream,
        confirmed: Option<&Downstream>,
    ) -> Option<TakeGroup> {
        let slugs = rule.strongest_first(segment, parent.node());
        let via = slugs.into_iter().find(|slug| held.holds(self, parent, slug))?;
        let resources: Vec<NodeId> = self
            .children(parent)
            .filter(|child| self.kind(*child) == rule.resource_type)
            .filter(|child| !held.holds(self, *child, rule.slug) && self.anyone(*child, &[rule.slug]).is_none())
            .collect();
        (!resources.is_empty()).then(|| TakeGroup {
            parent,
            via,
            resource_type: rule.resource_type,
            slug: rule.slug,
            how: rule.how,
            unconfirmed: confirmed.is_some_and(|confirmed| !confirmed.holds(self, parent, via)),
            resources,
        })
    }
}
