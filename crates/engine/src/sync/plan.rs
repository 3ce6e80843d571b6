//! Which listings a stage reads, derived from the connector type's declarations and the resources that are known.

use std::collections::{HashMap, HashSet, VecDeque};

use rolecall_model::{ConnectorDeclaration, Fact, ListingDeclaration, ListingKey, ResourceRef, Stage, Timestamp};

/// A reading of an interrupted sync is used by the next one for this long.
pub(super) const STAGED_LIFETIME_SECONDS: i64 = 24 * 3600;

/// One pass over a connector's listings, which makes one snapshot current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// The listings of a stage that are read without anybody's help.
    Unattended(Stage),
    /// The detail that only a person can have read.
    WithPerson,
}

impl Round {
    pub(super) const fn stage(self) -> Stage {
        match self {
            Self::Unattended(stage) => stage,
            Self::WithPerson => Stage::Detail,
        }
    }

    fn includes(self, declared: &ListingDeclaration) -> bool {
        declared.stage == self.stage() && declared.interactive.is_some() == (self == Self::WithPerson)
    }
}

/// The work of one round. It grows while readings show new resources.
pub(super) struct Worklist {
    declaration: &'static ConnectorDeclaration,
    round: Round,
    pending: VecDeque<ListingKey>,
    planned: HashSet<ListingKey>,
}

impl Worklist {
    /// The listings of `round` for these resources, in declaration order for each.
    pub(super) fn new<'r>(
        declaration: &'static ConnectorDeclaration,
        round: Round,
        resources: impl IntoIterator<Item = &'r ResourceRef>,
    ) -> Self {
        let mut worklist = Self { declaration, round, pending: VecDeque::new(), planned: HashSet::new() };
        for resource in resources {
            worklist.add_resource(resource);
        }
        worklist
    }

    /// Plans the listings of a resource, unless they are planned already.
    fn add_resource(&mut self, resource: &ResourceRef) {
        for declared in listings_of(self.declaration, self.round, resource.kind.as_str()) {
            let key = ListingKey { kind: declared.kind.into(), subject: resource.clone() };
            if self.planned.insert(key.clone()) {
                self.pending.push_back(key);
            }
        }
    }

    /// Plans what the facts of a reading make readable: the members of a team that was just listed.
    pub(super) fn add_discovered(&mut self, facts: &[Fact]) {
        for fact in facts {
            if let Fact::Resource { resource, .. } = fact {
                self.add_resource(resource);
            }
        }
    }

    /// The next listing to read.
    pub(super) fn next(&mut self) -> Option<ListingKey> {
        self.pending.pop_front()
    }

    /// How many listings are planned so far, read or not.
    pub(super) fn known(&self) -> usize {
        self.planned.len()
    }

    /// Orders the work oldest first, keeping the listings of one resource together, and keeps at most `limit` of it.
    /// Returns how many listings have to wait for a later sync. `O(n log n)`.
    pub(super) fn rotate(&mut self, last_read: &HashMap<ListingKey, Timestamp>, limit: usize) -> usize {
        let mut oldest: HashMap<&ResourceRef, Option<Timestamp>> = HashMap::new();
        for key in &self.pending {
            let read = last_read.get(key).copied();
            oldest.entry(&key.subject).and_modify(|known| *known = (*known).min(read)).or_insert(read);
        }
        let mut ordered: Vec<(Option<Timestamp>, ListingKey)> =
            self.pending.iter().map(|key| (oldest.get(&key.subject).copied().flatten(), key.clone())).collect();
        // The sort is stable: equally old resources keep their order, and each resource its listings'.
        ordered.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.subject.cmp(&y.subject)));
        let waiting = ordered.len().saturating_sub(limit);
        ordered.truncate(limit);
        self.pending = ordered.into_iter().map(|(_, key)| key).collect();
        self.planned = self.pending.iter().cloned().collect();
        waiting
    }
}

fn listings_of(
    declaration: &'static ConnectorDeclaration,
    round: Round,
    resource_type: &str,
) -> impl Iterator<Item = &'static ListingDeclaration> {
    declaration.listings.iter().filter(move |declared| round.includes(declared) && declared.per == resource_type)
}

/// Resource types for which `round` has listings.
pub(super) fn subject_types(
    declaration: &'static ConnectorDeclaration,
    round: Round,
) -> impl Iterator<Item = &'static str> {
    let mut types: Vec<&'static str> =
        declaration.listings.iter().filter(|declared| round.includes(declared)).map(|declared| declared.per).collect();
    types.dedup();
    let mut seen = HashSet::new();
    types.into_iter().filter(move |name| seen.insert(*name))
}

#[cfg(test)]
mod tests {
    use rolecall_connect::npm::DECLARATION;

    use super::*;

    fn package(name: &str) -> ResourceRef {
        ResourceRef::new("package", name)
    }

    #[test]
    fn a_team_that_is_listed_gets_its_own_listings_read() {
        let root = ResourceRef::new("organization", "acme");
        let mut worklist = Worklist::new(&DECLARATION, Round::Unattended(Stage::Membership), [&root]);
        let first: Vec<String> = std::iter::from_fn(|| worklist.next()).map(|key| key.kind.to_string()).collect();
        assert_eq!(first, ["roster", "teams", "packages"]);
        let team = ResourceRef::new("team", "acme/dev");
        worklist.add_discovered(&[Fact::resource(team.clone(), None), Fact::resource(team, None)]);
        assert_eq!(worklist.pending.len(), 2);
    }

    #[test]
    fn what_needs_a_person_is_read_apart_and_alone() {
        let package = package("@acme/a");
        let kinds = |round| {
            let mut worklist = Worklist::new(&DECLARATION, round, [&package]);
            std::iter::from_fn(move || worklist.next()).map(|key| key.kind.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(Round::WithPerson), ["trust"]);
        assert!(!kinds(Round::Unattended(Stage::Detail)).contains(&"trust".to_owned()));
    }

    #[test]
    fn detail_rotates_oldest_first_and_a_package_is_read_whole() {
        let (old, new, never) = (package("@acme/old"), package("@acme/new"), package("@acme/never"));
        let mut worklist = Worklist::new(&DECLARATION, Round::Unattended(Stage::Detail), [&new, &old, &never]);
        let per_package = worklist.known() / 3;
        let read = [(&new, 20), (&old, 10)].into_iter().flat_map(|(package, at)| {
            listings_of(&DECLARATION, Round::Unattended(Stage::Detail), "package").map(move |declared| {
                (ListingKey { kind: declared.kind.into(), subject: package.clone() }, Timestamp(at))
            })
        });
        let waiting = worklist.rotate(&read.collect(), per_package * 2);
        assert_eq!(waiting, per_package);
        let order: Vec<ResourceRef> = std::iter::from_fn(|| worklist.next()).map(|key| key.subject).collect();
        assert_eq!(order.first(), Some(&never));
        assert_eq!(order.last(), Some(&old));
    }
}
