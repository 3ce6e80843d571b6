//! One rule in three organisations: one where it is true, one where it is false, one where nobody can know.

use std::collections::BTreeSet;

use super::scene::Scene;
use super::{connectors, openings, people, releases, rights, sign_in};
use crate::rules::{Outcome, RULES, RuleAnswer};

/// What a rule says of three organisations. Their lines are those of [`Scene`].
pub(super) struct Three {
    pub(super) rule: &'static str,
    pub(super) found: &'static str,
    /// The cases and titles of what is found: `case: title`.
    pub(super) titles: &'static [&'static str],
    pub(super) nothing: &'static str,
    /// `None` of a rule that always knows.
    pub(super) unknown: Option<&'static str>,
}

fn all() -> impl Iterator<Item = &'static Three> {
    [people::ALL, sign_in::ALL, rights::ALL, releases::ALL, openings::ALL, connectors::ALL].into_iter().flatten()
}

fn asked(rule: &str, lines: &str) -> (RuleAnswer, Vec<String>) {
    let mut answer = Scene::of(lines).check(rule);
    let keys: BTreeSet<&String> = answer.findings.iter().map(|finding| &finding.key).collect();
    assert_eq!(keys.len(), answer.findings.len(), "each finding has a key of its own: {keys:?}");
    let titles = answer.findings.iter().map(|finding| format!("{}: {}", finding.case, finding.title)).collect();
    (answer.rules.remove(0), titles)
}

#[test]
fn where_it_is_true_it_is_found() {
    for three in all() {
        let (answer, titles) = asked(three.rule, three.found);
        assert_eq!(titles, three.titles, "{}: {answer:?}", three.rule);
        assert_eq!(answer.outcome, Outcome::Found, "{}", three.rule);
    }
}

#[test]
fn where_it_is_false_nothing_is_said() {
    for three in all() {
        let (answer, titles) = asked(three.rule, three.nothing);
        assert_eq!((answer.outcome, titles), (Outcome::Nothing, Vec::new()), "{}: {answer:?}", three.rule);
    }
}

#[test]
fn where_nobody_can_know_it_is_unknown_and_says_why() {
    for (three, lines) in all().filter_map(|three| Some((three, three.unknown?))) {
        let (answer, titles) = asked(three.rule, lines);
        assert_eq!((answer.outcome, titles), (Outcome::Unknown, Vec::new()), "{}: {answer:?}", three.rule);
        assert!(answer.undecided > 0 || !answer.completeness.gaps.is_empty(), "{}: {answer:?}", three.rule);
    }
}

#[test]
fn no_rule_and_no_case_is_left_out() {
    let asked: BTreeSet<String> = all()
        .flat_map(|three| {
            let case = |title: &&str| title.split(':').next().unwrap_or_default().to_owned();
            three.titles.iter().map(move |title| format!("{}/{}", three.rule, case(title)))
        })
        .collect();
    let declared = RULES.iter().flat_map(|rule| rule.cases.iter().map(|case| format!("{}/{}", rule.id, case.id)));
    let left_out: Vec<String> = declared.filter(|case| !asked.contains(case)).collect();
    assert_eq!(left_out, [""; 0]);
}
