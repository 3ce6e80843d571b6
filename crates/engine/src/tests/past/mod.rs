//! Answers about the past: the ones that were given then, whatever was read, confirmed or changed since.

mod evidence;
mod feed;
mod held;
mod images;
mod people;
mod query;
pub(in crate::tests) mod registry;
mod rules;

use proptest::prelude::*;
use rolecall_model::Timestamp;
use rolecall_store::{ConnectorChange, Decision, RemovalFilter};
use rolecall_testkit::cases;
use serde_json::{Value as Json, json};

use crate::changes::{ChangesQuestion, changes};
use crate::export::Exported;
use crate::history::history;
use crate::rules::{CheckQuestion, RuleKnown, RuleSettings, check};
use crate::status::status;
use crate::who_can::{AccountAnswer, Excerpt};
use crate::{PathAnswer, WorldView, world_load, world_load_with};
use registry::{Event, Fault, World, event, faults, now, package, user};

/// What happens between two looks at the database.
#[derive(Clone, Debug)]
enum Step {
    /// Something changes at the registry, and it is read.
    Sync(Vec<Event>, std::collections::BTreeMap<&'static str, Fault>),
    /// Removals that wait are let go.
    Confirm,
    /// They are not believed.
    Discard,
    /// Somebody says of whoever came back that it is the same.
    Same,
    /// Nobody reads the connector any more, or somebody does again.
    Pause(bool),
    Rename(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let sync = (prop::collection::vec(event(), 0..5), faults()).prop_map(|(events, faults)| Step::Sync(events, faults));
    let step = prop_oneof![
        8 => sync,
        1 => Just(Step::Confirm),
        1 => Just(Step::Discard),
        1 => Just(Step::Same),
        1 => any::<bool>().prop_map(Step::Pause),
        1 => (0..3_u8).prop_map(Step::Rename),
    ];
    prop::collection::vec(step, 2..9)
}

impl World {
    async fn step(&self, step: &Step) {
        let decision = Decision { actor: "mara".to_owned(), reason: "they left".to_owned() };
        let (id, all) = (self.record.id, RemovalFilter::default());
        let change = match step {
            Step::Sync(events, faults) => {
                events.iter().for_each(|event| self.registry.truth.lock().unwrap().apply(event));
                *self.registry.faults.lock().unwrap() = faults.clone();
                return self.sync().await;
            }
            Step::Confirm => {
                self.store.removals_confirm(id, &decision, now(), all).await.unwrap();
                return;
            }
            Step::Discard => {
                self.store.removals_discard(id, &decision, now(), all).await.unwrap();
                return;
            }
            Step::Same => {
                for number in 0..6 {
                    self.store.reappearance_confirm(id, &user(number), &decision, now()).await.unwrap();
                }
                return;
            }
            Step::Pause(true) => ConnectorChange::Pause(id),
            Step::Pause(false) => ConnectorChange::Resume(id),
            Step::Rename(number) => ConnectorChange::Rename { connector: id, name: format!("acme-{number}") },
        };
        self.store.connector_change(&[change], "mara", now()).await.unwrap();
    }

    /// Everything that can be asked, as it is answered now or of a past moment.
    async fn answers(&self, at: Option<Timestamp>, clock: Timestamp) -> Json {
        let view = world_load_with(&self.store, None, at, &self.images).await.unwrap();
        let or_error = |answer: Result<Json, crate::NameError>| answer.unwrap_or_else(|error| json!(error.to_string()));
        let who = |number| or_error(view.who_can("publish", &package(number).id).map(|answer| json!(answer)));
        (0..3).for_each(|number| excerpts_agree(&view, &package(number).id));
        let access = |number| or_error(view.account_access(&user(number).id).map(|answer| json!(answer)));
        let question = ChangesQuestion::all();
        let (changed, pending) = changes(&self.store, &view, &question).await.unwrap();
        let question = CheckQuestion { rules: Vec::new(), settings: RuleSettings::default(), now: clock };
        let known = Box::pin(RuleKnown::load(&self.store, &view, clock)).await.unwrap();
        let (mut groups, mut histories) = (Vec::new(), Vec::new());
        for found in view.search("", usize::MAX).rows {
            groups.push(or_error(view.group(&found.named.id).map(|answer| json!(answer))));
            histories.push(json!(history(&self.store, &view, &found.named, 5).await.unwrap()));
        }
        let exported = Exported::at(&self.store, None, at, clock).await.unwrap();
        let mut answers = json!({
            "who": (0..3).map(who).collect::<Vec<_>>(),
            "access": (0..6).map(access).collect::<Vec<_>>(),
            "groups": groups,
            "histories": histories,
            "users": view.list_users("users"),
            "teams": view.list_teams(),
            "packages": view.list_packages(),
            "grants": view.list_grants(),
            "syncs": view.list_syncs(&self.store).await.unwrap(),
            "completeness": view.list_completeness(),
            "status": status(&self.store, &view, clock).await.unwrap(),
            "changes": changed,
            "pending": pending,
            "check": check(&view, &known, &question).unwrap(),
            "connectors": exported.header.connectors,
            "records": format!("{:?}", exported.records),
            "query": self.asked(at, clock).await,
        });
        undated(&mut answers);
        answers
    }
}

/// Whoever is left out of an excerpt is counted, and has the ways and days of those who are not.
fn excerpts_agree(view: &WorldView, name: &str) {
    let Ok(whole) = view.who_can("publish", name) else { return };
    for (accounts, of_alike) in [(0, 1), (2, 2), (50, 50)] {
        let (part, alike) = view.who_can_excerpt("publish", name, Excerpt { accounts, of_alike }).unwrap();
        assert_eq!((part.count, &part.accounts[..]), (whole.count, &whole.accounts[..accounts.min(whole.count)]));
        assert_eq!(alike.iter().map(|alike| alike.accounts.len() + alike.more).sum::<usize>(), whole.count);
        let said = |one: &AccountAnswer| -> Vec<_> {
            let day = |path: &PathAnswer| (path.text.clone(), crate::day_text(&path.since), path.or_earlier);
            one.paths.iter().map(day).collect()
        };
        let counted = alike.iter().flat_map(|alike| vec![said(&alike.accounts[0]); alike.accounts.len() + alike.more]);
        let mut counted: Vec<_> = counted.collect();
        let mut all: Vec<_> = whole.accounts.iter().map(said).collect();
        counted.sort();
        all.sort();
        assert_eq!(counted, all);
    }
}

/// Without what says of which moment an answer is, and without what is told of the present only.
fn undated(json: &mut Json) {
    match json {
        Json::Object(fields) => {
            fields.retain(|name, _| name != "asOf" && name != "requestsThisMonth");
            fields.values_mut().for_each(undated);
        }
        Json::Array(items) => items.iter_mut().for_each(undated),
        _ => {}
    }
}

fn first_difference(one: &Json, other: &Json, path: &str) -> Option<String> {
    match (one, other) {
        (Json::Object(a), Json::Object(b)) => {
            let names = a.keys().chain(b.keys());
            names.into_iter().find_map(|name| first_difference(&one[name], &other[name], &format!("{path}.{name}")))
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(at, (a, b))| first_difference(a, b, &format!("{path}[{at}]")))
        }
        _ if one == other => None,
        _ => Some(format!("{path}: then {one}, as of then {other}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(16, 1000)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_was_answered_then_is_answered_of_then(steps in steps()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let world = World::new().await;
            let mut recorded = Vec::new();
            world.sync().await;
            for step in &steps {
                let at = now();
                recorded.push((at, world.answers(None, at).await));
                world.step(step).await;
            }
            for (at, then) in recorded {
                let of_then = world.answers(Some(at), at).await;
                assert_eq!(first_difference(&then, &of_then, ""), None, "at {}", at.0);
            }
            assert_eq!(world.store.integrity_check().await.unwrap(), Vec::<String>::new());
        });
    }
}

/// Who comes back has neither what the former holder had nor what was said of it, until both are read again.
#[tokio::test]
async fn the_rights_of_a_former_holder_are_nobodys() {
    let world = World::new().await;
    let grants = async || {
        let exported = Exported::at(&world.store, None, None, now()).await.unwrap();
        let view = world_load(&world.store, None, None).await.unwrap();
        [view, exported.view].map(|view| {
            let rows = view.list_grants().into_iter().map(|row| json!(row).to_string());
            rows.filter(|row| row.contains("team-0") && row.contains("user-2")).count()
        })
    };
    world.sync().await;
    assert_eq!(grants().await, [1, 1]);
    let unread = [("team-members", Fault::Unavailable)].into();
    *world.registry.faults.lock().unwrap() = unread;
    for there in [false, true] {
        let mut truth = world.registry.truth.lock().unwrap().clone();
        if there {
            truth.roles.insert(2, 0)
        } else {
            truth.roles.remove(&2)
        };
        *world.registry.truth.lock().unwrap() = truth;
        world.sync().await;
        let decision = Decision { actor: "mara".to_owned(), reason: "they left".to_owned() };
        world.store.removals_confirm(world.record.id, &decision, now(), RemovalFilter::default()).await.unwrap();
    }
    assert_eq!(grants().await, [0, 0]);
    world.registry.faults.lock().unwrap().clear();
    world.sync().await;
    assert_eq!(grants().await, [1, 1]);
}

#[tokio::test]
async fn before_the_first_reading_nothing_is_known_and_a_removed_connector_is_out_of_view() {
    let before = now();
    let world = World::new().await;
    let configured = now();
    world.sync().await;
    let read = now();
    world.store.connector_change(&[ConnectorChange::Remove(world.record.id)], "mara", now()).await.unwrap();
    let removed = now();
    let view = |at| world_load(&world.store, None, Some(at));

    let none = view(before).await.unwrap();
    assert!(none.connector_titles().is_empty() && !none.as_of().unwrap().is_known());
    let unread = view(configured).await.unwrap();
    assert!(!unread.as_of().unwrap().is_known());
    assert!(unread.as_of().unwrap().unread()[0].contains("npm:acme had not been read yet"));
    assert!(!unread.list_completeness().complete, "nobody is not the answer");
    assert_eq!(view(read).await.unwrap().list_users("users").len(), 5, "it was removed later");
    assert!(view(removed).await.unwrap().connector_titles().is_empty());

    let back = rolecall_store::NewConnector { ..world.record.config.clone() };
    world.store.connector_put(&back, "mara", now()).await.unwrap();
    assert!(view(removed).await.unwrap().connector_titles().is_empty(), "it was removed for a while");
    assert_eq!(view(now()).await.unwrap().list_users("users").len(), 5);
}
