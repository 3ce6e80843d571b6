//! Accounts of programs that can do too much, or for which nobody answers.

use rolecall_graph::NodeId;
use rolecall_model::person::LinkState;

use super::creator::{Creator, creator_of};
use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::RuleSettings;
use super::world::RuleWorld;

const ADMINISTERS: CaseDeclaration = CaseDeclaration {
    id: "administers",
    severity: Severity::High,
    when: "a program's account administers the organisation",
    remediation: "give it the role of a member, and what it needs on the resources it needs",
};
const NO_OWNER: CaseDeclaration = CaseDeclaration {
    id: "no-owner",
    severity: Severity::Low,
    when: "there is a directory of people, and nobody in it answers for a program's account that holds something",
    remediation: "say who answers for it: rolecall people pin",
};
const OWNER_LEFT: CaseDeclaration = CaseDeclaration {
    id: "owner-left",
    severity: Severity::Medium,
    when: "whoever answers for a program's account left",
    remediation: "find somebody else who answers for it, and give its key anew: whoever left may have kept it",
};
const CREATOR_LEFT: CaseDeclaration = CaseDeclaration {
    id: "creator-left",
    severity: Severity::Medium,
    when: "the account that made it is suspended, is no member any more, or is that of somebody who left",
    remediation: "give its key anew: whoever made it has seen it; and say who answers for it now",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "service-account",
    title: "Program that nobody answers for, or that can do too much",
    why: "A program has no second factor, and its key is in as many places as it was copied to. Nobody notices its misuse \
          but whoever answers for it, and who once made it can still use it after they have left.",
    unknown_when: "the programs' accounts, the members or a directory of people were not read in full, or the source does \
                   not tell who made one",
    cases: &[ADMINISTERS, NO_OWNER, OWNER_LEFT, CREATOR_LEFT],
    settings: &[],
    controls: &["SOC 2 CC6.1", "SOC 2 CC6.3", "ISO 27001 A.5.16", "ISO 27001 A.5.18", "ISO 27001 A.8.2"],
    cost: "O(accounts · their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let declared = world.write.governance.services;
    if declared.is_none() && world.people().is_none() {
        return RuleResult::NotApplicable("the source tells no programs apart, and there is no directory of people");
    }
    let mut behind = world.members();
    declared.iter().for_each(|declared| world.add(&mut behind, declared.listing, None));
    world.people().into_iter().for_each(|people| behind.merge(people.directories.clone()));
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for service in world.accounts().filter(|account| is_service(world, *account)) {
        if world.standing(service).is_none() {
            continue;
        }
        let (mut cases, id) = (Vec::new(), world.name(service));
        if let Some(role) = world.administering(service) {
            cases.push((ADMINISTERS, format!("{id} is {} of {}", role.slug, world.root_title())));
        }
        cases.extend(owner_case(world, service, &id, &mut undecided));
        if let Some(declared) = declared.filter(|_| !world.is_personal(service)) {
            match creator_of(world, service, &declared.creator) {
                Creator::Here => {}
                Creator::Unknown => undecided += 1,
                Creator::Gone(who) => {
                    cases.push((CREATOR_LEFT, format!("{id} was made by {who}, and {}", world.can_text(service))));
                }
            }
        }
        findings.extend(cases.iter().map(|(case, title)| world.account_finding(&RULE, case, service, title.clone())));
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

/// As the source says, or as a person did.
fn is_service(world: &RuleWorld<'_>, account: NodeId) -> bool {
    let is_said = || matches!(world.link_state(account), Some(LinkState::Service { .. }));
    !world.is_personal(account) || is_said()
}

fn owner_case(
    world: &RuleWorld<'_>,
    service: NodeId,
    id: &str,
    undecided: &mut usize,
) -> Option<(CaseDeclaration, String)> {
    let people = world.people()?;
    match world.link_state(service).and_then(LinkState::person) {
        Some(owner) if people.has_left(owner) => {
            let name = people.identities.name_of(owner);
            Some((OWNER_LEFT, format!("{name} answers for {id} and left; it {}", world.can_text(service))))
        }
        Some(_) => None,
        None if people.directories.is_complete() => {
            Some((NO_OWNER, format!("nobody answers for {id}, and it {}", world.can_text(service))))
        }
        None => {
            *undecided += 1;
            None
        }
    }
}
