//! What a new reading changes in a listing's facts.

use std::collections::{BTreeSet, HashMap};

use crate::{ConnectorDeclaration, EntitlementRef, Fact, ResourceRef, Term};

/// The facts of one listing, without duplicates and in a canonical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactSet(BTreeSet<Fact>);

impl FactSet {
    /// A set of these facts; a fact stated twice counts once.
    #[must_use]
    pub fn new(facts: impl IntoIterator<Item = Fact>) -> Self {
        Self(facts.into_iter().collect())
    }

    /// The facts in order.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.0.iter()
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the set holds this fact.
    #[must_use]
    pub fn contains(&self, fact: &Fact) -> bool {
        self.0.contains(fact)
    }

    /// A digest of the content: equal digests mean equal facts, so an unchanged listing is skipped whole.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for fact in &self.0 {
            // Serialising plain data to memory cannot fail; an impossible error would only make digests differ.
            let text = serde_json::to_string(fact).unwrap_or_default();
            hasher.update(text.as_bytes());
            hasher.update(b"\n");
        }
        *hasher.finalize().as_bytes()
    }
}

/// An old fact that a new one takes the place of: a changed property, a raised right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// What was stated.
    pub old: Fact,
    /// What is stated now.
    pub new: Fact,
}

/// The difference between two readings of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListingDiff {
    /// Facts that are new.
    pub appeared: Vec<Fact>,
    /// Facts that are gone. These may have to wait (*Architecture Invariant* 3).
    pub disappeared: Vec<Fact>,
    /// Facts whose place another took. These never wait.
    pub replaced: Vec<Replaced>,
    /// What takes the place of something among `disappeared` once that may go: a property has one value, and the lower
    /// one waits with the removal.
    pub lowered: Vec<Replaced>,
}

impl ListingDiff {
    /// Compares two readings. `O(n log n)` in the number of facts.
    #[must_use]
    pub fn between(old: &FactSet, new: &FactSet, declaration: &ConnectorDeclaration) -> Self {
        let mut successors = Successors::of(new.0.difference(&old.0).cloned().collect(), declaration);
        let mut diff = Self::default();
        for gone in old.0.difference(&new.0) {
            match successors.take_for(gone) {
                Some(Successor::Replaces(new)) => diff.replaced.push(Replaced { old: gone.clone(), new }),
                Some(Successor::Lowers(new)) => {
                    diff.disappeared.push(gone.clone());
                    diff.lowered.push(Replaced { old: gone.clone(), new });
                }
                None => diff.disappeared.push(gone.clone()),
            }
        }
        diff.appeared = successors.rest();
        diff
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.appeared.is_empty() && self.disappeared.is_empty() && self.replaced.is_empty()
    }
}

/// New facts, findable by the old fact whose place they may take.
struct Successors<'d> {
    declaration: &'d ConnectorDeclaration,
    facts: Vec<Option<Fact>>,
    by_place: HashMap<Place, usize>,
}

/// What a new fact is to the old one whose place it takes.
enum Successor {
    Replaces(Fact),
    Lowers(Fact),
}

/// What makes two facts compete for the same place.
#[derive(PartialEq, Eq, Hash)]
enum Place {
    Existence(ResourceRef),
    Property(ResourceRef, Term),
    Level { principal: ResourceRef, resource: ResourceRef, evidence: bool },
}

impl<'d> Successors<'d> {
    fn of(facts: Vec<Fact>, declaration: &'d ConnectorDeclaration) -> Self {
        let by_place =
            facts.iter().enumerate().filter_map(|(index, fact)| Some((place_of(fact, declaration)?, index))).collect();
        Self { declaration, facts: facts.into_iter().map(Some).collect(), by_place }
    }

    /// A lowered right is a removal like any other: it waits until it is certain. Beside a higher right the lower one can
    /// be current at once; of a property there is one value only.
    fn take_for(&mut self, gone: &Fact) -> Option<Successor> {
        let index = *self.by_place.get(&place_of(gone, self.declaration)?)?;
        let candidate = self.facts.get(index)?.as_ref()?;
        match (gone, candidate) {
            (Fact::Grant { entitlement: old, .. }, Fact::Grant { entitlement: new, .. })
                if order(new, self.declaration) < order(old, self.declaration) =>
            {
                None
            }
            (Fact::Property { resource, name, value: old }, Fact::Property { value: new, .. })
                if self.declaration.is_lowered(resource.kind.as_str(), name.as_str(), old, new) =>
            {
                self.facts.get_mut(index)?.take().map(Successor::Lowers)
            }
            _ => self.facts.get_mut(index)?.take().map(Successor::Replaces),
        }
    }

    fn rest(self) -> Vec<Fact> {
        self.facts.into_iter().flatten().collect()
    }
}

fn place_of(fact: &Fact, declaration: &ConnectorDeclaration) -> Option<Place> {
    match fact {
        Fact::Resource { resource, .. } => Some(Place::Existence(resource.clone())),
        Fact::Property { resource, name, .. } => Some(Place::Property(resource.clone(), name.clone())),
        Fact::Grant { principal, entitlement } => level(principal, entitlement, false, declaration),
        Fact::Evidence { principal, entitlement } => level(principal, entitlement, true, declaration),
        Fact::Link { .. } => None,
    }
}

fn level(
    principal: &ResourceRef,
    entitlement: &EntitlementRef,
    evidence: bool,
    declaration: &ConnectorDeclaration,
) -> Option<Place> {
    order(entitlement, declaration)?;
    Some(Place::Level { principal: principal.clone(), resource: entitlement.resource.clone(), evidence })
}

fn order(entitlement: &EntitlementRef, declaration: &ConnectorDeclaration) -> Option<u8> {
    declaration.entitlement(entitlement.resource.kind.as_str(), entitlement.slug.as_str())?.exclusive_order
}
