//! Somebody who left and still has access.

use rolecall_graph::NodeId;
use rolecall_model::person::{LinkState, PersonKey};

use super::account::{NO_DIRECTORY, Standing};
use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::known::PeopleKnown;
use super::settings::RuleSettings;
use super::world::RuleWorld;
use crate::moment::{day_text, moment_text};

const WRITES: CaseDeclaration = CaseDeclaration {
    id: "can-write",
    severity: Severity::Critical,
    when: "the person left, and their account can write or administers the organisation",
    remediation: "take the access away now, and look at what was written since they left: rolecall leaver NAME",
};
const HOLDS: CaseDeclaration = CaseDeclaration {
    id: "member",
    severity: Severity::High,
    when: "the person left, and their account is still in the organisation or reads something, and can write nothing",
    remediation: "take the account out of the organisation: rolecall leaver NAME",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "departed-person",
    title: "Departed person with access",
    why: "Who left is outside every rule of the company, and their password and second factor are in nobody's care. Only \
          accounts are found whose person is certain: by a rule that links by itself, or by somebody's word. A suspended \
          account can use nothing and is found by suspended-account instead.",
    unknown_when: "a directory of people was not read in full, or an account may be that of somebody who left and nobody \
                   has said whether it is",
    cases: &[WRITES, HOLDS],
    settings: &[],
    controls: &["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.11", "ISO 27001 A.5.18"],
    cost: "O(accounts · their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let Some(people) = world.people() else { return RuleResult::NotApplicable(NO_DIRECTORY) };
    let mut behind = world.membership();
    behind.merge(people.directories.clone());
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for account in world.accounts() {
        let Some(standing) = world.standing(account) else { continue };
        match world.link_state(account) {
            Some(LinkState::Person(link)) if people.has_left(&link.person) => {
                findings.push(finding(world, people, account, standing, &link.person));
            }
            Some(state) if may_have_left(people, state) => undecided += 1,
            _ => {}
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

/// Whether somebody who left is among those whose it may be.
fn may_have_left(people: &PeopleKnown, state: &LinkState) -> bool {
    let candidates = state.shortlist().map(|shortlist| shortlist.candidates.as_slice()).unwrap_or_default();
    candidates.iter().any(|candidate| people.has_left(&candidate.person))
}

fn finding(
    world: &RuleWorld<'_>,
    people: &PeopleKnown,
    account: NodeId,
    standing: Standing,
    person: &PersonKey,
) -> Finding {
    let (name, id) = (people.identities.name_of(person), world.world().id(account));
    let end = people.person(person).and_then(|person| person.end).map(|day| format!(" on {day}"));
    let unlisted = people.identities.unlisted.get(person);
    let unlisted = unlisted.map(|since| format!(" (in no directory since {})", day_text(&moment_text(*since))));
    let left = end.or(unlisted).unwrap_or_default();
    let title = format!("{name} left{left}, and their account {id} {}", world.can_text(account));
    let case = if standing == Standing::Holds { HOLDS } else { WRITES };
    let mut finding = world.account_finding(&RULE, &case, account, title);
    finding.evidence.last_written = world.last_written_by(account);
    finding
}
