//! Workflows that may publish, and should not, or should and may not.

use rolecall_graph::{NodeId, Path, Step};
use rolecall_model::ReleaseDeclaration;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::history::moments_of;
use super::settings::RuleSettings;
use super::world::RuleWorld;

const ANOTHER: CaseDeclaration = CaseDeclaration {
    id: "another-repository",
    severity: Severity::High,
    when: "a workflow of another source repository may publish the package than that which it names as its origin",
    remediation: "find out who writes to that repository: each of them can publish. Trust the package's own repository, or \
                  correct the origin that it names",
};
const MISSING: CaseDeclaration = CaseDeclaration {
    id: "missing",
    severity: Severity::Low,
    when: "a workflow published versions of it, and none is trusted: it publishes with somebody's token",
    remediation: "make the workflow a trusted publisher, and take the token away",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "trusted-publisher",
    title: "Trusted publisher of another repository, or none",
    why: "Whoever can write to a trusted repository can publish, without being in any list of the registry. A workflow that \
          is not trusted needs a token instead, which can be stolen and does not say what it was used for.",
    unknown_when: "trusted publishers were not read, which only a person can have done",
    cases: &[ANOTHER, MISSING],
    settings: &[],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.5.15", "ISO 27001 A.8.4"],
    cost: "O(resources + trusted publishers)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let Some(releases) = &world.write.governance.releases else {
        return RuleResult::NotApplicable("the source trusts no workflows");
    };
    let mut behind = world.population();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for target in world.reach.targets() {
        world.add(&mut behind, releases.trust, Some(*target));
        let trusted: Vec<Step<'_>> =
            world.world().grants_on(*target).filter(|step| releases.trusted.contains(&step.slug)).collect();
        findings.extend(trusted.iter().filter_map(|step| another(world, *target, *step)));
        match world.is_read(releases.trust, *target) {
            true if trusted.is_empty() => findings.extend(missing(world, *target, releases)),
            true => {}
            false => undecided += 1,
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

fn another(world: &RuleWorld<'_>, target: NodeId, step: Step<'_>) -> Option<Finding> {
    let (property, _) = world.write.ownership.origin?;
    let (origin, trusted) = (world.text(target, property)?, world.world().id(step.principal));
    if origin.eq_ignore_ascii_case(trusted) {
        return None;
    }
    let id = world.world().id(target);
    let title = format!("a workflow of {trusted} may publish {id}, which names {origin} as its origin");
    let finding = world.finding(&RULE, &ANOTHER, &[target, step.principal], title);
    let mut finding = world.with_paths(finding, &[Path { steps: vec![step] }]);
    finding.removal_unconfirmed = step.unconfirmed;
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(target)];
    Some(finding)
}

fn missing(world: &RuleWorld<'_>, target: NodeId, releases: &ReleaseDeclaration) -> Option<Finding> {
    let by_name = moments_of(world, target, releases.workflows);
    let (provider, _) = by_name.into_iter().max_by_key(|(_, at)| *at)?;
    let id = world.world().id(target);
    let title = format!("a workflow ({provider}) published {id}, and none is trusted");
    let mut finding = world.finding(&RULE, &MISSING, &[target], title);
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(target)];
    Some(finding)
}
