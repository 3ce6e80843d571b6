//! Settings that let too many do too much.

use rolecall_graph::NodeId;
use rolecall_model::BarDeclaration;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;

static USUAL: SettingDeclaration = SettingDeclaration {
    name: "usual-bars",
    what: "1 finds bars that are low because the source sets them so unless somebody says otherwise",
    default: 0,
    range: 0..=1,
};

const LOW: CaseDeclaration = CaseDeclaration {
    id: "low",
    severity: Severity::Medium,
    when: "whoever may write the resource, or only read it, may also delete, move or replace what others put there, or \
           make credentials for it",
    remediation: "raise what is needed for it in the resource's settings to the right of those who administer it",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "low-bar",
    title: "A low bar",
    why: "Deleting and replacing are how a release disappears or turns into another, and a credential that is made in \
          passing opens a repository for whoever has it. None of them is needed to publish. One finding for each resource \
          and thing that can be done.",
    unknown_when: "the resources were not read in full, or the source does not tell what their setting is",
    cases: &[LOW],
    settings: &[&USUAL],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.5.15", "ISO 27001 A.8.2"],
    cost: "O(resources)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let bars = world.write.governance.bars;
    if bars.is_empty() {
        return RuleResult::NotApplicable("the source has no such settings");
    }
    let with_usual = settings.get(&USUAL) == 1;
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for bar in bars.iter().filter(|bar| with_usual || !bar.is_usual) {
        for resource in world.of_type(bar.resource_type) {
            match world.text(resource, bar.property) {
                None => undecided += 1,
                Some(needs) if bar.low.contains(&needs.to_lowercase().as_str()) => {
                    findings.push(finding(world, bar, resource, &needs));
                }
                Some(_) => {}
            }
        }
    }
    RuleResult::looked(findings, undecided, world.population().finish())
}

fn finding(world: &RuleWorld<'_>, bar: &BarDeclaration, resource: NodeId, needs: &str) -> Finding {
    let title = format!("whoever has {needs} on {} can {}", world.name(resource), bar.what);
    let mut finding = world.finding(&RULE, &LOW, &[resource], title).keyed(bar.word);
    finding.removal_unconfirmed = world.world().is_unconfirmed(resource);
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(resource)];
    finding
}
