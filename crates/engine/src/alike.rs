//! Which accounts come to a right in the same ways: told by the graph's numbers, before anything is put into words.

use std::collections::{BTreeMap, HashMap};

use rolecall_graph::{Holder, NodeId, Origin, Path, Step};
use rolecall_model::Timestamp;

use crate::world::WorldView;

/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// All that a way says of an account that others can have too: each step without who takes the first one, the day since
/// which it is known, and whether that may have been earlier.
type WayKey<'w> = (Vec<(Option<NodeId>, NodeId, &'w str, Origin<'w>, bool)>, i64, bool);

impl WorldView {
    /// The holders, those together that are of one type and have the same ways since the same days; the others in the
    /// order of the first of them.
    pub(crate) fn alike<'h, 'w>(&self, holders: &'h [Holder<'w>]) -> Vec<Vec<&'h Holder<'w>>> {
        let mut places: BTreeMap<(&str, Vec<WayKey<'w>>), usize> = BTreeMap::new();
        let mut alike: Vec<Vec<&Holder<'w>>> = Vec::new();
        let mut known = HashMap::new();
        for holder in holders {
            let ways = holder.paths.iter().map(|path| self.way_key(path, &mut known)).collect();
            let place = *places.entry((self.world.kind(holder.account), ways)).or_insert(alike.len());
            match alike.get_mut(place) {
                Some(of_place) => of_place.push(holder),
                None => alike.push(vec![holder]),
            }
        }
        alike
    }

    /// Steps that many paths have are `known` after the first of them.
    fn way_key<'w>(&self, path: &Path<'w>, known: &mut HashMap<Step<'w>, (Timestamp, bool)>) -> WayKey<'w> {
        let (mut steps, mut since, mut or_earlier) = (Vec::with_capacity(path.steps.len()), Timestamp::default(), true);
        for (at, step) in path.steps.iter().enumerate() {
            let group = Some(step.principal).filter(|_| at > 0);
            let (moment, is_least) = match group {
                Some(_) => *known.entry(*step).or_insert_with(|| self.since_known(step)),
                None => self.since_known(step),
            };
            steps.push((group, step.resource, step.slug, step.origin, step.unconfirmed));
            (since, or_earlier) = (since.max(moment), or_earlier && is_least);
        }
        (steps, since.0.div_euclid(DAY), or_earlier)
    }
}
