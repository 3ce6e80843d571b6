//! Whether what we compute is what a second source states, resource by resource.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::edge::{Basis, Entry, Inherited};
use crate::segment::Segment;
use crate::upstream::{Goal, Upstream};
use crate::world::{NodeId, World};

/// The comparison for one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement<'a> {
    /// The resource.
    pub resource: NodeId,
    /// Accounts with the level that we compute and the source does not state.
    pub only_computed: Vec<(NodeId, &'a str)>,
    /// Accounts with the level that the source states and we do not compute. A stated slug that belongs to no level
    /// is here as it is.
    pub only_stated: Vec<(NodeId, &'a str)>,
}

impl Agreement<'_> {
    /// Whether both say the same.
    #[must_use]
    pub const fn agrees(&self) -> bool {
        self.only_computed.is_empty() && self.only_stated.is_empty()
    }
}

/// Level by principal, as representatives, sorted.
type Levels<'a> = Vec<(NodeId, &'a str)>;

/// What is compared with what.
struct Comparison<'a> {
    world: &'a World,
    segment: &'a Segment,
    index: u32,
    levels: &'a [&'a str],
    listing: &'a str,
}

impl World {
    /// Compares computed rights with the evidence of one listing kind, for every resource of a segment that has such
    /// evidence and for those in `read`, which are the ones known to have been read even if nobody is stated on them.
    ///
    /// `levels` are slugs, weakest first. Each account is compared at its strongest level on either side; different
    /// levels are a difference on both. Computed rights rest on observed grants and on rules, never on evidence.
    ///
    /// `O(V + E)` over what leads to a resource, once for all resources on which the same grants are held, and then
    /// `O(holders · log holders)` for each resource.
    #[must_use]
    pub fn agreement<'a>(
        &'a self,
        segment: u32,
        levels: &'a [&'a str],
        listing: &'a str,
        read: &[NodeId],
    ) -> Vec<Agreement<'a>> {
        let Some(found) = self.segment_at(segment) else { return Vec::new() };
        let comparison = Comparison { world: self, segment: found, index: segment, levels, listing };
        let mut cache = HashMap::new();
        let resources = comparison.resources(read);
        resources.into_iter().map(|resource| comparison.compare(resource, &mut cache)).collect()
    }
}

impl<'a> Comparison<'a> {
    /// The resources to compare, by type and id.
    fn resources(&self, read: &[NodeId]) -> BTreeSet<NodeId> {
        let read = read.iter().copied().filter(|node| node.segment() == self.index);
        let stated = (0..self.segment.evidence.on.rows()).filter(|node| self.evidence(*node).next().is_some());
        read.chain(stated.map(|node| NodeId::new(self.index, node))).collect()
    }

    /// Who is stated to hold which slug on a resource.
    fn evidence(&self, node: u32) -> impl Iterator<Item = (NodeId, &'a str)> + use<'a> {
        let (world, segment, index) = (self.world, self.segment, self.index);
        let listing = segment.word(self.listing);
        let row = segment.evidence.on.row(node).iter().filter(move |stated| Some(stated.listing) == listing);
        row.map(move |stated| {
            let principal = world.representative(NodeId::new(index, stated.other));
            (principal, segment.words.get(stated.label.word()))
        })
    }

    fn compare(&self, resource: NodeId, cache: &mut Cache<'a>) -> Agreement<'a> {
        let computed = self.computed_once(resource, cache);
        let stated = self.stated(resource);
        let only_stated = missing_from(&computed, &stated);
        let only_computed = missing_from(&stated, &computed).filter(|(principal, _)| self.world.is_holder(*principal));
        Agreement { resource, only_computed: self.listed(only_computed), only_stated: self.listed(only_stated) }
    }

    fn listed(&self, levels: impl Iterator<Item = (NodeId, &'a str)>) -> Vec<(NodeId, &'a str)> {
        let mut list: Vec<_> = levels.map(|(node, level)| (self.world.nearest(node, self.index), level)).collect();
        list.sort_by(|left, right| self.world.order(left.0, right.0));
        list
    }

    /// Each principal's strongest stated level; a slug that gives no level stands for itself.
    fn stated(&self, resource: NodeId) -> Levels<'a> {
        let mut strongest: BTreeMap<NodeId, (usize, &'a str)> = BTreeMap::new();
        for (principal, slug) in self.evidence(resource.node()) {
            let gives = |level: &&str| self.segment.includes(resource.node(), slug, level);
            let level = match self.levels.iter().rposition(gives) {
                Some(at) => (at + 1, self.levels.get(at).copied().unwrap_or(slug)),
                None => (0, slug),
            };
            let known = strongest.entry(principal).or_insert(level);
            *known = level.max(*known);
        }
        strongest.into_iter().map(|(principal, (_, level))| (principal, level)).collect()
    }

    /// Resources on which the same grants are held have the same holders, and in most organisations one team's
    /// grants are repeated on thousands of packages.
    fn computed_once(&self, resource: NodeId, cache: &mut Cache<'a>) -> Rc<Levels<'a>> {
        let joined = self.world.same_account(resource).nth(1).is_some();
        if joined {
            return Rc::new(self.computed(resource));
        }
        let kind = self.segment.kinds.of(resource.node());
        let rows = (self.segment.grants.on.row(resource.node()), self.segment.inherited.on.row(resource.node()));
        let known = cache.entry((kind, rows)).or_insert_with(|| Rc::new(self.computed(resource)));
        Rc::clone(known)
    }

    /// Each principal's strongest computed level.
    fn computed(&self, resource: NodeId) -> Levels<'a> {
        let mut levels = BTreeMap::new();
        for level in self.levels {
            let goal = [*level];
            let upstream = Upstream::of(self.world, resource, Goal::Slugs(&goal), Basis::Observed);
            levels.extend(upstream.principals().map(|(principal, _)| (principal, *level)));
        }
        levels.into_iter().collect()
    }
}

/// By kind, grants, and what rules give.
type Cache<'a> = HashMap<(u32, (&'a [Entry], &'a [Inherited])), Rc<Levels<'a>>>;

/// What is in the second list and not, or at another level, in the first. `O(both)`.
fn missing_from<'a>(
    first: &[(NodeId, &'a str)],
    second: &[(NodeId, &'a str)],
) -> impl Iterator<Item = (NodeId, &'a str)> {
    let mut first = first.iter().peekable();
    second.iter().copied().filter(move |entry| {
        while first.next_if(|known| *known < entry).is_some() {}
        first.next_if_eq(&entry).is_none()
    })
}
