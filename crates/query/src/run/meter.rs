//! What an answer may cost, and what it has cost so far.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::answer::{Limit, LimitReached};
use crate::asked::{Asked, Budget};

/// Looking at the caller's flag costs something, so it is done once for so many units.
const GLANCE: u64 = 4096;

/// Counts work until a bound is reached.
#[derive(Debug)]
pub(crate) struct Meter<'a> {
    budget: Budget,
    cancelled: Option<&'a AtomicBool>,
    work: Cell<u64>,
    next_glance: Cell<u64>,
    reached: Cell<Option<Limit>>,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(asked: &Asked<'a>) -> Self {
        Self {
            budget: asked.budget,
            cancelled: asked.cancelled,
            work: Cell::new(0),
            next_glance: Cell::new(0),
            reached: Cell::new(None),
        }
    }

    /// Spends some units; breaks off when there are no more.
    #[inline]
    pub(crate) fn spend(&self, units: u64) -> ControlFlow<()> {
        let work = self.work.get().saturating_add(units);
        self.work.set(work);
        if work < self.next_glance.get() { ControlFlow::Continue(()) } else { self.glance() }
    }

    #[cold]
    fn glance(&self) -> ControlFlow<()> {
        self.next_glance.set(self.work.get().saturating_add(GLANCE).min(self.budget.work));
        if self.work.get() >= self.budget.work {
            self.reached.set(self.reached.get().or(Some(Limit::Work)));
        }
        if self.cancelled.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            self.reached.set(Some(Limit::Cancelled));
        }
        if self.reached.get().is_some() {
            // Whoever goes on regardless is told at once, every time.
            self.next_glance.set(0);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// Whether a bound was reached.
    pub(crate) fn is_over(&self) -> bool {
        self.reached.get().is_some()
    }

    pub(crate) fn work(&self) -> u64 {
        self.work.get()
    }

    pub(crate) const fn rows(&self) -> u64 {
        self.budget.rows
    }

    /// The bounds that were reached.
    pub(crate) fn limits(&self) -> Option<LimitReached> {
        let limit = self.reached.get()?;
        let allowed = if limit == Limit::Work { self.budget.work } else { self.work.get() };
        Some(LimitReached { limit, allowed })
    }
}
