//! `rolecall check`: each rule where it is true, where it is false, and where nobody can know.

use rolecall_sim::npm::{Permission, Role, Server, TokenSpec, World};
use rolecall_sim::{Fault, Pattern, Times};
use rolecall_testkit::{Binary, Ran};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Served, run};

const ROSTER: &str = "GET /-/org/*/user";
const TEAM_PACKAGES: &str = "GET /-/team/*/*/package";
const COLLABORATORS: &str = "GET /-/package/*/collaborators";
const DOCUMENT: &str = "GET /*";

/// A day so many days ago, as the registry's documents spell it.
fn days_ago(days: i64) -> String {
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    then.to_string()
}

/// An organisation with nothing wrong: two owners and two developers, and two packages that all of them can publish and
/// each has published lately.
fn tidy() -> World {
    let mut world = World::new();
    world.organization("acme");
    let members = [("ada", Role::Owner), ("bo", Role::Owner), ("cy", Role::Developer), ("di", Role::Developer)];
    for (name, role) in members {
        world.member("acme", name, role);
    }
    for name in ["@acme/one", "@acme/two"] {
        let mut package = world.package(name);
        for (number, (member, _)) in members.iter().enumerate() {
            package = package.published(&format!("1.{number}.0"), member, &days_ago(10)).maintainer(member);
        }
    }
    world
}

async fn serve(mut world: World) -> Served {
    let token = world.token(TokenSpec::granular("ada").reads_organization("acme"));
    let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    Served { server, organization: "acme".to_owned(), token }
}

/// Breaks the listings that these patterns name, reads what there is, and asks one rule.
async fn asked(world: World, broken: &[&str], rule: &str) -> (Binary, Value) {
    let served = serve(world).await;
    for pattern in broken {
        let fault = match *pattern {
            ROSTER => Fault::Truncated,
            _ => Fault::json(404, &json!({ "error": "not found" })),
        };
        served.server.faults().add(Pattern::new(pattern), fault, Times::Always);
    }
    let binary = served.binary();
    let ran = served.sync(&binary, &[]).await;
    assert!(matches!(ran.code, 0 | 5), "{ran:?}");
    let answer = check(&binary, rule);
    (binary, answer)
}

fn check(binary: &Binary, rule: &str) -> Value {
    run(binary, &["check", "--rule", rule, "--format", "json"]).json()
}

fn outcome(answer: &Value) -> &str {
    answer["rules"][0]["outcome"].as_str().unwrap()
}

fn titles(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["title"].as_str().unwrap()).collect()
}

fn keys(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["key"].as_str().unwrap()).collect()
}

fn is_complete(answer: &Value) -> bool {
    answer["rules"][0]["completeness"]["complete"].as_bool().unwrap()
}

/// An unknown answer finds nothing and names the listing that was not read.
fn assert_unknown(answer: &Value, listing: &str) {
    assert_eq!(outcome(answer), "unknown", "{answer}");
    assert!(titles(answer).is_empty(), "{answer}");
    let gaps = answer["rules"][0]["completeness"]["gaps"].to_string();
    assert!(gaps.contains(listing), "{gaps}");
}

#[rstest]
#[case("owner-count")]
#[case("outside-collaborator")]
#[case("ghost-maintainer")]
#[case("lone-publisher")]
#[case("team-writes-everything")]
#[case("dormant-publisher")]
#[case("too-many-publishers")]
#[case("direct-right")]
#[case("empty-team")]
#[case("published-from-outside")]
#[case("provenance-lost")]
#[case("abandoned-package")]
#[case("returned-account")]
#[case("connector-stale")]
#[case("removals-held")]
#[case("listing-unavailable")]
#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_wrong_each_rule_says_nothing(#[case] rule: &str) {
    let (_, answer) = asked(tidy(), &[], rule).await;
    assert_eq!((outcome(&answer), titles(&answer)), ("nothing", Vec::<&str>::new()), "{answer}");
    assert!(is_complete(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_owner_and_too_many_are_found() {
    let mut world = tidy();
    world.member("acme", "bo", Role::Developer);
    let (_, answer) = asked(world, &[], "owner-count").await;
    assert_eq!(titles(&answer), ["organization acme has a single owner: ada"]);
    assert_eq!(keys(&answer), ["owner-count/too-few npm:acme organization:acme"]);
    assert_eq!(answer["findings"][0]["severity"], "high");

    let mut world = tidy();
    for name in ["e", "f", "g", "h"] {
        world.member("acme", name, Role::Owner);
    }
    let (binary, answer) = asked(world, &[], "owner-count").await;
    assert_eq!(titles(&answer), ["organization acme has 6 owners among 8 members, more than 5"]);
    assert_eq!(answer["findings"][0]["evidence"]["paths"].as_array().unwrap().len(), 6);
    let arguments = ["check", "--rule", "owner-count", "--set", "owners-max=6", "--format", "json"];
    assert_eq!(outcome(&run(&binary, &arguments).json()), "nothing", "thresholds can be set");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_incomplete_roster_nobody_knows_how_many_owners_there_are() {
    let mut world = tidy();
    world.member("acme", "bo", Role::Developer);
    let (_, answer) = asked(world.clone(), &[ROSTER], "owner-count").await;
    assert_unknown(&answer, "roster");

    // Nothing shows whose token it is, so nothing shows that the roster is all of it.
    world.quirks.granular_whoami_refused = true;
    assert_unknown(&asked(world, &[], "owner-count").await.1, "account-unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outside_collaborator_is_found_even_where_other_packages_were_not_read() {
    let mut world = tidy();
    world.package("@acme/one").collaborator("nadia", Permission::Write).collaborator("rita", Permission::Read);
    let (_, answer) = asked(world.clone(), &[], "outside-collaborator").await;
    assert_eq!(titles(&answer), ["nadia is outside organization acme and can publish @acme/one"]);
    assert_eq!(keys(&answer), ["outside-collaborator/can-write npm:acme user:nadia package:@acme/one"]);
    assert_eq!(answer["findings"][0]["evidence"]["paths"][0]["pathUnknown"], true);
    assert!(is_complete(&answer));

    let broken = ["GET /-/package/@acme%2ftwo/collaborators"];
    let (binary, answer) = asked(world.clone(), &broken, "outside-collaborator").await;
    assert_eq!((outcome(&answer), titles(&answer).len(), is_complete(&answer)), ("found", 1, false), "{answer}");
    let table = run(&binary, &["check", "--rule", "outside-collaborator"]).stdout;
    assert!(table.contains("at least 1 finding") && table.contains("collaborators of @acme/two"), "{table}");

    let broken = ["GET /-/package/@acme%2fone/collaborators"];
    assert_unknown(&asked(world.clone(), &broken, "outside-collaborator").await.1, "collaborators");
    let (_, answer) = asked(world, &[ROSTER], "outside-collaborator").await;
    assert_unknown(&answer, "roster");
    assert!(answer["rules"][0]["undecided"].as_u64().unwrap() > 0, "who is outside cannot be told: {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_inside_one_organisation_is_outside_another() {
    let mut world = tidy();
    world.organization("beta").member("beta", "ada", Role::Owner).member("beta", "eve", Role::Owner);
    world.package("@beta/x").collaborator("cy", Permission::Write);
    let served = serve(world).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let token = served.server.world().token(TokenSpec::granular("ada").reads_organization("beta"));
    let url = served.server.url().to_owned();
    std::fs::write(binary.home().join("token"), token).unwrap();
    let ran = run(&binary, &["sync", "npm", "--org", "beta", "--registry", &url, "--token-file", "token"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = check(&binary, "outside-collaborator");
    assert_eq!(keys(&answer), ["outside-collaborator/can-write npm:beta user:cy package:@beta/x"]);
    let outcomes: Vec<&Value> = answer["rules"].as_array().unwrap().iter().map(|rule| &rule["outcome"]).collect();
    assert_eq!(outcomes, ["nothing", "found"]);
    let blind = answer["notShown"].as_array().unwrap();
    assert_eq!(blind.iter().filter(|spot| **spot == "pending invitations").count(), 1, "said once for both: {blind:?}");
    let one = run(&binary, &["check", "--connector", "npm:acme", "--rule", "outside-collaborator"]);
    assert!(one.stdout.contains("Nothing found"), "{one:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ghost_maintainer_is_named_and_can_do_nothing() {
    let mut world = tidy();
    world.package("@acme/one").maintainer("left");
    world.package("@acme/two").maintainer("left");
    world.team_member_remove("acme", "developers", "di");
    let (_, answer) = asked(world.clone(), &[], "ghost-maintainer").await;
    let expected = [
        "left is named as maintainer of 2 packages, can publish none of them, and is no member of organization acme",
        "di is named as maintainer of 2 packages, can publish none of them",
    ];
    assert_eq!(titles(&answer), expected);
    assert_eq!(
        (&answer["findings"][0]["severity"], &answer["findings"][1]["severity"]),
        (&json!("medium"), &json!("low"))
    );

    let (_, answer) = asked(world.clone(), &[COLLABORATORS], "ghost-maintainer").await;
    assert_unknown(&answer, "collaborators");
    assert_eq!(answer["rules"][0]["undecided"], 4);
    assert_unknown(&asked(world.clone(), &[DOCUMENT], "ghost-maintainer").await.1, "packument");
    assert_unknown(&asked(world, &[TEAM_PACKAGES], "ghost-maintainer").await.1, "team-packages");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maintainer_whom_the_registry_lists_by_another_way_is_no_ghost() {
    let mut world = tidy();
    world.team_member_remove("acme", "developers", "di");
    world.package("@acme/one").collaborator("di", Permission::Write);
    world.package("@acme/two").collaborator("di", Permission::Write);
    let (_, answer) = asked(world, &[], "ghost-maintainer").await;
    assert_eq!(outcome(&answer), "nothing", "{answer}");
}

/// One package in the hands of a team of one.
fn lone() -> World {
    let mut world = tidy();
    world.team_member("acme", "release", "cy").grant_remove("acme", "developers", "@acme/two");
    world.grant("acme", "release", "@acme/two", Permission::Write);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lone_publisher_is_found_where_a_second_one_would_have_been_seen() {
    let (_, answer) = asked(lone(), &[], "lone-publisher").await;
    assert_eq!(titles(&answer), ["only cy can publish @acme/two"]);
    assert_eq!(keys(&answer), ["lone-publisher/one-account npm:acme package:@acme/two"]);
    assert_eq!(answer["findings"][0]["evidence"]["paths"][0]["text"], "team acme/release");

    let (_, answer) = asked(lone(), &[COLLABORATORS], "lone-publisher").await;
    assert_unknown(&answer, "collaborators");
    assert_eq!(answer["rules"][0]["undecided"], 1, "two were seen on the other package");
    let (_, answer) = asked(tidy(), &[COLLABORATORS, DOCUMENT], "lone-publisher").await;
    assert_eq!((outcome(&answer), is_complete(&answer)), ("nothing", true), "a third could only add to it");
    assert_unknown(&asked(lone(), &[TEAM_PACKAGES], "lone-publisher").await.1, "team-packages");
}

/// A team of everybody that writes twelve packages, as many organisations have from the start.
fn wide() -> World {
    let mut world = tidy();
    world.member("acme", "eve", Role::Developer);
    for number in 0..10 {
        world.package(&format!("@acme/p{number}"));
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_writes_everything_is_found() {
    let rule = "team-writes-everything";
    let (binary, answer) = asked(wide(), &[], rule).await;
    assert_eq!(titles(&answer), ["team acme/developers can publish 12 of 12 packages and has 5 members"]);
    assert_eq!(keys(&answer), ["team-writes-everything/blast-radius npm:acme team:acme/developers"]);
    let set = |text: &str| {
        outcome(&run(&binary, &["check", "--rule", rule, "--set", text, "--format", "json"]).json()).to_owned()
    };
    assert_eq!((set("team-members-min=6"), set("team-packages-min=13")), ("nothing".to_owned(), "nothing".to_owned()));

    let mut world = wide();
    world.grant("acme", "developers", "@acme/p1", Permission::Read).grant_remove("acme", "developers", "@acme/p2");
    let (_, answer) = asked(world, &[], rule).await;
    assert_eq!(outcome(&answer), "nothing", "10 of 12 are less than 90 %: {answer}");

    assert_unknown(&asked(wide(), &[TEAM_PACKAGES], rule).await.1, "team-packages");
    let (_, answer) = asked(wide(), &["GET /-/org/*/package"], rule).await;
    assert_unknown(&answer, "packages");
    assert_eq!(answer["rules"][0]["undecided"], 1, "there may be packages that it does not write");
    let mut world = wide();
    world.team("acme", "hidden");
    let (_, answer) = asked(world, &["GET /-/team/acme/hidden/package"], rule).await;
    assert_eq!((outcome(&answer), is_complete(&answer)), ("found", false), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dormant_publishers_and_those_who_never_published_are_told_apart() {
    let mut world = tidy();
    world.member("acme", "old", Role::Developer).member("acme", "idle", Role::Developer);
    let long_ago = days_ago(500);
    world.package("@acme/one").published("0.1.0", "old", &long_ago);
    let (binary, answer) = asked(world.clone(), &[], "dormant-publisher").await;
    let date = long_ago.split('T').next().unwrap();
    let expected = [
        format!("old can publish 2 packages and has not done so for 500 days (last {date})"),
        "idle can publish 2 packages and never did".to_owned(),
    ];
    assert_eq!(titles(&answer), expected);
    assert_eq!(keys(&answer)[1], "dormant-publisher/never npm:acme user:idle");
    assert_eq!(
        (&answer["findings"][0]["severity"], &answer["findings"][1]["severity"]),
        (&json!("medium"), &json!("low"))
    );
    let arguments = ["check", "--rule", "dormant-publisher", "--set", "dormant-days=600", "--format", "json"];
    assert_eq!(titles(&run(&binary, &arguments).json()).len(), 1, "old is not dormant yet then");

    let (_, answer) = asked(world.clone(), &[DOCUMENT], "dormant-publisher").await;
    assert_unknown(&answer, "packument");
    assert_eq!(answer["rules"][0]["undecided"], 6, "nobody's last release is known");
    let (_, answer) = asked(world, &["GET /@acme%2ftwo"], "dormant-publisher").await;
    assert_unknown(&answer, "packument");
    assert_eq!(answer["rules"][0]["undecided"], 2, "the others were seen to publish lately");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_is_not_expected_to_have_published() {
    let served = serve(tidy()).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    served.server.world().member("acme", "new", Role::Developer);
    served.sync(&binary, &[]).await;
    assert_eq!(outcome(&check(&binary, "dormant-publisher")), "nothing");
    let arguments = ["check", "--rule", "dormant-publisher", "--set", "newcomer-days=0", "--format", "json"];
    assert_eq!(titles(&run(&binary, &arguments).json()), ["new can publish 2 packages and never did"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_person_is_still_found_and_says_so() {
    let mut world = tidy();
    let idle: Vec<String> = (0..20).map(|number| format!("idle{number:02}")).collect();
    for name in &idle {
        world.member("acme", name, Role::Developer);
    }
    let served = serve(world).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    for name in idle.iter().take(8) {
        served.server.world().member_remove("acme", name);
    }
    served.sync(&binary, &[]).await;
    let answer = check(&binary, "dormant-publisher");
    let findings = answer["findings"].as_array().unwrap();
    let unconfirmed = findings.iter().filter(|finding| finding["removalUnconfirmed"] == true);
    assert_eq!((findings.len(), unconfirmed.count()), (20, 8), "{answer}");
    let table = run(&binary, &["check", "--rule", "dormant-publisher"]).stdout;
    assert!(table.contains("removal unconfirmed"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_says_what_a_pipeline_needs_to_know() {
    let served = serve(wide()).await;
    let binary = served.binary();
    served.sync(&binary, &["--membership-only"]).await;
    let code = |more: &[&str]| run(&binary, &[&["check"], more].concat()).code;
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--fail-on", "high"]), 9);
    assert_eq!(code(&["--fail-on", "critical"]), 0);
    assert_eq!(code(&["--fail-on", "critical", "--require-complete"]), 5, "no collaborators were read");
    assert_eq!(code(&["--fail-on", "high", "--require-complete"]), 9, "what is certain comes first");
    assert_eq!(code(&["--rule", "owner-count", "--fail-on", "low", "--require-complete"]), 0);
    let table = run(&binary, &["check"]).stdout;
    for words in ["HIGH  A team that writes everything", "UNKNOWN", "not read yet", "34 checks: 1 high; "] {
        assert!(table.contains(words), "{words:?} is missing in {table}");
    }
    let csv = run(&binary, &["check", "--format", "csv"]);
    assert!(csv.stdout.starts_with("severity,rule,case,finding,") && csv.stdout.lines().count() == 2, "{csv:?}");
    assert!(csv.stderr.contains("unknown: outside-collaborator for npm:acme: "), "{csv:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_that_npm_does_not_show_is_unknown_until_somebody_states_it() {
    let (binary, answer) = asked(tidy(), &[], "second-factor").await;
    assert_eq!((outcome(&answer), &answer["rules"][0]["undecided"]), ("unknown", &json!(4)), "{answer}");
    assert!(is_complete(&answer), "nothing that can be read is missing");
    let table = run(&binary, &["check", "--rule", "second-factor"]).stdout;
    assert!(table.contains("unknown, 4 undecided") && table.contains("rolecall attest"), "{table}");
    let state = |text: &str| {
        std::fs::write(binary.home().join("members.csv"), text).unwrap();
        let file = binary.home().join("members.csv").display().to_string();
        let ran = run(&binary, &["attest", "npm-2fa", &file, "--connector", "npm:acme"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        check(&binary, "second-factor")
    };
    let answer = state("username,2fa\nada,off\nbo,on\ncy,off\n");
    let expected = [
        "ada is owner of organization acme and can publish 2 packages, without a second factor",
        "cy can publish 2 packages, without a second factor",
    ];
    assert_eq!((titles(&answer), &answer["rules"][0]["undecided"]), (expected.to_vec(), &json!(1)), "di is unknown");
    let answer = state("username,2fa\nada,on\nbo,on\ncy,on\ndi,on\n");
    assert_eq!(outcome(&answer), "nothing", "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connector_knows_the_people_of_all() {
    let served = serve(tidy()).await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    assert_eq!(outcome(&check(&binary, "orphan-account")), "not-applicable", "there is no directory yet");
    let staff = "Employee ID;Name;Status;npmUsername\nE1;Ada;active;ada\nE2;Bo;departed;bo\nE3;Cy;active;cy\n";
    std::fs::write(binary.home().join("staff.csv"), staff).unwrap();
    let file = binary.home().join("staff.csv").display().to_string();
    let ran = run(&binary, &["people", "import", &file, "--directory", "staff"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for more in [&[][..], &["--connector", "npm:acme"]] {
        let asked = |rule: &str| run(&binary, &[&["check", "--rule", rule, "--format", "json"], more].concat()).json();
        assert_eq!(keys(&asked("departed-person")), ["departed-person/can-write npm:acme user:bo"]);
        assert_eq!(keys(&asked("orphan-account")), ["orphan-account/can-write npm:acme user:di"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_settings_that_do_not_exist_are_explained() {
    let served = serve(tidy()).await;
    let binary = served.binary();
    served.sync(&binary, &["--membership-only"]).await;
    let explained = |arguments: &[&str], code: i32, word: &str| {
        let ran: Ran = run(&binary, &[&["check"], arguments].concat());
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(ran.stderr.contains(word) && ran.stdout.is_empty(), "{ran:?}");
    };
    explained(&["--rule", "lone-wolf"], 6, "lone-publisher");
    explained(&["--set", "dormant-days=0"], 2, "from 1 to 36500");
    explained(&["--set", "dormant-days=soon"], 2, "whole number");
    explained(&["--set", "dormant=1"], 2, "dormant-days");
    explained(&["--set", "dormant-days"], 2, "NAME=NUMBER");
    explained(&["--fail-on", "severe"], 2, "critical");
    explained(&["--connector", "npm:other"], 6, "npm:acme");
}

#[test]
fn the_rules_can_be_listed_before_anything_is_read() {
    let binary = crate::support::binary("unused");
    let listed = binary.run(&["check", "--list", "--format", "json"]).unwrap().json();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 34);
    let table = binary.run(&["check", "--list", "--set", "dormant-days=30"]).unwrap().stdout;
    assert!(ids.iter().all(|id| table.contains(id)) && table.contains("dormant-days"), "{table}");
}
