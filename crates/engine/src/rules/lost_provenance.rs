//! A release that proves nothing, after others that did.

use rolecall_graph::NodeId;
use rolecall_model::{ReleaseDeclaration, Timestamp, WriteHistory};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::history::{moments_of, written_by};
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};

const LOST: CaseDeclaration = CaseDeclaration {
    id: "by-hand",
    severity: Severity::High,
    when: "the latest version has no provenance and was published by an account, after a workflow had published others",
    remediation: "ask the account's person whether they published it, and compare it with its source; then have the workflow \
                  publish, and forbid everything else",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "provenance-lost",
    title: "Released by hand after a workflow",
    why: "Where a workflow publishes, nobody has to. A version that suddenly comes from somebody's token and proves no \
          origin is how most of the last years' attacks could be seen first.",
    unknown_when: "documents of packages were not read",
    cases: &[LOST],
    settings: &[],
    controls: &["SOC 2 CC6.8", "SOC 2 CC8.1", "ISO 27001 A.8.4", "ISO 27001 A.8.32"],
    cost: "O(names in documents)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let (Some(releases), Some(history)) = (&world.write.governance.releases, &world.write.history) else {
        return RuleResult::NotApplicable("the source does not show where releases come from");
    };
    let mut behind = world.population();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for target in world.reach.targets() {
        world.add(&mut behind, history.listing, Some(*target));
        undecided += usize::from(!world.is_read(history.listing, *target));
        findings.extend(finding(world, *target, releases, history));
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

fn finding(
    world: &RuleWorld<'_>,
    target: NodeId,
    releases: &ReleaseDeclaration,
    history: &WriteHistory,
) -> Option<Finding> {
    if world.flag(target, releases.provenance) != Some(false) {
        return None;
    }
    let workflow = moments_of(world, target, releases.workflows).into_iter().max_by_key(|(_, at)| *at)?;
    let person = written_by(world, target, history).into_iter().max_by_key(|(_, at)| *at)?;
    // A workflow may publish without proving it.
    if person.1 <= workflow.1 {
        return None;
    }
    let day = |at: Timestamp| day_text(&moment_text(at));
    let id = world.world().id(target);
    let title = format!(
        "{id} was published by {} on {} without provenance, and by a workflow ({}) until {}",
        person.0,
        day(person.1),
        workflow.0,
        day(workflow.1)
    );
    let mut finding = world.finding(&RULE, &LOST, &[target], title);
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(target)];
    finding.evidence.account_count = 1;
    finding.evidence.last_written = Some(moment_text(person.1));
    Some(finding)
}
