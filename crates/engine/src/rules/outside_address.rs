//! A member whose address is another organisation's.

use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::RuleSettings;
use super::world::RuleWorld;

const MEMBER: CaseDeclaration = CaseDeclaration {
    id: "member",
    severity: Severity::Medium,
    when: "the account belongs to the organisation, and its address is of none of the trusted domains",
    remediation: "have the address changed to one that the company gives out; if the account is an outsider's, say so, and \
                  let them in as one",
};

/// Said where people can be told by their addresses and nobody said which are the company's.
const NO_DOMAINS: &str = "nobody said which domains are the company's: rolecall people rules";

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "outside-address",
    title: "Member with an address from outside",
    why: "Whoever reads that mailbox can set a new password. The company neither protects it nor takes it away from \
          somebody who leaves, and some providers give addresses anew.",
    unknown_when: "the list of members was not read in full, or does not tell an account's address",
    cases: &[MEMBER],
    settings: &[],
    controls: &["SOC 2 CC6.1", "ISO 27001 A.5.16", "ISO 27001 A.5.17"],
    cost: "O(accounts)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let Some(property) = world.write.governance.accounts.address else {
        return RuleResult::NotApplicable("the source shows no addresses");
    };
    if world.known.trusted_domains.is_empty() {
        return RuleResult::NotApplicable(NO_DOMAINS);
    }
    let (mut findings, mut undecided) = (Vec::new(), 0);
    let members = world.accounts().filter(|account| world.is_personal(*account) && world.is_insider(*account));
    for account in members.filter(|account| !world.world().is_suspended(*account)) {
        match world.text(account, property).and_then(|address| domain_of(&address)) {
            None => undecided += 1,
            Some(domain) if world.known.trusted_domains.contains(&domain) => {}
            Some(domain) => {
                let (id, can) = (world.world().id(account), world.can_text(account));
                let title = format!("{id} {can}, and its address is of {domain}");
                findings.push(world.account_finding(&RULE, &MEMBER, account, title));
            }
        }
    }
    RuleResult::looked(findings, undecided, world.members().finish())
}

/// The domain of an address, as domains are compared.
pub(crate) fn domain_of(address: &str) -> Option<String> {
    let address = rolecall_model::person::normal_address(address)?;
    address.rsplit_once('@').map(|(_, domain)| domain.to_owned())
}
