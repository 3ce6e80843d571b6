//! What the credential is not given.

use std::collections::BTreeMap;

use rolecall_model::{ListingDeclaration, Verdict};
use rolecall_store::ListingState;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::completeness::Completeness;

const RIGHTS: CaseDeclaration = CaseDeclaration {
    id: "rights",
    severity: Severity::Medium,
    when: "a kind of listing that answers about access rest on could not be read the last time",
    remediation: "see why, and what would help: rolecall doctor",
};
const BESIDES: CaseDeclaration = CaseDeclaration {
    id: "besides",
    severity: Severity::Low,
    when: "a kind of listing that no answer about access rests on could not be read the last time, and the source's plan \
           includes it",
    remediation: "see why, and what would help: rolecall doctor",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "listing-unavailable",
    title: "Listing that cannot be read",
    why: "What is not read is in no answer, and each answer says so; here it is said once, for whoever can do something \
          about it. One finding for each kind of listing.",
    unknown_when: "nothing was read yet",
    cases: &[RIGHTS, BESIDES],
    settings: &[],
    controls: &["SOC 2 CC4.1", "SOC 2 CC7.2", "ISO 27001 A.8.16"],
    cost: "O(listings)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let whole = Completeness { complete: true, ..Completeness::default() };
    let mut unread: BTreeMap<&str, (Vec<&ListingState>, usize)> = BTreeMap::new();
    for state in world.connector.states.iter().filter(|state| !state.retired) {
        let (missing, all) = unread.entry(state.key.kind.as_str()).or_default();
        *all += 1;
        if matches!(state.verdict, Verdict::Unavailable(_)) {
            missing.push(state);
        }
    }
    let undecided = usize::from(unread.is_empty());
    let found = unread.into_iter().filter_map(|(kind, (missing, all))| {
        let declared = world.connector.declaration.listing(kind)?;
        finding(world, declared, &missing, all)
    });
    RuleResult::looked(found.collect(), undecided, whole)
}

fn finding(
    world: &RuleWorld<'_>,
    declared: &ListingDeclaration,
    missing: &[&ListingState],
    all: usize,
) -> Option<Finding> {
    let (root, first) = (world.root?, missing.first()?);
    let reason = first.verdict.reason()?;
    let case = match (declared.supports, reason.code.as_str()) {
        // What the plan does not include is missing in no answer.
        ([], "payment-required") => return None,
        ([], _) => BESIDES,
        _ => RIGHTS,
    };
    let example = declared.title_of(&first.key.subject.id);
    let what = match missing.len() {
        1 => example,
        some => format!("{some} of {all} listings like {example}"),
    };
    let title = format!("{}: {what} cannot be read: {}", world.connector.title(), reason.text);
    Some(world.finding(&RULE, &case, &[root], title).keyed(declared.kind))
}
