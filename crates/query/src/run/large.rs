//! Hubs that lead to thousands of things, as bits.
//!
//! A team of everybody that may publish everything is held by each of its members and leads to every package. What all
//! of them can do is counted a word of 64 packages at a time.

use std::collections::HashMap;
use std::ops::Range;

use rolecall_graph::{EntityId, Run};

/// Fewer entities than these are gone through one by one.
const FEW: usize = 1024;

/// Whether a run is a large hub's. Its entities have to be close enough together for bits to be worth their while.
#[inline]
pub(super) fn is_large(run: &Run<'_>) -> bool {
    run.entities.len() >= FEW && run.hub.is_some() && words(run.entities).len() <= run.entities.len()
}

/// Where a hub is from: which of the actions, and whether holders are looked for.
pub(super) type Source = (usize, bool);

/// Counts what large hubs lead to, together with small ones.
#[derive(Debug, Default)]
pub(super) struct Large {
    /// What each leads to that is allowed.
    hubs: HashMap<(Source, u32), Bits>,
    /// What one entity leads to.
    union: Vec<u64>,
    /// The words of it that are not empty.
    used: Range<usize>,
}

/// The words of some entities, from the first one that is not empty.
#[derive(Debug, Default)]
struct Bits {
    first: usize,
    words: Vec<u64>,
}

impl Large {
    /// Forgets what was met.
    pub(super) fn next(&mut self) {
        self.union.get_mut(self.used.clone()).unwrap_or_default().fill(0);
        self.used = 0..0;
    }

    /// Adds what a run leads to; how much of it was looked at.
    pub(super) fn add(&mut self, source: Source, run: &Run<'_>, allows: impl Fn(EntityId) -> bool) -> u64 {
        let Some(hub) = run.hub.filter(|_| is_large(run)) else {
            run.entities.iter().for_each(|entity| self.insert(*entity, &allows));
            return run.entities.len() as u64;
        };
        let mut looked_at = 0;
        let bits = self.hubs.entry((source, hub)).or_insert_with(|| {
            looked_at = run.entities.len();
            Bits::of(run.entities, &allows)
        });
        let range = bits.first..bits.first + bits.words.len();
        make_room(&mut self.union, &mut self.used, &range);
        for (word, more) in self.union.get_mut(range).unwrap_or_default().iter_mut().zip(&bits.words) {
            *word |= more;
        }
        (looked_at + bits.words.len()) as u64
    }

    fn insert(&mut self, entity: EntityId, allows: &impl Fn(EntityId) -> bool) {
        let (word, bit) = place(entity);
        let is_new = self.union.get(word).is_none_or(|word| word & bit == 0);
        if is_new && allows(entity) {
            make_room(&mut self.union, &mut self.used, &(word..word + 1));
            self.union.get_mut(word).into_iter().for_each(|word| *word |= bit);
        }
    }

    /// How many different ones were met.
    pub(super) fn count(&self) -> u64 {
        let used = self.union.get(self.used.clone()).unwrap_or_default();
        used.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

impl Bits {
    fn of(entities: &[EntityId], allows: impl Fn(EntityId) -> bool) -> Self {
        let range = words(entities);
        let mut words = vec![0; range.len()];
        for entity in entities.iter().filter(|entity| allows(**entity)) {
            let (word, bit) = place(*entity);
            if let Some(word) = word.checked_sub(range.start).and_then(|word| words.get_mut(word)) {
                *word |= bit;
            }
        }
        Self { first: range.start, words }
    }
}

fn make_room(union: &mut Vec<u64>, used: &mut Range<usize>, range: &Range<usize>) {
    if union.len() < range.end {
        union.resize(range.end, 0);
    }
    *used = if used.start >= used.end { range.clone() } else { used.start.min(range.start)..used.end.max(range.end) };
}

/// The words that entities, which are in order, are in.
fn words(entities: &[EntityId]) -> Range<usize> {
    match (entities.first(), entities.last()) {
        (Some(first), Some(last)) => place(*first).0..place(*last).0 + 1,
        _ => 0..0,
    }
}

const fn place(entity: EntityId) -> (usize, u64) {
    ((entity.number() / 64) as usize, 1 << (entity.number() % 64))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_entity_counts_once_whichever_hubs_lead_to_it() {
        let entities = |numbers: Range<u32>, step| numbers.step_by(step).map(EntityId::new).collect::<Vec<_>>();
        let hubs = [entities(100..3_000, 1), entities(2_000..9_000, 3), entities(50..130, 7), entities(0..90_000, 999)];
        let allows = |entity: EntityId| !entity.number().is_multiple_of(5);
        let runs = hubs.iter().zip(0..).map(|(entities, hub)| Run { hub: Some(hub), entities }).collect::<Vec<_>>();
        assert_eq!(runs.iter().map(is_large).collect::<Vec<_>>(), [true, true, false, false]);
        let mut large = Large::default();
        for chosen in 1_u32..16 {
            let chosen =
                runs.iter().filter(|run| run.hub.is_some_and(|hub| chosen >> hub & 1 == 1)).collect::<Vec<_>>();
            large.next();
            let looked_at = chosen.iter().map(|run| large.add((0, false), run, allows)).sum::<u64>();
            let all = chosen.iter().flat_map(|run| run.entities).filter(|entity| allows(**entity));
            assert_eq!(large.count(), all.collect::<BTreeSet<_>>().len() as u64);
            assert!(looked_at > 0);
        }
    }
}
