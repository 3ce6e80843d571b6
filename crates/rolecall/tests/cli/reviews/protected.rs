//! Steps that must not be done: somebody has to be left.

use rolecall_sim::npm::{Permission, Role, TrustSpec, World};
use serde_json::Value as Json;

use super::support::Office;
use crate::support::{Served, serve};

/// Two owners, and packages that one person, one team or two teams can publish.
async fn office(change: impl FnOnce(&mut World)) -> (Served, Office) {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "otto", Role::Owner);
    world.member("acme", "adam", Role::Admin);
    for name in ["ann", "ben", "cat"] {
        world.member("acme", name, Role::Developer);
    }
    change(&mut world);
    let served = serve(world, "acme", "adam").await;
    let office = Office::of(served.binary());
    let ran = served.sync(&office.binary, &[]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    (served, office)
}

fn team(world: &mut World, team: &str, members: &[&str], packages: &[&str]) {
    for member in members {
        world.team_member("acme", team, member);
    }
    for package in packages {
        world.package(package).published("1.0.0", members[0], "2024-01-01");
        world.grant("acme", team, package, Permission::Write);
    }
}

/// Why each step must not be done: who, and why; nothing of one that may be.
fn refused(plan: &Json) -> Vec<(&str, Option<&str>)> {
    let steps = plan["steps"].as_array().unwrap().iter();
    steps.map(|step| (step["holder"].as_str().unwrap(), step["refused"].as_str())).collect()
}

const NOBODY_OWNS: &str = "nobody else would be owner of organization acme: make somebody else owner first";

fn nobody_publishes(package: &str) -> String {
    format!("nobody else is known who could publish {package}: let somebody else first")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_the_first_goes_and_the_last_stays() {
    let (_served, office) = office(|_| {}).await;
    let both = [("user olivia", "organization:acme:owner"), ("user otto", "organization:acme:owner")];
    let plan = office.denied("Owners", &both);
    assert_eq!(refused(&plan), [("user olivia", None), ("user otto", Some(NOBODY_OWNS))]);
    let done = office.run(&["reviews", "done", "Owners", "2"]);
    assert!(done.code != 0 && done.stderr.contains("is refused"), "{done:?}");
    let shown = office.refused(9, &["reviews", "plan", "Owners", "--fail-on-open"]);
    assert!(shown.contains(&format!("not to be done: {NOBODY_OWNS}")), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_whoever_has_left_goes() {
    let (_served, office) = office(|_| {}).await;
    office.roster(
        "id,name,email,npm,status\nE1,Olivia,olivia@acme.test,olivia,active\nE2,Otto,otto@acme.test,otto,departed\n",
    );
    let both = [("user olivia", "organization:acme:owner"), ("user otto", "organization:acme:owner")];
    let plan = office.denied("Owners", &both);
    assert_eq!(refused(&plan), [("user otto", None), ("user olivia", Some(NOBODY_OWNS))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays() {
    let (_served, office) = office(|world| {
        world.member("acme", "otto", Role::Developer);
    })
    .await;
    let plan = office.denied("Owners", &[("user olivia", "organization:acme:owner")]);
    assert_eq!(refused(&plan), [("user olivia", Some(NOBODY_OWNS))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_account_that_can_publish_stays_whatever_its_way_is() {
    let (_served, office) = office(|world| {
        team(world, "solo", &["ann"], &["the-team"]);
        world.package("direct").published("1.0.0", "ben", "2024-01-01");
        world.package("direct").collaborator("ben", Permission::Write).maintainer("ben");
        world.team_member("acme", "readers", "cat").grant("acme", "readers", "direct", Permission::Read);
    })
    .await;
    let items = office_items(&office);
    assert!(items.iter().any(|item| item.starts_with("user ben package:direct:")), "{items:?}");
    let direct = items.iter().find(|item| item.starts_with("user ben package:direct:")).unwrap().clone();
    let direct = direct.trim_start_matches("user ben ").to_owned();
    let plan = office.denied("Q4", &[("user ann", "team:acme/solo:member"), ("user ben", &direct)]);
    for (holder, why) in refused(&plan) {
        assert!(why.is_some(), "{holder}: {plan:#}");
    }
    assert!(plan.to_string().contains(&nobody_publishes("the-team")), "{plan:#}");
}

fn office_items(office: &Office) -> Vec<String> {
    office.asked(&["reviews", "create", "Look"]);
    office.asked(&["reviews", "stage", "Look"]);
    let text = |item: &Json, name: &str| item["shown"][name].as_str().unwrap().to_owned();
    let items = office.items("Look");
    items.iter().map(|item| format!("{} {}", text(item, "holder"), text(item, "entitlement"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_two_people_of_a_team_the_first_goes_and_the_last_stays() {
    let (_served, office) = office(|world| team(world, "pair", &["ann", "ben"], &["the-pair"])).await;
    let plan = office.denied("Q4", &[("user ann", "team:acme/pair:member"), ("user ben", "team:acme/pair:member")]);
    assert_eq!(refused(&plan), [("user ann", None), ("user ben", Some(&*nobody_publishes("the-pair")))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_of_the_only_team_stays_and_of_two_teams_the_last() {
    let (_served, office) = office(|world| {
        team(world, "only", &["ann", "ben"], &["the-only"]);
        team(world, "one", &["ann"], &["the-both"]);
        team(world, "two", &["ben"], &["the-both"]);
    })
    .await;
    let plan = office.denied("Only", &[("team acme/only", "package:the-only:read-write")]);
    assert_eq!(refused(&plan), [("team acme/only", Some(&*nobody_publishes("the-only")))]);
    let plan = office.denied("One", &[("team acme/one", "package:the-both:read-write")]);
    assert_eq!(refused(&plan), [("team acme/one", None)], "the other team can publish it still");
    let rights = [("team acme/one", "package:the-both:read-write"), ("team acme/two", "package:the-both:read-write")];
    let plan = office.denied("Both", &rights);
    assert_eq!(refused(&plan), [("team acme/one", None), ("team acme/two", Some(&*nobody_publishes("the-both")))]);
    // One team's right, and whoever is in the other.
    let mixed = [("team acme/one", "package:the-both:read-write"), ("user ben", "team:acme/two:member")];
    let plan = office.denied("Mixed", &mixed);
    assert_eq!(refused(&plan), [("team acme/one", None), ("user ben", Some(&*nobody_publishes("the-both")))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_publisher_may_go_where_people_can_publish() {
    let served = crate::taking::acme().await;
    let office = Office::of(served.binary());
    served.server.world().package("@acme/lib").trusted(TrustSpec::github("acme/lib", "publish.yml"));
    crate::taking::sync(&served, &office.binary).await;
    let publisher = ("code-repository github.com/acme/lib", "package:@acme/lib:trusted-publisher");
    let plan = office.denied("Q4", &[publisher]);
    assert_eq!(refused(&plan), [(publisher.0, None)]);
}
