//! All paths of a query.

use std::collections::BTreeMap;

use rolecall_query::ast::{EntityPattern, Hop, Query, Returns, Step};

use super::evaluate::World;
use super::patterns::{changes, finds, goes};
use super::scope::places;

/// A choice of entities and relationships (1). The order of paths is that of the fields (9): `None` comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    /// The entity at each place, unless it was not gone through (7).
    pub(crate) entities: Vec<Option<usize>>,
    /// The relationship that leads to each place, where the query tells them apart (2).
    pub(crate) relationships: Vec<Option<usize>>,
    /// The change of the entity at each place, where it has an alias (34).
    pub(crate) changes: Vec<Option<usize>>,
    /// By the aliases of optionals: where the path was after them (7).
    pub(crate) junctions: BTreeMap<String, usize>,
    /// Where it is.
    pub(crate) at: usize,
}

/// All paths of a query that satisfy everything but its `WHERE`, in order.
pub(crate) fn paths(world: &World<'_>, query: &Query) -> Vec<Path> {
    let shows_all = matches!(query.returns, Some(Returns::Tree(_) | Returns::Path(_)));
    let walk = Walk { world, shows_all };
    let size = 1 + places(&query.steps);
    let mut all = Vec::new();
    for index in 0..world.fixture.entities.len() {
        let empty = vec![None; size];
        let path = Path {
            entities: empty.clone(),
            relationships: empty.clone(),
            changes: empty,
            junctions: BTreeMap::new(),
            at: index,
        };
        for path in walk.arrive(&path, &query.find, 0, index) {
            all.extend(walk.steps(&query.steps, 1, &path));
        }
    }
    // A path is a choice (1): two ways to choose the same are one path.
    all.sort();
    all.dedup();
    all
}

struct Walk<'a> {
    world: &'a World<'a>,
    /// Whether every relationship makes a path of its own (2).
    shows_all: bool,
}

impl Walk<'_> {
    /// The path continued through the steps, of which the first has the place `place`.
    fn steps(&self, steps: &[Step], place: usize, path: &Path) -> Vec<Path> {
        let Some((step, rest)) = steps.split_first() else { return vec![path.clone()] };
        let after = place + places(std::slice::from_ref(step));
        let mut all = Vec::new();
        match step {
            Step::Hop(hop) if hop.negated => {
                // There is no path along the rest, from this hop to the end of the steps (6).
                if !self.has_rest(hop, rest, path) {
                    all.push(path.clone());
                }
            }
            Step::Hop(hop) => {
                for path in self.hop(hop, place, path) {
                    all.extend(self.steps(rest, after, &path));
                }
            }
            Step::Optional(optional) => {
                // As if the parentheses were not there, and through them (7).
                let mut continued = vec![path.clone()];
                continued.extend(self.steps(&optional.steps, place, path));
                for mut path in continued {
                    if let Some(alias) = &optional.alias {
                        path.junctions.insert(alias.text.clone(), path.at);
                    }
                    all.extend(self.steps(rest, after, &path));
                }
            }
        }
        all
    }

    /// Whether there is a path along a negated hop, were it none, and what follows it. Nothing of it is bound (6).
    fn has_rest(&self, hop: &Hop, rest: &[Step], path: &Path) -> bool {
        let mut steps = vec![Step::Hop(Hop { negated: false, ..hop.clone() })];
        steps.extend_from_slice(rest);
        let place = path.entities.len();
        let mut scratch = path.clone();
        let size = place + places(&steps);
        scratch.entities.resize(size, None);
        scratch.relationships.resize(size, None);
        scratch.changes.resize(size, None);
        !self.steps(&steps, place, &scratch).is_empty()
    }

    /// The path continued by one hop.
    fn hop(&self, hop: &Hop, place: usize, path: &Path) -> Vec<Path> {
        let mut all = Vec::new();
        for index in 0..self.world.fixture.entities.len() {
            let relationships = self.relationships(hop, path.at, index);
            if relationships.is_empty() {
                continue;
            }
            let arrived = self.arrive(path, &hop.entity, place, index);
            // Two entities are joined once, unless relationships are told apart (2).
            if hop.alias.is_none() && !self.shows_all {
                all.extend(arrived);
                continue;
            }
            for relationship in relationships {
                for mut path in arrived.clone() {
                    path.relationships[place] = Some(relationship);
                    all.push(path);
                }
            }
        }
        all
    }

    /// The relationships a hop goes along from one entity to another, each once (3).
    fn relationships(&self, hop: &Hop, left: usize, right: usize) -> Vec<usize> {
        let all = self.world.fixture.relationships.iter().enumerate();
        all.filter(|(_, relationship)| goes(hop, relationship, left, right)).map(|(index, _)| index).collect()
    }

    /// The path with an entity at its next place: none, one, or one for each change that has an alias (34).
    fn arrive(&self, path: &Path, pattern: &EntityPattern, place: usize, index: usize) -> Vec<Path> {
        if !finds(self.world, pattern, index) {
            return Vec::new();
        }
        let mut arrived = path.clone();
        arrived.entities[place] = Some(index);
        arrived.at = index;
        let Some(changed) = pattern.changed.as_ref().filter(|changed| changed.alias.is_some()) else {
            return vec![arrived];
        };
        let mut all = Vec::new();
        for change in changes(self.world, changed, index) {
            let mut path = arrived.clone();
            path.changes[place] = Some(change);
            all.push(path);
        }
        all
    }
}
