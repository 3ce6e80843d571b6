//! Leavers and new grants, against what was done at the registry.

use rolecall_sim::npm::Permission;
use rolecall_sim::{Fault, Pattern, Times};
use serde_json::Value as Json;

use super::Office;
use super::package::{file, rows};

fn leavers(office: &Office) -> Json {
    let ran = office.run(&["evidence", "leavers", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()
}

fn states(leaver: &Json) -> Vec<&str> {
    let mut states: Vec<&str> =
        leaver["rights"].as_array().unwrap().iter().map(|right| right["state"].as_str().unwrap()).collect();
    states.sort();
    states.dedup();
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_of_a_leaver_went_between_two_readings() {
    let office = Office::open().await;
    let before = office.run(&["access", "npm:yuki_tan", "--format", "json"]).json();
    let held = before["items"].as_array().unwrap().len();
    assert_eq!(leavers(&office)["leavers"], Json::Array(Vec::new()));
    office.yuki_leaves().await;
    let answer = leavers(&office);
    let yuki = &answer["leavers"][0];
    assert_eq!((&yuki["person"], &yuki["accounts"]), (&"E2".into(), &serde_json::json!(["npm:acme yuki_tan"])));
    let rights = yuki["rights"].as_array().unwrap();
    assert_eq!((rights.len(), states(yuki)), (held, vec!["gone"]), "{answer:#}");
    let (left_before, left_after) = (yuki["leftNotBefore"].as_str().unwrap(), yuki["leftNotAfter"].as_str().unwrap());
    for right in rights {
        let moment = |name: &str| right[name].as_str().unwrap_or_else(|| panic!("{name}: {right:#}"));
        assert!(moment("goneNotBefore") <= moment("goneNotAfter") && left_before <= left_after, "{right:#}");
        assert!(moment("goneNotAfter") >= left_after, "they were removed after they left: {right:#}");
        assert_eq!((&right["hoursAtLeast"], &right["hoursAtMost"]), (&0.into(), &1.into()), "{right:#}");
        assert!(right["actor"].is_null(), "npm tells nobody who did it");
    }
    // The package says the same.
    let package = office.make("one.zip", &[]);
    let table = rows(&package, "leavers");
    assert!(table.len() == held && table.iter().all(|row| row["state"] == "gone" && row["person"] == "E2"));
    assert!(file(&package, "leavers.csv").contains("gone") && file(&package, "report.html").contains("Yuki Tan"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_remains_of_a_leaver_is_unknown_where_nobody_could_look() {
    let office = Office::open().await;
    office.roster(&super::STAFF.replace("yuki_tan,active", "yuki_tan,departed"));
    let answer = leavers(&office);
    assert_eq!(states(&answer["leavers"][0]), ["unknown"], "nothing was read since they left: {answer:#}");
    assert_eq!(answer["complete"], false);
    office.served.server.faults().add(Pattern::all(), Fault::html(503), Times::Always);
    office.served.sync(&office.binary, &[]).await;
    assert_eq!(states(&leavers(&office)["leavers"][0]), ["unknown"]);
    assert_eq!(office.run(&["evidence", "leavers", "--require-complete"]).code, 5);
    office.served.server.faults().clear();
    office.served.sync(&office.binary, &[]).await;
    assert_eq!(states(&leavers(&office)["leavers"][0]), ["remains"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_before_anybody_was_read_is_known_by_their_last_day_or_not_at_all() {
    let office = Office::open().await;
    office.roster(&super::STAFF.replace("maria-lund,active,", "maria-lund,departed,2024-10-31"));
    office.served.sync(&office.binary, &[]).await;
    let answer = leavers(&office);
    let maria = &answer["leavers"][0];
    assert_eq!((&maria["lastDay"], states(maria)), (&"2024-10-31".into(), vec!["remains"]), "{answer:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_appeared_are_new_and_others_are_not() {
    let office = Office::open().await;
    let since = jiff::Timestamp::now().to_string();
    let nothing = office.run(&["evidence", "new-grants", "--since", &since, "--format", "json"]).json();
    assert_eq!(nothing["grants"], Json::Array(Vec::new()), "{nothing:#}");
    {
        let mut world = office.served.server.world();
        world.organization("acme").member("acme", "new-joiner", rolecall_sim::npm::Role::Developer);
    }
    office.served.sync(&office.binary, &[]).await;
    let access = office.run(&["access", "npm:new-joiner", "--format", "json"]).json();
    let answer = office.run(&["evidence", "new-grants", "--since", &since, "--format", "json"]).json();
    let grants = answer["grants"].as_array().unwrap();
    assert_eq!(grants.len(), access["items"].as_array().unwrap().len(), "{answer:#}");
    for grant in grants {
        assert_eq!((&grant["account"], &grant["orEarlier"]), (&"new-joiner".into(), &Json::Bool(false)), "{grant:#}");
        assert!(
            grant["notBefore"].is_string() && grant["notAfter"].is_string() && grant["actor"].is_null(),
            "{grant:#}"
        );
    }
    let csv = office.run(&["evidence", "new-grants", "--since", &since, "--format", "csv"]);
    assert_eq!(csv.stdout.lines().count(), grants.len() + 1, "{csv:?}");
}

/// Now, as moments are told.
fn second() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A package is in the list of each team that holds it: it came with the first and goes with the last.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_team_gets_or_loses_neither_comes_nor_goes() {
    let office = Office::open().await;
    let world = || office.served.server.world();
    let begin = jiff::Timestamp::now().to_string();
    world().package("shared").published("1.0.0", "maria-lund", "2024-01-01");
    world().grant("acme", "developers", "shared", Permission::Write);
    office.served.sync(&office.binary, &[]).await;
    let came = second();
    world().grant("acme", "web", "shared", Permission::Write).grant("acme", "web", "@acme/auth", Permission::Write);
    office.served.sync(&office.binary, &[]).await;
    for since in [&begin, "2026-01-01"] {
        let answer = office.run(&["evidence", "new-grants", "--since", since, "--format", "json"]).json();
        let is_it = |grant: &&Json| grant["account"] == "yuki_tan" && grant["resource"] == "shared";
        let right = answer["grants"].as_array().unwrap().iter().find(is_it).unwrap_or_else(|| panic!("{answer:#}"));
        let moment = |name: &str| right[name].as_str().unwrap_or_else(|| panic!("{name}: {right:#}"));
        assert!(moment("notAfter") <= came.as_str() && moment("notBefore") <= moment("notAfter"), "{right:#}");
        assert_eq!((&right["path"], &right["orEarlier"]), (&"team acme/developers".into(), &Json::Bool(false)));
    }
    let answer = office.run(&["evidence", "new-grants", "--since", "2026-01-01", "--format", "json"]).json();
    let is_old = |grant: &&Json| grant["account"] == "yuki_tan" && grant["resource"] == "@acme/auth";
    let old = answer["grants"].as_array().unwrap().iter().find(is_old).unwrap_or_else(|| panic!("{answer:#}"));
    assert!(old["orEarlier"] == true && old["notBefore"].is_null(), "it was there when it was first read: {old:#}");
    office.roster(super::STAFF);
    world().grant_remove("acme", "web", "shared");
    office.served.sync(&office.binary, &[]).await;
    let lost = second();
    office.yuki_leaves().await;
    let answer = leavers(&office);
    let rights = answer["leavers"][0]["rights"].as_array().unwrap();
    let right = rights.iter().find(|right| right["resource"] == "shared").unwrap_or_else(|| panic!("{answer:#}"));
    assert_eq!(right["state"], "gone");
    assert!(right["goneNotAfter"].as_str().unwrap() >= lost.as_str(), "it was there until they left: {right:#}");
}
