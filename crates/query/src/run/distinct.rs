//! How many different entities lie ahead.

use std::ops::ControlFlow;

use rolecall_graph::{EntityId, Run};

use super::large::{Large, Source, is_large};
use super::meter::Meter;

/// Which entities of a place were met since some moment. Whether one can be there at all is asked once.
pub(super) struct Distinct {
    /// When each was met: 0 where nobody asked for it yet.
    last: Vec<u32>,
    now: u32,
    large: Large,
}

/// The moment at which an entity was met that cannot be there: later than all others, so that it is never new.
const NEVER: u32 = u32::MAX;

impl Distinct {
    pub(super) fn new(entities: u32) -> Self {
        Self { last: vec![0; entities as usize], now: 1, large: Large::default() }
    }

    /// Forgets what was met.
    pub(super) fn next(&mut self) {
        self.now += 1;
        if self.now == NEVER {
            self.last.fill(0);
            self.now = 1;
        }
    }

    /// Those of a run that are allowed and were not met since then.
    #[inline]
    pub(super) fn meet(&mut self, run: &[EntityId], allows: impl Fn(EntityId) -> bool, mut new: impl FnMut(EntityId)) {
        for entity in run {
            let Some(last) = self.last.get_mut(entity.number() as usize) else { continue };
            if *last >= self.now {
                continue;
            }
            if *last == 0 && !allows(*entity) {
                *last = NEVER;
                continue;
            }
            *last = self.now;
            new(*entity);
        }
    }

    /// How many different ones some runs have that are allowed. `runs` are the same whenever they are asked for.
    #[inline]
    pub(super) fn count<'i, R: Iterator<Item = (Source, Run<'i>)>>(
        &mut self,
        meter: &Meter<'_>,
        runs: impl Fn() -> R,
        allows: impl Fn(EntityId) -> bool,
    ) -> ControlFlow<(), u64> {
        self.next();
        let mut count = 0;
        for (_, run) in runs() {
            if is_large(&run) {
                return self.count_large(meter, runs(), allows);
            }
            meter.spend(run.entities.len() as u64)?;
            self.meet(run.entities, &allows, |_| count += 1);
        }
        ControlFlow::Continue(count)
    }

    fn count_large<'i>(
        &mut self,
        meter: &Meter<'_>,
        mut runs: impl Iterator<Item = (Source, Run<'i>)>,
        allows: impl Fn(EntityId) -> bool,
    ) -> ControlFlow<(), u64> {
        self.large.next();
        runs.try_for_each(|(source, run)| meter.spend(self.large.add(source, &run, &allows)))?;
        ControlFlow::Continue(self.large.count())
    }
}
