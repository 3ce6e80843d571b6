//! Trusted publishers: read with a person's one-time password only, shown apart, and never in the way of the rest.

use std::io::Write;
use std::process::Command;

use rolecall_sim::npm::{OtpForm, Provider, Role, Server, TrustSpec, TwoFactor, WebApproval, World};
use rolecall_sim::{Fault, Times};
use rolecall_testkit::{Binary, Ran};

use crate::support::{Served, binary, run};

/// An owner who may write three packages, of which two are published by workflows.
async fn acme(shape: impl FnOnce(&mut World)) -> Served {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "dev", Role::Developer);
    for name in ["@acme/lib", "@acme/staged", "@acme/plain"] {
        world.package(name).published("1.0.0", "dev", "2024-01-01");
    }
    world.package("@acme/lib").trusted(TrustSpec::github("acme/lib", "publish.yml").environment("production"));
    world.package("@acme/staged").trusted(TrustSpec::gitlab("acme/staged", ".gitlab-ci.yml").stage_only());
    shape(&mut world);
    let token = world.session("olivia");
    let server = Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap();
    Served { server, organization: "acme".to_owned(), token }
}

async fn sync(served: &Served, binary: &Binary, more: &[&str], input: &str) -> Ran {
    let mut arguments = served.sync_arguments(&["--with-trust"]);
    arguments.extend(more);
    tokio::task::block_in_place(|| binary.run_with_input(&arguments, input)).unwrap()
}

fn who_can(binary: &Binary, package: &str) -> serde_json::Value {
    run(binary, &["who-can", "publish", package, "--format", "json"]).json()
}

/// How often trust was asked for, and how often with a password.
fn asked(served: &Served) -> (usize, usize) {
    let requests = served.server.requests();
    let trust = requests.iter().filter(|request| request.target.ends_with("/trust"));
    (trust.clone().count(), trust.filter(|request| request.otp.is_some()).count())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_being_asked_for_they_are_named_and_the_answer_is_complete() {
    let served = acme(|_| {}).await;
    let binary = served.binary();
    assert_eq!(served.sync(&binary, &["--require-complete"]).await.code, 0, "never read is no gap");
    assert_eq!(asked(&served), (0, 0));
    let answer = who_can(&binary, "@acme/lib");
    assert_eq!(
        (&answer["completeness"]["complete"], &answer["trustedPublishers"]),
        (&true.into(), &serde_json::json!([]))
    );
    assert!(answer["notRead"][0].as_str().unwrap().contains("--with-trust"), "{answer}");
    let access = run(&binary, &["access", "dev", "--format", "json"]).json();
    assert!(access["notRead"][0].as_str().unwrap().contains("--with-trust"), "{access}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_password_serves_every_package_and_who_can_shows_them() {
    let served = acme(|_| {}).await;
    let binary = served.binary();
    let ran = sync(&served, &binary, &["--otp", "stdin"], "123456\n").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(asked(&served), (4, 3), "one challenge, and then three packages with the same password");
    let commands = served.server.requests().into_iter().filter(|request| request.target.ends_with("/trust"));
    assert!(commands.clone().all(|request| request.command.as_deref() == Some("trust") && request.method == "GET"));

    let answer = who_can(&binary, "@acme/lib");
    let publisher = &answer["trustedPublishers"][0];
    assert_eq!((&publisher["principal"]["id"], &publisher["can"]), (&"github.com/acme/lib".into(), &true.into()));
    assert_eq!((&publisher["workflow"], &publisher["environment"]), (&"publish.yml".into(), &"production".into()));
    assert_eq!(answer["count"], 2, "a repository is no account");
    assert_eq!((&answer["notRead"], &answer["completeness"]["complete"]), (&serde_json::json!([]), &true.into()));
    let staged = who_can(&binary, "@acme/staged");
    assert_eq!(staged["trustedPublishers"][0]["can"], false, "staging is not publishing: {staged}");
    assert_eq!(who_can(&binary, "@acme/plain")["trustedPublishers"], serde_json::json!([]));
    let day = publisher["since"].as_str().unwrap().split('T').next().unwrap().to_owned();
    let mut shown = String::new();
    for package in ["@acme/lib", "@acme/staged"] {
        let ran = run(&binary, &["who-can", "publish", package]);
        let moment = |line: &&str| !line.starts_with("Complete:");
        shown += &ran.stdout.replace(&day, "YYYY-MM-DD").lines().filter(moment).collect::<Vec<_>>().join("\n");
        shown += "\n\n";
    }
    insta::assert_snapshot!("trusted_publishers", shown);
    let csv = run(&binary, &["who-can", "publish", "@acme/lib", "--format", "csv"]).stdout;
    assert!(csv.contains("github.com/acme/lib,trusted publisher,\"everyone who can write"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_once_is_carried_and_says_its_age() {
    let served = acme(|_| {}).await;
    let binary = served.binary();
    sync(&served, &binary, &["--otp", "stdin"], "123456\n").await;
    let between = jiff::Timestamp::now();
    served.server.requests_clear();
    assert_eq!(served.sync(&binary, &[]).await.code, 0);
    assert_eq!(asked(&served), (0, 0));
    let answer = who_can(&binary, "@acme/lib");
    assert_eq!(answer["trustedPublishers"].as_array().unwrap().len(), 1, "{answer}");
    let since: jiff::Timestamp = answer["completeness"]["readInFullSince"].as_str().unwrap().parse().unwrap();
    assert!(
        answer["completeness"]["complete"] == true && since <= between,
        "it is as old as its oldest part: {answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_publisher_goes_when_a_second_reading_confirms_it() {
    let served = acme(|_| {}).await;
    let binary = served.binary();
    sync(&served, &binary, &["--otp", "stdin"], "123456\n").await;
    served.server.world().package_remove("@acme/lib");
    served.server.world().package("@acme/lib").published("1.0.0", "dev", "2024-01-01");
    assert_eq!(sync(&served, &binary, &["--otp", "stdin"], "123456\n").await.code, 0);
    assert_eq!(who_can(&binary, "@acme/lib")["trustedPublishers"], serde_json::json!([]));
    let changes = run(&binary, &["changes", "--format", "json"]).stdout;
    assert!(changes.contains("holds trusted-publisher on package @acme/lib"), "{changes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_page_is_shown_and_polled_once_for_all() {
    let served = acme(|world| world.quirks.web_approval = WebApproval::AfterPolls(1)).await;
    let binary = served.binary();
    let ran = sync(&served, &binary, &["--otp", "web", "-vv"], "").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("/auth/cli/"), "the page is shown: {}", ran.stderr);
    let polls = served.server.requests().into_iter().filter(|request| request.target.starts_with("/-/v1/done"));
    let ids: Vec<String> = polls.map(|request| request.target.rsplit('=').next().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 2, "once not ready, once approved");
    assert!(!ran.stderr.contains(&format!("authId={}", ids[0])), "the log keeps the id to itself: {}", ran.stderr);
    assert_eq!(who_can(&binary, "@acme/lib")["trustedPublishers"].as_array().unwrap().len(), 1);
    let passwords: Vec<String> = served.server.requests().into_iter().filter_map(|request| request.otp).collect();
    assert!(!passwords.is_empty() && passwords.iter().all(|password| !ran.stderr.contains(password)), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_the_registrys_own_is_never_polled() {
    let served = acme(|_| {}).await;
    let other = Server::start(World::new(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let challenge = serde_json::json!({
        "authUrl": "https://www.example.test/auth/cli/1",
        "doneUrl": format!("{}/-/v1/done?authId=1", other.url()),
    });
    let Fault::Instead(answer) = Fault::json(401, &challenge) else { panic!() };
    let fault = Fault::Instead(answer.with("www-authenticate", "OTP"));
    served.server.faults().add("GET /-/package/*/trust", fault, Times::Always);
    let binary = served.binary();
    let ran = sync(&served, &binary, &["--otp", "web"], "").await;
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stdout.contains("not this registry's own"), "{ran:?}");
    assert!(other.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_asked_for_again_and_never_shown() {
    let served = acme(|_| {}).await;
    let binary = served.binary();
    let ran = sync(&served, &binary, &["--otp", "stdin", "-vv"], "999111\n123456\n").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("did not accept"), "{}", ran.stderr);
    for password in ["999111", "123456"] {
        assert!(!ran.stderr.contains(password) && !ran.stdout.contains(password), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_wrong_ones_nobody_is_asked_and_the_rest_is_current() {
    let served = acme(|_| {}).await;
    let binary = served.binary();
    let ran = sync(&served, &binary, &["--otp", "stdin"], "1\n2\n3\n123456\n").await;
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stdout.contains("left out: 3 listings") && ran.stdout.contains("three times"), "{ran:?}");
    let answer = who_can(&binary, "@acme/lib");
    assert_eq!((&answer["count"], &answer["completeness"]["complete"]), (&2.into(), &true.into()), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_expires_midway_is_asked_for_again_and_without_one_the_first_stay() {
    for (input, code, left) in [("123456\n654321\n", 0, false), ("123456\n", 5, true)] {
        let served = acme(|_| {}).await;
        served.server.after("GET /-/package/*/trust", 3, |world| {
            world.set_otp_code("654321");
        });
        let binary = served.binary();
        let ran = sync(&served, &binary, &["--otp", "stdin"], input).await;
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(ran.stderr.contains("any more"), "{}", ran.stderr);
        assert_eq!(ran.stdout.contains("left out: 1 listing,"), left, "{}", ran.stdout);
        assert_eq!(who_can(&binary, "@acme/lib")["trustedPublishers"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_at_the_question_keeps_what_was_read() {
    let served = acme(|_| {}).await;
    served.server.after("GET /-/package/*/trust", 3, |world| {
        world.set_otp_code("654321");
    });
    let binary = served.binary();
    let mut child = binary.start(&served.sync_arguments(&["--with-trust", "--otp", "stdin"])).unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"123456\n").unwrap();
    while asked(&served).0 < 4 && child.try_wait().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    let stopped = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    let output = tokio::task::block_in_place(|| child.wait_with_output()).unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    drop(input);
    assert_eq!(who_can(&binary, "@acme/lib")["count"], 2, "what came before the question is current");
    let ran = sync(&served, &binary, &["--otp", "stdin", "--format", "json"], "654321\n").await;
    let stages = &ran.json()["stages"];
    assert_eq!((ran.code, &stages[2]["resumed"], &stages[2]["read"]), (0, &2.into(), &3.into()), "{stages}");
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_published_by_workflows_are_observed_without_a_password() {
    let served = acme(|world| {
        let lib = world.package("@acme/lib").repository("git+https://github.com/acme/lib.git");
        lib.published_by_provider("1.1.0", Provider::GitHub, "2026-10-14");
    })
    .await;
    let binary = served.binary();
    served.sync(&binary, &[]).await;
    let answer = who_can(&binary, "@acme/lib");
    let observed = &answer["observedPublishers"][0];
    assert_eq!((&observed["provider"], &observed["repository"]), (&"github".into(), &"github.com/acme/lib".into()));
    let shown = run(&binary, &["who-can", "publish", "@acme/lib"]).stdout;
    let expected = "Observed: versions published by a workflow with provenance (GitHub Actions), last on 2026-10-14, \
                    repository github.com/acme/lib.";
    assert!(shown.contains(expected), "{shown}");
    assert!(!run(&binary, &["who-can", "read", "@acme/lib"]).stdout.contains("Observed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_that_is_said_before_anything_is_read() {
    let served = acme(|_| {}).await;
    let binary = served.binary();
    let ran = sync(&served, &binary, &[], "").await;
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("no terminal") && ran.stderr.contains("--otp stdin"), "{}", ran.stderr);
    assert!(served.server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_read_is_said_and_asks_nobody() {
    let served = acme(|world| {
        world.account("olivia").two_factor(TwoFactor::Off);
        world.quirks.otp_form = OtpForm::Text;
    })
    .await;
    let binary = served.binary();
    let ran = sync(&served, &binary, &["--otp", "stdin"], "").await;
    assert_eq!(ran.code, 5, "what was asked for could not be read: {ran:?}");
    assert!(ran.stdout.contains("Please enable 2fa"), "{}", ran.stdout);
    let answer = who_can(&binary, "@acme/lib");
    assert_eq!(answer["completeness"]["complete"], true, "never read is no gap: {answer}");
    assert!(answer["notRead"][0].is_string(), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_challenge_is_answered_although_a_page_was_preferred() {
    let served = acme(|world| world.quirks.otp_form = OtpForm::Text).await;
    let binary = binary(&served.token);
    let ran = sync(&served, &binary, &["--otp", "web"], "").await;
    assert_eq!(ran.code, 5, "no terminal to type at: {ran:?}");
    assert!(ran.stdout.contains("no one-time password was given"), "{ran:?}");
}
