//! A declaration's access rules, compiled to a segment's numbers.
//!
//! Only what traversals ask at every step is compiled. The rules that are asked once per answer (*CanTake*, *MayHold*,
//! *Anyone*) are read from the declaration where they are needed, and so is what *Inherited* rules give: that is asked
//! once, when the segment is built.

use std::collections::BTreeSet;

use rolecall_model::{AccessRule, ConnectorDeclaration, Trait};

/// Compiled rules. A declaration has a handful, so sorted vectors answer as fast as anything.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// Which entitlements on the group pass on what the group holds.
    passes: Vec<(Passage, u32)>,
    /// Whether any of them is about one entitlement alone.
    by_slug: bool,
    /// *Implies*, transitively closed: (kind, held slug, included slug).
    includes: Vec<(u32, u32, u32)>,
    /// *EvidenceCounts*: (kind, listing).
    counts: Vec<(u32, u32)>,
    /// Kinds whose holdings reach others, so that they are not holders themselves.
    groups: Vec<u32>,
    /// Kinds of accounts.
    accounts: Vec<u32>,
    /// *Suspended*: (kind, property).
    suspended: Vec<(u32, u32)>,
}

/// By which rule a group passes on a grant that it holds. What a rule gives is passed on by that rule alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Passage {
    /// By any *Expandable* about these kinds: of the resource granted on, and of the group.
    Expandable(u32, u32),
    /// By an *ExpandableSlug* about these kinds and this entitlement.
    ExpandableSlug(u32, u32, u32),
    /// By the *Inherited* at this place in the declaration.
    Inherited(u32),
}

impl Rules {
    /// Compiles a declaration. `kind` and `word` number a type name and a slug or listing kind; a rule about
    /// something that has no number can never apply and is dropped.
    pub(crate) fn compile(
        declaration: &ConnectorDeclaration,
        kind: impl Fn(&str) -> Option<u32>,
        word: impl Fn(&str) -> Option<u32>,
    ) -> Self {
        let mut rules = Self::default();
        let mut implied = BTreeSet::new();
        for (rule, place) in declaration.rules.iter().zip(0..) {
            match *rule {
                AccessRule::Expandable { resource_type, group_type, through } => {
                    let passage = kind(resource_type).zip(kind(group_type)).map(|(on, by)| Passage::Expandable(on, by));
                    rules.passes.extend(passage.zip(word(through)));
                    rules.groups.extend(kind(group_type));
                }
                AccessRule::ExpandableSlug { resource_type, slug, group_type, through } => {
                    let parts = triple(kind(resource_type), kind(group_type), word(slug));
                    let passage = parts.map(|(on, by, slug)| Passage::ExpandableSlug(on, by, slug));
                    rules.passes.extend(passage.zip(word(through)));
                    rules.groups.extend(kind(group_type));
                    rules.by_slug = true;
                }
                AccessRule::Implies { resource_type, slug, implied: weaker } => {
                    implied.extend(triple(kind(resource_type), word(slug), word(weaker)));
                }
                AccessRule::EvidenceCounts { resource_type, listing } => {
                    rules.counts.extend(kind(resource_type).zip(word(listing)));
                }
                AccessRule::Inherited { holder_slugs, .. } => {
                    let words = holder_slugs.iter().filter_map(|slug| word(slug));
                    rules.passes.extend(words.map(|through| (Passage::Inherited(place), through)));
                }
                AccessRule::Suspended { resource_type, property } => {
                    rules.suspended.extend(kind(resource_type).zip(word(property)));
                }
                AccessRule::CanTake { .. }
                | AccessRule::CanJoin { .. }
                | AccessRule::MembersOnly { .. }
                | AccessRule::MayHold { .. }
                | AccessRule::Anyone { .. } => {}
            }
        }
        rules.includes = closure(implied).into_iter().collect();
        rules.add_traits(declaration, kind);
        rules.sort();
        rules
    }

    fn add_traits(&mut self, declaration: &ConnectorDeclaration, kind: impl Fn(&str) -> Option<u32>) {
        self.accounts.extend(kind(declaration.account_type));
        for declared in declaration.types {
            match declared.trait_ {
                Some(Trait::User) => self.accounts.extend(kind(declared.name)),
                Some(Trait::Group) => self.groups.extend(kind(declared.name)),
                _ => {}
            }
        }
    }

    fn sort(&mut self) {
        self.passes.sort_unstable();
        self.passes.dedup();
        self.counts.sort_unstable();
        self.groups.sort_unstable();
        self.accounts.sort_unstable();
    }

    /// By which rule a group of the kind `by` passes on what it holds of an entitlement on a resource of the kind `on`.
    /// `O(log rules)`
    pub(crate) fn passage(&self, on: u32, by: u32, slug: u32) -> Passage {
        let of_slug = Passage::ExpandableSlug(on, by, slug);
        let is_of_slug = self.by_slug && self.throughs(of_slug).next().is_some();
        if is_of_slug { of_slug } else { Passage::Expandable(on, by) }
    }

    /// The slugs on a group that pass a grant of the group on. `O(log rules)`.
    pub(crate) fn throughs(&self, passage: Passage) -> impl Iterator<Item = u32> {
        let first = self.passes.partition_point(|pass| pass.0 < passage);
        let rest = self.passes.get(first..).unwrap_or_default();
        rest.iter().take_while(move |pass| pass.0 == passage).map(|pass| pass.1)
    }

    /// Whether holding `held` on a resource of this kind includes `wanted`. `O(log rules)`.
    pub(crate) fn includes(&self, kind: u32, held: u32, wanted: u32) -> bool {
        held == wanted || self.includes.binary_search(&(kind, held, wanted)).is_ok()
    }

    /// Whether this listing's evidence counts on a resource of this kind.
    pub(crate) fn evidence_counts(&self, kind: u32, listing: u32) -> bool {
        self.counts.binary_search(&(kind, listing)).is_ok()
    }

    /// Whether any listing's evidence counts at all.
    pub(crate) const fn any_evidence_counts(&self) -> bool {
        !self.counts.is_empty()
    }

    /// The property that says whether an account of this kind is suspended.
    pub(crate) fn suspended_by(&self, kind: u32) -> Option<u32> {
        self.suspended.iter().find(|(suspended, _)| *suspended == kind).map(|(_, property)| *property)
    }

    pub(crate) fn is_group(&self, kind: u32) -> bool {
        self.groups.binary_search(&kind).is_ok()
    }

    pub(crate) fn is_account(&self, kind: u32) -> bool {
        self.accounts.binary_search(&kind).is_ok()
    }
}

fn triple(first: Option<u32>, second: Option<u32>, third: Option<u32>) -> Option<(u32, u32, u32)> {
    Some((first?, second?, third?))
}

/// The transitive closure, kind by kind. Cycles end because a pair is added once.
fn closure(mut pairs: BTreeSet<(u32, u32, u32)>) -> BTreeSet<(u32, u32, u32)> {
    let mut fresh: Vec<_> = pairs.iter().copied().collect();
    while let Some((kind, held, middle)) = fresh.pop() {
        let onward = pairs.iter().filter(|pair| (pair.0, pair.1) == (kind, middle)).map(|pair| (kind, held, pair.2));
        let inward = pairs.iter().filter(|pair| (pair.0, pair.2) == (kind, held)).map(|pair| (kind, pair.1, middle));
        let found: Vec<_> = onward.chain(inward).filter(|pair| !pairs.contains(pair)).collect();
        fresh.extend(found.into_iter().filter(|pair| pairs.insert(*pair)));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_and_a_cycle_of_implications_are_closed() {
        let closed = closure(BTreeSet::from([(0, 1, 2), (0, 2, 3), (0, 3, 1), (1, 1, 2)]));
        assert!(closed.contains(&(0, 1, 3)) && closed.contains(&(0, 3, 2)) && closed.contains(&(0, 2, 2)));
        assert!(!closed.contains(&(1, 1, 3)), "a rule about another type does not apply");
    }
}
