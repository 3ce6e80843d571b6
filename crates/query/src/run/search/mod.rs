//! One way through a query: which entities can be where on it.
//!
//! A search begins where the fewest entities come into question. To the left of there it goes from set to set, and to the
//! right it asks of each entity, once, whether anything leads on from it. What remains leads to whole paths.

mod ahead;
mod left;

use std::cell::OnceCell;
use std::ops::{ControlFlow, Range};

use rolecall_graph::{EntityGraph, EntityId};

use super::joined::Joined;
use super::memo::Memo;
use super::meter::Meter;
use super::row::At;
use crate::bind::Chain;
use crate::compile::{Check, Compiled, HopPlan, Notes, Pattern, wanted_texts};
use crate::set::EntitySetBits;

pub(super) use ahead::Access;

/// What all searches of a query share.
#[derive(Clone, Copy)]
pub(super) struct Engine<'e, 'g> {
    pub(super) graph: &'g EntityGraph,
    pub(super) compiled: &'e Compiled<'g>,
    pub(super) notes: &'e Notes,
    pub(super) meter: &'e Meter<'e>,
}

/// A search along one chain.
pub(super) struct Search<'e, 'g> {
    pub(super) engine: Engine<'e, 'g>,
    pub(super) chain: &'e Chain,
    places: Vec<Place<'e, 'g>>,
    hops: Vec<HopAt<'e, 'g>>,
    /// Parts of `WHERE` that take more than one thing.
    pub(super) residual: Vec<&'e Check>,
    /// Whether parts of `WHERE` that take nothing rule the whole chain out.
    pub(super) is_void: bool,
    /// About how many entities come into question at each place.
    pub(super) estimates: Vec<u64>,
    /// Where it begins.
    pub(super) seed: usize,
    /// The sets up to and with the seed; all that lies behind is asked one by one.
    sets: Vec<EntitySetBits>,
    /// By hop to the left of the seed: what it joins.
    joined: Vec<Joined<'g>>,
}

/// One entity of a chain.
struct Place<'e, 'g> {
    pattern: &'e Pattern<'g>,
    ranges: Vec<Range<u32>>,
    is_simple: bool,
    slot: usize,
    /// Parts of `WHERE` about this entity alone.
    checks: Vec<&'e Check>,
    negations: Vec<Negated<'e, 'g>>,
    accepted: Memo,
    alive: Memo,
    /// By shape that is meant: what an index knows.
    indexed: OnceCell<Vec<(u32, Indexed)>>,
}

/// The only entities in question, where an index knows them.
type Indexed = Option<Vec<EntityId>>;

struct HopAt<'e, 'g> {
    plan: &'e HopPlan<'g>,
    /// Parts of `WHERE` about this relationship alone.
    checks: Vec<&'e Check>,
}

struct Negated<'e, 'g> {
    hop: &'e HopPlan<'g>,
    rest: Vec<Search<'e, 'g>>,
}

impl<'e, 'g> Search<'e, 'g> {
    /// A search that did not begin yet.
    pub(super) fn new(engine: Engine<'e, 'g>, chain: &'e Chain, filter: &'e [Check]) -> Self {
        let mut search = Self {
            engine,
            chain,
            places: chain.entities.iter().filter_map(|slot| Place::new(engine, *slot)).collect(),
            hops: chain.hops.iter().filter_map(|hop| HopAt::new(engine, *hop)).collect(),
            residual: Vec::new(),
            is_void: false,
            estimates: Vec::new(),
            seed: 0,
            sets: Vec::new(),
            joined: Vec::new(),
        };
        for negation in &chain.negations {
            let hop = engine.compiled.hops.get(negation.hop);
            let rest = negation.chains.iter().map(|chain| Search::new(engine, chain, &[])).collect();
            if let (Some(place), Some(hop)) = (search.places.get_mut(negation.at), hop) {
                place.negations.push(Negated { hop, rest });
            }
        }
        filter.iter().for_each(|check| search.push_down(check));
        for place in &mut search.places {
            place.is_simple = place.pattern.is_simple() && place.checks.is_empty() && place.negations.is_empty();
        }
        search
    }

    /// Puts a part of `WHERE` where it can be asked first.
    fn push_down(&mut self, check: &'e Check) {
        let mut about = Vec::new();
        let mut several = false;
        check.slots(&mut |slot| match super::row::place_of(self.chain, slot) {
            super::row::Bound::Not => {}
            bound if about.contains(&bound) => {}
            bound => about.push(bound),
        });
        match about.as_slice() {
            [] => self.is_void |= !check.holds(self.engine.graph, &super::row::Nothing, self.engine.notes),
            [super::row::Bound::Entity(at)] => match self.places.get_mut(*at) {
                Some(place) => place.checks.push(check),
                None => several = true,
            },
            [super::row::Bound::Hop(at)] => match self.hops.get_mut(*at) {
                Some(hop) => hop.checks.push(check),
                None => several = true,
            },
            _ => several = true,
        }
        if several {
            self.residual.push(check);
        }
    }

    pub(super) const fn last(&self) -> usize {
        self.places.len().saturating_sub(1)
    }

    pub(super) fn slot(&self, at: usize) -> usize {
        self.places.get(at).map_or(usize::MAX, |place| place.slot)
    }

    pub(super) fn hop(&self, at: usize) -> Option<&'e HopPlan<'g>> {
        self.hops.get(at).map(|hop| hop.plan)
    }

    pub(super) fn shapes(&self, at: usize) -> impl Iterator<Item = u32> + use<'_, 'e, 'g> {
        self.places.get(at).into_iter().flat_map(Place::shapes)
    }

    /// Works out the sets. Afterwards [`Search::allows`] answers.
    pub(super) fn begin(&mut self) -> ControlFlow<()> {
        if self.is_void {
            self.sets = vec![EntitySetBits::default()];
            return ControlFlow::Continue(());
        }
        self.estimates = (0..self.places.len()).map(|at| self.estimate(at)).collect();
        let estimates = &self.estimates;
        let fewest = estimates.iter().copied().min().unwrap_or(0);
        // The first place needs no set of its own, so it may have twice as many.
        let first = estimates.first().copied().unwrap_or(0);
        self.seed = if first <= fewest.saturating_mul(2) {
            0
        } else {
            estimates.iter().position(|one| *one == fewest).unwrap_or(0)
        };
        if self.seed == 0 {
            return ControlFlow::Continue(());
        }
        let mut set = EntitySetBits::default();
        self.seeds(self.seed, |entity| {
            if self.lives(self.seed, entity) {
                set.insert(entity);
            }
            self.engine.meter.spend(1)
        })?;
        let mut sets = vec![set];
        for at in (0..self.seed).rev() {
            let Some(right) = sets.last() else { break };
            let (before, joined) = self.to_the_left(at, right)?;
            sets.push(before);
            self.joined.push(joined);
        }
        sets.reverse();
        self.joined.reverse();
        self.sets = sets;
        ControlFlow::Continue(())
    }

    /// About how many entities come into question at a place.
    fn estimate(&self, at: usize) -> u64 {
        let Some(place) = self.places.get(at) else { return 0 };
        if let Some(changes) = place.pattern.changed {
            return changes.of.len() as u64;
        }
        let mut few = place.pattern.within.iter().map(|set| u64::from(set.len())).min().unwrap_or(u64::MAX);
        if place.pattern.has_window {
            few = 0;
        }
        let graph = self.engine.graph;
        let of_shape = |(shape, indexed): &(u32, Indexed)| match indexed {
            Some(found) => found.len() as u64,
            None => graph.shape_entities(*shape).len() as u64,
        };
        let all: u64 = self.by_shape(place).iter().map(of_shape).sum();
        few.min(all.saturating_add(u64::from(place.pattern.also.len())))
    }

    /// Every entity that comes into question at a place, in no order, perhaps more than once.
    fn seeds(&self, at: usize, mut found: impl FnMut(EntityId) -> ControlFlow<()>) -> ControlFlow<()> {
        let Some(place) = self.places.get(at) else { return ControlFlow::Continue(()) };
        if let Some(changes) = place.pattern.changed {
            return changes.of.keys().copied().try_for_each(found);
        }
        let fewest = place.pattern.within.iter().min_by_key(|set| set.len());
        if let Some(set) = fewest.filter(|set| u64::from(set.len()) <= self.estimate(at)) {
            return set.iter().try_for_each(found);
        }
        for (shape, indexed) in self.by_shape(place) {
            match indexed {
                Some(entities) => entities.iter().copied().try_for_each(&mut found)?,
                None => self.engine.graph.shape_entities(*shape).map(EntityId::new).try_for_each(&mut found)?,
            }
        }
        place.pattern.also.iter().try_for_each(found)
    }

    /// The shapes that are meant. Indexes are asked once in a search.
    fn by_shape<'p>(&self, place: &'p Place<'e, 'g>) -> &'p [(u32, Indexed)] {
        place.indexed.get_or_init(|| place.shapes().map(|shape| (shape, self.indexed(place, shape))).collect())
    }

    fn indexed(&self, place: &Place<'e, 'g>, shape: u32) -> Indexed {
        let checks = place.pattern.checks.iter().chain(place.checks.iter().copied());
        let mut wanted = checks.filter_map(wanted_texts);
        wanted.find_map(|(name, texts)| {
            let find = |text: &str| self.engine.graph.find_in_shape(shape, name, text);
            let found: Option<Vec<Vec<EntityId>>> = texts.into_iter().map(find).collect();
            Some(found?.into_iter().flatten().collect())
        })
    }

    /// Whether an entity can be at a place, whatever is around it.
    #[inline]
    pub(super) fn accepts(&self, at: usize, entity: EntityId) -> bool {
        let Some(place) = self.places.get(at) else { return false };
        if place.is_simple {
            return place.ranges.iter().any(|range| range.contains(&entity.number()));
        }
        if let Some(known) = place.accepted.get(entity) {
            return known;
        }
        let _ = self.engine.meter.spend(1);
        let accepted = self.fits(place, entity);
        place.accepted.set(entity, accepted);
        accepted
    }

    fn fits(&self, place: &Place<'e, 'g>, entity: EntityId) -> bool {
        let (graph, notes) = (self.engine.graph, self.engine.notes);
        let here = At { chain: self.chain, slot: place.slot, entity };
        place.pattern.matches(graph, entity, notes)
            && place.checks.iter().all(|check| check.holds(graph, &here, notes))
            && !place.negations.iter().any(|negation| self.leads_on(negation, entity))
    }

    fn leads_on(&self, negation: &Negated<'e, 'g>, entity: EntityId) -> bool {
        let mut found = false;
        let _ = negation.hop.each(self.engine.graph, entity, false, |other, _| {
            self.engine.meter.spend(1)?;
            found = negation.rest.iter().any(|rest| rest.lives(0, other));
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    }

    /// Whether an entity can be at a place, and a path leads on from it to the end.
    #[inline]
    pub(super) fn lives(&self, at: usize, entity: EntityId) -> bool {
        if !self.accepts(at, entity) {
            return false;
        }
        if at >= self.last() {
            return true;
        }
        let Some(place) = self.places.get(at) else { return false };
        if let Some(known) = place.alive.get(entity) {
            return known;
        }
        let mut found = false;
        let _ = self.neighbours(at, entity, false, |other, _| {
            found = self.lives(at + 1, other);
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        // What was cut short is not known.
        if found || !self.engine.meter.is_over() {
            place.alive.set(entity, found);
        }
        found
    }

    /// Whether an entity is at a place on some path, as far as can be told from there on to the right.
    #[inline]
    pub(super) fn allows(&self, at: usize, entity: EntityId) -> bool {
        match self.sets.get(at) {
            Some(set) => set.contains(entity),
            None => self.lives(at, entity),
        }
    }

    /// The entities that paths begin with, where it did not begin with them.
    pub(super) fn first_set(&self) -> Option<&EntitySetBits> {
        self.sets.first()
    }

    /// The entities that paths begin with, in order.
    pub(super) fn starts(&self) -> Vec<EntityId> {
        if let Some(set) = self.first_set() {
            return set.to_vec();
        }
        let mut starts = EntitySetBits::default();
        let _ = self.seeds(0, |entity| {
            self.engine.meter.spend(1)?;
            if self.lives(0, entity) {
                starts.insert(entity);
            }
            ControlFlow::Continue(())
        });
        starts.to_vec()
    }
}

impl<'e, 'g> Place<'e, 'g> {
    fn new(engine: Engine<'e, 'g>, slot: usize) -> Option<Self> {
        let pattern = engine.compiled.patterns.get(slot)?;
        Some(Self {
            pattern,
            ranges: pattern.ranges(engine.graph),
            is_simple: false,
            slot,
            checks: Vec::new(),
            negations: Vec::new(),
            accepted: Memo::default(),
            alive: Memo::default(),
            indexed: OnceCell::new(),
        })
    }

    fn shapes(&self) -> impl Iterator<Item = u32> + use<'_, 'e, 'g> {
        (0..).zip(&self.pattern.shapes).filter(|(_, wanted)| **wanted).map(|(shape, _)| shape)
    }
}

impl<'e, 'g> HopAt<'e, 'g> {
    fn new(engine: Engine<'e, 'g>, hop: usize) -> Option<Self> {
        Some(Self { plan: engine.compiled.hops.get(hop)?, checks: Vec::new() })
    }
}
