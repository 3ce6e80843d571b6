//! The connectors' use-cases with the types there are, against a simulated registry, on either engine.

use std::cell::Cell;
use std::sync::Arc;

use rolecall_engine::connectors::{
    ConnectorForm, ConnectorState, ConnectorsError, Created, Decided, Decider, FieldKind, LogFilter, LogLevel, Notice,
    NoticeKind, NoticeSink, NoticeTo, Removal, RemovalsAsked, Removed, Ruling, SyncAsked, Uuid, connector_check,
    connector_create, connector_detail, connector_form, connector_owners_set, connector_pause, connector_remove,
    connector_resources, connector_resume, connector_sync_listings, connector_sync_now, connector_types,
    connector_update, connectors_overview, decision_withdraw, field, log_list, notices_deliver, notices_due,
    purge_approve, purge_requests, removals_decide, removals_view,
};
use rolecall_engine::work::{
    Crew, DecisionHandler, DecisionSchedule, SyncHandler, SyncSchedule, WorkOptions, work_run,
};
use rolecall_engine::{Context, Silent};
use rolecall_model::Timestamp;
use rolecall_sim::npm::{Role, Server, TokenSpec, World};
use rolecall_store::{DatabaseAddress, KeyPlace, Mode, Store, StoreError};
use rolecall_testkit::TestDatabase;
use secrecy::SecretString;

use super::HubCatalog;
use crate::command::work::ConfiguredBuilder;

const HOUR: i64 = 3_600_000_000;
/// 2026-11-27.
const BEGIN: i64 = 1_795_737_600_000_000;

thread_local! {
    /// Each test has a thread, and a clock that moves when it is told to.
    static NOW: Cell<i64> = const { Cell::new(BEGIN) };
}

fn clock() -> Timestamp {
    NOW.set(NOW.get() + 1);
    Timestamp(NOW.get())
}

fn hours_pass(hours: i64) {
    NOW.set(NOW.get() + hours * HOUR);
}

/// A hub without pages.
struct Hub {
    context: Context,
    catalog: HubCatalog,
    _stop: tokio::sync::watch::Sender<bool>,
    _key: tempfile::TempDir,
    _database: TestDatabase,
}

impl Hub {
    async fn new() -> Self {
        Self::at(TestDatabase::new().await.unwrap(), true).await
    }

    async fn at(database: TestDatabase, allow_internal: bool) -> Self {
        let address: DatabaseAddress = database.address().parse().unwrap();
        Store::migrate(&address).await.unwrap();
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let (keep, stop) = tokio::sync::watch::channel(false);
        let key = tempfile::tempdir().unwrap();
        // Beside a file, where a sync looks for it too.
        let place = address.path().map_or_else(|| KeyPlace::beside(&key.path().join("hub")), KeyPlace::beside);
        let catalog = HubCatalog::new(allow_internal, Some(place));
        let context = Context { store, clock, stop, progress: Arc::new(Silent) };
        Self { context, catalog, _stop: keep, _key: key, _database: database }
    }

    async fn create(&self, form: &ConnectorForm) -> Result<Created, ConnectorsError> {
        connector_create(&self.context, &self.catalog, "mara", "npm", form).await
    }

    async fn update(&self, uuid: Uuid, version: i64, form: &ConnectorForm) -> Result<i64, ConnectorsError> {
        let updated = connector_update(&self.context, &self.catalog, "noah", uuid, version, form).await?;
        Ok(updated.version)
    }

    async fn remove(&self, uuid: Uuid, removal: &Removal) -> Result<Removed, ConnectorsError> {
        connector_remove(&self.context, &self.catalog, "mara", uuid, removal).await
    }

    /// Does what is due.
    async fn work(&self) {
        let builder = ConfiguredBuilder { store: self.context.store.clone() };
        let crew = Crew::default().handler(SyncHandler::new(builder)).schedule(SyncSchedule);
        let crew = crew.handler(DecisionHandler::default()).schedule(DecisionSchedule);
        let poll = std::time::Duration::from_millis(10);
        let options = WorkOptions { owner: "a test".to_owned(), workers: 2, once: true, poll };
        work_run(&self.context, &crew, &options, &|_| {}).await.unwrap();
    }
}

const TOKEN: &str = "npm_abcdefghijklmnopqrstuvwxyz0123456789";

fn form(fields: &[(&str, &str)]) -> ConnectorForm {
    let usual = [(field::NAME, "acme"), (field::ORGANIZATION, "acme"), (field::OWNERS, "mara@example.com")];
    let fields = usual.iter().chain(fields).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    ConnectorForm { fields: fields.collect(), secret: Some(SecretString::from(TOKEN)) }
}

fn without_secret(fields: &[(&str, &str)]) -> ConnectorForm {
    ConnectorForm { secret: None, ..form(fields) }
}

/// The names of wrong fields.
fn wrong(error: &ConnectorsError) -> Vec<&str> {
    match error {
        ConnectorsError::Fields(errors) => errors.iter().map(|error| error.field.as_str()).collect(),
        other => panic!("{other:?}"),
    }
}

/// An organisation with so many developers, and a connector that reads it.
async fn organization(hub: &Hub, developers: usize) -> (Server, Uuid) {
    let mut world = World::new();
    world.organization("acme");
    for (name, role) in [("olivia", Role::Owner), ("adam", Role::Admin)] {
        world.account(name);
        world.member("acme", name, role);
    }
    for number in 0..developers {
        world.account(&format!("dev-{number}"));
        world.member("acme", &format!("dev-{number}"), Role::Developer);
    }
    let token = world.token(TokenSpec::granular("adam").reads_organization("acme"));
    let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let form = ConnectorForm {
        secret: Some(SecretString::from(token)),
        ..form(&[(field::ADDRESS, server.url()), ("membership_only", "true")])
    };
    let uuid = hub.create(&form).await.unwrap().connector.uuid;
    (server, uuid)
}

#[tokio::test]
async fn a_card_says_what_is_asked_and_what_to_know_before() {
    let hub = Hub::new().await;
    let cards = connector_types(&hub.catalog);
    assert_eq!(cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>(), ["npm", "cloudsmith"]);
    for card in &cards {
        assert!(card.warnings.len() >= 3 && !card.guide.is_empty() && !card.description.is_empty());
        assert!(card.fields.iter().all(|field| !field.label.is_empty() && !field.help.is_empty()), "{card:?}");
        let required: Vec<_> = card.fields.iter().filter(|field| field.required).map(|field| &*field.name).collect();
        assert_eq!(required, ["name", "organization", "secret"]);
        assert!(!card.fields.iter().any(|field| field.name.contains("file")), "no file of the machine");
        let secrets = card.fields.iter().filter(|field| field.kind == FieldKind::Secret).count();
        assert_eq!(secrets, 1);
    }
    let label =
        |card: usize, name: &str| cards[card].fields.iter().find(|field| field.name == name).unwrap().label.clone();
    assert_eq!((label(0, "secret"), label(0, "organization")), ("Access token".into(), "Organization".into()));
    assert_eq!(label(1, "secret"), "Cloudsmith API key");
    assert_eq!(
        (label(1, "organization"), label(1, "default_privilege")),
        ("Organization slug".into(), "Default privilege".into())
    );
    assert!(cards[0].search_words.iter().any(|word| word == "NPM Organization"));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_form_is_told_at_once_and_no_secret_is_repeated() {
    let hub = Hub::at(TestDatabase::new().await.unwrap(), false).await;
    let bad = ConnectorForm {
        secret: Some(SecretString::from("hunter2 with spaces")),
        ..form(&[
            (field::NAME, "a:b"),
            (field::ORGANIZATION, "not a name!"),
            (field::POLLING_INTERVAL, "* * * * *"),
            (field::TOKEN_EXPIRES, "soon"),
            (field::ADDRESS, "https://169.254.169.254/"),
            ("proxy", "http://localhost:3128"),
            ("rate", "fast"),
            ("ca_file", "/etc/passwd"),
            ("token_env", "HOME"),
            ("nonsense", "1"),
        ])
    };
    let error = hub.create(&bad).await.unwrap_err();
    let mut fields = wrong(&error);
    fields.sort_unstable();
    let expected = [
        "address",
        "ca_file",
        "name",
        "nonsense",
        "organization",
        "polling_interval",
        "proxy",
        "rate",
        "secret",
        "token_env",
        "token_expires",
    ];
    assert_eq!(fields, expected);
    assert!(!format!("{error:?}").contains("hunter2"));
    let internal = ["http://registry.example.com", "https://localhost", "https://10.0.0.1", "https://[::1]/"];
    for address in internal {
        let error = hub.create(&form(&[(field::ADDRESS, address)])).await.unwrap_err();
        assert_eq!(wrong(&error), ["address"], "{address}");
    }
    let error = hub.create(&without_secret(&[])).await.unwrap_err();
    assert_eq!(wrong(&error), ["secret"]);
    assert!(hub.context.store.connector_list().await.unwrap().is_empty());
    hub.create(&form(&[])).await.unwrap();
}

#[tokio::test]
async fn a_form_comes_back_as_it_was_sent_and_the_second_editor_is_told_of_the_first() {
    let hub = Hub::new().await;
    let sent = [
        (field::DESCRIPTION, "production"),
        (field::POLLING_INTERVAL, "30 4 * * 1-5"),
        (field::TAG_ACCOUNT_NAME, "false"),
        (field::TOKEN_EXPIRES, "2027-01-31"),
        ("rate", "0.5"),
        ("removal_limit", "5, team-members=10"),
        ("membership_only", "true"),
    ];
    let created = hub.create(&form(&sent)).await.unwrap();
    let uuid = created.connector.uuid;
    let edit = connector_form(&hub.context, &hub.catalog, uuid).await.unwrap();
    for (name, value) in sent {
        assert_eq!(edit.fields.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(edit.secret_since.is_some() && edit.version == created.version);
    assert!(!format!("{edit:?}").contains("npm_abc"));
    let unchanged = ConnectorForm { fields: edit.fields.clone(), secret: None };
    assert_eq!(hub.update(uuid, edit.version, &unchanged).await.unwrap(), edit.version);

    let mut first = unchanged.clone();
    first.fields.insert("rate".to_owned(), "2".to_owned());
    first.fields.insert(field::NAME.to_owned(), "prod".to_owned());
    let version = hub.update(uuid, edit.version, &first).await.unwrap();
    let error = hub.update(uuid, edit.version, &unchanged).await.unwrap_err();
    let ConnectorsError::Stale(stale) = error else { panic!("{error:?}") };
    assert_eq!((stale.by.as_str(), stale.version), ("noah", version));
    let changes: Vec<_> = stale.changes.iter().flat_map(|event| event.changes.clone()).collect();
    assert_eq!(changes, ["Account Name: acme → prod", "Requests per second: 0.5 → 2"]);

    // The secret is replaced when a new one is given, and not before.
    let before = hub.context.store.secret_list().await.unwrap();
    let again = connector_form(&hub.context, &hub.catalog, uuid).await.unwrap();
    let replaced = ConnectorForm { fields: again.fields, secret: Some(SecretString::from(TOKEN)) };
    hub.update(uuid, again.version, &replaced).await.unwrap();
    let after = hub.context.store.secret_list().await.unwrap();
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before[0].uuid, after[0].uuid);
    let detail = connector_detail(&hub.context, &hub.catalog, uuid).await.unwrap();
    assert_eq!(detail.events.rows[0].changes, ["the credential was replaced"]);
    assert!(detail.secret.starts_with("sealed since") && detail.settings.iter().all(|field| field.name != "secret"));
}

#[tokio::test]
async fn whatever_is_done_at_most_one_active_connector_reads_an_organisation() {
    let hub = Hub::new().await;
    let mut random = 7_u64;
    let mut next = |limit: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) % limit
    };
    for _ in 0..150 {
        let known = hub.context.store.connector_list().await.unwrap();
        let at = usize::try_from(next(known.len().max(1) as u64)).unwrap();
        let (what, name) = (next(6), format!("name-{}", next(4)));
        let organization = ["acme", "umbrella"][usize::try_from(next(2)).unwrap()];
        let address = ["https://one.example.com", "https://two.example.com"][usize::try_from(next(2)).unwrap()];
        let fields = [(field::NAME, &*name), (field::ADDRESS, address)];
        let done = match (what, known.get(at)) {
            (0 | 1, _) | (_, None) => {
                let form = form(&[fields[0], fields[1], (field::ORGANIZATION, organization)]);
                hub.create(&form).await.map(drop)
            }
            (2, Some(one)) => connector_pause(&hub.context, "mara", one.uuid).await.map(drop),
            (3, Some(one)) => connector_resume(&hub.context, "mara", one.uuid).await.map(drop),
            (4, Some(one)) => {
                let form = without_secret(&[fields[0], fields[1], (field::ORGANIZATION, &one.config.root)]);
                hub.update(one.uuid, one.version, &form).await.map(drop)
            }
            (_, Some(one)) => hub.remove(one.uuid, &Removal::KeepHistory).await.map(drop),
        };
        if let Err(error) = done {
            assert!(matches!(error, ConnectorsError::Taken(_) | ConnectorsError::Fields(_)), "{error:?}");
        }
        let active: Vec<_> =
            hub.context.store.connector_list().await.unwrap().into_iter().filter(|one| one.is_active()).collect();
        for one in &active {
            let twins = active.iter().filter(|other| other.reads_same_as(&one.config)).count();
            assert_eq!(twins, 1, "{one:?}");
        }
    }
}

#[tokio::test]
async fn the_other_connector_is_named_and_may_be_paused_instead() {
    let hub = Hub::new().await;
    let first = hub.create(&form(&[])).await.unwrap();
    let second = form(&[(field::NAME, "second")]);
    let error = hub.create(&second).await.unwrap_err();
    assert!(matches!(&error, ConnectorsError::Taken(taken) if taken.other_title == "npm:acme"), "{error:?}");
    assert!(error.hint().unwrap().contains("npm:acme"));
    connector_pause(&hub.context, "mara", first.connector.uuid).await.unwrap();
    hub.create(&second).await.unwrap();
    let error = connector_resume(&hub.context, "mara", first.connector.uuid).await.unwrap_err();
    assert!(matches!(error, ConnectorsError::Taken(_)), "{error:?}");
}

#[tokio::test]
async fn what_a_credential_sees_is_said_before_anything_is_recorded() {
    let hub = Hub::at(TestDatabase::file().unwrap(), true).await;
    let (server, uuid) = organization(&hub, 3).await;
    let known = without_secret(&[(field::ADDRESS, server.url())]);
    let checked = connector_check(&hub.context, &hub.catalog, "npm", &known, Some(uuid)).await.unwrap();
    assert!(!checked.sees.is_empty() && checked.credential.contains('…'), "{checked:?}");
    let form = form(&[(field::ADDRESS, server.url()), (field::NAME, "other")]);
    let error = connector_check(&hub.context, &hub.catalog, "npm", &form, None).await.unwrap_err();
    assert!(error.code() == "credential" && !error.to_string().contains("npm_abc"), "{error:?}");
    assert_eq!(hub.context.store.connector_list().await.unwrap().len(), 1);
    // A sealed token goes to no other host, neither to try it nor to keep it there.
    let moved = without_secret(&[(field::ADDRESS, "https://elsewhere.example.com")]);
    let error = connector_check(&hub.context, &hub.catalog, "npm", &moved, Some(uuid)).await.unwrap_err();
    assert_eq!(wrong(&error), ["secret"]);
    assert_eq!(wrong(&hub.update(uuid, 2, &moved).await.unwrap_err()), ["secret"]);
}

#[tokio::test]
async fn a_connector_is_read_and_its_page_tells_of_it() {
    let hub = Hub::at(TestDatabase::file().unwrap(), true).await;
    let (server, uuid) = organization(&hub, 20).await;
    let list = || async { connectors_overview(&hub.context, &hub.catalog).await.unwrap().remove(0) };
    assert_eq!(list().await.state, ConnectorState::NotConnected);
    let asked = connector_sync_now(&hub.context, "mara", uuid).await.unwrap();
    assert!(matches!(asked, SyncAsked::Queued(_)));
    assert!(matches!(connector_sync_now(&hub.context, "mara", uuid).await.unwrap(), SyncAsked::Waiting(_)));
    hub.work().await;
    let row = list().await;
    assert_eq!((row.state, row.counts.unwrap().accounts), (ConnectorState::Connected, 22), "{row:?}");
    assert!(row.listings.unwrap().all > 0 && row.last_sync.is_some() && row.progress.is_none());
    let entries = log_list(&hub.context, uuid, &LogFilter::default(), 100).await.unwrap();
    let codes: Vec<_> = entries.iter().rev().map(|entry| entry.code.as_str()).collect();
    assert_eq!((codes[0], *codes.last().unwrap()), ("sync-begun", "sync-ended"));
    assert!(codes.contains(&"listing-read") && codes.contains(&"stage-current"), "{codes:?}");
    let detail = connector_detail(&hub.context, &hub.catalog, uuid).await.unwrap();
    assert_eq!(detail.syncs.rows[0].status, "finished");
    let listings = connector_sync_listings(&hub.context, detail.syncs.rows[0].uuid, None, 2).await.unwrap();
    assert!(
        listings.rows.len() == 2 && listings.next.is_some() && listings.rows[0].verdict == "proven",
        "{listings:?}"
    );
    let users = detail.types.iter().find(|known| known.name == "user").unwrap();
    assert_eq!(users.count, 22);
    let found = connector_resources(&hub.context, uuid, "user", "DEV-1", None, 5).await.unwrap();
    assert!(found.rows.len() == 5 && found.next.is_some(), "{found:?}");

    // The registry fails: what failed is told by the request's name, and the sync is an error.
    server.faults().add(
        "GET /-/org/**",
        rolecall_sim::Fault::json(403, &serde_json::json!({})),
        rolecall_sim::Times::Always,
    );
    connector_sync_now(&hub.context, "mara", uuid).await.unwrap();
    hub.work().await;
    let graves = LogFilter { level: Some(LogLevel::Error), ..LogFilter::default() };
    let entries = log_list(&hub.context, uuid, &graves, 100).await.unwrap();
    assert!(entries.iter().any(|entry| entry.code == "request-failed" && entry.fields["status"] == 403), "{entries:?}");
    assert!(entries.iter().all(|entry| !entry.message.contains("npm_") && !entry.message.contains("http")));
}

#[tokio::test]
async fn nobody_decides_alone_about_their_own_access() {
    let hub = Hub::at(TestDatabase::file().unwrap(), true).await;
    let (server, uuid) = organization(&hub, 20).await;
    connector_sync_now(&hub.context, "mara", uuid).await.unwrap();
    hub.work().await;
    for number in 0..8 {
        server.world().member_remove("acme", &format!("dev-{number}"));
    }
    connector_sync_now(&hub.context, "mara", uuid).await.unwrap();
    hub.work().await;
    let view = removals_view(&hub.context, uuid).await.unwrap();
    assert!(view.waiting >= 8, "{view:?}");
    assert!(view.listings[0].removals.iter().any(|row| row.account.as_deref() == Some("dev-3")), "{view:?}");

    let asked = |reason| RemovalsAsked { connector: uuid, listing: None, seen: view.seen, reason };
    let of_two = Decider { name: "dev three".into(), accounts: vec!["DEV-3".into()], has_other_administrator: true };
    for ruling in [Ruling::Confirm, Ruling::Discard] {
        let refused = removals_decide(&hub.context, &of_two, ruling, asked("we left")).await.unwrap_err();
        assert_eq!(refused.code(), "own-access");
    }
    let own = Decider { has_other_administrator: false, ..of_two };
    let decided = removals_decide(&hub.context, &own, Ruling::Confirm, asked("we left")).await.unwrap();
    let Decided::Delayed(first) = decided else { panic!("{decided:?}") };
    decision_withdraw(&hub.context, "noah", first.id).await.unwrap();
    decision_withdraw(&hub.context, "noah", first.id).await.unwrap_err();
    let decided = removals_decide(&hub.context, &own, Ruling::Confirm, asked("we left")).await.unwrap();
    assert!(matches!(decided, Decided::Delayed(_)));
    hours_pass(23);
    hub.work().await;
    assert_eq!(removals_view(&hub.context, uuid).await.unwrap().waiting, view.waiting);
    hours_pass(1);
    hub.work().await;
    let after = removals_view(&hub.context, uuid).await.unwrap();
    assert!(after.waiting == 0 && after.decisions.is_empty(), "{after:?}");
    let decided = removals_decide(&hub.context, &own, Ruling::Discard, asked("")).await.unwrap();
    assert!(matches!(decided, Decided::Done { facts: 0 }), "{decided:?}");
}

#[tokio::test]
async fn a_history_goes_when_two_agree_and_its_secret_at_once() {
    let hub = Hub::new().await;
    let uuid = hub.create(&form(&[])).await.unwrap().connector.uuid;
    connector_sync_now(&hub.context, "mara", uuid).await.unwrap();
    let nothing = Removal::DeleteHistory { reason: " ".into(), has_other_administrator: true };
    assert_eq!(wrong(&hub.remove(uuid, &nothing).await.unwrap_err()), ["reason"]);
    let asked = Removal::DeleteHistory { reason: "a test".into(), has_other_administrator: true };
    let Removed::Asked(request) = hub.remove(uuid, &asked).await.unwrap() else { panic!("nobody was asked") };
    assert!(hub.context.store.secret_list().await.unwrap().is_empty());
    assert!(connectors_overview(&hub.context, &hub.catalog).await.unwrap().is_empty());
    assert_eq!(purge_requests(&hub.context).await.unwrap(), std::slice::from_ref(&request));
    let own = purge_approve(&hub.context, &hub.catalog, "mara", request.id).await.unwrap_err();
    assert_eq!(own.code(), "own-request");
    let purged = purge_approve(&hub.context, &hub.catalog, "noah", request.id).await.unwrap();
    assert!(matches!(purged, Removed::Purged { rows } if rows > 0), "{purged:?}");
    assert!(hub.context.store.connector_of_uuid(uuid).await.unwrap().is_none());
    let records =
        hub.context.store.audit_list(&rolecall_store::AuditFilter { limit: 99, ..Default::default() }).await.unwrap();
    let actions: Vec<_> = records.iter().map(|record| record.action.as_str()).collect();
    assert!(
        ["connector.purged", "purge.approved", "purge.requested", "job.cancelled"]
            .iter()
            .all(|known| actions.contains(known))
    );
}

#[tokio::test]
async fn a_removed_connector_goes_on_when_it_is_connected_again() {
    let hub = Hub::new().await;
    let uuid = hub.create(&form(&[])).await.unwrap().connector.uuid;
    let removed = hub.remove(uuid, &Removal::KeepHistory).await.unwrap();
    assert_eq!(removed, Removed::Kept { jobs_cancelled: 0, is_secret_gone: true });
    hub.remove(uuid, &Removal::KeepHistory).await.unwrap_err();
    let again = hub.create(&form(&[])).await.unwrap();
    assert!(again.is_restored && again.connector.uuid == uuid);
}

/// Takes nothing.
struct Full;

#[async_trait::async_trait]
impl NoticeSink for Full {
    async fn take(&self, _notice: &Notice, _now: Timestamp) -> Result<(), StoreError> {
        Err(StoreError::Conflict("full".to_owned()))
    }
}

#[tokio::test]
async fn owners_are_told_of_what_expires_once_a_step_and_administrators_of_what_nobody_owns() {
    let hub = Hub::new().await;
    let uuid = hub.create(&form(&[(field::TOKEN_EXPIRES, "2026-12-12")])).await.unwrap().connector.uuid;
    let told = || async { notices_due(&hub.context).await.unwrap() };
    assert_eq!(told().await, [], "15 days are long");
    hours_pass(24);
    notices_deliver(&hub.context, &Full).await.unwrap_err();
    let notices = told().await;
    assert_eq!((notices.len(), notices[0].kind), (1, NoticeKind::TokenExpires));
    assert_eq!(notices[0].to, NoticeTo::Owners(vec!["mara@example.com".to_owned()]));
    assert_eq!(told().await, [], "once");
    hours_pass(24 * 7);
    assert_eq!(told().await.len(), 1);
    hours_pass(24 * 7);
    assert!(told().await[0].text.contains("today") || notices[0].text.contains("14 days"));
    let set = connector_owners_set(&hub.context, "mara", uuid, &[" ".to_owned()]).await.unwrap();
    assert!(set.is_ownerless && set.owners.is_empty());
    let notices = told().await;
    assert!(notices.iter().any(|notice| notice.kind == NoticeKind::Ownerless && notice.to == NoticeTo::Administrators));
    let set = connector_owners_set(&hub.context, "mara", uuid, &["Noah".into(), "noah".into()]).await.unwrap();
    assert_eq!(set.owners, ["Noah"]);
    told().await;
    connector_owners_set(&hub.context, "mara", uuid, &[]).await.unwrap();
    assert!(told().await.iter().any(|notice| notice.kind == NoticeKind::Ownerless), "it is news again");
}
