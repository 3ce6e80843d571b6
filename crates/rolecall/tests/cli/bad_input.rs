//! Rubbish in: an error that says what happened and what to do, a documented exit code, and the current data as it was.

use rolecall_sim::npm::TokenSpec;
use rolecall_sim::{Fault, Pattern, Times};
use rolecall_testkit::Ran;
use rstest::rstest;

use crate::support::{Served, binary, grants, run, served};

fn assert_explains(ran: &Ran, code: i32, words: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    for word in words {
        assert!(ran.stderr.contains(word) || ran.stdout.contains(word), "{word:?} is missing in {ran:?}");
    }
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
}

#[rstest]
#[case::html_forbidden(Fault::html(403), 3)]
#[case::html_instead_of_data(Fault::html_ok(), 4)]
#[case::error_instead_of_data(Fault::error_ok("not found"), 4)]
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_cannot_be_used_change_nothing(#[case] fault: Fault, #[case] code: i32) {
    let served = served(31, 8, 3, 4).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let before = grants(&binary);
    served.server.faults().add(Pattern::all(), fault, Times::Always);
    assert_explains(&served.sync(&binary, &[]).await, code, &["error:", "hint:"]);
    assert_eq!(grants(&binary), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_that_cannot_be_read_is_said_and_the_rest_is_kept() {
    let served = served(32, 8, 3, 4).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let before = grants(&binary);
    served.server.faults().add(Pattern::new("GET /-/org/*/user"), Fault::Truncated, Times::Always);
    assert_explains(&served.sync(&binary, &[]).await, 5, &["not read", "ends too early"]);
    assert_eq!(grants(&binary), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_that_lost_half_its_members_removes_nobody() {
    let served = served(33, 20, 3, 4).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    let before = run(&binary, &["list", "users", "--format", "json"]).json().as_array().unwrap().len();
    let members = served.server.world().members(&served.organization);
    let half: serde_json::Map<String, serde_json::Value> = members
        .iter()
        .take(members.len() / 2)
        .map(|(name, role)| (name.clone(), format!("{role:?}").to_lowercase().into()))
        .collect();
    served.server.faults().add(Pattern::new("GET /-/org/*/user"), Fault::json(200, &half.into()), Times::Always);
    assert_explains(&served.sync(&binary, &[]).await, 0, &[]);
    let after = run(&binary, &["list", "users", "--format", "json"]).json().as_array().unwrap().len();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_cannot_read_are_explained() {
    let served = served(34, 8, 3, 4).await;
    let (owner, organization) =
        (served.server.world().members(&served.organization)[0].0.clone(), served.organization.clone());
    let specs: [(String, i32, &str); 4] = {
        let mut world = served.server.world();
        [
            (world.token(TokenSpec::classic(&owner)), 3, "classic"),
            (world.token(TokenSpec::granular(&owner).reads_organization(&organization).expired()), 3, "expired"),
            (world.token(TokenSpec::granular(&owner)), 3, "select"),
            ("npm_wrong00000000000000000000000000000000".to_owned(), 3, "wrong"),
        ]
    };
    for (token, code, word) in specs {
        let binary = binary(&token);
        assert_explains(&served.sync(&binary, &[]).await, code, &["error:", "hint:", word]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_organisation_no_network_and_no_token_are_explained() {
    let served = served(35, 8, 3, 4).await;
    let binary = served.binary();
    let url = served.server.url().to_owned();
    let misspelt = run(&binary, &["sync", "npm", "--org", "nosuchorg", "--registry", &url]);
    assert_explains(&misspelt, 3, &["error:", "spelling"]);
    let nobody = run(&binary, &["sync", "npm", "--org", "acme", "--registry", "http://127.0.0.1:9/"]);
    assert_explains(&nobody, 4, &["error:"]);
    let bare = Served { token: String::new(), ..served };
    assert_explains(&bare.sync(&bare.binary(), &[]).await, 3, &["no npm token", "--token-file"]);
    let plain = run(&binary, &["sync", "npm", "--org", "acme", "--registry", "http://npm.example.test/"]);
    assert_explains(&plain, 2, &["error:"]);
    assert_explains(
        &run(&binary, &["sync", "npm", "--org", "a b", "--registry", &url]),
        2,
        &["names no npm organisation"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_bypasses_two_factor_authentication_may_read() {
    let served = served(36, 8, 3, 4).await;
    let admin = served.server.world().members(&served.organization)[0].0.clone();
    let spec = TokenSpec::granular(&admin).reads_organization(&served.organization).bypass_2fa();
    let token = served.server.world().token(spec);
    let ran = served.sync(&binary(&token), &["--membership-only"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_that_cannot_be_used_are_explained() {
    let served = served(37, 6, 2, 3).await;
    let binary = served.binary();
    let none = run(&binary, &["status"]);
    assert_explains(&none, 7, &["rolecall sync npm"]);
    std::fs::write(binary.database(), "this is no database, and never was one, however long it is").unwrap();
    assert_explains(&served.sync(&binary, &[]).await, 7, &["error:"]);
    let nowhere = served.sync(&binary, &["--database", "/proc/nowhere/rolecall.db"]).await;
    assert_explains(&nowhere, 7, &["error:"]);
    let later = served.sync(&binary, &["--database", "postgres://localhost/rolecall"]).await;
    assert_explains(&later, 7, &["error:"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_mean_nothing_or_too_much_are_explained() {
    let served = served(38, 8, 3, 4).await;
    let binary = served.binary();
    served.sync(&binary, &["--membership-only"]).await;
    assert_explains(&run(&binary, &["who-can", "publish", "@nobody/nothing"]), 6, &["not recorded", "hint:"]);
    assert_explains(&run(&binary, &["access", "npm:nobody-at-all"]), 6, &["not recorded"]);
    let listed = run(&binary, &["list", "packages", "--format", "json"]).json();
    let package = listed[0]["package"].as_str().unwrap().to_owned();
    assert_explains(&run(&binary, &["who-can", "fly", &package]), 6, &["publish, read"]);
    assert_explains(&run(&binary, &["status", "--connector", "npm:other"]), 6, &["no connector is called"]);
    let prefixed = format!("npm:{package}");
    assert_eq!(run(&binary, &["who-can", "publish", &prefixed]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_syncs_at_once_are_refused() {
    let served = served(39, 8, 3, 4).await;
    let binary = served.binary();
    served.server.faults().add(Pattern::new("GET /-/org/*/user"), Fault::Stalled, Times::Always);
    let mut first = binary.start(&served.sync_arguments(&[])).unwrap();
    while !served.server.requests().iter().any(|request| request.target.ends_with("/user")) {
        tokio::task::yield_now().await;
    }
    let second = served.sync(&binary, &[]).await;
    first.kill().unwrap();
    first.wait().unwrap();
    assert_explains(&second, 8, &["error:", "sync of npm:"]);
}
