//! Someone outside who can write.

use rolecall_graph::{AccessItem, NodeId};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::completeness::Completeness;

const CAN_WRITE: CaseDeclaration = CaseDeclaration {
    id: "can-write",
    severity: Severity::High,
    when: "an account that does not belong to the organisation, or only as a collaborator from outside, can write one of \
           its resources",
    remediation: "take the right away on the resource itself; if the person is needed, make them a member, so that \
                  the organisation's roles, teams and two-factor rule reach them",
};

/// How many paths a finding shows.
const PATHS: usize = 3;

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "outside-collaborator",
    title: "Outside collaborator with write",
    why: "Whoever is not in the organisation is in none of its reviews: its two-factor requirement does not reach \
          them, leaving does not end their right, and removing a member does not remove them here. One finding for each \
          account and resource, so that accepting one right accepts no other.",
    unknown_when: "the list of members was not read in full: then nobody is certainly outside. Where only the \
                   collaborators of some resources were not read, those seen on the others are found all the same",
    cases: &[CAN_WRITE],
    settings: &[],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.18"],
    cost: "O(accounts · their grants), and O(what is reached) for each outsider who can write",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let completeness = world.everything();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for account in world.accounts().filter(|account| !world.is_insider(*account)) {
        let reached = world.reach.of(account);
        match world.is_population_read(account) {
            true if !reached.is_empty() => findings.extend(rights_of(world, account, &completeness)),
            true => {}
            false => undecided += reached.len(),
        }
    }
    RuleResult::Looked { findings, undecided, completeness }
}

/// A finding for each resource that the outsider can write.
fn rights_of(world: &RuleWorld<'_>, account: NodeId, completeness: &Completeness) -> Vec<Finding> {
    let mut seen = rolecall_graph::TargetSet::default();
    let mut findings = Vec::new();
    for item in world.world().access(account).items {
        let slugs = world.world().slugs_of_action(item.resource, world.write.action).unwrap_or_default();
        let place = world.reach.place_of(item.resource);
        let writes = world.world().includes_any(item.resource, item.slug, slugs);
        let Some(place) = place.filter(|place| writes && !seen.contains(*place)) else { continue };
        seen.insert(place);
        let target = world.reach.target(place).unwrap_or(item.resource);
        findings.push(finding(world, account, target, &item, completeness));
    }
    findings
}

fn finding(
    world: &RuleWorld<'_>,
    account: NodeId,
    target: NodeId,
    item: &AccessItem<'_>,
    completeness: &Completeness,
) -> Finding {
    let title = format!(
        "{} is outside {} and can {} {}",
        world.world().id(account),
        world.root_title(),
        world.write.action,
        world.world().id(target)
    );
    let finding = world.finding(&RULE, &CAN_WRITE, &[account, target], title);
    let paths: Vec<_> = item.paths.iter().take(PATHS).cloned().collect();
    let mut finding = world.with_paths(finding, &paths);
    finding.removal_unconfirmed = item.unconfirmed;
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(target)];
    finding.evidence.account_count = 1;
    finding.evidence.last_written = world.view.last_written(target, account, world.write);
    finding.completeness = completeness.clone();
    finding
}
