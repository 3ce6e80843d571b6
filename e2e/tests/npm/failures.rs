//! What clients make of a registry or a proxy that fails, as `npm-client-requests.md` §2 tells it.

use rolecall_e2e::{Npm, Simulator};
use rstest::rstest;

use crate::RETRIES;

const LIST: &str = "org ls acme --parseable";

fn failing(fault: &str) -> Simulator {
    Simulator::npm_with(&["--fault", fault])
}

#[rstest]
#[case("json-401", "E401")]
#[case("json-403", "E403")]
#[case("json-404", "E404")]
#[case("html-429", "E429")]
#[case("html-503", "E503")]
fn refusals_end_with_their_code(#[case] fault: &str, #[case] code: &str, #[values("12", "10", "6")] version: &str) {
    let simulator = failing(&format!("{fault} GET /-/org/*/user"));
    Npm::new(version, &simulator, "read-only").run(LIST).failed(code);
}

#[rstest]
fn what_is_no_roster_fails_or_is_empty(#[values("12", "10", "6")] version: &str) {
    let simulator = failing("html-200 GET /-/org/*/user");
    let answer = Npm::new(version, &simulator, "read-only").run(LIST);
    assert_ne!(answer.code, Some(0), "{}", answer.stdout);

    let simulator = failing("empty GET /-/org/*/user");
    let npm = Npm::new(version, &simulator, "read-only");
    assert_eq!(npm.run("org ls acme --json").json(), serde_json::json!({}));
}

/// npm reads the roster as it comes and does not notice that it never ends: whoever builds on its
/// output takes half of the members for all of them.
#[rstest]
fn npm_takes_half_a_roster_for_the_whole(#[values("12", "10", "6")] version: &str) {
    let simulator = failing("truncated GET /-/org/*/user");
    let answer = Npm::new(version, &simulator, "read-only").run(LIST);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert!((2..13).contains(&answer.lines().len()), "{}", answer.stdout);
}

#[rstest]
fn a_roster_can_be_only_oneself(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm_with(&["--quirk", "roster-only-self"]);
    let npm = Npm::new(version, &simulator, "read-only");
    assert_eq!(npm.run(LIST).lines(), ["acme-inventory\tadmin", "user\trole"]);
}

#[rstest]
fn reading_is_tried_three_times(#[values("12", "10")] version: &str) {
    for (fault, succeeds) in [("once html-503", true), ("first-2 too-many", true), ("first-3 too-many", false)] {
        let simulator = failing(&format!("{fault} GET /-/org/*/user"));
        let answer = Npm::new(version, &simulator, "read-only").run(&format!("{LIST} {RETRIES}"));
        assert_eq!(answer.code == Some(0), succeeds, "{fault}: {}", answer.stderr);
    }
}

#[test]
fn setting_a_member_is_tried_three_times_and_making_a_token_once() {
    for (times, succeeds) in [("first-2", true), ("first-3", false)] {
        let simulator = failing(&format!("{times} too-many PUT /-/org/*/user"));
        let npm = Npm::new("12", &simulator, "owner-session");
        let answer = npm.run(&format!("org set acme lena.k admin {} {RETRIES}", simulator.otp()));
        assert_eq!(answer.code == Some(0), succeeds, "{times}: {}", answer.stderr);
    }
    let simulator = failing("once html-503 POST /-/npm/v1/tokens");
    let npm = Npm::new("12", &simulator, "owner-session");
    let create = "token create --name=all --packages-all --packages-and-scopes-permission=read-only --password=pw";
    npm.run(&format!("{create} {} {RETRIES}", simulator.otp())).failed("E503");
}

/// The request took effect, so trying again finds the member gone.
#[test]
fn a_lost_answer_to_a_removal_is_tried_again_and_misunderstood() {
    let simulator = failing("once lost DELETE /-/org/*/user");
    let npm = Npm::new("12", &simulator, "owner-session");
    let answer = npm.run(&format!("org rm acme lena.k {} {RETRIES}", simulator.otp()));
    answer.failed("E404");
    assert!(!npm.run(LIST).lines().contains(&"lena.k\tdeveloper"));
}

/// The answers carry an entity tag and no lifetime, so a client asks again and may be told 304.
#[rstest]
fn a_client_with_a_cache_sees_every_change(#[values("12", "10", "6")] version: &str) {
    let simulator = Simulator::npm();
    let npm = Npm::new(version, &simulator, "owner-session");
    let before = npm.run(LIST);
    assert_eq!(npm.run(LIST).lines(), before.lines());
    npm.run(&format!("org set acme lena.k owner {}", simulator.otp())).succeeded();
    assert!(npm.run(LIST).lines().contains(&"lena.k\towner"));
}
