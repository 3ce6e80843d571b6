//! Which nodes of different segments are the same resource.
//!
//! A type may declare its ids to be source-wide: npm's account `alice` is one account in every organisation of the
//! same registry. Only nodes that really occur in two segments take room here, and nothing inside a segment changes
//! when another one is replaced.

use std::collections::HashMap;
use std::sync::Arc;

use crate::segment::Segment;
use crate::text::{NONE, number_of};
use crate::world::NodeId;

/// Classes of equal nodes with at least two members.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    classes: Vec<Vec<NodeId>>,
    /// For each segment its joined nodes and their classes, sorted by node.
    joined: Vec<Vec<(u32, u32)>>,
}

impl Overlay {
    /// Joins equal nodes. Expected `O(nodes of source-wide types)` of segments that share their host with another,
    /// and nothing for the others.
    pub(crate) fn of(segments: &[Arc<Segment>]) -> Self {
        let mut by_host: HashMap<&str, Vec<u32>> = HashMap::new();
        for (index, segment) in segments.iter().enumerate() {
            if !segment.identity.host.is_empty() {
                by_host.entry(&segment.identity.host).or_default().push(number_of(index));
            }
        }
        let mut overlay = Self { classes: Vec::new(), joined: vec![Vec::new(); segments.len()] };
        for sharing in by_host.into_values().filter(|sharing| sharing.len() > 1) {
            overlay.join(segments, &sharing);
        }
        for joined in &mut overlay.joined {
            joined.sort_unstable();
        }
        overlay
    }

    /// Joins the segments of one host, in the order of their indexes, so that classes are sorted by segment.
    fn join(&mut self, segments: &[Arc<Segment>], sharing: &[u32]) {
        let mut first_seen: HashMap<(&str, &str), (NodeId, u32)> = HashMap::new();
        for index in sharing {
            let Some(segment) = segments.get(*index as usize) else { continue };
            for node in source_wide(segment) {
                let here = NodeId::new(*index, node);
                let key = (segment.kind_name(node), segment.ids.get(node));
                let (first, class) = first_seen.entry(key).or_insert((here, NONE));
                if *first != here {
                    *class = self.add(*class, *first, here);
                }
            }
        }
    }

    fn add(&mut self, class: u32, first: NodeId, second: NodeId) -> u32 {
        if let Some(members) = self.classes.get_mut(class as usize) {
            members.push(second);
            self.note(second, class);
            return class;
        }
        let class = number_of(self.classes.len());
        self.classes.push(vec![first, second]);
        self.note(first, class);
        self.note(second, class);
        class
    }

    fn note(&mut self, node: NodeId, class: u32) {
        if let Some(joined) = self.joined.get_mut(node.segment() as usize) {
            joined.push((node.node(), class));
        }
    }

    /// Whether any node of a segment equals one of another. `O(1)`.
    pub(crate) fn is_joined(&self, segment: u32) -> bool {
        self.joined.get(segment as usize).is_some_and(|joined| !joined.is_empty())
    }

    /// The nodes equal to this one, itself included, or nothing when it equals no other. `O(log joined)`.
    pub(crate) fn class(&self, node: NodeId) -> &[NodeId] {
        let Some(joined) = self.joined.get(node.segment() as usize) else { return &[] };
        let class = joined.binary_search_by_key(&node.node(), |entry| entry.0).ok().and_then(|at| joined.get(at));
        class.and_then(|entry| self.classes.get(entry.1 as usize)).map_or(&[], Vec::as_slice)
    }
}

fn source_wide(segment: &Segment) -> impl Iterator<Item = u32> {
    let declared = segment.declaration.types.iter().filter(|declared| declared.source_wide);
    declared.filter_map(|declared| segment.kind(declared.name)).flat_map(|kind| segment.kinds.range(kind))
}
