//! What accounts could give themselves. Shown apart: a right that could be taken is not a right that is held.
//!
//! What they may hold although the registry does not say so ([`crate::Might`]) is found in the same way.

use std::collections::BTreeMap;

use rolecall_model::{AccessRule, Given};

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
    /// Whether they hold `via` only by grants whose removal is unconfirmed, or nothing confirmed says that the resource
    /// belongs to the parent.
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
    /// Whether the account holds `via` only by grants whose removal is unconfirmed, or nothing confirmed says that the
    /// resources belong to the parent.
    pub unconfirmed: bool,
    /// The resources on which it can be taken and is not held, by id. Never empty.
    pub resources: Vec<NodeId>,
}

/// Which rules are asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chance {
    /// *CanTake* and *CanJoin*.
    Take,
    /// *MayHold*.
    Might,
}

/// A rule of one of these, taken apart.
#[derive(Clone, Copy)]
struct Rule {
    chance: Chance,
    holder_slugs: &'static [&'static str],
    resource_type: &'static str,
    gives: Given,
    how: &'static str,
}

impl Rule {
    fn all_of(segment: &Segment, wanted: Chance) -> impl Iterator<Item = Self> + use<> {
        let rules = segment.declaration.rules.iter().filter_map(|rule| match *rule {
            AccessRule::CanTake { holder_slugs, resource_type, slug, how } => {
                Some(Self { chance: Chance::Take, holder_slugs, resource_type, gives: Given::Slug(slug), how })
            }
            AccessRule::CanJoin { holder_slugs, resource_type, group_type, how } => {
                let gives = Given::OfGroups(group_type);
                Some(Self { chance: Chance::Take, holder_slugs, resource_type, gives, how })
            }
            AccessRule::MayHold { holder_slugs, resource_type, gives, why } => {
                Some(Self { chance: Chance::Might, holder_slugs, resource_type, gives, how: why })
            }
            _ => None,
        });
        rules.filter(move |rule| rule.chance == wanted)
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
    /// Who has a chance of one of `slugs` on a resource, is not among its holders and is not suspended.
    pub(crate) fn takes_on(&self, chance: Chance, node: NodeId, slugs: &[&str], holders: &IdSet<NodeId>) -> Vec<Take> {
        let mut takes = Vec::new();
        for equal in self.same_account(node) {
            let Some((segment, parent)) = self.segment(equal).zip(self.parent(equal)) else { continue };
            for rule in Rule::all_of(segment, chance).filter(|rule| rule.resource_type == self.kind(equal)) {
                let given = segment.given(equal.node(), rule.resource_type, rule.gives);
                let wanted = |slug: &str| slugs.iter().any(|wanted| segment.includes(equal.node(), slug, wanted));
                if let Some(given) = given.filter(|(slug, _)| wanted(slug)) {
                    self.takes_by_rule((rule, given), segment, parent, holders, &mut takes);
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
        (rule, (slug, unsure)): (Rule, (&'static str, bool)),
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
                if !self.is_suspended_in(parent.segment(), principal) && done.insert(principal) {
                    takes.push(Take {
                        account: self.nearest(principal, parent.segment()),
                        via,
                        parent,
                        slug,
                        how: rule.how,
                        unconfirmed: unsure || confirmed.as_ref().is_some_and(|sure| !sure.contains(principal)),
                    });
                }
            }
        }
    }

    /// Who reaches a resource without unconfirmed grants; `None` when there are no such grants in the world.
    pub(crate) fn confirmed_upstream(&self, node: NodeId, slugs: &[&str]) -> Option<Upstream> {
        self.has_unconfirmed().then(|| Upstream::of(self, node, Goal::Slugs(slugs), Basis::Confirmed))
    }

    /// What an account that holds `held` (and `confirmed` without unconfirmed grants) has a chance of. Who is suspended
    /// cannot take anything, and may hold what they could not use.
    pub(crate) fn takes_by(&self, chance: Chance, held: &Downstream, confirmed: Option<&Downstream>) -> Vec<TakeGroup> {
        let account = held.account();
        let is_barred = |parent: NodeId| {
            chance == Chance::Take && account.is_some_and(|account| self.is_suspended_in(parent.segment(), account))
        };
        let mut groups = Vec::new();
        for (resource, _) in held.resources() {
            for parent in self.same_account(resource) {
                let Some(segment) = self.segment(parent) else { continue };
                if self.children(parent).next().is_some() && !is_barred(parent) {
                    let rules = Rule::all_of(segment, chance);
                    groups.extend(rules.flat_map(|rule| self.take_groups(rule, segment, parent, held, confirmed)));
                }
            }
        }
        groups.sort_by(|left, right| self.order(left.parent, right.parent));
        groups
    }

    /// A group for each entitlement that the rule gives on the resources of this parent.
    fn take_groups(
        &self,
        rule: Rule,
        segment: &Segment,
        parent: NodeId,
        held: &Downstream,
        confirmed: Option<&Downstream>,
    ) -> Vec<TakeGroup> {
        let slugs = rule.strongest_first(segment, parent.node());
        let Some(via) = slugs.into_iter().find(|slug| held.holds(self, parent, slug)) else { return Vec::new() };
        let mut given: BTreeMap<(&'static str, bool), Vec<NodeId>> = BTreeMap::new();
        for child in self.children(parent).filter(|child| self.kind(*child) == rule.resource_type) {
            let known = |slug: &str| held.holds(self, child, slug) || self.anyone(child, &[slug]).is_some();
            let gives = segment.given(child.node(), rule.resource_type, rule.gives);
            if let Some(gives) = gives.filter(|(slug, _)| !known(slug)) {
                given.entry(gives).or_default().push(child);
            }
        }
        let group = |((slug, unsure), resources)| TakeGroup {
            parent,
            via,
            resource_type: rule.resource_type,
            slug,
            how: rule.how,
            unconfirmed: unsure || confirmed.is_some_and(|confirmed| !confirmed.holds(self, parent, via)),
            resources,
        };
        given.into_iter().map(group).collect()
    }
}
