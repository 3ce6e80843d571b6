//! One action for everybody: who can do it with what, in both directions.
//!
//! A hub is something held on a group together with what that passes on. A thousand members of a team that writes a
//! thousand packages are two thousand entries here, and not a million.

use std::ops::ControlFlow;

use crate::csr::Csr;
use crate::view::graph::EntityId;

/// Who can do one thing with what.
#[derive(Debug, Default)]
pub struct ActionIndex {
    by: Side,
    on: Side,
    everybody: Vec<u32>,
    /// Without what rests on unconfirmed grants only; `None` when there is nothing of the sort.
    confirmed: Option<Box<ActionIndex>>,
}

/// One direction: what an entity leads to.
#[derive(Debug, Default)]
struct Side {
    direct: Csr<EntityId>,
    hubs: Csr<u32>,
    through: Csr<EntityId>,
}

/// Where something from an entity to others stands: with itself, or with a hub.
#[derive(Clone, Copy, Debug)]
pub struct Run<'i> {
    /// The hub, numbered from 0 in its direction, where it is one's.
    pub hub: Option<u32>,
    /// In order, each once.
    pub entities: &'i [EntityId],
}

/// What an index is made from.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    /// Holder and resource.
    pub(crate) direct: Vec<(u32, u32)>,
    /// Hub and holder.
    pub(crate) members: Vec<(u32, u32)>,
    /// The resources of each hub.
    pub(crate) hubs: Vec<Vec<u32>>,
}

impl ActionIndex {
    pub(crate) fn of(all: Pairs, confirmed: Option<Pairs>, mut everybody: Vec<u32>) -> Self {
        everybody.sort_unstable();
        everybody.dedup();
        let (by, on) = sides(all);
        let confirmed = confirmed.map(|pairs| Box::new(Self::of(pairs, None, Vec::new())));
        Self { by, on, everybody, confirmed }
    }

    /// What an entity can do it with: each resource at least once, in no order. `O(what is found)`.
    pub fn resources(&self, holder: EntityId, mut found: impl FnMut(EntityId) -> ControlFlow<()>) -> ControlFlow<()> {
        self.resource_runs(holder).try_for_each(|run| run.entities.iter().try_for_each(|other| found(*other)))
    }

    /// Who can do it with an entity: each holder at least once, in no order.
    pub fn holders(&self, resource: EntityId, mut found: impl FnMut(EntityId) -> ControlFlow<()>) -> ControlFlow<()> {
        self.holder_runs(resource).try_for_each(|run| run.entities.iter().try_for_each(|other| found(*other)))
    }

    /// What an entity can do it with, run by run: its own, and those of its hubs.
    pub fn resource_runs(&self, holder: EntityId) -> impl Iterator<Item = Run<'_>> {
        self.by.runs(holder)
    }

    /// Who can do it with an entity, run by run.
    pub fn holder_runs(&self, resource: EntityId) -> impl Iterator<Item = Run<'_>> {
        self.on.runs(resource)
    }

    /// How many hubs there are.
    #[must_use]
    pub fn hubs(&self) -> u32 {
        self.by.through.rows().max(self.on.through.rows())
    }

    /// Whether an entity can do it with another. `O(hubs · log resources)`.
    #[must_use]
    pub fn can(&self, holder: EntityId, resource: EntityId) -> bool {
        self.by.leads(holder, resource)
    }

    /// Whether all that this rests on is unconfirmed; meaningful only of what can be done.
    #[must_use]
    pub fn is_unconfirmed(&self, holder: EntityId, resource: EntityId) -> bool {
        self.confirmed.as_ref().is_some_and(|confirmed| !confirmed.can(holder, resource))
    }

    /// With what everybody can do it, sorted: such holders are not listed.
    pub fn everybody(&self) -> impl ExactSizeIterator<Item = EntityId> + use<'_> {
        self.everybody.iter().copied().map(EntityId::new)
    }
}

impl Side {
    #[inline]
    fn runs(&self, entity: EntityId) -> impl Iterator<Item = Run<'_>> {
        let own = Run { hub: None, entities: self.direct.row(entity.number()) };
        let hubs = self.hubs.row(entity.number()).iter();
        let of_hubs = hubs.map(|hub| Run { hub: Some(*hub), entities: self.through.row(*hub) });
        std::iter::once(own).chain(of_hubs)
    }

    fn leads(&self, entity: EntityId, to: EntityId) -> bool {
        self.runs(entity).any(|run| run.entities.binary_search(&to).is_ok())
    }
}

/// Both directions. What names no entity is left out. Rows are made by counting, and those of the other end from these,
/// so that a million pairs are never sorted all at once.
fn sides(pairs: Pairs) -> (Side, Side) {
    let Pairs { direct, members, hubs } = pairs;
    let direct = rows(direct);
    let members = rows(members);
    let resources = hubs.iter().zip(0..).flat_map(|(of_hub, hub)| of_hub.iter().map(move |one| (hub, *one)));
    let resources = rows(resources.collect());
    drop(hubs);
    let (on_direct, on_hubs) = (direct.reversed().of(EntityId::new), resources.reversed());
    let by = Side { direct: direct.of(EntityId::new), hubs: members.reversed(), through: resources.of(EntityId::new) };
    (by, Side { direct: on_direct, hubs: on_hubs, through: members.of(EntityId::new) })
}

/// The pairs are not needed any longer, and there may be millions.
fn rows(pairs: Vec<(u32, u32)>) -> Csr<u32> {
    let rows = Csr::distinct(&pairs);
    drop(pairs);
    rows
}
