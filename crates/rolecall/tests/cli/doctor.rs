//! `doctor`: what each kind of token can see, in words and by exit code; and what leaves the machine.

use rolecall_sim::npm::{Access, Role, RosterView, Server, TokenSpec, TwoFactor, World, generate};
use rolecall_sim::{Fault, Times};
use rolecall_testkit::{Binary, Ran, Recording, Replay};
use serde_json::Value as Json;

use crate::support::{binary, run};

/// An organisation with an admin who reads, and a public and a private package.
fn acme() -> World {
    let mut world = World::new();
    world.organization("acme").member("acme", "olivia", Role::Owner).member("acme", "adam", Role::Admin);
    world.member("acme", "dora-dev", Role::Developer);
    world.package("@acme/open").published("1.0.0", "dora-dev", "2024-01-01");
    world.package("@acme/closed").private().published("2.0.0", "olivia", "2025-01-01");
    world
}

async fn served(world: World) -> Server {
    Server::start(world, ([127, 0, 0, 1], 0).into()).await.unwrap()
}

fn doctor(binary: &Binary, url: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["doctor", "npm", "--org", "acme", "--registry", url];
    arguments.extend(more);
    run(binary, &arguments)
}

/// Examines with a token of this kind and gives exit code and checks.
async fn examined(shape: impl FnOnce(&mut World) -> String) -> (i32, Json) {
    let mut world = acme();
    let token = shape(&mut world);
    let server = served(world).await;
    let ran = doctor(&binary(&token), server.url(), &["--format", "json"]);
    assert!(server.requests().iter().all(|request| request.method == "GET"));
    (ran.code, ran.json())
}

fn check<'j>(report: &'j Json, name: &str) -> &'j Json {
    report["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap()
}

fn state<'j>(report: &'j Json, name: &str) -> &'j str {
    check(report, name)["state"].as_str().unwrap()
}

fn reading(account: &str) -> TokenSpec {
    TokenSpec::granular(account).reads_organization("acme").expires("2099-01-01T00:00:00Z".parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_token_of_an_admin_sees_everything() {
    let mut world = acme();
    let token = world.token(reading("adam"));
    let server = served(world).await;
    let ran = doctor(&binary(&token), server.url(), &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let shown = ran.stdout.replace(&token[token.len() - 4..], "TAIL").replace(server.url(), "http://REGISTRY");
    insta::assert_snapshot!("doctor_all_is_well", shown);
    let csv = doctor(&binary(&token), server.url(), &["--format", "csv"]).stdout;
    assert!(csv.starts_with("check,of,state,found,means,change\n") && csv.contains("\nroster,,ok,"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developers_token_shows_nothing_of_the_organisation() {
    let (code, report) = examined(|world| world.token(reading("dora-dev"))).await;
    assert_eq!((code, state(&report, "roster"), state(&report, "account")), (3, "failed", "ok"), "{report}");
    assert!(check(&report, "roster")["change"].as_str().unwrap().contains("owner or admin"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developers_session_shows_a_roster_that_proves_nothing() {
    let (code, report) = examined(|world| world.session("dora-dev")).await;
    assert_eq!((code, state(&report, "roster")), (5, "limited"), "{report}");
    assert_eq!(state(&report, "token's limits"), "limited", "a session is in no list");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_was_not_selected_is_said() {
    for status in [401, 403, 404] {
        let (code, report) = examined(|world| {
            world.quirks.organization_not_selected = status;
            world.organization("other").member("other", "adam", Role::Owner);
            world.token(TokenSpec::granular("adam").reads_organization("other"))
        })
        .await;
        assert_eq!((code, state(&report, "roster")), (3, "failed"), "{status}: {report}");
        let limits = check(&report, "token's limits");
        assert!(limits["means"].as_str().unwrap().contains("without acme selected"), "{limits}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_refused_end_the_examination_with_the_reason() {
    type Shape = fn(&mut World) -> String;
    let kinds: [(Shape, &str); 4] = [
        (|world| world.token(reading("adam").expired()), "expired or revoked"),
        (|world| world.token(TokenSpec::classic("adam")), "classic tokens stopped working"),
        (|world| world.token(reading("adam").cidr("10.0.0.0/8")), "CIDR list"),
        (|_| "npm_000000000000000000000000000000000000".to_owned(), "create a granular"),
    ];
    for (shape, advice) in kinds {
        let (code, report) = examined(shape).await;
        assert_eq!((code, state(&report, "roster"), state(&report, "teams")), (3, "failed", "not-tried"), "{report}");
        assert!(check(&report, "roster")["change"].as_str().unwrap().contains(advice), "{advice}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_that_is_said_and_what_to_make() {
    let server = served(acme()).await;
    let ran = doctor(&binary(""), server.url(), &["--format", "json"]);
    let report = ran.json();
    assert_eq!((ran.code, state(&report, "token"), state(&report, "connection")), (3, "failed", "ok"), "{report}");
    assert!(check(&report, "token")["change"].as_str().unwrap().contains("granular"), "{report}");
    assert!(server.requests().iter().all(|request| !request.has_authorization));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_bypasses_the_second_factor_works_and_is_more_than_needed() {
    let (code, report) = examined(|world| world.token(reading("adam").bypass_2fa())).await;
    assert_eq!((code, state(&report, "token's limits")), (0, "limited"), "{report}");
    assert!(check(&report, "token's limits")["change"].as_str().unwrap().contains("bypass"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_write_or_ends_soon_or_lacks_packages_is_said_to() {
    let (code, report) = examined(|world| {
        let spec = TokenSpec::granular("adam").organizations(Access::ReadWrite, &["acme"]).cidr("127.0.0.0/8");
        let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(50);
        world.set_now(jiff::Timestamp::now());
        world.token(spec.expires(soon))
    })
    .await;
    assert_eq!(code, 5, "the private package is not seen: {report}");
    let limits = check(&report, "token's limits");
    let means = limits["means"].as_str().unwrap();
    for expected in ["may write", "no private package", "within 3 days"] {
        assert!(means.contains(expected), "{expected}: {limits}");
    }
    assert!(limits["found"].as_str().unwrap().contains("127.0.0.0/8"), "{limits}");
    let change = check(&report, "visibility")["change"].as_str().unwrap();
    assert!(change.contains("packages of @acme"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_are_hidden_are_a_partial_sight_and_outages_are_the_sources() {
    let (code, report) = examined(|world| {
        world.quirks.teams_need_owner = true;
        world.token(reading("adam"))
    })
    .await;
    assert_eq!((code, state(&report, "teams"), state(&report, "roster")), (5, "failed", "ok"), "{report}");
    let (code, report) = examined(|world| {
        world.quirks.granular_whoami_refused = true;
        world.token(reading("adam"))
    })
    .await;
    assert_eq!((code, state(&report, "account"), state(&report, "roster")), (5, "limited", "limited"), "{report}");
    assert!(check(&report, "account")["change"].as_str().unwrap().contains("--attest-user"), "{report}");
    let (code, report) = examined(|world| {
        world.quirks.roster = Some(RosterView::OnlySelf);
        world.account("adam").two_factor(TwoFactor::Off);
        world.token(reading("adam"))
    })
    .await;
    assert_eq!((code, state(&report, "profile")), (0, "limited"), "an admin alone proves a roster: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_in_the_registrys_place_is_no_word_about_the_token() {
    let mut world = acme();
    let token = world.token(reading("adam"));
    let server = served(world).await;
    server.faults().add("GET /**", Fault::html(403), Times::Always);
    let ran = doctor(&binary(&token), server.url(), &[]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.stdout.contains("a web page answers in the registry's place"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("select the organisation"), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_registry_is_said_once() {
    let ran = doctor(&binary("npm_invented000000000000000000000000000"), "http://127.0.0.1:9", &["--format", "json"]);
    let report = ran.json();
    assert_eq!(
        (ran.code, state(&report, "connection"), state(&report, "teams")),
        (4, "failed", "not-tried"),
        "{report}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_organisation_is_seen_in_part() {
    let recording = Recording::organization_2024();
    let organization = recording.organization.clone();
    let replay = Replay::start(recording).await.unwrap();
    let binary = binary("npm_invented000000000000000000000000000");
    let ran = run(&binary, &["doctor", "npm", "--org", &organization, "--registry", &replay.url(), "--format", "json"]);
    let report = ran.json();
    assert_eq!((ran.code, state(&report, "roster"), state(&report, "teams")), (5, "limited", "ok"), "{report}");
    assert_eq!(state(&report, "team packages"), "failed");
    assert!(check(&report, "packages")["found"].as_str().unwrap().contains("324"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_requests_sends_none_and_needs_no_token() {
    let server = served(acme()).await;
    let ran = doctor(&binary(""), server.url(), &["--requests"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    insta::assert_snapshot!("doctor_requests", ran.stdout);
    let listed = doctor(&binary(""), server.url(), &["--requests", "--format", "json"]).json();
    assert!(listed.as_array().unwrap().iter().all(|request| request["method"] == "GET"));
    assert!(server.requests().is_empty());
}

/// Everything that must not be in what is handed to others.
fn secrets(server: &Server, token: &str) -> Vec<String> {
    let world = server.world();
    let mut names = world.accounts();
    names.extend(world.organizations());
    names.extend(world.packages().iter().map(|name| name.rsplit('/').next().unwrap().to_owned()));
    names.extend(["@mail.example".to_owned(), "@acme.example".to_owned(), token[4..16].to_owned()]);
    names
}

fn assert_free_of(text: &str, secrets: &[String]) {
    for secret in secrets {
        let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let found = text.match_indices(secret.as_str()).any(|(at, _)| {
            let after = text[at + secret.len()..].chars().next();
            let before = text[..at].chars().next_back();
            !before.is_some_and(is_inside) && !after.is_some_and(is_inside)
        });
        assert!(!found, "{secret:?} is in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transcript_and_bundle_hold_no_name_no_mail_and_no_token() {
    let made = generate::world(5, generate::Shape { members: 12, teams: 4, packages: 9 });
    let server = served(made.world).await;
    let binary = binary(&made.token);
    let url = server.url().to_owned();
    let sync = ["sync", "npm", "--org", &made.organization, "--registry", &url];
    assert_eq!(run(&binary, &sync).code, 0);
    server.faults().add("GET /-/npm/v1/user", Fault::Notice(format!("Hello {}", made.reader)), Times::Always);
    let arguments = [
        "doctor",
        "npm",
        "--org",
        &made.organization,
        "--registry",
        &url,
        "-vv",
        "--transcript",
        "t.jsonl",
        "--bundle",
        "b.json",
    ];
    let ran = run(&binary, &arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("no token, mail address or name is in it"), "{}", ran.stderr);
    let secret = &made.token[4..16];
    assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{ran:?}");

    let transcript = std::fs::read_to_string(binary.home().join("t.jsonl")).unwrap();
    let bundle = std::fs::read_to_string(binary.home().join("b.json")).unwrap();
    let secrets = secrets(&server, &made.token);
    assert!(secrets.len() > 20);
    assert_free_of(&transcript, &secrets);
    assert_free_of(&bundle, &secrets);
    assert!(!bundle.contains(binary.home().to_str().unwrap()) && !bundle.contains("127.0.0.1"), "{bundle}");

    let lines: Vec<Json> = transcript.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let probed = |letter: &str| {
        let bears = |line: &&Json| line["probes"].as_array().unwrap().iter().any(|probe| probe == letter);
        lines.iter().filter(bears).count()
    };
    assert!(('a'..='j').all(|letter| probed(&letter.to_string()) > 0), "{transcript}");
    let anonymous = lines.iter().find(|line| line["withToken"] == false).unwrap();
    assert_eq!((&anonymous["request"], &anonymous["status"]), (&"roster".into(), &401.into()));
    let conditional = lines.iter().find(|line| line["conditional"] == true).unwrap();
    assert_eq!(conditional["status"], 304);
    let report: Json = serde_json::from_str(&bundle).unwrap();
    assert!(report["database"]["schema"].as_i64().is_some_and(|schema| schema >= 2), "{report}");
    let roster = report["database"]["connectors"][0]["listings"].as_array().unwrap();
    assert!(roster.iter().any(|listing| listing["kind"] == "roster" && listing["verdict"] == "proven"), "{report}");
    assert_eq!(report["configuration"]["token"]["from"], "NPM_TOKEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_of_errors_and_pages_is_as_clean() {
    let mut world = acme();
    let token = world.token(reading("adam"));
    let server = served(world).await;
    let leak =
        serde_json::json!({ "error": format!("adam <adam@acme.example> with {token} may not read @acme/closed") });
    server.faults().add("GET /-/org/*/team", Fault::json(403, &leak), Times::Always);
    server.faults().add(
        "GET /-/org/*/package",
        Fault::json(200, &serde_json::json!({ "list": { "olivia": ["adam"] } })),
        Times::Always,
    );
    let binary = binary(&token);
    let ran = doctor(&binary, server.url(), &["--transcript", "t.jsonl", "--bundle", "b.json"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    let secrets = secrets(&server, &token);
    for file in ["t.jsonl", "b.json"] {
        let text = std::fs::read_to_string(binary.home().join(file)).unwrap();
        assert_free_of(&text, &secrets);
        assert!(text.contains("may not read"), "the registry's words stay: {text}");
    }
    assert!(!ran.stdout.contains(&token[4..16]), "{}", ran.stdout);
}
