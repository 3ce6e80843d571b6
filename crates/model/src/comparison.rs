//! How two records of the same source differ, when all that is left of each is what it stated and how completely.
//!
//! *Architecture Invariant* 1 holds here too: what the newer record lacks is gone only if every listing that stated it
//! in the older one is complete in the newer one. Otherwise it was not seen, which is another word.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::{ConnectorDeclaration, Fact, ListingKey, ResourceRef, Term};

/// How far absence is followed from a listing to its subject and to the listing that states the subject.
const DEPTH: u8 = 8;

/// What is recorded about access at one moment: which listings there are, and what they state.
#[derive(Debug)]
pub struct Record {
    declaration: &'static ConnectorDeclaration,
    listings: Vec<ListingKey>,
    complete: BTreeMap<ListingKey, bool>,
    statements: BTreeMap<Slot, Statement>,
}

/// A listing of a [`Record`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListingNumber(u32);

/// What can be stated only once: of facts with the same slot, the strongest counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Existence(ResourceRef),
    Property(ResourceRef, Term),
    Level { resource: ResourceRef, principal: ResourceRef, evidence: bool },
    Exact(Fact),
}

#[derive(Clone, Debug)]
struct Statement {
    fact: Fact,
    listings: Vec<ListingNumber>,
    /// Whether every listing that states the fact has marked it *removal unconfirmed*.
    unconfirmed: bool,
}

/// One difference between two records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is stated now and was not.
    Added {
        /// What is stated.
        fact: Fact,
        /// Whether the older record was complete enough to show that it was not there before.
        is_new: bool,
    },
    /// A stronger entitlement is held than before.
    Raised {
        /// What was held.
        old: Fact,
        /// What is held.
        new: Fact,
    },
    /// A weaker entitlement is held than before.
    Lowered {
        /// What was held.
        old: Fact,
        /// What is held.
        new: Fact,
    },
    /// A property has another value.
    Changed {
        /// What was stated.
        old: Fact,
        /// What is stated.
        new: Fact,
    },
    /// It is gone: every listing that stated it is complete and does not any more.
    Removed {
        /// What was stated.
        fact: Fact,
    },
    /// It is not in the newer record, or marked there, and nothing can be concluded.
    NotSeen {
        /// What was stated.
        fact: Fact,
        /// Why nothing can be concluded.
        why: NotSeen,
    },
}

/// Why the absence of a fact says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSeen {
    /// A listing that stated it is not complete in the newer record.
    Incomplete(ListingKey),
    /// It is still current there, and its removal waits for a person.
    Unconfirmed,
}

impl Record {
    /// An empty record.
    #[must_use]
    pub fn new(declaration: &'static ConnectorDeclaration) -> Self {
        Self { declaration, listings: Vec::new(), complete: BTreeMap::new(), statements: BTreeMap::new() }
    }

    /// Notes a listing and whether it is complete.
    pub fn add_listing(&mut self, key: ListingKey, complete: bool) -> ListingNumber {
        let number = ListingNumber(u32::try_from(self.listings.len()).unwrap_or(u32::MAX));
        self.complete.insert(key.clone(), complete);
        self.listings.push(key);
        number
    }

    /// Notes what a listing states. What has no bearing on access is not kept: a new version of a package is no
    /// difference in who can publish it.
    pub fn add(&mut self, listing: ListingNumber, fact: Fact, unconfirmed: bool) {
        let Some(slot) = slot_of(&fact, self.declaration).filter(|_| self.counts(listing, &fact)) else { return };
        match self.statements.entry(slot) {
            Entry::Vacant(place) => {
                place.insert(Statement { fact, listings: vec![listing], unconfirmed });
            }
            Entry::Occupied(place) => {
                let known = place.into_mut();
                if let Err(at) = known.listings.binary_search(&listing) {
                    known.listings.insert(at, listing);
                }
                if is_stronger(&fact, &known.fact, self.declaration) {
                    *known = Statement { fact, listings: std::mem::take(&mut known.listings), unconfirmed };
                } else if fact == known.fact {
                    known.unconfirmed &= unconfirmed;
                }
            }
        }
    }

    /// Whether evidence of this listing is a right at all.
    fn counts(&self, listing: ListingNumber, fact: &Fact) -> bool {
        let Fact::Evidence { entitlement, .. } = fact else { return true };
        self.keys(&[listing]).any(|key| {
            let mut counting = self.declaration.evidence_counts();
            counting.any(|(resource_type, listing)| entitlement.resource.kind == resource_type && key.kind == listing)
        })
    }

    fn keys(&self, listings: &[ListingNumber]) -> impl Iterator<Item = &ListingKey> {
        listings.iter().filter_map(|number| self.listings.get(usize::try_from(number.0).unwrap_or(usize::MAX)))
    }

    /// Whether absence from this listing here, of something that `other` states in it, is evidence: it is complete,
    /// or its subject itself is known to be absent.
    fn is_conclusive(&self, key: &ListingKey, other: &Self, depth: u8) -> bool {
        if let Some(complete) = self.complete.get(key) {
            return *complete;
        }
        let slot = Slot::Existence(key.subject.clone());
        let Some(stated) = other.statements.get(&slot).filter(|_| depth > 0) else { return false };
        !self.statements.contains_key(&slot)
            && other.keys(&stated.listings).all(|listing| self.is_conclusive(listing, other, depth - 1))
    }
}

/// Compares two records of the same source, in the order of what they state. `O((n + m) log (n + m))`.
#[must_use]
pub fn compare(old: &Record, new: &Record) -> Vec<Difference> {
    let slots: BTreeSet<&Slot> = old.statements.keys().chain(new.statements.keys()).collect();
    let mut found = Vec::new();
    for slot in slots {
        found.extend(match (old.statements.get(slot), new.statements.get(slot)) {
            (Some(before), Some(now)) => both(before, now, old, new),
            (Some(before), None) => Some(gone(before, &before.fact, old, new)),
            (None, Some(now)) => added(now, old, new),
            (None, None) => None,
        });
    }
    found
}

fn both(before: &Statement, now: &Statement, old: &Record, new: &Record) -> Option<Difference> {
    let (fact, declaration) = (&before.fact, new.declaration);
    // A raised right is told at once, even if its own removal waits by now: a new owner must never hide.
    let is_right = matches!(fact, Fact::Grant { .. } | Fact::Evidence { .. });
    if is_right && before.fact != now.fact && is_stronger(&now.fact, &before.fact, declaration) {
        return Some(Difference::Raised { old: before.fact.clone(), new: now.fact.clone() });
    }
    if now.unconfirmed && !before.unconfirmed {
        return Some(Difference::NotSeen { fact: fact.clone(), why: NotSeen::Unconfirmed });
    }
    if before.fact == now.fact || matches!(fact, Fact::Resource { .. }) {
        return None;
    }
    let (before_fact, now_fact) = (before.fact.clone(), now.fact.clone());
    if matches!(fact, Fact::Property { .. }) {
        return Some(Difference::Changed { old: before_fact, new: now_fact });
    }
    match gone(before, fact, old, new) {
        Difference::Removed { .. } => Some(Difference::Lowered { old: before_fact, new: now_fact }),
        not_seen => Some(not_seen),
    }
}

fn gone(before: &Statement, fact: &Fact, old: &Record, new: &Record) -> Difference {
    let fact = fact.clone();
    match old.keys(&before.listings).find(|key| !new.is_conclusive(key, old, DEPTH)) {
        None => Difference::Removed { fact },
        Some(key) => Difference::NotSeen { fact, why: NotSeen::Incomplete(key.clone()) },
    }
}

/// A right is never hidden because it may be older. That a property was not known before is no difference.
fn added(now: &Statement, old: &Record, new: &Record) -> Option<Difference> {
    let is_new = new.keys(&now.listings).any(|key| old.is_conclusive(key, new, DEPTH));
    let is_right = matches!(now.fact, Fact::Grant { .. } | Fact::Evidence { .. } | Fact::Resource { .. });
    (is_new || is_right).then(|| Difference::Added { fact: now.fact.clone(), is_new })
}

fn slot_of(fact: &Fact, declaration: &ConnectorDeclaration) -> Option<Slot> {
    match fact {
        Fact::Resource { resource, .. } => {
            let declared = declaration.resource_type(resource.kind.as_str())?;
            let matters = declared.trait_.is_some() || !declared.entitlements.is_empty();
            matters.then(|| Slot::Existence(resource.clone()))
        }
        Fact::Property { resource, name, .. } => {
            let matters = declaration.is_decisive(resource.kind.as_str(), name.as_str());
            matters.then(|| Slot::Property(resource.clone(), name.clone()))
        }
        Fact::Grant { principal, entitlement } | Fact::Evidence { principal, entitlement } => {
            let evidence = matches!(fact, Fact::Evidence { .. });
            Some(match order(fact, declaration) {
                Some(_) => {
                    Slot::Level { resource: entitlement.resource.clone(), principal: principal.clone(), evidence }
                }
                None => Slot::Exact(fact.clone()),
            })
        }
        Fact::Link { .. } => None,
    }
}

fn order(fact: &Fact, declaration: &ConnectorDeclaration) -> Option<u8> {
    let (_, entitlement) = fact.holding()?;
    declaration.entitlement(entitlement.resource.kind.as_str(), entitlement.slug.as_str())?.exclusive_order
}

/// Of two levels the higher one; of two values of a property the one that sorts first, so that both records choose
/// alike when their listings disagree.
fn is_stronger(one: &Fact, other: &Fact, declaration: &ConnectorDeclaration) -> bool {
    match (order(one, declaration), order(other, declaration)) {
        (Some(one), Some(other)) => one > other,
        _ => one < other,
    }
}
