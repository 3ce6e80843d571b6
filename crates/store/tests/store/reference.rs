//! Any sequence of readings, compared with a model that a child could keep: what each listing last stated.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall_model::{Fact, IdReuse, ListingKey, ResourceRef, Value};
use rolecall_testkit::cases;

use crate::world::World;

fn key(number: usize) -> ListingKey {
    ListingKey { kind: "members".into(), subject: ResourceRef::new("team", format!("acme/team-{number}")) }
}

fn fact(number: usize, kind: usize) -> Fact {
    let user = ResourceRef::new("user", format!("user-{number}"));
    let team = ResourceRef::new("team", format!("acme/team-{number}"));
    match kind {
        0 => Fact::resource(user, None),
        1 => Fact::grant(&user, &team, "member"),
        2 => Fact::evidence(&user, &team, "member"),
        3 => Fact::Link { from: user, class: "KNOWS".into(), to: team },
        _ => Fact::property(&user, "n", Value::number(i64::try_from(kind).unwrap())),
    }
}

/// Each sync reads some of three listings; a listing that is not read says nothing.
fn syncs() -> impl Strategy<Value = Vec<BTreeMap<usize, Vec<(usize, usize)>>>> {
    let facts = prop::collection::vec((0..5_usize, 0..6_usize), 0..8);
    prop::collection::vec(prop::collection::btree_map(0..3_usize, facts, 0..3), 1..8)
}

/// Who came back after nobody had stated them to exist any more.
#[derive(Default)]
struct Returned {
    ever: BTreeSet<ResourceRef>,
    present: BTreeSet<ResourceRef>,
    back: BTreeSet<ResourceRef>,
}

impl Returned {
    fn now<'f>(&mut self, facts: impl Iterator<Item = &'f Fact>) {
        let exists = |fact: &Fact| match fact {
            Fact::Resource { resource, .. } => Some(resource.clone()),
            _ => None,
        };
        let present: BTreeSet<ResourceRef> = facts.filter_map(exists).collect();
        self.back.extend(present.iter().filter(|one| self.ever.contains(one) && !self.present.contains(one)).cloned());
        self.ever.extend(present.iter().cloned());
        self.present = present;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: u32::try_from(cases(48, 1000)).unwrap(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_snapshot_shows_what_was_last_stated_then(syncs in syncs(), is_reused in any::<bool>()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let mut world = World::new().await;
            if is_reused {
                world.reused_ids = vec![("user", IdReuse::Untold)];
            }
            let mut returned = Returned::default();
            let mut stated: BTreeMap<usize, BTreeSet<Fact>> = BTreeMap::new();
            let mut expected = Vec::new();
            for sync in syncs {
                let mut readings = Vec::new();
                for (listing, facts) in sync {
                    let facts: Vec<Fact> = facts.into_iter().map(|(number, kind)| fact(number, kind)).collect();
                    stated.insert(listing, facts.iter().cloned().collect());
                    readings.push((key(listing), facts));
                }
                let report = world.sync_reading(readings).await;
                returned.now(stated.values().flatten());
                expected.push((report.snapshot, stated.values().flatten().cloned().collect::<BTreeSet<Fact>>()));
                assert_eq!(world.facts().await, expected.last().unwrap().1);
            }
            for (snapshot, facts) in expected {
                assert_eq!(world.facts_at(Some(snapshot)).await, facts);
            }
            let found = world.store.reappearances(world.connector, None).await.unwrap();
            let found: BTreeSet<ResourceRef> = found.into_iter().map(|found| found.resource).collect();
            assert_eq!(found, if is_reused { returned.back } else { BTreeSet::new() });
            world.is_sound().await;
        });
    }
}
