//! Teams that are there for nothing.

use rolecall_graph::NodeId;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::text::counted;

const EMPTY: CaseDeclaration = CaseDeclaration {
    id: "no-members",
    severity: Severity::Low,
    when: "the team has no members, and may do something",
    remediation: "delete the team, or take its rights away: whoever is put into it gets all of them without anybody deciding",
};
const POWERLESS: CaseDeclaration = CaseDeclaration {
    id: "grants-nothing",
    severity: Severity::Info,
    when: "the team has members or not, and may do nothing with anything",
    remediation: "delete the team, or give it what its members hold by themselves",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "empty-team",
    title: "Empty team, or one that grants nothing",
    why: "Rights that wait for a member are given to the next one unseen, and a team that does nothing hides the ones that \
          do: whoever looks at who is in what sees the wrong thing.",
    unknown_when: "the members of teams, or what teams may do, were not read in full",
    cases: &[EMPTY, POWERLESS],
    settings: &[],
    controls: &["SOC 2 CC6.3", "ISO 27001 A.5.18"],
    cost: "O(teams + their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let is_certain = world.is_membership_complete();
    let (mut findings, mut undecided) = (Vec::new(), 0);
    let teams = world.world().nodes(world.segment).filter(|node| is_team(world, *node));
    for team in teams {
        let (members, rights) = (world.world().grants_on(team).count(), world.world().grants_by(team).count());
        match (members, rights) {
            (1.., 1..) => {}
            _ if !is_certain => undecided += 1,
            (members, 0) => findings.push(powerless(world, team, members)),
            (_, rights) => findings.push(empty(world, team, rights)),
        }
    }
    RuleResult::looked(findings, undecided, world.membership().finish())
}

fn is_team(world: &RuleWorld<'_>, node: NodeId) -> bool {
    world.world().is_group(node) && world.world().is_stated(node) && Some(node) != world.root
}

fn powerless(world: &RuleWorld<'_>, team: NodeId, members: usize) -> Finding {
    let title = format!("{} has {} and may do nothing", world.name(team), counted(members, "member", "members"));
    let mut finding = world.finding(&RULE, &POWERLESS, &[team], title);
    finding.evidence.account_count = members;
    finding.removal_unconfirmed = world.world().is_unconfirmed(team);
    finding
}

fn empty(world: &RuleWorld<'_>, team: NodeId, rights: usize) -> Finding {
    let title = format!("{} has no members and holds {}", world.name(team), counted(rights, "right", "rights"));
    let mut finding = world.finding(&RULE, &EMPTY, &[team], title);
    finding.evidence.resource_count = rights;
    finding.removal_unconfirmed = world.world().is_unconfirmed(team);
    finding
}
