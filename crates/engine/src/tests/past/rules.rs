//! What rules tell, whatever is read, held, broken off and evaluated twice: compared with a plain model of it.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::task::Poll;

use proptest::prelude::*;
use rolecall_model::Fact;
use rolecall_store::{Decision, DeliveryFilter, RemovalFilter, StoredRule};
use rolecall_testkit::cases;
use serde_json::{Value as Json, json};

use super::people::run;
use super::registry::{Event, Fault, World, event, faults, now};
use crate::alerting::{
    Action, Interval, Operation, Passing, RuleDefinition, RuleQuery, Subject, Trigger, Which, rule_put, rules_evaluate,
    telling,
};
use crate::rules::Severity;

const ROLES: [&str; 3] = ["developer", "admin", "owner"];

#[derive(Clone, Debug)]
enum Step {
    /// Something changes at the registry, and it is read, perhaps not whole.
    Sync(Vec<Event>, BTreeMap<&'static str, Fault>),
    /// What waits is let go.
    Confirm,
    /// It is not believed.
    Discard,
    /// What is due is evaluated.
    Due,
    /// All of it is.
    All,
    /// Two hubs evaluate at the same moment.
    Both,
    /// The process ends after so many steps of it.
    Killed(usize),
    /// The question that rules ask cannot be asked, or can again.
    Broken(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let sync = (prop::collection::vec(event(), 0..4), faults()).prop_map(|(events, faults)| Step::Sync(events, faults));
    let step = prop_oneof![
        6 => sync,
        1 => Just(Step::Confirm),
        1 => Just(Step::Discard),
        3 => Just(Step::Due),
        2 => Just(Step::All),
        1 => Just(Step::Both),
        3 => (0..60_usize).prop_map(Step::Killed),
        1 => any::<bool>().prop_map(Step::Broken),
    ];
    prop::collection::vec(step, 4..14)
}

fn decision() -> Decision {
    Decision { actor: "mara".to_owned(), reason: "a test".to_owned() }
}

/// The rules, by what they tell.
fn rules() -> Vec<RuleDefinition> {
    let rule = |name: &str, trigger| RuleDefinition {
        name: name.to_owned(),
        description: String::new(),
        severity: Severity::High,
        interval: Interval::OnSnapshot,
        subject: Subject::Question(name.to_owned()),
        trigger,
        operations: vec![telling("ops")],
        outputs: Vec::new(),
        templates: BTreeMap::new(),
        labels: BTreeMap::new(),
        notify_on_failure: false,
        remediation: String::new(),
    };
    let rising = ROLES.iter().map(|role| json!(role)).collect();
    vec![
        rule("new", Trigger::NewRows { first: false }),
        rule("first", Trigger::NewRows { first: true }),
        rule("result", Trigger::Result { repeat: false }),
        rule("raised", Trigger::PropertyChanged { properties: vec!["role".to_owned()], rising }),
        rule("count", Trigger::CountChanged),
    ]
}

/// What a rule asks: of all but one, who has more than the least role.
fn query(name: &str, is_broken: bool) -> Json {
    let query = match (is_broken, name) {
        (true, _) => "FIND npm_user WITH",
        (false, "raised") => "FIND npm_user WITH role != undefined AS u RETURN u.username AS name, u.role AS role",
        (false, _) => "FIND npm_user WITH admin = true AS u RETURN u.username AS name",
    };
    json!({ "id": name, "title": name, "description": "", "tags": ["a"], "queries": [{ "name": "query0", "query": query }] })
}

/// What the rules should have told so far, kept as plainly as can be.
#[derive(Default)]
struct Model {
    /// By rule: what the last good evaluation saw, and whether the connector had been read to the end by then.
    seen: BTreeMap<String, (BTreeMap<String, String>, bool)>,
    evaluated_at: BTreeMap<String, i64>,
    told: usize,
}

impl Model {
    /// What a good evaluation tells that sees these accounts with their roles.
    fn expected(&self, rule: &str, roles: &BTreeMap<String, String>) -> Option<BTreeSet<String>> {
        let is_admin = |role: &str| role != ROLES[0];
        let admins = |roles: &BTreeMap<String, String>| -> BTreeSet<String> {
            roles.iter().filter(|(_, role)| is_admin(role)).map(|(name, _)| name.clone()).collect()
        };
        let now = admins(roles);
        let known = self.seen.get(rule);
        let before = known.map(|(roles, _)| admins(roles)).unwrap_or_default();
        let was_read = known.is_some_and(|(_, was_read)| *was_read);
        let new: BTreeSet<String> = now.difference(&before).cloned().collect();
        let rank = |role: &String| ROLES.iter().position(|known| known == role);
        match rule {
            "new" => Some(if was_read { new } else { BTreeSet::new() }).filter(|told| !told.is_empty()),
            "first" => Some(new).filter(|told| !told.is_empty()),
            "result" => (now != before && !now.is_empty()).then_some(now),
            "count" => {
                let noted = if was_read { 0 } else { new.len() };
                let told = if was_read { new } else { BTreeSet::new() };
                (known.is_some() && now.len() - noted != before.len()).then_some(told)
            }
            _ => {
                let (old, _) = known?;
                let raised =
                    roles.iter().filter(|(name, role)| old.get(*name).is_some_and(|old| rank(role) > rank(old)));
                Some(raised.map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()).filter(|told| !told.is_empty())
            }
        }
    }
}

impl World {
    async fn rules_begin(&self) {
        let settings = json!({ "kind": "file", "path": "/nowhere" });
        self.store.endpoint_put(("ops", "file", &settings), &decision(), now()).await.unwrap();
        for rule in rules() {
            self.question_put(&rule.name, false).await;
            rule_put(&self.store, &rule, "person", None, &decision(), now()).await.unwrap();
        }
    }

    async fn question_put(&self, name: &str, is_broken: bool) {
        let question = [(name.to_owned(), query(name, is_broken))];
        self.store.saved_question_put(&question, &decision(), now()).await.unwrap();
    }

    /// Who has which role by the facts that are current, without any graph or query.
    async fn roles(&self) -> BTreeMap<String, String> {
        let mut roles: BTreeMap<String, String> = BTreeMap::new();
        let rank = |role: &str| ROLES.iter().position(|known| *known == role);
        let mut sink = |fact: rolecall_store::StoredFact| {
            if !fact.of_former
                && let Fact::Grant { principal, entitlement } = &fact.fact
                && entitlement.resource.kind.as_str() == "organization"
            {
                // Where a lower role waits to take the place of a higher one, the higher one is current.
                let role = roles.entry(principal.id.to_string()).or_default();
                if rank(entitlement.slug.as_str()) > rank(role) {
                    *role = entitlement.slug.to_string();
                }
            }
        };
        self.store.facts_at(self.record.id, None, &mut sink).await.unwrap();
        roles
    }

    async fn evaluate(&self, which: &Which) {
        rules_evaluate(&self.context(), &Passing::default(), which).await.unwrap();
    }

    async fn rules_step(&self, step: &Step) {
        let all = RemovalFilter::default();
        match step {
            Step::Sync(events, faults) => {
                *self.registry.faults.lock().unwrap() = faults.clone();
                events.iter().for_each(|event| self.registry.truth.lock().unwrap().apply(event));
                self.sync().await;
            }
            Step::Confirm => drop(self.store.removals_confirm(self.record.id, &decision(), now(), all).await.unwrap()),
            Step::Discard => drop(self.store.removals_discard(self.record.id, &decision(), now(), all).await.unwrap()),
            Step::Due => self.evaluate(&Which::Due).await,
            Step::All => self.evaluate(&Which::All).await,
            Step::Both => {
                let (own, other, passing) = (self.context(), self.reopened().await, Passing::default());
                let one = rules_evaluate(&own, &passing, &Which::All);
                let another = rules_evaluate(&other, &passing, &Which::All);
                let (one, another) = tokio::join!(one, another);
                assert!(one.is_ok() && another.is_ok());
            }
            Step::Killed(steps) => {
                let (context, passing) = (self.reopened().await, Passing::default());
                let mut evaluating = pin!(rules_evaluate(&context, &passing, &Which::All));
                let mut left = *steps;
                std::future::poll_fn(|task| match evaluating.as_mut().poll(task) {
                    Poll::Pending if left > 0 => {
                        left -= 1;
                        Poll::Pending
                    }
                    _ => Poll::Ready(()),
                })
                .await;
            }
            Step::Broken(is_broken) => {
                for rule in rules() {
                    self.question_put(&rule.name, *is_broken).await;
                }
            }
        }
    }

    /// What was told since, by rule: who, as the messages name them.
    async fn told_since(&self, model: &mut Model) -> BTreeMap<String, Vec<BTreeSet<String>>> {
        let all = self.store.delivery_list(&DeliveryFilter::default()).await.unwrap();
        let new = all.len() - model.told;
        model.told = all.len();
        let mut told: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
        for delivery in all.into_iter().take(new) {
            let rows = delivery.notice["event"]["data"]["rows"].as_array().cloned().unwrap_or_default();
            let names = rows.iter().map(|row| row["data"]["name"].as_str().unwrap().to_owned()).collect();
            told.entry(delivery.rule_name.unwrap()).or_default().push(names);
        }
        told
    }

    /// Compares what was told with the model, rule by rule, and has the model follow.
    async fn told_is_what_is_new(&self, model: &mut Model) {
        let (roles, told) = (self.roles().await, self.told_since(model).await);
        let is_read = !self.store.syncs_finished_last().await.unwrap().is_empty();
        for StoredRule { name, standing, .. } in self.store.rule_list().await.unwrap() {
            let evaluated = standing.as_ref().and_then(|standing| standing.evaluated_at).map_or(0, |at| at.0);
            let before = model.evaluated_at.insert(name.clone(), evaluated).unwrap_or_default();
            let expected = if evaluated == before { None } else { model.expected(&name, &roles) };
            let told = told.get(&name).cloned().unwrap_or_default();
            assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{name}: {roles:?}");
            if evaluated != before {
                model.seen.insert(name, (roles.clone(), is_read));
            }
        }
    }
}

/// A rule that has new administrators reviewed.
fn reviewing() -> RuleDefinition {
    let review = Action::StartReview {
        entities: json!("{{queries.query0.data}}"),
        name: "{{queries.query0.total}} in all".to_owned(),
        reviewers: vec!["manager".to_owned()],
        days: 7,
    };
    let query = "FIND npm_user WITH admin = true".to_owned();
    RuleDefinition {
        name: "reviewed".to_owned(),
        subject: Subject::Queries(vec![RuleQuery { name: "query0".to_owned(), query, include_deleted: false }]),
        trigger: Trigger::NewRows { first: true },
        operations: vec![Operation { condition: Json::Null, actions: vec![review] }],
        ..rules().remove(0)
    }
}

/// Who has administrators' rights is new one after another, and each is asked to be reviewed once: not again by an
/// evaluation that finds the same, nor by one of two hubs, nor by one that ends before it is written.
#[test]
fn what_is_new_is_asked_to_be_reviewed_once_however_often_it_is_evaluated() {
    run(async || {
        let world = World::new().await;
        rule_put(&world.store, &reviewing(), "person", None, &decision(), now()).await.unwrap();
        let mut expected = Vec::new();
        for user in 0..3_u8 {
            let gains = Event::Role(user, 2);
            world.rules_step(&Step::Sync(vec![gains], BTreeMap::new())).await;
            let before = world.roles().await;
            let admins = before.values().filter(|role| *role != ROLES[0]).count();
            let known: BTreeSet<String> =
                expected.iter().flat_map(|(_, ids): &(String, Vec<String>)| ids.clone()).collect();
            let admin = before.iter().filter(|(name, role)| *role != ROLES[0] && !known.contains(*name));
            let new: Vec<String> = admin.map(|(name, _)| name.clone()).collect();
            if !new.is_empty() {
                expected.push((format!("{admins} in all"), new));
            }
            for killed in 0..40 {
                world.rules_step(&Step::Killed(killed)).await;
            }
            for again in [Step::Both, Step::All, Step::Due] {
                world.rules_step(&again).await;
            }
            let requests = world.store.review_requests().await.unwrap();
            let told: Vec<(String, Vec<String>)> = requests.iter().map(|request| asked(&request.content)).collect();
            assert_eq!(told, expected);
        }
        let [standing] = world.store.rule_list().await.unwrap().try_into().unwrap();
        assert!(standing.standing.unwrap().outputs.get("undelivered").is_none());
    });
}

/// What a request is called, and of whom it is.
fn asked(content: &Json) -> (String, Vec<String>) {
    assert_eq!((&content["rule"], &content["days"]), (&json!("reviewed"), &json!(7)));
    assert_eq!(content["reviewers"], json!(["manager"]));
    let ids = content["entities"].as_array().unwrap().iter().map(|entity| {
        assert!(entity["connector"].is_i64() && entity["kind"] == "user", "{entity}");
        entity["id"].as_str().unwrap().to_owned()
    });
    (content["name"].as_str().unwrap().to_owned(), ids.collect())
}

/// The condition of the rules says nothing, so that none of what is news may be left out.
#[test]
fn the_rules_of_the_test_tell_without_a_condition() {
    let is_unconditional = |operation: &Operation| operation.condition.is_null();
    assert!(rules().iter().all(|rule| rule.operations.iter().all(is_unconditional)));
    let queries =
        Subject::Queries(vec![RuleQuery { name: String::new(), query: String::new(), include_deleted: false }]);
    assert!(rules().iter().all(|rule| rule.subject != queries));
}

/// After each step every rule has told what the model says, and in the end it has seen what there is.
async fn every_rule_tells_what_is_new(first: BTreeMap<&'static str, Fault>, steps: &[Step]) {
    let world = World::new().await;
    *world.registry.faults.lock().unwrap() = first;
    world.rules_begin().await;
    world.sync().await;
    let mut model = Model::default();
    // Whatever failed is made good in the end.
    for step in steps.iter().chain(&[Step::Broken(false), Step::All]) {
        world.rules_step(step).await;
        world.told_is_what_is_new(&mut model).await;
    }
    let roles = world.roles().await;
    assert!(model.seen.values().all(|(seen, _)| *seen == roles), "every rule has seen what there is");
}

/// A reading that lacks an administrator is not believed, and the next shows them with a lower role: which is the one
/// they have is not yet certain, so they are still counted as an administrator.
#[test]
fn who_may_still_have_a_higher_role_has_it() {
    let steps = [
        Step::Sync(Vec::new(), BTreeMap::from([("roster", Fault::Short)])),
        Step::Sync(vec![Event::Role(4, 0)], BTreeMap::new()),
    ];
    run(async || every_rule_tells_what_is_new(BTreeMap::new(), &steps).await);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(24, 500)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_new_row_is_missed_and_none_is_told_twice(first in faults(), steps in steps()) {
        run(async || every_rule_tells_what_is_new(first, &steps).await);
    }
}
