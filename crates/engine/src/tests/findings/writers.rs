//! What rules about writers make of suspended accounts and of rights that settings give.

use crate::rules::{CheckQuestion, RuleKnown, RuleSettings, check};
use crate::tests::support::{LATER, view};

fn titles(rule: &str, lines: &str) -> Vec<String> {
    let mut settings = RuleSettings::default();
    for set in ["team-members-min=2", "team-packages-min=2"] {
        settings.set(set).unwrap();
    }
    let question = CheckQuestion { rules: vec![rule.to_owned()], settings, now: LATER };
    check(&view(lines), &RuleKnown::default(), &question)
        .unwrap()
        .findings
        .into_iter()
        .map(|finding| finding.title)
        .collect()
}

#[test]
fn a_suspended_account_rescues_no_lone_publisher() {
    let lines = "
        repository:r in workspace:acme
        repository:r default = \"read\"
        ada write repository:r
        dora write repository:r";
    assert_eq!(titles("lone-publisher", lines), [""; 0]);
    let lines = format!("{lines}\n dora active = false");
    assert_eq!(titles("lone-publisher", &lines), ["only ada can push r (dora is suspended)"]);
}

#[test]
fn who_may_be_the_second_is_named_by_the_finding_about_the_first() {
    let lines = "
        repository:r in workspace:acme
        repository:r default = \"write\"
        ada owner workspace:acme
        ci service-member workspace:acme";
    let expected = ["only ada can push r; it is not known whether ci can"];
    assert_eq!(titles("lone-publisher", lines), expected);
}

#[test]
fn a_suspended_owner_is_not_counted() {
    let lines = "ada owner workspace:acme\n otto owner workspace:acme\n otto active = false";
    assert_eq!(titles("owner-count", lines), ["workspace acme has a single owner: ada (otto is suspended)"]);
}

#[test]
fn a_default_that_lets_everyone_write_is_found_and_what_owners_have_by_rule_is_not() {
    let lines = "
        ada owner workspace:acme
        eve owner workspace:acme
        repository:a in workspace:acme
        repository:b in workspace:acme";
    assert_eq!(titles("team-writes-everything", lines), [""; 0]);
    let lines = format!(
        "{lines}\n mia member workspace:acme\n zoe manager workspace:acme\n workspace:acme default = \"write\""
    );
    let expected = ["2 accounts can push 2 of 2 repositories by being in workspace acme"];
    assert_eq!(titles("team-writes-everything", &lines), expected);
}

#[test]
fn a_suspended_outsider_who_is_named_is_a_ghost_and_no_collaborator() {
    let lines = "
        ada owner workspace:acme
        repository:r in workspace:acme
        olli write repository:r
        named: olli write repository:r
        olli active = false";
    assert_eq!(titles("outside-collaborator", lines), [""; 0]);
    let expected = [
        "olli is named as maintainer of 1 repository, is suspended and cannot push it, and is no member of workspace acme",
    ];
    assert_eq!(titles("ghost-maintainer", lines), expected);
}
