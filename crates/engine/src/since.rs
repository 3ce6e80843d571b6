//! Since when rights are known.

use std::collections::HashMap;

use rolecall_model::{AccessRule, ConnectorDeclaration, EntitlementRef, Fact, ResourceRef, Term, Timestamp};
use rolecall_store::SnapshotId;

use crate::image::bytes::Source;
use crate::moments::Moments;

/// When each right of a connector was first observed. Most rights were there from the first snapshot on, so only the
/// others are kept one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Since {
    moments: HashMap<i64, Timestamp>,
    first: Timestamp,
    later: Moments<(ResourceRef, EntitlementRef)>,
    /// Rights that were there when their listing was first read, which was later than the first snapshot: they are as old
    /// as that, or older.
    at_least: Moments<(ResourceRef, EntitlementRef)>,
    /// What rules rest on: that a resource exists, or that a property of it has the value it has.
    grounds: Moments<(ResourceRef, Option<Term>)>,
    declaration: Option<&'static ConnectorDeclaration>,
}

impl Since {
    /// With the moments at which snapshots became current.
    pub(crate) fn new(declaration: &'static ConnectorDeclaration, moments: HashMap<i64, Timestamp>) -> Self {
        let first = moments.values().min().copied().unwrap_or_default();
        Self { moments, first, declaration: Some(declaration), ..Self::default() }
    }

    /// The latest snapshot of which the moment is known.
    pub(crate) fn latest(&self) -> Option<SnapshotId> {
        self.moments.keys().max().copied().map(SnapshotId)
    }

    /// With the moment that every right counts as known from of which nothing else is said.
    pub(crate) fn starting(declaration: &'static ConnectorDeclaration, first: Timestamp) -> Self {
        Self { first, declaration: Some(declaration), ..Self::default() }
    }

    /// Notes when a right was first observed.
    pub(crate) fn add_moment(&mut self, fact: &Fact, moment: Timestamp) {
        self.add_ground(fact, moment);
        if let Some((principal, entitlement)) = fact.holding() {
            self.later.insert((principal.clone(), entitlement.clone()), moment);
        }
    }

    /// Notes that a fact was there when it was first read.
    pub(crate) fn add_first(&mut self, fact: &Fact) {
        self.add_ground(fact, self.first);
    }

    /// What answers need of it, as bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.first.0.to_le_bytes().to_vec();
        self.later.put(self.first, &mut bytes);
        self.at_least.put(self.first, &mut bytes);
        self.grounds.put(self.first, &mut bytes);
        bytes
    }

    /// What [`Since::to_bytes`] made; nothing can be added to it. `None` for anything else.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (first, rest) = bytes.split_first_chunk()?;
        let mut source = Source::of(rest);
        let (later, at_least) = (Moments::take(&mut source)?, Moments::take(&mut source)?);
        let grounds = Moments::take(&mut source)?;
        let first = Timestamp(i64::from_le_bytes(*first));
        source.left().is_empty().then(|| Self { first, later, at_least, grounds, ..Self::default() })
    }

    /// When a snapshot became current, if the store knows it.
    pub(crate) fn moment(&self, snapshot: SnapshotId) -> Option<Timestamp> {
        self.moments.get(&snapshot.0).copied()
    }

    /// Notes the snapshot since which a fact is current; of the `baseline`, it may have been there before.
    pub(crate) fn add(&mut self, fact: &Fact, snapshot: SnapshotId, baseline: bool) {
        let moment = self.moments.get(&snapshot.0).copied().unwrap_or(self.first);
        self.add_ground(fact, moment);
        let Some((principal, entitlement)) = fact.holding() else { return };
        if moment > self.first {
            let kept = if baseline { &mut self.at_least } else { &mut self.later };
            kept.insert((principal.clone(), entitlement.clone()), moment);
        }
    }

    /// When the listing was first read in which the right was then, unless that was with the first snapshot.
    pub(crate) fn at_least(&self, principal: &ResourceRef, entitlement: &EntitlementRef) -> Option<Timestamp> {
        self.at_least.get(&(principal.clone(), entitlement.clone()))
    }

    /// One listing may state a thing later than another, so the earliest counts.
    fn add_ground(&mut self, fact: &Fact, moment: Timestamp) {
        let (resource, name) = match fact {
            Fact::Resource { resource, .. } => (resource, None),
            Fact::Property { resource, name, .. } => (resource, Some(name)),
            Fact::Grant { .. } | Fact::Evidence { .. } | Fact::Link { .. } => return,
        };
        if self.is_ground(&resource.kind, name) {
            self.grounds.insert_earliest((resource.clone(), name.cloned()), moment);
        }
    }

    /// Whether a rule rests on there being a resource of this type, or on a property of it.
    pub(crate) fn is_ground(&self, kind: &Term, property: Option<&Term>) -> bool {
        self.declaration.is_some_and(|declaration| match property {
            Some(property) => declaration.is_decisive(kind.as_str(), property.as_str()),
            None => inherits(declaration, kind),
        })
    }

    /// When a resource was first observed, or that a property of it has its value, unless that was so from the first
    /// snapshot on.
    pub(crate) fn ground(&self, resource: &ResourceRef, property: Option<&'static str>) -> Option<Timestamp> {
        let known = self.grounds.get(&(resource.clone(), property.map(Term::declared)));
        known.filter(|moment| *moment > self.first)
    }

    /// The same of a property by any name.
    pub(crate) fn property(&self, resource: &ResourceRef, name: &str) -> Option<Timestamp> {
        let known = self.grounds.get(&(resource.clone(), Some(Term::from(name.to_owned()))));
        known.filter(|moment| *moment > self.first)
    }

    /// When the first snapshot became current.
    pub(crate) const fn first(&self) -> Timestamp {
        self.first
    }

    /// When the principal was first observed to hold the entitlement, unless it was there from the first snapshot on:
    /// then nobody knows how old it is.
    pub(crate) fn later(&self, principal: &ResourceRef, entitlement: &EntitlementRef) -> Option<Timestamp> {
        self.later.get(&(principal.clone(), entitlement.clone()))
    }
}

/// Whether a rule gives rights on resources of this type.
fn inherits(declaration: &ConnectorDeclaration, kind: &Term) -> bool {
    declaration
        .rules
        .iter()
        .any(|rule| matches!(rule, AccessRule::Inherited { resource_type, .. } if *resource_type == kind.as_str()))
}
