//! Random organisations, reviewed: who reviews, what a grant gives, and which steps must not be done.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rolecall_model::ResourceRef;
use rolecall_model::review::ReviewDecision;
use rolecall_store::{ReviewItem, ReviewItemFilter, ReviewSource, StoredReview, Takeover};
use rolecall_testkit::cases;

use crate::plans::{PlanAnswer, plan_show};
use crate::reviews::{
    ChoiceWish, CompleteWish, ItemShown, ReviewActor, ReviewDefinition, ReviewPeople, review_complete, review_create,
    review_decide, review_stage, review_start,
};
use crate::tests::past::registry::{Truth, World, event, now, org, package, team, user};
use crate::work::Doer;
use crate::{SyncOptions, world_load};

/// A grant, as the registry states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    /// Somebody has a role of the organisation.
    Role(u8, usize),
    /// Somebody is in a team.
    Member(u8, u8),
    /// A team holds something on a package.
    Team(u8, u8, usize),
    /// Nothing but a second list says that somebody holds something on a package.
    Said(u8, u8, usize),
}

const ROLES: [&str; 3] = ["developer", "admin", "owner"];
const LEVELS: [&str; 2] = ["read-only", "read-write"];

/// What is so at the registry, without what could not be told apart there: a second list of what a team explains.
fn plain(mut truth: Truth) -> Truth {
    let Truth { packages, held, said, teams, .. } = &mut truth;
    held.retain(|(_, package), _| packages.contains(package));
    let explained: BTreeSet<(u8, u8)> = (held.keys())
        .flat_map(|(team, package)| teams.get(team).into_iter().flatten().map(|member| (*member, *package)))
        .collect();
    said.retain(|key, _| packages.contains(&key.1) && !explained.contains(key));
    truth
}

fn grants(truth: &Truth) -> BTreeSet<Held> {
    let roles = truth.roles.iter().map(|(user, role)| Held::Role(*user, *role));
    let members =
        truth.teams.iter().flat_map(|(team, members)| members.iter().map(|member| Held::Member(*team, *member)));
    let held = truth.held.iter().map(|((team, package), level)| Held::Team(*team, *package, *level));
    let said = truth.said.iter().map(|((user, package), level)| Held::Said(*user, *package, *level));
    roles.chain(members).chain(held).chain(said).collect()
}

fn without(truth: &Truth, grant: Held) -> Truth {
    let mut truth = truth.clone();
    match grant {
        Held::Role(user, _) => {
            truth.roles.remove(&user);
        }
        Held::Member(team, user) => {
            truth.teams.get_mut(&team).map(|members| members.remove(&user));
        }
        Held::Team(team, package, _) => {
            truth.held.remove(&(team, package));
        }
        Held::Said(user, package, _) => {
            truth.said.remove(&(user, package));
        }
    }
    truth
}

/// What a step does at the registry.
fn taken(truth: &Truth, grant: Held) -> Truth {
    let mut then = without(truth, grant);
    match grant {
        Held::Role(user, 0) => {
            for members in then.teams.values_mut() {
                members.remove(&user);
            }
        }
        Held::Role(user, _) => {
            then.roles.insert(user, 0);
        }
        _ => {}
    }
    then
}

/// Who can write a package.
fn writers(truth: &Truth, package: u8) -> BTreeSet<u8> {
    let teams = truth.held.iter().filter(|((_, of), level)| *of == package && **level == 1);
    let members = teams.flat_map(|((team, _), _)| truth.teams.get(team).into_iter().flatten().copied());
    let said = truth.said.iter().filter(|((_, of), level)| *of == package && **level == 1);
    members.chain(said.map(|((user, _), _)| *user)).collect()
}

fn writes(truth: &Truth, user: u8) -> BTreeSet<u8> {
    truth.packages.iter().copied().filter(|package| writers(truth, *package).contains(&user)).collect()
}

/// What a grant lets its holders write.
fn given(truth: &Truth, grant: Held) -> BTreeSet<u8> {
    let by_team = |team: u8| {
        let held = truth.held.iter().filter(move |((of, _), level)| *of == team && **level == 1);
        held.map(|((_, package), _)| *package).collect()
    };
    match grant {
        Held::Member(team, _) => by_team(team),
        Held::Team(_, package, 1) | Held::Said(_, package, 1) => [package].into(),
        _ => BTreeSet::new(),
    }
}

/// Whom a grant is held by, at last.
fn holders(truth: &Truth, grant: Held) -> BTreeSet<u8> {
    match grant {
        Held::Role(user, _) | Held::Member(_, user) | Held::Said(user, ..) => [user].into(),
        Held::Team(team, ..) => truth.teams.get(&team).cloned().unwrap_or_default(),
    }
}

/// Whether somebody is missing then who was there before: an owner, or whoever can write a package.
fn somebody_is_missing(before: &Truth, after: &Truth) -> bool {
    let owners = |truth: &Truth| truth.roles.values().filter(|role| **role == 2).count();
    let lost = |package: &u8| !writers(before, *package).is_empty() && writers(after, *package).is_empty();
    (owners(before) > 0 && owners(after) == 0) || before.packages.iter().any(lost)
}

fn held_of(principal: &ResourceRef, resource: &ResourceRef, slug: &str) -> Held {
    let number = |resource: &ResourceRef| resource.id.rsplit_once('-').unwrap().1.parse::<u8>().unwrap();
    let place = |words: &[&str]| words.iter().position(|word| *word == slug).unwrap();
    if *resource == org() {
        Held::Role(number(principal), place(&ROLES))
    } else if *resource == team(number(resource)) {
        assert_eq!(slug, "member");
        Held::Member(number(resource), number(principal))
    } else if *principal == team(number(principal)) {
        Held::Team(number(principal), number(resource), place(&LEVELS))
    } else {
        assert_eq!((principal, resource), (&user(number(principal)), &package(number(resource))));
        Held::Said(number(principal), number(resource), place(&LEVELS))
    }
}

fn held(item: &ReviewItem) -> Held {
    held_of(&item.principal, &item.entitlement.resource, item.entitlement.slug.as_str())
}

/// Who somebody is in the roster: whose account, who manages them, and whether they left.
#[derive(Clone, Debug)]
struct Line {
    npm: Option<u8>,
    manager: u8,
    departed: bool,
}

fn staff() -> impl Strategy<Value = BTreeMap<u8, Line>> {
    let line = (proptest::option::weighted(0.7, 0..6_u8), 0..6_u8, prop::bool::weighted(0.2))
        .prop_map(|(npm, manager, departed)| Line { npm, manager, departed });
    prop::collection::btree_map(0..6_u8, line, 1..6).prop_map(|mut staff| {
        // One account is one person's.
        let mut seen = BTreeSet::new();
        staff.values_mut().for_each(|line| line.npm = line.npm.filter(|npm| seen.insert(*npm)));
        staff
    })
}

fn roster(staff: &BTreeMap<u8, Line>) -> String {
    let line = |(person, line): (&u8, &Line)| {
        let npm = line.npm.map(|number| user(number).id.to_string()).unwrap_or_default();
        let status = if line.departed { "departed" } else { "active" };
        // Nobody is managed in a circle.
        let manager = Some(line.manager).filter(|manager| staff.contains_key(manager) && manager < person);
        let manager = manager.map(|manager| format!("P{manager}")).unwrap_or_default();
        format!("P{person},Person number {person},p{person}@people.test,{npm},{status},{manager}\n")
    };
    let lines: String = staff.iter().map(line).collect();
    format!("id,name,email,npm,status,manager\n{lines}")
}

/// An organisation that was read and is reviewed.
struct Reviewed {
    world: World,
    truth: Truth,
    review: StoredReview,
}

const MARA: &str = "mara";

impl Reviewed {
    async fn new(truth: Truth, staff: &BTreeMap<u8, Line>, reviewers: &[&str]) -> Self {
        let world = World::new().await;
        *world.registry.truth.lock().unwrap() = truth.clone();
        world.sync().await;
        let doer = Doer { owner: "test".to_owned(), asked_by: MARA.to_owned(), takeover: Takeover::Any };
        let wish = crate::people::RosterWish {
            directory: "staff".to_owned(),
            text: roster(staff),
            columns: Vec::new(),
            date_order: None,
            is_anew: false,
        };
        let options = SyncOptions { concurrency: 1, ..SyncOptions::default() };
        Box::pin(crate::people::roster_import(&world.context(), &wish, &doer, options)).await.unwrap();
        let definition = ReviewDefinition {
            reviewers: reviewers.iter().map(|&word| word.to_owned()).collect(),
            fallback: "p0@people.test".to_owned(),
            ..ReviewDefinition::default()
        };
        let context = world.context();
        review_create(&context, "Q4", &definition, MARA).await.unwrap();
        let view = world_load(&world.store, None, None).await.unwrap();
        review_stage(&context, &view, "Q4", MARA).await.unwrap();
        let review = review_start(&context, "Q4", MARA).await.unwrap();
        Self { world, truth, review }
    }

    async fn items(&self) -> Vec<ReviewItem> {
        self.world.store.review_items(self.review.id, &ReviewItemFilter::default()).await.unwrap()
    }

    fn each_grant_is_an_item_once(&self, items: &[ReviewItem]) {
        let found: Vec<Held> = items.iter().map(held).collect();
        assert_eq!(found.len(), found.iter().collect::<BTreeSet<_>>().len(), "{found:?}");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), grants(&self.truth));
    }

    fn nobody_reviews_what_they_hold(&self, items: &[ReviewItem], staff: &BTreeMap<u8, Line>) {
        for item in items {
            let holders = holders(&self.truth, held(item));
            let key = item.reviewer.as_ref().expect("whoever wrote the campaign is always there");
            if let Some(person) = key.person_key() {
                let line = &staff[&person.trim_start_matches('P').parse::<u8>().unwrap()];
                assert!(!line.departed, "{key} has left: {item:?}");
                assert!(line.npm.is_none_or(|npm| !holders.contains(&npm)), "{key} holds {item:?}");
            }
        }
    }

    fn what_a_grant_gives_is_what_is_missing_without_it(&self, items: &[ReviewItem]) {
        for item in items {
            let (grant, shown) = (held(item), serde_json::from_value::<ItemShown>(item.shown.clone()).unwrap());
            let given = given(&self.truth, grant);
            assert_eq!(shown.gives.writes, given.len(), "{grant:?} in {:?}", self.truth);
            if let Held::Role(user, _) | Held::Member(_, user) | Held::Said(user, ..) = grant {
                let (with, then) = (writes(&self.truth, user), writes(&without(&self.truth, grant), user));
                assert!(given.is_subset(&with));
                assert_eq!(shown.gives.kept, given.intersection(&then).count(), "{grant:?} in {:?}", self.truth);
            }
        }
    }

    /// Denies what was chosen, each in its reviewer's name, and completes the campaign.
    async fn denied(&self, items: &[ReviewItem], chosen: &[bool]) -> Option<PlanAnswer> {
        let (context, store) = (self.world.context(), &self.world.store);
        let view = world_load(store, None, None).await.unwrap();
        let people = ReviewPeople::load(store, &view).await.unwrap();
        for item in items.iter().zip(chosen.iter().cycle()).filter(|(_, chosen)| **chosen).map(|(item, _)| item) {
            let actor = ReviewActor {
                reviewer: item.reviewer.clone().unwrap(),
                reviewer_name: item.reviewer_name.clone(),
                brought_by: MARA.to_owned(),
                source: ReviewSource::Terminal,
            };
            let (number, decision) = (item.number, Some(ReviewDecision::Deny));
            let wish = ChoiceWish { number, decision, reason: "not needed".to_owned() };
            let report = review_decide(&context, &view, &people, "Q4", &actor, &[wish], None).await.unwrap();
            assert_eq!(report.denied, [number], "{report:?}");
        }
        let wish = CompleteWish { remaining: None, reason: "over".to_owned() };
        let (_, plan) = review_complete(&context, &view, "Q4", &wish, MARA).await.unwrap();
        plan?;
        Some(plan_show(store, "Q4", now()).await.unwrap())
    }

    /// Steps are refused exactly where somebody would be missing after it and those before that are not refused.
    fn a_step_is_refused_where_nobody_is_left(&self, items: &[ReviewItem], plan: &PlanAnswer) {
        let mut truth = self.truth.clone();
        for step in &plan.steps {
            let item = items.iter().find(|item| Some(item.number) == step.grant).unwrap();
            let after = taken(&truth, held(item));
            let is_refused = somebody_is_missing(&truth, &after);
            assert_eq!(step.refused.is_some(), is_refused, "{} ({:?}) in {truth:?}", step.what, step.refused);
            if !is_refused {
                truth = after;
            }
        }
    }
}

fn reviewers() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(
        prop::sample::select(vec!["manager", "resource-owner", "p1@people.test", "P2", "account-owner"]),
        0..3,
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(60, 1_000)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_review_of_any_organisation_is_what_follows_from_its_facts(
        events in prop::collection::vec(event(), 0..30),
        staff in staff(),
        reviewers in reviewers(),
        chosen in prop::collection::vec(any::<bool>(), 1..12),
    ) {
        let mut truth = Truth::start();
        events.iter().for_each(|event| truth.apply(event));
        let truth = plain(truth);
        prop_assume!(!grants(&truth).is_empty());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let reviewed = Reviewed::new(truth, &staff, &reviewers).await;
            let items = reviewed.items().await;
            reviewed.each_grant_is_an_item_once(&items);
            reviewed.nobody_reviews_what_they_hold(&items, &staff);
            reviewed.what_a_grant_gives_is_what_is_missing_without_it(&items);
            if let Some(plan) = reviewed.denied(&items, &chosen).await {
                reviewed.a_step_is_refused_where_nobody_is_left(&items, &plan);
            }
        });
    }
}
