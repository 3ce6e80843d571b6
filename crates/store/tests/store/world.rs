//! A connector with a clock, and an engine in miniature that turns readings into writes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rolecall_model::{Fact, FactSet, IdReuse, ListingKey, Reason, ResourceRef, Stage, Timestamp, Value, Verdict};
use rolecall_store::{
    Change, ChangeFilter, ChangeKind, ConnectorId, DatabaseAddress, Decision, FingerprintWrite, ListingChange,
    ListingDelta, ListingWrite, Mode, NewConnector, SnapshotId, SnapshotReport, SnapshotWrite, Store, StoreError,
    StoredFact, SyncEnd, SyncId,
};
use rolecall_testkit::TestDatabase;
use tempfile::TempDir;

pub(crate) struct World {
    /// Kept so that the database lives as long as the test.
    _database: TestDatabase,
    /// For what belongs beside the database.
    files: TempDir,
    pub(crate) store: Store,
    pub(crate) connector: ConnectorId,
    minutes: i64,
    /// What the next syncs find their credential to see.
    pub(crate) fingerprint: Option<FingerprintWrite>,
    /// The types whose ids are given anew.
    pub(crate) reused_ids: Vec<(&'static str, IdReuse)>,
}

impl World {
    /// On the engine that this run is about.
    pub(crate) async fn new() -> Self {
        Self::at(TestDatabase::new().await.unwrap()).await
    }

    /// In a file of SQLite's, for what only SQLite has.
    pub(crate) async fn in_file() -> Self {
        Self::at(TestDatabase::file().unwrap()).await
    }

    async fn at(database: TestDatabase) -> Self {
        let address: DatabaseAddress = database.address().parse().unwrap();
        Store::migrate(&address).await.unwrap();
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let connector = store.connector_put(&config("acme"), "mara", minute(0)).await.unwrap().id;
        let files = tempfile::tempdir().unwrap();
        Self { _database: database, files, store, connector, minutes: 0, fingerprint: None, reused_ids: Vec::new() }
    }

    pub(crate) fn address(&self) -> DatabaseAddress {
        self.store.address().clone()
    }

    /// A file of this name, which goes with the test.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// The database's file.
    pub(crate) fn path(&self) -> &Path {
        self.store.address().path().unwrap()
    }

    /// The next minute.
    pub(crate) fn tick(&mut self) -> Timestamp {
        self.minutes += 1;
        minute(self.minutes)
    }

    /// How many minutes have passed.
    pub(crate) const fn minutes(&self) -> i64 {
        self.minutes
    }

    /// The minute of the last reading or write.
    pub(crate) fn now(&self) -> Timestamp {
        minute(self.minutes)
    }

    /// What a complete reading of a listing changes, when every removal passes.
    pub(crate) async fn reads(&mut self, key: ListingKey, facts: Vec<Fact>) -> ListingWrite {
        let new = FactSet::new(facts);
        let old = self.store.listing_current(self.connector, &key).await.unwrap();
        let digest = old.as_ref().and_then(|old| old.state.digest);
        let old = old.map(|old| old.facts).unwrap_or_default();
        let change = if digest == Some(new.digest()) {
            ListingChange::Same
        } else {
            ListingChange::Changed(ListingDelta {
                appear: new.iter().filter(|fact| !old.contains(fact)).cloned().collect(),
                remove: old.iter().filter(|fact| !new.contains(fact)).cloned().collect(),
                ..ListingDelta::default()
            })
        };
        ListingWrite { digest: Some(new.digest()), ..self.write(key, Verdict::Proven, change) }
    }

    /// A write that says exactly this.
    pub(crate) fn write(&mut self, key: ListingKey, verdict: Verdict, change: ListingChange) -> ListingWrite {
        let read_at = self.tick();
        ListingWrite { key, verdict, read_at, validator: None, digest: None, diagnostics: Vec::new(), change }
    }

    pub(crate) fn changes_to(&mut self, key: ListingKey, delta: ListingDelta) -> ListingWrite {
        self.write(key, Verdict::Proven, ListingChange::Changed(delta))
    }

    pub(crate) fn fails(&mut self, key: ListingKey) -> ListingWrite {
        let lost_sight = Verdict::Unavailable(Reason::new("lost-sight", "the source says 404"));
        self.write(key, lost_sight, ListingChange::Unread)
    }

    /// One sync of one stage.
    pub(crate) async fn sync(&mut self, listings: Vec<ListingWrite>) -> SnapshotReport {
        self.try_sync(listings).await.unwrap()
    }

    pub(crate) async fn try_sync(&mut self, listings: Vec<ListingWrite>) -> Result<SnapshotReport, StoreError> {
        let at = self.tick();
        let sync = self.store.sync_begin(self.connector, at).await.unwrap().id;
        let (fingerprint, reused_ids) = (self.fingerprint.clone(), self.reused_ids.clone());
        let write = membership_write(self.connector, sync, at, listings);
        let write = SnapshotWrite { fingerprint, reused_ids, ..write };
        let report = self.store.snapshot_make_current(&write).await?;
        self.store.sync_finish(sync, &SyncEnd::Finished, at, 1).await.unwrap();
        Ok(report)
    }

    /// Reads these listings in full, and makes them current.
    pub(crate) async fn sync_reading(&mut self, readings: Vec<(ListingKey, Vec<Fact>)>) -> SnapshotReport {
        let mut listings = Vec::new();
        for (key, facts) in readings {
            listings.push(self.reads(key, facts).await);
        }
        self.sync(listings).await
    }

    pub(crate) async fn facts(&self) -> BTreeSet<Fact> {
        self.facts_at(None).await
    }

    pub(crate) async fn facts_at(&self, at: Option<SnapshotId>) -> BTreeSet<Fact> {
        let mut facts = BTreeSet::new();
        let collect = |stored: StoredFact| {
            facts.insert(stored.fact);
        };
        self.store.facts_at(self.connector, at.map(Into::into), collect).await.unwrap();
        facts
    }

    pub(crate) async fn changes(&self) -> Vec<Change> {
        self.store.changes(&ChangeFilter::default()).await.unwrap()
    }

    /// The changes since a snapshot, as one line each, oldest first.
    pub(crate) async fn change_lines(&self, after: SnapshotId) -> Vec<String> {
        let snapshots = Some((after, SnapshotId(i64::MAX)));
        let mut changes = self.store.changes(&ChangeFilter { snapshots, ..ChangeFilter::default() }).await.unwrap();
        changes.sort_by_key(|change| change.snapshot);
        changes.iter().map(line).collect()
    }

    pub(crate) async fn is_sound(&self) {
        assert_eq!(self.store.integrity_check().await.unwrap(), Vec::<String>::new());
    }
}

/// What the membership stage of a sync says about these listings, and nothing else.
pub(crate) fn membership_write(
    connector: ConnectorId,
    sync: SyncId,
    at: Timestamp,
    listings: Vec<ListingWrite>,
) -> SnapshotWrite {
    SnapshotWrite {
        connector,
        sync,
        stage: Stage::Membership,
        at,
        listings,
        requests_month: None,
        fingerprint: None,
        reused_ids: Vec::new(),
    }
}

pub(crate) fn line(change: &Change) -> String {
    match &change.kind {
        ChangeKind::Appeared => format!("+ {}", words(&change.fact)),
        ChangeKind::Disappeared => format!("- {}", words(&change.fact)),
        ChangeKind::Replaced { old } => format!("~ {} -> {}", words(old), words(&change.fact)),
    }
}

pub(crate) fn words(fact: &Fact) -> String {
    match fact {
        Fact::Resource { resource, .. } => resource.to_string(),
        Fact::Property { resource, name, value } => format!("{resource} {name}={}", value.as_json()),
        Fact::Grant { principal, entitlement } => format!("{} has {entitlement}", principal.id),
        Fact::Evidence { principal, entitlement } => format!("{} seems to have {entitlement}", principal.id),
        Fact::Link { from, class, to } => format!("{from} {class} {to}"),
    }
}

pub(crate) fn config(name: &str) -> NewConnector {
    NewConnector {
        connector_type: "npm".to_owned(),
        name: name.to_owned(),
        root: name.to_owned(),
        base_url: "https://registry.invalid".to_owned(),
        settings: serde_json::json!({"packages": ["a", "b"]}),
        secret_source: Some("env:REGISTRY_TOKEN".to_owned()),
        ..NewConnector::default()
    }
}

pub(crate) fn minute(minutes: i64) -> Timestamp {
    Timestamp(1_700_000_000_000_000).plus_seconds(minutes * 60)
}

pub(crate) fn decision() -> Decision {
    Decision { actor: "mara".to_owned(), reason: "they left".to_owned() }
}

pub(crate) fn org() -> ResourceRef {
    ResourceRef::new("organization", "acme")
}

pub(crate) fn user(name: &str) -> ResourceRef {
    ResourceRef::new("user", name)
}

pub(crate) fn team(name: &str) -> ResourceRef {
    ResourceRef::new("team", format!("acme/{name}"))
}

pub(crate) fn roster() -> ListingKey {
    ListingKey { kind: "roster".into(), subject: org() }
}

pub(crate) fn teams() -> ListingKey {
    ListingKey { kind: "teams".into(), subject: org() }
}

pub(crate) fn members(name: &str) -> ListingKey {
    ListingKey { kind: "team-members".into(), subject: team(name) }
}

pub(crate) fn exists(resource: ResourceRef) -> Fact {
    Fact::resource(resource, Some(org()))
}

pub(crate) fn owner(name: &str) -> Fact {
    Fact::grant(&user(name), &org(), "owner")
}

pub(crate) fn member(team_name: &str, name: &str) -> Fact {
    Fact::grant(&user(name), &team(team_name), "member")
}

pub(crate) fn described(team_name: &str, text: &str) -> Fact {
    Fact::property(&team(team_name), "description", Value::text(text))
}
