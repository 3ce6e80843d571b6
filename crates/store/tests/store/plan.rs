//! Plans: what becomes of steps by what was read, on either engine.

use rolecall_model::review::{ReviewDecision, StepState};
use rolecall_model::{Fact, ListingKey, Proof, Reading, Stage, Timestamp};
use rolecall_store::{
    ListingDelta, NewPlan, NewPlanStep, PlanFilter, PlanStepAct, RemovalFilter, ReviewEnd, ReviewSource, StepSeen,
    Store, StoreError, StoredReview, SyncEnd,
};
use uuid::Uuid;

use crate::audit_writers::Counted;
use crate::review::{connector, decides, running};
use crate::world::{
    World, decision, exists, member, members, membership_write, minute, org, owner, roster, team, teams, user,
};

/// A step that takes this grant away.
pub(crate) fn step(connector: Uuid, grant: &Fact) -> NewPlanStep {
    let Fact::Grant { principal, entitlement } = grant else { panic!("{grant:?} is no grant") };
    NewPlanStep {
        item: Some(1),
        connector,
        connector_title: "npm:acme".to_owned(),
        principal: principal.clone(),
        entitlement: entitlement.clone(),
        effect: "grant",
        what: format!("takes {} away", entitlement.slug),
        how: format!("npm org rm acme {}", principal.id),
        needs: "an owner".to_owned(),
        first: None,
        refused: None,
        owner: String::new(),
    }
}

pub(crate) fn plan(steps: Vec<NewPlanStep>, due_at: Timestamp) -> NewPlan {
    NewPlan { due_at, digest: "a digest".to_owned(), steps }
}

/// Completes a review with a plan of these steps.
pub(crate) async fn completed(world: &World, review: &StoredReview, steps: Vec<NewPlanStep>, now: Timestamp) -> Uuid {
    let version = world.store.review_named(&review.name).await.unwrap().unwrap().version;
    let end = ReviewEnd { version, remaining: None, plan: Some(plan(steps, minute(99))) };
    world.store.review_complete(review.uuid, &end, &decision(), now).await.unwrap().1.unwrap()
}

/// A plan that takes these grants away, of a review that denied one.
async fn asked(world: &mut World, grants: &[Fact]) {
    let review = running(world, "Q3", &[("ada", Some("eve"))]).await;
    let denied = decides(&review, "eve", &[(1, ReviewDecision::Deny, "left")]);
    world.store.review_submit(&denied, minute(4)).await.unwrap();
    let connector = connector(world).await;
    let steps = grants.iter().map(|grant| step(connector, grant)).collect();
    let now = world.tick();
    completed(world, &review, steps, now).await;
}

/// Rows in the tables, for whoever copies them.
pub(crate) async fn filled(world: &World) {
    let review = running(world, "Q2", &[("ada", Some("eve"))]).await;
    let denied = decides(&review, "eve", &[(1, ReviewDecision::Deny, "left")]);
    world.store.review_submit(&denied, minute(4)).await.unwrap();
    let connector = connector(world).await;
    let refused = NewPlanStep { refused: Some("nobody would be left".to_owned()), ..step(connector, &owner("bob")) };
    completed(world, &review, vec![step(connector, &owner("ada")), refused], minute(5)).await;
    act(&world.store, 1, &PlanStepAct::Done(ReviewSource::Terminal), 6).await.unwrap();
}

async fn act(store: &Store, number: i64, act: &PlanStepAct, at: i64) -> Result<(), StoreError> {
    let [plan] = store.plan_list().await.unwrap().try_into().unwrap();
    store.plan_step_act(plan.id, number, act, &decision(), minute(at)).await.map(drop)
}

fn told(seen: &[StepSeen]) -> Vec<(i64, StepState, StepState)> {
    seen.iter().map(|seen| (seen.step.number, seen.before, seen.step.state)).collect()
}

/// What moved since it was looked at last.
async fn moved(world: &mut World) -> Vec<(i64, StepState, StepState)> {
    let now = world.tick();
    told(&world.store.plan_step_seen(now).await.unwrap())
}

/// Marks the step as done.
async fn done(world: &mut World) {
    let at = world.minutes() + 1;
    world.tick();
    act(&world.store, 1, &PlanStepAct::Done(ReviewSource::Terminal), at).await.unwrap();
}

use StepState::{CameBack, Done, Failed, Requested, Verified};

impl Counted {
    /// A completed review with a plan leaves two records, what people say of steps one each, and each step that moves one.
    pub(crate) async fn carries_out_plans(&mut self) {
        let store = self.world.store.clone();
        let (ada, bob) = (owner("ada"), owner("bob"));
        let known = vec![ada.clone(), bob.clone(), owner("cleo")];
        Box::pin(self.world.sync_reading(vec![(roster(), known)])).await;
        let review = Box::pin(running(&self.world, "planned", &[("ada", Some("eve"))])).await;
        let denied = decides(&review, "eve", &[(1, ReviewDecision::Deny, "left")]);
        store.review_submit(&denied, minute(4)).await.unwrap();
        let begun = ["review.created", "review.staged", "review.started", "review.submitted"];
        self.left("a review", &[&["snapshot.made-current"][..], &begun].concat()).await;
        let connector = connector(&self.world).await;
        let steps = vec![step(connector, &ada), step(connector, &bob)];
        Box::pin(completed(&self.world, &review, steps, minute(5))).await;
        self.left("a completed review", &["plan.drawn-up", "review.completed"]).await;
        for (said, action) in [
            (PlanStepAct::Own("noah".to_owned()), "plan.step-owner-set"),
            (PlanStepAct::Due(minute(77)), "plan.step-due-set"),
            (PlanStepAct::Done(ReviewSource::Terminal), "plan.step-done"),
        ] {
            act(&store, 1, &said, 6).await.unwrap();
            self.left(action, &[action]).await;
        }
        assert!(matches!(
            act(&store, 1, &PlanStepAct::Done(ReviewSource::Terminal), 6).await,
            Err(StoreError::Conflict(_))
        ));
        act(&store, 9, &PlanStepAct::Done(ReviewSource::Terminal), 6).await.unwrap();
        assert_eq!(store.plan_step_seen(minute(7)).await.unwrap(), []);
        self.left("what cannot be done, and nothing read", &[]).await;
        Box::pin(self.world.sync_reading(vec![(roster(), vec![owner("cleo")])])).await;
        self.left("a snapshot", &["snapshot.made-current"]).await;
        assert_eq!(store.plan_step_seen(minute(8)).await.unwrap().len(), 2);
        self.left("two steps", &["plan.step-seen"; 2]).await;
        assert_eq!(store.plan_step_seen(minute(8)).await.unwrap(), []);
        self.left("nothing new", &[]).await;
    }
}

#[tokio::test]
async fn only_a_complete_reading_that_began_later_verifies() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    // It began before, and reads that it is gone.
    let at = world.tick();
    let sync = world.store.sync_begin(world.connector, at).await.unwrap().id;
    asked(&mut world, &[owner("ada")]).await;
    let write = world.reads(roster(), vec![owner("bob")]).await;
    let at = world.tick();
    world.store.snapshot_make_current(&membership_write(world.connector, sync, at, vec![write])).await.unwrap();
    assert_eq!(moved(&mut world).await, []);
    let fails = world.fails(roster());
    world.sync(vec![fails]).await;
    assert_eq!(moved(&mut world).await, []);
    // It finds what the one before found.
    world.sync_reading(vec![(roster(), vec![owner("bob")])]).await;
    assert_eq!(moved(&mut world).await, [(1, Requested, Verified)]);
    let [known] = world.store.plan_steps(PlanFilter::default()).await.unwrap().try_into().unwrap();
    assert_eq!(known.seen.unwrap()["listings"][0]["kind"], "roster");
    world.sync_reading(vec![(roster(), vec![owner("bob"), owner("ada")])]).await;
    assert_eq!(moved(&mut world).await, [(1, Verified, CameBack)]);
    world.sync_reading(vec![(roster(), vec![owner("bob")])]).await;
    assert_eq!(moved(&mut world).await, [(1, CameBack, Verified)]);
}

#[tokio::test]
async fn what_was_said_to_be_done_and_is_stated_later_failed_whatever_was_read_before() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    asked(&mut world, &[owner("ada")]).await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    assert_eq!(moved(&mut world).await, [], "nobody said that it is done");
    done(&mut world).await;
    assert_eq!(moved(&mut world).await, [], "what was read before says nothing of it");
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    assert_eq!(moved(&mut world).await, [(1, Done, Failed)]);
    done(&mut world).await;
    world.sync_reading(vec![(roster(), vec![owner("bob")])]).await;
    assert_eq!(moved(&mut world).await, [(1, Done, Verified)]);
}

#[tokio::test]
async fn a_reading_that_an_interrupted_sync_left_behind_says_nothing_of_what_was_asked_for_since() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    for (stated, said) in [(vec![owner("bob")], Requested), (vec![owner("ada"), owner("bob")], Done)] {
        let at = world.tick();
        let sync = world.store.sync_begin(world.connector, at).await.unwrap().id;
        let write = world.reads(roster(), stated.clone()).await;
        let reading = Reading::whole(Proof::Itself, stated);
        let staged = [(&write.key, write.read_at, &reading)];
        world.store.staged_put(world.connector, Stage::Membership, staged).await.unwrap();
        world.store.sync_finish(sync, &SyncEnd::Interrupted, at, 1).await.unwrap();
        match said {
            Requested => asked(&mut world, &[owner("ada")]).await,
            _ => done(&mut world).await,
        }
        // The next one takes it up.
        world.sync(vec![write]).await;
        assert_eq!(moved(&mut world).await, []);
        let restored = vec![owner("ada"), owner("bob")];
        if said == Requested {
            world.sync_reading(vec![(roster(), restored)]).await;
            assert_eq!(moved(&mut world).await, []);
        }
    }
    world.sync_reading(vec![(roster(), vec![owner("bob")])]).await;
    assert_eq!(moved(&mut world).await, [(1, Done, Verified)]);
}

/// A team that exists, and who is in it.
fn with_team(people: &[&str]) -> Vec<(ListingKey, Vec<Fact>)> {
    let members_of = people.iter().map(|name| member("dev", name)).collect();
    vec![(teams(), vec![exists(team("dev")), exists(team("ops"))]), (members("dev"), members_of)]
}

#[tokio::test]
async fn what_waits_for_somebody_is_not_known_to_be_gone() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada"), owner("bob")])]).await;
    asked(&mut world, &[owner("ada")]).await;
    done(&mut world).await;
    let hold = ListingDelta { hold: vec![owner("ada")], hold_reason: Some("why".into()), ..ListingDelta::default() };
    let write = world.changes_to(roster(), hold);
    world.sync(vec![write]).await;
    assert_eq!(moved(&mut world).await, []);
    let (now, all) = (world.tick(), RemovalFilter::default());
    world.store.removals_confirm(world.connector, &decision(), now, all).await.unwrap();
    assert_eq!(moved(&mut world).await, [(1, Done, Verified)], "the reading that missed it began later");
}

#[tokio::test]
async fn what_waits_in_one_list_is_not_held_because_another_was_not_read_yet() {
    let mut world = World::new().await;
    let twice = |facts: Vec<Fact>| vec![(roster(), facts.clone()), (teams(), facts)];
    world.sync_reading(twice(vec![owner("ada"), owner("bob")])).await;
    asked(&mut world, &[owner("ada")]).await;
    done(&mut world).await;
    let hold = ListingDelta { hold: vec![owner("ada")], hold_reason: Some("why".into()), ..ListingDelta::default() };
    let (write, fails) = (world.changes_to(roster(), hold), world.fails(teams()));
    world.sync(vec![write, fails]).await;
    assert_eq!(moved(&mut world).await, [], "one misses it, and the other said so before");
    world.sync_reading(vec![(teams(), vec![owner("bob")])]).await;
    assert_eq!(moved(&mut world).await, []);
    let (now, all) = (world.tick(), RemovalFilter::default());
    world.store.removals_confirm(world.connector, &decision(), now, all).await.unwrap();
    assert_eq!(moved(&mut world).await, [(1, Done, Verified)]);
}

#[tokio::test]
async fn a_team_that_is_gone_has_no_members_and_what_states_teams_says_so() {
    let mut world = World::new().await;
    world.sync_reading(with_team(&["ada", "bob"])).await;
    asked(&mut world, &[member("dev", "ada")]).await;
    // It waits for somebody's word, as any team that vanishes.
    let gone = exists(team("dev"));
    let hold = ListingDelta { hold: vec![gone.clone()], hold_reason: Some("why".into()), ..ListingDelta::default() };
    let write = world.changes_to(teams(), hold);
    world.sync(vec![write]).await;
    assert_eq!(moved(&mut world).await, []);
    let (now, all) = (world.tick(), RemovalFilter::default());
    world.store.removals_confirm(world.connector, &decision(), now, all).await.unwrap();
    assert_eq!(moved(&mut world).await, [(1, Requested, Verified)]);
    // It comes back, and only part of who is in it can be read.
    world.sync_reading(vec![(teams(), vec![gone, exists(team("ops"))])]).await;
    assert_eq!(moved(&mut world).await, [], "nothing states it");
    let delta = ListingDelta { appear: vec![member("dev", "ada")], ..ListingDelta::default() };
    let partial = rolecall_model::Verdict::Partial(rolecall_model::Reason::new("cut-off", "a page is missing"));
    let write = world.write(members("dev"), partial, rolecall_store::ListingChange::Changed(delta));
    world.sync(vec![write]).await;
    assert_eq!(moved(&mut world).await, [(1, Verified, CameBack)]);
}

#[tokio::test]
async fn what_was_read_of_a_team_before_it_was_gone_says_nothing_of_one_that_is_back() {
    let mut world = World::new().await;
    world.sync_reading(with_team(&["ada", "bob"])).await;
    asked(&mut world, &[member("dev", "ada")]).await;
    world.sync_reading(with_team(&["ada", "bob"])).await;
    world.sync_reading(vec![(teams(), vec![exists(team("ops"))])]).await;
    // Before anybody looks it is back, and who is in it cannot be read in full.
    world.sync_reading(vec![(teams(), vec![exists(team("dev")), exists(team("ops"))])]).await;
    let delta = ListingDelta { appear: vec![member("dev", "bob")], ..ListingDelta::default() };
    let partial = rolecall_model::Verdict::Partial(rolecall_model::Reason::new("cut-off", "a page is missing"));
    let write = world.write(members("dev"), partial, rolecall_store::ListingChange::Changed(delta));
    world.sync(vec![write]).await;
    assert_eq!(moved(&mut world).await, []);
    world.sync_reading(vec![(members("dev"), vec![member("dev", "bob")])]).await;
    assert_eq!(moved(&mut world).await, [(1, Requested, Verified)]);
}

#[tokio::test]
async fn a_list_that_was_gone_before_says_nothing_and_hinders_nothing() {
    let mut world = World::new().await;
    let stated = |by: &str| (members(by), vec![owner("ada")]);
    world.sync_reading(vec![(teams(), vec![exists(team("old")), exists(team("dev"))]), stated("old")]).await;
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))]), stated("dev")]).await;
    asked(&mut world, &[owner("ada")]).await;
    world.sync_reading(vec![(members("dev"), vec![])]).await;
    assert_eq!(moved(&mut world).await, [], "what states whether that team is there was read before");
    world.sync_reading(vec![(teams(), vec![exists(team("dev"))])]).await;
    assert_eq!(moved(&mut world).await, [(1, Requested, Verified)]);
}

#[tokio::test]
async fn of_what_nothing_ever_stated_nothing_is_known() {
    let mut world = World::new().await;
    world.sync_reading(vec![(roster(), vec![owner("ada")])]).await;
    asked(&mut world, &[owner("eve"), Fact::grant(&user("ada"), &org(), "admin")]).await;
    world.sync_reading(vec![(roster(), vec![])]).await;
    assert_eq!(moved(&mut world).await, []);
    world.store.connector_purge(world.connector, "mara", minute(99)).await.unwrap();
    assert_eq!(moved(&mut world).await, []);
}
