//! When facts held: compared with hidden spans of which only readings are seen.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall_model::{Fact, FactSet, Reason, Value, Verdict};
use rolecall_store::{Certainty, ListingChange, ListingDelta, RemovalFilter};
use rolecall_testkit::cases;

use crate::world::{World, decision, exists, member, members, minute, roster, user};

const USERS: u8 = 4;
/// As long as the longest sequence of readings takes, and a little more.
const MINUTES: i64 = 30;

/// How a reading goes.
#[derive(Clone, Copy, Debug)]
enum Look {
    /// It is shown to be complete; what it lacks goes, or waits.
    Complete {
        holds: bool,
    },
    /// It arrives whole or in part, without the users of which the bit is not set, and shows nothing by that.
    Incomplete {
        whole: bool,
        shown: u8,
    },
    Fails,
    /// A person lets go what waits.
    Confirm,
}

fn look() -> impl Strategy<Value = Look> {
    prop_oneof![
        4 => any::<bool>().prop_map(|holds| Look::Complete { holds }),
        2 => (any::<bool>(), any::<u8>()).prop_map(|(whole, shown)| Look::Incomplete { whole, shown }),
        1 => Just(Look::Fails),
        1 => Just(Look::Confirm),
    ]
}

fn fact(user: u8) -> Fact {
    member("dev", &format!("user-{user}"))
}

fn user_of(fact: &Fact) -> u8 {
    (0..USERS).find(|user| self::fact(*user) == *fact).unwrap()
}

/// Since and until when each user is a member, in minutes.
type Spans = BTreeMap<u8, (i64, i64)>;

struct Watch<'s> {
    world: World,
    spans: &'s Spans,
    observed: BTreeSet<u8>,
}

impl Watch<'_> {
    fn holds(&self, user: u8, minutes: i64) -> bool {
        self.spans.get(&user).is_some_and(|(from, to)| *from <= minutes && minutes < *to)
    }

    async fn look(&mut self, look: Look) {
        let read_at = self.world.minutes() + 1;
        let key = members("dev");
        let current = self.world.store.listing_current(self.world.connector, &key).await.unwrap();
        let (old, held) = current.map(|current| (current.facts, current.held)).unwrap_or_default();
        let shown = |user: &u8, bits: u8| self.holds(*user, read_at) && bits >> user & 1 == 1;
        let (verdict, bits) = match look {
            Look::Complete { .. } => (Verdict::Proven, u8::MAX),
            Look::Incomplete { whole: true, shown } => (Verdict::Unproven(Reason::new("blind", "unknown")), shown),
            Look::Incomplete { whole: false, shown } => (Verdict::Partial(Reason::new("short", "cut off")), shown),
            Look::Fails => {
                let write = self.world.fails(key);
                self.world.sync(vec![write]).await;
                return;
            }
            Look::Confirm => {
                let (now, all) = (self.world.tick(), RemovalFilter::default());
                self.world.store.removals_confirm(self.world.connector, &decision(), now, all).await.unwrap();
                return;
            }
        };
        let users: Vec<u8> = (0..USERS).filter(|user| shown(user, bits)).collect();
        let new = FactSet::new(users.iter().map(|user| fact(*user)));
        let gone: Vec<Fact> = old.iter().filter(|fact| !new.contains(fact)).cloned().collect();
        let mut delta = ListingDelta {
            appear: new.iter().filter(|fact| !old.contains(fact)).cloned().collect(),
            seen_again: held.iter().filter(|fact| new.contains(fact)).cloned().collect(),
            ..ListingDelta::default()
        };
        match look {
            Look::Complete { holds: true } => delta.hold = gone,
            Look::Complete { holds: false } => delta.remove = gone,
            _ => {}
        }
        self.observed.extend(users);
        let write = self.world.write(key, verdict, ListingChange::Changed(delta));
        assert_eq!(write.read_at, minute(read_at));
        self.world.sync(vec![write]).await;
    }

    async fn check(&self) {
        for minutes in 0..=MINUTES {
            let mut said = BTreeMap::new();
            let note = |valid: rolecall_store::ValidFact| {
                let known = said.entry(user_of(&valid.fact)).or_insert(valid.certainty);
                *known = valid.certainty.max(*known);
            };
            self.world.store.facts_valid_at(self.world.connector, minute(minutes), note).await.unwrap();
            for user in 0..USERS {
                let truly = self.holds(user, minutes);
                match said.get(&user) {
                    Some(Certainty::Certain) => assert!(truly, "user {user} at minute {minutes}: not so"),
                    None if self.observed.contains(&user) => {
                        assert!(!truly, "user {user} at minute {minutes}: it was so");
                    }
                    _ => {}
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(48, 1000)).unwrap(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_certain_held_and_what_is_denied_did_not(
        spans in prop::collection::btree_map(0..USERS, (0..20_i64, 1..15_i64).prop_map(|(from, long)| (from, from + long)), 2..=4),
        looks in prop::collection::vec(look(), 1..14),
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let mut watch = Watch { world: World::new().await, spans: &spans, observed: BTreeSet::new() };
            for look in looks {
                watch.look(look).await;
            }
            watch.check().await;
            watch.world.is_sound().await;
        });
    }
}

/// The lower value is recorded only after somebody let the higher one go, so that nothing is denied of the time between.
#[tokio::test]
async fn a_lowered_value_that_was_held_is_possible_until_the_next_is_read() {
    let mut world = World::new().await;
    let active = |value| Fact::property(&user("mia"), "active", Value::flag(value));
    let first = vec![exists(user("mia")), active(true)];
    world.sync_reading(vec![(roster(), first)]).await; // read at minute 1
    let hold = ListingDelta { hold: vec![active(true)], ..ListingDelta::default() };
    let write = world.changes_to(roster(), hold); // at 3
    world.sync(vec![write]).await;
    let now = world.tick(); // at 5
    world.store.removals_confirm(world.connector, &decision(), now, RemovalFilter::default()).await.unwrap();
    let values = async |world: &World, minutes| {
        let mut values = Vec::new();
        let note = |valid: rolecall_store::ValidFact| {
            if let Fact::Property { value, .. } = valid.fact {
                values.push((value, valid.certainty));
            }
        };
        world.store.facts_valid_at(world.connector, minute(minutes), note).await.unwrap();
        values
    };
    let (old, new) = ((Value::flag(true), Certainty::Possible), (Value::flag(false), Certainty::Certain));
    for minutes in [2, 3, 4, 6] {
        assert_eq!(values(&world, minutes).await, std::slice::from_ref(&old), "at {minutes}, before the next reading");
    }
    let appears = ListingDelta { appear: vec![active(false)], ..ListingDelta::default() };
    let write = world.changes_to(roster(), appears); // at 6
    world.sync(vec![write]).await;
    assert_eq!(values(&world, 1).await, [(Value::flag(true), Certainty::Certain)]);
    for minutes in [2, 3, 4, 5] {
        assert!(values(&world, minutes).await.contains(&old), "at {minutes}");
    }
    assert_eq!(values(&world, 6).await, [new]);
    world.is_sound().await;
}

#[tokio::test]
async fn a_removal_confirmed_later_ends_at_its_first_observation() {
    let spans = Spans::from([(0, (0, 5)), (1, (0, MINUTES))]);
    let mut watch = Watch { world: World::new().await, spans: &spans, observed: BTreeSet::new() };
    let certainty = |watch: &Watch<'_>, minutes| {
        let (store, connector) = (watch.world.store.clone(), watch.world.connector);
        async move {
            let mut found = None;
            let note = |valid: rolecall_store::ValidFact| {
                if user_of(&valid.fact) == 0 {
                    found = Some(valid.certainty);
                }
            };
            store.facts_valid_at(connector, minute(minutes), note).await.unwrap();
            found
        }
    };
    watch.look(Look::Complete { holds: true }).await; // read at minute 1
    watch.look(Look::Complete { holds: true }).await; // at 3
    watch.look(Look::Complete { holds: true }).await; // at 5, where it is missing
    assert_eq!(certainty(&watch, 3).await, Some(Certainty::Certain));
    assert_eq!(certainty(&watch, 9).await, Some(Certainty::Possible), "the removal is not confirmed");
    watch.look(Look::Confirm).await; // at 7
    assert_eq!(certainty(&watch, 0).await, Some(Certainty::Possible));
    assert_eq!(certainty(&watch, 3).await, Some(Certainty::Certain));
    assert_eq!(certainty(&watch, 4).await, Some(Certainty::Possible));
    for minutes in [5, 6, 9] {
        assert_eq!(certainty(&watch, minutes).await, None, "at {minutes}");
    }
}
