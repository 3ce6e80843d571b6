//! A made-up npm organisation that changes and fails on command, and a database that reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use proptest::prelude::*;
use rolecall_connect::{Connector, ReadError, ReadRequest};
use rolecall_model::{
    ConnectorDeclaration, Fact, Fingerprint, ListingKey, Outcome, Proof, Reading, Reason, ResourceRef, Timestamp, Value,
};
use rolecall_store::{Connector as Record, DatabaseAddress, Mode, NewConnector, Store};
use rolecall_testkit::TestDatabase;
use tokio::sync::watch;

use crate::{Context, GraphImages, Silent, SyncOptions, sync_run};

/// Every look at the clock is later than the one before.
static CLOCK: AtomicI64 = AtomicI64::new(1_700_000_000_000_000);

pub(in crate::tests) fn now() -> Timestamp {
    Timestamp(CLOCK.fetch_add(3_700_123, Ordering::Relaxed))
}

const ROLES: [&str; 3] = ["developer", "admin", "owner"];
const LEVELS: [&str; 2] = ["read-only", "read-write"];

/// What is so at the registry.
#[derive(Clone, Debug, Default)]
pub(in crate::tests) struct Truth {
    pub(in crate::tests) roles: BTreeMap<u8, usize>,
    pub(in crate::tests) teams: BTreeMap<u8, BTreeSet<u8>>,
    pub(in crate::tests) packages: BTreeSet<u8>,
    /// What teams hold on packages.
    pub(in crate::tests) held: BTreeMap<(u8, u8), usize>,
    /// What the registry says that accounts hold on packages.
    pub(in crate::tests) said: BTreeMap<(u8, u8), usize>,
    pub(in crate::tests) public: BTreeSet<u8>,
}

/// One thing that changes.
#[derive(Clone, Debug)]
pub(in crate::tests) enum Event {
    Role(u8, usize),
    Leaves(u8),
    Team(u8),
    Member(u8, u8),
    Package(u8),
    Held(u8, u8, usize),
    Said(u8, u8, usize),
    Public(u8),
}

pub(in crate::tests) fn event() -> impl Strategy<Value = Event> {
    let (user, team, package) = (0..6_u8, 0..3_u8, 0..3_u8);
    prop_oneof![
        2 => (user.clone(), 0..3_usize).prop_map(|(user, role)| Event::Role(user, role)),
        2 => user.clone().prop_map(Event::Leaves),
        2 => team.clone().prop_map(Event::Team),
        4 => (team.clone(), user.clone()).prop_map(|(team, user)| Event::Member(team, user)),
        1 => package.clone().prop_map(Event::Package),
        3 => (team, package.clone(), 0..2_usize).prop_map(|(team, package, level)| Event::Held(team, package, level)),
        2 => (user, package.clone(), 0..2_usize).prop_map(|(user, package, level)| Event::Said(user, package, level)),
        1 => package.prop_map(Event::Public),
    ]
}

fn toggle<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

fn switch<K: Ord>(map: &mut BTreeMap<K, usize>, key: K, value: usize) {
    if map.get(&key) == Some(&value) {
        map.remove(&key);
    } else {
        map.insert(key, value);
    }
}

impl Truth {
    /// An organisation of several people, so that one of them can be missed without emptying anything.
    pub(in crate::tests) fn start() -> Self {
        let mut truth = Self::default();
        truth.roles.extend([(0, 2), (1, 2), (2, 0), (3, 0), (4, 1)]);
        truth.teams.insert(0, [1, 2, 3].into());
        truth.packages.extend([0, 1]);
        truth.held.insert((0, 0), 1);
        truth
    }

    pub(in crate::tests) fn apply(&mut self, event: &Event) {
        match *event {
            Event::Role(user, role) => {
                self.roles.insert(user, role);
            }
            Event::Leaves(user) => {
                self.roles.remove(&user);
                self.teams.values_mut().for_each(|members| {
                    members.remove(&user);
                });
            }
            Event::Team(team) => {
                if self.teams.remove(&team).is_none() {
                    self.teams.insert(team, BTreeSet::new());
                }
                self.held.retain(|(of, _), _| self.teams.contains_key(of));
            }
            Event::Member(team, user) => {
                if let Some(members) = self.teams.get_mut(&team) {
                    toggle(members, user);
                }
            }
            Event::Package(package) => toggle(&mut self.packages, package),
            Event::Held(team, package, level) if self.teams.contains_key(&team) => {
                switch(&mut self.held, (team, package), level);
            }
            Event::Held(..) => {}
            Event::Said(user, package, level) => switch(&mut self.said, (user, package), level),
            Event::Public(package) => toggle(&mut self.public, package),
        }
    }

    pub(in crate::tests) fn facts(&self, key: &ListingKey) -> Vec<Fact> {
        let number = number(&key.subject);
        match key.kind.as_str() {
            "roster" => {
                let member = |(of, role): (&u8, &usize)| {
                    [Fact::grant(&user(*of), &org(), ROLES[*role]), Fact::resource(user(*of), None)]
                };
                self.roles.iter().flat_map(member).chain([Fact::resource(org(), None)]).collect()
            }
            "teams" => self.teams.keys().map(|of| Fact::resource(team(*of), Some(org()))).collect(),
            "packages" => self.packages.iter().map(|of| Fact::resource(package(*of), Some(org()))).collect(),
            "team-members" => {
                let members = self.teams.get(&number).into_iter().flatten();
                members.map(|of| Fact::grant(&user(*of), &key.subject, "member")).collect()
            }
            "team-packages" => {
                let held = self.held.iter().filter(|((of, _), _)| *of == number);
                held.map(|((_, of), level)| Fact::grant(&key.subject, &package(*of), LEVELS[*level])).collect()
            }
            "collaborators" => {
                let said = self.said.iter().filter(|((_, of), _)| *of == number);
                said.map(|((of, _), level)| Fact::evidence(&user(*of), &key.subject, LEVELS[*level])).collect()
            }
            "visibility" => vec![Fact::property(&key.subject, "public", Value::flag(self.public.contains(&number)))],
            _ => Vec::new(),
        }
    }
}

pub(in crate::tests) fn org() -> ResourceRef {
    ResourceRef::new("organization", "acme")
}

pub(in crate::tests) fn user(number: u8) -> ResourceRef {
    ResourceRef::new("user", format!("user-{number}"))
}

pub(in crate::tests) fn team(number: u8) -> ResourceRef {
    ResourceRef::new("team", format!("acme/team-{number}"))
}

pub(in crate::tests) fn package(number: u8) -> ResourceRef {
    ResourceRef::new("package", format!("@acme/package-{number}"))
}

fn number(resource: &ResourceRef) -> u8 {
    resource.id.rsplit_once('-').and_then(|(_, number)| number.parse().ok()).unwrap_or(u8::MAX)
}

/// How the readings of one kind of listing go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tests) enum Fault {
    /// Some of it is missing.
    Partial,
    /// Nothing arrives.
    Unavailable,
    /// It arrives whole, and some of it is missing without a sign.
    Unproven,
    /// It says so and so many things are missing, and another reading says the same.
    Short,
}

pub(in crate::tests) const KINDS: [&str; 7] =
    ["roster", "teams", "packages", "team-members", "team-packages", "collaborators", "visibility"];

pub(in crate::tests) fn faults() -> impl Strategy<Value = BTreeMap<&'static str, Fault>> {
    let fault = prop_oneof![Just(Fault::Partial), Just(Fault::Unavailable), Just(Fault::Unproven), Just(Fault::Short)];
    prop::collection::btree_map(prop::sample::select(&KINDS[..]), fault, 0..3)
}

/// The connector of the made-up registry.
pub(in crate::tests) struct Registry {
    pub(in crate::tests) truth: Mutex<Truth>,
    pub(in crate::tests) faults: Mutex<BTreeMap<&'static str, Fault>>,
    /// Everything that was ever read.
    pub(in crate::tests) observed: Mutex<BTreeSet<Fact>>,
}

#[async_trait]
impl Connector for Registry {
    fn declaration(&self) -> &'static ConnectorDeclaration {
        rolecall_connect::declaration("npm").unwrap()
    }

    fn root(&self) -> ResourceRef {
        org()
    }

    fn host(&self) -> &str {
        "registry.invalid"
    }

    fn requests_sent(&self) -> u64 {
        0
    }

    fn fingerprint(&self, _: &[Fact]) -> Option<Fingerprint> {
        None
    }

    async fn read(&self, listing: &ListingKey, _: ReadRequest<'_>) -> Result<Reading, ReadError> {
        let mut facts = self.truth.lock().unwrap().facts(listing);
        let proof = if listing.kind == "roster" { Proof::Itself } else { Proof::Sight };
        let half = facts.len().div_ceil(2);
        let outcome = match self.faults.lock().unwrap().get(listing.kind.as_str()) {
            None => Outcome::Whole(proof),
            Some(Fault::Unavailable) => {
                return Ok(Reading::unavailable(Reason::new("server-error", "the registry says 500")));
            }
            Some(Fault::Partial) => {
                facts.truncate(half);
                Outcome::Partial(Reason::new("short", "a page is missing"))
            }
            Some(Fault::Unproven) => {
                facts.truncate(half);
                Outcome::Whole(Proof::None(Reason::new("no-identity", "nothing shows what is seen")))
            }
            Some(Fault::Short) => {
                facts.truncate(half);
                Outcome::Whole(proof)
            }
        };
        self.observed.lock().unwrap().extend(facts.iter().cloned());
        Ok(Reading { outcome, facts, diagnostics: Vec::new(), validator: None })
    }
}

/// The registry with the database that remembers it.
pub(in crate::tests) struct World {
    database: TestDatabase,
    pub(in crate::tests) store: Store,
    pub(in crate::tests) registry: Registry,
    pub(in crate::tests) record: Record,
    /// Where graphs are loaded from besides the database.
    pub(in crate::tests) images: GraphImages,
    stop: watch::Receiver<bool>,
}

impl World {
    pub(in crate::tests) async fn new() -> Self {
        let database = TestDatabase::new().await.unwrap();
        let address: DatabaseAddress = database.address().parse().unwrap();
        Store::migrate(&address).await.unwrap();
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let config = NewConnector {
            connector_type: "npm".to_owned(),
            name: "acme".to_owned(),
            root: "acme".to_owned(),
            base_url: "https://registry.invalid".to_owned(),
            settings: serde_json::json!({}),
            ..NewConnector::default()
        };
        let record = store.connector_put(&config, "mara", now()).await.unwrap();
        let registry =
            Registry { truth: Mutex::new(Truth::start()), faults: Mutex::default(), observed: Mutex::default() };
        let (_, stop) = watch::channel(false);
        Self { database, store, registry, record, images: GraphImages::off(), stop }
    }

    /// What use-cases are given.
    pub(in crate::tests) fn context(&self) -> Context {
        Context { store: self.store.clone(), clock: now, stop: self.stop.clone(), progress: Arc::new(Silent) }
    }

    /// The same of another process.
    pub(in crate::tests) async fn reopened(&self) -> Context {
        let address: DatabaseAddress = self.database.address().parse().unwrap();
        Context { store: Store::open(&address, Mode::Write).await.unwrap(), ..self.context() }
    }

    /// One sync; that the registry showed nothing at all is no reason to stop.
    pub(in crate::tests) async fn sync(&self) {
        let context = self.context();
        let options = SyncOptions { concurrency: 1, ..SyncOptions::default() };
        let _ = sync_run(&context, &self.registry, &self.record, options).await;
    }
}
