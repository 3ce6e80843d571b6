//! Every method of the store that writes, and how many records of the audit log it leaves.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::Pin;

use rolecall_model::{IdReuse, Reading, Reason, Stage};
use rolecall_store::{
    AUDIT_ACTIONS, AuditEvidence, ConnectorChange, ConnectorId, Enqueued, FingerprintWrite, KeyPlace, ListingDelta,
    NewConnector, NewDecisionPending, PurgeAgreement, RemovalFilter, SEALED, SnapshotId, SyncEnd, SyncId,
};

use secrecy::SecretString;

use crate::audit::{key, records};
use crate::fingerprint;
use crate::jobs::wanted;
use crate::world::{World, config, decision, exists, membership_write, minute, owner, roster, teams, user};

/// Methods that write what is no decision, configuration or snapshot: how far a sync is, what it has read so far, what it
/// cost, who does which job (but not who stops one), what a source itself wrote down, and signatures of the log itself; of
/// people, what they have not finished, when they were last seen, and what they were told.
const UNRECORDED: &[&str] = &[
    "audit_head_sign",
    // What rules find, and what is told of it; but not what people decide about either.
    "delivery_add",
    "delivery_attempt_write",
    "findings_write",
    "hub_attempt_begin",
    "hub_attempt_clear",
    "hub_device_login_begin",
    "hub_login_begin",
    "hub_login_take",
    "hub_notice_add",
    "hub_notice_read",
    "hub_session_touch",
    "hub_token_touch",
    // What follows from what is recorded.
    "identity_link_write",
    "identity_seen_put",
    // It writes what the other database had written, its audit log too.
    "import",
    "job_claim",
    "job_claim_by_runner",
    "job_enqueue",
    "job_finish",
    "job_prune",
    "job_renew",
    "job_start",
    "job_take_over",
    "log_append",
    "log_trim",
    "notices_forget",
    "notices_tell",
    "requests_add",
    "review_marks_put",
    "review_note",
    "rule_evaluation_write",
    "runner_token_add",
    "runner_touch",
    "scim_client_touch",
    "source_events_add",
    "staged_purge",
    "staged_put",
    "sync_begin",
    "sync_finish",
    "tally_make",
];

/// Methods that leave exactly one record for each change they make, as [`each_change_leaves_one_record`] shows.
const RECORDED: &[&str] = &[
    "attestation_add",
    "attestation_withdraw",
    "audit_erase",
    "connector_change_guarded",
    "connector_purge_agreed",
    "connector_put",
    "connector_change_sealing_guarded",
    "connector_withdraw",
    "decision_carry_out",
    "decision_delay",
    "decision_withdraw",
    "delivery_retry",
    "endpoint_enable",
    "endpoint_put",
    "endpoint_put_sealing",
    "endpoint_remove",
    "finding_decide",
    "fingerprint_accept",
    "hub_attempt_fail",
    "hub_credential_refuse",
    "hub_device_login_decide",
    "hub_device_login_poll",
    "hub_identity_link",
    "hub_identity_sign_in",
    "hub_identity_unlink",
    "hub_join",
    "hub_link_make",
    "hub_link_reset",
    "hub_link_revoke",
    "hub_session_confirm",
    "hub_session_end",
    "hub_session_refuse",
    "hub_sign_in",
    "hub_token_add",
    "hub_token_revoke",
    "hub_user_change",
    "identity_pin_put",
    "identity_pin_remove",
    "identity_refuse",
    "identity_settings_put",
    "person_erase",
    "job_ask",
    "job_cancel",
    "job_retry",
    "owner_import",
    "owner_set",
    "owner_unset",
    "plan_step_act",
    "plan_step_seen",
    "purge_ask",
    "purge_withdraw",
    "reappearance_confirm",
    "removals_confirm",
    "removals_discard",
    "review_assign",
    "review_cancel",
    "review_change",
    "review_complete",
    "review_create",
    "review_delegate_end",
    "review_delegate_set",
    "review_of_request",
    "review_stage",
    "review_start",
    "review_submit",
    "rotate",
    "rule_alert_dismiss",
    "rule_put",
    "rule_remove",
    "runner_key_put",
    "runner_key_revoke",
    "saved_question_put",
    "saved_question_remove",
    "scim_client_add",
    "scim_client_revoke",
    "scim_resource_delete",
    "scim_resource_put",
    "second_factor_begin",
    "second_factor_confirm",
    "snapshot_make_current",
];

/// The methods in whose body a transaction that writes begins.
fn writers(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            writers(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut method = None;
        for line in text.lines() {
            if let Some((_, rest)) = line.split_once("pub async fn ") {
                method = rest.split(['(', '<']).next();
            }
            let begins = ["writing()", "writing_beside()", "purging()"];
            let begins = begins.iter().flat_map(|begins| [format!("= self.{begins}"), format!("= store.{begins}")]);
            let begins: Vec<String> = begins.collect();
            let begins = begins.iter().any(|begins| line.contains(begins.as_str()));
            if let Some(method) = method.filter(|_| begins && line.starts_with("            ")) {
                found.insert(method.to_owned());
            }
        }
    }
}

#[test]
fn every_method_that_writes_is_either_recorded_or_said_not_to_be() {
    let mut found = BTreeSet::new();
    writers(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let known: BTreeSet<String> = UNRECORDED.iter().chain(RECORDED).map(|name| (*name).to_owned()).collect();
    assert_eq!(found, known, "a method that writes belongs into one of the two lists of this test");
}

/// A world that counts the records of each step.
pub(crate) struct Counted {
    pub(crate) world: World,
    records: usize,
    actions: BTreeSet<String>,
}

impl Counted {
    /// That the last step left exactly these records.
    pub(crate) async fn left(&mut self, step: &str, actions: &[&str]) {
        let records = records(&self.world.store).await;
        let new: Vec<&str> = records[self.records..].iter().map(|record| record.action.as_str()).collect();
        assert_eq!(new, actions, "{step}");
        self.actions.extend(new.into_iter().map(str::to_owned));
        self.records = records.len();
    }

    async fn change(&mut self, change: ConnectorChange, actions: &[&str]) {
        let changes = [change];
        self.world.store.connector_change(&changes, "mara", minute(1)).await.unwrap();
        self.left(&format!("{changes:?}"), actions).await;
    }

    async fn reads_and_holds(&mut self) {
        self.world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob"), owner("cleo")])]).await;
        self.left("a snapshot", &["snapshot.made-current"]).await;
        let hold =
            ListingDelta { hold: vec![owner("bob")], hold_reason: Some("why".into()), ..ListingDelta::default() };
        let write = self.world.changes_to(roster(), hold);
        self.world.sync(vec![write]).await;
        self.left("a snapshot that holds", &["snapshot.made-current"]).await;
    }
}

impl Counted {
    async fn decides_about_accounts_and_sight(&mut self) {
        self.world.reused_ids = vec![("user", IdReuse::Untold)];
        for names in [&["ada", "eve"][..], &["ada"], &["ada", "eve"]] {
            let known = names.iter().flat_map(|name| [exists(user(name)), owner(name)]).collect();
            self.world.sync_reading(vec![(roster(), known)]).await;
        }
        let fingerprint =
            |is_reference, role: &str| Some(FingerprintWrite { seen: fingerprint::seen(role, 1), is_reference });
        for (is_reference, role) in [(true, "owner"), (false, "member")] {
            self.world.fingerprint = fingerprint(is_reference, role);
            self.world.sync(Vec::new()).await;
        }
        self.left("snapshots", &["snapshot.made-current"; 5]).await;
        let (store, id) = (self.world.store.clone(), self.world.connector);
        store.reappearance_confirm(id, &user("eve"), &decision(), minute(9)).await.unwrap();
        self.left("the same account", &["account.confirmed-same"]).await;
        assert!(store.fingerprint_accept(id, &decision(), minute(9)).await.unwrap());
        self.left("less sight", &["sight.accepted"]).await;
        assert!(!store.fingerprint_accept(id, &decision(), minute(9)).await.unwrap());
        self.left("what was accepted already", &[]).await;
    }
}

impl Counted {
    async fn stops_a_job(&mut self) {
        let store = self.world.store.clone();
        let (Enqueued::New(job) | Enqueued::Known(job)) =
            store.job_enqueue(&wanted("nightly", minute(9)), minute(9)).await.unwrap();
        self.left("a job", &[]).await;
        store.job_cancel(job.id, "mara", minute(9)).await.unwrap();
        self.left("a cancelled job", &["job.cancelled"]).await;
        store.job_retry(job.id, 1, "mara", minute(9)).await.unwrap();
        self.left("a job asked for again", &["job.retried"]).await;
        store.job_ask(&wanted("nightly", minute(9)), minute(9)).await.unwrap();
        self.left("a job asked for by somebody", &["job.asked"]).await;
    }

    async fn delays_decisions(&mut self) {
        self.world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
        self.left("a snapshot", &["snapshot.made-current"]).await;
        let (store, connector) = (self.world.store.clone(), self.world.connector);
        let asked = NewDecisionPending {
            connector,
            is_confirmation: true,
            listing: None,
            seen: SnapshotId(i64::MAX),
            actor: "mara".to_owned(),
            reason: "she left".to_owned(),
            due_at: minute(9),
        };
        let delayed = store.decision_delay(&asked, minute(1)).await.unwrap();
        self.left("a decision about oneself", &["decision.delayed"]).await;
        store.decision_withdraw(delayed.uuid, "noah", minute(2)).await.unwrap().unwrap();
        self.left("its withdrawal", &["decision.withdrawn"]).await;
        assert!(store.decision_withdraw(delayed.uuid, "noah", minute(2)).await.unwrap().is_none());
        let delayed = store.decision_delay(&asked, minute(1)).await.unwrap();
        assert!(store.decision_carry_out(delayed.uuid, minute(8)).await.unwrap().is_none(), "it is not due");
        assert!(store.decision_carry_out(delayed.uuid, minute(9)).await.unwrap().is_some());
        self.left("a decision about nothing", &["decision.delayed"]).await;
    }

    async fn withdraws_and_asks(&mut self) {
        let (store, connector) = (self.world.store.clone(), self.world.connector);
        store.purge_ask(connector, "mara", "a test", minute(9)).await.unwrap();
        self.left("a wish", &["purge.requested"]).await;
        let wish = store.purge_ask(connector, "noah", "again", minute(9)).await.unwrap();
        self.left("the same wish", &[]).await;
        store.purge_withdraw(wish.uuid, "mara", minute(9)).await.unwrap().unwrap();
        self.left("a wish withdrawn", &["purge.withdrawn"]).await;
        let uuid = store.connector_list().await.unwrap()[0].uuid;
        store.job_enqueue(&wanted(&uuid.to_string(), minute(9)), minute(9)).await.unwrap();
        store.connector_withdraw(connector, "mara", minute(9)).await.unwrap();
        self.left("a connector withdrawn", &["connector.removed", "job.cancelled"]).await;
    }

    async fn seals_and_rotates(&mut self) {
        let vault = self.world.store.vault(KeyPlace::beside(&self.world.file("rolecall.db")));
        let sealing = NewConnector { secret_source: Some(SEALED.into()), ..config("acme") };
        let token = SecretString::from("t0ken");
        vault.connector_change_sealing(&[ConnectorChange::Put(sealing)], &token, "mara", minute(9)).await.unwrap();
        self.left("another place for the token, and the token", &["connector.changed"; 2]).await;
        vault.rotate(None, minute(9)).await.unwrap();
        self.left("another master key", &["secrets.rotated"]).await;
    }
}

/// Steps in a frame of their own: together they would not fit into the stack of a test.
fn apart<'c, F: Future<Output = ()> + 'c>(
    counted: &'c mut Counted,
    steps: impl FnOnce(&'c mut Counted) -> F,
) -> Pin<Box<dyn Future<Output = ()> + 'c>> {
    Box::pin(steps(counted))
}

#[tokio::test]
async fn each_change_leaves_one_record() {
    let world = World::new().await;
    let (store, id) = (world.store.clone(), world.connector);
    let mut counted = Counted { world, records: 0, actions: BTreeSet::new() };
    counted.left("opening and adding", &["database.migrated", "connector.added"]).await;

    store.connector_put(&config("acme"), "mara", minute(1)).await.unwrap();
    counted.left("what changes nothing", &[]).await;
    let described = NewConnector { description: "production".into(), ..config("acme") };
    store.connector_put(&described, "mara", minute(1)).await.unwrap();
    counted.left("a description", &["connector.changed"]).await;
    counted.change(ConnectorChange::Pause(id), &["connector.paused"]).await;
    counted.change(ConnectorChange::Pause(id), &[]).await;
    counted.change(ConnectorChange::Resume(id), &["connector.resumed"]).await;
    counted.change(ConnectorChange::Rename { connector: id, name: "other".into() }, &["connector.renamed"]).await;
    counted.change(ConnectorChange::Rename { connector: id, name: "acme".into() }, &["connector.renamed"]).await;
    counted.change(ConnectorChange::Remove(id), &["connector.removed"]).await;
    counted.change(ConnectorChange::Put(config("acme")), &["connector.restored"]).await;

    apart(&mut counted, Counted::reads_and_holds).await;
    let all = RemovalFilter::default();
    store.removals_discard(id, &decision(), minute(9), all).await.unwrap();
    counted.left("a discard", &["removals.discarded"]).await;
    store.removals_discard(id, &decision(), minute(9), all).await.unwrap();
    store.removals_confirm(id, &decision(), minute(9), all).await.unwrap();
    counted.left("decisions about nothing", &[]).await;
    let discarded = RemovalFilter { include_discarded: true, ..all };
    store.removals_confirm(id, &decision(), minute(9), discarded).await.unwrap();
    counted.left("a confirmation", &["removals.confirmed"]).await;

    apart(&mut counted, Counted::decides_about_accounts_and_sight).await;

    apart(&mut counted, Counted::seals_and_rotates).await;
    apart(&mut counted, Counted::stops_a_job).await;
    apart(&mut counted, Counted::looks_after_people).await;
    apart(&mut counted, Counted::fills_a_directory).await;
    apart(&mut counted, Counted::says_whose_accounts_are).await;
    apart(&mut counted, Counted::says_who_answers_for_what).await;
    apart(&mut counted, Counted::attests).await;
    apart(&mut counted, Counted::alerts).await;
    apart(&mut counted, Counted::reviews_access).await;
    apart(&mut counted, Counted::carries_out_plans).await;
    apart(&mut counted, Counted::is_read_elsewhere).await;

    store.audit_erase("mara", &decision(), minute(9)).await.unwrap();
    counted.left("an erasure", &["audit.erased"]).await;
    apart(&mut counted, Counted::delays_decisions).await;
    apart(&mut counted, Counted::withdraws_and_asks).await;
    let wish = store.purge_ask(id, "mara", "a test", minute(9)).await.unwrap();
    let agreement = PurgeAgreement { reason: wish.reason, request: Some(wish.uuid) };
    store.connector_purge_agreed(id, "noah", Some(&agreement), minute(9)).await.unwrap();
    counted.left("a purge", &["purge.requested", "purge.approved", "connector.purged"]).await;

    let known: BTreeSet<String> = AUDIT_ACTIONS.iter().map(|action| (*action).to_owned()).collect();
    assert_eq!(counted.actions, known, "every action of the list was seen, and no other");
    assert!(store.audit_verify(&AuditEvidence::default()).await.unwrap().is_sound());
}

#[tokio::test]
async fn how_far_a_sync_is_leaves_no_record() {
    let world = World::new().await;
    let (store, id, key) = (world.store.clone(), world.connector, key(&world));
    let before = records(&store).await;
    let sync = store.sync_begin(id, minute(1)).await.unwrap().id;
    let reading = Reading::unavailable(Reason::new("lost-sight", "the source says 404"));
    store.staged_put(id, Stage::Membership, [(&teams(), minute(1), &reading)]).await.unwrap();
    store.staged_purge(id, minute(2)).await.unwrap();
    store.requests_add(id, "2026-11", 7).await.unwrap();
    store.sync_finish(sync, &SyncEnd::Finished, minute(2), 1).await.unwrap();
    store.audit_head_sign(&key, minute(2)).await.unwrap();
    assert_eq!(records(&store).await, before);
}

#[tokio::test]
async fn what_is_rolled_back_leaves_no_record() {
    let mut world = World::new().await;
    let (store, id) = (world.store.clone(), world.connector);
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    let before = records(&store).await;

    let misfit = ListingDelta { remove: vec![owner("eve")], ..ListingDelta::default() };
    let misfit = world.changes_to(roster(), misfit);
    world.try_sync(vec![misfit]).await.unwrap_err();
    let write = membership_write(id, SyncId(99), minute(9), Vec::new());
    store.snapshot_make_current(&write).await.unwrap_err();

    store.connector_put(&config("taken"), "mara", minute(1)).await.unwrap();
    let after_one = records(&store).await;
    assert_eq!(after_one.len(), before.len() + 1);
    let changes = [ConnectorChange::Pause(id), ConnectorChange::Rename { connector: id, name: "taken".into() }];
    store.connector_change(&changes, "mara", minute(1)).await.unwrap_err();
    let gone = ConnectorId(99);
    store.connector_change(&[ConnectorChange::Pause(gone)], "mara", minute(1)).await.unwrap_err();
    store.connector_purge(gone, "mara", minute(1)).await.unwrap_err();
    store.audit_erase("", &decision(), minute(1)).await.unwrap_err();
    assert_eq!(records(&store).await, after_one);
    assert!(store.audit_verify(&AuditEvidence::default()).await.unwrap().is_sound());
}
