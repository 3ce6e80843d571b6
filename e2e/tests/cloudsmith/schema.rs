//! No answer outside the document: a fuzzer makes thousands of requests out of it, right and wrong ones.

use std::collections::BTreeSet;

use rolecall_e2e::{Findings, Fuzzer, Simulator, is_deep};
use rstest::rstest;
use serde_json::Value;

use crate::document::{complete, of, operations, published};
use crate::names::Names;

const ORGANIZATION: [&str; 10] =
    ["--seed", "7", "--members", "30", "--teams", "6", "--repositories", "8", "--services", "8"];

/// Whoever calls these is locked out from then on, so they are tried on their own.
const LAST: [&str; 2] = ["DELETE /orgs/{org}/", "PUT /user/tokens/{slug_perm}/refresh/"];
const WITHOUT_LAST: [&str; 4] = ["--exclude-name", LAST[0], "--exclude-name", LAST[1]];
const ONLY_LAST: [&str; 4] = ["--include-name", LAST[0], "--include-name", LAST[1]];

/// What nobody can have carried out: the caller has a key already, passwords are not accepted any more, and no
/// identity token can be guessed.
const NEVER: [&str; 3] = ["POST /user/tokens/", "POST /user/token/", "POST /openid/{owner}/"];

/// A document with names of this service.
fn prepared(simulator: &Simulator, mut document: Value) -> Value {
    complete(&mut document);
    let names = Names::of(simulator);
    names.put_into(&mut document);
    names.put_into_bodies(&mut document);
    document
}

fn fuzz(simulator: &Simulator, part: &str, document: &Value, options: &[&str]) -> Findings {
    let findings = Fuzzer::new(simulator.url(), simulator.key(part), document).with(options).run();
    assert!(findings.wrong.is_none(), "{}", findings.wrong.unwrap_or_default());
    findings
}

#[test]
fn whatever_an_owner_asks_is_answered_as_declared() {
    let simulator = Simulator::cloudsmith_with(&ORGANIZATION);
    let mut document = prepared(&simulator, of(&simulator));
    let mode = ["--phases", "coverage", "--mode", if is_deep() { "all" } else { "positive" }];
    let findings = fuzz(&simulator, "read-only", &document, &[&mode[..], &WITHOUT_LAST].concat());
    let in_vain: BTreeSet<&str> = findings.tried_in_vain().into_iter().collect();
    assert_eq!(in_vain, BTreeSet::from(NEVER), "everything else is carried out at least once");
    assert_eq!(findings.answers.len(), operations(&mut document).len() - LAST.len());
}

#[test]
fn whatever_is_sent_is_answered_as_declared() {
    let simulator = Simulator::cloudsmith_with(&ORGANIZATION);
    let document = prepared(&simulator, of(&simulator));
    let count = ["--phases", "fuzzing", "--mode", "all", "--max-examples", if is_deep() { "60" } else { "3" }];
    fuzz(&simulator, "read-only", &document, &[&count[..], &WITHOUT_LAST].concat());
}

#[test]
fn what_ends_the_callers_own_access_is_answered_as_declared() {
    let simulator = Simulator::cloudsmith_with(&ORGANIZATION);
    let document = prepared(&simulator, of(&simulator));
    fuzz(&simulator, "read-only", &document, &[&["--phases", "coverage"][..], &ONLY_LAST].concat());
}

const READING: [&str; 8] =
    ["--phases", "coverage", "--mode", "positive", "--include-method", "GET", "--exclude-path-regex", "/remove/$"];

/// Less is shown to others and more is refused, but nothing in another form; and what may be null may be null.
#[rstest]
#[case("member", &[])]
#[case("read-only", &["--quirk", "nulls"])]
fn whatever_is_shown_to_others_is_shown_as_declared(#[case] part: &str, #[case] quirk: &[&str]) {
    let simulator = Simulator::cloudsmith_with(&[&ORGANIZATION, quirk].concat());
    let document = prepared(&simulator, of(&simulator));
    fuzz(&simulator, part, &document, &READING);
}

#[test]
fn the_service_keeps_to_what_it_publishes_itself() {
    let simulator = Simulator::cloudsmith_with(&ORGANIZATION);
    let document = prepared(&simulator, published(&simulator));
    let findings = fuzz(&simulator, "read-only", &document, &READING);
    assert_eq!(findings.tried_in_vain(), [""; 0]);
}

#[test]
fn the_service_publishes_what_cloudsmith_documents() {
    let simulator = Simulator::cloudsmith();
    let mut published = published(&simulator);
    let published: BTreeSet<(String, String)> =
        operations(&mut published).into_iter().map(|(method, path, _)| (method, path)).collect();
    for (method, path, _) in operations(&mut of(&simulator)) {
        assert!(published.contains(&(method.clone(), path.clone())), "{method} {path} is not published");
    }
}
