//! What everybody in the organisation can write because a setting says so.

use rolecall_graph::NodeId;
use rolecall_model::{AccessRule, Given};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;

const WRITE: CaseDeclaration = CaseDeclaration {
    id: "write",
    severity: Severity::Medium,
    when: "a setting of the resource lets everybody in the organisation write it",
    remediation: "lower what everybody has by default to read or to nothing, and give write to the team that maintains it",
};
const MORE: CaseDeclaration = CaseDeclaration {
    id: "more-than-write",
    severity: Severity::High,
    when: "a setting of the resource gives everybody in the organisation more than write, such as its settings and rights",
    remediation: "lower what everybody has by default to read or to nothing at once: whoever is in can change who may what",
};
const EVERYWHERE: CaseDeclaration = CaseDeclaration {
    id: "everywhere",
    severity: Severity::High,
    when: "a setting of the organisation lets everybody in it write every resource",
    remediation: "lower the organisation's default to read or to nothing, and give each resource to those who maintain it",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "default-right",
    title: "Everybody can write by default",
    why: "A default is given to everybody who ever joins, and nobody decides it for anyone: it is in no team and in no \
          review. One finding for each resource, beside what team-writes-everything says of all of them together.",
    unknown_when: "the resources were not read in full, or the source does not tell what their setting is",
    cases: &[WRITE, MORE, EVERYWHERE],
    settings: &[],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.5.15", "ISO 27001 A.8.2"],
    cost: "O(resources)",
    evaluate,
};

/// The settings that give something on a type of resource.
fn settings_of(world: &RuleWorld<'_>) -> impl Iterator<Item = (&'static str, Given)> {
    world.connector.declaration.rules.iter().filter_map(|rule| match rule {
        AccessRule::Inherited {
            resource_type, gives: gives @ (Given::Property(_) | Given::ParentProperty(_)), ..
        } => Some((*resource_type, *gives)),
        _ => None,
    })
}

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    if settings_of(world).next().is_none() {
        return RuleResult::NotApplicable("no setting of the source gives everybody anything");
    }
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for (resource_type, gives) in settings_of(world) {
        let mut targets = world.reach.targets().iter().filter(|target| world.world().kind(**target) == resource_type);
        let found = match gives {
            Given::Property(name) => targets.map(|target| judged(world, *target, *target, name)).collect(),
            // It holds for all of them alike.
            Given::ParentProperty(name) => {
                let first = targets.next().copied().zip(world.root);
                first.map(|(target, root)| judged(world, target, root, name)).into_iter().collect()
            }
            Given::Slug(_) | Given::OfGroups(_) => Vec::new(),
        };
        undecided += found.iter().filter(|judged| judged.is_none()).count();
        findings.extend(found.into_iter().flatten().flatten());
    }
    RuleResult::looked(findings, undecided, world.population().finish())
}

/// What the property of `holder` gives on `target`; `None` where that is not told.
fn judged(world: &RuleWorld<'_>, target: NodeId, holder: NodeId, property: &str) -> Option<Option<Finding>> {
    let given = world.text(holder, property)?;
    let slugs = world.world().slugs_of_action(target, world.write.action).unwrap_or_default();
    if !world.world().includes_any(target, &given, slugs) {
        return Some(None);
    }
    let (is_root, is_more) = (Some(holder) == world.root, !slugs.contains(&given.as_str()));
    let (members, name) = (world.root_title(), world.name(holder));
    let (case, title) = match (is_root, is_more) {
        (true, _) => (EVERYWHERE, format!("everybody in {members} has {given} on all its resources by default")),
        (false, true) => (MORE, format!("everybody in {members} has {given} on {name} by default")),
        (false, false) => (WRITE, format!("everybody in {members} can {} {name} by default", world.write.action)),
    };
    let mut finding = world.finding(&RULE, &case, &[holder], title);
    finding.removal_unconfirmed = world.world().is_unconfirmed(holder);
    finding.evidence.account_count = world.insiders().len();
    finding.evidence.resource_count = if is_root { world.reach.targets().len() } else { 1 };
    finding.evidence.resources = vec![world.view.candidate(holder)];
    Some(Some(finding))
}
