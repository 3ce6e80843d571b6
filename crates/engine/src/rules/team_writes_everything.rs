//! A group that makes everyone a writer of everything.

use rolecall_graph::{NodeId, Passing, TargetSet};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::text::counted;

static PERCENT: SettingDeclaration = SettingDeclaration {
    name: "team-writes-percent",
    what: "a team that can write this share of all packages writes everything",
    default: 90,
    range: 1..=100,
};
static MEMBERS: SettingDeclaration = SettingDeclaration {
    name: "team-members-min",
    what: "a team with fewer members than this is not found",
    default: 5,
    range: 1..=100_000,
};
static TARGETS: SettingDeclaration = SettingDeclaration {
    name: "team-packages-min",
    what: "with fewer packages than this, no team is found",
    default: 10,
    range: 1..=100_000,
};

const EVERYTHING: CaseDeclaration = CaseDeclaration {
    id: "blast-radius",
    severity: Severity::High,
    when: "a team of at least `team-members-min` members can write at least `team-writes-percent` of at least \
           `team-packages-min` packages",
    remediation: "give each package to the team that maintains it, lower this team to read, and take from it what new \
                  packages give it by default",
};

const DEFAULT: CaseDeclaration = CaseDeclaration {
    id: "default-right",
    severity: Severity::High,
    when: "at least `team-members-min` accounts can write at least `team-writes-percent` of at least \
           `team-packages-min` packages because they are in the organisation: by what its settings give to everyone in it. \
           What the registry gives to owners whatever the settings is not found here",
    remediation: "lower what everyone in the organisation has by default to read or to nothing, and give each package to \
                  the team that maintains it",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "team-writes-everything",
    title: "A team that writes everything",
    why: "The worms that went through public registries republished whatever the stolen account could write. Where one \
          team writes everything, any one of its members is enough. Some registries make such a team with the \
          organisation: every new member joins it, and it can write every new package.",
    unknown_when: "teams, their members, their packages or the packages there are were not read in full; a team that \
                   was seen to write its share of a full list of packages is found all the same",
    cases: &[EVERYTHING, DEFAULT],
    settings: &[&PERCENT, &MEMBERS, &TARGETS],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.5.15", "ISO 27001 A.8.2"],
    cost: "O(grants)",
    evaluate,
};

/// What each group passes on that is found here.
pub(super) fn all_wide(world: &RuleWorld<'_>, settings: &RuleSettings) -> Vec<TargetSet> {
    let total = world.reach.targets().len();
    if total < settings.get(&TARGETS) as usize {
        return Vec::new();
    }
    let at_least = share(total, settings.get(&PERCENT));
    let groups = world.world().nodes(world.segment).filter(|node| world.world().is_group(*node));
    let wide = groups.filter_map(|group| wide(world, group, at_least));
    wide.filter(|found| found.members >= settings.get(&MEMBERS) as usize).map(|found| found.targets).collect()
}

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let completeness = world.membership().finish();
    let total = world.reach.targets().len();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    if total >= settings.get(&TARGETS) as usize {
        let at_least = share(total, settings.get(&PERCENT));
        let is_certain = world.is_population_complete();
        let groups = world.world().nodes(world.segment).filter(|node| world.world().is_group(*node));
        for found in groups.filter_map(|group| wide(world, group, at_least)) {
            match (found.members >= settings.get(&MEMBERS) as usize, is_certain) {
                (true, true) => findings.push(finding(world, &found, at_least)),
                (true, false) => undecided += 1,
                (false, _) => {}
            }
        }
    }
    findings.iter_mut().for_each(|finding| finding.completeness = completeness.clone());
    RuleResult::Looked { findings, undecided, completeness }
}

/// The least number that is this share of all, rounded up.
fn share(total: usize, percent: u32) -> usize {
    total.saturating_mul(percent as usize).div_ceil(100).max(1)
}

/// A group that passes on enough.
struct Wide {
    group: NodeId,
    members: usize,
    targets: TargetSet,
}

fn wide(world: &RuleWorld<'_>, group: NodeId, at_least: usize) -> Option<Wide> {
    let passing: Vec<Passing<'_>> = world.reach.passing(group);
    let given = |slug: &str| is_root(world, group) && world.connector.declaration.is_given_by_rule(slug);
    let is_enough = |passing: &&Passing<'_>| passing.targets.len() >= at_least && !given(passing.slug);
    let enough: Vec<&Passing<'_>> = passing.iter().filter(is_enough).collect();
    let widest = enough.iter().max_by_key(|passing| passing.targets.len())?;
    let slugs: Vec<&str> = enough.iter().map(|passing| passing.slug).collect();
    Some(Wide { group, members: world.reach.members(group, &slugs).len(), targets: widest.targets.clone() })
}

fn is_root(world: &RuleWorld<'_>, group: NodeId) -> bool {
    world.root == Some(group)
}

fn finding(world: &RuleWorld<'_>, found: &Wide, at_least: usize) -> Finding {
    let (action, written) = (world.write.action, found.targets.len());
    let (group, targets) = (world.name(found.group), world.targets_counted(world.reach.targets().len()));
    let (case, title) = match is_root(world, found.group) {
        true => {
            let accounts = counted(found.members, "account", "accounts");
            (DEFAULT, format!("{accounts} can {action} {written} of {targets} by being in {group}"))
        }
        false => {
            let members = counted(found.members, "member", "members");
            (EVERYTHING, format!("{group} can {action} {written} of {targets} and has {members}"))
        }
    };
    let mut finding = world.finding(&RULE, &case, &[found.group], title);
    finding.removal_unconfirmed =
        world.world().is_unconfirmed(found.group) || world.is_passing_unconfirmed(found.group, at_least);
    finding.evidence.resource_count = found.targets.len();
    finding.evidence.resources = world.nodes(&found.targets).map(|target| world.view.candidate(target)).collect();
    finding.evidence.account_count = found.members;
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_nothing_and_rounds_up() {
        assert_eq!(
            [(10, 90), (11, 90), (14, 90), (1, 1), (7, 100)].map(|(total, p)| share(total, p)),
            [9, 10, 13, 1, 7]
        );
    }
}
