//! What nobody publishes any more, and many still can.

use rolecall_graph::{FewHolders, NodeId};

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::history::moments_of;
use super::settings::{RuleSettings, SettingDeclaration};
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};

static DAYS: SettingDeclaration = SettingDeclaration {
    name: "abandoned-days",
    what: "what nobody has published for this many days is abandoned",
    default: 1095,
    range: 1..=36_500,
};

const ABANDONED: CaseDeclaration = CaseDeclaration {
    id: "writable",
    severity: Severity::Low,
    when: "the last version is older than `abandoned-days` days, and an account can write the next one",
    remediation: "say that it is deprecated, and take it from all teams but one of owners; whoever depends on it expects no \
                  version, and would install one",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "abandoned-package",
    title: "Abandoned package with publishers",
    why: "Nobody looks at what nobody maintains. Its name is still installed, so a version that an attacker publishes \
          reaches everybody, and no maintainer is surprised by it.",
    unknown_when: "documents of packages were not read",
    cases: &[ABANDONED],
    settings: &[&DAYS],
    controls: &["SOC 2 CC6.3", "ISO 27001 A.5.18", "ISO 27001 A.8.2"],
    cost: "O(names in documents + grants on resources)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, settings: &RuleSettings) -> RuleResult {
    let Some(history) = &world.write.history else {
        return RuleResult::NotApplicable("the source does not show who wrote, and when");
    };
    let idle_since = world.days_ago(settings.get(&DAYS));
    let mut few = FewHolders::new(world.world(), world.write.action, 1);
    let mut behind = world.population();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for target in world.reach.targets() {
        world.add(&mut behind, history.listing, Some(*target));
        if !world.is_read(history.listing, *target) {
            undecided += 1;
            continue;
        }
        let workflows = world.write.governance.releases.map(|releases| releases.workflows);
        let moments = [Some(history.property), workflows].into_iter().flatten();
        let last = moments.flat_map(|property| moments_of(world, *target, property).into_values()).max();
        if let Some(last) = last.filter(|last| *last < idle_since)
            && !few.on(*target).is_empty()
        {
            findings.push(finding(world, *target, &moment_text(last)));
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

fn finding(world: &RuleWorld<'_>, target: NodeId, last: &str) -> Finding {
    let (id, action) = (world.world().id(target), world.write.action);
    let title = format!("{id} was last written on {}, and accounts can still {action} it", day_text(last));
    let mut finding = world.finding(&RULE, &ABANDONED, &[target], title);
    finding.evidence.resource_count = 1;
    finding.evidence.resources = vec![world.view.candidate(target)];
    finding.evidence.last_written = Some(last.to_owned());
    finding
}
