//! What only one account can write.

use rolecall_graph::{FewHolders, Might, NodeId};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;

const LONE: CaseDeclaration = CaseDeclaration {
    id: "one-account",
    severity: Severity::Medium,
    when: "exactly one account can write the resource",
    remediation: "give a second trusted person the right, best through a team of those who maintain it",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "lone-publisher",
    title: "Lone publisher",
    why: "When the only one who can publish is away or gone, no fix can be released until an owner gives somebody else \
          the right; and nobody else would notice a release that this account did not mean to make.",
    unknown_when: "not everything was read that could show a second account; a resource on which two were seen is \
                   certainly not found",
    cases: &[LONE],
    settings: &[],
    controls: &["SOC 2 CC6.3", "ISO 27001 A.5.3"],
    cost: "O(grants on resources) and, for each distinct set of grants, what it takes to find two accounts",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let mut few = FewHolders::new(world.world(), world.write.action, 2);
    let mut behind = world.membership();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for target in world.reach.targets() {
        let holders = few.on(*target);
        if holders.len() > 1 {
            continue;
        }
        if !(world.is_membership_complete() && world.is_detail_complete(*target)) {
            undecided += 1;
            world.add_details(&mut behind, std::iter::once(*target));
        } else if holders.len() == 1 {
            findings.extend(finding(world, *target));
        }
    }
    RuleResult::Looked { findings, undecided, completeness: behind.finish() }
}

fn finding(world: &RuleWorld<'_>, target: NodeId) -> Option<Finding> {
    let slugs = world.world().slugs_of_action(target, world.write.action)?;
    let found = world.world().holding(target, slugs);
    let holder = found.holders.first()?;
    let (name, action) = (world.world().id(holder.account), world.write.action);
    let (suspended, might) = (world.suspended_text(&found.suspended), might_text(world, &found.might));
    let title = format!("only {name} can {action} {}{suspended}{might}", world.world().id(target));
    let mut finding = world.with_paths(world.finding(&RULE, &LONE, &[target], title), &holder.paths);
    finding.removal_unconfirmed = holder.unconfirmed;
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(target)];
    finding.evidence.account_count = 1;
    finding.evidence.last_written = world.view.last_written(target, holder.account, world.write);
    let mut behind = world.membership();
    world.add_details(&mut behind, std::iter::once(target));
    finding.completeness = behind.finish();
    Some(finding)
}

/// Who may be able to as well, where the source does not say.
fn might_text(world: &RuleWorld<'_>, might: &[Might]) -> String {
    const NAMED: usize = 5;
    let names: Vec<&str> = might.iter().take(NAMED).map(|one| world.world().id(one.account)).collect();
    let more = might.len().saturating_sub(NAMED);
    match (names.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!("; it is not known whether {} can", names.join(", ")),
        (false, more) => format!("; it is not known whether {} and {more} more can", names.join(", ")),
    }
}
