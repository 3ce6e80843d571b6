//! What the command line makes of a service that refuses or fails: its exit code is the last eight bits
//! of the status, and 1 where there is none.

use rolecall_e2e::{Answer, Cli, Simulator};
use rstest::rstest;

const LIST: &str = "list repos acme";

fn answer(fault: &str, line: &str) -> Answer {
    let simulator = Simulator::cloudsmith_with(&["--fault", fault]);
    Cli::new(&simulator, "owner").run(line)
}

#[rstest]
#[case("json-401", 401, "Detail: ")]
#[case("json-402", 402, "Payment Required")]
#[case("json-403", 403, "Detail: ")]
#[case("json-404", 404, "the user/org is wrong or not visible")]
#[case("html-403", 403, "Detail: Forbidden")]
fn refusals_end_with_their_status(#[case] fault: &str, #[case] status: i32, #[case] text: &str) {
    let answer = answer(&format!("{fault} GET /repos/*"), LIST);
    assert!(answer.refused(status).contains(text), "{answer:?}");
}

#[test]
fn a_hiccup_is_waited_for_and_a_failure_is_not_a_status() {
    assert!(answer("once too-many GET /repos/*", LIST).succeeded().contains("acme/production"));
    let given_up = answer("html-503 GET /repos/*", &format!("{LIST} --error-retry-max 0"));
    assert_eq!(given_up.code, Some(1));
    assert!(given_up.stdout.contains("(status: 0 - Unknown Status)"), "{given_up:?}");
}

/// A bug of the client's, which the real service is known to trigger.
#[test]
fn nested_fields_end_the_client() {
    let answer = answer("nested-fields GET /repos/*/*/privileges", "repos privileges list acme/production");
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains("TypeError: sequence item 0: expected str instance, dict found"), "{answer:?}");
}

#[rstest]
#[case("no-page-headers")]
#[case("nulls")]
#[case("unknown-words")]
fn what_is_missing_or_new_is_read(#[case] quirk: &str) {
    let simulator = Simulator::cloudsmith_with(&["--quirk", quirk]);
    let told = Cli::new(&simulator, "owner").run(&format!("{LIST} -F json")).json();
    assert_eq!(told["data"].as_array().map(Vec::len), Some(8));
    assert_eq!(told["meta"].is_null(), quirk == "no-page-headers");
}
