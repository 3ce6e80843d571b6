//! Nobody decides about what they hold themself, by whatever way they try.

use rolecall_sim::npm::{Permission, Role, World};
use rolecall_testkit::Ran;

use super::support::{Office, TESTER, soon};
use crate::support::{Served, serve};

const STAFF: &str = "\
id,name,email,npm,status,manager
E1,Mara Boss,mara@acme.test,,active,
E2,Ann Ash,ann@acme.test,ann,active,E1
E3,Ben Birch,ben@acme.test,,active,E1
";

const ANN: (&str, &str) = ("user ann", "team:acme/core:member");
const CORE: (&str, &str) = ("team acme/core", "package:the-lib:read-write");
const OWN: &str = "nobody decides about what they hold themself";

async fn office() -> (Served, Office) {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "otto", Role::Owner);
    world.member("acme", "adam", Role::Admin);
    for name in ["ann", "benno", "cat"] {
        world.member("acme", name, Role::Developer);
    }
    world.team_member("acme", "core", "ann").team_member("acme", "core", "cat");
    world.package("the-lib").published("1.0.0", "ann", "2024-01-01");
    world.grant("acme", "core", "the-lib", Permission::Write);
    let served = serve(world, "acme", "adam").await;
    let office = Office::of(served.binary());
    assert_eq!(served.sync(&office.binary, &[]).await.code, 0);
    office.roster(STAFF);
    (served, office)
}

fn decide(office: &Office, who: &str, (holder, what): (&str, &str), more: &[&str]) -> Ran {
    let number = office.number("Q4", holder, what);
    office.run_as(who, &[&["reviews", "decide", "Q4", &number, "--certify"], more].concat())
}

fn is_refused(office: &Office, ran: &Ran, grant: (&str, &str)) {
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stdout.contains(OWN), "{ran:?}");
    assert_eq!(office.item("Q4", grant.0, grant.1)["outcome"], "undecided");
    assert_eq!(office.history("Q4").last().unwrap(), "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_it_is_never_chosen() {
    let (_served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "ann@acme.test", "--reviewer", "user:cat", "--fallback", "mara@acme.test"]);
    for item in office.items("Q4") {
        let (holder, key) = (item["shown"]["holder"].as_str().unwrap(), item["reviewerKey"].as_str().unwrap());
        let own: &[&str] = match holder {
            "user ann" => &["person:E2"],
            "user cat" => &["user:cat"],
            "team acme/core" => &["person:E2", "user:cat"],
            _ => &[],
        };
        assert!(!own.contains(&key), "{key} reviews what {holder} holds");
    }
    assert_eq!(office.item("Q4", CORE.0, CORE.1)["reviewer"], "Mara Boss");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_same_name_holds_it() {
    let (_served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "user:ann"]);
    let number = office.number("Q4", "user benno", "organization:acme:developer");
    assert_eq!(office.run_as("ann", &["reviews", "decide", "Q4", &number, "--certify"]).code, 0);
    // Brought for somebody else it is no better, nor under a name in other letters.
    office.asked(&["reviews", "reassign", "Q4", "--from", "mara@acme.test", "--to", "ben@acme.test", "--reason", "x"]);
    for who in ["ann", "ANN"] {
        let item = office.item("Q4", CORE.0, CORE.1);
        let reviewer = item["reviewerKey"].as_str().unwrap().to_owned();
        is_refused(&office, &decide(&office, who, CORE, &["--reviewer", &reviewer]), CORE);
        is_refused(&office, &decide(&office, who, ANN, &["--reviewer", &reviewer]), ANN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_what_they_hold() {
    let (_served, office) = office().await;
    office.campaign("Q4", &["--reviewer", TESTER]);
    let (ann, core) = (office.number("Q4", ANN.0, ANN.1), office.number("Q4", CORE.0, CORE.1));
    for who in ["ann@acme.test", "E2", "person:E2", "Ann Ash", "user:ann"] {
        let said = office.refused(2, &["reviews", "reassign", "Q4", &ann, &core, "--to", who, "--reason", "hers"]);
        assert!(said.contains("stays where it is"), "{said}");
        assert_eq!(office.history("Q4").last().unwrap(), "refused");
    }
    assert_eq!(office.item("Q4", ANN.0, ANN.1)["reviewerKey"], TESTER);
    // What is theirs already stays theirs, and that is no mistake.
    office.asked(&["reviews", "reassign", "Q4", &ann, "--to", TESTER, "--reason", "again"]);
    office.refused(2, &["reviews", "reassign", "Q4", "9999", "--to", "mara@acme.test", "--reason", "x"]);
    office.refused(2, &["reviews", "reassign", "Q4", &ann, "--to", "mara@acme.test", "--reason", " "]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_does_not_decide_about_what_they_hold() {
    let (_served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "mara@acme.test"]);
    let until = soon();
    let delegate = ["reviews", "delegate", "mara@acme.test", "--to", "ann@acme.test", "--until", &until];
    office.asked(&[&delegate[..], &["--reason", "away"]].concat());
    for grant in [ANN, CORE] {
        is_refused(&office, &decide(&office, "tester", grant, &["--reviewer", "ann@acme.test"]), grant);
    }
    let other = ("user cat", "team:acme/core:member");
    assert_eq!(decide(&office, "tester", other, &["--reviewer", "ann@acme.test"]).code, 0);
    assert_eq!(office.item("Q4", other.0, other.1)["outcome"], "certified");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_somebody_elses_name_is_not_brought_by_whoever_holds_it() {
    let (_served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "mara@acme.test"]);
    let table = office.asked(&["reviews", "export", "Q4"]);
    let file = office.write("filled.csv", super::file::filled(&table, |_| Some(("certify", "fine"))));
    let ran = office.run_as("ann", &["reviews", "import", "Q4", &file]);
    assert!(ran.code == 2 && ran.stdout.contains(OWN), "{ran:?}");
    for item in office.items("Q4") {
        let own = ["user ann", "team acme/core"].contains(&item["shown"]["holder"].as_str().unwrap());
        assert_eq!(item["outcome"], if own { "undecided" } else { "certified" }, "{item}");
    }
    let history = office.history("Q4");
    assert!(history.contains(&"refused".to_owned()) && history.contains(&"submitted".to_owned()), "{history:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_becomes_known_as_the_holder_decides_no_more() {
    let (_served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "ben@acme.test"]);
    let developer = ("user benno", "organization:acme:developer");
    let item = office.item("Q4", developer.0, developer.1);
    assert_eq!(item["reviewerKey"], "person:E3", "nothing tells yet that it is he");
    office.asked(&["people", "pin", "npm:benno", "--person", "E3", "--reason", "it is he"]);
    is_refused(&office, &decide(&office, "tester", developer, &["--reviewer", "ben@acme.test"]), developer);
    let seen = office.json(&["reviews", "items", "Q4", "--reviewer", "ben@acme.test"]);
    assert!(!seen.as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_the_group_decides_about_its_rights_no_more() {
    let (served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "user:benno"]);
    assert_eq!(office.item("Q4", CORE.0, CORE.1)["reviewerKey"], "user:benno");
    served.server.world().team_member("acme", "core", "benno");
    served.sync(&office.binary, &[]).await;
    is_refused(&office, &decide(&office, "benno", CORE, &[]), CORE);
    assert_eq!(decide(&office, "benno", ANN, &[]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_in_the_place_of_whoever_joins_the_group() {
    let (served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "user:benno"]);
    let delegate = ["reviews", "delegate", "user:benno", "--to", "user:olivia", "--until", &soon()];
    office.asked(&[&delegate[..], &["--reason", "away"]].concat());
    served.server.world().team_member("acme", "core", "benno");
    served.sync(&office.binary, &[]).await;
    is_refused(&office, &decide(&office, "olivia", CORE, &[]), CORE);
    assert_eq!(decide(&office, "olivia", ANN, &[]).code, 0);
    // In her own place she may.
    let core = office.number("Q4", CORE.0, CORE.1);
    office.asked(&["reviews", "reassign", "Q4", &core, "--to", "user:olivia", "--reason", "he is in it"]);
    assert_eq!(decide(&office, "olivia", CORE, &[]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_a_campaign_does_not_deny_what_they_hold_with_the_rest() {
    let (served, office) = office().await;
    office.campaign("Q4", &["--reviewer", "mara@acme.test", "--remaining", "deny"]);
    served.server.world().team_member("acme", "core", "benno");
    served.sync(&office.binary, &[]).await;
    let ran = office.run_as("benno", &["reviews", "complete", "Q4", "--reason", "over"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let outcome = |grant: (&str, &str)| office.item("Q4", grant.0, grant.1)["outcome"].clone();
    assert_eq!(outcome(ANN), "denied");
    assert_eq!(outcome(CORE), "undecided", "benno is in the team by now");
    assert_eq!(outcome(("user benno", "organization:acme:developer")), "undecided");
    let plan = office.plan("Q4").to_string();
    assert!(!plan.contains("user benno") && plan.contains("user ann"), "{plan}");
}
