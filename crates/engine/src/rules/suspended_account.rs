//! A suspended account that keeps its rights.

use rolecall_graph::{NodeId, Path};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::text::counted;

const KEEPS: CaseDeclaration = CaseDeclaration {
    id: "keeps-rights",
    severity: Severity::Medium,
    when: "the account is suspended, and still is in teams or holds rights of its own",
    remediation: "take it out of its teams, take its own rights away and remove it: rolecall leaver NAME lists the steps",
};

/// How many of its rights a finding shows.
const SHOWN: usize = 10;

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "suspended-account",
    title: "Suspended account that keeps rights",
    why: "Suspending stops somebody; it takes nothing away. Whoever lets the account in again gives everything back at \
          once, and until then it stands in every list as somebody who may.",
    unknown_when: "teams or rights on resources were not read in full: the account may hold something there",
    cases: &[KEEPS],
    settings: &[],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.18"],
    cost: "O(accounts + grants of suspended ones)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    if !world.connector.declaration.has_suspension() {
        return RuleResult::NotApplicable("the source suspends nobody");
    }
    let suspended = world.accounts().filter(|account| world.world().is_suspended(*account));
    let findings: Vec<Finding> = suspended.filter_map(|account| finding(world, account)).collect();
    RuleResult::looked(findings, 0, world.membership().finish())
}

fn finding(world: &RuleWorld<'_>, account: NodeId) -> Option<Finding> {
    let kept: Vec<_> = world.held(account).filter(|step| Some(step.resource) != world.root).collect();
    if kept.is_empty() {
        return None;
    }
    let rights = counted(kept.len(), "right", "rights");
    let title = format!("{} is suspended and keeps {rights}", world.world().id(account));
    let paths: Vec<Path<'_>> = kept.iter().take(SHOWN).map(|step| Path { steps: vec![*step] }).collect();
    let mut finding = world.with_paths(world.finding(&RULE, &KEEPS, &[account], title), &paths);
    finding.removal_unconfirmed = kept.iter().all(|step| step.unconfirmed);
    finding.evidence.account_count = 1;
    finding.evidence.resource_count = kept.len();
    finding.evidence.resources = kept.iter().take(SHOWN).map(|step| world.view.candidate(step.resource)).collect();
    Some(finding)
}
