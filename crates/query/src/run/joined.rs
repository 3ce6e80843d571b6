//! What a hop to the left of the beginning joins: found once on the way there, and kept for going along paths.

use rolecall_graph::EntityId;

use crate::answer::Edge;

/// So much is kept of a hop; beyond that, looking again costs less than remembering.
pub(super) const MOST_JOINED: usize = 1 << 20;

/// What a hop joins.
#[derive(Debug)]
pub(super) enum Joined<'g> {
    /// Whatever is on the left leads to this one.
    To(EntityId),
    /// The left end and the right one, in order, each pair once.
    Pairs(Vec<(EntityId, EntityId)>),
    /// The left end, the right one, and what joins them, in order.
    Edges(Vec<(EntityId, EntityId, Edge<'g>)>),
    /// Too much to keep.
    TooMuch,
}

impl<'g> Joined<'g> {
    pub(super) fn of_pairs(mut pairs: Vec<(EntityId, EntityId)>) -> Self {
        if pairs.len() > MOST_JOINED {
            return Self::TooMuch;
        }
        pairs.sort_unstable();
        pairs.dedup();
        Self::Pairs(pairs)
    }

    pub(super) fn of_edges(mut edges: Vec<(EntityId, EntityId, Edge<'g>)>) -> Self {
        if edges.len() > MOST_JOINED {
            return Self::TooMuch;
        }
        edges.sort_unstable();
        Self::Edges(edges)
    }
}

/// Those of some that begin with an entity. `O(log all)`.
pub(super) fn beginning<T>(all: &[T], entity: EntityId, start: impl Fn(&T) -> EntityId) -> &[T] {
    let rest = all.get(all.partition_point(|one| start(one) < entity)..).unwrap_or_default();
    rest.get(..rest.iter().take_while(|one| start(one) == entity).count()).unwrap_or_default()
}
