//! A member's right that no team gives.

use rolecall_graph::{NodeId, Origin, Path, Step};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;

const OWN: CaseDeclaration = CaseDeclaration {
    id: "own-right",
    severity: Severity::Low,
    when: "a member can write a resource by a right that they hold themselves",
    remediation: "put them into the team that maintains it and take the right of their own away; if there is no such team, \
                  make one",
};
const UNEXPLAINED: CaseDeclaration = CaseDeclaration {
    id: "unexplained",
    severity: Severity::Medium,
    when: "the registry lists a member as able to write a resource, and no team, role or setting that was read explains it",
    remediation: "find out where the right comes from; if nobody can say, take it away on the resource itself",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "direct-right",
    title: "Right outside teams",
    why: "Whoever changes teams keeps it, and a review of teams never shows it. Outsiders are found by \
          outside-collaborator, programs usually hold rights of their own, and of what belongs to accounts rather than to \
          the organisation nobody can hold anything else.",
    unknown_when: "rights on resources, or what teams may do, were not read in full",
    cases: &[OWN, UNEXPLAINED],
    settings: &[],
    controls: &["SOC 2 CC6.3", "ISO 27001 A.5.15", "ISO 27001 A.5.18"],
    cost: "O(accounts + their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let (mut findings, mut undecided) = (Vec::new(), 0);
    let members = world.accounts().filter(|account| world.is_personal(*account) && world.is_insider(*account));
    for account in members.filter(|account| !world.world().is_suspended(*account)) {
        for step in world.held(account).filter(|step| writes(world, step)) {
            match step.origin {
                Origin::Observed => findings.push(finding(world, account, step, &OWN)),
                // A team that was not read may be what explains it.
                Origin::PathUnknown { .. } if !world.is_membership_complete() => undecided += 1,
                Origin::PathUnknown { .. } => findings.push(finding(world, account, step, &UNEXPLAINED)),
                Origin::Rule { .. } | Origin::Setting { .. } => {}
            }
        }
    }
    RuleResult::looked(findings, undecided, world.everything())
}

/// Whether a grant writes something that belongs to the organisation.
fn writes(world: &RuleWorld<'_>, step: &Step<'_>) -> bool {
    let Some(slugs) = world.world().slugs_of_action(step.resource, world.write.action) else { return false };
    let declared = world.connector.declaration.entitlement(world.world().kind(step.resource), step.slug);
    let is_whole = declared.is_some_and(|declared| declared.last_holder_protected);
    !is_whole && world.world().includes_any(step.resource, step.slug, slugs)
}

fn finding(world: &RuleWorld<'_>, account: NodeId, step: Step<'_>, case: &CaseDeclaration) -> Finding {
    let (id, target) = (world.world().id(account), world.world().id(step.resource));
    let action = world.write.action;
    let title = match case.id == OWN.id {
        true => format!("{id} can {action} {target} by a right of their own ({}), outside any team", step.slug),
        false => format!("{id} can {action} {target}, and nothing that was read says by what"),
    };
    let finding = world.finding(&RULE, case, &[account, step.resource], title);
    let mut finding = world.with_paths(finding, &[Path { steps: vec![step] }]);
    finding.removal_unconfirmed = step.unconfirmed;
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(step.resource)];
    finding.evidence.account_count = 1;
    finding.evidence.last_written = world.view.last_written(step.resource, account, world.write);
    finding
}
