//! Lanes: where lines pass by a column in which they have no box, so that none of them runs behind a box and seems to end
//! there.

use std::collections::{BTreeMap, BTreeSet};

use super::crowd::Line;
use super::layout::{Stop, stops_of};

/// How much of a column a lane takes.
pub(super) const LANE: u32 = 18;

/// Where each lane begins, by its column and the box that it belongs to.
pub(super) type LaneWays<'l> = BTreeMap<(usize, Stop<'l>), (u32, u32)>;

/// The lanes of each column. One belongs to a box that lines come from or lead to, whichever are fewer there.
pub(super) struct Lanes<'l> {
    columns: Vec<BTreeSet<Stop<'l>>>,
}

impl<'l> Lanes<'l> {
    /// The lanes that these lines need, whose boxes are in these columns.
    pub(super) fn of(lines: &'l [Line], places: &BTreeMap<Stop<'l>, usize>) -> Self {
        let count = places.values().max().map_or(0, |last| last + 1);
        let mut passing: Vec<(BTreeSet<Stop<'l>>, BTreeSet<Stop<'l>>)> = vec![Default::default(); count];
        for line in lines {
            let stops: Vec<Stop<'l>> = stops_of(line).collect();
            for pair in stops.windows(2) {
                let &[from, to] = pair else { continue };
                let (Some(before), Some(after)) = (places.get(&from), places.get(&to)) else { continue };
                for (came, lead) in passing.iter_mut().take(*after).skip(before + 1) {
                    came.insert(from);
                    lead.insert(to);
                }
            }
        }
        let fewer = |(came, lead): (BTreeSet<_>, BTreeSet<_>)| if lead.len() <= came.len() { lead } else { came };
        Self { columns: passing.into_iter().map(fewer).collect() }
    }

    pub(super) fn at(&self, column: usize) -> impl Iterator<Item = &Stop<'l>> {
        self.columns.get(column).into_iter().flatten()
    }

    pub(super) fn count(&self, column: usize) -> usize {
        self.columns.get(column).map_or(0, BTreeSet::len)
    }
}
