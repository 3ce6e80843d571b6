//! Who can do much with nothing but a password.

use rolecall_graph::NodeId;

use super::account::Standing;
use super::declaration::{CaseDeclaration, RuleDeclaration, Severity};
use super::finding::RuleResult;
use super::settings::RuleSettings;
use super::world::RuleWorld;

const ADMINISTRATOR: CaseDeclaration = CaseDeclaration {
    id: "administrator",
    severity: Severity::Critical,
    when: "the account administers the organisation and has no second factor",
    remediation: "have two-factor authentication switched on today; until then, take the role away",
};
const WRITER: CaseDeclaration = CaseDeclaration {
    id: "writer",
    severity: Severity::High,
    when: "the account can write, administers nothing, and has no second factor",
    remediation: "have two-factor authentication switched on, or take the right away",
};

pub(crate) static RULE: RuleDeclaration = RuleDeclaration {
    id: "second-factor",
    title: "Writer without a second factor",
    why: "A password that leaked or was guessed is then all it takes to publish. Most packages that were taken over were \
          taken over so.",
    unknown_when: "the list of members was not read in full, or whether an account has a second factor is neither shown by \
                   the source nor stated by a person (rolecall attest): that is never taken for *no*",
    cases: &[ADMINISTRATOR, WRITER],
    settings: &[],
    controls: &["SOC 2 CC6.1", "ISO 27001 A.5.17", "ISO 27001 A.8.2", "ISO 27001 A.8.5"],
    cost: "O(accounts · their grants)",
    evaluate,
};

fn evaluate(world: &RuleWorld<'_>, _: &RuleSettings) -> RuleResult {
    let (mut findings, mut undecided) = (Vec::new(), 0);
    // Programs have none, and are found by other rules.
    for account in world.accounts().filter(|account| world.is_personal(*account)) {
        let case = match world.standing(account) {
            Some(Standing::Administers) => ADMINISTRATOR,
            Some(Standing::Writes) => WRITER,
            Some(Standing::Holds) | None => continue,
        };
        match has_second_factor(world, account) {
            Some(true) => {}
            None => undecided += 1,
            Some(false) => {
                let (id, can) = (world.world().id(account), world.can_text(account));
                let title = format!("{id} {can}, without a second factor");
                findings.push(world.account_finding(&RULE, &case, account, title));
            }
        }
    }
    RuleResult::looked(findings, undecided, world.membership().finish())
}

/// As the source shows it, or else as a person stated it.
fn has_second_factor(world: &RuleWorld<'_>, account: NodeId) -> Option<bool> {
    let shown = world.write.governance.accounts.second_factor.and_then(|property| world.flag(account, property));
    shown.or_else(|| world.connector.attested_counting(&world.world().reference(account)))
}
