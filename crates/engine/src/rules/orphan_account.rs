//! An account that is nobody's.

use rolecall_graph::NodeId;
use rolecall_model::person::LinkState;

use super::account::{NO_DIRECTORY, Standing};
use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::settings::RuleSettings;
use super::world::RuleWorld;

const WRITES: CaseDeclaration = CaseDeclaration {
    id: "can-write",
    severity: Severity::High,
    when: "the account can write or administers the organisation, and is nobody's who is known",
    remediation: "find out whose it is, and say so: rolecall people pin. If it is a program's or an outsider's, say that, \
                  and who answers for it; if nobody knows, take the access away",
};
const HOLDS: CaseDeclaration = CaseDeclaration {
    id: "member",
    severity: Severity::Medium,
    when: "the account is in the organisation or reads something, can write nothing, and is nobody's who is known",
    remediation: "find out whose it is, and say so: rolecall people pin; if nobody knows, take it out of the organisation",
};
const OPEN: CaseDeclaration = CaseDeclaration {
    id: "open",
    severity: Severity::Low,
    when: "it is not certain whose the account is: several people may be meant, or what speaks for one is too weak",
    remediation: "look at what speaks for whom, and say whose it is: rolecall people accounts",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "orphan-account",
    title: "Account that is nobody's",
    why: "Nobody can be asked whether the access is still needed, and nobody is told when it is misused. When its person \
          leaves, no checklist will name it. Accounts that somebody said to be a program's, an outsider's or protected \
          are not found, and outsiders are found by outside-collaborator.",
    unknown_when: "a directory of people was not read in full: then the person may be among those it did not show",
    cases: &[WRITES, HOLDS, OPEN],
    settings: &[],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.2", "ISO 27001 A.5.16", "ISO 27001 A.5.18"],
    cost: "O(accounts · their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let Some(people) = world.people() else { return RuleResult::NotApplicable(NO_DIRECTORY) };
    let is_certain = people.directories.is_complete();
    let mut behind = world.membership();
    behind.merge(people.directories.clone());
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for account in world.accounts().filter(|account| world.is_insider(*account)) {
        let Some(standing) = world.standing(account) else { continue };
        let case = match world.link_state(account) {
            Some(LinkState::Unmatched) | None if standing == Standing::Holds => HOLDS,
            Some(LinkState::Unmatched) | None => WRITES,
            Some(LinkState::Suggested(_) | LinkState::Ambiguous { .. }) => OPEN,
            Some(_) => continue,
        };
        match is_certain {
            true => findings.push(finding(world, account, &case)),
            false => undecided += 1,
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

fn finding(world: &RuleWorld<'_>, account: NodeId, case: &CaseDeclaration) -> Finding {
    let (id, can) = (world.world().id(account), world.can_text(account));
    let state = world.link_state(account).and_then(LinkState::shortlist);
    let title = match state.and_then(|shortlist| shortlist.candidates.first().zip(world.people())) {
        Some((first, people)) => {
            let name = people.identities.name_of(&first.person);
            format!("it is not certain whose {id} is, perhaps {name}'s; it {can}")
        }
        None => format!("{id} is nobody's who is known, and {can}"),
    };
    let mut finding = world.account_finding(&RULE, case, account, title);
    finding.evidence.last_written = world.last_written_by(account);
    finding
}
