//! Findings, rules, endpoints and what is told.

use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{
    AlertState, AttemptEnd, AttemptWrite, DeliveryFilter, DeliveryState, EntityTag, EvaluationWrite, FindingAct,
    FindingDecisionKind, FindingFilter, FindingState, FindingWrite, FindingsWrite, KeyPlace, NewDelivery, RowWrite,
    RuleStanding, Store, StoreError, StoredRule,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::audit_writers::Counted;
use crate::world::{World, decision, minute};

fn found(world: &World, key: &str, title: &str) -> FindingWrite {
    FindingWrite::Found {
        code: format!("owner-count-{key}"),
        key: format!("owner-count/too-few {key}"),
        rule: "owner-count".to_owned(),
        connector: Some(world.connector),
        severity: "high".to_owned(),
        title: title.to_owned(),
        content: json!({ "title": title }),
    }
}

fn findings(turn: i64, at: i64, findings: Vec<FindingWrite>) -> FindingsWrite {
    FindingsWrite { turn, at: minute(at), seen: format!("seen {at}"), summary: json!({ "of": at }), findings }
}

fn definition(query: &str) -> Json {
    json!({ "name": "new owner", "query": query })
}

async fn rule_put(store: &Store, is_other: bool) -> StoredRule {
    store
        .rule_put(("new owner", &definition("FIND User"), "person"), is_other, None, &decision(), minute(1))
        .await
        .unwrap()
}

fn standing(turn: i64, at: i64, count: i64) -> RuleStanding {
    RuleStanding {
        turn,
        begun_at: minute(at),
        evaluated_at: Some(minute(at)),
        seen: "acme".to_owned(),
        outcome: "ok".to_owned(),
        error: None,
        failing_since: None,
        alert: AlertState::Active,
        alert_since: Some(minute(at)),
        alert_level: "high".to_owned(),
        digest: format!("digest of {count}"),
        count,
        outputs: json!({ "queries.query0.total": count }),
    }
}

fn evaluation(rule: &StoredRule, turn: i64, rows: Vec<RowWrite>) -> EvaluationWrite {
    let count = i64::try_from(rows.len()).unwrap();
    EvaluationWrite {
        rule: rule.id,
        version: rule.version,
        standing: standing(turn, turn + 1, count),
        rows,
        counts: [count, 0, 0],
        told: count,
        findings: Vec::new(),
        deliveries: Vec::new(),
        tags: None,
        reviews: Vec::new(),
    }
}

fn put(key: &str) -> RowWrite {
    RowWrite::Put { key: key.to_owned(), content: json!({ "username": key }), since: minute(2), is_new: true }
}

async fn endpoint(store: &Store) -> rolecall_store::Endpoint {
    let settings = json!({ "url": "https://hooks.example.test/" });
    store.endpoint_put(("ops", "webhook", &settings), &decision(), minute(1)).await.unwrap()
}

fn delivery(endpoint: &rolecall_store::Endpoint) -> NewDelivery {
    NewDelivery { endpoint: endpoint.id, notice: json!({ "text": "eve is an owner" }), subject: "New owner".to_owned() }
}

async fn attempt(store: &Store, delivery: Uuid, at: i64, end: AttemptEnd) -> bool {
    let write = AttemptWrite { delivery, at: minute(at), answer: "503 Service Unavailable".to_owned(), end };
    store.delivery_attempt_write(&write).await.unwrap()
}

fn tag(world: &World) -> EntityTag {
    let resource = ResourceRef::new("user", "eve");
    EntityTag { connector: world.connector, resource, name: "Watched".to_owned(), value: json!(true) }
}

/// A row in each table, for whoever copies them.
pub(crate) async fn filled(world: &World) {
    let store = &world.store;
    store.findings_write(&findings(0, 1, vec![found(world, "acme", "one owner")])).await.unwrap();
    let accept = FindingAct::Decide {
        kind: FindingDecisionKind::Accepted,
        until: Some(minute(99)),
        approver: "noah".to_owned(),
    };
    store.finding_decide("owner-count-acme", &accept, &decision(), minute(2)).await.unwrap().unwrap();
    let (rule, endpoint) = (rule_put(store, false).await, endpoint(store).await);
    let mut write = evaluation(&rule, 1, vec![put("eve")]);
    write.deliveries = vec![delivery(&endpoint)];
    write.tags = Some(vec![tag(world)]);
    write.reviews = vec![json!({ "rule": "new owner", "entities": [] })];
    let report = store.rule_evaluation_write(&write).await.unwrap();
    attempt(store, report.deliveries[0], 3, AttemptEnd::Delivered { reference: Some("OPS-1".to_owned()) }).await;
    store.saved_question_put(&[("mine".to_owned(), json!({ "id": "mine" }))], &decision(), minute(2)).await.unwrap();
}

impl Counted {
    /// What people decide about findings, rules and endpoints is recorded, once each; what rules find is not.
    pub(crate) async fn alerts(&mut self) {
        let store = self.world.store.clone();
        store.findings_write(&findings(0, 1, vec![found(&self.world, "acme", "one owner")])).await.unwrap();
        self.left("a finding", &[]).await;
        for (kind, action) in [
            (FindingDecisionKind::Accepted, "finding.accepted"),
            (FindingDecisionKind::Suppressed, "finding.suppressed"),
            (FindingDecisionKind::Snoozed, "finding.snoozed"),
        ] {
            let act = FindingAct::Decide { kind, until: Some(minute(9)), approver: "noah".to_owned() };
            store.finding_decide("owner-count-acme", &act, &decision(), minute(2)).await.unwrap().unwrap();
            self.left(action, &[action]).await;
        }
        for (act, action) in [
            (FindingAct::Reopen, "finding.reopened"),
            (FindingAct::Own { owner: "mara".to_owned() }, "finding.owner-set"),
        ] {
            store.finding_decide("owner-count-acme", &act, &decision(), minute(2)).await.unwrap().unwrap();
            self.left(action, &[action]).await;
        }
        assert!(store.finding_decide("nothing", &FindingAct::Reopen, &decision(), minute(2)).await.unwrap().is_none());
        self.left("what is no finding", &[]).await;
        self.keeps_rules(&store).await;
        self.keeps_endpoints(&store).await;
        store.saved_question_put(&[("mine".to_owned(), json!({}))], &decision(), minute(2)).await.unwrap();
        self.left("a question", &["question.saved"]).await;
        assert!(store.saved_question_remove("mine", &decision(), minute(2)).await.unwrap());
        assert!(!store.saved_question_remove("mine", &decision(), minute(2)).await.unwrap());
        self.left("no question", &["question.removed"]).await;
    }

    async fn keeps_rules(&mut self, store: &Store) {
        rule_put(store, false).await;
        let rule = rule_put(store, false).await;
        self.left("a rule, and another", &["rule.added", "rule.changed"]).await;
        let reviews = vec![json!({ "rule": "new owner", "entities": [] })];
        let write = EvaluationWrite { reviews, ..evaluation(&rule, 1, vec![put("eve")]) };
        store.rule_evaluation_write(&write).await.unwrap();
        self.left("an evaluation", &[]).await;
        assert!(store.rule_alert_dismiss("new owner", &decision(), minute(3)).await.unwrap());
        assert!(!store.rule_alert_dismiss("new owner", &decision(), minute(3)).await.unwrap());
        self.left("an alert that was seen", &["rule.alert-dismissed"]).await;
        assert!(store.rule_remove("new owner", &decision(), minute(3)).await.unwrap());
        assert!(!store.rule_remove("new owner", &decision(), minute(3)).await.unwrap());
        self.left("no rule", &["rule.removed"]).await;
    }

    async fn keeps_endpoints(&mut self, store: &Store) {
        endpoint(store).await;
        let known = endpoint(store).await;
        self.left("an endpoint, and changed", &["endpoint.added", "endpoint.changed"]).await;
        let vault = store.vault(KeyPlace::beside(&self.world.file("rolecall.db")));
        let secret = SecretString::from("whsec_c2VjcmV0");
        let sealed =
            vault.endpoint_put_sealing(("ops", "webhook", &json!({})), &secret, &decision(), minute(2)).await.unwrap();
        assert!(sealed.has_secret);
        self.left("its secret", &["endpoint.changed"]).await;
        assert!(store.endpoint_enable("ops", false, &decision(), minute(2)).await.unwrap());
        assert!(!store.endpoint_enable("ops", false, &decision(), minute(2)).await.unwrap());
        assert!(store.endpoint_enable("ops", true, &decision(), minute(2)).await.unwrap());
        self.left("off and on", &["endpoint.disabled", "endpoint.enabled"]).await;
        let uuid = store.delivery_add(&delivery(&known), minute(2)).await.unwrap();
        attempt(store, uuid, 3, AttemptEnd::GivenUp).await;
        self.left("what was given up", &[]).await;
        assert!(store.delivery_retry(uuid, &decision(), minute(4)).await.unwrap());
        assert!(!store.delivery_retry(Uuid::nil(), &decision(), minute(4)).await.unwrap());
        self.left("another try", &["delivery.retried"]).await;
        let end = AttemptEnd::Again { next_at: minute(9), disable_if_failing_since: minute(9) };
        assert!(attempt(store, uuid, 5, end).await);
        self.left("an endpoint that fails for long", &["endpoint.disabled"]).await;
        assert!(store.endpoint_remove("ops", &decision(), minute(6)).await.unwrap());
        assert!(!store.endpoint_remove("ops", &decision(), minute(6)).await.unwrap());
        self.left("no endpoint", &["endpoint.removed"]).await;
    }
}

#[tokio::test]
async fn a_finding_that_comes_back_is_the_same_one_and_keeps_what_was_decided() {
    let world = World::new().await;
    let store = &world.store;
    let report = store.findings_write(&findings(0, 1, vec![found(&world, "acme", "one owner")])).await.unwrap();
    assert_eq!(report.opened, ["owner-count-acme"]);
    let [known] = store.finding_list(&FindingFilter::default()).await.unwrap().try_into().unwrap();
    assert_eq!(known.state(minute(1)), FindingState::Open);
    let accept = FindingAct::Decide {
        kind: FindingDecisionKind::Accepted,
        until: Some(minute(10)),
        approver: "noah".to_owned(),
    };
    let accepted = store.finding_decide(&known.code, &accept, &decision(), minute(2)).await.unwrap().unwrap();
    assert_eq!([9, 10].map(|at| accepted.state(minute(at))), [FindingState::Accepted, FindingState::Open]);

    store.findings_write(&findings(1, 3, vec![FindingWrite::Unsure(known.id)])).await.unwrap();
    store.findings_write(&findings(2, 4, vec![FindingWrite::Resolved(known.id)])).await.unwrap();
    assert_eq!(store.finding_list(&FindingFilter::default()).await.unwrap(), []);
    let report = store.findings_write(&findings(3, 5, vec![found(&world, "acme", "no owner")])).await.unwrap();
    assert_eq!((report.opened.len(), report.reopened.as_slice()), (0, &["owner-count-acme".to_owned()][..]));
    let again = store.finding_by_code("owner-count-acme").await.unwrap().unwrap();
    assert_eq!((again.id, again.first_at, again.opened_at), (known.id, minute(1), minute(5)));
    assert_eq!(again.state(minute(6)), FindingState::Accepted);
    let history = store.finding_history(known.id).await.unwrap();
    let told: Vec<&str> = history.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(told, ["opened", "accepted", "unsure", "resolved", "reopened"]);
}

#[tokio::test]
async fn of_two_evaluations_that_follow_the_same_one_the_first_counts() {
    let world = World::new().await;
    let store = &world.store;
    store.findings_write(&findings(0, 1, vec![])).await.unwrap();
    let late = store.findings_write(&findings(0, 2, vec![found(&world, "acme", "one owner")])).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert_eq!(store.finding_list(&FindingFilter::default()).await.unwrap(), []);
    assert_eq!(store.finding_turn().await.unwrap().seen, "seen 1");

    let (rule, endpoint) = (rule_put(store, false).await, endpoint(store).await);
    let mut write = evaluation(&rule, 1, vec![put("eve")]);
    write.deliveries = vec![delivery(&endpoint)];
    store.rule_evaluation_write(&write).await.unwrap();
    let late = store.rule_evaluation_write(&write).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert_eq!(store.delivery_list(&DeliveryFilter::default()).await.unwrap().len(), 1, "nothing is told twice");
    let changed = rule_put(store, false).await;
    let late = store.rule_evaluation_write(&EvaluationWrite { standing: standing(2, 3, 0), ..write }).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "what was asked is not what is asked now: {late:?}");
    store
        .rule_evaluation_write(&evaluation(&changed, 2, vec![RowWrite::Gone { key: "eve".to_owned() }]))
        .await
        .unwrap();
    assert_eq!(store.rule_rows(rule.id).await.unwrap().len(), 0);
    assert_eq!(store.rule_evaluations(rule.id, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_rule_that_asks_something_else_begins_anew() {
    let world = World::new().await;
    let store = &world.store;
    let rule = rule_put(store, false).await;
    let mut write = evaluation(&rule, 1, vec![put("eve")]);
    let FindingWrite::Found { code, key, connector, severity, title, content, .. } = found(&world, "eve", "new") else {
        panic!("it was found")
    };
    let of = rule.uuid.to_string();
    write.findings = vec![FindingWrite::Found { code, key, rule: of, connector, severity, title, content }];
    store.rule_evaluation_write(&write).await.unwrap();
    assert!(rule_put(store, false).await.standing.is_some(), "another description changes nothing");
    let anew = rule_put(store, true).await;
    assert!(anew.standing.is_none() && store.rule_rows(rule.id).await.unwrap().is_empty());
    assert_eq!(store.finding_list(&FindingFilter::default()).await.unwrap(), []);
    let stale = store
        .rule_put(("new owner", &json!({}), "person"), false, Some(anew.version - 1), &decision(), minute(5))
        .await;
    assert!(matches!(stale, Err(StoreError::Conflict { .. })));
}

#[tokio::test]
async fn what_waits_is_due_at_its_time_and_at_endpoints_that_are_enabled() {
    let world = World::new().await;
    let store = &world.store;
    let endpoint = endpoint(store).await;
    let uuid = store.delivery_add(&delivery(&endpoint), minute(1)).await.unwrap();
    let due = async |at: i64| store.delivery_due(minute(at), 9).await.unwrap().len();
    assert_eq!(due(1).await, 1);
    let again =
        |at: i64, since: i64| AttemptEnd::Again { next_at: minute(at), disable_if_failing_since: minute(since) };
    assert!(!attempt(store, uuid, 2, again(5, 1)).await);
    assert_eq!((due(4).await, due(5).await), (0, 1));
    assert!(attempt(store, uuid, 6, again(7, 2)).await, "it fails since minute 2");
    assert_eq!(due(9).await, 0);
    let [disabled] = store.endpoint_list().await.unwrap().try_into().unwrap();
    assert_eq!(disabled.disabled, Some((minute(6), "503 Service Unavailable".to_owned())));
    store.endpoint_enable("ops", true, &decision(), minute(8)).await.unwrap();
    assert_eq!(due(8).await, 1, "nothing is lost");
    attempt(store, uuid, 9, AttemptEnd::Delivered { reference: None }).await;
    let told = store.delivery_by_uuid(uuid).await.unwrap().unwrap();
    assert_eq!((told.state, told.attempts, told.finished_at), (DeliveryState::Delivered, 3, Some(minute(9))));
    let attempts = store.delivery_attempts(uuid).await.unwrap();
    assert_eq!(attempts.iter().map(|one| one.is_delivered).collect::<Vec<_>>(), [false, false, true]);
    let [well] = store.endpoint_list().await.unwrap().try_into().unwrap();
    assert_eq!((well.failing_since, well.disabled), (None, None));
}

#[tokio::test]
async fn a_secret_of_an_endpoint_is_sealed_and_goes_with_it() {
    let world = World::new().await;
    let store = &world.store;
    let vault = store.vault(KeyPlace::beside(&world.file("rolecall.db")));
    let secret = SecretString::from("whsec_c2VjcmV0");
    let (settings, decision) = (json!({}), decision());
    let asked = ("ops", "webhook", &settings);
    let endpoint = vault.endpoint_put_sealing(asked, &secret, &decision, minute(1)).await.unwrap();
    let opened = vault.endpoint_secret(endpoint.id).await.unwrap().unwrap();
    assert_eq!(opened.expose_secret(), "whsec_c2VjcmV0");
    let [listed] = store.secret_list().await.unwrap().try_into().unwrap();
    assert_eq!(listed.endpoint.as_deref(), Some("ops"));
    vault.rotate(None, minute(2)).await.unwrap();
    assert!(vault.endpoint_secret(endpoint.id).await.unwrap().is_some(), "another master key opens it");
    store.endpoint_remove("ops", &decision, minute(3)).await.unwrap();
    assert!(store.secret_list().await.unwrap().is_empty());
}

#[tokio::test]
async fn tags_of_a_rule_are_replaced_and_end_with_it() {
    let world = World::new().await;
    let store = &world.store;
    let rule = rule_put(store, false).await;
    let write =
        |turn: i64, tags: Vec<EntityTag>| EvaluationWrite { tags: Some(tags), ..evaluation(&rule, turn, vec![]) };
    store.rule_evaluation_write(&write(1, vec![tag(&world)])).await.unwrap();
    assert_eq!(store.entity_tag_list().await.unwrap(), [tag(&world)]);
    let other = EntityTag { value: json!("yes"), ..tag(&world) };
    store.rule_evaluation_write(&write(2, vec![other.clone()])).await.unwrap();
    assert_eq!(store.entity_tag_list().await.unwrap(), [other]);
    store.rule_remove("new owner", &decision(), Timestamp(9)).await.unwrap();
    assert_eq!(store.entity_tag_list().await.unwrap(), []);
}
