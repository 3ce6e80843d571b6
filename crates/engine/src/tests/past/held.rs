//! Who could at a past moment, when the truth of that moment is known to the test and only readings are known to us.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall_model::{Fact, Timestamp};
use rolecall_store::{Decision, RemovalFilter};
use rolecall_testkit::cases;

use super::registry::{Fault, Truth, World, faults, now, package, user};
use crate::was::{Held, was_load};

const STEPS: usize = 7;

/// Something that holds from one step to another.
type Span = (usize, usize);

#[derive(Clone, Debug)]
struct Timeline {
    members: BTreeMap<(u8, u8), Span>,
    held: BTreeMap<(u8, u8), Span>,
    said: BTreeMap<(u8, u8), Span>,
    faults: Vec<BTreeMap<&'static str, Fault>>,
    confirmed: BTreeSet<usize>,
}

fn timeline() -> impl Strategy<Value = Timeline> {
    let span = || (0..STEPS, 1..=STEPS).prop_map(|(from, length)| (from, from + length));
    let spans = |one, other| prop::collection::btree_map((0..one, 0..other), span(), 1..8);
    let faults = prop::collection::vec(faults(), STEPS);
    let confirmed = prop::collection::btree_set(0..STEPS, 0..3);
    (spans(2_u8, 5_u8), spans(2, 2), spans(5, 2), faults, confirmed).prop_map(
        |(members, held, said, mut faults, confirmed)| {
            // A reading that claims to be whole and is not would be a lie that no reading can show.
            faults.iter_mut().for_each(|faults| faults.retain(|_, fault| *fault != Fault::Short));
            Timeline { members, held, said, faults, confirmed }
        },
    )
}

impl Timeline {
    fn truth(&self, step: usize) -> Truth {
        let mut truth = Truth::start();
        truth.held.clear();
        truth.teams = [(0, BTreeSet::new()), (1, BTreeSet::new())].into();
        let holds = |span: &Span| span.0 <= step && step < span.1;
        for ((team, user), _) in self.members.iter().filter(|(_, span)| holds(span)) {
            truth.teams.entry(*team).or_default().insert(*user);
        }
        truth.held.extend(self.held.iter().filter(|(_, span)| holds(span)).map(|(key, _)| (*key, 1)));
        truth.said.extend(self.said.iter().filter(|(_, span)| holds(span)).map(|(key, _)| (*key, 1)));
        truth
    }
}

/// Who can publish a package, and who can by facts that were read at some time, which is all that can be answered.
fn publishers(truth: &Truth, of: u8, is_known: impl Fn(&Fact) -> bool) -> BTreeSet<String> {
    let key = |kind: &str, subject| rolecall_model::ListingKey { kind: kind.to_owned().into(), subject };
    let mut found = BTreeSet::new();
    for (team, members) in &truth.teams {
        let team = super::registry::team(*team);
        let grants = truth.facts(&key("team-packages", team.clone()));
        let is_held = grants.iter().any(|fact| is_known(fact) && fact.subject() == &package(of));
        let is_member = |member: &&u8| is_known(&Fact::grant(&user(**member), &team, "member"));
        found.extend(
            members.iter().filter(|member| is_held && is_member(member)).map(|member| user(*member).id.to_string()),
        );
    }
    for ((of_user, of_package), _) in truth.said.iter().filter(|((_, of_package), _)| *of_package == of) {
        if is_known(&Fact::evidence(&user(*of_user), &package(*of_package), "read-write")) {
            found.insert(user(*of_user).id.to_string());
        }
    }
    found
}

async fn check(world: &World, at: Timestamp, truth: &Truth) {
    let view = was_load(&world.store, None, at).await.unwrap();
    let observed = world.registry.observed.lock().unwrap().clone();
    for of in 0..2 {
        let Ok(answer) = view.who_could("publish", &package(of).id) else { continue };
        let could = |held| {
            let accounts = answer.accounts.iter().filter(move |account| account.held == held);
            accounts.map(|account| account.holder.id.clone()).collect::<BTreeSet<String>>()
        };
        let (yes, possibly) = (could(Held::Yes), could(Held::Possibly));
        let could_truly = publishers(truth, of, |_| true);
        assert!(yes.is_subset(&could_truly), "at {}: yes {yes:?}, truly {could_truly:?}", at.0);
        let known: BTreeSet<String> = publishers(truth, of, |fact| observed.contains(fact));
        let said: BTreeSet<String> = yes.union(&possibly).cloned().collect();
        assert!(known.is_subset(&said), "at {}: could {known:?}, said {said:?}", at.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(24, 600)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn yes_was_so_and_what_is_not_said_was_not_so(timeline in timeline()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let world = World::new().await;
            let decision = Decision { actor: "mara".to_owned(), reason: "they left".to_owned() };
            let mut moments = Vec::new();
            for step in 0..STEPS {
                let truth = timeline.truth(step);
                *world.registry.truth.lock().unwrap() = truth.clone();
                *world.registry.faults.lock().unwrap() = timeline.faults[step].clone();
                moments.push((now(), truth.clone()));
                world.sync().await;
                if timeline.confirmed.contains(&step) {
                    let all = RemovalFilter::default();
                    world.store.removals_confirm(world.record.id, &decision, now(), all).await.unwrap();
                }
                moments.push((now(), truth));
            }
            for (at, truth) in &moments {
                check(&world, *at, truth).await;
            }
        });
    }
}

#[tokio::test]
async fn between_two_readings_it_is_possible_and_afterwards_it_is_known() {
    let world = World::new().await;
    let answer = |at, who: u8| {
        let store = world.store.clone();
        async move {
            let view = was_load(&store, None, at).await.unwrap();
            let answer = view.who_could("publish", &package(0).id).unwrap();
            let found =
                answer.accounts.iter().find(|account| account.holder.id == *user(who).id).map(|found| found.held);
            (found, answer.unseen)
        }
    };
    let before = now();
    world.sync().await;
    let with = now();
    world.sync().await;
    let between = now();
    world.registry.truth.lock().unwrap().teams.insert(0, [2, 3, 4].into());
    world.sync().await;
    let last = now();
    world.sync().await;
    let later = now();

    let (first, unseen) = answer(before, 1).await;
    assert_eq!(first, Some(Held::Possibly), "nobody looked before");
    assert!(unseen[0].contains("is recorded since"), "{unseen:?}");
    assert_eq!(answer(with, 1).await, (Some(Held::Yes), Vec::new()));
    assert_eq!(answer(with, 4).await.0, None, "two readings show that it was not there yet");
    for who in [1, 4] {
        assert_eq!(answer(between, who).await.0, Some(Held::Possibly), "it came or went between two readings");
    }
    assert_eq!(answer(last, 4).await.0, Some(Held::Yes));
    assert_eq!(answer(last, 1).await.0, None);
    let (after, unseen) = answer(later, 4).await;
    assert_eq!(after, Some(Held::Possibly), "nobody has looked since");
    assert!(unseen[0].contains("nothing later is certain"), "{unseen:?}");
}
