//! Groups of an identity provider that nobody follows.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::completeness::CompletenessBuilder;
use crate::text::counted;

const OFF: CaseDeclaration = CaseDeclaration {
    id: "off",
    severity: Severity::Medium,
    when: "groups of the identity provider are mapped to teams, and following them is switched off",
    remediation: "switch it on, after looking at what it would change; or delete the mappings, so that nobody relies on them",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "group-sync",
    title: "Group mappings that are not followed",
    why: "Who is taken out of a group in the company's directory is believed to lose what the team may do. Where the \
          mapping is not followed, they keep it.",
    unknown_when: "the mappings or the organisation's settings were not read in full",
    cases: &[OFF],
    settings: &[],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.16", "ISO 27001 A.5.18"],
    cost: "O(mappings)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let (Some(declared), Some(root)) = (world.write.governance.group_sync, world.root) else {
        return RuleResult::NotApplicable("the source follows no groups");
    };
    let mut behind = CompletenessBuilder::default();
    world.add(&mut behind, declared.listing, None);
    world.add(&mut behind, declared.settings, None);
    let mappings = world.of_type(declared.resource_type).count();
    let (findings, undecided) = match (mappings, world.flag(root, declared.on)) {
        (0, _) | (_, Some(true)) => (Vec::new(), 0),
        (_, None) => (Vec::new(), 1),
        (mappings, Some(false)) => {
            let mapped = counted(mappings, "group mapping", "group mappings");
            let title = format!("{} has {mapped} and follows none", world.root_title());
            (vec![world.finding(&RULE, &OFF, &[root], title)], 0)
        }
    };
    RuleResult::looked(findings, undecided, behind.finish())
}
