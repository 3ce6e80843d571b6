//! What a difference means when a setting makes it.

use super::support::exported;
use crate::diff::{DiffAnswer, diff};

const ACME: &str = "
    ada owner workspace:acme
    mia member workspace:acme
    dora member workspace:acme
    repository:a in workspace:acme
    repository:b in workspace:acme
    dora active = true
";

fn compared(old: &str, new: &str) -> DiffAnswer {
    diff(("old", &exported(&format!("{ACME}{old}"))), ("new", &exported(&format!("{ACME}{new}")))).unwrap()
}

fn effects(answer: &DiffAnswer) -> Vec<&str> {
    answer.differences.iter().flat_map(|found| &found.effects).map(|effect| &*effect.text).collect()
}

#[test]
fn a_default_privilege_that_was_raised_lets_every_member_write() {
    let answer = compared("repository:a default = \"none\"", "repository:a default = \"write\"");
    assert_eq!(effects(&answer), ["2 accounts can now push it: dora, mia"]);
    let answer = compared("workspace:acme default = \"read\"", "workspace:acme default = \"write\"");
    assert_eq!(effects(&answer), ["2 accounts can now push 2 repositories: dora, mia"]);
    let answer = compared("workspace:acme default = \"write\"", "workspace:acme default = \"read\"");
    assert_eq!(effects(&answer), ["2 accounts can no longer push 2 repositories: dora, mia"]);
}

#[test]
fn an_account_that_is_made_active_again_can_use_what_it_holds() {
    let write = "repository:a default = \"write\"";
    let suspended = format!("{ACME}{write}").replace("active = true", "active = false");
    let (active, suspended) = (exported(&format!("{ACME}{write}")), exported(&suspended));
    assert_eq!(effects(&diff(("old", &suspended), ("new", &active)).unwrap()), ["can now push a"]);
    assert_eq!(effects(&diff(("old", &active), ("new", &suspended)).unwrap()), ["can no longer push a"]);
}

#[test]
fn a_suspended_account_gains_nothing_by_a_grant_and_whoever_is_new_is_told_of_once() {
    let answer = compared("", "zoe member workspace:acme\n zoe active = false\n zoe write repository:a");
    assert_eq!(effects(&answer), [""; 0]);
    assert_eq!(answer.differences.len(), 2, "two grants: {answer:?}");
    let answer = compared("", "zoe write repository:a");
    assert_eq!(effects(&answer), ["can now push a through write of the repository"]);
}

#[test]
fn that_a_repository_became_public_explains_no_right_to_write() {
    let answer = compared("repository:a public = false", "repository:a public = true\n zoe write repository:a");
    let of_public: Vec<_> = answer.differences.iter().filter(|found| found.change == "changed").collect();
    assert!(of_public.len() == 1 && of_public[0].effects.is_empty());
}

#[test]
fn a_new_owner_governs_by_the_rule() {
    let answer = compared("", "zoe owner workspace:acme");
    assert!(answer.differences[0].governs);
}
