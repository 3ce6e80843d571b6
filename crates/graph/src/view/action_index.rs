//! One action for everybody: who can do it with what, in both directions.
//!
//! A hub is something held on a group together with what that passes on. A thousand members of a team that writes a
//! thousand packages are two thousand entries here, and not a million.

use std::ops::ControlFlow;

use crate::csr::Csr;
use crate::text::NONE;
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
    direct: Csr<u32>,
    hubs: Csr<u32>,
    through: Csr<u32>,
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
        self.by.each(holder, &mut found)
    }

    /// Who can do it with an entity: each holder at least once, in no order.
    pub fn holders(&self, resource: EntityId, mut found: impl FnMut(EntityId) -> ControlFlow<()>) -> ControlFlow<()> {
        self.on.each(resource, &mut found)
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
    fn each(&self, entity: EntityId, found: &mut impl FnMut(EntityId) -> ControlFlow<()>) -> ControlFlow<()> {
        self.direct.row(entity.number()).iter().try_for_each(|other| found(EntityId::new(*other)))?;
        let mut hubs = self.hubs.row(entity.number()).iter();
        hubs.try_for_each(|hub| self.through.row(*hub).iter().try_for_each(|other| found(EntityId::new(*other))))
    }

    /// Rows are sorted.
    fn leads(&self, entity: EntityId, to: EntityId) -> bool {
        let holds = |row: &[u32]| row.binary_search(&to.number()).is_ok();
        let mut hubs = self.hubs.row(entity.number()).iter();
        holds(self.direct.row(entity.number())) || hubs.any(|hub| holds(self.through.row(*hub)))
    }
}

/// Both directions. What names no entity is left out.
fn sides(pairs: Pairs) -> (Side, Side) {
    let direct = sorted(pairs.direct);
    let members = sorted(pairs.members);
    let resources = pairs.hubs.iter().zip(0..).flat_map(|(of_hub, hub)| of_hub.iter().map(move |one| (hub, *one)));
    let resources = sorted(resources.collect());
    let reversed = |pairs: &[(u32, u32)]| sorted(pairs.iter().map(|(left, right)| (*right, *left)).collect());
    let (on_direct, on_members, on_resources) = (reversed(&direct), reversed(&members), reversed(&resources));
    let by = Side { direct: rows(&direct), hubs: rows(&on_members), through: rows(&resources) };
    let on = Side { direct: rows(&on_direct), hubs: rows(&on_resources), through: rows(&members) };
    (by, on)
}

fn sorted(mut pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    pairs.retain(|pair| pair.0 != NONE && pair.1 != NONE);
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn rows(sorted: &[(u32, u32)]) -> Csr<u32> {
    let rows = sorted.last().map_or(0, |pair| pair.0 as usize + 1);
    Csr::build(rows, sorted, |pair| pair.0, |pair| pair.1)
}
