//! What too many accounts can write.

use rolecall_graph::{FewHolders, NodeId, TargetSet};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::{RuleSettings, SettingDeclaration};
use super::team_writes_everything;
use super::world::RuleWorld;
use crate::completeness::CompletenessBuilder;

static MOST: SettingDeclaration = SettingDeclaration {
    name: "publishers-max",
    what: "what more accounts than this can write has too many",
    default: 25,
    range: 1..=1_000,
};

const CROWDED: CaseDeclaration = CaseDeclaration {
    id: "too-many",
    severity: Severity::Medium,
    when: "more than `publishers-max` accounts can write the resource",
    remediation: "give it to the team that maintains it, and lower the others to read",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "too-many-publishers",
    title: "Too many publishers",
    why: "Any one of these accounts is enough to publish a version that everybody installs; most of them never did. What \
          everybody writes through a team that is found by team-writes-everything is found there once, and not here.",
    unknown_when: "not everything was read that could show more accounts",
    cases: &[CROWDED],
    settings: &[&MOST],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.5.15", "ISO 27001 A.8.2"],
    cost: "O(grants on resources) and, for each distinct set of grants, what it takes to find so many accounts",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let most = settings.get(&MOST) as usize;
    let everybodys = everybodys(world, settings);
    let mut few = FewHolders::new(world.world(), world.write.action, most + 1);
    let mut behind = world.membership();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for (place, target) in world.reach.targets().iter().enumerate() {
        if everybodys.contains(place) {
            continue;
        }
        if few.on(*target).len() > most {
            findings.push(finding(world, *target, most));
        } else if !(world.is_membership_complete() && world.is_detail_complete(*target)) {
            undecided += 1;
            world.add_details(&mut behind, std::iter::once(*target));
        }
    }
    RuleResult::Looked { findings, undecided, completeness: behind.finish() }
}

/// What is found elsewhere.
fn everybodys(world: &RuleWorld<'_>, settings: &RuleSettings) -> TargetSet {
    let mut all = TargetSet::default();
    for found in team_writes_everything::all_wide(world, settings) {
        found.iter().for_each(|place| all.insert(place));
    }
    all
}

fn finding(world: &RuleWorld<'_>, target: NodeId, most: usize) -> Finding {
    let (id, action) = (world.world().id(target), world.write.action);
    let title = format!("more than {most} accounts can {action} {id}");
    let mut finding = world.finding(&RULE, &CROWDED, &[target], title);
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(target)];
    finding.evidence.account_count = most + 1;
    let mut behind: CompletenessBuilder = world.membership();
    world.add_details(&mut behind, std::iter::once(target));
    finding.completeness = behind.finish();
    finding
}
