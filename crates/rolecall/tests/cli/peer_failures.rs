//! What broke JupiterOne's collector does not break us: every row of the failure table in `reference/jupiterone.md` §1.

use rolecall_sim::npm::{Role, World};
use rolecall_sim::{Fault, Times};
use rolecall_testkit::{Binary, Ran};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Served, run, serve, served};

const ROSTER: &str = "GET /-/org/*/user";

fn users(binary: &Binary) -> Vec<Value> {
    run(binary, &["list", "users", "--format", "json"]).json().as_array().unwrap().clone()
}

fn roles(binary: &Binary) -> Vec<(String, String)> {
    let rows = users(binary);
    let mut roles: Vec<_> =
        rows.iter().map(|row| (row["account"].as_str().unwrap().to_owned(), row["roles"].to_string())).collect();
    roles.sort();
    roles
}

/// An organisation that was read once, and whose roster now answers something else.
async fn read_again_with(fault: Fault) -> (Binary, Vec<(String, String)>, Ran) {
    let served = served(51, 30, 4, 4).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let before = roles(&binary);
    served.server.faults().add(ROSTER, fault, Times::Always);
    let ran = served.sync(&binary, &["--timeout", "1"]).await;
    (binary, before, ran)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_cut_in_half_with_a_clean_end_removes_nobody() {
    let (binary, before, ran) = read_again_with(Fault::Truncated).await;
    assert_eq!(ran.code, 5, "{ran:?}");
    assert_eq!(roles(&binary), before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_dropped_in_mid_body_ends_and_removes_nobody(
    #[values(Fault::Cut, Fault::CutInChunks)] fault: Fault,
) {
    let (binary, before, ran) = read_again_with(fault).await;
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stdout.contains("after 4 attempts"), "{}", ran.stdout);
    assert_eq!(roles(&binary), before);
}

#[rstest]
#[case::error_object(json!({ "error": "not found" }))]
#[case::array(json!(["ada", "bela"]))]
#[case::nested(json!({ "ada": { "role": "owner" } }))]
#[case::text(json!("ada"))]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_shape_makes_nobody_a_member(#[case] body: Value) {
    let (binary, before, ran) = read_again_with(Fault::json(200, &body)).await;
    assert_eq!(ran.code, 5, "{ran:?}");
    assert_eq!(roles(&binary), before, "neither `error` nor `0` is an account");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_role_is_no_admin() {
    let served = served(52, 6, 2, 2).await;
    let mut roster: serde_json::Map<String, Value> = served
        .server
        .world()
        .members(&served.organization)
        .into_iter()
        .map(|(name, role)| (name, role.as_str().into()))
        .collect();
    roster.insert("bill".to_owned(), "billing".into());
    served.server.faults().add(ROSTER, Fault::json(200, &roster.into()), Times::Always);
    let binary = served.binary();
    let ran = served.sync(&binary, &[]).await;
    assert!(ran.stdout.contains("billing"), "it is said: {}", ran.stdout);
    let package = run(&binary, &["list", "packages", "--format", "json"]).json()[0]["package"].clone();
    let answer = run(&binary, &["who-can", "publish", package.as_str().unwrap(), "--format", "json"]).json();
    assert!(!answer["canTake"].to_string().contains("bill"), "{answer}");
    assert!(users(&binary).iter().any(|row| row["account"] == "bill" && row["roles"] == json!(["billing"])));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_hiccup_is_tried_again(
    #[values(ROSTER, "GET /-/team/*/*/user", "GET /-/org/*/package")] endpoint: &str,
    #[values(Fault::html(429), Fault::html(503), Fault::Dropped)] fault: Fault,
) {
    let served = served(53, 6, 3, 2).await;
    served.server.faults().add(endpoint, fault, Times::First(1));
    let ran = served.sync(&served.binary(), &["--require-complete"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_team_that_cannot_be_read_costs_no_other_team(#[values(403, 429)] status: u16) {
    let served = served(54, 12, 6, 4).await;
    let teams = served.server.world().teams(&served.organization);
    let refused = &teams[1];
    let endpoint = format!("GET /-/team/{}/{refused}/user", served.organization);
    served.server.faults().add(endpoint.as_str(), Fault::html(status), Times::Always);
    let binary = served.binary();
    let ran = served.sync(&binary, &["--membership-only"]).await;
    assert_eq!(ran.code, 5, "{ran:?}");
    let listed = run(&binary, &["list", "teams", "--format", "json"]).json();
    for team in teams.iter().filter(|team| *team != refused) {
        let members = served.server.world().team_members(&served.organization, team).len();
        let wire = format!("{}/{team}", served.organization);
        let row = listed.as_array().unwrap().iter().find(|row| row["team"] == *wire).unwrap();
        assert_eq!(row["members"], members, "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_listed_twice_is_one_member() {
    let served = served(55, 12, 3, 4).await;
    let team = served.server.world().teams(&served.organization)[0].clone();
    let mut members = served.server.world().team_members(&served.organization, &team);
    let count = members.len();
    members.push(members[0].clone());
    let endpoint = format!("GET /-/team/{}/{team}/user", served.organization);
    served.server.faults().add(endpoint.as_str(), Fault::json(200, &json!(members)), Times::Always);
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let listed = run(&binary, &["list", "teams", "--format", "json"]).json();
    let wire = format!("{}/{team}", served.organization);
    assert_eq!(listed.as_array().unwrap().iter().find(|row| row["team"] == *wire).unwrap()["members"], count);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_without_packages_or_teams_is_read_in_full() {
    let mut world = World::new();
    world.organization_without_developers("bare").member("bare", "ada", Role::Owner);
    let served = serve(world, "bare", "ada").await;
    let binary = served.binary();
    let ran = served.sync(&binary, &["--require-complete"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    served.server.faults().add("GET /-/org/*/package", Fault::json(200, &Value::Null), Times::Always);
    let ran = served.sync(&binary, &["--require-complete"]).await;
    assert_eq!(ran.code, 0, "`null` is how some servers say none: {ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_member_who_is_not_in_the_roster_is_an_account_without_a_role() {
    let served = served(56, 8, 2, 3).await;
    let team = served.server.world().teams(&served.organization)[0].clone();
    let endpoint = format!("GET /-/team/{}/{team}/user", served.organization);
    served.server.faults().add(endpoint.as_str(), Fault::json(200, &json!(["stray"])), Times::Always);
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let stray = users(&binary).into_iter().find(|row| row["account"] == "stray").unwrap();
    assert_eq!((&stray["roles"], &stray["teams"]), (&json!([]), &json!(1)));
    assert_eq!(run(&binary, &["access", "stray"]).code, 0, "nothing dangles");
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_whose_details_fail_are_still_there_and_say_so() {
    let served = served(57, 8, 2, 6).await;
    served.server.faults().add("GET /*", Fault::html(500), Times::After(3));
    let binary = served.binary();
    let ran = served.sync(&binary, &[]).await;
    assert!(ran.code == 0 && ran.stdout.contains("not read"), "{ran:?}");
    let packages = served.server.world().packages().into_iter().filter(|name| name.starts_with('@')).count();
    assert!(run(&binary, &["list", "packages", "--format", "json"]).json().as_array().unwrap().len() >= packages);
    assert_eq!(run(&binary, &["status", "--require-complete"]).code, 5);
}

/// The peer waits a minute, three times, for every package. We stop asking, and the next sync goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_blocks_is_soon_left_alone() {
    let served = served(58, 8, 2, 60).await;
    served.server.faults().add("GET /-/package/**", Fault::html(429), Times::Always);
    served.server.faults().add("GET /*", Fault::html(429), Times::Always);
    let binary = served.binary();
    let ran = served.sync(&binary, &["--format", "json"]).await;
    assert_eq!(ran.code, 0, "the membership is read: {ran:?}");
    let detail = ran.json()["stages"][1].clone();
    assert!(detail["notAsked"].as_u64().unwrap() > 100, "{detail}");
    let asked = served.server.requests().iter().filter(|request| request.status == 429).count();
    // Five incidents, of the eight calls that are under way at once, with four attempts each.
    assert!(asked <= 5 * 8 * 4, "{asked} requests into a wall");
    served.server.faults().clear();
    let ran = served.sync(&binary, &["--require-complete"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// A change between two requests of one sync: the team is listed, and gone when its members are asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_team_deleted_in_mid_sync_is_lost_sight_of_and_gone_after_the_next() {
    let served: Served = served(59, 10, 4, 4).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let organization = served.organization.clone();
    let team = served.server.world().teams(&organization).into_iter().find(|team| team != "developers").unwrap();
    // The list is still the old one, as after a deletion between two requests.
    let listed: Vec<String> =
        served.server.world().teams(&organization).iter().map(|team| format!("{organization}:{team}")).collect();
    served.server.faults().add("GET /-/org/*/team", Fault::json(200, &json!(listed)), Times::First(1));
    served.server.world().team_remove(&organization, &team);
    let ran = served.sync(&binary, &[]).await;
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stdout.contains(&team), "{}", ran.stdout);
    let listed = |binary: &Binary| run(binary, &["list", "teams", "--format", "csv"]).stdout;
    assert!(listed(&binary).contains(&team), "lost sight is no deletion");
    let ran = served.sync(&binary, &[]).await;
    assert!(ran.stdout.contains("Confirm changes"), "a vanished team waits for a person: {}", ran.stdout);
}
