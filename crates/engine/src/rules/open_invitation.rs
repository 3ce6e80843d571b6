//! Invitations that let in whom they should not.

use std::collections::HashSet;

use rolecall_graph::NodeId;
use rolecall_model::InvitationDeclaration;
use rolecall_model::person::normal_address;

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::{Finding, RuleResult};
use super::outside_address::domain_of;
use super::settings::RuleSettings;
use super::world::RuleWorld;

const ADMINISTERS: CaseDeclaration = CaseDeclaration {
    id: "administers",
    severity: Severity::High,
    when: "whoever accepts the invitation administers the organisation",
    remediation: "invite as a member, and raise the role once the right person has accepted",
};
const OUTSIDE: CaseDeclaration = CaseDeclaration {
    id: "outside-address",
    severity: Severity::Medium,
    when: "the invitation went to an address of none of the trusted domains",
    remediation: "take it back, and invite an address that the company gives out; an outsider as one",
};
const NOBODY: CaseDeclaration = CaseDeclaration {
    id: "nobody",
    severity: Severity::Low,
    when: "the invitation went to an address that nobody in the directories of people has",
    remediation: "ask who invited whom; take it back unless somebody can say",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "open-invitation",
    title: "Invitation to somebody outside",
    why: "An invitation is a key in a mailbox: whoever reads it is in. How old one is, the sources do not tell.",
    unknown_when: "invitations or a directory of people were not read in full, or the source does not tell where one went",
    cases: &[ADMINISTERS, OUTSIDE, NOBODY],
    settings: &[],
    controls: &["SOC 2 CC6.2", "ISO 27001 A.5.16", "ISO 27001 A.5.18"],
    cost: "O(invitations + people)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let Some(declared) = world.write.governance.invitations else {
        return RuleResult::NotApplicable("the source does not show invitations");
    };
    let mut behind = world.members();
    world.add(&mut behind, declared.listing, None);
    world.people().into_iter().for_each(|people| behind.merge(people.directories.clone()));
    let people = world.people().map(|people| {
        let addresses = people.identities.people.values().flat_map(|person| &person.addresses);
        addresses.filter_map(|address| normal_address(&address.address)).collect::<HashSet<String>>()
    });
    let is_listed = world.people().is_none_or(|people| people.directories.is_complete());
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for invitation in world.of_type(declared.resource_type) {
        findings.extend(administering(world, &declared, invitation));
        let Some(address) = world.text(invitation, declared.address).and_then(|text| normal_address(&text)) else {
            undecided += 1;
            continue;
        };
        match stranger(world, &address, people.as_ref()) {
            Some(case) if case.id == OUTSIDE.id || is_listed => {
                findings.push(finding(world, invitation, &address, &case))
            }
            Some(_) => undecided += 1,
            None => {}
        }
    }
    RuleResult::looked(findings, undecided, behind.finish())
}

/// Where nobody said which domains are the company's, its people's addresses are.
fn stranger(world: &RuleWorld<'_>, address: &str, people: Option<&HashSet<String>>) -> Option<CaseDeclaration> {
    let trusted = &world.known.trusted_domains;
    if people.is_some_and(|people| people.contains(address)) {
        return None;
    }
    match domain_of(address).is_some_and(|domain| trusted.contains(&domain)) {
        true => None,
        false if !trusted.is_empty() => Some(OUTSIDE),
        false => people.map(|_| NOBODY),
    }
}

fn administering(world: &RuleWorld<'_>, declared: &InvitationDeclaration, invitation: NodeId) -> Option<Finding> {
    let role = world.text(invitation, declared.role).map(|role| role.to_lowercase())?;
    let who = world.text(invitation, declared.address).unwrap_or_else(|| "somebody".to_owned());
    let title = format!("{who} is invited to be {role} of {}", world.root_title());
    let is_much = declared.administering.contains(&role.as_str());
    is_much.then(|| world.finding(&RULE, &ADMINISTERS, &[invitation], title))
}

fn finding(world: &RuleWorld<'_>, invitation: NodeId, address: &str, case: &CaseDeclaration) -> Finding {
    let whose = match case.id == OUTSIDE.id {
        true => "whose domain is none of the company's",
        false => "which nobody in the directories has",
    };
    let title = format!("{address}, {whose}, is invited to {}", world.root_title());
    let mut finding = world.finding(&RULE, case, &[invitation], title);
    finding.removal_unconfirmed = world.world().is_unconfirmed(invitation);
    finding
}
