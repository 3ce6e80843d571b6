//! A single owner, or too many.

use rolecall_graph::Path;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::text::counted;

static FEWEST: SettingDeclaration =
    SettingDeclaration { name: "owners-min", what: "fewer owners than this are too few", default: 2, range: 1..=1000 };
static MOST: SettingDeclaration = SettingDeclaration {
    name: "owners-max",
    what: "more owners than this are too many, unless owners-max-percent allows more",
    default: 5,
    range: 1..=100_000,
};
static MOST_PERCENT: SettingDeclaration = SettingDeclaration {
    name: "owners-max-percent",
    what: "this share of the members may be owners, if that is more than owners-max",
    default: 2,
    range: 0..=100,
};

const TOO_FEW: CaseDeclaration = CaseDeclaration {
    id: "too-few",
    severity: Severity::High,
    when: "there are fewer owners than `owners-min`",
    remediation: "make a second trusted person an owner, with an account and a second factor of their own",
};
const TOO_MANY: CaseDeclaration = CaseDeclaration {
    id: "too-many",
    severity: Severity::Medium,
    when: "there are more owners than `owners-max` and than `owners-max-percent` of the members",
    remediation: "lower those who do not administer the organisation to the role they need",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "owner-count",
    title: "Single owner, or too many",
    why: "With a single owner, one lost account or one departure leaves nobody who can add members, change roles or \
          take a stolen right back, short of the registry's support. With many, any one of their accounts gives \
          everything away.",
    unknown_when: "the list of members was not read in full: an owner may be among those it did not show, and the \
                   share of owners cannot be told",
    cases: &[TOO_FEW, TOO_MANY],
    settings: &[&FEWEST, &MOST, &MOST_PERCENT],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.8.2"],
    cost: "O(members)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let declared = world.connector.declaration.resource_type(world.connector.declaration.root_type);
    let entitlements = declared.map(|declared| declared.entitlements).unwrap_or_default();
    let slugs: Vec<&str> = entitlements.iter().filter(|one| one.last_holder_protected).map(|one| one.slug).collect();
    if slugs.is_empty() {
        return RuleResult::NotApplicable("the source has no role whose last holder must stay");
    }
    let completeness = world.members().finish();
    if !completeness.complete {
        return RuleResult::Looked { findings: Vec::new(), undecided: 1, completeness };
    }
    let found =
        finding(world, settings, &slugs).map(|finding| Finding { completeness: completeness.clone(), ..finding });
    RuleResult::Looked { findings: found.into_iter().collect(), undecided: 0, completeness }
}

fn finding(world: &RuleWorld<'_>, settings: &RuleSettings, slugs: &[&str]) -> Option<Finding> {
    let root = world.root?;
    let found = world.world().holding(root, slugs);
    let (owners, suspended) = (found.holders, world.suspended_text(&found.suspended));
    let members = world.insiders().iter().filter(|node| world.world().is_account(**node)).count();
    let role = slugs.join(" or ");
    let many = format!("{role}s");
    let (few, most) = (settings.get(&FEWEST), threshold(members, settings.get(&MOST), settings.get(&MOST_PERCENT)));
    let title = world.root_title();
    let (case, title) = match owners.as_slice() {
        [] => (TOO_FEW, format!("{title} has no {role} that can be seen{suspended}")),
        [one] if few > 1 => {
            (TOO_FEW, format!("{title} has a single {role}: {}{suspended}", world.world().id(one.account)))
        }
        some if some.len() < few as usize => {
            let owners = counted(some.len(), &role, &many);
            (TOO_FEW, format!("{title} has only {owners}, fewer than {few}{suspended}"))
        }
        some if some.len() > most => {
            let of = counted(members, "member", "members");
            (TOO_MANY, format!("{title} has {} among {of}, more than {most}", counted(some.len(), &role, &many)))
        }
        _ => return None,
    };
    let paths: Vec<Path<'_>> = owners.iter().filter_map(|owner| owner.paths.first().cloned()).collect();
    let mut finding = world.with_paths(world.finding(&RULE, &case, &[root], title), &paths);
    finding.evidence.account_count = owners.len();
    finding.removal_unconfirmed = owners.iter().any(|owner| owner.unconfirmed);
    Some(finding)
}

/// How many owners an organisation of so many members may have.
fn threshold(members: usize, most: u32, percent: u32) -> usize {
    (most as usize).max(members.saturating_mul(percent as usize) / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_organisation_may_have_more_owners() {
        let allowed = [0, 10, 250, 299, 300, 5000].map(|members| threshold(members, 5, 2));
        assert_eq!(allowed, [5, 5, 5, 5, 6, 100]);
        assert_eq!(threshold(usize::MAX, 5, 100), usize::MAX / 100, "no overflow");
    }
}
