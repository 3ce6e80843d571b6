//! People and their accounts, whatever is imported, synced and decided in which order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall_model::person::{AccountKey, Employment, LinkState, PersonKey, Pinned};
use rolecall_store::{Decision, RemovalFilter, Takeover};
use rolecall_testkit::cases;

use super::registry::{Event, Fault, World, event, faults, now, user};
use crate::people::{
    Identities, LeaverKnown, RosterWish, account_pin, account_refuse, account_unpin, identities_refresh, roster_import,
};
use crate::work::Doer;
use crate::{SyncOptions, WorldView, world_load};

const DIRECTORIES: [&str; 2] = ["staff", "agency"];

/// What a roster says of somebody.
#[derive(Clone, Debug)]
struct Line {
    /// Whose account it names, if any.
    npm: Option<u8>,
    name: u8,
    address: u8,
    departed: bool,
}

/// Who is in a roster, by number.
type Staff = BTreeMap<u8, Line>;

#[derive(Clone, Debug)]
enum Step {
    /// Something changes at the registry, and it is read, perhaps not whole.
    Sync(Vec<Event>, BTreeMap<&'static str, Fault>),
    Import(usize, Staff),
    /// What waits, in the directories and the registry, is let go.
    Confirm,
    Pin(u8, Option<u8>),
    Unpin(u8),
    Refuse(u8, u8),
}

fn line() -> impl Strategy<Value = Line> {
    (proptest::option::weighted(0.6, 0..6_u8), 0..4_u8, 0..6_u8, any::<bool>())
        .prop_map(|(npm, name, address, departed)| Line { npm, name, address, departed })
}

fn staff() -> impl Strategy<Value = Staff> {
    prop::collection::btree_map(0..6_u8, line(), 0..6)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (prop::collection::vec(event(), 0..4), faults()).prop_map(|(events, faults)| Step::Sync(events, faults)),
        5 => (0..2_usize, staff()).prop_map(|(directory, staff)| Step::Import(directory, staff)),
        2 => Just(Step::Confirm),
        2 => (0..6_u8, proptest::option::of(0..6_u8)).prop_map(|(account, person)| Step::Pin(account, person)),
        1 => (0..6_u8).prop_map(Step::Unpin),
        1 => (0..6_u8, 0..6_u8).prop_map(|(account, person)| Step::Refuse(account, person)),
    ];
    prop::collection::vec(step, 2..10)
}

fn roster(directory: usize, staff: &Staff) -> RosterWish {
    const NAMES: [&str; 4] = ["Ada Lovelace", "Bob Byron", "user-3", ""];
    let mut text = "id,name,email,npm,status\n".to_owned();
    for (person, line) in staff {
        let npm = line.npm.map(|number| user(number).id.to_string()).unwrap_or_default();
        let status = if line.departed { "departed" } else { "active" };
        // In one roster an address is one person's.
        let address = format!("user-{}@{person}.test", line.address);
        text.push_str(&format!("P{person},{},{address},{npm},{status}\n", NAMES[usize::from(line.name)]));
    }
    RosterWish {
        directory: DIRECTORIES[directory].to_owned(),
        text,
        columns: Vec::new(),
        date_order: None,
        is_anew: false,
    }
}

fn person(number: u8) -> PersonKey {
    PersonKey::from(format!("P{number}").as_str())
}

fn decision() -> Decision {
    Decision { actor: "mara".to_owned(), reason: "known".to_owned() }
}

impl World {
    async fn import(&self, directory: usize, staff: &Staff) {
        let doer = Doer { owner: "test".to_owned(), asked_by: "mara".to_owned(), takeover: Takeover::Any };
        let options = SyncOptions { concurrency: 1, ..SyncOptions::default() };
        let imported = Box::pin(roster_import(&self.context(), &roster(directory, staff), &doer, options)).await;
        // An empty roster is refused, as nobody means it.
        assert_eq!(imported.is_ok(), !staff.is_empty(), "{:?}", imported.err());
    }

    async fn people_step(&self, step: &Step) {
        let named = |number: u8| async move {
            let view = world_load(&self.store, None, None).await.unwrap();
            view.accounts_named(&format!("npm:{}", user(number).id)).ok()
        };
        match step {
            Step::Sync(events, faults) => {
                *self.registry.faults.lock().unwrap() = faults.clone();
                events.iter().for_each(|event| self.registry.truth.lock().unwrap().apply(event));
                self.sync().await;
                identities_refresh(&self.store, now()).await.unwrap();
            }
            Step::Import(directory, staff) => self.import(*directory, staff).await,
            Step::Confirm => {
                for record in self.store.connector_list().await.unwrap() {
                    self.store.removals_confirm(record.id, &decision(), now(), RemovalFilter::default()).await.unwrap();
                }
                identities_refresh(&self.store, now()).await.unwrap();
            }
            Step::Pin(account, to) => {
                let pinned = to.map_or(Pinned::External, |to| Pinned::Person(person(to)));
                if let Some(accounts) = named(*account).await {
                    account_pin(&self.store, &accounts, &pinned, &decision(), now()).await.unwrap();
                }
            }
            Step::Unpin(account) => {
                if let Some(accounts) = named(*account).await {
                    account_unpin(&self.store, &accounts, &decision(), now()).await.unwrap();
                }
            }
            Step::Refuse(account, whom) => {
                if let Some(accounts) = named(*account).await {
                    account_refuse(&self.store, &accounts, &person(*whom), &decision(), now()).await.unwrap();
                }
            }
        }
    }

    async fn identities(&self) -> (WorldView, Identities) {
        let view = world_load(&self.store, None, None).await.unwrap();
        let identities = Identities::load(&self.store, &view).await.unwrap();
        (view, identities)
    }

    /// What is written down is what follows from everything that is current.
    async fn written_is_what_follows(&self, identities: &Identities) {
        let written = self.store.identity_link_list().await.unwrap().into_iter();
        let written: BTreeMap<String, LinkState> =
            written.map(|row| (row.account.resource.to_string(), row.state)).collect();
        let follows = identities.correlation.states.iter();
        let follows: BTreeMap<String, LinkState> =
            follows.map(|(key, state)| (key.resource.to_string(), state.clone())).collect();
        // Where nothing was ever imported or decided, nothing is written down.
        if !written.is_empty() {
            assert_eq!(written, follows);
        }
    }

    /// What somebody decided holds of every account that is there.
    async fn decisions_hold(&self, identities: &Identities) {
        for pin in self.store.identity_pin_list().await.unwrap() {
            let key = AccountKey::new("npm:acme", pin.account.resource.clone());
            let Some(state) = identities.correlation.states.get(&key) else { continue };
            match &pin.pinned {
                Pinned::Person(person) => assert_eq!(&state.link().unwrap().person, person),
                _ => assert_eq!(state, &LinkState::External),
            }
        }
        for refusal in self.store.identity_refusal_list().await.unwrap() {
            let key = AccountKey::new("npm:acme", refusal.account.resource.clone());
            let link = identities.correlation.states.get(&key).and_then(LinkState::link);
            assert!(link.is_none_or(|link| link.person != refusal.person), "{key} is refused");
        }
    }

    /// Every account that was ever known as a leaver's, and is there, is in the report on them, unless somebody said whose
    /// it is.
    async fn no_access_disappears(&self, view: &WorldView, identities: &Identities) {
        let mut ever: BTreeSet<(PersonKey, String)> = BTreeSet::new();
        let ended = self.store.identity_link_list_ended().await.unwrap().into_iter().map(|(row, _)| row);
        for row in ended.chain(self.store.identity_link_list().await.unwrap()) {
            if let Some(link) = row.state.link() {
                ever.insert((link.person.clone(), row.account.resource.id.to_string()));
            }
        }
        let pinned = self.store.identity_pin_list().await.unwrap().into_iter();
        let pinned: BTreeSet<String> = pinned.map(|pin| pin.account.resource.id.to_string()).collect();
        let refused = self.store.identity_refusal_list().await.unwrap().into_iter();
        let refused: BTreeSet<_> =
            refused.map(|refusal| (refusal.person, refusal.account.resource.id.to_string())).collect();
        for (key, known) in &identities.people {
            if known.employment != Employment::Departed {
                continue;
            }
            let besides = LeaverKnown::load(&self.store, view, Some((identities, key))).await.unwrap();
            let report = view.leaver(identities, key, besides).unwrap();
            let told: BTreeSet<&str> = (report.accounts.iter().map(|account| account.account.id.as_str()))
                .chain(report.perhaps.iter().map(|row| row.id.as_str()))
                .chain(report.formerly.iter().map(|row| row.id.as_str()))
                .collect();
            for (_, account) in ever.iter().filter(|(whose, _)| whose == key) {
                let is_there = identities.correlation.states.keys().any(|known| *known.resource.id == **account);
                let is_said = pinned.contains(account) || refused.contains(&(key.clone(), account.clone()));
                assert!(!is_there || is_said || told.contains(account.as_str()), "{account} of {key}: {report:#?}");
            }
        }
    }
}

/// Unoptimised, these futures are too large for a test's stack.
pub(super) fn run(work: impl AsyncFnOnce() + Send) {
    let on_its_own = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, on_its_own).unwrap();
        if let Err(panic) = thread.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(24, 500)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn decisions_hold_and_nothing_makes_access_of_a_leaver_disappear(first in faults(), steps in steps()) {
        run(async || {
            let world = World::new().await;
            *world.registry.faults.lock().unwrap() = first;
            world.sync().await;
            for step in &steps {
                world.people_step(step).await;
                let (view, identities) = world.identities().await;
                world.written_is_what_follows(&identities).await;
                world.decisions_hold(&identities).await;
                world.no_access_disappears(&view, &identities).await;
            }
        });
    }

    #[test]
    fn the_order_of_imports_does_not_matter(one in staff(), other in staff(), events in prop::collection::vec(event(), 0..4)) {
        run(async || {
            let mut found = Vec::new();
            for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
                let world = World::new().await;
                for part in order {
                    match part {
                        0 => world.import(0, &one).await,
                        1 => world.import(1, &other).await,
                        _ => {
                            events.iter().for_each(|event| world.registry.truth.lock().unwrap().apply(event));
                            world.sync().await;
                            identities_refresh(&world.store, now()).await.unwrap();
                        }
                    }
                }
                let (_, identities) = world.identities().await;
                world.written_is_what_follows(&identities).await;
                found.push((identities.people, identities.correlation));
            }
            for another in &found {
                assert_eq!(another, &found[0]);
            }
        });
    }
}
