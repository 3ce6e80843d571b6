//! Which rule counts for a path, without looking at all of them: patterns that begin alike share the beginning.

use std::collections::{BTreeMap, HashMap};
use std::mem::take;

use super::pattern::{End, Name, Pattern, Piece, Step};

/// Where all patterns begin.
const ROOT: usize = 0;

/// All patterns, as the ways from one root. A way goes on by a name, a glob, or, where any number of names may be, by
/// staying where it is.
#[derive(Debug)]
pub(super) struct Tree {
    places: Vec<Place>,
    names: HashMap<(usize, String), usize>,
}

/// Where a beginning of patterns ends.
#[derive(Debug, Default)]
struct Place {
    /// Whether any number of names may be here.
    is_many: bool,
    many: Option<usize>,
    globs: BTreeMap<Vec<Piece>, usize>,
    /// The last rule that ends here, by what may follow.
    exact: Option<usize>,
    below: Option<usize>,
    at_or_below: Option<usize>,
}

impl Default for Tree {
    fn default() -> Self {
        Self { places: vec![Place::default()], names: HashMap::new() }
    }
}

impl Tree {
    /// Adds the pattern of the next rule. `O(length)`.
    pub(super) fn add(&mut self, pattern: Pattern, rule: usize) {
        let mut at = ROOT;
        for step in pattern.steps {
            at = self.way(at, step);
        }
        let Some(place) = self.places.get_mut(at) else { return };
        match pattern.end {
            End::Exact => place.exact = Some(rule),
            End::Below => place.below = Some(rule),
            End::AtOrBelow => place.at_or_below = Some(rule),
        }
    }

    /// Where a step leads, which is made where it is not there.
    fn way(&mut self, from: usize, step: Step) -> usize {
        let new = self.places.len();
        let Some(place) = self.places.get_mut(from) else { return from };
        let is_many = step == Step::Many;
        let to = match step {
            Step::Many if place.is_many => from,
            Step::Many => *place.many.get_or_insert(new),
            Step::Glob(pieces) => *place.globs.entry(pieces).or_insert(new),
            Step::Name(name) => *self.names.entry((from, name)).or_insert(new),
        };
        if to == new {
            self.places.push(Place { is_many, ..Place::default() });
        }
        to
    }

    /// The last rule that matches. `O(names)` for each different beginning that fits, and each glob that could go on there.
    pub(super) fn last(&self, names: &[Name<'_>]) -> Option<usize> {
        let mut here = Vec::new();
        self.arrive(ROOT, &mut here);
        let mut best = None;
        for name in names {
            let mut next = Vec::new();
            for at in take(&mut here) {
                let Some(place) = self.places.get(at) else { continue };
                best = best.max(place.below).max(place.at_or_below);
                self.go(at, place, *name, &mut next);
            }
            next.sort_unstable();
            next.dedup();
            here = next;
        }
        let ends = here.iter().filter_map(|at| self.places.get(*at));
        ends.fold(best, |best, place| best.max(place.exact).max(place.at_or_below))
    }

    fn go(&self, at: usize, place: &Place, name: Name<'_>, next: &mut Vec<usize>) {
        if place.is_many {
            next.push(at);
        }
        if let Name::Known(known) = name
            && let Some(to) = self.names.get(&(at, known.to_owned()))
        {
            self.arrive(*to, next);
        }
        let fitting = place.globs.iter().filter(|(pieces, _)| name.fits(pieces));
        fitting.for_each(|(_, to)| self.arrive(*to, next));
    }

    /// Any number of names may be none.
    fn arrive(&self, at: usize, here: &mut Vec<usize>) {
        here.push(at);
        here.extend(self.places.get(at).and_then(|place| place.many));
    }
}
