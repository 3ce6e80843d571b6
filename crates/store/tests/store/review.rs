//! Reviews of access: what holds of their rows whoever writes them, on either engine.

use std::collections::BTreeSet;
use std::pin::Pin;

use rolecall_model::person::PersonKey;
use rolecall_model::review::{ReviewDecision, ReviewNovelty, ReviewOutcome, ReviewState, ReviewerKey};
use rolecall_model::{ResourceRef, Timestamp};
use rolecall_store::{
    AuditEvidence, NewReviewDelegate, NewReviewItem, PersonErasure, ReviewAssign, ReviewChoice, ReviewEnd,
    ReviewItemFilter, ReviewMarkWrite, ReviewSource, ReviewStage, ReviewSubmission, ReviewSubmitted, ReviewWrite,
    Store, StoreError, StoredReview, SubmitRefusal,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::audit_writers::Counted;
use crate::tables::{Outside, rows_by_table};
use crate::world::{World, decision, minute, org, user};

pub(crate) fn key(name: &str) -> ReviewerKey {
    ReviewerKey::user(name)
}

/// A grant that somebody holds, under their name.
pub(crate) fn item(connector: Uuid, holder: &str, reviewer: Option<&str>) -> NewReviewItem {
    NewReviewItem {
        connector,
        connector_title: "npm:acme".to_owned(),
        principal: user(holder),
        entitlement: org().entitlement("owner"),
        grant: format!("{holder} owns acme"),
        content: "as it is".to_owned(),
        shown: json!({ "account": holder }),
        holding: holder.to_owned(),
        novelty: ReviewNovelty::New,
        previous: None,
        reviewer: reviewer.map(|name| (key(name), name.to_owned(), "answers for the resource".to_owned())),
    }
}

/// The uuid of the connector under test.
pub(crate) async fn connector(world: &World) -> Uuid {
    let connectors = world.store.connector_list().await.unwrap();
    connectors.into_iter().find(|connector| connector.id == world.connector).unwrap().uuid
}

pub(crate) fn wanted(name: &str) -> ReviewWrite {
    let definition = json!({ "reviewers": ["resource-owner"], "days": 14 });
    ReviewWrite { name: name.to_owned(), definition, origin: "a person".to_owned() }
}

pub(crate) fn population(version: i64, items: Vec<NewReviewItem>, holders: Vec<(String, ReviewerKey)>) -> ReviewStage {
    ReviewStage { version, items, holders, population: "a digest".to_owned(), accuracy: json!({ "complete": true }) }
}

/// A review of these grants, each held by whoever it is named after, that runs.
pub(crate) async fn running(world: &World, name: &str, items: &[(&str, Option<&str>)]) -> StoredReview {
    let (store, connector) = (&world.store, connector(world).await);
    let draft = store.review_create(&wanted(name), "mara", minute(1)).await.unwrap();
    let holders = items.iter().map(|(holder, _)| ((*holder).to_owned(), key(holder)));
    let holders: BTreeSet<(String, ReviewerKey)> = holders.collect();
    let items = items.iter().map(|(holder, reviewer)| item(connector, holder, *reviewer)).collect();
    let stage = population(draft.version, items, holders.into_iter().collect());
    let staged = store.review_stage(draft.uuid, &stage, "mara", minute(2)).await.unwrap();
    store.review_start(staged.uuid, staged.version, minute(99), "mara", minute(3)).await.unwrap()
}

/// What somebody decides: numbers, with a reason where it is denied.
pub(crate) fn decides(
    review: &StoredReview,
    reviewer: &str,
    choices: &[(i64, ReviewDecision, &str)],
) -> ReviewSubmission {
    let choice = |(number, decision, reason): &(i64, ReviewDecision, &str)| ReviewChoice {
        number: *number,
        decision: *decision,
        reason: (*reason).to_owned(),
    };
    ReviewSubmission {
        review: review.uuid,
        reviewer: key(reviewer),
        reviewer_name: reviewer.to_owned(),
        source: ReviewSource::Page,
        brought_by: reviewer.to_owned(),
        own: BTreeSet::from([key(reviewer)]),
        own_now: BTreeSet::new(),
        delegators_own: BTreeSet::new(),
        file: None,
        choices: choices.iter().map(choice).collect(),
    }
}

const CERTIFY: ReviewDecision = ReviewDecision::Certify;
const DENY: ReviewDecision = ReviewDecision::Deny;

pub(crate) fn delegate(reviewer: &str, delegate: &str, from: Timestamp, until: Timestamp) -> NewReviewDelegate {
    NewReviewDelegate {
        reviewer: (key(reviewer), reviewer.to_owned()),
        delegate: (key(delegate), delegate.to_owned()),
        from,
        until,
        reason: "on leave".to_owned(),
    }
}

pub(crate) fn assign(review: &StoredReview, numbers: &[i64], to: &str) -> ReviewAssign {
    ReviewAssign {
        review: review.uuid,
        numbers: numbers.to_vec(),
        reviewer: (key(to), to.to_owned()),
        own: BTreeSet::new(),
        reason: "knows it".to_owned(),
        is_escalation: false,
    }
}

async fn outcomes(store: &Store, review: &StoredReview) -> Vec<ReviewOutcome> {
    let items = store.review_items(review.id, &ReviewItemFilter::default()).await.unwrap();
    items.into_iter().map(|item| item.outcome).collect()
}

fn is_conflict<T>(result: Result<T, StoreError>) -> bool {
    result.is_err_and(|error| matches!(error, StoreError::Conflict(_)))
}

async fn submitted(store: &Store, submission: &ReviewSubmission, at: i64) -> ReviewSubmitted {
    store.review_submit(submission, minute(at)).await.unwrap()
}

/// Rows in the tables, for whoever copies them. The plan is somebody else's.
pub(crate) async fn filled(world: &World) -> StoredReview {
    let store = &world.store;
    let review = running(world, "Q3", &[("ada", Some("eve")), ("bob", Some("eve")), ("cleo", None)]).await;
    let choice = Some((DENY, "who is that?".to_owned()));
    store.review_marks_put(review.id, &key("eve"), &[ReviewMarkWrite { number: 2, choice }], minute(4)).await.unwrap();
    store.review_delegate_set(&delegate("eve", "dan", minute(1), minute(9)), "eve", minute(4)).await.unwrap();
    store.review_assign(&assign(&review, &[3], "eve"), Some("mara"), minute(4)).await.unwrap();
    let file = Some(("decisions.csv".to_owned(), "0".repeat(64)));
    let submission = ReviewSubmission { file, ..decides(&review, "dan", &[(1, CERTIFY, "")]) };
    submitted(store, &submission, 5).await;
    store.review_note(review.id, "reminded", &json!({ "to": 1 }), minute(6)).await.unwrap();
    review
}

/// What one test does in many steps does not fit into its stack otherwise.
fn submitting<'s>(
    store: &'s Store,
    submission: &'s ReviewSubmission,
) -> Pin<Box<dyn Future<Output = ReviewSubmitted> + 's>> {
    Box::pin(submitted(store, submission, 4))
}

impl Counted {
    /// What people do to reviews is recorded, once each; what they refuse to look at again is not.
    pub(crate) async fn reviews_access(&mut self) {
        let store = self.world.store.clone();
        let review = store.review_create(&wanted("Q3"), "mara", minute(1)).await.unwrap();
        self.left("a draft", &["review.created"]).await;
        let review =
            store.review_change(review.uuid, review.version, &wanted("Q4"), &decision(), minute(1)).await.unwrap();
        self.left("another definition", &["review.changed"]).await;
        let connector = connector(&self.world).await;
        let items = vec![item(connector, "ada", Some("eve")), item(connector, "bob", Some("eve"))];
        let stage = population(review.version, items, vec![("ada".to_owned(), key("ada"))]);
        let review = store.review_stage(review.uuid, &stage, "mara", minute(2)).await.unwrap();
        self.left("a population", &["review.staged"]).await;
        assert!(is_conflict(store.review_stage(review.uuid, &stage, "mara", minute(2)).await));
        self.left("what is staged meanwhile", &[]).await;
        let review = store.review_start(review.uuid, review.version, minute(9), "mara", minute(3)).await.unwrap();
        self.left("the start", &["review.started"]).await;
        Box::pin(self.decides_about_access(&store, &review)).await;
        Box::pin(self.delegates_reviews(&store)).await;
        store.review_cancel(review.uuid, &decision(), minute(9)).await.unwrap();
        self.left("a review given up", &["review.cancelled"]).await;
        assert!(is_conflict(store.review_submit(&decides(&review, "eve", &[(2, CERTIFY, "")]), minute(9)).await));
        assert!(is_conflict(store.review_cancel(review.uuid, &decision(), minute(9)).await));
        self.left("what comes too late", &[]).await;
        let [request] = store.review_requests().await.unwrap().try_into().unwrap();
        let made = store.review_of_request(request.number, &wanted("asked for"), "a rule", minute(9)).await.unwrap();
        assert_eq!(made.unwrap().name, "asked for");
        self.left("what a rule asked for", &["review.created"]).await;
        let again = store.review_of_request(request.number, &wanted("again"), "a rule", minute(9)).await.unwrap();
        assert_eq!((again, store.review_requests().await.unwrap().len()), (None, 0));
        self.left("what somebody else made of it", &[]).await;
    }

    async fn decides_about_access(&mut self, store: &Store, review: &StoredReview) {
        let marks = [ReviewMarkWrite { number: 1, choice: Some((CERTIFY, String::new())) }];
        store.review_marks_put(review.id, &key("eve"), &marks, minute(4)).await.unwrap();
        store.review_note(review.id, "reminded", &json!({}), minute(4)).await.unwrap();
        self.left("choices, and a reminder", &[]).await;
        let submission = decides(review, "eve", &[(1, CERTIFY, ""), (2, DENY, "left")]);
        submitting(store, &submission).await;
        self.left("two decisions at once", &["review.submitted"]).await;
        for nothing in
            [submission, decides(review, "ada", &[(1, CERTIFY, "")]), decides(review, "eve", &[(9, DENY, "")])]
        {
            submitting(store, &nothing).await;
        }
        self.left("the same again, and what is refused", &[]).await;
        let escalated = ReviewAssign { is_escalation: true, ..assign(review, &[1], "eve") };
        for (what, assign, actor, actions) in [
            ("another reviewer", assign(review, &[1, 2], "dan"), Some("mara"), &["review.reassigned"][..]),
            ("the same reviewer", assign(review, &[1, 2, 9], "dan"), Some("mara"), &[]),
            ("whoever holds it", assign(review, &[1], "ada"), Some("mara"), &[]),
            ("an escalation", escalated, None, &["review.escalated"]),
        ] {
            store.review_assign(&assign, actor, minute(5)).await.unwrap();
            self.left(what, actions).await;
        }
    }

    async fn delegates_reviews(&mut self, store: &Store) {
        let set = delegate("eve", "dan", minute(1), minute(9));
        let uuid = store.review_delegate_set(&set, "eve", minute(5)).await.unwrap();
        self.left("a delegate", &["review.delegated"]).await;
        assert!(store.review_delegate_end(uuid, "eve", minute(6)).await.unwrap());
        self.left("no delegate", &["review.delegate-ended"]).await;
        assert!(!store.review_delegate_end(uuid, "eve", minute(6)).await.unwrap());
        self.left("what had ended", &[]).await;
    }
}

#[tokio::test]
async fn nobody_decides_about_what_they_hold_whoever_brings_it_and_however() {
    let world = World::new().await;
    let store = &world.store;
    let review = running(&world, "Q3", &[("ada", Some("eve")), ("bob", Some("ada"))]).await;
    let of_ada = decides(&review, "ada", &[(1, CERTIFY, ""), (2, CERTIFY, "")]);
    let by_delegate = delegate("eve", "ada", minute(1), minute(9));
    store.review_delegate_set(&by_delegate, "eve", minute(4)).await.unwrap();
    let told = submitted(store, &of_ada, 4).await;
    assert_eq!((told.certified, told.refused), (vec![2], vec![(1, SubmitRefusal::Own)]));
    // Under another name, as whoever brings it, and by what is known only now.
    let own = BTreeSet::from([key("ada"), ReviewerKey::mail("eve@acme.test")]);
    let brought = ReviewSubmission { own, ..decides(&review, "eve", &[(1, CERTIFY, "")]) };
    assert_eq!(submitted(store, &brought, 5).await.refused, [(1, SubmitRefusal::Own)]);
    let own_now = BTreeSet::from(["ada".to_owned()]);
    let known_now = ReviewSubmission { own_now, ..decides(&review, "eve", &[(1, CERTIFY, "")]) };
    assert_eq!(submitted(store, &known_now, 5).await.refused, [(1, SubmitRefusal::Own)]);
    // Nor does anybody in the place of whoever is known to hold it only now.
    let delegators_own = BTreeSet::from([(key("eve"), "ada".to_owned())]);
    store.review_delegate_set(&delegate("eve", "cem", minute(1), minute(9)), "eve", minute(4)).await.unwrap();
    let in_place = ReviewSubmission { delegators_own, ..decides(&review, "cem", &[(1, CERTIFY, "")]) };
    assert_eq!(submitted(store, &in_place, 5).await.refused, [(1, SubmitRefusal::Own)]);
    assert_eq!(outcomes(store, &review).await, [ReviewOutcome::Undecided, ReviewOutcome::Certified]);
    // Nor by completing it.
    let remaining = ReviewSubmission {
        source: ReviewSource::Completion,
        ..decides(&review, "ada", &[(1, DENY, "nobody decided")])
    };
    let version = store.review_named("Q3").await.unwrap().unwrap().version;
    let end = ReviewEnd { version, remaining: Some(remaining), plan: None };
    let (over, plan) = store.review_complete(review.uuid, &end, &decision(), minute(6)).await.unwrap();
    assert_eq!((over.state, plan), (ReviewState::Completed, None));
    assert_eq!(outcomes(store, &review).await, [ReviewOutcome::Undecided, ReviewOutcome::Certified]);
    let events = store.review_events(review.uuid).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.what == "refused").count(), 5);
}

#[tokio::test]
async fn a_delegate_decides_while_they_are_one_and_what_both_say_counts() {
    let world = World::new().await;
    let store = &world.store;
    let review = running(&world, "Q3", &[("ada", Some("eve")), ("bob", None)]).await;
    let by_dan = decides(&review, "dan", &[(1, DENY, "she left"), (2, CERTIFY, "")]);
    store.review_delegate_set(&delegate("eve", "dan", minute(5), minute(8)), "eve", minute(1)).await.unwrap();
    let refused = [(1, SubmitRefusal::NotTheirs), (2, SubmitRefusal::NotTheirs)];
    assert_eq!(submitted(store, &by_dan, 4).await.refused, refused);
    assert_eq!(submitted(store, &by_dan, 8).await.refused, refused);
    assert_eq!(submitted(store, &by_dan, 5).await.denied, [1]);
    assert_eq!(submitted(store, &decides(&review, "eve", &[(1, CERTIFY, "")]), 6).await.certified, [1]);
    assert_eq!(outcomes(store, &review).await[0], ReviewOutcome::Denied, "any deny wins");
    assert_eq!(submitted(store, &by_dan, 6).await.repeated, [1]);
    let unsaid = decides(&review, "dan", &[(1, CERTIFY, " ")]);
    assert_eq!(submitted(store, &unsaid, 7).await.refused, [(1, SubmitRefusal::Reasonless)]);
    assert_eq!(submitted(store, &decides(&review, "dan", &[(1, CERTIFY, "she is back")]), 7).await.certified, [1]);
    assert_eq!(outcomes(store, &review).await[0], ReviewOutcome::Certified);
    let decisions = store.review_decisions(review.id).await.unwrap();
    let told: Vec<_> = decisions.iter().map(|one| (one.reviewer.as_str(), one.decision, one.reason.as_str())).collect();
    let (dan, eve) = ("user:dan", "user:eve");
    assert_eq!(told, [(dan, DENY, "she left"), (eve, CERTIFY, ""), (dan, CERTIFY, "she is back")]);
}

#[tokio::test]
async fn a_file_that_comes_again_changes_nothing_at_all() {
    let world = World::new().await;
    let store = &world.store;
    let review = running(&world, "Q3", &[("ada", Some("eve")), ("bob", Some("eve"))]).await;
    let file = Some(("decisions.csv".to_owned(), "f".repeat(64)));
    let choices = [(1, CERTIFY, ""), (2, DENY, "left")];
    let submission = ReviewSubmission { source: ReviewSource::File, file, ..decides(&review, "eve", &choices) };
    let first = submitted(store, &submission, 4).await;
    assert_eq!((&first.certified[..], &first.denied[..]), (&[1][..], &[2][..]));
    let before = (rows_by_table(&world.address()).await, store.review_named("Q3").await.unwrap());
    let again = submitted(store, &submission, 5).await;
    assert_eq!((again.submission, again.repeated), (None, vec![1, 2]));
    assert_eq!((rows_by_table(&world.address()).await, store.review_named("Q3").await.unwrap()), before);
    let [kept] = store.review_submissions(review.id).await.unwrap().try_into().unwrap();
    assert_eq!((kept.certified, kept.denied, kept.file), (1, 1, submission.file));
}

#[tokio::test]
async fn a_version_that_somebody_else_moved_on_changes_nothing() {
    let world = World::new().await;
    let store = &world.store;
    let draft = store.review_create(&wanted("Q3"), "mara", minute(1)).await.unwrap();
    let stage = |version| population(version, vec![], vec![]);
    let nothing = |version| ReviewEnd { version, remaining: None, plan: None };
    for stale in [0, -1, draft.version + 1, i64::MAX] {
        let before = rows_by_table(&world.address()).await;
        let decision = decision();
        assert!(is_conflict(store.review_change(draft.uuid, stale, &wanted("Q4"), &decision, minute(2)).await));
        assert!(is_conflict(store.review_stage(draft.uuid, &stage(stale), "mara", minute(2)).await));
        assert!(is_conflict(store.review_start(draft.uuid, stale, minute(9), "mara", minute(2)).await));
        assert!(is_conflict(store.review_complete(draft.uuid, &nothing(stale), &decision, minute(2)).await));
        assert_eq!(rows_by_table(&world.address()).await, before);
        assert_eq!(store.review_named("Q3").await.unwrap(), Some(draft.clone()));
    }
}

#[tokio::test]
async fn what_is_over_accepts_nothing_and_nobody_chooses_any_more() {
    let world = World::new().await;
    let store = &world.store;
    for (name, is_completed) in [("Q3", true), ("Q4", false)] {
        let review = running(&world, name, &[("ada", Some("eve")), ("bob", Some("eve"))]).await;
        let marks = [ReviewMarkWrite { number: 1, choice: Some((CERTIFY, String::new())) }];
        store.review_marks_put(review.id, &key("eve"), &marks, minute(4)).await.unwrap();
        let over = if is_completed {
            let end = ReviewEnd { version: review.version, remaining: None, plan: None };
            store.review_complete(review.uuid, &end, &decision(), minute(5)).await.unwrap().0
        } else {
            store.review_cancel(review.uuid, &decision(), minute(5)).await.unwrap()
        };
        assert!(over.state.is_over());
        assert_eq!(store.review_marks(review.id, &key("eve")).await.unwrap(), []);
        let before = rows_by_table(&world.address()).await;
        let (uuid, version) = (review.uuid, over.version);
        assert!(is_conflict(store.review_submit(&decides(&review, "eve", &[(1, CERTIFY, "")]), minute(6)).await));
        assert!(is_conflict(store.review_marks_put(review.id, &key("eve"), &marks, minute(6)).await));
        assert!(is_conflict(store.review_assign(&assign(&review, &[1], "dan"), None, minute(6)).await));
        assert!(is_conflict(store.review_change(uuid, version, &wanted("Q5"), &decision(), minute(6)).await));
        let stage = population(version, vec![], vec![]);
        assert!(is_conflict(store.review_stage(uuid, &stage, "mara", minute(6)).await));
        assert!(is_conflict(store.review_start(uuid, version, minute(9), "mara", minute(6)).await));
        let end = ReviewEnd { version, remaining: None, plan: None };
        assert!(is_conflict(store.review_complete(uuid, &end, &decision(), minute(6)).await));
        assert!(is_conflict(store.review_cancel(uuid, &decision(), minute(6)).await));
        assert_eq!(rows_by_table(&world.address()).await, before);
        assert_eq!(store.review_named(name).await.unwrap(), Some(over));
    }
}

#[tokio::test]
async fn what_was_certified_is_what_was_decided_last_and_by_whom() {
    let world = World::new().await;
    let store = &world.store;
    let first = running(&world, "Q1", &[("ada", Some("eve"))]).await;
    let second = running(&world, "special", &[("ada", Some("eve"))]).await;
    let end = async |review: &StoredReview| {
        let version = store.review_named(&review.name).await.unwrap().unwrap().version;
        let end = ReviewEnd { version, remaining: None, plan: None };
        store.review_complete(review.uuid, &end, &decision(), minute(8)).await.unwrap();
    };
    submitted(store, &decides(&second, "eve", &[(1, CERTIFY, "")]), 4).await;
    end(&second).await;
    store.review_delegate_set(&delegate("eve", "dan", minute(1), minute(9)), "eve", minute(4)).await.unwrap();
    submitted(store, &decides(&first, "dan", &[(1, DENY, "she left")]), 6).await;
    submitted(store, &decides(&first, "eve", &[(1, CERTIFY, "")]), 7).await;
    let certified = async || {
        let [one] = store.review_certified().await.unwrap().try_into().unwrap();
        (one.previous.review, one.previous.outcome, one.previous.by, one.previous.at)
    };
    let told = |review: &str, outcome: &str, by: &str, at| (review.into(), outcome.into(), by.into(), minute(at));
    assert_eq!(certified().await, told("special", "certified", "eve", 4), "the first one is not completed");
    end(&first).await;
    assert_eq!(certified().await, told("Q1", "denied", "dan", 6), "it was staged earlier and decided later");
}

#[tokio::test]
async fn a_clock_that_was_moved_back_is_written_down_and_the_order_stays() {
    let world = World::new().await;
    let review = running(&world, "Q3", &[("ada", Some("eve"))]).await;
    submitted(&world.store, &decides(&review, "eve", &[(1, CERTIFY, "")]), 9).await;
    submitted(&world.store, &decides(&review, "eve", &[(1, DENY, "no")]), 5).await;
    submitted(&world.store, &decides(&review, "eve", &[(1, CERTIFY, "yes")]), 6).await;
    let events = world.store.review_events(review.uuid).await.unwrap();
    let told: Vec<&str> = events.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(told, ["created", "staged", "started", "submitted", "clock-back", "submitted", "submitted"]);
    assert_eq!(outcomes(&world.store, &review).await, [ReviewOutcome::Certified]);
}

/// Everything that is in the tables of reviews and plans, as text.
async fn everything(world: &World) -> Vec<(String, String)> {
    let mut db = Outside::connect(&world.address()).await;
    let mut texts = Vec::new();
    for table in db.tables().await.into_iter().filter(|table| table.starts_with("review") || table.starts_with("plan"))
    {
        for column in db.columns(&table).await {
            let query = format!("select coalesce(cast({column} as text), '') from {table}");
            let of = format!("{table}.{column}");
            texts.extend(db.words(&query).await.into_iter().map(|text| (of.clone(), text)));
        }
    }
    texts
}

/// A review that names somebody wherever a person can be named, as reviewer, holder, delegate and in what people wrote.
async fn named_everywhere(world: &World, who: (&ReviewerKey, &str), namesake: (&ReviewerKey, &str)) -> StoredReview {
    let (store, connector, (who, name)) = (&world.store, connector(world).await, who);
    let definition = json!({ "reviewers": [name], "owner": "E1", "fallback": "E11" });
    let write = ReviewWrite { name: format!("what {name} \"has\""), definition, origin: format!("asked by {name}") };
    let review = store.review_create(&write, name, minute(1)).await.unwrap();
    let of = |reviewer: &ReviewerKey, name: &str| (reviewer.clone(), name.to_owned(), format!("{name} knows it"));
    let mut items = vec![item(connector, "team-a", None), item(connector, "team-b", None)];
    items[0].reviewer = Some(of(who, name));
    items[0].shown = json!({ "person": "E1", "title": name, "reasons": [format!("{name} wanted it")] });
    items[1].reviewer = Some(of(namesake.0, namesake.1));
    let both = [who, namesake.0].map(|key| ("team-c".to_owned(), key.clone()));
    let stage = ReviewStage { accuracy: json!({ "by": name }), ..population(review.version, items, both.to_vec()) };
    let review = store.review_stage(review.uuid, &stage, name, minute(2)).await.unwrap();
    let review = store.review_start(review.uuid, review.version, minute(99), name, minute(3)).await.unwrap();
    for (key, number) in [(who, 1), (namesake.0, 1), (namesake.0, 2)] {
        let choice = Some((DENY, format!("{name} is gone")));
        store.review_marks_put(review.id, key, &[ReviewMarkWrite { number, choice }], minute(3)).await.unwrap();
    }
    let delegates = NewReviewDelegate {
        reviewer: (namesake.0.clone(), namesake.1.to_owned()),
        delegate: (who.clone(), name.to_owned()),
        from: minute(1),
        until: minute(99),
        reason: format!("{name} does it"),
    };
    store.review_delegate_set(&delegates, name, minute(3)).await.unwrap();
    let says = |key: &ReviewerKey, name: &str, decision| ReviewSubmission {
        reviewer: key.clone(),
        reviewer_name: name.to_owned(),
        brought_by: name.to_owned(),
        own: BTreeSet::new(),
        file: Some((format!("{name}.csv"), "0".repeat(64))),
        ..decides(&review, "nobody", &[(2, decision, name)])
    };
    submitted(store, &says(who, name, CERTIFY), 4).await;
    submitted(store, &says(namesake.0, namesake.1, DENY), 4).await;
    let to = ReviewAssign {
        reviewer: (who.clone(), name.to_owned()),
        reason: format!("for {name}"),
        ..assign(&review, &[2], "nobody")
    };
    store.review_assign(&to, Some(name), minute(5)).await.unwrap();
    store.review_note(review.id, "reminded", &json!({ "to": [name] }), minute(6)).await.unwrap();
    review
}

#[tokio::test]
async fn whoever_is_erased_is_named_in_no_row_and_becomes_nobody_else() {
    // A name that no id can have in it: ids are written in hexadecimal digits.
    for (key, name) in [
        (ReviewerKey::user("kyra"), "kyra"),
        (ReviewerKey::mail("kyra+npm@acme.test"), "Kyra+npm@acme.test"),
        (ReviewerKey::user("CORP\\kyra"), "CORP\\kyra"),
    ] {
        let world = World::new().await;
        // Their name is in the namesake's key, so that both are erased, and stay two.
        let other = ReviewerKey::kept(format!("{key}:2"));
        let review = named_everywhere(&world, (&key, name), (&other, name)).await;
        let store = &world.store;
        let (before, holders) = (outcomes(store, &review).await, rows_by_table(&world.address()).await);
        store.audit_erase(name, &decision(), minute(7)).await.unwrap();
        let spelt = Json::from(name).to_string();
        for (place, text) in everything(&world).await {
            for spelling in [name, &name.to_lowercase(), spelt.trim_matches('"'), "kyra"] {
                assert!(!text.contains(spelling), "{place}: {text:?} has {spelling}");
            }
        }
        assert_eq!(outcomes(store, &review).await, before);
        let count = |rows: &[(String, i64)]| rows.iter().filter(|(table, _)| table.starts_with("review")).count();
        assert_eq!(count(&rows_by_table(&world.address()).await), count(&holders));
        let decisions = store.review_decisions(review.id).await.unwrap();
        let [theirs, others] = decisions.as_slice() else { panic!("{decisions:?}") };
        assert_ne!(theirs.reviewer, others.reviewer, "two people stay two");
        let marks = store.review_marks(review.id, &others.reviewer).await.unwrap();
        assert_eq!(marks.len(), 1, "they are the same in every table: {marks:?}");
        let held = [&theirs.reviewer, &others.reviewer];
        for who in held {
            assert_eq!(store.review_holdings_of(review.id, std::slice::from_ref(who)).await.unwrap(), ["team-c"]);
        }
        // What nobody can be any more is decided by nobody, and others go on.
        let again = ReviewSubmission { reviewer: key.clone(), ..decides(&review, name, &[(1, CERTIFY, "")]) };
        assert_eq!(submitted(store, &again, 8).await.refused, [(1, SubmitRefusal::NotTheirs)]);
        assert!(store.audit_verify(&AuditEvidence::default()).await.unwrap().is_sound());
    }
}

#[tokio::test]
async fn whoever_is_erased_from_the_directories_reviews_under_a_pseudonym_and_nobody_elses() {
    let world = World::new().await;
    let (ada, other) = (ReviewerKey::person("E1"), ReviewerKey::person("E11"));
    let review = named_everywhere(&world, (&ada, "Ada Lovelace"), (&other, "Bob")).await;
    let store = &world.store;
    let names = vec!["Ada Lovelace".to_owned()];
    let erasure = PersonErasure { person: PersonKey::from("E1"), pseudonym: PersonKey::from("erased-1"), names };
    store.person_erase(&erasure, &decision(), minute(7)).await.unwrap();
    for (place, text) in everything(&world).await {
        assert!(!text.contains("Lovelace") && text != "person:E1" && !text.contains("\"E1\""), "{place}: {text}");
    }
    let pseudonym = ReviewerKey::person("erased-1");
    let decisions = store.review_decisions(review.id).await.unwrap();
    let told: Vec<&ReviewerKey> = decisions.iter().map(|one| &one.reviewer).collect();
    assert_eq!(told, [&pseudonym, &other], "nobody else has it");
    let filter = ReviewItemFilter { reviewers: Some(vec![pseudonym.clone()]), ..ReviewItemFilter::default() };
    let theirs: Vec<i64> = store.review_items(review.id, &filter).await.unwrap().iter().map(|one| one.number).collect();
    assert_eq!(theirs, [1, 2]);
    assert_eq!(store.review_holdings_of(review.id, &[pseudonym]).await.unwrap(), ["team-c"]);
    let [known] = store.review_list(rolecall_store::ReviewFilter::default()).await.unwrap().try_into().unwrap();
    assert_eq!((&known.definition["owner"], &known.definition["fallback"]), (&json!("erased-1"), &json!("E11")));
    assert!(store.audit_verify(&AuditEvidence::default()).await.unwrap().is_sound());
}

#[tokio::test]
async fn what_was_staged_stays_whatever_becomes_of_its_connector() {
    let world = World::new().await;
    let review = filled(&world).await;
    let before = world.store.review_items(review.id, &ReviewItemFilter::default()).await.unwrap();
    world.store.connector_purge(world.connector, "mara", minute(9)).await.unwrap();
    assert_eq!(world.store.review_items(review.id, &ReviewItemFilter::default()).await.unwrap(), before);
    assert_eq!(before[0].principal, ResourceRef::new("user", "ada"));
    world.is_sound().await;
}
